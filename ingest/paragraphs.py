"""From rows of lines to paragraphs, headings, list items and rows of cells."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import TypeAlias

from docent.ingest import columns
from docent.ingest.glyphs import CELL_GAP_EMS
from docent.ingest.grid import Grid
from docent.ingest.layout import Row
from docent.ingest.lines import Line, block_of, is_cjk, joint, union
from docent.ingest.types import Block, Box, Span

Style: TypeAlias = tuple[float, bool]

STAND_IN = "\ufffc"  # the text of a line that holds the place of a table in the reading order
HEADING_SIZE = 1.12  # against the size of most text on the page
MAX_HEADING_CHARACTERS = 90
COMMON_SHARE = 0.15  # of all characters: headings never are so much of a document ...
COMMON_CHARACTERS = 500  # ... unless it is very short
_LIST_ITEM = re.compile(
    r"^\s*(?:[•●○■□▪◆◇➢➤✓\-–—*·]\s|[（(]?(?:\d{1,2}|[a-zA-Z]|[一二三四五六七八九十]{1,3})(?:[)）、]|\.(?!\d))\s?)"
)
_ENDS_SENTENCE = re.compile(r"[。！？；.!?;:：][”’\"')）】]*$")
_NUMBERED = (
    (re.compile(r"^第[一二三四五六七八九十百零〇\d]+[编篇部分]"), 1),
    (re.compile(r"^第[一二三四五六七八九十百零〇\d]+章"), 1),
    (re.compile(r"^第[一二三四五六七八九十百零〇\d]+节"), 2),
    (re.compile(r"^(?:PART|Part|CHAPTER|Chapter)\s+[IVXLC\d]+\b"), 1),
    (re.compile(r"^(?:ITEM|Item)\s+\d+[A-C]?\."), 2),
    (re.compile(r"^[一二三四五六七八九十]{1,3}、"), 2),
    (re.compile(r"^[（(][一二三四五六七八九十]{1,3}[)）]"), 3),
    (re.compile(r"^\d{1,2}\.\d{1,2}\.\d{1,2}\s*\S"), 3),
    (re.compile(r"^\d{1,2}\.\d{1,2}\s+\S"), 2),
    (re.compile(r"^\d{1,2}\.?\s+[A-Z\u4e00-\u9fff]"), 1),
)


@dataclass(frozen=True, slots=True)
class BodyText:
    """What most of a document looks like; headings are told by how they differ. `size` in points.

    What is set in one of the `common` styles is text as well: rules and their explanations may differ in size.
    """

    size: float
    bold: bool
    common: frozenset[Style] = frozenset()


def body_text(lines: list[Line]) -> BodyText:
    """The size and weight that most characters are set in, and every style that sets a good part of them."""
    weights: dict[Style, int] = {}
    for line in lines:
        key = style_of(line)
        weights[key] = weights.get(key, 0) + len(line.text)
    if not weights:
        return BodyText(10.0, bold=False)
    size, bold = max(weights, key=lambda key: weights[key])
    least = max(COMMON_SHARE * sum(weights.values()), COMMON_CHARACTERS)
    return BodyText(size, bold, frozenset(style for style, weight in weights.items() if weight >= least))


def style_of(line: Line) -> Style:
    """Size to half a point, and weight."""
    return round(line.size * 2) / 2, line.bold


def blocks_of(rows: list[Row], page: int, body: BodyText, grids: Mapping[Box, Grid]) -> list[Block | Grid]:
    """The blocks of one region, in order. A line STAND_IN is the table of `grids` with its box."""
    blocks: list[Block | Grid] = []
    waiting: list[Row] = []
    for row in rows:
        tables = [grids[line.box] for line in row if line.text == STAND_IN]
        beside = [line for line in row if line.text != STAND_IN]
        if tables:
            blocks += _without_rules(waiting, page, body)
            blocks += tables
            waiting = []
        if beside:
            waiting.append(beside)
    return blocks + _without_rules(waiting, page, body)


def _without_rules(rows: list[Row], page: int, body: BodyText) -> list[Block | Grid]:
    """Tables by their columns, and the paragraphs between them."""
    blocks: list[Block | Grid] = []
    cells = [_cells(row) for row in rows]
    parts = [[_merge(row)] if _is_item(row) else row for row in cells]
    done = 0
    for start, stop in columns.table_runs(parts):
        blocks += _paragraphs(cells[done:start], page, body)
        blocks.append(columns.unruled_grid(parts[start:stop]) or _table_block(parts[start:stop], page))
        done = stop
    return blocks + _paragraphs(cells[done:], page, body)


def _paragraphs(rows: list[list[Line]], page: int, body: BodyText) -> list[Block | Grid]:
    blocks: list[Block | Grid] = []
    paragraph: list[Line] = []
    right = max((line.box[2] for row in rows for line in row), default=0.0)
    pitch = _pitch(rows)
    for row in rows:
        line = _merge(row)
        if paragraph and _starts_new(paragraph, line, right, pitch, body):
            blocks.append(_text_block(paragraph, page, body))
            paragraph = []
        paragraph.append(line)
    if paragraph:
        blocks.append(_text_block(paragraph, page, body))
    return blocks


def heading_level(line: Line, body: BodyText) -> int:
    """1 for the highest, 0 when the line is no heading."""
    text = line.text.strip()
    if not 2 <= len(text) <= MAX_HEADING_CHARACTERS or not any(c.isalpha() for c in text):
        return 0
    if _ENDS_SENTENCE.search(text) and not text.endswith((":", "：")) and line.size < body.size * 1.4:
        return 0
    if style_of(line) in body.common:
        return _chapter_level(text)
    bigger = line.size >= body.size * HEADING_SIZE
    heavier = line.bold and not body.bold
    if not bigger and not heavier:
        return _chapter_level(text)
    for pattern, level in _NUMBERED:
        if pattern.match(text):
            return level
    if line.size >= body.size * 1.6:
        return 1
    return 2 if bigger else 3


def _chapter_level(text: str) -> int:
    """第三章 and PART II are headings in any font, when they stand alone on a short line."""
    if len(text) > 40:
        return 0
    return next((level for pattern, level in _NUMBERED[:5] if pattern.match(text)), 0)


def _pitch(rows: list[Row]) -> float:
    """Points between the baselines of neighbouring lines, as most lines of the region have it."""
    steps = [b[0].box[3] - a[0].box[3] for a, b in itertools.pairwise(rows)]
    positive = [step for step in steps if step > 0]
    return median(positive) if positive else 0.0


def _cells(row: Row) -> list[Line]:
    cells = [row[0]]
    for line in row[1:]:
        if line.box[0] - cells[-1].box[2] >= CELL_GAP_EMS * line.size:
            cells.append(line)
        else:
            cells[-1] = _merge([cells[-1], line])
    return cells


def _is_item(cells: list[Line]) -> bool:
    """A bullet or number set apart from its text is one list item, not two cells."""
    return len(cells) == 2 and len(cells[0].text) <= 5 and _LIST_ITEM.match(cells[0].text + " ") is not None


def _merge(lines: list[Line]) -> Line:
    if len(lines) == 1:
        return lines[0]
    text = ""
    for line in lines:
        space = " " if text and not (is_cjk(text[-1]) and is_cjk(line.text[0])) else joint(text, line.text)
        text += space + line.text
    return Line(text, union(line.box for line in lines), max(x.size for x in lines), all(x.bold for x in lines))


def _starts_new(paragraph: list[Line], line: Line, right: float, pitch: float, body: BodyText) -> bool:
    last = paragraph[-1]
    if _heading_changes(paragraph, line, body):
        return True
    step = line.box[3] - last.box[3]
    if (pitch and step > 1.35 * max(pitch, line.height)) or step < 0:
        return True
    if _LIST_ITEM.match(line.text) and not is_cjk(last.text[-1]):
        return True
    if line.box[0] > last.box[0] + 1.2 * line.size and (len(paragraph) > 1 or _short(last, right)):
        return True
    return bool(_ENDS_SENTENCE.search(last.text)) and _short(last, right)


def _short(line: Line, right: float) -> bool:
    """Whether the line ends well before the right edge of its column."""
    return line.box[2] < right - 1.5 * line.size


def _heading_changes(paragraph: list[Line], line: Line, body: BodyText) -> bool:
    last = paragraph[-1]
    if heading_level(line, body) != heading_level(paragraph[0], body):
        return True
    return abs(last.size - line.size) > 0.12 * max(last.size, line.size) or len(paragraph[0].text) > 400


def _text_block(lines: list[Line], page: int, body: BodyText) -> Block:
    level = heading_level(lines[0], body) if len(lines) <= 3 else 0
    if level:
        return block_of(lines, page, "heading", level)
    return block_of(lines, page, "list" if _LIST_ITEM.match(lines[0].text) else "text")


def _table_block(rows: list[list[Line]], page: int) -> Block:
    """Rows of cells: a tab between cells, a line break between rows, one span for each cell."""
    parts = [block_of(cells, page, "table", separator="\t") for cells in rows]
    text = ""
    spans: list[Span] = []
    for part in parts:
        if text:
            text += "\n"
        spans.extend(span.moved(len(text)) for span in part.spans)
        text += part.text
    box = union(cell.box for cells in rows for cell in cells)
    return Block("table", text, page, box, 0, tuple(spans))
