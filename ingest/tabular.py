"""Tables whose cells the file itself names: rows that carry their heads and labels, as those of a PDF do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from docent.ingest.grid import is_value
from docent.ingest.types import Block, Cell, Span, TableRow
from docent.ingest.unpaged import block

ROWS_A_BLOCK = 50  # spans and rows of a block are gone through again for each chunk, so blocks stay small
LABEL_COLUMNS = 3  # the label of a row stands in one of these: 序号, then the name
MAX_CELLS = 400_000  # of one document; about 300 MB while it is read


@dataclass(frozen=True, slots=True)
class Item:
    """A filled cell: where it begins, counted from 0, and how far it spans."""

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1


@dataclass(slots=True)
class Heads:
    """What stands above the columns, and the titles above it all."""

    above: dict[int, tuple[str, ...]] = field(default_factory=dict)
    titles: tuple[str, ...] = ()

    def of(self, item: Item) -> tuple[str, ...]:
        """The heads of a cell, the outermost first."""
        covered = range(item.column, item.column + min(item.columns, 100))
        return tuple(dict.fromkeys(text for column in covered for text in self.above.get(column, ())))


Rows = Sequence[Sequence[Item]]


def table_blocks(rows: Rows, page: int, head_rows: int | None = None) -> Iterator[Block]:
    """The blocks of one table, rows by line break, cells by tab. `head_rows` says how many rows are heads."""
    yield from told_blocks(rows, page, *heads_of(rows, head_rows))


def heads_of(rows: Rows, head_rows: int | None = None) -> tuple[int, Heads]:
    """How many rows are no data, and what they say. Without `head_rows` the first row without amounts is the head."""
    width = max((len(row) for row in rows), default=0)
    left = min((item.column for row in rows for item in row), default=0)
    titles = 0
    while titles < len(rows) and len(rows[titles]) == 1 < width and rows[titles][0].column == left:
        titles += 1
    titles = titles if head_rows is None else min(titles, head_rows - 1)
    end = titles + _head_height(rows[titles:]) if head_rows is None else head_rows
    if end >= len(rows):
        end = titles = 0
    above: dict[int, tuple[str, ...]] = {}
    for item in (item for row in rows[titles:end] for item in row):
        for column in range(item.column, item.column + item.columns):
            if item.text not in above.get(column, ()):
                above[column] = (*above.get(column, ()), item.text)
    return end, Heads(above, tuple(item.text for row in rows[:titles] for item in row))


def _head_height(rows: Rows) -> int:
    """Heads reach as deep as their merged cells, and one row below heads that span columns."""
    if not rows or any(is_value(item.text) for item in rows[0]):
        return 0
    height = min(max(item.rows for item in rows[0]), len(rows))
    if height == 1 and len(rows) > 2 and any(item.columns > 1 for item in rows[0]):
        height += not any(is_value(item.text) for item in rows[1])
    return height


def told_blocks(rows: Rows, page: int, done: int, heads: Heads) -> Iterator[Block]:
    """The blocks of rows whose heads are known; the first `done` rows are no data."""
    if max((len(row) for row in rows), default=0) < 2:
        yield from (block("text", item.text, page) for row in rows for item in row)
        return
    labels = _Labels(max(len(row) for row in rows))
    for start in range(0, len(rows), ROWS_A_BLOCK):
        text = ""
        made = []
        for number, row in enumerate(rows[start : start + ROWS_A_BLOCK], start):
            if row:
                text += "\n" if text else ""
                is_head = number < done
                label = "" if is_head else labels.of(row)
                cells = tuple(_cells(row, len(text), None if is_head else heads))
                made.append(TableRow(len(text), cells[-1].end, label, cells, is_head))
                text += "\t".join(item.text for item in row)
        if text:
            span = Span(page, None, 0, len(text))
            yield Block("table", text, page, None, 0, (span,), tuple(made), "\n".join(heads.titles))


def _cells(row: Sequence[Item], at: int, heads: Heads | None) -> Iterator[Cell]:
    for item in row:
        yield Cell(at, at + len(item.text), item.column, heads.of(item) if heads else ())
        at += len(item.text) + 1


class _Labels:
    """Labels row after row: the section, merged cells that reach down from above, then the row's own first text."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._section = ""
        self._open: list[Item] = []

    def of(self, row: Sequence[Item]) -> str:
        first = row[0]
        self._open = [item for item in self._open if item.row + item.rows > first.row]
        if len(row) == 1 and self._width > 2 and not self._open and not is_value(first.text):
            self._section = first.text
            return first.text
        parts = [item.text for item in self._open if item.column < LABEL_COLUMNS]
        for item in row[:LABEL_COLUMNS]:
            if is_value(item.text):
                continue
            parts.append(item.text)
            if item.rows == 1:
                break
            self._open.append(item)
        return " / ".join(dict.fromkeys(part for part in (self._section, *(parts or [first.text])) if part))


def placed(rows: Sequence[Sequence[tuple[str, int, int]]]) -> list[list[Item]]:
    """Cells as HTML has them (text, rowspan, colspan) at their places: what spans rows pushes others aside."""
    taken: dict[int, int] = {}  # column -> the first row below what spans it
    made = []
    for number, row in enumerate(rows):
        items = []
        column = 0
        for text, down, across in row:
            while taken.get(column, 0) > number:
                column += 1
            if down > 1:
                taken.update(dict.fromkeys(range(column, column + across), number + down))
            if text:
                items.append(Item(number, column, text, down, across))
            column += across
        made.append(items)
    return made
