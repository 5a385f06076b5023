"""The seam of answerers, and what all of them say alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from docent.llm.extractive.across import READ, is_foreign
from docent.llm.language import Language, language_of
from docent.llm.questions.answerability import Doubts, Lacking, asks_nothing
from docent.llm.types import Answer, Event, Turn
from docent.retrieval import Hit

_REFUSALS: dict[Language, str] = {
    "zh": "文档中没有找到这个问题的答案。",
    "en": "The documents do not say.",
}
_NOTHING: dict[Language, str] = {
    "zh": "这里没有找到可以检索的内容：请先添加文档，或等文档处理完再问。",
    "en": "Nothing was found to search here: add documents first, or ask again once those added are ready.",
}
_MISSING: dict[Language, str] = {"zh": "其中没有提到{}。", "en": " They do not mention {}."}
_MISSING_YEARS: dict[Language, str] = {
    "zh": "最接近的段落都没有涉及 {} 年。",
    "en": " The nearest passages say nothing of {}.",
}
_UNSAID: dict[Language, str] = {
    "zh": "最接近的段落都没有提到“{}”。",
    "en": " The nearest passages do not mention “{}”.",
}
_UNNAMED: dict[Language, str] = {
    "zh": "最接近的段落提到了“{}”，但没有写明是谁。",
    "en": " The nearest passages speak of the “{}” and name nobody.",
}
_OF_PARTS: dict[Language, str] = {
    "zh": "最接近的段落只有其中一部分时间（如某个季度）的数字，没有全年的。",
    "en": " The nearest passages give figures for parts of the year only, such as a quarter.",
}
_ACROSS: dict[Language, str] = {
    "zh": "最接近的段落是英文的：不妨用英文再问一次。",
    "en": " The nearest passages are in Chinese: ask in Chinese to be sure.",
}
_LACKING: dict[Language, dict[Lacking, str]] = {
    "zh": {
        "money": "最接近的段落没有给出金额。",
        "number": "最接近的段落没有给出数字。",
        "duration": "最接近的段落没有说明多长时间。",
    },
    "en": {
        "money": " The nearest passages give no price or amount of money.",
        "number": " The nearest passages give no figure.",
        "duration": " The nearest passages do not say how long.",
    },
}
# What stands between several, and before the last one. Chinese quotation marks need nothing between them.
_NAMES: dict[Language, tuple[str, str]] = {"zh": ("", "或"), "en": (", ", " or ")}
_YEARS: dict[Language, tuple[str, str]] = {"zh": ("、", " 或 "), "en": (", ", " or ")}
_PARTLY_ACROSS: dict[Language, str] = {
    "zh": "找到的段落有一部分是英文的：不妨也用英文问一次。",
    "en": " Some of the passages found are in Chinese: asking in Chinese, too, may find more.",
}
MIXED = 2  # passages in the other language, from which asking in it may find more
MOST_NAMED = 3


class Answerer(Protocol):
    """Turns a question and what was found into events, the last of which is `Done`."""

    @property
    def name(self) -> str:
        """What the reader is told wrote the answer."""

    @property
    def is_literal(self) -> bool:
        """Whether it only repeats passages: then what no passage names cannot be answered."""

    def rewrite(self, question: str, history: Sequence[Turn]) -> str:
        """What the question means after these turns, in a model's words and unchecked; empty without a model.

        Raises ModelFailed.
        """

    def stream(self, question: str, query: str, hits: Sequence[Hit], history: Sequence[Turn]) -> Iterator[Event]:
        """Answer `question` from `hits` alone, which `query` found: the question in full. Raises ModelFailed."""


def refusal(question: str, query: str, hits: Sequence[Hit], model: str, reasons: Doubts | None = None) -> Answer:
    """The straight "not in your documents", with the nearest hits for the reader to look at."""
    language = language_of(question if any(letter.isalpha() for letter in question) else query)
    text = _REFUSALS[language] if hits else _NOTHING[language]
    if reasons:
        text = f"{text}{_because(reasons, language)}"
    is_mixed = sum(is_foreign(query, hit) for hit in hits[:READ]) >= min(MIXED, len(hits))
    if is_mixed and hits and not asks_nothing(query) and not (reasons and reasons.is_across):
        text += _PARTLY_ACROSS[language]
    return Answer(question, text, (), tuple(hits), refused=True, query=query, model=model)


def _because(reasons: Doubts, language: Language) -> str:
    said = _ACROSS[language] if reasons.is_across else ""
    if reasons.missing:
        named = [f"“{one}”" for one in reasons.missing[:MOST_NAMED]]
        said += _MISSING[language].format(_one_of(named, *_NAMES[language]))
    if reasons.is_of_parts:
        said += _OF_PARTS[language]
    if reasons.unsaid:
        said += _UNSAID[language].format(reasons.unsaid)
    if reasons.unnamed:
        said += _UNNAMED[language].format(reasons.unnamed)
    if reasons.lacking:
        said += _LACKING[language][reasons.lacking]
    if reasons.years:
        years = reasons.years[:MOST_NAMED]
        said += _MISSING_YEARS[language].format(_one_of(years, *_YEARS[language]))
    return said


def _one_of(named: Sequence[str], between: str, before_last: str) -> str:
    """`A, B or C`."""
    *first, last = named
    return f"{between.join(first)}{before_last}{last}" if first else last
