"""Fills in vectors behind the text: every chunk that has none of this embedder yet, whoever added it."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from docent.retrieval.embedders.seam import Embedder, Vectors
from docent.retrieval.storage.database import transaction
from docent.retrieval.storage.store import DocumentStore

if TYPE_CHECKING:
    from filelock import FileLock

log = logging.getLogger(__name__)

BATCH = 256  # chunks between two commits; what a crash costs at most
FAR_BATCH = 64  # chunks of one call elsewhere: 5 s of a core, so that many share what is left at the end
SPECIAL_TOKENS = 2
CONTEXT_TOKENS = 64  # of the document's name and headings, before the text
_LEADERS = re.compile(r"\s?(?:[.．…⋯·・][ \t]?){4,}")  # from a title to its page: a tenth of the tokens of a manual

PassageRow: TypeAlias = tuple[int, str, str, str, str]
"""What is embedded of a chunk: its id, the document's name, headings, context and text."""

_ROW = "c.id, (SELECT name FROM documents d WHERE d.id = c.document_id), c.heading, c.context, c.text"
_MISSING = "FROM chunks c WHERE NOT EXISTS (SELECT 1 FROM vectors v WHERE v.chunk_id = c.id AND v.embedder = ?)"
_LATEST = """SELECT (SELECT coalesce(max(id), 0) FROM chunks), (SELECT coalesce(max(id), 0) FROM vectors),
(SELECT coalesce(max(id), 0) FROM deletions)"""

# Two counts over indexes: a fifth of the time of asking for each chunk.
_COMPLETE = "SELECT (SELECT count(*) FROM chunks) = (SELECT count(*) FROM vectors WHERE embedder = ? AND part = 0)"


@dataclass(frozen=True, slots=True)
class Embedded:
    """Vectors, shape (n, dimension), and for each the chunk's id and the part of it, counted from 0."""

    places: tuple[tuple[int, int], ...]
    vectors: Vectors


Elsewhere: TypeAlias = Callable[[Iterator[Sequence[PassageRow]]], Generator[Embedded, None, None]]
"""Embeds batch after batch on other machines: what `embed_rows` gives for each, in their order."""


def passage_text(name: str, heading: str, text: str, count_tokens: Callable[[str], int], context: str = "") -> str:
    """What is embedded: the document's name and the nearest headings before the text, so that it stands alone.

    `context` is what says what the rows of a table mean, when it stands elsewhere. Dots that lead the eye are left out.
    """
    title = name.rsplit(".", 1)[0]
    parts = heading.split(" > ") if heading else []
    while parts and count_tokens(" > ".join([title, *parts])) > CONTEXT_TOKENS:
        parts.pop(0)
    lines = context.split("\n") if context else []
    while lines and count_tokens("\n".join(lines)) > CONTEXT_TOKENS:
        lines.pop()
    return "\n".join((" > ".join([title[:80], *parts]), *lines, _LEADERS.sub(" … ", text)))


class Pending:
    """How many chunks have no vector yet; after the first count only what changed is looked at."""

    def __init__(self, store: DocumentStore, embedder_id: int) -> None:
        self._store = store
        self._embedder_id = embedder_id
        self._guard = Lock()
        self._seen: tuple[int, ...] = ()
        self._count = 0
        self._complete_to = 0  # chunks up to this id have their vectors or are gone; ids are never used again

    def __call__(self) -> int:
        """0.02 ms when nothing was committed since the last call."""
        connection = self._store.connection
        with self._guard:
            seen = tuple(connection.execute(_LATEST).fetchone())
            if seen != self._seen:
                if not self._seen and connection.execute(_COMPLETE, (self._embedder_id,)).fetchone()[0]:
                    self._complete_to = seen[0]
                self._count, first = connection.execute(
                    f"SELECT count(*), min(c.id) {_MISSING} AND c.id > ?",
                    (self._embedder_id, self._complete_to),
                ).fetchone()
                self._complete_to = seen[0] if first is None else first - 1
                self._seen = seen
            return self._count


def fill_vectors(
    store: DocumentStore,
    embedder: Embedder,
    embedder_id: int,
    lock: Path,
    progress: Callable[[int, int], None] | None = None,
    elsewhere: Elsewhere | None = None,
) -> int:
    """Embed what is missing, oldest first, and return how many chunks that were.

    Memory holds one batch, or as many as `elsewhere` asks for before it gives the first one back; each is committed by
    itself, so what a crash or an exception of `progress` costs is what memory holds. `progress` gets chunks done and
    chunks in all. While another process does the same, this one waits for it.
    """
    from filelock import FileLock

    done = 0
    total = Pending(store, embedder_id)()
    if not total:
        return 0
    turn = FileLock(lock)
    _announce_wait(turn)
    batches = _batches(store, embedder_id, FAR_BATCH if elsewhere else BATCH)
    made = elsewhere(batches) if elsewhere else (embed_rows(rows, embedder) for rows in batches)
    with turn, closing(made):
        for found in made:
            _write(store, embedder_id, found)
            done += sum(part == 0 for _, part in found.places)
            if progress:
                progress(done, max(done, total))
    return done


def embed_rows(rows: Sequence[PassageRow], embedder: Embedder) -> Embedded:
    """The vectors of some chunks, all parts of each. Raises EmbedderError."""
    parts = passage_parts(rows, embedder)
    texts = list(dict.fromkeys(text for _, _, text in parts))
    places = {text: place for place, text in enumerate(texts)}
    vectors = embedder.embed_passages(texts)[[places[text] for _, _, text in parts]]
    return Embedded(tuple((one, part) for one, part, _ in parts), np.asarray(vectors, dtype=np.float32))


def _announce_wait(lock: FileLock) -> None:
    from filelock import Timeout

    try:
        with lock.acquire(timeout=0):
            return
    except Timeout:
        log.info("another process is embedding this collection: waiting for it")


def _batches(store: DocumentStore, embedder_id: int, size: int) -> Iterator[list[PassageRow]]:
    """Chunks without a vector, `size` at a time; each is asked for when it is wanted."""
    after = 0
    while found := store.connection.execute(
        f"SELECT {_ROW} {_MISSING} AND c.id > ? ORDER BY c.id LIMIT ?", (embedder_id, after, size)
    ).fetchall():
        yield [tuple(row) for row in found]
        after = found[-1][0]


def missing_rows(store: DocumentStore, embedder_id: int, ids: Sequence[int]) -> list[PassageRow]:
    """What is embedded of those chunks among `ids` that have no vector, in their order."""
    marks = ",".join("?" * len(ids))
    rows = store.connection.execute(
        f"SELECT {_ROW} {_MISSING} AND c.id IN ({marks})",
        (embedder_id, *ids),
    )
    found = {row[0]: tuple(row) for row in rows}
    return [found[one] for one in ids if one in found]


def passage_parts(rows: Sequence[PassageRow], embedder: Embedder) -> list[tuple[int, int, str]]:
    """(chunk id, part, text): one part for a chunk that fits the embedder, more for one that does not."""
    found: list[tuple[int, int, str]] = []
    room = embedder.fingerprint.max_tokens - SPECIAL_TOKENS
    room -= embedder.count_tokens(embedder.fingerprint.passage_prefix)
    for one, name, heading, context, text in rows:
        texts = _within(passage_text(name, heading, text, embedder.count_tokens, context), room, embedder)
        found.extend((one, number, part) for number, part in enumerate(texts))
    return found


def _within(text: str, room: int, embedder: Embedder) -> list[str]:
    if embedder.count_tokens(text) <= room or len(text) < 2:
        return [text]
    middle = len(text) // 2
    return _within(text[:middle], room, embedder) + _within(text[middle:], room, embedder)


def _write(store: DocumentStore, embedder_id: int, found: Embedded) -> None:
    """A chunk that was deleted while it was embedded is left out."""
    with transaction(store.connection) as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO vectors (chunk_id, embedder, part, vector)"
            " SELECT id, ?2, ?3, ?4 FROM chunks WHERE id = ?1",
            [
                (one, embedder_id, part, vector.astype("<f2").tobytes())
                for (one, part), vector in zip(found.places, found.vectors, strict=True)
            ],
        )
