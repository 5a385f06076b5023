"""The lexical index: BM25 over our own terms, by tantivy. A cache that catches up from SQLite.

Applying the same rows twice changes nothing (a chunk is deleted before it is added), so the watermark is written
after the commit and a crash between the two costs a repetition, not an error.
"""

from __future__ import annotations

import json
import logging
import shutil
import sqlite3
import threading
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docent.retrieval.errors import StoreError
from docent.retrieval.indexes.lexical_fields import add_rows, schema
from docent.retrieval.indexes.lexical_search import LexicalSnapshot
from docent.retrieval.indexes.watermark import Watermark, read_watermark, write_watermark
from docent.retrieval.search.synonyms import Expansion
from docent.retrieval.types import Scope

log = logging.getLogger(__name__)

FORMAT = 3  # raise it when terms or fields change: older indexes are then rebuilt
WRITER_BYTES = 50_000_000  # tantivy's buffer before it spills a segment; its least is 15 MB a thread
LOCK_SECONDS = 60.0
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
        self._guard = threading.Lock()
        self._seen: Watermark | None = None
        self._index: Any = None
        self._now: LexicalSnapshot | None = None

    def catch_up(
        self, connection: sqlite3.Connection, *, compact: bool = False, patience: float = LOCK_SECONDS
    ) -> None:
        """Apply what the database has and the index has not. One process at a time writes; the others wait.

        With `compact`, an index of which more than a third was deleted is written anew, since tantivy keeps the terms
        of deleted chunks until it merges their segment. An index that is there is left as it is after `patience`.
        """
        if not self._guard.acquire(timeout=LOCK_SECONDS if self._index is None else patience):
            return
        try:
            state = _state(connection)
            if self._is_current(state) and not compact:
                return
            self._open(read_watermark(self._pointer))
            stale = compact and self._seen is not None and self._is_worn(connection, state)
            if self._is_current(state) and not stale:
                return
            self._write(connection, anew=stale, patience=LOCK_SECONDS if self._index is None else patience)
        finally:
            self._guard.release()

    def rebuild(self, connection: sqlite3.Connection) -> None:
        """Write the index anew and delete the old one with all its terms. Raises StoreError."""
        with self._guard:
            if not self._write(connection, anew=True):
                raise StoreError("the lexical index cannot be written anew: run it with -v to see why.")

    def damage(self) -> str:
        """Why the index on disk cannot be used, "" when it can or there is none. Reads all of it, repairs nothing."""
        import tantivy

        watermark = read_watermark(self._pointer)
        if watermark is None:
            return "its watermark cannot be read" if self._pointer.exists() else ""
        folder = self._folder / watermark.folder
        try:
            tantivy.Index.open(str(folder)).searcher()
            spoiled = [path.name for path in sorted(folder.iterdir()) if not _is_whole(path)]
        except (ValueError, OSError) as error:
            return str(error)
        return f"the checksum of {spoiled[0]} is wrong" if spoiled else ""

    def ids(self) -> set[int]:
        """The chunks it finds, by id."""
        now = self._snapshot()
        return now.ids() if now else set()

    def _write(self, connection: sqlite3.Connection, *, anew: bool, patience: float = LOCK_SECONDS) -> bool:
        """A search goes on with what there is when it cannot be written: the disk may be full."""
        from filelock import FileLock, Timeout

        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self._folder / "lock").acquire(timeout=patience):
                self._open(read_watermark(self._pointer))
                if anew or not self._try_apply(connection):
                    self._rebuild(connection, _state(connection))
        except Timeout:
            log.info("another process is writing the lexical index: searching what it has")
        except (OSError, ValueError) as error:
            log.warning("the lexical index cannot be written (%s): look whether the disk is full or read-only", error)
        else:
            return True
        return False

    def _try_apply(self, connection: sqlite3.Connection) -> bool:
        """False when tantivy refuses: a process killed in a commit leaves a file on which every later one stumbles."""
        try:
            self._apply(connection, _state(connection))
        except ValueError as error:
            log.info("the lexical index cannot go on from where it stands and is built anew: %s", error)
            return False
        return True

    def _is_worn(self, connection: sqlite3.Connection, state: _State) -> bool:
        if self._seen is None:
            return False
        deleted = state.last_deletion - self._seen.built_at
        live = connection.execute("SELECT count(*) FROM chunks").fetchone()[0]
        return deleted >= LEAST_DELETED and deleted > live * MOST_DELETED

    def search(
        self, question: str, limit: int, scope: Scope, meant: Sequence[Expansion] = ()
    ) -> list[tuple[int, float]]:
        """Chunk ids and BM25 scores, best first; `meant` are synonyms of phrases of the question."""
        now = self._snapshot()
        return now.search(question, limit, scope, meant) if now else []

    def unknown(self, question: str, scope: Scope) -> frozenset[str]:
        """The terms of a question that stand in no chunk of `scope`."""
        now = self._snapshot()
        return now.unknown(question, scope, self._deleted()) if now else frozenset()

    def together(self, text: str, limit: int, scope: Scope) -> list[int]:
        """Chunks of `scope` in each of which all terms of a text stand that say something."""
        now = self._snapshot()
        return now.together(text, limit, scope) if now else []

    def _snapshot(self) -> LexicalSnapshot | None:
        with self._guard:
            return self._now

    def _deleted(self) -> int:
        """How many deleted chunks it may still hold."""
        return self._seen.last_deletion - self._seen.built_at if self._seen else 0

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
            self._hold(None, None)
            return
        if self._index is not None and self._seen is not None and self._seen.folder == watermark.folder:
            self._index.reload()
            self._hold(self._index, watermark)
            return
        try:
            self._hold(tantivy.Index.open(str(self._folder / watermark.folder)), watermark)
        except (ValueError, OSError) as error:
            log.warning("the lexical index cannot be opened and is rebuilt: %s", error)
            self._hold(None, None)

    def _hold(self, index: Any, seen: Watermark | None) -> None:
        self._now = LexicalSnapshot(index) if index is not None else None
        self._index, self._seen = index, seen

    def _apply(self, connection: sqlite3.Connection, state: _State) -> None:
        seen = self._seen
        if seen is None or seen.generation != state.generation or self._index is None or _is_ahead(seen, state):
            self._rebuild(connection, state)
            return
        gone = connection.execute(
            "SELECT chunk_id FROM deletions WHERE id > ? AND id <= ?", (seen.last_deletion, state.last_deletion)
        )
        writer = self._index.writer(WRITER_BYTES, 1)
        for row in gone:
            writer.delete_documents_by_term("id", row[0])
        add_rows(writer, connection, seen.last_row, state.last_row, replace=True)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        now = Watermark(state.generation, state.last_row, state.last_deletion, seen.folder, seen.built_at)
        self._hold(self._index, now)
        write_watermark(self._pointer, now)

    def _rebuild(self, connection: sqlite3.Connection, state: _State) -> None:
        import uuid

        import tantivy

        name = f"v{FORMAT}-{uuid.uuid4().hex[:12]}"
        path = self._folder / name
        path.mkdir()
        try:
            index = tantivy.Index(schema(), path=str(path))
            writer = index.writer(WRITER_BYTES, 1)
            add_rows(writer, connection, 0, state.last_row, replace=False)
            writer.commit()
            writer.wait_merging_threads()
        except BaseException:
            shutil.rmtree(path, ignore_errors=True)
            raise
        index.reload()
        now = Watermark(state.generation, state.last_row, state.last_deletion, name, state.last_deletion)
        self._hold(index, now)
        write_watermark(self._pointer, now)
        for old in self._folder.iterdir():
            if old.is_dir() and old.name != name:
                shutil.rmtree(old, ignore_errors=True)


def _state(connection: sqlite3.Connection) -> _State:
    row = connection.execute(
        "SELECT (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'generation'),"
        " coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'chunks'), 0),"
        " (SELECT coalesce(max(id), 0) FROM deletions),"
        " coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'questions'), 0)"
    ).fetchone()
    return _State((row[3] * 1_000_000 + row[0]) * 1000 + FORMAT, row[1], row[2])


def _is_ahead(seen: Watermark, state: _State) -> bool:
    """Whether the index has seen what the database has not: an older database was put in its place."""
    return seen.last_row > state.last_row or seen.last_deletion > state.last_deletion


def _is_whole(path: Path) -> bool:
    """Whether a file of a segment has the checksum in its footer: JSON, its length, and tantivy's number 1337."""
    data = path.read_bytes()
    if len(data) < 8 or int.from_bytes(data[-4:], "little") != 1337:
        return True  # a lock or the list of segments, which is parsed when the index is opened
    length = int.from_bytes(data[-8:-4], "little")
    end = len(data) - 8 - length
    return bool(zlib.crc32(data[:end]) == json.loads(data[end:-8])["crc"])
