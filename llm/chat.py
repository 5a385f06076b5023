"""Answers by a chat model, through LangChain's BaseChatModel."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from docent.llm.answerer import refusal
from docent.llm.errors import ModelFailed
from docent.llm.grounding import ground
from docent.llm.markers import MarkerFilter
from docent.llm.prompts import NOT_FOUND, Message, build, build_rewrite
from docent.llm.types import Answer, Done, Event, Token, Turn
from docent.retrieval import Hit

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

MAX_REWRITE = 2000  # characters that are read of a question in full; a model that thinks aloud stops soon after

log = logging.getLogger(__name__)


class ChatAnswerer:
    """`make_model` is called at the first question, because importing a client takes seconds.

    `failures` are the client's own exceptions, which become ModelFailed with a sentence for the reader.
    """

    is_literal = False

    def __init__(
        self,
        name: str,
        make_model: Callable[[], BaseChatModel],
        failures: Callable[[], tuple[type[Exception], ...]],
        context_tokens: int,
    ) -> None:
        self.name = name
        self._make_model = make_model
        self._failures = failures
        self._context_tokens = context_tokens
        self._model: BaseChatModel | None = None

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
        messages, used = build(asked, hits, history, self._context_tokens)
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
        final, citations, statements = ground(text, hits[:used])
        yield Done(
            Answer(
                question, final, citations, tuple(hits), refused=False, query=query, model=self.name,
                statements=statements,
            )
        )  # fmt: skip

    def _pieces(self, messages: Sequence[Message]) -> Iterator[str]:
        if self._model is None:
            self._model = self._make_model()
        try:
            for chunk in self._model.stream([(one.role, one.content) for one in messages]):
                yield chunk.text
        except self._failures() as error:
            log.warning("%s failed: %s", self.name, error)
            raise ModelFailed(f"the model {self.name} did not answer ({type(error).__name__}).") from error


def _may_refuse(text: str) -> bool:
    """Whether what has come so far may still turn out to be the refusal word."""
    start = text.strip()
    return NOT_FOUND.startswith(start[: len(NOT_FOUND)])
