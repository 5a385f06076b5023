"""Fills in vectors behind the text: every chunk that has none of this embedder yet, whoever added it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from docent.retrieval.database import transaction
from docent.retrieval.embed import Embedder
from docent.retrieval.store import DocumentStore

log = logging.getLogger(__name__)

BATCH = 256  # chunks between two commits; what a crash costs at most
SPECIAL_TOKENS = 2
CONTEXT_TOKENS = 64  # of the document's name and headings, before the text


def passage_text(name: str, heading: str, text: str, count_tokens: Callable[[str], int], context: str = "") -> str:
    """What is embedded: the document's name and the nearest headings before the text, so that it stands alone.

    `context` is what says what the rows of a table mean, when it stands elsewhere.
    """
    title = name.rsplit(".", 1)[0]
    parts = heading.split(" > ") if heading else []
    while parts and count_tokens(" > ".join([title, *parts])) > CONTEXT_TOKENS:
        parts.pop(0)
    lines = context.split("\n") if context else []
    while lines and count_tokens("\n".join(lines)) > CONTEXT_TOKENS:
        lines.pop()
    return "\n".join((" > ".join([title[:80], *parts]), *lines, text))


def pending(store: DocumentStore, embedder_id: int) -> int:
    """How many chunks have no vector yet."""
    row = store.connection.execute(
        "SELECT count(*) FROM chunks c WHERE NOT EXISTS"
        " (SELECT 1 FROM vectors v WHERE v.chunk_id = c.id AND v.embedder = ?)",
        (embedder_id,),
    ).fetchone()
    return int(row[0])


def fill_vectors(
    store: DocumentStore,
    embedder: Embedder,
    embedder_id: int,
    lock: Path,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Embed what is missing, oldest first, and return how many chunks that were.

    `progress` gets chunks done and chunks in all. While another process does the same, this one waits for it.
    """
    done = 0
    turn = FileLock(lock)
    _announce_wait(turn)
    with turn:
        total = pending(store, embedder_id)
        while rows := _next(store, embedder_id):
            parts = _parts(rows, embedder)
            vectors = embedder.embed_passages([text for _, _, text in parts])
            _write(store, embedder_id, [(one, part) for one, part, _ in parts], vectors)
            done += len(rows)
            if progress:
                progress(min(done, total), total)
    return done


def _announce_wait(lock: FileLock) -> None:
    try:
        with lock.acquire(timeout=0):
            return
    except Timeout:
        log.info("another process is embedding this collection: waiting for it")


def _next(store: DocumentStore, embedder_id: int) -> list[tuple[int, str, str, str, str]]:
    rows = store.connection.execute(
        "SELECT c.id, d.name, c.heading, c.context, c.text FROM chunks c JOIN documents d ON d.id = c.document_id"
        " WHERE NOT EXISTS (SELECT 1 FROM vectors v WHERE v.chunk_id = c.id AND v.embedder = ?)"
        " ORDER BY c.id LIMIT ?",
        (embedder_id, BATCH),
    )
    return [tuple(row) for row in rows]


def _parts(rows: list[tuple[int, str, str, str, str]], embedder: Embedder) -> list[tuple[int, int, str]]:
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


def _write(store: DocumentStore, embedder_id: int, keys: list[tuple[int, int]], vectors: np.ndarray) -> None:
    """A chunk that was deleted while it was embedded is left out."""
    blobs = vectors.astype("<f2")
    with transaction(store.connection) as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO vectors (chunk_id, embedder, part, vector)"
            " SELECT id, ?2, ?3, ?4 FROM chunks WHERE id = ?1",
            [(one, embedder_id, part, blob.tobytes()) for (one, part), blob in zip(keys, blobs, strict=True)],
        )
