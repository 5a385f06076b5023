"""Passages as a search finds them, without reading a document."""

from __future__ import annotations

import hashlib

from docent.ingest import Cell, Chunk, Span, TableRow
from docent.retrieval import DocumentRef, Hit


def _hit(text: str, name: str, heading: str = "", rows: tuple[TableRow, ...] = (), context: str = "") -> Hit:
    document = hashlib.sha256(name.encode()).hexdigest()
    span = Span(1, (72, 72, 300, 84), 0, len(text))
    chunk = Chunk(document, 1, text, heading, (span,), context, rows)
    return Hit(1, chunk, DocumentRef(document, name, f"/docs/{name}"), 1.0, {"lexical": 1})


def passage(text: str, name: str = "notes.pdf", heading: str = "") -> Hit:
    """A hit of prose."""
    return _hit(text, name, heading)


def table(name: str, *lines: str, context: str = "") -> Hit:
    """A hit that is a table, its cells parted by tabs and its first line the heads."""
    heads, *data = [line.split("\t") for line in lines]
    rows: list[TableRow] = []
    at = 0
    for number, cells in enumerate([heads, *data]):
        placed: list[Cell] = []
        place = at
        for column, cell in enumerate(cells):
            above = (heads[column],) if number and column else ()
            placed.append(Cell(place, place + len(cell), column, above))
            place += len(cell) + 1
        rows.append(TableRow(at, place - 1, cells[0], tuple(placed), is_head=not number))
        at = place
    return _hit("\n".join(lines), name, "", tuple(rows), context)


def pairs(name: str, *lines: str) -> Hit:
    """A hit that is a table of labels and values without heads; a reader takes both for labels."""
    rows = []
    at = 0
    for line in lines:
        label, value = line.split("\t")
        middle = at + len(label)
        cells = (Cell(at, middle), Cell(middle + 1, at + len(line), 1))
        rows.append(TableRow(at, at + len(line), f"{label} / {value}", cells))
        at += len(line) + 1
    return _hit("\n".join(lines), name, "", tuple(rows))
