"""The seam of answerers, and what all of them say alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from docent.llm.language import Language, language_of
from docent.llm.types import Answer, Event, Turn
from docent.retrieval import Hit

_REFUSALS: dict[Language, str] = {
    "zh": "文档中没有找到这个问题的答案。",
    "en": "The documents do not say.",
}
_NOTHING: dict[Language, str] = {
    "zh": "这里还没有可以检索的文档：请先添加文档。",
    "en": "There are no documents to search here yet: add some first.",
}


class Answerer(Protocol):
    """Turns a question and what was found into events, the last of which is `Done`."""

    @property
    def name(self) -> str:
        """What the reader is told wrote the answer."""

    def stream(self, question: str, query: str, hits: Sequence[Hit], history: Sequence[Turn]) -> Iterator[Event]:
        """Answer `question` from `hits` alone, which `query` found. Raises ModelFailed."""


def refusal(question: str, query: str, hits: Sequence[Hit], model: str) -> Answer:
    """The straight "not in your documents", with the nearest hits for the reader to look at."""
    text = _REFUSALS[language_of(question)] if hits else _NOTHING[language_of(question)]
    return Answer(question, text, (), tuple(hits), refused=True, query=query, model=model)
