"""Cells of tables: value, row label and column head together."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from pathlib import Path

from docent.ingest import Block, Document, parse
from readings.figure import Figure


def measure(data: Path) -> list[Figure]:
    """Share of the cells of `tables/cells.jsonl` that stand under the right head and beside the right label.

    The heads must hold the last part of the column's path, the label the last part of the row's; `full paths` asks for
    all parts of both.
    """
    cells = [json.loads(line) for line in (data / "tables" / "cells.jsonl").read_text(encoding="utf-8").splitlines()]
    documents = {name: parse(data / "tables" / "pdfs" / name) for name in dict.fromkeys(c["pdf"] for c in cells)}
    counts: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    missed = []
    for cell in cells:
        found = _found(documents[cell["pdf"]], cell)
        counts[cell["pdf"]].append(found)
        if not found[0]:
            missed.append(str(cell["id"]) if "id" in cell else f"{cell['row']} | {cell['col']}")
    every = [one for found in counts.values() for one in found]
    return [
        Figure("table cells with label and head", sum(a for a, _ in every) / len(every), "share", 0.9,
               note="missed: " + "; ".join(missed) if missed else ""),
        Figure("table cells with full paths", sum(b for _, b in every) / len(every), "share"),
    ]  # fmt: skip


def _found(document: Document, cell: dict[str, str]) -> tuple[bool, bool]:
    """Whether the cell is there under the last parts of its paths, and under all of them."""
    blocks = [b for b in document.pages[int(cell["page"]) - 1].blocks if b.kind == "table"]
    rows, columns, value = _path(cell["row"]), _path(cell["col"]), _plain(cell["value"])
    loose = strict = False
    for label, heads in (one for block in blocks for one in _places(block, value)):
        if rows[-1] in label and columns[-1] in heads:
            loose = True
            strict = strict or (all(part in label for part in rows) and all(part in heads for part in columns))
    return loose, strict


def _places(block: Block, value: str) -> list[tuple[str, str]]:
    """Label and heads of the cells with that value; without structure, the row's own text is both."""
    rows = getattr(block, "rows", ())
    if not rows:
        lines = [line for line in block.text.split("\n") if value in map(_plain, line.split("\t"))]
        return [(_plain(line), _plain(line)) for line in lines]
    return [
        (_plain(row.label), _plain(" ".join(cell.heads)))
        for row in rows
        for cell in row.cells
        if _plain(block.text[cell.start : cell.end]) == value
    ]


def _path(path: str) -> list[str]:
    return [_plain(part) for part in path.replace(" + ", " / ").split(" / ")]


def _plain(text: str) -> str:
    return re.sub(r"[\s'’]", "", unicodedata.normalize("NFKC", text))
