"""Rows of words in columns: tables without a number in them, and tables of contents, which are none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from docent.ingest.pages.lines import Line, union
from docent.ingest.tables.grid import Grid, Slot, is_value

MIN_ROWS = 3  # with a word in every column
MIN_FULL = 0.5  # share of the rows that are so; the others go on in one column or lack a cell
MAX_WORDS = 80  # characters of the average cell: more is prose side by side
SAME_LEFT_EMS = 0.5  # by which the beginnings of cells in one column may differ
MIN_ENTRIES = 3
EVEN_EMS = 0.1  # by which the gaps between the words of a justified line differ
UNEVEN = 1.5  # width of its longest word against that of its shortest: heads of columns are alike
NEAR_LEADER = 3  # rows from an entry with a leader
_LEADER = re.compile(r"(?:[.·…‥﹒．]\s?){4,}|…{2,}")
_NUMBERED = re.compile(r"第[一二三四五六七八九十百\d]+[章节節部编篇]|\d+(?:\.\d+)*[.、]?\s|[一二三四五六七八九十]+、")
_EQUATION_NUMBER = re.compile(r"[(（](?:[A-Z]\.?)?\d{1,3}(?:[.\-–]\d{1,3})*[a-z′']?[)）]")
_FORMULA = re.compile(r"[=≤≥≈≠≡∈∼→∑∏∫√±∞∂λσμβθ]|[\U0001d400-\U0001d7ff]")
_PAGE_HEAD = re.compile(r"pages?(?: no\.?| number)?|页码?|页次|頁碼?|頁次", re.IGNORECASE)
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
    if full < max(MIN_ROWS, MIN_FULL * (top + 1)) or words > MAX_WORDS or (len(lefts) == 2 and _counts(slots)):
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

    Most have a leader to the number, or are numbered and stand below no other head than "Page"; 0 where the rows are
    something else.
    """
    last, leaders, numbered, stop = -1, 0, 0, start
    while stop < len(rows) and (entry := _entry(rows[stop])):
        title, page = entry
        if page is not None and page < last:
            break
        last = last if page is None else page
        leaders += _LEADER.search(title) is not None
        numbered += _NUMBERED.match(title) is not None
        stop += 1
    count = stop - start
    above = rows[start - 1] if start else ()
    headed = len(above) > 1 and not _PAGE_HEAD.fullmatch(above[-1].text.strip())
    if count >= MIN_ENTRIES and leaders * 2 > count:
        return count
    return count if count > MIN_ENTRIES and numbered * 2 > count and not headed else 0


def contents_rows(rows: Sequence[Sequence[Line]]) -> set[int]:
    """Entries of a table of contents whose page is set off without a leader, near some with one: they head nothing."""
    entries = {number for number, row in enumerate(rows) if 1 < len(row) < 4 and _entry(row)}
    if not entries:
        return entries
    leaders = [number for number, row in enumerate(rows) if any(_LEADER.search(cell.text) for cell in row)]
    return {number for number in entries if any(abs(number - other) <= NEAR_LEADER for other in leaders)}


def _entry(row: Sequence[Line]) -> tuple[str, int | None] | None:
    """A title, which may have its number in a cell of its own, and its page; Roman pages are None."""
    if len(row) not in (2, 3) or (len(row) == 3 and is_value(row[1].text)):
        return None
    page = row[-1].text.strip()
    if not _PAGE.fullmatch(page):
        return None
    digits = page.strip("()（）[] ")
    return " ".join(cell.text for cell in row[:-1]), int(digits) if digits.isdecimal() else None


def is_bullet(row: Sequence[Line]) -> bool:
    """Whether a row is an item of a list: a mark alone, drawn from any font, and its text."""
    mark = row[0].text.strip()
    return len(row) == 2 and len(mark) == 1 and not mark.isalnum() and mark not in "-–—"


def is_justified(rows: Sequence[Sequence[Line]], number: int) -> bool:
    """Whether a row is a line of prose drawn out to the width of one next to it: words all as far from one another."""
    row = rows[number]
    if len(row) < 4 or any(" " in cell.text or is_value(cell.text) for cell in row):
        return False
    beside = [one[0] for one in (*rows[max(0, number - 1) : number], *rows[number + 1 : number + 2]) if len(one) == 1]
    if not any(_is_next_line(row, line) for line in beside):
        return False
    gaps = [b.box[0] - a.box[2] for a, b in pairwise(row)]
    widths = [cell.width for cell in row]
    return max(gaps) - min(gaps) < EVEN_EMS * row[0].size and max(widths) > UNEVEN * min(widths)


def _is_next_line(row: Sequence[Line], line: Line) -> bool:
    """Whether a line stands right above or below a row and ends where it does."""
    apart = max(line.box[1] - row[0].box[3], row[0].box[1] - line.box[3])
    return abs(line.box[2] - row[-1].box[2]) < line.size and apart < 0.6 * line.height


def is_equation(row: Sequence[Line]) -> bool:
    """Whether a row is a formula and its number."""
    if len(row) < 2 or not _EQUATION_NUMBER.fullmatch(row[-1].text):
        return False
    return any(_FORMULA.search(part.text) for part in row[:-1])


def _counts(slots: Sequence[Slot]) -> bool:
    """Whether the first column numbers the lines of a listing."""
    numbers = [int(slot.text) for slot in slots if slot.left == 0 and slot.text.strip().isdecimal()]
    return len(numbers) > 1 and all(b - a == 1 for a, b in pairwise(numbers))
