"""The tables of a collection. A migration is never changed once released; a new one is added below it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing

from docent.retrieval.storage.database import Migration

_FIRST = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- id is the SHA-256 of the bytes, in hex
CREATE TABLE documents (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size INTEGER NOT NULL,
  parser_version INTEGER NOT NULL,
  added TEXT NOT NULL
) WITHOUT ROWID;

-- a document leaves with its last source
CREATE TABLE sources (
  kind TEXT NOT NULL CHECK (kind IN ('folder', 'upload')),
  path TEXT NOT NULL,
  root TEXT NOT NULL,
  mtime_ns INTEGER NOT NULL,
  size INTEGER NOT NULL,
  document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  PRIMARY KEY (kind, path)
) WITHOUT ROWID;
CREATE INDEX sources_by_document ON sources (document_id);

CREATE TABLE pages (
  document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  width REAL NOT NULL,
  height REAL NOT NULL,
  report TEXT NOT NULL,
  blocks TEXT NOT NULL,
  location TEXT NOT NULL,
  PRIMARY KEY (document_id, number)
) WITHOUT ROWID;

-- ids are never reused, so that a watermark says what an index has seen
CREATE TABLE chunks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  heading TEXT NOT NULL,
  context TEXT NOT NULL,
  text TEXT NOT NULL,
  spans TEXT NOT NULL,
  table_rows TEXT NOT NULL,
  first_page INTEGER NOT NULL,
  last_page INTEGER NOT NULL,
  UNIQUE (document_id, ordinal)
);

-- vector: float16, little endian, unit length
CREATE TABLE vectors (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  chunk_id INTEGER NOT NULL REFERENCES chunks (id) ON DELETE CASCADE,
  embedder INTEGER NOT NULL REFERENCES embedders (id),
  part INTEGER NOT NULL,
  vector BLOB NOT NULL,
  UNIQUE (chunk_id, embedder, part)
);

CREATE TABLE embedders (id INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL UNIQUE);

CREATE TABLE deletions (id INTEGER PRIMARY KEY AUTOINCREMENT, chunk_id INTEGER NOT NULL);
CREATE TRIGGER chunk_deleted AFTER DELETE ON chunks BEGIN
  INSERT INTO deletions (chunk_id) VALUES (old.id);
END;
"""


def _create(connection: sqlite3.Connection) -> None:
    for statement in _statements(_FIRST):
        connection.execute(statement)
    connection.execute("INSERT INTO meta VALUES ('generation', '1')")


def _statements(script: str) -> list[str]:
    """`executescript` would commit the migration's transaction, so the script is run statement by statement."""
    statements = []
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            statements.append(pending)
            pending = ""
    return statements


def _name_embedders(connection: sqlite3.Connection) -> None:
    """What an embedder is made from, and whether it was named for this collection rather than taken from a setting."""
    connection.execute("ALTER TABLE embedders ADD COLUMN spec TEXT NOT NULL DEFAULT ''")
    connection.execute("ALTER TABLE embedders ADD COLUMN chosen INTEGER NOT NULL DEFAULT 0")


def _index_places(connection: sqlite3.Connection) -> None:
    """Where a chunk stands, apart from its text: 50 entries to a page instead of one or two rows.

    A query has to ask for it by INDEXED BY, since SQLite thinks that a row found by its id costs least.
    """
    connection.execute("CREATE INDEX chunk_places ON chunks (id, document_id, first_page, last_page)")


def _tag_documents(connection: sqlite3.Connection) -> None:
    """Tags by document, `folded` to find them by; and the day a document itself is of, "" where it names none."""
    connection.execute(
        "CREATE TABLE tags (document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,"
        " folded TEXT NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (document_id, folded)) WITHOUT ROWID"
    )
    connection.execute("CREATE INDEX tags_by_name ON tags (folded)")
    connection.execute("ALTER TABLE documents ADD COLUMN dated TEXT NOT NULL DEFAULT ''")


def _keep_questions(connection: sqlite3.Connection) -> None:
    """Questions that a chunk answers, a line each, as a chat model wrote them; "" where it wrote none of use."""
    connection.execute(
        "CREATE TABLE questions (chunk_id INTEGER PRIMARY KEY REFERENCES chunks (id) ON DELETE CASCADE,"
        " model TEXT NOT NULL, text TEXT NOT NULL)"
    )


MIGRATIONS: tuple[Migration, ...] = (_create, _name_embedders, _index_places, _tag_documents, _keep_questions)


def schema_of(connection: sqlite3.Connection) -> dict[str, str]:
    """All tables, indexes and triggers by name, each as SQL: the same for every collection of this version."""
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'sqlite_sequence'")
    return {row[0]: row[1] for row in rows}


def wanted_schema(migrations: Sequence[Migration] = MIGRATIONS) -> dict[str, str]:
    """What `schema_of` gives for a new collection, or for another new database."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        for migration in migrations:
            migration(connection)
        return schema_of(connection)
