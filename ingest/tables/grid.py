"""A table as slots on a grid, however it was found, and what kinds of text stand in them."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from docent.ingest.pages.lines import Line, cell_joint, union
from docent.ingest.types import Box

_YEAR = r"(?:19|20)\d\d"
SOME_YEAR = re.compile(rf"(?<!\d){_YEAR}(?!\d)")
_PERIOD = re.compile(rf"{_YEAR}(?:[-/–]\d{{2,4}})?|{_YEAR}[A-Z]|\d{{1,2}}/\d{{1,2}}/{_YEAR}")
_VALUE = re.compile(
    r"[^\w]*(?:US\$|RMB|CNY)?[^\w]*\d[\d,.\s]*(?:[^\w]|pts?|bps?|[xX倍元年月日天个万亿]|[a-z](?=\)|$))*"
)
_DAY = re.compile(r"\d{1,2},")
_BLANK = re.compile(r"(?:[-–—−*/.\s]|n/?a|nm|不适用|无)*", re.IGNORECASE)
_ROW_SHARE = 0.45  # of a line's height: baselines nearer than this are one


@dataclass(slots=True)
class Slot:
    """A filled cell: where on the grid it begins, how far it spans, and its printed lines in reading order."""

    top: int
    left: int
    rows: int
    columns: int
    lines: list[Line]

    @property
    def text(self) -> str:
        """Its lines as one text."""
        text = ""
        for line in self.lines:
            text += cell_joint(text, line.text) + line.text
        return text

    @property
    def box(self) -> Box:
        """What its lines cover."""
        return union(line.box for line in self.lines)

    def covers(self, column: int) -> bool:
        """Whether it stands in that column."""
        return self.left <= column < self.left + self.columns


@dataclass(slots=True)
class Grid:
    """The slots of one table, row by row.

    `edges` say where its columns are, one number each, in points (the left side where there are rules, else the right
    side, where numbers end): a table with some of the same ones may go on from another. `ruled` says that lines were
    drawn between its cells. `above` and `below` are lines that its frame holds and that are no part of it.
    """

    slots: list[Slot]
    height: int
    width: int
    edges: tuple[float, ...]
    box: Box
    ruled: bool
    above: list[Line] = field(default_factory=list)
    below: list[Line] = field(default_factory=list)

    def row(self, number: int) -> list[Slot]:
        """The slots that begin in that row, from left to right."""
        return [slot for slot in self.slots if slot.top == number]

    def rows(self) -> list[list[Slot]]:
        """All rows, from top to bottom."""
        rows: list[list[Slot]] = [[] for _ in range(self.height)]
        for slot in sorted(self.slots, key=lambda one: one.left):
            rows[slot.top].append(slot)
        return rows


def plain(text: str) -> str:
    """For comparing: NFKC, no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


@lru_cache(maxsize=4096)
def is_value(text: str) -> bool:
    """Whether it is an amount, a share, a count or a date, and no year or day that heads a column (January / 28,)."""
    folded = unicodedata.normalize("NFKC", text).strip()
    return _VALUE.fullmatch(folded) is not None and not is_period(text) and not _DAY.fullmatch(folded)


def is_period(text: str) -> bool:
    """Whether it is a bare year or span of years, as columns are headed."""
    return (
        _PERIOD.fullmatch(plain(text)) is not None or re.fullmatch(rf"{_YEAR}年(?:度|末|初)?", plain(text)) is not None
    )


def is_blank(text: str) -> bool:
    """Whether it stands for nothing: a dash, "n/a", 不适用."""
    return _BLANK.fullmatch(text) is not None


def baselines(lines: Iterable[Line]) -> list[list[Line]]:
    """Lines on one baseline together, from top to bottom, each from left to right. Turned text goes by its own way."""
    ordered = list(lines)
    if ordered and sum(line.turn in (90, 270) for line in ordered) > len(ordered) / 2:
        sign = 1 if ordered[0].turn == 270 else -1
        return [[line] for line in sorted(ordered, key=lambda one: sign * (one.box[0] + one.box[2]))]
    rows: list[list[Line]] = []
    for line in sorted(ordered, key=lambda one: one.box[1] + one.box[3]):
        if rows and abs(middle(rows[-1][-1]) - middle(line)) < _ROW_SHARE * min(rows[-1][-1].height, line.height):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda one: one.box[0]) for row in rows]


def middle(line: Line) -> float:
    """Half way between its top and bottom."""
    return (line.box[1] + line.box[3]) / 2


def compact(slots: Sequence[Slot], edges: Sequence[float], box: Box, *, ruled: bool) -> Grid:
    """A grid without the rows and columns in which no slot begins."""
    filled = [slot for slot in slots if slot.lines]
    tops = sorted({slot.top for slot in filled})
    lefts = sorted({slot.left for slot in filled})
    made = []
    for slot in filled:
        top, left = bisect_left(tops, slot.top), bisect_left(lefts, slot.left)
        rows = bisect_left(tops, slot.top + slot.rows) - top
        columns = bisect_left(lefts, slot.left + slot.columns) - left
        made.append(Slot(top, left, rows, columns, slot.lines))
    made.sort(key=lambda one: (one.top, one.left))
    kept = tuple(edges[left] for left in lefts)
    return Grid(made, len(tops), len(lefts), kept, box, ruled)


def one_below_other(grid: Grid) -> Grid:
    """Two tables side by side under the same heads (资产 | 期末 | 负债 | 期末): the right one below the left."""
    half = grid.width // 2
    if grid.width % 2 or half < 2 or any(slot.left < half < slot.left + slot.columns for slot in grid.slots):
        return grid
    left = [slot for slot in grid.slots if slot.left < half]
    right = [slot for slot in grid.slots if slot.left >= half]
    heads = [
        {slot.left % half: plain(slot.text) for slot in part if slot.top == min(one.top for one in part)}
        for part in (left, right)
    ]
    labels = [slot for slot in right if slot.left == half]
    same = all(heads[0].get(column) == heads[1].get(column) is not None for column in range(1, half))
    if not same or any(is_value(text) for text in heads[0].values()) or len(labels) < 2:
        return grid
    if sum(is_value(slot.text) for slot in labels) * 2 > len(labels):
        return grid
    below = [Slot(slot.top + grid.height, slot.left - half, slot.rows, slot.columns, slot.lines) for slot in right]
    made = compact([*left, *below], grid.edges[:half], grid.box, ruled=grid.ruled)
    made.above, made.below = grid.above, grid.below
    return made
