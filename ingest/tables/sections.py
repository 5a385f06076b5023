"""Sections inside a table: rows that are a label alone and hold for the rows below them or begin another table."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from docent.ingest.pages.lines import union
from docent.ingest.tables.grid import Grid, Slot, compact, is_value

MAX_SECTION = 80  # characters
MAX_BLANK = 0.25  # share of rows that are a label alone, up to which those are sections
INDENT = 1.0  # points
MIN_HEADS = 3  # below a title, from which it begins another table
MAX_HEAD = 40  # characters
_AMOUNT = re.compile(r"\d{1,3}(?:,\d{3})+")


@dataclass(slots=True)
class OpenSection:
    """A section, where its own row begins and where its first row does; 0 is left of everything."""

    name: str
    x: float
    first: float | None = None


@dataclass(slots=True)
class Sections:
    """The sections that a row of a table stands in, the outermost first."""

    stack: list[OpenSection] = field(default_factory=list)

    def names(self) -> list[str]:
        """Their labels."""
        return [one.name for one in self.stack]

    def copy(self) -> Sections:
        """The same ones, for a table that goes on."""
        return Sections([OpenSection(one.name, one.x, one.first) for one in self.stack])

    def open(self, slot: Slot) -> None:
        """A section ends those that do not begin left of it, unless they have had no rows yet."""
        x = slot.lines[0].box[0]
        while (
            self.stack and self.stack[-1].first is not None and (x <= self.stack[-1].x + INDENT or not self.stack[-1].x)
        ):
            self.stack.pop()
        self.stack.append(OpenSection(slot.text.strip().rstrip(":："), x))

    def close(self, slot: Slot) -> None:
        """A row that is not indented as the first rows of a section were stands outside of it."""
        if slot.left:
            return
        x = slot.lines[0].box[0]
        while self.stack:
            last = self.stack[-1]
            if last.first is None:
                last.first = x
                return
            if x > last.x + INDENT or last.first <= last.x + INDENT:
                return
            self.stack.pop()


def is_section(rows: list[list[Slot]], number: int, grid: Grid) -> bool:
    """Whether a row is a label alone, with rows below it, and not an entry without values."""
    row = rows[number]
    if len(row) != 1 or number + 1 >= len(rows) or row[0].left or is_value(row[0].text) or row[0].rows > 1:
        return False
    text = row[0].text.strip()
    if len(text) > MAX_SECTION or _AMOUNT.search(text):
        return False
    if grid.ruled and row[0].columns < grid.width and not text.endswith((":", "：")) and _has_blank_rows(rows):
        return False
    return not any(slot.top < number < slot.top + slot.rows for slot in grid.slots)


def parted(grid: Grid) -> list[Grid]:
    """The tables that one frame holds: a title over all columns and heads over other columns than before begin one."""
    if not grid.ruled:
        return [grid]
    rows = grid.rows()
    starts = [0]
    for number in range(1, len(rows) - 2):
        above = {slot.left for row in rows[starts[-1] : number] for slot in row}
        if _is_title(rows[number], grid) and _are_other_heads(rows[number + 1], above, grid):
            starts.append(number)
    if len(starts) == 1:
        return [grid]
    parts = []
    for start, stop in pairwise([*starts, len(rows)]):
        slots = [slot for row in rows[start:stop] for slot in row]
        parts.append(compact(slots, grid.edges, union(slot.box for slot in slots), ruled=True))
    parts[0].above, parts[-1].below = grid.above, grid.below
    return parts


def _is_title(row: list[Slot], grid: Grid) -> bool:
    return len(row) == 1 and row[0].columns == grid.width and row[0].rows == 1 and len(row[0].text) <= MAX_SECTION


def _are_other_heads(row: list[Slot], above: set[int], grid: Grid) -> bool:
    """Whether a row of words parts the whole width otherwise than the rows above it."""
    if len(row) < MIN_HEADS or sum(slot.columns for slot in row) != grid.width:
        return False
    if any(is_value(slot.text) or len(slot.text) > MAX_HEAD for slot in row):
        return False
    return not {slot.left for slot in row} <= above


def _has_blank_rows(rows: list[list[Slot]]) -> bool:
    """Whether many rows are labels without values, as in a form of which few lines apply."""
    return sum(len(row) == 1 and row[0].left == 0 for row in rows) > MAX_BLANK * len(rows)
