"""Fiscal years that end in January or February: what ends in January 2023 some call fiscal 2023, others 2022."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from docent.ingest import Cell
from docent.llm.extractive.cells import named_cells, value_cells
from docent.llm.extractive.evidence import Evidence
from docent.llm.questions.lengths import fitting_cells
from docent.llm.questions.periods import PERIOD
from docent.retrieval import Hit

_ASKED = re.compile(r"\b(?:fiscal\s+(?:year\s+)?|FY\s?['’]?)(?:20)?(\d\d)(?!\d)", re.IGNORECASE)
_EARLY = r"(?:Jan(?:uary)?|Feb(?:ruary)?)\b\.?\s+\d{1,2}\s?,?\s+20(\d\d)(?!\d)"
_ENDED = re.compile(_EARLY, re.IGNORECASE)
_FISCAL = r"fiscal\s+(?:years?\s+)?20(\d\d)(?!\d)"
# `fiscal 2023, which ended January 28, 2023`, and `the year ended January 28, 2023 (“fiscal 2022”)`.
_YEAR_FIRST = re.compile(rf"\b{_FISCAL}[^.;\n]{{0,40}}?\bend(?:s|ed|ing)\s+(?:on\s+)?{_EARLY}", re.IGNORECASE)
_DAY_FIRST = re.compile(
    rf"\bend(?:s|ed|ing)\s+(?:on\s+)?{_EARLY}\s?[,(（]?[\s“\"(]{{0,3}}(?:or\s+)?{_FISCAL}", re.IGNORECASE
)
_RESULTS = re.compile(rf"\b{_FISCAL}\s+(?:financial\s+)?results\b", re.IGNORECASE)


def with_fiscal_cells(question: str, hits: Sequence[Hit], ranked: Sequence[Evidence]) -> list[Evidence]:
    """The evidence with the columns of the fiscal year that `question` names, where they are headed by a day so early.

    Of a row whose columns are all of other years nothing is left. Where the document does not say how it counts, the
    columns of both years it may be are told, each with its day.
    """
    asked = {int(one) for one in _ASKED.findall(question)}
    if len(asked) != 1:
        return list(ranked)
    (year,) = asked
    ahead: dict[str, frozenset[int]] = {}
    found = []
    for one in ranked:
        hit = hits[one.index]
        ended = _ended(hit, one)
        if not ended:
            found.append(one)
            continue
        if hit.document.id not in ahead:
            ahead[hit.document.id] = _years_ahead([other for other in hits if other.document.id == hit.document.id])
        cells = [cell for cell, end in ended if end - year in ahead[hit.document.id]]
        if cells:
            cells = fitting_cells(question, cells)
            found.append(replace(one, told=tuple(named_cells(PERIOD.sub(" ", question), cells) or cells)))
    return found


def _ended(hit: Hit, one: Evidence) -> list[tuple[Cell, int]]:
    """The cells of a row and the years in which theirs end; none unless all that have a date end so early."""
    if one.row is None or one.row.is_head:
        return []
    cells = value_cells(hit.chunk.text, one.row)
    ends = [(cell, _ENDED.search(" ".join(cell.heads))) for cell in cells]
    return [(cell, int(end[1])) for cell, end in ends if end]


def _years_ahead(hits: Sequence[Hit]) -> frozenset[int]:
    """By how many years the end of a fiscal year is ahead of its name in a document: 0, 1, or either."""
    said: set[int] = set()
    for hit in hits:
        said.update(int(end) - int(year) for year, end in _YEAR_FIRST.findall(hit.chunk.text))
        said.update(int(end) - int(year) for end, year in _DAY_FIRST.findall(hit.chunk.text))
    said = said & {0, 1} or _by_title(hits) & {0, 1}
    return frozenset(said if len(said) == 1 else {0, 1})


def _by_title(hits: Sequence[Hit]) -> set[int]:
    """The same by a title, `Fiscal 2022 Results`, over columns of which the last ends in the year that is told."""
    named = {int(year) for hit in hits for year in _RESULTS.findall(hit.chunk.heading.split(" > ")[0])}
    ends = {
        int(end)
        for hit in hits
        for row in hit.chunk.rows
        for cell in row.cells
        for end in _ENDED.findall(" ".join(cell.heads))
    }
    return {max(ends) - max(named)} if named and ends else set()
