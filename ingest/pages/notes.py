"""What stands beside or below text and would break its sentences: side notes, line numbers, footnotes, drop caps."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from statistics import median

from docent.ingest.pages.lines import Line, union

MAIN_WIDTH = 0.45  # share of the width of all text from which a line is one of the text itself
MIN_MAIN = 6  # lines
MIN_MAIN_SHARE = 0.6  # of the characters
MAX_SIDE_WIDTH = 0.35  # of the width of all text
SMALLER = 0.93  # size of a note against that of the text
ALIGNED = 0.2  # of a line's height by which baselines of one row differ
DROP_CAP = 1.8  # size against that of the lines beside it
_MARK = re.compile(
    r"(?:\d{1,3}|[⁰¹²³⁴-⁹]{1,3}|[*†‡§¶①-⑳]|\[\d+\]|[（(]\d{1,2}[)）]|[a-z](?=[ \u3000])|注\s*\d*\s*[:：])\s*\S"
)


def side_notes(lines: list[Line]) -> tuple[list[Line], list[list[Line]]]:
    """The text, and the notes in the margins left and right of it, each from top to bottom."""
    if len(lines) <= MIN_MAIN:
        return lines, []
    left, _, right, _ = union(line.box for line in lines)
    main = [line for line in lines if line.width >= MAIN_WIDTH * (right - left) and len(line.text) > 1]
    if len(main) < MIN_MAIN or sum(len(one.text) for one in main) < MIN_MAIN_SHARE * sum(len(x.text) for x in lines):
        return lines, []
    edge = sorted(line.box[0] for line in main)[len(main) // 10], max(line.box[2] for line in main)
    em = median(line.size for line in main) / 2
    sides = (
        [line for line in lines if line.box[2] < edge[0] - em and line.width < MAX_SIDE_WIDTH * (right - left)],
        [line for line in lines if line.box[0] > edge[1] + em and line.width < MAX_SIDE_WIDTH * (right - left)],
    )
    notes = [sorted(side, key=lambda one: one.box[1]) for side in sides if side and _are_notes(side, main)]
    aside = {id(line) for side in notes for line in side}
    return [line for line in lines if id(line) not in aside], notes


def _are_notes(side: list[Line], main: list[Line]) -> bool:
    """Notes are set on lines of their own, or smaller; labels of rows and numbers of list items are not."""
    if _are_line_numbers(side, main):
        return True
    words = [line for line in side if any(map(str.isalpha, line.text)) and len(line.text) > 3]
    if len(words) < len(side) / 2:
        return False
    loose = sum(not any(_on_one_line(line, other) for other in main) for line in side)
    if loose > len(side) / 2:
        return True
    smaller = median(line.size for line in side) <= SMALLER * median(line.size for line in main)
    return smaller and len(side) < len(main) / 2


def _are_line_numbers(side: list[Line], main: list[Line]) -> bool:
    """Numbers that count the lines, each one or every fifth."""
    numbers = [int(line.text) for line in sorted(side, key=lambda one: one.box[1]) if line.text.isdecimal()]
    if len(numbers) < max(4, 0.9 * len(side)) or len(side) < len(main) / 6:
        return False
    steps = {b - a for a, b in itertools.pairwise(numbers)}
    return len(steps) == 1 and steps <= {1, 5}


def _on_one_line(one: Line, two: Line) -> bool:
    return abs(one.box[3] - two.box[3]) < ALIGNED * min(one.height, two.height)


def footnotes(rows: list[list[Line]], size: float) -> tuple[list[list[Line]], list[list[Line]]]:
    """The rows of a column, and those at its foot that are notes; `size` is that of the text in points."""
    start = len(rows)
    while start and all(line.size <= SMALLER * size and len(line.text) > 1 for line in rows[start - 1]):
        start -= 1
    while start < len(rows) and not _MARK.match(rows[start][0].text):
        start += 1
    return (rows[:start], rows[start:]) if start else (rows, [])


def with_drop_caps(lines: list[Line]) -> list[Line]:
    """The lines, a large first letter put back before the line it begins."""
    caps = [line for line in lines if len(line.text) == 1 and line.text.isalpha() and line.turn == 0]
    for cap in caps:
        beside = [line for line in lines if line is not cap and _is_beside(cap, line)]
        if len(beside) < 2 or cap.size < DROP_CAP * median(line.size for line in beside):
            continue
        first = min(beside, key=lambda line: line.box[1])
        gap = " " if first.box[0] - cap.box[2] > 0.3 * first.size and first.text[0].islower() else ""
        box = (cap.box[0], first.box[1], first.box[2], first.box[3])
        made = replace(first, text=cap.text + gap + first.text, box=box)
        lines = [made if line is first else line for line in lines if line is not cap]
    return lines


def _is_beside(cap: Line, line: Line) -> bool:
    middle = (line.box[1] + line.box[3]) / 2
    return cap.box[1] <= middle <= cap.box[3] and 0 <= line.box[0] - cap.box[2] + 1 < line.size + 1
