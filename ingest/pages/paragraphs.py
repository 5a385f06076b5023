"""From rows of lines to paragraphs, headings, list items and rows of cells."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from docent.ingest.cjk import is_cjk
from docent.ingest.pages.apart import apart, room_for
from docent.ingest.pages.glyphs import CELL_GAP_EMS, NUMBER_GAP_EMS
from docent.ingest.pages.headings import MAX_HEADING, Outline, is_leader, is_plain_heading, is_styled, may_head, rank_of
from docent.ingest.pages.layout import Row
from docent.ingest.pages.lines import Line, block_of, joint, union
from docent.ingest.pages.listings import is_apart, listing_block, with_listings
from docent.ingest.tables import columns
from docent.ingest.tables.blocks import flat_block
from docent.ingest.tables.grid import Grid, is_value
from docent.ingest.tables.words import contents_rows, is_equation, is_justified
from docent.ingest.types import Block, BlockKind, Box

_CURRENCIES = "$€£¥￥ "  # the sign of the next amount often ends a line
STAND_IN = "\ufffc"  # the text of a line that holds the place of a table in the reading order
MAX_HEADING_LINES = 4
MAX_CAPTION = 200  # characters
TIGHT = 1.7  # of a line's height: the lines of one heading stand no further apart
ENDS_EARLY = 0.75  # of the width of a column
HANGING = 1.2  # ems by which further lines of a numbered heading stand further in
_LIST_ITEM = re.compile(
    r"^\s*(?:[•●○◦‣■□▪◆◇►▸➢➤✓\ue000-\uf8ff\-–—*·]\s|[（(]?(?:\d{1,2}|[a-zA-Z]|[一二三四五六七八九十]{1,3})(?:[)）、]|\.(?!\d))\s?)"
)
_ENDS_SENTENCE = re.compile(r"[。！？；.!?;:：][”’\"')）】]*$")
_CAPTION = re.compile(
    r"(?:Figure|FIGURE|Fig\.|Table|TABLE|Chart|续?[图圖表]表?|附[图圖表])\s*"
    r"(?:\d+|[A-Z](?=[\d.:-])|[IVX]+|[一二三四五六七八九十]+)(?:[-–.]\d+)*(?:\s*[:：.、|]|\s+(?=[A-Z\u3400-\u9fff])|$)"
)
_ARTICLE = re.compile(r"第[一二三四五六七八九十百千零〇\d]+[条條章节節编編](?![的中所规])")
_CHOICE = re.compile(r"[□☐☑☒√]\s*\S")
_STOP_IN_NAME = re.compile(r"\w\.$")
_SET_OFF = re.compile(r"\d+(?:\.\d+)+\.?|第.{1,5}[章节節条條编編]|(?:Chapter|Section|Article)\s\S{1,6}")


@dataclass(frozen=True, slots=True)
class _Region:
    """Where its lines begin and end, points between its baselines, on which page, and the document's headings.

    `pitch` is what most lines keep, `close` the step of those that stand close together.
    """

    left: float
    right: float
    pitch: float
    close: float
    page: int
    outline: Outline


def blocks_of(rows: list[Row], page: int, outline: Outline, grids: Mapping[Box, Grid]) -> list[Block | Grid]:
    """The blocks of one region, in order. A line STAND_IN is the table of `grids` with its box."""
    blocks: list[Block | Grid] = []
    waiting: list[Row] = []
    edges = _edges([line for row in rows for line in row])
    for row in rows:
        tables = [grids[line.box] for line in row if line.text == STAND_IN]
        beside = [line for line in row if line.text != STAND_IN]
        if tables:
            blocks += _without_rules(waiting, edges, page, outline)
            blocks += tables
            waiting = []
        if beside:
            waiting.append(beside)
    return blocks + _without_rules(waiting, edges, page, outline)


def _edges(lines: list[Line]) -> tuple[float, float]:
    """Where lines begin and end. Listings, which often run into the margin, do not count beside text."""
    text = [line for line in lines if not line.code] or lines
    return min(line.box[0] for line in text), max(line.box[2] for line in text)


def goes_on(block: Block, after: Block) -> bool:
    """Whether the first paragraph of a column begins in the middle of a sentence of the column before."""
    if block.kind not in ("text", "list") or after.kind != "text" or not block.spans or not after.spans:
        return False
    ends, begins = block.spans[-1].box, after.spans[0].box
    if not ends or not begins or abs((ends[3] - ends[1]) - (begins[3] - begins[1])) > 0.12 * (ends[3] - ends[1]):
        return False
    if _ENDS_SENTENCE.search(block.text) or _ARTICLE.match(after.text):
        return False
    return after.text[0].islower() or (is_cjk(block.text[-1]) and is_cjk(after.text[0]))


def _without_rules(rows: list[Row], edges: tuple[float, float], page: int, outline: Outline) -> list[Block | Grid]:
    """Tables by their columns, and the paragraphs between them."""
    blocks: list[Block | Grid] = []
    pieces = with_listings(rows, edges[1], outline.body)
    cells = [_cells(row) for row in pieces]
    parts = [[_merge(row)] if _is_item(row) or is_justified(cells, i) else row for i, row in enumerate(cells)]
    done = 0
    for start, stop in columns.table_runs(parts):
        blocks += _paragraphs(cells[done:start], edges, page, outline)
        blocks.append(
            columns.unruled_grid(parts[start:stop], pieces[start:stop]) or flat_block(parts[start:stop], page)
        )
        done = stop
    return blocks + _paragraphs(cells[done:], edges, page, outline)


def _paragraphs(rows: list[list[Line]], edges: tuple[float, float], page: int, outline: Outline) -> list[Block | Grid]:
    if not rows:
        return []
    blocks: list[Block | Grid] = []
    paragraph: list[Line] = []
    region = _Region(*edges, *_pitches(rows), page, outline)
    entries = contents_rows(rows)
    for number, row in enumerate(rows):
        line = _merge(row)
        if number in entries or is_equation(row):
            blocks += _text_blocks(paragraph, region)
            blocks.append(block_of([line], page, "text"))
            paragraph = []
            continue
        if paragraph and _starts_new(paragraph, line, region):
            blocks += _text_blocks(paragraph, region)
            paragraph = []
        paragraph.append(line)
    return [*blocks, *_text_blocks(paragraph, region)]


def _pitches(rows: list[Row]) -> tuple[float, float]:
    """Points between the baselines of neighbouring lines: the median of the region, and its lower quartile."""
    steps = sorted(step for a, b in itertools.pairwise(rows) if (step := b[0].box[3] - a[0].box[3]) > 0)
    return (median(steps), steps[len(steps) // 4]) if steps else (0.0, 0.0)


def _cells(row: Row) -> list[Line]:
    cells = [row[0]]
    for line in row[1:]:
        numbers = is_value(line.text.strip(_CURRENCIES)) and is_value(cells[-1].text.strip(_CURRENCIES))
        if line.box[0] - cells[-1].box[2] >= (NUMBER_GAP_EMS if numbers else CELL_GAP_EMS) * line.size:
            cells.append(line)
        else:
            cells[-1] = _merge([cells[-1], line])
    return cells


def _is_item(cells: list[Line]) -> bool:
    """A bullet or number set apart from its text is one list item, not two cells; so is that of a heading."""
    if len(cells) != 2:
        return False
    if len(cells[0].text) <= 5 and _LIST_ITEM.match(cells[0].text + " "):
        return True
    return cells[0].bold and cells[1].bold and _SET_OFF.fullmatch(cells[0].text) is not None


def _merge(lines: list[Line]) -> Line:
    if len(lines) == 1:
        return lines[0]
    text = ""
    for line in lines:
        space = " " if text and not (is_cjk(text[-1]) and is_cjk(line.text[0])) else joint(text, line.text)
        text += space + line.text
    return Line(text, union(line.box for line in lines), max(x.size for x in lines), all(x.bold for x in lines))


def _starts_new(paragraph: list[Line], line: Line, region: _Region) -> bool:
    last = paragraph[-1]
    if last.code or line.code:
        return last.code != line.code or is_apart(last, line)
    step = line.box[3] - last.box[3]
    if (region.pitch and step > 1.35 * max(region.pitch, line.height)) or step < 0:
        return True
    if abs(last.size - line.size) > 0.12 * max(last.size, line.size) or len(paragraph[0].text) > 400:
        return True
    if _is_edge_of_heading(paragraph, line, region, step):
        return True
    if _LIST_ITEM.match(line.text) and (not is_cjk(last.text[-1]) or _ends_item(paragraph)):
        return not _runs_on(last, line, region)
    if line.box[0] > last.box[0] + 1.2 * line.size and (len(paragraph) > 1 or _short(last, line, region)):
        return True
    if _stands_out(paragraph, line, region):
        return True
    if _CHOICE.match(last.text) and _ends_early(last, line, region):
        return True
    if _STOP_IN_NAME.search(last.text[-2:]) and line.text[0].islower():
        return False
    return bool(_ENDS_SENTENCE.search(last.text)) and _short(last, line, region)


def _stands_out(paragraph: list[Line], line: Line, region: _Region) -> bool:
    """Whether a line begins left of a paragraph that ended well before its column did, as below the last of a list."""
    first, last = paragraph[0], paragraph[-1]
    if line.box[0] > first.box[0] - 1.2 * line.size or line.text[0].islower() or is_styled(line, region.outline.body):
        return False
    if abs(line.box[0] + line.box[2] - last.box[0] - last.box[2]) < 2 * line.size:
        return False  # centred below it
    return _ends_early(last, line, region)


def _ends_early(last: Line, line: Line, region: _Region) -> bool:
    return last.box[2] < region.left + ENDS_EARLY * (region.right - region.left) and _ended(last, line, region)


def _ends_item(paragraph: list[Line]) -> bool:
    return bool(_LIST_ITEM.match(paragraph[0].text) and _ENDS_SENTENCE.search(paragraph[-1].text))


def _is_edge_of_heading(paragraph: list[Line], line: Line, region: _Region, step: float) -> bool:
    """Whether a heading, a caption, an article or an entry of a table of contents ends or begins between them."""
    first, last = paragraph[0], paragraph[-1]
    outline = region.outline
    if is_leader(last.text) or outline.listed(line.text, region.page):
        return True
    if len(paragraph) == 1 and outline.listed(first.text, region.page):
        return True
    styled = is_styled(line, outline.body)
    if styled != is_styled(first, outline.body):
        return not _runs_on(last, line, region)
    ended = _ended(last, line, region)
    tight = max(TIGHT * line.height, 1.1 * region.close)
    if styled:
        apart = not _one_title(last, line, region) or step > tight
        return rank_of(line.text) > 0 or (ended and apart and not line.text[0].islower())
    if not ended and not _ENDS_SENTENCE.search(last.text):
        return False
    begins = _ARTICLE.match(line.text) or _CAPTION.match(line.text) or is_plain_heading(line.text)
    if begins or not ended or len(paragraph) > 1 or not is_plain_heading(first.text):
        return bool(begins)
    return not _one_title(last, line, region) or step > tight


def _ended(last: Line, line: Line, region: _Region) -> bool:
    """Whether a line ended before its column did: what begins the next line would have had room on it."""
    return last.box[2] + room_for(line) + 0.5 * line.size < region.right


def _runs_on(last: Line, line: Line, region: _Region) -> bool:
    """Whether a sentence goes on from one full line to the next."""
    if _ended(last, line, region) or _ENDS_SENTENCE.search(last.text):
        return False
    return line.text[0].islower() or is_cjk(last.text[-1])


def _one_title(one: Line, two: Line, region: _Region) -> bool:
    """Whether two lines that could be of one title are centred alike, or the second hangs below the first's words."""
    if (
        two.box[0] > one.box[0] + (HANGING if rank_of(one.text) else 2) * one.size
        and two.box[2] < one.box[2] + one.size
    ):
        return not _ENDS_SENTENCE.search(two.text)
    middles = [(line.box[0] + line.box[2]) / 2 for line in (one, two)]
    indented = min(one.box[0], two.box[0]) > region.left + one.size or abs(one.box[0] - two.box[0]) > one.size
    return indented and abs(middles[0] - middles[1]) < one.size


def _short(last: Line, line: Line, region: _Region) -> bool:
    """Whether a line ended well before its column did."""
    return last.box[2] < region.right - 1.5 * last.size and _ended(last, line, region)


def _text_blocks(lines: list[Line], region: _Region) -> list[Block]:
    if not lines:
        return []
    whole = _text_block(lines, region)
    if whole.kind in ("heading", "caption"):
        return [whole]
    parts = apart(lines, region.right)
    return [whole] if len(parts) == 1 else [_text_block(part, region) for part in parts]


def _text_block(lines: list[Line], region: _Region) -> Block:
    if lines[0].code:
        return listing_block(lines, region.page)
    block = block_of(lines, region.page, "list" if _LIST_ITEM.match(lines[0].text) else "text")
    kind, level = _kind(block.text, lines, region)
    if kind is None:
        return block
    return Block(kind, block.text, block.page, block.box, level, block.spans)


def _kind(text: str, lines: list[Line], region: _Region) -> tuple[BlockKind | None, int]:
    """Heading and its level, caption, or None for what is text."""
    outline = region.outline
    if len(text) <= MAX_CAPTION and _CAPTION.match(text):
        return "caption", 0
    if len(lines) > MAX_HEADING_LINES or len(text) > 2 * MAX_HEADING:
        return None, 0
    styled = all(is_styled(line, outline.body) for line in lines) and may_head(text)
    if styled or outline.listed(text, region.page) or (len(lines) <= 2 and is_plain_heading(text)):
        return "heading", outline.level(text, lines[0], region.page)
    return None, 0
