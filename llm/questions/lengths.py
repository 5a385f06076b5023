"""How long the time is that figures are of: a whole year, or a quarter, a half or nine months of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, TypeAlias

from docent.ingest import Cell
from docent.llm.questions.periods import BARE_YEAR

Length: TypeAlias = Literal["year", "half", "nine", "quarter"]

_OF = r"(?:[-\s]period)?(?:\s+(?:ended|ending|to)\b|(?=[-\s]?period)|\s*$)"
_PATTERNS: dict[Length, str] = {
    "year": (
        rf"\b(?:5[23]|fifty[-\s](?:two|three))[-\s]weeks?{_OF}|\b(?:twelve|12)[-\s]months?{_OF}|\byears?\s+end(?:ed|ing)\b"
        r"|\b(?:full|whole|entire|fiscal)[-\s]year\b|全年|整年|(?<!半)年度|(?:十二|12)个月|(?<!\d)0?1\s?[-–—－~～至到]\s?12\s?月"
    ),
    "nine": (
        rf"\b(?:39|40|thirty[-\s]nine|forty)[-\s]weeks?{_OF}|\b(?:nine|9)[-\s]months?{_OF}|\bfirst\s+(?:three\s+quarters|nine\s+months)\b"
        r"|前(?:三|3)个?季度?|(?:九|9)个月|(?<!\d)0?1\s?[-–—－~～至到]\s?9\s?月"
    ),
    "half": (
        rf"\b(?:2[67]|twenty[-\s](?:six|seven))[-\s]weeks?{_OF}|\b(?:six|6)[-\s]months?{_OF}|\bfirst\s+six\s+months\b"
        r"|\b(?:first|second)\s+half\b|\bhalf[-\s]years?\b|\b[12]H\s?(?:20)?\d\d\b|\bH[12](?!\d)"
        r"|[上下]半年|半年度|(?:六|6)个月|(?<!\d)0?1\s?[-–—－~～至到]\s?6\s?月"
    ),
    "quarter": (
        rf"\b(?:1[34]|thirteen|fourteen)[-\s]weeks?{_OF}|\b(?:three|3)[-\s]months?{_OF}|\bfirst\s+three\s+months\b"
        r"|\bquarters?\b|\bQ[1-4](?!\d)|\b[1-4]Q(?=\s?(?:20)?\d\d\b)"
        r"|(?<!前)第?[一二三四1-4]季[度报]|(?<![二两三23])(?<![二两三23]个)季度|(?:三|3)个月|(?<!\d)(?:0?1\s?[-–—－~～至到]\s?3|4\s?[-–—－~～至到]\s?6|7\s?[-–—－~～至到]\s?9|10\s?[-–—－~～至到]\s?12)\s?月"
    ),
}
_LENGTHS = {length: re.compile(pattern, re.IGNORECASE) for length, pattern in _PATTERNS.items()}
_ORDINALS = (
    r"\bQ1|\b1Q|\bfirst\s+(?:fiscal\s+)?quarter|\b1st\s+quarter|第?[一1]季|(?<!\d)0?1\s?[-–—－~～至到]\s?3\s?月",
    r"\bQ2|\b2Q|\bsecond\s+(?:fiscal\s+)?quarter|\b2nd\s+quarter|第?[二2]季|(?<!\d)4\s?[-–—－~～至到]\s?6\s?月",
    r"\bQ3|\b3Q|\bthird\s+(?:fiscal\s+)?quarter|\b3rd\s+quarter|(?<!前)第?[三3]季|(?<!\d)7\s?[-–—－~～至到]\s?9\s?月",
    r"\bQ4|\b4Q|\bfourth\s+(?:fiscal\s+)?quarter|\b4th\s+quarter|第?[四4]季|(?<!\d)10\s?[-–—－~～至到]\s?12\s?月",
)
_QUARTERS = tuple(re.compile(pattern, re.IGNORECASE) for pattern in _ORDINALS)
# The end of a quarter is a day, and so is that of a year: what is had then is of no time.
_DAY = re.compile(
    r"\b(?:end|close|beginning|start)\s+of\s+(?:the\s+)?(?:[\w-]+\s+){0,3}?(?:quarter|half|year|period|month|[FC]Y|(?:19|20)\d\d)"
    r"|\b(?:quarter|year|period)[-\s]end\b|(?:季度?|半年度?|年度?|期|月)[末底初]",
    re.IGNORECASE,
)
_ASKS_DAY = re.compile(
    r"\bas\s+(?:of|at)\b|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?\s+\d|\d\s?月|截[至止]|\bmonth(?:ly|s)?\b|[每各]个?月",
    re.IGNORECASE,
)
_A_YEAR = re.compile(BARE_YEAR)
_SHORT_YEAR = re.compile(r"\b[FC]Y\s?['’]?\d\d", re.IGNORECASE)
# A part with the year that it is of; \0 stands for its length.
_PART_OF_YEAR = re.compile(
    r"(?:19|20)\d\d\s?年?\s?第?\0|\0[^.;。；\0]{0,16}?\b(?:fiscal\s+)?(?:years?\s+)?(?:[FC]Y\s?)?(?:19|20)\d\d",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"变[动化]|增[减长加幅速]|[同环]比|\b(?:change|growth|increase|decrease|variance)\b|[∆Δ]", re.IGNORECASE
)


@lru_cache(maxsize=2048)
def lengths_in(text: str) -> frozenset[Length]:
    """The lengths of time that a text names; the end of one is none."""
    plain = _DAY.sub(" ", text)
    return frozenset(length for length, pattern in _LENGTHS.items() if pattern.search(plain))


def length_of(heads: Sequence[str]) -> Length | None:
    """How long the time is that a column is of, by its heads; None where they do not say. The shortest one counts."""
    found = lengths_in(" ".join(heads))
    return next((one for one in ("quarter", "half", "nine", "year") if one in found), None) if found else None


@lru_cache(maxsize=256)
def length_asked(question: str) -> Length | None:
    """How long the time is that a question is about: `in 2022` is about a year; None for a day, or for no time."""
    if _DAY.search(question) or _ASKS_DAY.search(question):
        return None
    part = length_of((question,))
    return part or ("year" if _A_YEAR.search(question) or _SHORT_YEAR.search(question) else None)


def fitting_cells(question: str, cells: Sequence[Cell]) -> list[Cell]:
    """The cells that may be of the time that a question is about; all of them where none is, or it is about none.

    A column without any length fits a year (`2022`, `Total`) unless it gives a change.
    """
    asked = length_asked(question)
    lengths = [length_of(cell.heads) for cell in cells]
    if asked is None or not any(lengths):
        return list(cells)
    fits = [
        cell
        for cell, length in zip(cells, lengths, strict=True)
        if (length in (None, "year") if asked == "year" else length == asked and _may_be(question, cell))
    ]
    is_there = asked != "year" or any(not _CHANGE.search(" ".join(cell.heads)) for cell in fits)
    return fits if fits and is_there else list(cells)


def has_only_parts(heads: Sequence[Sequence[str]]) -> bool:
    """Whether all columns that say of what time they are, and others than those of changes, are of parts of a year."""
    said = [one for one in heads if not (length_of(one) is None and _CHANGE.search(" ".join(one)))]
    return bool(said) and all(length_of(one) not in (None, "year") for one in said)


def tells_of_part(text: str) -> bool:
    """Whether a sentence is about a part of a year, and names no year of which it is not a part."""
    plain = _DAY.sub(" ", text)
    found = lengths_in(plain)
    if not found or "year" in found:
        return False
    for pattern in _LENGTHS.values():
        plain = pattern.sub("\0", plain)
    return _A_YEAR.search(_PART_OF_YEAR.sub(" ", plain)) is None


def _may_be(question: str, cell: Cell) -> bool:
    """Whether a column is of the quarter that is asked for; `Three Months Ended June 30` may be any."""
    asked = [number for number, pattern in enumerate(_QUARTERS) if pattern.search(question)]
    named = [number for number, pattern in enumerate(_QUARTERS) if pattern.search(" ".join(cell.heads))]
    return not asked or not named or bool(set(asked) & set(named))
