"""A document that has been read, in a SQLite file of its own until it is committed: memory holds a page at a time."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from docent.ingest import PARSER_VERSION, Chunk, ChunkOptions, Document, Page, PageReport
from docent.retrieval.storage.rows import chunk_to_row, page_to_row

if TYPE_CHECKING:
    from docent.ingest import Reading

ABANDONED = 6 * 3600.0  # seconds after which a spooled file belongs to nobody
_SCHEMA = """
CREATE TABLE document (id, name, media_type, parser_version, dated);
CREATE TABLE pages (document_id, number, width, height, report, blocks, location);
CREATE TABLE chunks (document_id, ordinal, heading, context, text, spans, table_rows, first_page, last_page);
"""

FOUND = ("text", "ocr", "mixed", "none", "columns", "tables", "removed")


@dataclass(frozen=True, slots=True)
class Spooled:
    """What lies at `path`. `warnings` are sentences that name their page; `found` counts, see `count_found`."""

    path: Path
    document_id: str
    pages: int
    chunks: int
    warnings: tuple[str, ...] = ()
    found: Mapping[str, int] = field(default_factory=dict)


def spool(
    path: Path, reading: Reading, count_tokens: Callable[[str], int], options: ChunkOptions, dated: str = ""
) -> Spooled:
    """Read a document to its end into a new file at `path`; `dated` is the day it names, ISO 8601, "" for none.

    Raises what going through its pages raises.
    """
    from docent.ingest import chunk_pages

    with closing(_created(path)) as connection:
        count, found = 0, Counter[str]()
        warnings: list[str] = []

        def passing() -> Iterator[Page]:
            nonlocal count
            for page in reading.pages:
                connection.execute("INSERT INTO pages VALUES (?, ?, ?, ?, ?, ?, ?)", page_to_row(reading.id, page))
                count += 1
                found.update(count_found(page.report))
                warnings.extend(f"page {page.number}: {warning}" for warning in page.report.warnings)
                yield page

        chunks = _insert(connection, chunk_pages(reading.id, passing(), count_tokens, options))
        _finish(connection, (reading.id, reading.name, reading.media_type), dated)
    if not chunks:
        warnings.insert(0, "nothing to search: no text was found")
    return Spooled(path, reading.id, count, chunks, tuple(warnings), {key: found[key] for key in FOUND if found[key]})


def count_found(report: PageReport) -> dict[str, int]:
    """What one page adds to the counts of its document.

    Pages by where their text is from, pages of several columns, tables, and lines kept out as running heads.
    """
    many = int(report.columns > 1)
    return {report.source: 1, "columns": many, "tables": report.tables, "removed": len(report.removed)}


def spool_document(path: Path, document: Document, chunks: Iterable[Chunk], dated: str = "") -> None:
    """The same for a document that is in memory."""
    with closing(_created(path)) as connection:
        rows = (page_to_row(document.id, page) for page in document.pages)
        connection.executemany("INSERT INTO pages VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        _insert(connection, chunks)
        _finish(connection, (document.id, document.name, document.media_type), dated)


def sweep(folder: Path) -> None:
    """Delete what a run that was killed has left in the folder of spooled files."""
    for path in folder.glob("*"):
        with suppress(FileNotFoundError):  # another thread or process deletes what it is done with
            if time.time() - path.stat().st_mtime > ABANDONED:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def _created(path: Path) -> sqlite3.Connection:
    path.unlink(missing_ok=True)  # what a process that broke has begun
    connection = sqlite3.connect(path)
    connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
    return connection


def _insert(connection: sqlite3.Connection, chunks: Iterable[Chunk]) -> int:
    rows = (chunk_to_row(chunk) for chunk in chunks)
    return connection.executemany("INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows).rowcount


def _finish(connection: sqlite3.Connection, about: tuple[str, str, str], dated: str) -> None:
    connection.execute("INSERT INTO document VALUES (?, ?, ?, ?, ?)", (*about, PARSER_VERSION, dated))
    connection.commit()
