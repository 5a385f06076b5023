"""A filter from what people and programs write: names, tags, pages and dates as text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from docent.retrieval.errors import BadFilter
from docent.retrieval.types import SearchFilter

_PERIOD = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")


def filter_from(
    documents: Sequence[str] = (),
    pages: Sequence[int] | None = None,
    tags: Sequence[str] = (),
    since: str | date | None = None,
    until: str | date | None = None,
) -> SearchFilter:
    """A filter; dates may be text, see `period`. Raises BadFilter."""
    if isinstance(documents, str) or isinstance(tags, str):
        raise BadFilter("documents and tags of a filter are lists of names, not one text.")
    if pages is not None and (len(pages) != 2 or not 1 <= pages[0] <= pages[1]):
        raise BadFilter("pages of a filter are the first and the last one, counted from 1.")
    first = period(since)[0] if isinstance(since, str) else since
    last = period(until)[1] if isinstance(until, str) else until
    if first and last and first > last:
        raise BadFilter(f"nothing is since {first} and until {last}: exchange the two.")
    return SearchFilter(tuple(documents), (pages[0], pages[1]) if pages else None, tuple(tags), first, last)


def period(text: str) -> tuple[date, date]:
    """The first and the last day of `2024`, `2024-03` or `2024-03-05`. Raises BadFilter."""
    match = _PERIOD.fullmatch(text.strip())
    year, month, day = (int(one or 0) for one in match.groups()) if match else (0, 0, 0)
    import calendar

    try:
        first = date(year, month or 1, day or 1)
        last_month = month or 12
        return first, date(year, last_month, day or calendar.monthrange(year, last_month)[1])
    except ValueError as error:
        raise BadFilter(f"{text[:40]!r} is no date: give 2024, 2024-03 or 2024-03-05.") from error
