"""Questions that a chat model wrote for each chunk: found by, weighed low, never shown as text of a document.

They go with their chunk, are carried over to the same text in a new version, and are in an export.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docent.retrieval.storage.database import transaction
from docent.retrieval.storage.store import DocumentStore

LEAST_TEXT = 40  # characters; a shorter passage answers little that its own words do not say
BATCH = 100
_WITHOUT = (
    f"FROM chunks c WHERE length(c.text) >= {LEAST_TEXT}"  # noqa: S608
    " AND NOT EXISTS (SELECT 1 FROM questions q WHERE q.chunk_id = c.id)"
)


@dataclass(frozen=True, slots=True)
class QuestionCounts:
    """`written` chunks have been dealt with, `left` have not, and these have so many `characters` of text."""

    written: int
    left: int
    characters: int


def question_counts(store: DocumentStore) -> QuestionCounts:
    """How far the questions of a collection are."""
    written = store.connection.execute("SELECT count(*) FROM questions").fetchone()[0]
    left, characters = store.connection.execute(
        f"SELECT count(*), coalesce(sum(length(c.text)), 0) {_WITHOUT}"
    ).fetchone()
    return QuestionCounts(written, left, characters)


def without_questions(store: DocumentStore, most: int) -> Iterator[int]:
    """The ids of chunks that wait for questions, at most so many, in order."""
    after = 0
    while most > 0:
        rows = store.connection.execute(
            f"SELECT c.id {_WITHOUT} AND c.id > ? ORDER BY c.id LIMIT ?", (after, min(BATCH, most))
        ).fetchall()
        if not rows:
            return
        yield from (row[0] for row in rows)
        after, most = rows[-1][0], most - len(rows)


def keep_questions(store: DocumentStore, chunk_id: int, model: str, questions: Sequence[str]) -> None:
    """Keep what was written for a chunk, unless it has left meanwhile. Searches see it after `publish_questions`."""
    with transaction(store.connection) as connection:
        connection.execute(
            "INSERT OR REPLACE INTO questions (chunk_id, model, text) SELECT id, ?, ? FROM chunks WHERE id = ?",
            (model, "\n".join(questions), chunk_id),
        )


def publish_questions(store: DocumentStore) -> None:
    """Have the lexical index built anew, which the next search does."""
    with transaction(store.connection) as connection:
        _publish(connection)


def drop_questions(store: DocumentStore) -> int:
    """Delete all of them, and return of how many chunks they were."""
    with transaction(store.connection) as connection:
        count = connection.execute("DELETE FROM questions").rowcount
        _publish(connection)
    return int(count)


def has_plain_questions(connection: sqlite3.Connection) -> bool:
    """Whether all are text, which those of a stranger's database need not be."""
    strange = "SELECT 1 FROM questions WHERE typeof(text) <> 'text' OR typeof(model) <> 'text' LIMIT 1"
    return connection.execute(strange).fetchone() is None


def _publish(connection: sqlite3.Connection) -> None:
    connection.execute(
        "INSERT INTO meta VALUES ('questions', '1') ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
    )
