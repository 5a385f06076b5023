"""How well documents are read: cells of tables with the right label and heads, and pages per second.

    DOCENT_EVALDATA=... python bench/reading.py [tables] [speed] [--json FILE]

A cell counts when its value stands, on the right page, in a cell whose heads hold the last part of the column's
path and whose row label holds the last part of the row's; `full paths` asks for all parts of both.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import time
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from docent.ingest import Block, ChunkOptions, Document, chunk_document, parse


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("what", nargs="*", default=[], help="any of: " + " ".join(MEASURES))
    arguments.add_argument("--json", type=Path)
    arguments.add_argument("--failures", action="store_true", help="list the cells that were not found")
    options = arguments.parse_args()
    data = Path(os.environ["DOCENT_EVALDATA"])
    results = {name: MEASURES[name](data, options.failures) for name in options.what or MEASURES}
    for name, rows in results.items():
        print(f"\n{name}")
        for row in rows:
            print("  " + "  ".join(f"{key} {value}" for key, value in row.items()))
    if options.json:
        options.json.write_text(json.dumps(results, ensure_ascii=False, indent=1), encoding="utf-8")


def tables(data: Path, failures: bool) -> list[dict[str, object]]:
    cells = [json.loads(line) for line in (data / "tables" / "cells.jsonl").read_text(encoding="utf-8").splitlines()]
    documents = {name: parse(data / "tables" / "pdfs" / name) for name in dict.fromkeys(c["pdf"] for c in cells)}
    counts: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for cell in cells:
        found = _found(documents[cell["pdf"]], cell)
        counts[cell["pdf"]].append(found)
        if failures and not found[0]:
            print(f"missed {cell['id']}: {cell['row']} | {cell['col']} | {cell['value']}")
    counts["all"] = [one for found in counts.values() for one in found]
    return [
        {
            "pdf": f"{name:24}",
            "cells": len(found),
            "found": f"{sum(a for a, _ in found) / len(found):.3f}",
            "full paths": f"{sum(b for _, b in found) / len(found):.3f}",
        }
        for name, found in counts.items()
    ]


def speed(data: Path, _: bool) -> list[dict[str, object]]:
    paths = sorted((data / "finance_en" / "pdfs").glob("*.pdf"))
    pages = chunks = tables = 0
    started, working = time.perf_counter(), time.process_time()
    for path in paths:
        document = parse(path)
        pages += len(document.pages)
        tables += sum(block.kind == "table" for page in document.pages for block in page.blocks)
        chunks += len(chunk_document(document, lambda text: len(text) // 4, ChunkOptions()))
    seconds, work = time.perf_counter() - started, time.process_time() - working
    row = {"pages": pages, "tables": tables, "chunks": chunks}
    return [{**row, "pages/s, one process": f"{pages / seconds:.1f}", "per CPU second": f"{pages / work:.1f}"}]


MEASURES: dict[str, Callable[[Path, bool], list[dict[str, object]]]] = {"tables": tables, "speed": speed}


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


if __name__ == "__main__":
    main()
