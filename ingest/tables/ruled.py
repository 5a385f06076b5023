"""Ruled tables: the lines of a page put into the cells that its rules draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from docent.ingest.pages.glyphs import CELL_GAP_EMS, NUMBER_GAP_EMS
from docent.ingest.pages.lines import Line, breaks_number, is_watermark, union
from docent.ingest.tables.grid import Grid, Slot, baselines, compact, is_blank, is_value, middle, one_below_other
from docent.ingest.tables.heads import has_heads
from docent.ingest.tables.rulings import Area, Lattice

MAX_CELL = 300  # characters that the average cell of a table has at most: more is prose in frames
MIN_FILLED = 0.25  # share of the cells that have text: less is a form, a chart or a drawing ...
MIN_LABELS = 0.7  # ... unless this share of the rows is labelled
MAX_COARSE = 0.25  # share of the rows of numbers in cells that may hold more than one
_LEADS = {"$", "€", "£", "¥", "￥", "US$", "RMB", "("}
_TRAILS = {")", "%", "）", "％", ")%"}


def ruled_tables(lines: Sequence[Line], found: Sequence[Lattice]) -> tuple[list[Grid], list[Line]]:
    """The tables, and the lines that stand in none of them."""
    grids = []
    rest = list(lines)
    for lattice in found:
        inside: dict[Area, list[Line]] = {}
        outside = []
        for line in rest:
            area = lattice.area_at((line.box[0] + line.box[2]) / 2, middle(line))
            if area is None or is_watermark(line):
                outside.append(line)
            else:
                inside.setdefault(area, []).append(line)
        grid = _grid(lattice, inside)
        if grid is not None and not (lattice.shaded and not has_heads(grid)):
            grids.append(grid)
            rest = [*outside, *grid.above, *grid.below]
    return grids, rest


def _grid(lattice: Lattice, inside: dict[Area, list[Line]]) -> Grid | None:
    if len(inside) < 2 or sum(len(line.text) for lines in inside.values() for line in lines) > MAX_CELL * len(inside):
        return None
    firsts = {row[0] for row in lattice.areas}
    filled = len(inside) >= MIN_FILLED * len({area for row in lattice.areas for area in row})
    if not filled and len(firsts & set(inside)) < MIN_LABELS * len(firsts):
        return None
    slots = []
    for area, lines in inside.items():
        slots += _across(Slot(area.top, area.left, area.rows, area.columns, lines), lattice)
    if _is_coarse(slots):
        return None
    lacks_side = _lacks_side(slots)
    slots = _without_label_floors(slots, lattice)
    grid = compact(_joined_signs(_unruled_rows(slots)), lattice.xs, lattice.box, ruled=True)
    for slot in grid.slots:
        slot.lines = [line for row in baselines(slot.lines) for line in row]
    return None if lacks_side and not has_heads(grid) else _trimmed(grid)


def _is_coarse(slots: Sequence[Slot]) -> bool:
    """Whether many cells hold numbers with a wide gap beside them: the rules part groups of columns only."""
    rows = [row for slot in slots for row in baselines(slot.lines) if any(is_value(line.text) for line in row)]
    return sum(any(_is_wide(a, b) for a, b in pairwise(row)) for row in rows) > MAX_COARSE * len(rows)


def _lacks_side(slots: Sequence[Slot]) -> bool:
    """Whether most numbers of one column stand in a cell with what is far beside them, as where only rows are ruled."""
    columns: dict[int, list[list[Line]]] = {}
    for slot in slots:
        rows = [row for row in baselines(slot.lines) if any(is_value(line.text) for line in row)]
        columns.setdefault(slot.left, []).extend(rows)
    return any(
        2 * sum(any(_is_wide(a, b) for a, b in pairwise(row)) for row in rows) > len(rows) for rows in columns.values()
    )


def _is_wide(left: Line, right: Line) -> bool:
    numbers = is_value(left.text) and is_value(right.text)
    return right.box[0] - left.box[2] > (NUMBER_GAP_EMS if numbers else CELL_GAP_EMS) * right.size


def _across(slot: Slot, lattice: Lattice) -> list[Slot]:
    """A cell without inner rules whose lines stand in several columns, none crossing a side, is several cells."""
    if slot.columns == 1:
        return [slot]
    parts: dict[int, list[Line]] = {}
    for line in slot.lines:
        x0, x1 = line.box[0] + 1, line.box[2] - 1
        first = _column(lattice, x0)
        if first != _column(lattice, x1):
            return [slot]
        parts.setdefault(first, []).append(line)
    if len(parts) < 2:
        return [slot]
    return [Slot(slot.top, left, slot.rows, 1, lines) for left, lines in sorted(parts.items())]


def _column(lattice: Lattice, x: float) -> int:
    return max(0, sum(edge <= x for edge in lattice.xs[1:-1]))


def _without_label_floors(slots: list[Slot], lattice: Lattice) -> list[Slot]:
    """A side that only cuts the first column, while all others go on, is the shade of a line and no side of a cell."""
    for row in range(1, len(lattice.areas)):
        others = lattice.areas[row][1:]
        if not all(area.top < row for area in others) or lattice.areas[row][0].top != row:
            continue
        upper = next((one for one in slots if one.left == 0 and one.top < row <= one.top + one.rows), None)
        lower = next((one for one in slots if one.left == 0 and one.top == row), None)
        if lower and upper:
            upper.lines += lower.lines
            upper.rows = row + lower.rows - upper.top
            slots.remove(lower)
        elif lower:
            top = others[0].top
            lower.rows += row - top
            lower.top = top
    return slots


def _unruled_rows(slots: list[Slot]) -> list[Slot]:
    """Bands that hold several rows of numbers without a rule between them are cut at the numbers' baselines."""
    made: list[Slot] = []
    scale = 1000  # room for the rows of a band between two rows of the lattice
    for top in sorted({slot.top for slot in slots}):
        band = [slot for slot in slots if slot.top == top]
        bases = _bases([slot for slot in band if slot.rows == 1])
        for slot in band:
            one = Slot(slot.top * scale, slot.left, slot.rows * scale, slot.columns, slot.lines)
            if len(bases) < 2 or slot.rows > 1:
                made.append(one)
                continue
            parts: dict[int, list[Line]] = {}
            for line in slot.lines:
                parts.setdefault(_base(bases, middle(line), line.height), []).append(line)
            made += [Slot(one.top + i, slot.left, 1, slot.columns, lines) for i, lines in sorted(parts.items())]
    return made


def _bases(band: list[Slot]) -> list[float]:
    """Where the rows of numbers stand that a band holds; empty when it is one row."""
    stacks = []
    for slot in band:
        rows = baselines(slot.lines)
        if any(breaks_number(a[-1].text, b[0].text) for a, b in pairwise(rows)):
            return []
        if len(rows) > 1 and all(is_value("".join(x.text for x in row)) or is_blank(row[0].text) for row in rows):
            stacks.append([middle(row[0]) for row in rows])
    if len(stacks) < 2 and not (len(stacks) == 1 and len(band) == 2):
        return []
    longest = max(stacks, key=len)
    near = median(line.height for slot in band for line in slot.lines) * 0.6
    fitting = sum(all(min(abs(a - b) for b in longest) < near for a in stack) for stack in stacks)
    return longest if fitting == len(stacks) else []


def _base(bases: list[float], at: float, height: float) -> int:
    """The row a line belongs to: its own baseline, or the next one below, for a label that wraps ends on its row."""
    for number, base in enumerate(bases):
        if at <= base + 0.6 * height:
            return number
    return len(bases) - 1


def _joined_signs(slots: list[Slot]) -> list[Slot]:
    """A currency sign in a cell of its own goes to the number on its right, a bracket or % to the one on its left."""
    made: list[Slot] = []
    rows: dict[int, list[Slot]] = {}
    for slot in slots:
        rows.setdefault(slot.top, []).append(slot)
    for row in rows.values():
        row.sort(key=lambda one: one.left)
        lead: Slot | None = None
        for slot in row:
            text = slot.text.strip()
            if text in _LEADS:
                lead = slot
                continue
            if text in _TRAILS and made and made[-1].top == slot.top:
                made[-1] = _fused(made[-1], slot, made[-1].left)
                continue
            made.append(_fused(lead, slot, slot.left) if lead else slot)
            lead = None
    return made


def _fused(left: Slot, right: Slot, column: int) -> Slot:
    """Two cells as one that begins in `column`; a sign stands on the line of its number."""
    end = right.left + right.columns
    first, last = left.lines[-1], right.lines[0]
    box = (first.box[0], min(first.box[1], last.box[1]), last.box[2], max(first.box[3], last.box[3]))
    line = replace(last, text=f"{first.text.strip()}{last.text.strip()}", box=box)
    lines = [*left.lines[:-1], line, *right.lines[1:]]
    return Slot(right.top, column, max(left.rows, right.rows), end - column, lines)


def _trimmed(grid: Grid) -> Grid | None:
    """Without full-width rows of text above and below, which are captions and notes; None when too little is left."""
    rows = grid.rows()
    first, last = 0, len(rows) - 1
    while first < last and _is_text(rows[first], grid.width):
        grid.above += rows[first][0].lines
        first += 1
    while last > first and _is_text(rows[last], grid.width):
        grid.below[:0] = rows[last][0].lines
        last -= 1
    slots = [slot for row in rows[first : last + 1] for slot in row]
    above, below = grid.above, grid.below
    made = compact(slots, grid.edges, union(slot.box for slot in slots), ruled=True)
    if made.width < 2 or not slots:
        return None
    made.above, made.below = above, below
    return one_below_other(made)


def _is_text(row: list[Slot], width: int) -> bool:
    """One cell over the whole width with more than a label in it."""
    return len(row) == 1 and row[0].left == 0 and row[0].columns >= width and len(row[0].text) > 60
