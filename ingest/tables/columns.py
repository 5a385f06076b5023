"""Tables without rules: rows of cells whose columns are where the numbers of many rows stand one below the other."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from docent.ingest.pages.lines import Line, union
from docent.ingest.tables.grid import SOME_YEAR, Grid, Slot, is_blank, is_value, one_below_other
from docent.ingest.tables.words import is_bullet, is_contents, is_equation, word_grid

MIN_ROWS = 2  # rows with a value in them
GAP_SHARE = 0.1  # of the rows: a strip that fewer of them touch stands between two columns
DIGIT_EMS = 0.56  # width of a digit in most fonts, and a little more than that of marks between digits
MAX_LABELS = 3  # rows of one cell that may follow each other inside a table
MAX_HEAD = 60  # characters
_LEAD = re.compile(r"(?:US)?[$€£¥￥]|RMB|\(|（")
_TRAIL = re.compile(r"[)）%％]+")
_HANGING = re.compile(r"(.*\S)\s+([$€£¥￥])")
_GOES_ON = re.compile(r"[a-z(（]|[)）]")
_OPEN_END = re.compile(r"(?:[,;\-–—(（、]|\b(?:and|of|or|to|from|in|on|for|by|at|the|with))$")


def unruled_grid(rows: Sequence[Sequence[Line]], pieces: Sequence[Sequence[Line]] = ()) -> Grid | None:
    """The grid of consecutive rows of cells; None when they stand neither in columns of values nor of words.

    `pieces` are the same rows as they were printed: cells with a narrow gap between them may be one in `rows`.
    """
    cleaned = [_with_signs(list(row)) for row in rows]
    data = [row for row in cleaned if any(is_value(cell.text) for cell in row[1:])]
    if len(data) < MIN_ROWS:
        return word_grid(rows) if not data else None
    columns = _columns(data)
    if len(columns) < 2:
        return None
    for number, own in enumerate(pieces):
        if len(own) > len(rows[number]):
            cleaned[number] = [part for cell in cleaned[number] for part in _parted(cell, own, columns)]
    placed = _joined_labels([_placed(row, columns) for row in cleaned])
    first = next((i for i, row in enumerate(placed) if _has_value(row)), 0)
    _span_heads(placed[:first], columns)
    slots = [
        Slot(top, slot.left, 1, slot.columns, slot.lines)
        for top, row in enumerate(placed)
        for slot in row
        if slot.lines
    ]
    box = union(line.box for slot in slots for line in slot.lines)
    edges = (columns[0][0], *(right for _, right in columns[1:]))
    return one_below_other(Grid(slots, len(placed), len(columns), edges, box, ruled=False))


def _with_signs(row: list[Line]) -> list[Line]:
    """Currency signs joined to the number on their right, brackets and % to the one on their left."""
    parts: list[Line] = []
    for cell in row:
        match = _HANGING.fullmatch(cell.text)
        if match is None:
            parts.append(cell)
            continue
        x0, y0, x1, y1 = cell.box
        cut = x1 - 0.6 * cell.size
        parts.append(replace(cell, text=match[1], box=(x0, y0, min(cut, x0 + 0.56 * cell.size * len(match[1])), y1)))
        parts.append(replace(cell, text=match[2], box=(cut, y0, x1, y1)))
    made: list[Line] = []
    for cell in parts:
        if made and (_LEAD.fullmatch(made[-1].text) or (_TRAIL.fullmatch(cell.text) and is_value(made[-1].text))):
            made[-1] = replace(cell, text=made[-1].text + cell.text, box=union([made[-1].box, cell.box]))
        else:
            made.append(cell)
    return made


def _columns(rows: Sequence[Sequence[Line]]) -> list[tuple[float, float]]:
    """The strips that most cells of the rows stand in; a column of labels may be wider than its strip."""
    ends: list[tuple[float, int]] = []
    for row in rows:
        for cell in row:
            x0, x1 = _extent(cell)
            ends += [(x0, 1), (x1, -1)]
    need = GAP_SHARE * len(rows)
    strips: list[tuple[float, float]] = []
    depth = 0
    start = 0.0
    for x, step in sorted(ends):
        before, depth = depth, depth + step
        if before <= need < depth:
            start = x
        elif depth <= need < before:
            strips.append((start, x))
    return _labels_as_one(strips, rows)


def _extent(cell: Line) -> tuple[float, float]:
    """From left to right; of a number its digits only, since the sign before it may stand far to the left."""
    x0, _, x1, _ = cell.box
    if is_value(cell.text):
        digits = len(cell.text.strip("$€£¥￥ ")) * DIGIT_EMS * cell.size
        x0 = max(x0, x1 - digits)
    return x0, x1


def _labels_as_one(strips: list[tuple[float, float]], rows: Sequence[Sequence[Line]]) -> list[tuple[float, float]]:
    """A strip in which hardly any cell has its middle belongs to the column of labels on its left."""
    made: list[tuple[float, float]] = []
    middles = sorted(sum(_extent(cell)) / 2 for row in rows for cell in row)
    for left, right in strips:
        inside = bisect_right(middles, right) - bisect_left(middles, left)
        if made and inside <= GAP_SHARE * len(rows):
            made[-1] = (made[-1][0], right)
        else:
            made.append((left, right))
    return made


def _placed(row: Sequence[Line], columns: Sequence[tuple[float, float]]) -> list[Slot]:
    """Each cell in the column it overlaps most, or the nearest; two that fall into one column are one cell."""
    slots: list[Slot] = []
    for cell in row:
        column = _nearest(cell, columns)
        if slots and slots[-1].left == column:
            slots[-1].lines.append(cell)
        else:
            slots.append(Slot(0, column, 1, 1, [cell]))
    return slots


def _nearest(cell: Line, columns: Sequence[tuple[float, float]]) -> int:
    extent = _extent(cell)
    return max(range(len(columns)), key=lambda i: (_overlap(extent, columns[i]), -_distance(extent, columns[i])))


def _parted(cell: Line, pieces: Sequence[Line], columns: Sequence[tuple[float, float]]) -> list[Line]:
    """The pieces of a cell where each of them stands in a column of its own, else the cell."""
    own = _with_signs([one for one in pieces if cell.box[0] - 1 <= one.box[0] and one.box[2] <= cell.box[2] + 1])
    if len(own) < 2 or " ".join(one.text for one in own) != cell.text:
        return [cell]
    places = {_nearest(one, columns) for one in own if any(_overlap(_extent(one), column) for column in columns)}
    return own if len(places) == len(own) else [cell]


def _overlap(one: tuple[float, float], two: tuple[float, float]) -> float:
    return max(0.0, min(one[1], two[1]) - max(one[0], two[0]))


def _distance(one: tuple[float, float], two: tuple[float, float]) -> float:
    return abs(one[0] + one[1] - two[0] - two[1]) / 2


def _has_value(row: Sequence[Slot]) -> bool:
    return any(slot.left and is_value(slot.text) for slot in row)


def _joined_labels(rows: list[list[Slot]]) -> list[list[Slot]]:
    """Rows whose label runs over several lines as one row, and heads that wrap as one head."""
    made: list[list[Slot]] = []
    for row in rows:
        last = made[-1] if made else []
        if last and _label_goes_on(last, row):
            label = _label(last)
            if label is None:
                made[-1] = sorted([*row, *last], key=lambda one: one.left)
            elif _label(row) is None:
                made[-1] = [label, *row]
            else:
                label.lines += row[0].lines
                made[-1] = [label, *(last[1:] or row[1:])]
            continue
        made.append(row)
    return made


def _label(row: Sequence[Slot]) -> Slot | None:
    return row[0] if row and row[0].left == 0 else None


def _label_goes_on(last: list[Slot], row: list[Slot]) -> bool:
    """Whether one of two rows is only a piece of the other's label."""
    above, below = _label(last), _label(row)
    if (len(last) > 1 and len(row) > 1) or not _near(last, row):
        return False
    if above is None or below is None:
        return above is not None and len(last) == 1 and not above.text.endswith((":", "：")) and _has_value(row)
    if not (_has_value(last) or _has_value(row)):
        return False
    return bool(_GOES_ON.match(below.text) or _OPEN_END.search(above.text.rstrip()))


def _near(last: Sequence[Slot], row: Sequence[Slot]) -> bool:
    """Whether two rows stand a line apart and no more."""
    upper, lower = last[-1].lines[-1], row[-1].lines[0]
    return lower.box[1] - max(line.box[3] for slot in last for line in slot.lines) < 0.6 * upper.height


def _span_heads(rows: Sequence[Sequence[Slot]], columns: Sequence[tuple[float, float]]) -> None:
    """Heads that stand over the middle of several columns span them."""
    for number, row in enumerate(rows):
        below = [slot for other in rows[number + 1 :] for slot in other if slot.left]
        own = [slot for slot in row if slot.left]
        count = len(columns) - 1
        if (
            not own
            or count % len(own)
            or count == len(own)
            or (len(own) > 1 and not below and not all(map(_names_year, own)))
        ):
            continue
        size = count // len(own)
        groups = [(1 + i * size, columns[1 + i * size][0], columns[(i + 1) * size][1]) for i in range(len(own))]
        if all(_is_over(slot, left, right) for slot, (_, left, right) in zip(own, groups, strict=True)):
            for slot, (first, _, _) in zip(own, groups, strict=True):
                slot.left, slot.columns = first, size


def _names_year(slot: Slot) -> bool:
    """Whether a head says of which year its columns are: an amount and its share may stand below it."""
    return SOME_YEAR.search(slot.text) is not None


def _is_over(slot: Slot, left: float, right: float) -> bool:
    box = slot.box
    return abs((box[0] + box[2]) / 2 - (left + right) / 2) < 0.15 * (right - left)


def table_runs(rows: Sequence[Sequence[Line]]) -> list[tuple[int, int]]:
    """Where tables begin and end among the rows of a region, each a list of cells.

    A row of one cell belongs to a table when it is a label between its rows, or a head over its columns.
    """
    found: list[tuple[int, int]] = []
    number = 0
    while number < len(rows):
        if len(rows[number]) > 1 and (entries := is_contents(rows, number)):
            number += entries
            continue
        if len(rows[number]) < 2 or is_bullet(rows[number]) or is_equation(rows[number]):
            number += 1
            continue
        start, stop = number, _end(rows, number)
        number = stop
        while start > (found[-1][1] if found else 0) and _is_head_above(rows, start, stop):
            start -= 1
        if stop - start > 1 or len(rows[start]) > 2 or is_value(rows[start][1].text):
            found.append((start, stop))  # a single line of two parts is a heading, a unit or a signature
    return found


def _end(rows: Sequence[Sequence[Line]], start: int) -> int:
    """The row after the last one of the table that begins at `start`."""
    stop = start + 1
    while stop < len(rows):
        again = next((i for i in range(stop, min(stop + MAX_LABELS + 1, len(rows))) if len(rows[i]) > 1), None)
        if again is None or is_equation(rows[again]) or not all(_is_label(rows, i, again) for i in range(stop, again)):
            break
        if again > stop and _opens_another(rows, start, stop, again):
            break
        stop = again + 1
    return stop


def _opens_another(rows: Sequence[Sequence[Line]], start: int, stop: int, again: int) -> bool:
    """Whether new heads follow a line between two tables."""
    if not any(is_value(cell.text) for row in rows[start:stop] for cell in row[1:]):
        return False
    return not any(is_value(cell.text) or is_blank(cell.text) for cell in rows[again][1:])


def _is_label(rows: Sequence[Sequence[Line]], number: int, again: int) -> bool:
    """Whether a row of one cell ends before the values of the row it belongs to begin, or is a head over them."""
    cell, other = rows[number][0], rows[again]
    values = [one.box[0] for one in other[1:] if is_value(one.text) or is_blank(one.text) or _LEAD.fullmatch(one.text)]
    limit = min(values, default=other[1].box[0])
    is_head = cell.box[0] > limit - 3 * cell.size and len(cell.text) <= MAX_HEAD and not is_value(cell.text)
    return (is_head or cell.box[2] <= limit + 2) and abs(cell.size - other[0].size) < 0.15 * cell.size


def _is_head_above(rows: Sequence[Sequence[Line]], start: int, stop: int) -> bool:
    """Whether the row above a table is a head over its values: near, short and clear of the labels."""
    above = rows[start - 1]
    if len(above) != 1 or len(above[0].text) > MAX_HEAD:
        return False
    cell = above[0]
    values = [one.box[0] for row in rows[start:stop] for one in row[1:] if is_value(one.text)]
    if len(values) < MIN_ROWS or cell.box[0] < min(values) - 3 * cell.size:
        return False
    return rows[start][0].box[1] - cell.box[3] < 1.2 * median(line.height for line in rows[start])
