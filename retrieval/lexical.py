"""The lexical index: BM25 over our own terms, by tantivy. A cache that catches up from SQLite.

Applying the same rows twice changes nothing (a chunk is deleted before it is added), so the watermark is written
after the commit and a crash between the two costs a repetition, not an error.
"""

from __future__ import annotations

import logging
import shutil
import sqlite3
import threading
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from docent.retrieval.errors import StoreError
from docent.retrieval.terms import index_terms, query_terms
from docent.retrieval.types import SearchFilter
from docent.retrieval.watermark import Watermark, read_watermark, write_watermark

log = logging.getLogger(__name__)

FORMAT = 1  # raise it when terms or fields change: older indexes are then rebuilt
WRITER_BYTES = 50_000_000  # tantivy's buffer before it spills a segment; its least is 15 MB a thread
LOCK_SECONDS = 60.0
BOOSTS = {"name": 1.5, "heading": 0.3, "body": 1.0}  # best of a sweep over both dev sets; names tell companies apart
BATCH = 2000
LEAST_DELETED = 200  # below it, writing anew is not worth it
MOST_DELETED = 0.5  # deleted chunks for each one that is there


@dataclass(frozen=True, slots=True)
class _State:
    """What the database holds now."""

    generation: int
    last_row: int
    last_deletion: int


class LexicalIndex:
    """Finds chunks by the words in them. `folder` is its own; losing it costs a rebuild and nothing else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pointer = folder / "watermark.json"
        self._lock = FileLock(folder / "lock")
        self._guard = threading.Lock()
        self._seen: Watermark | None = None
        self._index: Any = None

    def catch_up(self, connection: sqlite3.Connection, *, compact: bool = False) -> None:
        """Apply what the database has and the index has not. One process at a time writes; the others wait.

        With `compact`, an index of which more than a third was deleted is written anew, since tantivy keeps the terms
        of deleted chunks until it merges their segment.
        """
        with self._guard:
            state = _state(connection)
            if self._is_current(state) and not compact:
                return
            self._open(read_watermark(self._pointer))
            stale = compact and self._seen is not None and self._is_worn(connection, state)
            if self._is_current(state) and not stale:
                return
            self._write(connection, anew=stale)

    def rebuild(self, connection: sqlite3.Connection) -> None:
        """Write the index anew and delete the old one with all its terms. Raises StoreError."""
        with self._guard:
            if not self._write(connection, anew=True):
                raise StoreError("the lexical index cannot be written anew: run it with -v to see why.")

    def ids(self) -> set[int]:
        """The chunks it finds, by id."""
        import tantivy

        with self._guard:
            index = self._index
        if index is None:
            return set()
        searcher = index.searcher()
        hits = searcher.search(tantivy.Query.all_query(), max(1, searcher.num_docs), count=False).hits
        addresses = [address for _, address in hits]
        return {int(one) for one in searcher.fast_field_values("id", addresses)} if addresses else set()

    def _write(self, connection: sqlite3.Connection, *, anew: bool) -> bool:
        """A search goes on with what there is when it cannot be written: the disk may be full."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with self._lock.acquire(timeout=LOCK_SECONDS):
                self._open(read_watermark(self._pointer))
                if anew:
                    self._rebuild(connection, _state(connection))
                else:
                    self._apply(connection, _state(connection))
        except Timeout:
            log.warning("another process has been writing the lexical index for a minute: searching what it has")
        except (OSError, ValueError) as error:
            log.warning("the lexical index cannot be written (%s): look whether the disk is full or read-only", error)
        else:
            return True
        return False

    def _is_worn(self, connection: sqlite3.Connection, state: _State) -> bool:
        if self._seen is None:
            return False
        deleted = state.last_deletion - self._seen.built_at
        live = connection.execute("SELECT count(*) FROM chunks").fetchone()[0]
        return deleted >= LEAST_DELETED and deleted > live * MOST_DELETED

    def search(
        self, question: str, limit: int, where: SearchFilter, documents: Sequence[str]
    ) -> list[tuple[int, float]]:
        """Chunk ids and BM25 scores, best first. `documents` are the ids that `where` allows, empty for all."""
        import tantivy

        words = query_terms(question)
        with self._guard:
            index = self._index
        if index is None or not words:
            return []
        clauses = [(tantivy.Occur.Must, _any_of(index.schema, words))]
        if documents:
            clauses.append(
                (tantivy.Occur.Must, _const(tantivy.Query.term_set_query(index.schema, "document", documents)))
            )
        if where.pages:
            first, last = where.pages
            for field, low, high in (("first_page", 0, last), ("last_page", first, 2**31)):
                kind = tantivy.FieldType.Integer
                clauses.append(
                    (tantivy.Occur.Must, _const(tantivy.Query.range_query(index.schema, field, kind, low, high)))
                )
        searcher = index.searcher()
        result = searcher.search(tantivy.Query.boolean_query(clauses), limit, count=False)
        addresses = [address for _, address in result.hits]
        ids = searcher.fast_field_values("id", addresses) if addresses else []
        return [(int(one), float(score)) for one, (score, _) in zip(ids, result.hits, strict=True)]

    def _is_current(self, state: _State) -> bool:
        seen = self._seen
        if seen is None:
            return False
        return (seen.generation, seen.last_row, seen.last_deletion) == (
            state.generation,
            state.last_row,
            state.last_deletion,
        )

    def _open(self, watermark: Watermark | None) -> None:
        """Load the index on disk if it is another or a newer one than the one at hand."""
        import tantivy

        if watermark is None:
            self._seen, self._index = None, None
            return
        if self._index is not None and self._seen is not None and self._seen.folder == watermark.folder:
            self._index.reload()
            self._seen = watermark
            return
        try:
            self._index = tantivy.Index.open(str(self._folder / watermark.folder))
            self._seen = watermark
        except (ValueError, OSError) as error:
            log.warning("the lexical index cannot be opened and is rebuilt: %s", error)
            self._seen, self._index = None, None

    def _apply(self, connection: sqlite3.Connection, state: _State) -> None:
        seen = self._seen
        if seen is None or seen.generation != state.generation or self._index is None:
            self._rebuild(connection, state)
            return
        gone = connection.execute(
            "SELECT chunk_id FROM deletions WHERE id > ? AND id <= ?", (seen.last_deletion, state.last_deletion)
        )
        writer = self._index.writer(WRITER_BYTES, 1)
        for row in gone:
            writer.delete_documents_by_term("id", row[0])
        _add_rows(writer, connection, seen.last_row, state.last_row, replace=True)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._seen = Watermark(state.generation, state.last_row, state.last_deletion, seen.folder, seen.built_at)
        write_watermark(self._pointer, self._seen)

    def _rebuild(self, connection: sqlite3.Connection, state: _State) -> None:
        import tantivy

        name = f"v{FORMAT}-{uuid.uuid4().hex[:12]}"
        path = self._folder / name
        path.mkdir()
        index = tantivy.Index(_schema(), path=str(path))
        writer = index.writer(WRITER_BYTES, 1)
        _add_rows(writer, connection, 0, state.last_row, replace=False)
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._index = index
        self._seen = Watermark(state.generation, state.last_row, state.last_deletion, name, state.last_deletion)
        write_watermark(self._pointer, self._seen)
        for old in self._folder.iterdir():
            if old.is_dir() and old.name != name:
                shutil.rmtree(old, ignore_errors=True)


def _state(connection: sqlite3.Connection) -> _State:
    row = connection.execute(
        "SELECT (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'generation'),"
        " (SELECT coalesce(max(id), 0) FROM chunks), (SELECT coalesce(max(id), 0) FROM deletions)"
    ).fetchone()
    return _State(row[0] * 1000 + FORMAT, row[1], row[2])


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", indexed=True, fast=True)
    builder.add_text_field("document", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("first_page", indexed=True, fast=True)
    builder.add_integer_field("last_page", indexed=True, fast=True)
    for field in BOOSTS:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _add_rows(writer: Any, connection: sqlite3.Connection, after: int, last: int, *, replace: bool) -> None:
    rows = connection.execute(
        "SELECT c.id, c.document_id, c.heading, c.context, c.text, c.first_page, c.last_page, d.name"
        " FROM chunks c JOIN documents d ON d.id = c.document_id WHERE c.id > ? AND c.id <= ? ORDER BY c.id",
        (after, last),
    )
    for row in _batches(rows):
        if replace:
            writer.delete_documents_by_term("id", row["id"])
        writer.add_document(_document(row))


def _batches(rows: sqlite3.Cursor) -> Iterable[sqlite3.Row]:
    rows.arraysize = BATCH
    while batch := rows.fetchmany():
        yield from batch


def _document(row: sqlite3.Row) -> Any:
    import tantivy

    document = tantivy.Document()
    document.add_integer("id", row["id"])
    document.add_text("document", row["document_id"])
    document.add_integer("first_page", row["first_page"])
    document.add_integer("last_page", row["last_page"])
    stem = row["name"].rsplit(".", 1)[0]
    body = f"{row['context']}\n{row['text']}"
    for field, text in (("name", stem), ("heading", row["heading"]), ("body", body)):
        document.add_text(field, " ".join(index_terms(text)))
    return document


def _any_of(schema: Any, words: Sequence[str]) -> Any:
    import tantivy

    clauses = []
    for word in words:
        for field, boost in BOOSTS.items():
            query = tantivy.Query.term_query(schema, field, word, "freq")
            clauses.append((tantivy.Occur.Should, tantivy.Query.boost_query(query, boost)))
    return tantivy.Query.boolean_query(clauses)


def _const(query: Any) -> Any:
    import tantivy

    return tantivy.Query.const_score_query(query, 0.0)
