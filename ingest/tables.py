"""From a grid to a block whose rows carry their heads and labels, and on to the table on the next page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from docent.ingest.grid import Grid, Slot
from docent.ingest.heads import Meaning, meaning
from docent.ingest.lines import block_of, joint
from docent.ingest.types import Block, Cell, Span, TableRow

SAME_EDGE = 6.0  # points by which the columns of a table may move over a page break
MAX_CAPTION = 120  # characters
_CAPTION = re.compile(r"^\s*(?:续?表|附表|图表|Table|TABLE|Schedule)\s*[\dA-Z一二三四五六七八九十][\d.\-–A-Z]*")
UNIT = re.compile(
    r"(?:金额)?单位\s*[:：]\s*(?:人民币)?\s*(?P<zh>[^\s，,；;（(）)]+)"
    r"|\(?\b(?P<en>(?:dollars |amounts |u\.s\. dollars |figures )?in (?:us\$ |\$ )?"
    r"(?:millions|thousands|billions)\b[^).]{0,80})|\((?P<bare>millions|thousands|billions)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class OpenTable:
    """A table that may go on at the top of the next page."""

    edges: tuple[float, ...]
    meaning: Meaning
    context: str


def table_block(
    grid: Grid, page: int, before: Sequence[Block], open_table: OpenTable | None
) -> tuple[Block, OpenTable]:
    """The block of a table: rows by line break, cells by tab, one span for each printed line of a cell.

    `before` are the blocks above it on the page, nearest last; `open_table` is what the last page ended with, when
    this one stands at the top.
    """
    caption = captions(before)
    goes_on = open_table is not None and not caption and _same_edges(grid.edges, open_table.edges)
    inherited = open_table.meaning if goes_on and open_table else None
    found = meaning(grid, inherited)
    context = caption
    if goes_on and open_table:
        context = _joined([open_table.context, "" if found.own_heads else _flat(found)])
    text, spans, rows = _text(grid, page, found)
    block = Block("table", text, page, grid.box, 0, spans, rows, context)
    return block, OpenTable(grid.edges, found, open_table.context if goes_on and open_table else caption)


def captions(before: Sequence[Block]) -> str:
    """The caption and the unit that stand right above a table."""
    kept: list[str] = []
    for block in reversed(before[-3:]):
        if block.kind == "table" or len(block.text) > MAX_CAPTION:
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


def _same_edges(one: tuple[float, ...], two: tuple[float, ...]) -> bool:
    return len(one) == len(two) and all(abs(a - b) <= SAME_EDGE for a, b in zip(one, two, strict=True))


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


def row_sentence(text: str, row: TableRow, skip: int = 0) -> str:
    """A row that makes sense alone: `label: head value; head value`. `skip` leaves out the first columns."""
    parts = []
    for cell in row.cells:
        value = text[cell.start : cell.end]
        if cell.column < skip or value in row.label.split(" / "):
            continue
        head = " ".join(cell.heads)
        parts.append(f"{head}{joint(head, value) or ' '}{value}" if head else value)
    return f"{row.label}: {'; '.join(parts)}" if row.label else "; ".join(parts)
