"""Two years in one question, which tables of two reports tell: the same line of each."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docent.llm.extractive.evidence import Evidence, names_end, names_row
from docent.llm.extractive.years import told_of, years_in
from docent.llm.questions.periods import BARE_YEAR
from docent.retrieval import Hit, fold

_YEAR = re.compile(BARE_YEAR)
MOST = 3  # years; more are a series, which one table has


def with_the_other_years(
    query: str, hits: Sequence[Hit], ranked: Sequence[Evidence], chosen: Sequence[Evidence]
) -> list[Evidence]:
    """What was chosen, and where its first is a row that tells one of the years the same row for each of the others."""
    best = chosen[0]
    asked = {int(one) for one in _YEAR.findall(query)}
    if (
        best.row is None
        or not 2 <= len(asked) <= MOST
        or not (names_row(query, best.row) or names_end(query, best.row))
    ):
        return list(chosen)
    missing = asked - _years(query, hits, best)
    if not missing or len(missing) == len(asked):
        return list(chosen)
    found = [best]
    for one in ranked:
        is_same = _is_same_row(best, one) and one.shared >= best.shared / 2  # and no other company's
        told = missing & _years(query, hits, one) if is_same else frozenset[int]()
        if told:
            found.append(one)
            missing = missing - told
    return [*found, *(one for one in chosen if one not in found)] if len(found) == 1 else found


def _is_same_row(best: Evidence, one: Evidence) -> bool:
    """Whether two rows are called the same; the sections above them may differ from report to report."""
    if best.row is None or one.row is None or one.row.is_head:
        return False
    first, second = (fold(row.label.split(" / ")[-1]) for row in (best.row, one.row))
    return first == second


def _years(query: str, hits: Sequence[Hit], one: Evidence) -> frozenset[int]:
    return years_in(told_of(query, hits[one.index].chunk.text, one))
