"""Cells of tables: value, row label and column head together, here and in what stock readers make of the page."""

from __future__ import annotations

import importlib.util
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from figures import Figure

from docent.ingest import Block, Chunk, ChunkOptions, Document, chunk_document, parse, row_sentence

MAX_HEADS = 2  # rows at the top of a stock reader's table that are taken for its heads


def measure(data: Path) -> list[Figure]:
    """Share of the cells of `tables/cells.jsonl` that stand under the right head and beside the right label.

    The heads must hold the last part of the column's path, the label the last part of the row's; `full paths` asks for
    all parts of both. `in one row sentence` asks the chunks, as a search would meet them, and beside it the stock
    readers' pages: value, label and head in one line, or in one row of a table joined with its first MAX_HEADS rows.
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
    chunks = {name: chunk_document(document, len, ChunkOptions(1000, 1500)) for name, document in documents.items()}
    told = sum(_is_told(chunks[cell["pdf"]], cell) for cell in cells) / len(cells)
    beside, missing = _stock(data / "tables" / "pdfs", cells)
    return [
        Figure("table cells in one row sentence", told, "share", 0.9, beside=beside,
               note=f"not installed: {', '.join(missing)}" if missing else ""),
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


def _is_told(chunks: tuple[Chunk, ...], cell: dict[str, str]) -> bool:
    """Whether the sentence of a row on the page, in a chunk, holds the value as a cell, its label and its head."""
    label, head, value = _path(cell["row"])[-1], _path(cell["col"])[-1], _plain(cell["value"])
    for chunk in chunks:
        for row in chunk.rows if int(cell["page"]) in chunk.pages else ():
            if value in (_plain(chunk.text[one.start : one.end]) for one in row.cells):
                sentence = _plain(row_sentence(chunk.text, row))
                if label in sentence and head in sentence:
                    return True
    return False


def _stock(folder: Path, cells: list[dict[str, str]]) -> tuple[dict[str, float], list[str]]:
    """The share of cells for each stock reader that is installed, and the names of the others."""
    readers: dict[str, tuple[str, Callable[[Path, int], Iterator[str]]]] = {
        "MuPDF get_text": ("pymupdf", _mupdf),
        "pdfplumber": ("pdfplumber", _pdfplumber),
        "pypdf": ("pypdf", _pypdf),
        "pymupdf4llm": ("pymupdf4llm", _pymupdf4llm),
        "markitdown": ("markitdown", _markitdown),
    }
    shares, missing = {}, []
    for name, (module, reader) in readers.items():
        if importlib.util.find_spec(module) is None:
            missing.append(name)
            continue
        pages = {(cell["pdf"], int(cell["page"])) for cell in cells}
        rows = {page: [_plain(row) for row in reader(folder / page[0], page[1])] for page in sorted(pages)}
        wanted = [
            (rows[cell["pdf"], int(cell["page"])],
             (_path(cell["row"])[-1], _path(cell["col"])[-1], _plain(cell["value"]))) for cell in cells
        ]  # fmt: skip
        shares[name] = sum(any(all(part in row for part in parts) for row in found) for found, parts in wanted)
        shares[name] /= len(cells)
    return shares, missing


def _with_heads(table: list[str]) -> Iterator[str]:
    heads = " ".join(table[:MAX_HEADS])
    yield from (f"{heads} {row}" for row in table[1:])


def _mupdf(path: Path, page: int) -> Iterator[str]:
    import pymupdf

    with pymupdf.open(path) as document:
        yield from document[page - 1].get_text(sort=True).splitlines()


def _pdfplumber(path: Path, page: int) -> Iterator[str]:
    import pdfplumber

    with pdfplumber.open(path) as document:
        found = document.pages[page - 1]
        yield from (found.extract_text() or "").splitlines()
        for table in found.extract_tables():
            yield from _with_heads([" ".join(cell or "" for cell in row) for row in table])


def _pypdf(path: Path, page: int) -> Iterator[str]:
    import pypdf

    yield from pypdf.PdfReader(path).pages[page - 1].extract_text().splitlines()


def _pymupdf4llm(path: Path, page: int) -> Iterator[str]:
    import pymupdf4llm

    yield from _markdown(pymupdf4llm.to_markdown(path, pages=[page - 1], show_progress=False))


def _markitdown(path: Path, page: int) -> Iterator[str]:
    import tempfile

    import markitdown
    import pymupdf

    with tempfile.TemporaryDirectory() as folder, pymupdf.open(path) as document:
        single = Path(folder) / "page.pdf"
        document.select([page - 1])
        document.save(single)
        yield from _markdown(markitdown.MarkItDown().convert(single).text_content)


def _markdown(text: str) -> Iterator[str]:
    """Lines, and the rows of tables with their heads."""
    table: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.lstrip().startswith("|"):
            table += [] if set(line) <= set("|-: ") else [line]
        else:
            yield from _with_heads(table)
            table = []
            yield line


def _path(path: str) -> list[str]:
    return [_plain(part) for part in path.replace(" + ", " / ").split(" / ")]


def _plain(text: str) -> str:
    return re.sub(r"[\s'’]", "", unicodedata.normalize("NFKC", text))
