"""The vectors of a large collection once more, in one flat file that is mapped into memory.

A search reads a few hundred vectors: 6 microseconds each from SQLite, where a row is found through two trees, and less
than one from here. The file is a cache that is never changed: a newer one replaces it, what came after it is read from
SQLite, and where there is none everything is. Mapped pages belong to the file, not to the memory of the process.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from docent.retrieval.embed import Vectors

log = logging.getLogger(__name__)

PREFIX, SUFFIX = "flat-", ".vectors"
BATCH = 5000


@dataclass(frozen=True, slots=True)
class FlatVectors:
    """`ids` (n,) are chunk ids, ascending, one for each part of a chunk; `vectors` (n, dimension) in float16.

    `last_row` is the last row of the table `vectors` that it has.
    """

    ids: NDArray[np.int64]
    vectors: NDArray[np.float16]
    last_row: int

    def scores(self, query: Vectors, chunk_ids: Sequence[int]) -> dict[int, float]:
        """The inner product of each chunk's best part with the query, for those that are here."""
        asked = np.unique(np.asarray(chunk_ids, dtype=np.int64))
        first = np.searchsorted(self.ids, asked, "left")
        parts = np.searchsorted(self.ids, asked, "right") - first
        asked, first, parts = asked[parts > 0], first[parts > 0], parts[parts > 0]
        if not len(asked):
            return {}
        starts = np.cumsum(parts) - parts
        rows = np.repeat(first - starts, parts) + np.arange(parts.sum())
        products = self.vectors[rows].astype(np.float32) @ query
        best = np.maximum.reduceat(products, starts)
        return dict(zip(asked.tolist(), best.tolist(), strict=True))


def open_flat(folder: Path, generation: int, dimension: int) -> FlatVectors | None:
    """The newest file of a generation that is whole; None where there is none."""
    found = sorted(folder.glob(f"{PREFIX}{generation}-*{SUFFIX}"), key=_last_row, reverse=True)
    for path in found:
        try:
            count = int(np.fromfile(path, dtype="<i8", count=1)[0])
            if path.stat().st_size == _size(count, dimension):
                ids = np.memmap(path, dtype="<i8", mode="r", offset=8, shape=(count,))
                vectors = np.memmap(path, dtype="<f2", mode="r", offset=8 + 8 * count, shape=(count, dimension))
                return FlatVectors(ids, vectors, _last_row(path))
        except (OSError, IndexError, ValueError) as error:
            log.warning("%s cannot be used (%s): vectors are read from the database", path.name, error)
    return None


def write_flat(
    connection: sqlite3.Connection, folder: Path, generation: int, embedder: int, dimension: int, last_row: int
) -> None:
    """Write what the table has up to a row, and delete the files before. Raises OSError."""
    target = folder / f"{PREFIX}{generation}-{last_row}{SUFFIX}"
    temporary = target.with_suffix(f".{os.getpid()}.tmp")
    where = "embedder = ? AND id <= ? AND length(vector) = ?"
    fits = (embedder, last_row, 2 * dimension)
    try:
        with temporary.open("wb") as stream:
            ids = [row[0] for row in connection.execute(f"SELECT chunk_id FROM vectors WHERE {where} ORDER BY 1", fits)]  # noqa: S608
            stream.write(np.array([len(ids), *ids], dtype="<i8").tobytes())
            rows = connection.execute(
                f"SELECT vector FROM vectors WHERE {where} ORDER BY chunk_id, part",  # noqa: S608
                fits,
            )
            while batch := rows.fetchmany(BATCH):
                stream.write(b"".join(row[0] for row in batch))
            written = stream.tell()
            stream.flush()
            os.fsync(stream.fileno())
        if written == _size(len(ids), dimension):  # else the table changed between the two queries
            temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    for old in folder.glob(f"{PREFIX}*{SUFFIX}"):
        if old != target and target.exists():
            old.unlink(missing_ok=True)


def _size(count: int, dimension: int) -> int:
    return 8 + count * (8 + 2 * dimension)


def _last_row(path: Path) -> int:
    return int(path.name.removesuffix(SUFFIX).rsplit("-", 1)[1])
