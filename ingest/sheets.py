"""CSV and TSV: the delimiter is found, the first row are the heads."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from docent.ingest.errors import UnreadableFile
from docent.ingest.plain import decode
from docent.ingest.tabular import MAX_CELLS, Item, table_blocks
from docent.ingest.types import Page
from docent.ingest.unpaged import in_one_line, page

SAMPLE = 20_000  # characters in which the delimiter is looked for
LONGEST_FIELD = 1_000_000  # characters; csv's own bound is 131,072
_DELIMITERS = ",\t;|"


def read_csv(path: Path) -> tuple[Page, ...]:
    """One page with one table. Raises UnreadableFile."""
    text = decode(path.read_bytes(), path.name)
    csv.field_size_limit(LONGEST_FIELD)
    try:
        rows, cut = _bounded(csv.reader(io.StringIO(text), delimiter=_delimiter(text), skipinitialspace=True))
    except csv.Error as error:
        raise UnreadableFile(f"{path.name} is no table that can be read ({error}): save it anew as CSV.") from error
    if not rows:
        raise UnreadableFile(f"{path.name} has no cells: there is nothing to read in it.")
    warnings = [f"only the first {len(rows)} rows were read"] if cut else []
    return (page(1, table_blocks(rows, 1), warnings=warnings),)


def _bounded(reader: Iterator[list[str]]) -> tuple[list[list[Item]], bool]:
    rows: list[list[Item]] = []
    count = 0
    for fields in reader:
        texts = enumerate(in_one_line(field) for field in fields)
        row = [Item(len(rows), column, text) for column, text in texts if text]
        count += len(row)
        if count > MAX_CELLS:
            return rows, True
        if row:
            rows.append(row)
    return rows, False


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
