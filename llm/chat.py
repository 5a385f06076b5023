"""Answers by a chat model: asked with numbered passages, cleaned while they stream, held against the passages."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace

from docent.llm.answerer import Answerer, refusal
from docent.llm.checks.grounding import Checks, Grounded, Grounder, ground, parts_of
from docent.llm.markers import MarkerFilter
from docent.llm.models.chat_model import ChatModel
from docent.llm.models.thoughts import RESTART, THINKERS, ThoughtFilter
from docent.llm.prompts import Message, build, build_rewrite, estimate
from docent.llm.templates import NOT_FOUND, Templates
from docent.llm.types import Answer, Done, Event, Token, Turn
from docent.retrieval import Hit

MAX_REWRITE = 2000  # characters that are read of a question in full; a model that thinks aloud stops soon after


@dataclass(frozen=True, slots=True)
class Manner:
    """How a chat model is asked, and how its answers are checked.

    `strict` leaves out sentences that no passage supports. With it, and with `settled`, the stream is held back
    sentence by sentence until each was checked, so that its tokens are the text of the answer. `checks` is called at
    each answer, and sends passages to `judge_host` where that is named. `templates` are the words of the prompts.
    """

    strict: bool = False
    settled: bool = False
    checks: Callable[[], Checks] = Checks
    templates: Templates = field(default_factory=Templates)
    judge_host: str = ""


class ChatAnswerer:
    """Grounds what a chat model says."""

    is_literal = False

    def __init__(self, model: ChatModel, manner: Manner | None = None) -> None:
        self.model = model
        self.name = model.name
        self.manner = manner or Manner()
        self._opens_thinking = THINKERS.search(model.name) is not None

    def rewrite(self, question: str, history: Sequence[Turn]) -> str:
        """The model's first words on what the question means after these turns. Raises ModelFailed."""
        text = ""
        for piece in self.pieces(build_rewrite(question, history)):
            text = (text + piece).rpartition(RESTART)[2]
            if len(text) > MAX_REWRITE:
                break
        return text

    def stream(self, question: str, query: str, hits: Sequence[Hit], history: Sequence[Turn]) -> Iterator[Event]:
        """Tokens as they come, then the grounded answer. Raises ModelFailed, also in the middle."""
        if not hits:
            yield Done(refusal(question, query, hits, self.name))
            return
        asked = question if query == question else f"{question} ({query})"
        count = self.model.count_tokens or estimate
        messages, used = build(
            asked, hits, history, self.model.context_tokens, count=count, templates=self.manner.templates
        )
        pieces = _cleaned(self.pieces(messages), used)
        say = self._settled if self.manner.strict or self.manner.settled else self._freely
        found = yield from say(pieces, hits[:used])
        if found is None:
            yield Done(refusal(question, query, hits, self.name))
            return
        yield Done(
            Answer(
                question, found.text, found.citations, tuple(hits), refused=False, query=query, model=self.name,
                statements=found.statements,
            )
        )  # fmt: skip

    def _freely(self, pieces: Iterator[str], hits: Sequence[Hit]) -> Generator[Event, None, Grounded | None]:
        """Every piece as it comes; returns the grounded text, or None for a refusal."""
        text = ""
        shown = 0
        for piece in pieces:
            text = "" if piece == RESTART else text + piece
            shown = min(shown, len(text))
            if not _may_refuse(text):
                if text[shown:]:
                    yield Token(text[shown:])
                shown = len(text)
        if NOT_FOUND in text or not text.strip():
            return None
        if text[shown:]:
            yield Token(text[shown:])
        return ground(text, hits, self.manner.checks())

    def _settled(self, pieces: Iterator[str], hits: Sequence[Hit]) -> Generator[Event, None, Grounded | None]:
        """Sentences as they will stand in the answer, each when it has been checked."""
        strict = self.manner.strict
        grounder = Grounder(hits, self.manner.checks(), strict=strict)
        held = ""
        for piece in pieces:
            if piece == RESTART:
                grounder, held = Grounder(hits, self.manner.checks(), strict=strict), ""
                continue
            held += piece
            if NOT_FOUND in held:
                return None
            *done, held = [*parts_of(held)] or [""]
            for part in done:
                if shown := grounder.add(part):
                    yield Token(shown)
        for part in parts_of(held):
            if NOT_FOUND not in part and (shown := grounder.add(part)):
                yield Token(shown)
        found = grounder.result()
        return found if found.statements else None

    def pieces(self, messages: Sequence[Message]) -> Iterator[str]:
        """What the model says without what it thinks aloud; after RESTART it begins again. Raises ModelFailed."""
        thoughts = ThoughtFilter(is_thinking=self._opens_thinking)
        for piece in self.model.stream([(one.role, one.content) for one in messages]):
            yield thoughts.feed(piece)
        yield thoughts.finish()
        self._opens_thinking = self._opens_thinking or thoughts.found_end


def strictly(answerer: Answerer) -> Answerer:
    """The same answerer, but one that leaves out what no passage supports; one that only quotes is so already."""
    if isinstance(answerer, ChatAnswerer):
        return ChatAnswerer(answerer.model, replace(answerer.manner, strict=True))
    return answerer


def settled(answerer: Answerer) -> Answerer:
    """The same answerer, but one whose tokens are not changed at the end; one that only quotes is so already."""
    if isinstance(answerer, ChatAnswerer):
        return ChatAnswerer(answerer.model, replace(answerer.manner, settled=True))
    return answerer


def _cleaned(pieces: Iterator[str], known: int) -> Iterator[str]:
    markers = MarkerFilter(known)
    for piece in pieces:
        *_, last = piece.split(RESTART)
        if last != piece:
            markers = MarkerFilter(known)
            yield RESTART
        if shown := markers.feed(last):
            yield shown
    yield markers.finish()


def _may_refuse(text: str) -> bool:
    """Whether what has come so far may still turn out to be the refusal word."""
    start = text.strip()
    return NOT_FOUND.startswith(start[: len(NOT_FOUND)])
