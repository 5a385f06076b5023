"""Rows of words in columns: tables without a number in them, and tables of contents, which are none."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docent.ingest.grid import Grid, Slot
from docent.ingest.lines import Line, union

MIN_ROWS = 3  # with a word in every column
MIN_FULL = 0.5  # share of the rows that are so; the others go on in one column or lack a cell
MAX_WORDS = 80  # characters of the average cell: more is prose side by side
SAME_LEFT_EMS = 0.5  # by which the beginnings of cells in one column may differ
MIN_ENTRIES = 3
_LEADER = re.compile(r"(?:[.·…‥﹒．]\s?){4,}|…{2,}")
_NUMBERED = re.compile(r"第[一二三四五六七八九十百\d]+[章节節部编篇]|\d+(?:\.\d+)*[.、]?\s|[一二三四五六七八九十]+、")
_PAGE = re.compile(r"[(（\[]?\d{1,4}[)）\]]?|[ivxlc]{1,6}")


def word_grid(rows: Sequence[Sequence[Line]]) -> Grid | None:
    """The grid of rows whose cells begin one below the other; None when too few of them do."""
    lefts = _lefts(rows)
    if len(lefts) < 2:
        return None
    slots: list[Slot] = []
    top = -1
    for row in rows:
        places = [_place(cell, lefts) for cell in row]
        if None in places or len(set(places)) < len(places):
            return None
        if top < 0 or places[0] == 0 or not _goes_on(slots, row[0]):
            top += 1
        for cell, place in zip(row, places, strict=True):
            last = next((slot for slot in slots if slot.top == top and slot.left == place), None)
            if last is not None:
                last.lines.append(cell)
            elif place is not None:
                slots.append(Slot(top, place, 1, 1, [cell]))
    full = sum(sum(slot.top == number for slot in slots) == len(lefts) for number in range(top + 1))
    words = sum(len(slot.text) for slot in slots) / len(slots)
    if full < max(MIN_ROWS, MIN_FULL * (top + 1)) or words > MAX_WORDS:
        return None
    slots.sort(key=lambda one: (one.top, one.left))
    rights = tuple(max(slot.box[2] for slot in slots if slot.left == column) for column in range(1, len(lefts)))
    return Grid(slots, top + 1, len(lefts), (lefts[0], *rights), union(slot.box for slot in slots), ruled=False)


def _lefts(rows: Sequence[Sequence[Line]]) -> list[float]:
    """Where the cells of at least half of the rows with several of them begin."""
    several = [row for row in rows if len(row) > 1]
    groups: list[list[Line]] = []
    for cell in sorted((cell for row in several for cell in row), key=lambda one: one.box[0]):
        if groups and cell.box[0] - groups[-1][0].box[0] <= SAME_LEFT_EMS * cell.size:
            groups[-1].append(cell)
        else:
            groups.append([cell])
    return [group[0].box[0] for group in groups if len(group) >= max(MIN_ROWS, MIN_FULL * len(several))]


def _place(cell: Line, lefts: Sequence[float]) -> int | None:
    reach = SAME_LEFT_EMS * cell.size
    return next((i for i, left in enumerate(lefts) if -1 <= cell.box[0] - left <= reach), None)


def _goes_on(slots: Sequence[Slot], cell: Line) -> bool:
    """Whether a line without a label stands right below the row before it."""
    return cell.box[1] - max(line.box[3] for line in slots[-1].lines) < 0.6 * cell.height


def is_contents(rows: Sequence[Sequence[Line]], start: int) -> int:
    """How many entries of a table of contents begin at that row: titles with rising numbers of pages.

    Most are numbered or have a leader to the number; 0 where the rows are something else.
    """
    last, marked, stop = -1, 0, start
    while stop < len(rows) and len(rows[stop]) == 2 and _PAGE.fullmatch(rows[stop][1].text.strip()):
        title, page = rows[stop][0].text, rows[stop][1].text.strip("()（）[] ")
        if page.isdecimal() and int(page) < last:
            break
        last = int(page) if page.isdecimal() else last
        marked += bool(_LEADER.search(title) or _NUMBERED.match(title))
        stop += 1
    return stop - start if stop - start >= MIN_ENTRIES and marked * 2 > stop - start else 0
