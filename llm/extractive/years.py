"""Of which years a sentence or a row speaks, so that the figures of one year are not told as those of another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from docent.ingest import TableRow, without_places
from docent.llm.extractive.cells import named_cells, value_cells
from docent.llm.extractive.evidence import Evidence, names_row, rank_sentences
from docent.llm.extractive.pieces import pieces_of
from docent.llm.questions.lengths import has_only_parts, length_asked, tells_of_part
from docent.llm.questions.periods import BARE_YEAR, PERIOD
from docent.retrieval import Hit

ABOUT_AS_MUCH = 0.6  # of what the best sentence of any year says of the question, its year left out
_YEAR = re.compile(BARE_YEAR)
_RANGE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)\s?年?度?\s?(?:[-–—~～]|至|到|to|through)\s?(?:fiscal\s)?((?:19|20)\d\d)(?!\d)",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"[$€£¥￥]\s?\d|\d\s?(?:[%％万亿元]|percent\b|(?:m|b|tr)illion\b)", re.IGNORECASE)
_SPLIT_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)[-–/](\d\d)(?![\d/-])")
_SHORT_YEAR = re.compile(r"\b[FC]Y\s?['’]?(\d\d)(?!\d)", re.IGNORECASE)
_YEAR_BEFORE = re.compile(
    r"(?<![比较])(?:上一?[年期]|去年|前一年)|[年期]初|(?:prior|previous|preceding|last)[-\s](?:fiscal\s)?(?:year|period)"
    r"|opening|beginning of (?:the )?(?:year|period)",
    re.IGNORECASE,
)
MAX_RANGE = 30  # years; a longer one is more likely two numbers


@lru_cache(maxsize=1024)
def years_in(text: str) -> frozenset[int]:
    """The years that a text names, with those inside a range: 2017, 2018 and 2019 for `2017-2019`."""
    found = {int(one) for one in _YEAR.findall(text)}
    found.update(2000 + int(one) for one in _SHORT_YEAR.findall(text))
    for first, last in _RANGE.findall(text):
        if 0 < int(last) - int(first) <= MAX_RANGE:
            found.update(range(int(first), int(last) + 1))
    found.update(int(first) + 1 for first, last in _SPLIT_YEAR.findall(text) if (int(first) + 1) % 100 == int(last))
    return frozenset(found)


def of_the_year(query: str, context: str, hits: Sequence[Hit], ranked: list[Evidence]) -> tuple[list[Evidence], str]:
    """What may be quoted for the one year that `query` names, in the same order; and that year where nothing may.

    Everything, and no year, for a query that names none or several. A sentence that names no year is of the one
    named last before it in its passage, and of those of its headings and document; of no year at all, it stays.
    """
    asked = years_in(query)
    if len(asked) != 1 or not ranked:
        return ranked, ""
    (year,) = asked
    kept = [one for one in ranked if may_be_of(year, query, hits[one.index], one)]
    if len(kept) == len(ranked):
        return ranked, ""
    # That it names the year makes no sentence an answer: it must say of the rest what those of other years say.
    plain = rank_sentences(PERIOD.sub(" ", query), hits, context)
    said = {(one.index, one.start): one.coverage for one in plain}
    need = ABOUT_AS_MUCH * max(said[one.index, one.start] for one in ranked)
    if not any(said[one.index, one.start] >= need for one in kept):
        return [], str(year)
    return kept, ""


def of_the_length(query: str, context: str, hits: Sequence[Hit], ranked: list[Evidence]) -> tuple[list[Evidence], bool]:
    """What may be quoted for the whole year that `query` is about, in the same order; and whether only parts are there.

    Everything for any other query. A row is of a part where all of its columns are; a sentence about a part stays
    where nothing says about as much of the year.
    """
    if not ranked or length_asked(query) != "year":
        return ranked, False
    parts = [one for one in ranked if _is_of_part(hits[one.index], one)]
    if not parts:
        return ranked, False
    plain = rank_sentences(PERIOD.sub(" ", query), hits, context)
    said = {(one.index, one.start): one.coverage for one in plain}
    need = ABOUT_AS_MUCH * max(said[one.index, one.start] for one in ranked)
    kept = [one for one in ranked if one not in parts]
    best = ranked[0]
    is_figure = best.row is not None and best in parts
    for one in kept:
        row = one.row if is_figure else None
        is_told = _has_amount(hits[one.index], one) if is_figure else True
        if (said[one.index, one.start] >= need and is_told) or (row is not None and names_row(query, row)):
            return kept, False
    if best.row is None or best not in parts:
        return ranked, False
    return ([], True) if names_row(query, best.row) else (kept or ranked, False)


def _is_of_part(hit: Hit, one: Evidence) -> bool:
    """Whether a row or a sentence with an amount tells of nothing but parts of a year."""
    text = hit.chunk.text
    if one.row is None:
        return _has_amount(hit, one) and tells_of_part(text[one.start : one.end])
    cells = [] if one.row.is_head else value_cells(text, one.row)
    return has_only_parts([cell.heads for cell in cells])


def _has_amount(hit: Hit, one: Evidence) -> bool:
    text = hit.chunk.text[one.start : one.end]
    return not one.row.is_head and len(one.row.cells) > 1 if one.row else _AMOUNT.search(text) is not None


def may_be_of(year: int, query: str, hit: Hit, one: Evidence) -> bool:
    """Whether a sentence speaks of the year, or of none that is known."""
    if one.told:
        return True
    chunk = hit.chunk
    own = told_of(query, chunk.text, one) if one.row else chunk.text[one.start : one.end]
    named = years_in(own) or _named_before(hit, one.start)
    around = years_in(f"{hit.document.name} {without_places(chunk.heading)} {chunk.context}")
    before = {known - 1 for known in named | around} if _YEAR_BEFORE.search(own) else set[int]()
    spoken = named | around | before
    return not spoken or year in spoken


def _named_before(hit: Hit, place: int) -> frozenset[int]:
    """The years of the nearest statement before a place that names any."""
    text = hit.chunk.text
    for one in reversed(pieces_of(0, hit)):
        if one.start < place and (named := years_in(_said(text[one.start : one.end], one.row))):
            return named
    return frozenset()


def told_of(query: str, text: str, one: Evidence) -> str:
    """Of a row what an answer would tell of it: its label, and the cells that the question names or else all."""
    if one.row is None or one.row.is_head:
        return text[one.start : one.end]
    cells = value_cells(text, one.row)
    cells = named_cells(query, cells) or cells
    said = " ".join([*(head for cell in cells for head in cell.heads), *(text[a.start : a.end] for a in cells)])
    return f"{one.row.label} {said}" if cells else text[one.start : one.end]


def _said(text: str, row: TableRow | None) -> str:
    """A sentence; of a row the heads and the label as well."""
    if row is None or row.is_head:
        return text
    return " ".join([text, row.label, *dict.fromkeys(head for cell in row.cells for head in cell.heads)])
