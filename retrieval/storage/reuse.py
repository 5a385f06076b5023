"""Vectors of text that stays the same: a new version of a document takes them over from the one it replaces.

They are carried across inside the transaction that replaces the document. So they are stored once, no second cache
has to be purged, and the unchanged part of a new version is found by meaning the moment it is committed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from docent.retrieval.types import Source

_OLD = """
INSERT OR IGNORE INTO temp.carried
SELECT text_digest(d.name, c.heading, c.context, c.text), v.embedder, v.part, v.vector
FROM documents d JOIN chunks c ON c.document_id = d.id JOIN vectors v ON v.chunk_id = c.id
WHERE d.id IN (SELECT ?1 UNION SELECT id FROM documents WHERE name = ?2
               UNION SELECT document_id FROM sources WHERE kind = ?3 AND path = ?4)
"""
_OLD_QUESTIONS = """
INSERT OR IGNORE INTO temp.asked
SELECT text_digest(d.name, c.heading, c.context, c.text), q.model, q.text
FROM documents d JOIN chunks c ON c.document_id = d.id JOIN questions q ON q.chunk_id = c.id
WHERE d.id IN (SELECT ?1 UNION SELECT id FROM documents WHERE name = ?2
               UNION SELECT document_id FROM sources WHERE kind = ?3 AND path = ?4)
"""
_NEW_QUESTIONS = """
INSERT INTO questions (chunk_id, model, text)
SELECT c.id, q.model, q.text
FROM documents d JOIN chunks c ON c.document_id = d.id
JOIN temp.asked q ON q.digest = text_digest(d.name, c.heading, c.context, c.text)
WHERE d.id = ?
"""
_NEW = """
INSERT INTO vectors (chunk_id, embedder, part, vector)
SELECT c.id, v.embedder, v.part, v.vector
FROM documents d JOIN chunks c ON c.document_id = d.id
JOIN temp.carried v ON v.digest = text_digest(d.name, c.heading, c.context, c.text)
WHERE d.id = ?
"""


@contextmanager
def vectors_carried(connection: sqlite3.Connection, document_id: str, name: str, source: Source) -> Iterator[None]:
    """Inside, a document's rows are replaced; after it, its chunks have what the same text had before.

    That is its vectors, and the questions written for it. What is embedded of a chunk is its text with the document's
    name, its headings and context: all must be equal, and so must be the embedder. It is looked for in this document
    as it was, in the one that came from the same place, and in those of the same name. To be used in a transaction.
    """
    connection.create_function("text_digest", 4, _digest, deterministic=True)
    connection.execute(
        "CREATE TEMP TABLE carried (digest BLOB, embedder INTEGER, part INTEGER, vector BLOB,"
        " PRIMARY KEY (digest, embedder, part)) WITHOUT ROWID"
    )
    connection.execute("CREATE TEMP TABLE asked (digest BLOB PRIMARY KEY, model TEXT, text TEXT) WITHOUT ROWID")
    for old in (_OLD, _OLD_QUESTIONS):
        connection.execute(old, (document_id, name, source.kind, source.path))
    yield
    for new in (_NEW, _NEW_QUESTIONS):
        connection.execute(new, (document_id,))
    for table in ("carried", "asked"):
        connection.execute(f"DROP TABLE temp.{table}")


def _digest(*fields: str) -> bytes:
    """SHA-256, its first half: two of a billion texts are equal by chance with 10^-21."""
    import hashlib

    return hashlib.sha256("\0".join(fields).encode("utf-8", "surrogatepass")).digest()[:16]
