"""Domain objects to rows and back. Spans and blocks are compact JSON, so that `sqlite3` alone can read them."""

from __future__ import annotations

import json
import math
import sqlite3
from typing import Any

from docent.ingest import Block, Cell, Chunk, Page, PageReport, Span, TableRow
from docent.retrieval.types import DocumentRef


def spans_to_json(spans: tuple[Span, ...]) -> str:
    """`[[page, start, end, x0, y0, x1, y1], ...]`, the box left out where there is none; points to a tenth.

    Written here, since it takes `json` four times as long, and there are a dozen for each chunk and block.
    """
    return f"[{','.join(map(_span_to_json, spans))}]"


def _span_to_json(span: Span) -> str:
    if span.box is None or not math.isfinite(sum(span.box)):  # of a page whose numbers no drawing could use
        return f"[{span.page},{span.start},{span.end}]"
    x0, y0, x1, y1 = span.box
    return f"[{span.page},{span.start},{span.end},{x0:.1f},{y0:.1f},{x1:.1f},{y1:.1f}]"


def spans_from_json(text: str) -> tuple[Span, ...]:
    """The inverse of `spans_to_json`."""
    spans = []
    for page, start, end, *box in json.loads(text):
        spans.append(Span(page, (box[0], box[1], box[2], box[3]) if box else None, start, end))
    return tuple(spans)


def table_rows_to_json(rows: tuple[TableRow, ...]) -> str:
    """`[[start, end, label, is_head, [[start, end, column, heads], ...]], ...]`."""
    if not rows:
        return "[]"
    plain = [
        [r.start, r.end, r.label, int(r.is_head), [[c.start, c.end, c.column, c.heads] for c in r.cells]] for r in rows
    ]
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def table_rows_from_json(text: str) -> tuple[TableRow, ...]:
    """The inverse of `table_rows_to_json`."""
    if text == "[]":  # most chunks are no tables
        return ()
    return tuple(
        TableRow(
            start, end, label, tuple(Cell(a, b, column, tuple(heads)) for a, b, column, heads in cells), bool(is_head)
        )
        for start, end, label, is_head, cells in json.loads(text)
    )


def blocks_to_json(blocks: tuple[Block, ...]) -> str:
    """Blocks of one page, spans inside."""
    rows = [
        [
            b.kind, b.level, b.text, b.box and [round(v, 1) for v in b.box], spans_to_json(b.spans),
            table_rows_to_json(b.rows), b.context,
        ]
        for b in blocks
    ]  # fmt: skip
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def page_to_row(document_id: str, page: Page) -> tuple[Any, ...]:
    """The columns of `pages`, in order."""
    report, blocks = report_to_json(page.report), blocks_to_json(page.blocks)
    return document_id, page.number, page.width, page.height, report, blocks, page.location


def page_from_row(row: sqlite3.Row) -> Page:
    """A row of `pages`."""
    number = row["number"]
    blocks = tuple(
        Block(
            kind,
            text,
            number,
            tuple(box) if box else None,
            level,
            spans_from_json(spans),
            table_rows_from_json(rows),
            context,
        )
        for kind, level, text, box, spans, rows, context in json.loads(row["blocks"])
    )
    report = report_from_json(row["report"])
    return Page(number, row["width"], row["height"], blocks, report, row["location"])


def report_from_json(text: str) -> PageReport:
    """The inverse of `report_to_json`."""
    report = json.loads(text)
    report.update(warnings=tuple(report["warnings"]), removed=tuple(report["removed"]))
    return PageReport(**report)


def report_to_json(report: PageReport) -> str:
    """A page report by field name."""
    return json.dumps(
        {
            "source": report.source,
            "characters": report.characters,
            "columns": report.columns,
            "tables": report.tables,
            "removed": report.removed,
            "warnings": report.warnings,
        },
        ensure_ascii=False,
    )


def chunk_to_row(chunk: Chunk) -> tuple[Any, ...]:
    """The columns of `chunks` but for the id, in order."""
    return (
        chunk.document_id, chunk.ordinal, chunk.heading, chunk.context, chunk.text, spans_to_json(chunk.spans),
        table_rows_to_json(chunk.rows), chunk.pages[0], chunk.pages[-1],
    )  # fmt: skip


def chunk_from_row(row: sqlite3.Row) -> Chunk:
    """A row of `chunks`."""
    return Chunk(
        row["document_id"], row["ordinal"], row["text"], row["heading"], spans_from_json(row["spans"]), row["context"],
        table_rows_from_json(row["table_rows"]),
    )  # fmt: skip


def document_from_row(row: sqlite3.Row) -> DocumentRef:
    """A row with `document_id`, `name` and `path`."""
    return DocumentRef(row["document_id"], row["name"], row["path"] or row["name"])
