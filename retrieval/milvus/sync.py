"""Sends to Milvus what the database has and Milvus has not: deletions, then vectors, then chunks, in small batches.

A row is called by its chunk's id and written over, so that a batch that is sent twice changes nothing; the mark of what
was sent follows each batch. Whatever goes down in the middle, the next catching-up goes on from the last mark.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from docent.retrieval.errors import StoreError
from docent.retrieval.indexes.seam import Indexed
from docent.retrieval.milvus.rows import MARK_ID, Mark, mark_of, mark_row, rows_of, schema
from docent.retrieval.milvus.server import CALL_SECONDS

log = logging.getLogger(__name__)

FORMAT = 1  # raise it when rows or terms change: older collections are then sent anew
BATCH = 500  # rows of a call: 384 numbers and a few kilobytes of text each, far below the 64 MB that Milvus takes
NAME = "milvus.json"
PREFIX = "docent"
CONSISTENCY = "Strong"  # a search sees what was sent before it, whichever process sent it
K1, B = 1.2, 0.75  # of BM25, as tantivy has them


@dataclass(frozen=True, slots=True)
class State:
    """What the database holds now; `generation` changes when an index has to be built anew."""

    generation: int
    last_row: int
    last_vector: int
    last_deletion: int


def state_of(connection: sqlite3.Connection) -> State:
    """One look at the counters."""
    row = connection.execute(
        "SELECT (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'generation'),"
        " coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'questions'), 0),"
        " coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'chunks'), 0),"
        " coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'vectors'), 0),"
        " (SELECT coalesce(max(id), 0) FROM deletions)"
    ).fetchone()
    return State(row[1] * 1_000_000 + row[0], *tuple(row)[2:])


def name_in(folder: Path, embedder: int) -> str:
    """What a collection is called in Milvus: no name of a person or a matter, and another for each embedder."""
    return f"{prefix_of(folder)}{embedder}"


def prefix_of(folder: Path) -> str:
    """How the names of all that is of one collection begin, made up at first use and kept beside the database."""
    path = folder / NAME
    if not path.exists():
        made = path.with_name(f"{NAME}.{secrets.token_hex(4)}.tmp")
        made.write_text(json.dumps({"name": f"{PREFIX}_{secrets.token_hex(8)}_"}), encoding="utf-8")
        with suppress(FileExistsError):  # another process was quicker
            os.link(made, path)
        made.unlink()
    try:
        return str(json.loads(path.read_bytes())["name"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path} cannot be read: delete it, and all is sent to Milvus anew.") from error


def is_known(folder: Path) -> bool:
    """Whether Milvus was ever told of a collection."""
    return (folder / NAME).exists()


class UnfitCollection(StoreError):
    """A collection in Milvus is of something else than the database; `why` says what of."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(
            f"{name} in Milvus cannot be searched, since {why}: `python -m app doctor --fix` builds it anew."
        )
        self.why = why


class Sender:
    """What one collection in Milvus lacks. One process at a time sends."""

    def __init__(self, of: Indexed, *, is_lite: bool) -> None:
        self._of = of
        # Milvus Lite has no clock to wait for, and its own choice of an index loses hits where a filter is narrow.
        self._kind, self._consistency = ("FLAT", "Eventually") if is_lite else ("AUTOINDEX", CONSISTENCY)

    @cached_property
    def name(self) -> str:
        """What the collection is called in Milvus."""
        return name_in(self._of.store.folder, self._of.embedder)

    def mark(self, client: Any) -> Mark | None:
        """What the collection holds, None where it is not there or of an older form.

        Raises StoreError for one of another embedder, or of a newer version.
        """
        if not client.has_collection(self.name, timeout=CALL_SECONDS):
            return None
        client.load_collection(self.name, timeout=CALL_SECONDS)  # a restarted Milvus Lite has none loaded
        rows = client.query(self.name, ids=[MARK_ID], output_fields=["passage"], timeout=CALL_SECONDS)
        try:
            mark = mark_of(rows[0]["passage"]) if rows else None
        except ValueError as error:
            log.info("what %s in Milvus holds cannot be told, and it is sent anew: %s", self.name, error)
            return None
        if mark and mark.format > FORMAT:
            raise StoreError(f"{self.name} in Milvus was written by a newer version of Docent: install that one.")
        if mark and mark.fingerprint != self._fingerprint():
            raise UnfitCollection(self.name, f"it was made by another embedder than {self._of.fingerprint.name}")
        return mark if mark and mark.format == FORMAT else None

    def send(self, client: Any, state: State) -> None:
        """Bring the collection to `state`."""
        mark = self.mark(client)
        if mark is None or mark.generation != state.generation or _is_ahead(mark, state):
            mark = self.begin(client, state)
        mark = self._delete(client, mark, state)
        mark = self._send_vectors(client, mark, state.last_vector)
        self._send_chunks(client, mark, state.last_row)

    def begin(self, client: Any, state: State) -> Mark:
        """An empty collection in the place of what was there; others that nothing uses any more are dropped."""
        used = {self.name}
        used |= {name_in(self._of.store.folder, row[0]) for row in self._connection.execute("SELECT id FROM embedders")}
        for name in client.list_collections(timeout=CALL_SECONDS):
            if name == self.name or (name.startswith(prefix_of(self._of.store.folder)) and name not in used):
                client.drop_collection(name, timeout=CALL_SECONDS)
        indexes = client.prepare_index_params()
        indexes.add_index("vector", index_type=self._kind, metric_type="IP")
        # One inside the other: servers unpack it, and Milvus Lite reads nothing else.
        tuned = {"params": {"bm25_k1": K1, "bm25_b": B}}
        indexes.add_index("sparse", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25", params=tuned)
        client.create_collection(
            self.name, schema=schema(client, self._of.fingerprint.dimension), index_params=indexes,
            consistency_level=self._consistency, timeout=CALL_SECONDS,
        )  # fmt: skip
        # Vectors that are there by now go with the rows of their chunks.
        mark = Mark(FORMAT, self._fingerprint(), state.generation, 0, state.last_vector, state.last_deletion)
        return self._keep(client, mark)

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._of.store.connection

    def _fingerprint(self) -> str:
        return json.dumps(asdict(self._of.fingerprint), sort_keys=True)

    def _keep(self, client: Any, mark: Mark) -> Mark:
        client.upsert(self.name, [mark_row(mark, self._of.fingerprint.dimension)], timeout=CALL_SECONDS)
        return mark

    def _delete(self, client: Any, mark: Mark, state: State) -> Mark:
        rows = self._connection.execute(
            "SELECT chunk_id FROM deletions WHERE id > ? AND id <= ? AND chunk_id <= ?",
            (mark.last_deletion, state.last_deletion, mark.last_row),
        ).fetchall()
        for start in range(0, len(rows), BATCH):
            gone = [row[0] for row in rows[start : start + BATCH]]
            if mark.has_parts:
                client.delete(self.name, filter=f"chunk in {json.dumps(gone)}", timeout=CALL_SECONDS)
            else:
                client.delete(self.name, ids=gone, timeout=CALL_SECONDS)
        if mark.last_deletion == state.last_deletion:
            return mark
        return self._keep(client, replace(mark, last_deletion=state.last_deletion))

    def _send_vectors(self, client: Any, mark: Mark, last: int) -> Mark:
        """Chunks that were sent before their vector was there, once more."""
        while mark.last_vector < last:
            rows = self._connection.execute(
                "SELECT id, chunk_id FROM vectors WHERE id > ? AND id <= ? AND embedder = ? ORDER BY id LIMIT ?",
                (mark.last_vector, last, self._of.embedder, BATCH),
            ).fetchall()
            mark = self._upsert(client, mark, _once(row[1] for row in rows if row[1] <= mark.last_row))
            mark = self._keep(client, replace(mark, last_vector=rows[-1][0] if len(rows) == BATCH else last))
        return mark

    def _send_chunks(self, client: Any, mark: Mark, last: int) -> None:
        while mark.last_row < last:
            rows = self._connection.execute(
                "SELECT id FROM chunks WHERE id > ? AND id <= ? ORDER BY id LIMIT ?", (mark.last_row, last, BATCH)
            ).fetchall()
            mark = self._upsert(client, mark, [row[0] for row in rows])
            mark = self._keep(client, replace(mark, last_row=rows[-1][0] if len(rows) == BATCH else last))

    def _upsert(self, client: Any, mark: Mark, chunk_ids: list[int]) -> Mark:
        rows = rows_of(self._of, chunk_ids)
        if rows:
            client.upsert(self.name, rows, timeout=CALL_SECONDS)
        return replace(mark, has_parts=mark.has_parts or any(row["id"] < 0 for row in rows))


def _once(ids: Iterable[int]) -> list[int]:
    return list(dict.fromkeys(ids))


def _is_ahead(mark: Mark, state: State) -> bool:
    """Whether Milvus has seen what the database has not: an older database was put in its place."""
    return (
        mark.last_row > state.last_row
        or mark.last_vector > state.last_vector
        or mark.last_deletion > state.last_deletion
    )


def unsent(mark: Mark, state: State) -> bool:
    """Whether anything is still to be sent."""
    held = State(mark.generation, mark.last_row, mark.last_vector, mark.last_deletion)
    return held != state


def drop_all(client: Any, folder: Path) -> None:
    """Delete all that is of one collection."""
    prefix = prefix_of(folder)
    for name in client.list_collections(timeout=CALL_SECONDS):
        if name.startswith(prefix):
            client.drop_collection(name, timeout=CALL_SECONDS)


def chunk_ids_of(rows: Sequence[Any]) -> list[int]:
    """The chunks of rows that were found, each once, in their order; the mark is none."""
    return _once(int(row["entity"]["chunk"]) for row in rows if int(row["id"]) != MARK_ID)
