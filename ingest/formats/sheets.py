"""CSV and TSV: the delimiter is found, and titles and heads as in a workbook."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from docent.ingest.errors import UnreadableFile
from docent.ingest.formats.encodings import decode
from docent.ingest.formats.unpaged import in_one_line
from docent.ingest.tables.headed import Item
from docent.ingest.tables.tabular import MAX_CELLS, MAX_COLUMNS, Bounded, sheet_pages
from docent.ingest.types import Page

SAMPLE = 20_000  # characters in which the delimiter is looked for
LONGEST_FIELD = 1_000_000  # characters; csv's own bound is 131,072
MAX_BLANK = 0.3  # share of blank lines from which they separate nothing
_DELIMITERS = ",\t;|"


def read_csv(path: Path) -> Iterator[Page]:
    """Pages of rows, numbered as a spreadsheet does. Raises UnreadableFile."""
    text = decode(path.read_bytes(), path.name)
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(
        _lines(text),
        delimiter=_delimiter(text),
        skipinitialspace=True,
        quoting=csv.QUOTE_NONE if text.count('"') % 2 else csv.QUOTE_MINIMAL,  # a stray quote would hold the rest
    )
    is_empty = True
    try:
        for one in sheet_pages(Bounded(_rows(reader, text), MAX_CELLS), "", 1):
            is_empty = is_empty and not one.blocks
            yield one
    except csv.Error as error:
        raise UnreadableFile(f"{path.name} is no table that can be read ({error}): save it anew as CSV.") from error
    if is_empty:
        raise UnreadableFile(f"{path.name} has no cells: there is nothing to read in it.")


def _lines(text: str) -> Iterator[str]:
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


def _rows(reader: Iterator[list[str]], text: str) -> Iterator[list[Item]]:
    lines = text[:SAMPLE].strip().split("\n")
    separate = sum(not line.strip() for line in lines) < MAX_BLANK * len(lines)
    for number, fields in enumerate(reader):
        texts = enumerate(in_one_line(field) for field in fields[:MAX_COLUMNS])
        row = [Item(number, column, text) for column, text in texts if text]
        if row or separate:
            yield row


def _delimiter(text: str) -> str:
    """The one that cuts the first lines most evenly, not counting what stands in quotes."""
    lines = [line for line in _unquoted(text[:SAMPLE]).split("\n")[:50] if line.strip()]
    counts = {mark: [line.count(mark) for line in lines] for mark in _DELIMITERS}

    def evenness(mark: str) -> tuple[int, int]:
        usual = max(counts[mark], key=counts[mark].count, default=0)
        return (counts[mark].count(usual) if usual else 0), usual

    return max(_DELIMITERS, key=evenness)


def _unquoted(text: str) -> str:
    return "".join(text.split('"')[::2])
