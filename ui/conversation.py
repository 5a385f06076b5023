"""The conversation of one browser session: what was asked, and how far each answer is."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from docent.app import Feedback
from docent.llm import Answer, Done, Event, Notice, Retrieved, Step, Token


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what has come of it so far. It is live until it has an answer, was stopped, or broke."""

    question: str
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    text: str = ""
    step: str = ""
    notice: str = ""
    found: bool = False
    query: str = ""  # what was searched
    answer: Answer | None = None
    stopped: bool = False
    error: str = ""
    kept: bool = False  # it was read from where it is stored
    feedback: Feedback | None = None
    missing: frozenset[str] = frozenset()  # ids of documents that it shows and that were removed

    @property
    def live(self) -> bool:
        """Whether more is to come."""
        return self.answer is None and not self.stopped and not self.error


Conversation: TypeAlias = tuple[Exchange, ...]


def advance(exchange: Exchange, event: Event) -> Exchange:
    """The exchange after one more event."""
    match event:
        case Retrieved():
            return replace(exchange, found=True, query=event.query)
        case Step():
            return replace(exchange, step=event.text)
        case Token():
            return replace(exchange, text=exchange.text + event.text)
        case Notice():  # what a failed model had written is no longer the answer
            return replace(exchange, notice=event.text, text="")
        case Done():
            return replace(exchange, answer=event.answer, notice=event.answer.notice, text="", step="")


def stop(conversation: Conversation) -> Conversation:
    """The conversation with whatever was live called off."""
    return tuple(replace(one, stopped=True) if one.live else one for one in conversation)
