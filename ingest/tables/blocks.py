"""From a grid to a block whose rows carry their heads and labels, and on to the table on the next page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from docent.ingest.pages.lines import Line, block_of, union
from docent.ingest.tables.grid import Grid, Slot
from docent.ingest.tables.heads import Meaning, has_heads, meaning
from docent.ingest.tables.sections import Sections, parted
from docent.ingest.types import Block, Cell, Span, TableRow

SAME_EDGE = 6.0  # points by which the columns of a table may move over a page break
MAX_BETWEEN = 80  # characters of a line between two parts of one table
MAX_CAPTION = 120  # characters
MAX_NAMED = 300  # characters of a caption with a number
_CAPTION = re.compile(r"^\s*(?:续?表|附表|图表|Table|TABLE|Schedule)\s*[\dA-Z一二三四五六七八九十][\d.\-–A-Z]*")
_CONTINUED = re.compile(r"^\s*续|[（(]\s*(?:续|continued|cont[.’']?d?\.?)\s*[)）]|\bcontinued\W*$", re.IGNORECASE)
UNIT = re.compile(
    r"(?:金额)?单位\s*[:：]\s*(?:人民币)?\s*(?P<zh>[^\s，,；;（(）)]+?)(?=币种|[\s，,；;（(）)]|$)"
    r"|\(?\b(?P<en>(?:dollars |amounts |u\.s\. dollars |figures )?in (?:us\$ |\$ )?"
    r"(?:millions|thousands|billions)\b[^).]{0,80})|\((?P<bare>millions|thousands|billions)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class OpenTable:
    """A table that may go on at the top of the next page, or below `between` short lines on any page."""

    edges: tuple[float, ...]
    meaning: Meaning
    context: str
    between: int = 0


def after(table: OpenTable | None, block: Block) -> OpenTable | None:
    """What is left open when a block follows: a table may go on below a heading or two, but not below prose."""
    if table is not None and _is_caption_again(block.text, table):
        return table
    if table is None or len(block.text) > MAX_BETWEEN or table.between >= 2:
        return None
    return replace(table, between=table.between + 1)


def _is_caption_again(text: str, table: OpenTable) -> bool:
    """Whether a text is the caption of a table once more, or says that one goes on."""
    caption = _CAPTION.match(text)
    if caption is None or len(text) > MAX_NAMED:
        return False
    known = (_CAPTION.match(line) for line in table.context.split("\n"))
    return _CONTINUED.search(text) is not None or any(one is not None and one[0] == caption[0] for one in known)


def table_blocks(
    grid: Grid, page: int, before: Sequence[Block], open_table: OpenTable | None
) -> tuple[list[Block], OpenTable | None]:
    """A block for each table that a frame holds, and the last of them as one that may go on; see `table_block`."""
    made: list[Block] = []
    known = open_table.context if open_table else ""
    for number, part in enumerate(parted(grid)):
        block, open_table = table_block(part, page, before, open_table if number == 0 else None)
        if number and not block.context:
            block, open_table = replace(block, context=known), replace(open_table, context=known)
        known = open_table.context
        made.append(block)
    return made, open_table


def table_block(
    grid: Grid, page: int, before: Sequence[Block], open_table: OpenTable | None
) -> tuple[Block, OpenTable]:
    """The block of a table: rows by line break, cells by tab, one span for each printed line of a cell.

    `before` are the blocks above it on the page, nearest last; `open_table` is what the last page ended with, when
    this one stands at the top.
    """
    caption = captions(before)
    columns = None
    if open_table and (not caption or _is_caption_again(caption, open_table)):
        columns = _columns_of(grid.edges, open_table.edges)
    goes_on = columns is not None
    if open_table and open_table.between:
        goes_on = goes_on and not has_heads(grid)
    inherited = _moved(open_table.meaning, columns) if goes_on and open_table and columns else None
    if inherited and open_table and open_table.between:
        inherited = replace(inherited, sections=Sections())
    found = meaning(grid, inherited)
    context = caption
    if goes_on and open_table:
        context = _joined([caption, open_table.context, "" if found.own_heads else _flat(found)])
    text, spans, rows = _text(grid, page, found)
    block = Block("table", text, page, grid.box, 0, spans, rows, context)
    return block, OpenTable(grid.edges, found, open_table.context if goes_on and open_table else caption)


def captions(before: Sequence[Block]) -> str:
    """The caption and the unit that stand right above a table."""
    kept: list[str] = []
    for block in reversed(before[-3:]):
        if block.kind == "table" or len(block.text) > (MAX_NAMED if block.kind == "caption" else MAX_CAPTION):
            break
        if _CAPTION.match(block.text) or UNIT.search(block.text):
            kept.insert(0, block.text)
    return _joined(kept)


def unit_of(context: str) -> str:
    """The unit that a context names: 万元, "in millions"; empty when it names none."""
    match = UNIT.search(context)
    if match is None:
        return ""
    return (match["zh"] or match["en"] or f"in {match['bare'].lower()}").strip()


def _joined(parts: Sequence[str]) -> str:
    return "\n".join(dict.fromkeys(part for part in parts if part))


def _flat(found: Meaning) -> str:
    """All heads in force, each once, in order."""
    return " | ".join(dict.fromkeys(" ".join(heads) for heads in found.last if heads))


def _columns_of(edges: tuple[float, ...], known: tuple[float, ...]) -> list[int] | None:
    """For each column the one of a known table that stands in the same place; None unless all of them do."""
    found = []
    for edge in edges:
        nearest = min(range(len(known)), key=lambda i: abs(known[i] - edge))
        if abs(known[nearest] - edge) > SAME_EDGE or nearest in found:
            return None
        found.append(nearest)
    return found


def _moved(found: Meaning, columns: list[int]) -> Meaning:
    carried = [found.carried[column] if column < len(found.carried) else "" for column in columns]
    return replace(found, last=[found.last[column] for column in columns], carried=carried)


def _text(grid: Grid, page: int, found: Meaning) -> tuple[str, tuple[Span, ...], tuple[TableRow, ...]]:
    text = ""
    spans: list[Span] = []
    rows: list[TableRow] = []
    for number, slots in enumerate(grid.rows()):
        if not slots:
            continue
        text += "\n" if text else ""
        start = len(text)
        heads = found.heads[number]
        cells = []
        for slot in slots:
            text += "\t" if len(text) > start else ""
            part = block_of(slot.lines, page, "table")
            spans.extend(span.moved(len(text)) for span in part.spans)
            cells.append(Cell(len(text), len(text) + len(part.text), slot.left, _heads_of(slot, heads)))
            text += part.text
        rows.append(TableRow(start, len(text), found.labels[number], tuple(cells), heads is None))
    return text, tuple(spans), tuple(rows)


def _heads_of(slot: Slot, heads: list[tuple[str, ...]] | None) -> tuple[str, ...]:
    if heads is None:
        return ()
    if slot.columns == 1:
        return heads[slot.left]
    covered = heads[slot.left : slot.left + slot.columns]
    return tuple(dict.fromkeys(text for one in covered for text in one))


def flat_block(rows: Sequence[Sequence[Line]], page: int) -> Block:
    """Rows of cells in no columns: a tab between cells, a line break between rows, one span for each cell."""
    parts = [block_of(list(cells), page, "table", separator="\t") for cells in rows]
    text = ""
    spans: list[Span] = []
    for part in parts:
        if text:
            text += "\n"
        spans.extend(span.moved(len(text)) for span in part.spans)
        text += part.text
    box = union(cell.box for cells in rows for cell in cells)
    return Block("table", text, page, box, 0, tuple(spans))


def row_sentence(text: str, row: TableRow) -> str:
    """A row that makes sense alone: `label: head value; head value`."""
    parts = []
    for cell in row.cells:
        value = text[cell.start : cell.end]
        if value.rstrip(":：") not in row.label.split(" / "):
            parts.append(" ".join([*cell.heads, value]))
    return ": ".join(part for part in (row.label, "; ".join(parts)) if part)


def table_markdown(block: Block) -> str:
    """The whole table in Markdown, a line for each row; bars in cells are escaped and line breaks become spaces.

    The heads stand on one line as they hold for each column. A cell's box is that of the spans in its place of
    `block.text`. Raises ValueError for a block that is no table.
    """
    if block.kind != "table":
        raise ValueError(f"a block of kind {block.kind} is no table: give a table block.")
    if not block.rows:
        return _markdown([line.split("\t") for line in block.text.split("\n")])
    data = [row for row in block.rows if not row.is_head]
    width = 1 + max(cell.column for row in block.rows for cell in row.cells)
    heads = [""] * width
    for cell in (cell for row in data for cell in row.cells):
        heads[cell.column] = heads[cell.column] or " ".join(cell.heads)
    table = [heads]
    for row in data:
        table.append([""] * width)
        for cell in row.cells:
            table[-1][cell.column] = block.text[cell.start : cell.end]
    return _markdown(table)


def _markdown(table: list[list[str]]) -> str:
    width = max(map(len, table))
    lines = [[*row, *[""] * (width - len(row))] for row in table]
    lines.insert(1, ["---"] * width)
    escaped = ([" ".join(cell.replace("\\", "\\\\").replace("|", "\\|").split()) for cell in row] for row in lines)
    return "\n".join(f"| {' | '.join(row)} |" for row in escaped)
