"""Listings: lines of a typewriter face that stand apart from prose keep their breaks and their indentation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from docent.ingest.pages.headings import HEADING_SIZE, BodyText
from docent.ingest.pages.lines import Line, union
from docent.ingest.types import Block, Span

ADVANCE_EMS = 0.6  # width of a sign in most typewriter faces, for lines too short to measure
MAX_INDENT = 60  # blanks
BLANK_LINES = 2.6  # heights of a line from one baseline to the next, from which another listing begins
_CLOSED = re.compile(r"[。！？；.!?;:：)）]$")


def with_listings(rows: Sequence[list[Line]], right: float, body: BodyText) -> list[list[Line]]:
    """The rows, each line of a listing as one line with `code`, and no other line with it.

    `right` is where full lines end: code that a sentence runs on into is no listing.
    """
    if body.code or not any(line.code for row in rows for line in row):
        return [_plain(row) for row in rows]
    made: list[list[Line]] = []
    for number, row in enumerate(rows):
        above = rows[number - 1] if number else None
        if all(line.code for line in row) and row[0].size < HEADING_SIZE * body.size:
            goes_on = above is not None and not made[-1][0].code and _is_part(above, row, right)
            made.append(_plain(row) if goes_on else [_spaced(row)])
        else:
            made.append(_plain(row))
    return made


def _plain(row: list[Line]) -> list[Line]:
    return [replace(line, code=False) if line.code else line for line in row]


def _is_part(above: list[Line], row: list[Line], right: float) -> bool:
    """Whether a row of code goes on in a sentence, or in a cell, of the row above."""
    first, last, line = above[0], above[-1], row[0]
    if line.box[1] - last.box[3] > 0.8 * line.height or abs(line.box[0] - first.box[0]) > 2 * line.size:
        return False
    if len(above) > 1 and first.code:
        return True
    word = line.text.split(" ", 1)[0]
    is_full = last.box[2] + line.width * len(word) / len(line.text) + 0.5 * line.size >= right
    return is_full and not _CLOSED.search(last.text)


def _spaced(row: list[Line]) -> Line:
    """The pieces of a row as one line, with as many blanks between them as there is room for."""
    advance = _advance(row)
    text, edge = "", row[0].box[0]
    for line in row:
        text += " " * max(_blanks(line.box[0] - edge, advance), 1 if text else 0) + line.text
        edge = line.box[2]
    return replace(row[0], text=text, box=union(line.box for line in row))


def _blanks(width: float, advance: float) -> int:
    return min(max(round(width / advance), 0), MAX_INDENT)


def _advance(lines: Sequence[Line]) -> float:
    widths = [line.width / len(line.text) for line in lines if len(line.text) > 3 and line.text.isascii()]
    return median(widths) if widths else ADVANCE_EMS * lines[0].size


def is_apart(last: Line, line: Line) -> bool:
    """Whether another listing begins with a line."""
    step = line.box[3] - last.box[3]
    return not 0 < step < BLANK_LINES * line.height


def listing_block(lines: Sequence[Line], page: int) -> Block:
    """A line break between lines, and blanks before those that stand further in."""
    advance, left = _advance(lines), min(line.box[0] for line in lines)
    text = ""
    spans = []
    for line in lines:
        text += ("\n" if text else "") + " " * _blanks(line.box[0] - left, advance)
        spans.append(Span(page, line.box, len(text), len(text) + len(line.text)))
        text += line.text
    return Block("text", text, page, union(line.box for line in lines), 0, tuple(spans))
