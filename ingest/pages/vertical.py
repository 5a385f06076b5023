"""Chinese and Japanese set from top to bottom: its columns become lines of a page that lies on its side.

In turned coordinates x runs down the page and y from right to left, so that what orders horizontal text orders this.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from statistics import median

from docent.ingest.cjk import is_cjk
from docent.ingest.pages.lines import Line, union
from docent.ingest.types import Box

BACK = (0.0, 1.0, -1.0, 0.0, 0.0, 0.0)  # the matrix from turned coordinates to those of the page
MIN_CHARACTERS = 6
MIN_SURE = 20  # characters; fewer must touch the ones below them
MIN_SHARE = 0.6  # of a page's characters
TALL = 1.5  # height by width of a line that runs down
BREAK_EMS = 3.0  # a wider gap in a column parts two texts, one above the other


def split(lines: list[Line]) -> tuple[list[Line], list[Line]] | None:
    """Columns in turned coordinates, and the lines that run across; None for a page of horizontal text."""
    down = [line for line in lines if _runs_down(line)]
    characters = sum(len(line.text) for line in down)
    if characters < MIN_CHARACTERS or characters < MIN_SHARE * sum(len(line.text) for line in lines):
        return None
    single = [line for line in down if len(line.text) == 1]
    if len(single) > len(down) / 2 and not _is_stacked(single):
        return None
    marked = set(map(id, down))
    return _columns(down), [line for line in lines if id(line) not in marked]


def _runs_down(line: Line) -> bool:
    if len(line.text) == 1:
        return True
    return line.height > TALL * line.width and (line.turn == 90 or any(map(is_cjk, line.text)))


def _is_stacked(single: list[Line]) -> bool:
    """Whether characters stand closer to the ones below them than to those beside them."""
    if sum(is_cjk(line.text) for line in single) < MIN_CHARACTERS:
        return False
    down, across = [], []
    size = median(line.size for line in single)
    by_column = sorted(single, key=lambda one: (round((one.box[0] + one.box[2]) / size), one.box[1]))
    for one, two in itertools.pairwise(by_column):
        if abs(_middle(one.box) - _middle(two.box)) < size / 2:
            down.append(two.box[1] - one.box[3])
    by_row = sorted(single, key=lambda one: (round((one.box[1] + one.box[3]) / size), one.box[0]))
    for one, two in itertools.pairwise(by_row):
        if abs(one.box[1] - two.box[1]) < size / 2:
            across.append(two.box[0] - one.box[2])
    if not down or (len(single) < MIN_SURE and median(down) > size / 2):
        return False
    return not across or median(down) < median(across)


def _columns(lines: list[Line]) -> list[Line]:
    columns: list[list[Line]] = []
    for line in sorted(lines, key=lambda one: -_middle(one.box)):
        if columns and columns[-1][0].box[0] <= _middle(line.box) <= columns[-1][0].box[2]:
            columns[-1].append(line)
        else:
            columns.append([line])
    return [_joined(part) for column in columns for part in _parts(column)]


def _parts(column: list[Line]) -> list[list[Line]]:
    column.sort(key=lambda one: one.box[1])
    parts = [[column[0]]]
    for one, two in itertools.pairwise(column):
        if two.box[1] - one.box[3] > BREAK_EMS * two.size:
            parts.append([])
        parts[-1].append(two)
    return parts


def _joined(part: list[Line]) -> Line:
    """One line in turned coordinates. All of a column are as wide as its widest character."""
    x0, y0, x1, y1 = union(line.box for line in part)
    widest = max(part, key=lambda line: line.width)
    text = "".join(line.text for line in part)
    return replace(widest, text=text, box=(y0, -x1, y1, -x0), bold=all(line.bold for line in part), turn=0)


def _middle(box: Box) -> float:
    return (box[0] + box[2]) / 2
