"""Tables whose cells the file itself names: rows that carry their heads and labels, as those of a PDF do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, islice

from docent.ingest.formats.unpaged import block, cleaned, lines_named, page
from docent.ingest.tables.headed import Heads, Item, Labels, Row, heads_of, label_columns, names_heads
from docent.ingest.types import Block, Cell, Page, Span, TableRow

ROWS_A_BLOCK = 50  # spans and rows of a block are gone through again for each chunk, so blocks stay small
SAMPLE = 2000  # rows by which heads and labels are told; the others are read as they come
MAX_CELLS = 2_000_000  # of one document; 200,000 rows of ten
MAX_COLUMNS = 1000  # a sheet has 16,384, and formats often reach to the last


@dataclass(slots=True)
class Table:
    """A table row by row. `done` of its rows are still to come that are no data."""

    rows: Iterator[Row]
    done: int
    heads: Heads
    labels: Labels
    is_text: bool

    def blocks(self, rows: Iterable[Row], number: int) -> Iterator[Block]:
        """The blocks of its next rows: cells by tab, rows by line break; of a single column, a paragraph for each."""
        if self.is_text:
            yield from (block("text", item.text, number) for row in rows for item in row)
            return
        text = ""
        made = []
        for row in rows:
            text += "\n" if text else ""
            is_head = self.done > 0
            self.done -= 1
            label = "" if is_head else self.labels.of(row)
            cells = tuple(_cells(row, len(text), None if is_head else self.heads))
            made.append(TableRow(len(text), cells[-1].end, label, cells, is_head))
            text += "\t".join(item.text for item in row)
        if text:
            span = Span(number, None, 0, len(text))
            yield Block("table", text, number, None, 0, (span,), tuple(made), "\n".join(self.heads.titles))


def table_blocks(rows: Sequence[Row], number: int, head_rows: int | None = None) -> Iterator[Block]:
    """The blocks of a whole table. `head_rows` says how many rows are heads."""
    table = opened(rows, None, head_rows)
    while held := list(islice(table.rows, ROWS_A_BLOCK)):
        yield from table.blocks(held, number)


class Bounded:
    """The rows of a sheet, as many as are read: `left` says how many cells that is."""

    def __init__(self, rows: Iterable[Row], left: int) -> None:
        self._rows = rows
        self.left = left
        self.warnings: list[str] = []

    def __iter__(self) -> Iterator[Row]:
        done = 0
        for number, row in enumerate(self._rows):
            self.left -= len(row)
            if self.left < 0:
                self.warnings.append(f"only the first {done} rows were read")
                return
            done = row[0].row + 1 if row else number
            yield row


def sheet_pages(rows: Bounded, name: str, number: int, warnings: Sequence[str] = ()) -> Iterator[Page]:
    """Pages of ROWS_A_BLOCK rows. A blank row ends a table; one that names no heads of its own goes on below those.

    `name` is the location of a sheet that has a page alone; others name their rows too, as a spreadsheet counts them.
    """
    parts = _parts(rows, number)
    part = next(parts, None)
    if part is None:
        yield page(number, (), name, [*rows.warnings, *warnings])
        return
    alone = bool(name)
    while part is not None:
        blocks, first, last = part
        following = next(parts, None)
        where = lines_named(first, last, "row")
        location = name if alone and following is None else f"{name}, {where}" if name else where
        said = [*(rows.warnings if following is None else ()), *warnings]
        yield page(number, blocks, location, said)
        part, warnings, alone, number = following, (), False, number + 1


def _parts(rows: Iterable[Row], number: int) -> Iterator[tuple[list[Block], int, int]]:
    """Blocks, and their first and last row."""
    heads: Heads | None = None
    blocks: list[Block] = []
    first = last = count = 0
    for filled, group in groupby(rows, key=bool):
        table = opened(group, heads) if filled else None
        while table and (piece := list(islice(table.rows, ROWS_A_BLOCK - count))):
            first = first or piece[0][0].row + 1
            last = piece[-1][0].row + 1
            count += len(piece)
            blocks.extend(table.blocks(piece, number))
            if count >= ROWS_A_BLOCK:
                yield blocks, first, last
                blocks, first, count, number = [], 0, 0, number + 1
        if table and not table.is_text:
            heads = table.heads
    if blocks:
        yield blocks, first, last


def opened(rows: Iterable[Row], before: Heads | None = None, head_rows: int | None = None) -> Table:
    """A table whose first rows say what it is. With `before` it goes on below the heads of another."""
    coming = (row for row in rows if row) if head_rows is None else iter(rows)
    sample = list(islice(coming, SAMPLE))
    if head_rows is not None:
        head_rows = sum(map(bool, sample[:head_rows]))
        sample, coming = [row for row in sample if row], (row for row in coming if row)
    width = max((len(row) for row in sample), default=0)
    if before is not None and not names_heads(sample):
        done, heads = 0, before
    else:
        done, heads = heads_of(sample, head_rows)
    labels = Labels(label_columns(sample[done:]), width)
    return Table(chain(sample, coming), done, heads, labels, width < 2)


def _cells(row: Row, at: int, heads: Heads | None) -> Iterator[Cell]:
    for item in row:
        yield Cell(at, at + len(item.text), item.column, heads.of(item) if heads else ())
        at += len(item.text) + 1


def placed(rows: Sequence[Sequence[tuple[str, int, int]]]) -> list[list[Item]]:
    """Cells as HTML has them (text, rowspan, colspan) at their places: what spans rows pushes others aside."""
    taken: dict[int, int] = {}  # column -> the first row below what spans it
    made = []
    for number, row in enumerate(rows):
        items = []
        column = 0
        for raw, down, across in row:
            while taken.get(column, 0) > number:
                column += 1
            if down > 1:
                taken.update(dict.fromkeys(range(column, column + across), number + down))
            text = cleaned(raw)
            if text:
                items.append(Item(number, column, text, down, across))
            column += across
        made.append(items)
    return made
