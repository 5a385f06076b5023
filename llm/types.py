"""What an answer is, and the events that lead to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from docent.ingest import Box
from docent.retrieval import Hit


@dataclass(frozen=True, slots=True)
class CitedBox:
    """One marked line: `rect` in points from the top left of physical page `page`."""

    page: int
    rect: Box


@dataclass(frozen=True, slots=True)
class Citation:
    """The proof of a sentence: `quote` stands verbatim in `hit`, on `page`, in `boxes`.

    `number` is what the answer's `[n]` refers to. `verified` is False when the check found no support.
    """

    number: int
    hit: Hit
    quote: str
    page: int
    boxes: tuple[CitedBox, ...]
    verified: bool = True


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of an answer: `Answer.text[start:end]`, without the markers behind it.

    `citations` are the numbers it cites. `verified` says whether the documents support it: one that is not is never
    to be shown as if they did.
    """

    start: int
    end: int
    citations: tuple[int, ...]
    verified: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """The end of a question. `query` is what was really searched, `model` what wrote the text.

    `statements` are the sentences of `text` in order; a refusal has none.
    """

    question: str
    text: str
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    refused: bool
    query: str
    model: str
    notice: str = ""
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """A question that was answered earlier in the conversation."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The search is done; `query` is what was searched."""

    hits: tuple[Hit, ...]
    query: str


@dataclass(frozen=True, slots=True)
class Step:
    """What is being done now, in words."""

    text: str


@dataclass(frozen=True, slots=True)
class Token:
    """The next piece of the answer's text."""

    text: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the reader should know: a model that failed, passages that leave the machine."""

    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """Always the last event. Its text replaces what the tokens made."""

    answer: Answer


Event: TypeAlias = Retrieved | Step | Token | Notice | Done
