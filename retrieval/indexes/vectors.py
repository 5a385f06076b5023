"""The vector index: FAISS finds candidates, exact scores come from the float16 vectors in SQLite.

Up to EXACT_UP_TO vectors the index itself is exact. Above, it holds codes (see `codes`), so candidates
are scored again, and it is trained anew at each doubling, because its centres are means of what was there.
Of such a collection the float16 vectors stand in a flat file as well (see `flat`).
A stale index is harmless: hits are read from the database, where a removed chunk no longer is.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from docent.retrieval.embedders.seam import Vectors
from docent.retrieval.errors import StoreError
from docent.retrieval.indexes.codes import coded_index, exact_index, ids_of, read_index
from docent.retrieval.indexes.flat import FlatVectors, open_flat, write_flat
from docent.retrieval.indexes.watermark import Watermark, read_watermark, write_atomically, write_watermark
from docent.retrieval.search.neighbours import better_beside

log = logging.getLogger(__name__)

FORMAT = 2
EXACT_UP_TO = 20_000
CANDIDATES = 200
PERSIST_AFTER = 500  # new rows; fewer are read again from SQLite at the next start, in milliseconds
FLAT_AFTER = 20_000  # new rows, or a quarter of what there is; fewer are read from SQLite
LOCK_SECONDS = 60.0
BATCH = 5000


class VectorIndex:
    """Nearest chunks of one embedder. `folder` is its own; losing it costs a rebuild and nothing else."""

    def __init__(self, folder: Path, embedder: int, dimension: int) -> None:
        self._folder = folder
        self._embedder = embedder
        self._dimension = dimension
        self._pointer = folder / "watermark.json"
        self._guard = threading.Lock()
        self._seen = Watermark(-1, 0, 0)
        self._saved_row = 0
        self._index: Any = None
        self._flat: FlatVectors | None = None

    @property
    def size(self) -> int:
        """Vectors that can be searched."""
        return int(self._index.ntotal) if self._index is not None else 0

    def catch_up(self, connection: sqlite3.Connection) -> None:
        """Apply what the database has and the index has not."""
        with self._guard:
            generation, last_row, last_deletion = self._state(connection)
            if self._index is None or self._seen.generation != generation:
                self._load(generation)
            if (self._seen.last_row, self._seen.last_deletion) == (last_row, last_deletion):
                return
            if self._seen.last_row > last_row or self._seen.last_deletion > last_deletion:
                self._begin(generation)  # an older database was put in the place of the one that was indexed
            self._remove(connection, last_deletion)
            self._add(connection, last_row)
            self._seen = replace(self._seen, last_row=last_row, last_deletion=last_deletion)
            if last_row - self._saved_row >= PERSIST_AFTER or (last_row and not self._saved_row):
                self._save()

    def flatten(self, connection: sqlite3.Connection) -> None:
        """Write the flat file anew where much came after it: seconds for a million vectors, while searches go on."""
        from filelock import FileLock, Timeout

        with self._guard:
            seen, size = self._seen, self.size
            new = seen.last_row - (self._flat.last_row if self._flat else 0)
        if size <= EXACT_UP_TO or new < max(FLAT_AFTER, size // 4):
            return
        try:
            with FileLock(self._folder / "lock").acquire(timeout=0):
                write_flat(connection, self._folder, seen.generation, self._embedder, self._dimension, seen.last_row)
        except Timeout:
            return  # another process is at it
        except OSError as error:
            log.warning("the flat file of vectors cannot be kept (%s): look whether the disk is full", error)
        with self._guard:
            self._flat = open_flat(self._folder, self._seen.generation, self._dimension)

    def scores(self, connection: sqlite3.Connection, query: Vectors, chunk_ids: Sequence[int]) -> dict[int, float]:
        """The inner product of each chunk's best part with the query, for those that have a vector."""
        flat = self._flat
        found = flat.scores(query, chunk_ids) if flat else {}
        rest = [one for one in chunk_ids if one not in found]
        return {**found, **exact_scores(connection, self._embedder, query, rest)} if rest else found

    def better_beside(
        self, connection: sqlite3.Connection, query: Vectors, chunk_ids: Sequence[int]
    ) -> dict[int, float]:
        """The score of the better of the two chunks beside each in its document, where there is one with a vector."""
        flat = self._flat
        found, rest = flat.beside(query, chunk_ids) if flat else ({}, chunk_ids)
        return found | better_beside(connection, partial(self.scores, connection, query), rest) if rest else found

    def rebuild(self, connection: sqlite3.Connection) -> None:
        """Make the index anew from the database, and replace its file. Raises StoreError."""
        with self._guard:
            generation, last_row, last_deletion = self._state(connection)
            self._seen = Watermark(generation, 0, last_deletion)
            self._index = self._empty(0)
            self._add(connection, last_row)
            self._seen = Watermark(generation, last_row, last_deletion)
            if not self._save(LOCK_SECONDS):
                raise StoreError("the vector index cannot be written anew: run it with -v to see why.")
            self._flat = None
            for old in self._folder.glob("flat-*"):
                old.unlink(missing_ok=True)
        self.flatten(connection)

    def damage(self) -> str:
        """Why the index on disk cannot be used, "" when it can or there is none. Reads all of it, repairs nothing."""
        watermark = read_watermark(self._pointer)
        if watermark is None:
            return "its watermark cannot be read" if self._pointer.exists() else ""
        try:
            data = (self._folder / watermark.folder).read_bytes()
        except OSError as error:
            return str(error.strerror)
        return "" if watermark.digest in ("", _digest(data)) else f"the checksum of {watermark.folder} is wrong"

    def ids(self) -> set[int]:
        """The chunks it finds, by id."""
        with self._guard:
            return set() if self._index is None else ids_of(self._index)

    def search(self, query: Vectors, limit: int) -> list[int]:
        """Chunk ids that are probably nearest, a chunk once, unordered when the index is not exact."""
        import faiss

        with self._guard:
            if self._index is None or not self._index.ntotal:
                return []
            # One question on all cores waits at barriers for whatever else runs; it holds for the calling thread.
            faiss.omp_set_num_threads(1)
            wanted = min(max(limit, CANDIDATES), self._index.ntotal)
            _, ids = self._index.search(query[None, :], wanted)
        return list(dict.fromkeys(ids[ids >= 0].tolist()))

    def _state(self, connection: sqlite3.Connection) -> tuple[int, int, int]:
        row = connection.execute(
            "SELECT (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'generation'),"
            " coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'vectors'), 0),"
            " (SELECT coalesce(max(id), 0) FROM deletions)"
        ).fetchone()
        return row[0] * 1000 + FORMAT, row[1], row[2]

    def _load(self, generation: int) -> None:
        self._index, self._saved_row = None, 0
        watermark = read_watermark(self._pointer)
        if watermark is not None and watermark.generation == generation:
            try:
                index = read_index(self._folder / watermark.folder)
                if index.d == self._dimension:
                    self._index, self._seen, self._saved_row = index, watermark, watermark.last_row
            except (OSError, RuntimeError) as error:
                log.warning("the vector index cannot be opened and is rebuilt: %s", error)
        if self._index is None:
            self._begin(generation)
        self._flat = open_flat(self._folder, generation, self._dimension)

    def _begin(self, generation: int) -> None:
        self._seen = Watermark(generation, 0, 0)
        self._saved_row = 0
        self._index = self._empty(0)

    def _empty(self, count: int) -> Any:
        """An index that suits so many vectors."""
        return exact_index(self._dimension) if count <= EXACT_UP_TO else coded_index(self._dimension, count)

    def _remove(self, connection: sqlite3.Connection, last_deletion: int) -> None:
        rows = connection.execute(
            "SELECT chunk_id FROM deletions WHERE id > ? AND id <= ?", (self._seen.last_deletion, last_deletion)
        ).fetchall()
        if rows and self._index.ntotal:
            self._index.remove_ids(np.array([row[0] for row in rows], dtype=np.int64))

    def _add(self, connection: sqlite3.Connection, last_row: int) -> None:
        new = connection.execute(  # the range of ids is walked, not the table
            "SELECT count(*) FROM vectors WHERE embedder = ? AND id > ? AND id <= ?",
            (self._embedder, self._seen.last_row, last_row),
        ).fetchone()[0]
        count = self.size + new
        if self._must_rebuild(count):
            self._index = self._empty(count)
            self._seen = Watermark(self._seen.generation, 0, self._seen.last_deletion)
            if count > EXACT_UP_TO:
                self._index.train(self._sample(connection, count))
        rows = connection.execute(
            "SELECT chunk_id, vector FROM vectors WHERE embedder = ? AND id > ? AND id <= ? AND length(vector) = ?"
            " ORDER BY id",
            (self._embedder, self._seen.last_row, last_row, 2 * self._dimension),
        )
        while batch := rows.fetchmany(BATCH):
            ids, vectors = _matrix(batch, self._dimension)
            self._index.add_with_ids(vectors, ids)

    def _must_rebuild(self, count: int) -> bool:
        """When the exact index has grown too large, and at each doubling of the coded one."""
        held = int(self._index.ntotal)
        if count <= EXACT_UP_TO:
            return False
        return held <= EXACT_UP_TO or (
            count > EXACT_UP_TO and (count // EXACT_UP_TO).bit_length() > (held // EXACT_UP_TO).bit_length()
        )

    def _sample(self, connection: sqlite3.Connection, count: int) -> Vectors:
        """Up to 20,000 vectors spread over the whole collection."""
        step = max(1, count // EXACT_UP_TO)
        rows = connection.execute(
            "SELECT chunk_id, vector FROM vectors WHERE embedder = ? AND id % ? = 0 AND length(vector) = ?",
            (self._embedder, step, 2 * self._dimension),
        ).fetchall()
        return _matrix(rows, self._dimension)[1]

    def _save(self, wait: float = 0) -> bool:
        """Into a new file, then the watermark points at it. Another process that saves is simply left to it."""
        import faiss
        from filelock import FileLock, Timeout

        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self._folder / "lock").acquire(timeout=wait):
                name = f"index-{self._seen.generation}-{self._seen.last_row}-{self._seen.last_deletion}.faiss"
                data = faiss.serialize_index(self._index).tobytes()
                write_atomically(self._folder / name, data)
                self._seen = replace(self._seen, folder=name, digest=_digest(data))
                write_watermark(self._pointer, self._seen)
                for old in self._folder.glob("index-*"):
                    if old.name != name:
                        old.unlink(missing_ok=True)
        except Timeout:
            return False
        except OSError as error:
            log.warning("the vector index cannot be kept (%s): look whether the disk is full or read-only", error)
            return False
        self._saved_row = self._seen.last_row
        return True


def _digest(data: bytes) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest()


def exact_scores(
    connection: sqlite3.Connection, embedder: int, query: Vectors, chunk_ids: Sequence[int]
) -> dict[int, float]:
    """The inner product of each chunk's best part with the query, for those that have a vector."""
    scores: dict[int, float] = {}
    for start in range(0, len(chunk_ids), 900):  # SQLite's default limit of parameters is above this everywhere
        some = chunk_ids[start : start + 900]
        marks = ",".join("?" * len(some))
        rows = connection.execute(
            f"SELECT chunk_id, vector FROM vectors WHERE embedder = ? AND length(vector) = ?"  # noqa: S608
            f" AND chunk_id IN ({marks})",
            (embedder, 2 * len(query), *some),
        ).fetchall()
        if rows:
            ids, vectors = _matrix(rows, len(query))
            for one, score in zip(ids, vectors @ query, strict=True):
                scores[int(one)] = max(float(score), scores.get(int(one), -1.0))
    return scores


def _matrix(rows: Sequence[Any], dimension: int) -> tuple[NDArray[np.int64], Vectors]:
    ids = np.array([row[0] for row in rows], dtype=np.int64)
    data = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f2")
    return ids, data.reshape(len(rows), dimension).astype(np.float32)
