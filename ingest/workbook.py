"""Workbooks by openpyxl: a page for each sheet, numbers as they are shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from docent.ingest.grid import is_value
from docent.ingest.shown import shown
from docent.ingest.tabular import MAX_CELLS, Heads, Item, heads_of, told_blocks
from docent.ingest.types import Block, Page
from docent.ingest.unpaged import in_one_line, page
from docent.ingest.zipped import damage_named, opened_zip, refuse_declarations

MAX_COLUMNS = 1000  # a sheet has 16,384, and formats often reach to the last
_PIECE = 1 << 20  # bytes of a sheet gone through at once
_OVERLAP = 200  # bytes; longer than what is looked for
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"')
_UNCOMPUTED = re.compile(rb"</(?:\w+:)?f>\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>")


@dataclass(slots=True)
class _Sheet:
    """What the stream of cells does not say: merged cells by where they begin, and formulas without a result."""

    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    uncomputed: int = 0


def read_xlsx(path: Path) -> tuple[Page, ...]:
    """One page for each sheet, hidden ones too. Raises UnreadableFile."""
    from openpyxl import load_workbook

    with opened_zip(path) as archive:
        refuse_declarations(archive, path.name)
        with damage_named(path.name):
            book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
            try:
                return tuple(_pages(book.worksheets, archive))
            finally:
                book.close()


def _pages(sheets: Sequence[Any], archive: ZipFile) -> Iterator[Page]:
    left = MAX_CELLS
    for number, sheet in enumerate(sheets, 1):
        facts = _facts(archive, sheet._worksheet_path)
        rows: list[list[Item]] = []
        cut = False
        for row in _rows(sheet, facts):
            left -= len(row)
            if left < 0:
                cut = True
                break
            rows.append(row)
        warnings = [f"only the first {len(rows)} rows were read"] if cut else []
        if facts.uncomputed:
            warnings.append(f"{facts.uncomputed} formulas have no stored result: open and save it in Excel once")
        if sheet.sheet_state != "visible":
            warnings.append("a hidden sheet")
        yield page(number, _blocks(rows, number), str(sheet.title), warnings)


def _facts(archive: ZipFile, member: str) -> _Sheet:
    facts = _Sheet()
    rest = b""
    with archive.open(member.lstrip("/")) as stream:
        while piece := stream.read(_PIECE):
            data = rest + piece
            done = 0
            for match in _MERGED.finditer(data):
                left, top, right, bottom = (_index(part) for part in match.groups())
                facts.merged[top, left] = (bottom - top + 1, right - left + 1)
                done = match.end()
            for match in _UNCOMPUTED.finditer(data):
                facts.uncomputed += 1
                done = max(done, match.end())
            rest = data[max(done, len(data) - _OVERLAP) :]
    return facts


def _index(part: bytes) -> int:
    """A column by letters or a row by its number, from 0."""
    if part.isdigit():
        return int(part) - 1
    number = 0
    for letter in part:
        number = number * 26 + letter - 64
    return number - 1


def _rows(sheet: Any, facts: _Sheet) -> Iterator[list[Item]]:
    """The filled cells of each row; a list that is empty for blank rows between tables, once."""
    sheet.reset_dimensions()  # some programs write a wrong one, and cells beyond it would be lost
    blank = True
    for number, cells in enumerate(sheet.iter_rows()):
        row = []
        for column, cell in enumerate(cells[:MAX_COLUMNS]):
            value = cell.value
            text = "" if value is None else in_one_line(shown(value, cell.number_format))
            if text:
                down, across = facts.merged.get((number, column), (1, 1))
                row.append(Item(number, column, text, down, min(across, MAX_COLUMNS)))
        if row or not blank:
            yield row
        blank = not row


def _blocks(rows: Sequence[Sequence[Item]], number: int) -> Iterator[Block]:
    """Tables that blank rows separate. One that names no heads of its own goes on with those above."""
    heads: Heads | None = None
    for table in _split(rows):
        if heads is None or _names_heads(table):
            done, heads = heads_of(table)
        else:
            done = 0
        yield from told_blocks(table, number, done, heads)
        if max(len(row) for row in table) < 2:
            heads = heads if heads and heads.above else None


def _names_heads(table: Sequence[Sequence[Item]]) -> bool:
    """A first full row of words above a row with an amount."""
    full = [row for row in table if len(row) > 1][:2]
    return len(full) == 2 and not any(is_value(one.text) for one in full[0]) and any(is_value(o.text) for o in full[1])


def _split(rows: Sequence[Sequence[Item]]) -> Iterator[list[Sequence[Item]]]:
    table: list[Sequence[Item]] = []
    for row in rows:
        if row:
            table.append(row)
        elif table:
            yield table
            table = []
    if table:
        yield table
