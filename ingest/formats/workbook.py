"""Workbooks by openpyxl: sheets row by row, numbers as they are shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from docent.ingest.formats.shown import shown
from docent.ingest.formats.unpaged import in_one_line
from docent.ingest.formats.zipped import damage_named, opened_zip, refuse_declarations
from docent.ingest.tables.headed import Item
from docent.ingest.tables.tabular import MAX_CELLS, MAX_COLUMNS, Bounded, sheet_pages
from docent.ingest.types import Page

_PIECE = 1 << 20  # bytes of a sheet gone through at once
_OVERLAP = 200  # bytes; longer than what is looked for
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"')
_UNCOMPUTED = re.compile(rb"</(?:\w+:)?f>\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>")


@dataclass(slots=True)
class _Sheet:
    """What the stream of cells does not say: merged cells by where they begin, and formulas without a result."""

    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    uncomputed: int = 0


def read_xlsx(path: Path) -> Iterator[Page]:
    """Every sheet by pages of rows, hidden ones too. Raises UnreadableFile."""
    from openpyxl import load_workbook

    # A stream, since openpyxl refuses a path by its suffix, and what was uploaded or unpacked has none.
    with opened_zip(path) as archive, path.open("rb") as stream:
        refuse_declarations(archive, path.name)
        with damage_named(path.name):
            book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
            try:
                yield from _pages(book.worksheets, archive)
            finally:
                book.close()


def _pages(sheets: Sequence[Any], archive: ZipFile) -> Iterator[Page]:
    left = MAX_CELLS
    number = 1
    for sheet in sheets:
        facts = _facts(archive, sheet._worksheet_path)
        rows = Bounded(_rows(sheet, facts), left)
        warnings = []
        if facts.uncomputed:
            warnings.append(f"{facts.uncomputed} formulas have no stored result: open and save it in Excel once")
        if sheet.sheet_state != "visible":
            warnings.append("a hidden sheet")
        for one in sheet_pages(rows, in_one_line(str(sheet.title)), number, warnings):
            yield one
            number += 1
        left = max(rows.left, 0)


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
