"""Answers by a chat model, through LangChain's BaseChatModel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from docent.llm.answerer import refusal
from docent.llm.chat_model import ChatModel
from docent.llm.grounding import ground
from docent.llm.markers import MarkerFilter
from docent.llm.prompts import NOT_FOUND, Message, build, build_rewrite
from docent.llm.types import Answer, Done, Event, Token, Turn
from docent.retrieval import Hit

MAX_REWRITE = 2000  # characters that are read of a question in full; a model that thinks aloud stops soon after


class ChatAnswerer:
    """Grounds what a chat model says."""

    is_literal = False

    def __init__(self, model: ChatModel) -> None:
        self.model = model
        self.name = model.name

    def rewrite(self, question: str, history: Sequence[Turn]) -> str:
        """The model's first words on what the question means after these turns. Raises ModelFailed."""
        text = ""
        for piece in self._pieces(build_rewrite(question, history)):
            text += piece
            if len(text) > MAX_REWRITE:
                break
        return text

    def stream(self, question: str, query: str, hits: Sequence[Hit], history: Sequence[Turn]) -> Iterator[Event]:
        """Tokens as they come, then the grounded answer. Raises ModelFailed, also in the middle."""
        if not hits:
            yield Done(refusal(question, query, hits, self.name))
            return
        asked = question if query == question else f"{question} ({query})"
        messages, used = build(asked, hits, history, self.model.context_tokens)
        markers = MarkerFilter(used)
        text = ""
        shown = 0
        for piece in self._pieces(messages):
            text += markers.feed(piece)
            if not _may_refuse(text):
                yield Token(text[shown:])
                shown = len(text)
        text += markers.finish()
        if NOT_FOUND in text or not text.strip():
            yield Done(refusal(question, query, hits, self.name))
            return
        yield Token(text[shown:])
        found = ground(text, hits[:used])
        yield Done(
            Answer(
                question, found.text, found.citations, tuple(hits), refused=False, query=query, model=self.name,
                statements=found.statements,
            )
        )  # fmt: skip

    def _pieces(self, messages: Sequence[Message]) -> Iterator[str]:
        return self.model.stream([(one.role, one.content) for one in messages])


def _may_refuse(text: str) -> bool:
    """Whether what has come so far may still turn out to be the refusal word."""
    start = text.strip()
    return NOT_FOUND.startswith(start[: len(NOT_FOUND)])
