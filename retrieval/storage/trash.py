"""Removed documents, kept for a while so that a removal can be undone.

Each is a small database `trash/<id>.db` in the collection's folder that holds the document's own rows, its vectors with
the fingerprints of their embedders among them. The original stays where it is. That file is complete before the
document leaves the collection, and is deleted after it has come back: where a process is killed between two steps a
document is in both places, never in none, and then only the collection counts.
"""

from __future__ import annotations

import math
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from docent.retrieval.errors import StoreError
from docent.retrieval.storage.database import transaction

FOLDER = "trash"
SUFFIX = ".db"
TEMPORARY = ".tmp"  # behind the name of an entry that is being written
DAY = 86_400.0  # seconds

# The rows of a document by table. Tables and columns keep their names, so that a later version can read them.
_KEPT = {
    "documents": "SELECT * FROM main.documents WHERE id = ?",
    "sources": "SELECT * FROM main.sources WHERE document_id = ?",
    "pages": "SELECT * FROM main.pages WHERE document_id = ?",
    "chunks": "SELECT * FROM main.chunks WHERE document_id = ?",
    "tags": "SELECT * FROM main.tags WHERE document_id = ?",
    "questions": "SELECT q.* FROM main.chunks c JOIN main.questions q ON q.chunk_id = c.id WHERE c.document_id = ?",
    "vectors": "SELECT v.* FROM main.chunks c JOIN main.vectors v ON v.chunk_id = c.id WHERE c.document_id = ?",
}
_EMBEDDERS = "CREATE TABLE trash.embedders AS SELECT id, fingerprint FROM main.embedders"
# Chunks get new ids, since none is ever used again; the embedder may have left and come back under another number.
_VECTORS = """
INSERT INTO main.vectors (chunk_id, embedder, part, vector)
SELECT new.id, e.id, v.part, v.vector
FROM trash.vectors v JOIN trash.chunks old ON old.id = v.chunk_id
JOIN main.chunks new ON new.document_id = old.document_id AND new.ordinal = old.ordinal
JOIN trash.embedders had ON had.id = v.embedder JOIN main.embedders e ON e.fingerprint = had.fingerprint
ORDER BY v.id
"""
_QUESTIONS = """
INSERT INTO main.questions (chunk_id, model, text)
SELECT new.id, q.model, q.text
FROM trash.questions q JOIN trash.chunks old ON old.id = q.chunk_id
JOIN main.chunks new ON new.document_id = old.document_id AND new.ordinal = old.ordinal
"""


@dataclass(frozen=True, slots=True)
class RemovedDocument:
    """A document that can be restored. `size` is in bytes, `removed` ISO 8601, UTC."""

    id: str
    name: str
    paths: tuple[str, ...]
    pages: int
    size: int
    removed: str

    def is_called(self, name: str) -> bool:
        """Whether this is its id (or at least 8 characters of its beginning), name or path."""
        by_id = name == self.id or (len(name) >= 8 and self.id.startswith(name))
        return by_id or name.lower() == self.name.lower() or name in self.paths


def keep(connection: sqlite3.Connection, document_id: str, target: Path) -> None:
    """Copy the rows of a document into a new file at `target`. Raises StoreError."""
    temporary = target.with_name(target.name + TEMPORARY)
    try:
        target.parent.mkdir(exist_ok=True)
        temporary.unlink(missing_ok=True)
        with _attached(connection, temporary):
            connection.execute("PRAGMA trash.journal_mode = OFF")
            connection.execute("PRAGMA trash.synchronous = OFF")
            with transaction(connection):
                connection.execute(_EMBEDDERS)
                for table, rows in _KEPT.items():
                    connection.execute(f"CREATE TABLE trash.{table} AS {rows}", (document_id,))
        with temporary.open("rb") as stream:
            os.fsync(stream.fileno())
        temporary.replace(target)
    except (StoreError, OSError, sqlite3.OperationalError) as error:
        with suppress(OSError):  # a sweep deletes it where this cannot
            temporary.unlink(missing_ok=True)
        raise StoreError(
            f"the document cannot be kept for an undo, so it was not removed ({error}) With DOCENT_UNDO_DAYS=0 it is"
            " removed for good."
        ) from error


def put_back(connection: sqlite3.Connection, entry: Path) -> str:
    """Insert the rows of an entry, in one transaction; returns the document's name. Raises StoreError.

    A source whose place belongs to another document by now, or whose file is gone from its folder, is left out. When
    none is left the document becomes an upload under its name, or one like it that is free.
    """
    try:
        with _attached(connection, entry), transaction(connection):
            document = connection.execute("SELECT id, name, size FROM trash.documents").fetchone()
            gone = [row["path"] for row in connection.execute("SELECT kind, path FROM trash.sources") if _is_gone(row)]
            kept = {row[0] for row in connection.execute("SELECT name FROM trash.sqlite_master")}
            for table in ("documents", "pages", "tags"):
                if table in kept:  # an older version kept no tags and questions
                    connection.execute(_insertion(connection, table))
            connection.execute(_insertion(connection, "chunks", "id") + " ORDER BY ordinal")
            connection.execute(_VECTORS)
            if "questions" in kept:
                connection.execute(_QUESTIONS)
            connection.execute(_insertion(connection, "sources").replace("INSERT", "INSERT OR IGNORE"))
            connection.executemany(
                "DELETE FROM main.sources WHERE document_id = ? AND kind = 'folder' AND path = ?",
                [(document["id"], path) for path in gone],
            )
            return _placed(connection, document)
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"the removed document {entry.stem[:12]} cannot be restored ({error}): add its file again."
        ) from error


def read(entry: Path) -> RemovedDocument | None:
    """What an entry holds; None where it is damaged or has just been deleted."""
    try:
        removed = datetime.fromtimestamp(entry.stat().st_mtime, UTC)
        with closing(sqlite3.connect(f"{entry.resolve().as_uri()}?immutable=1", uri=True)) as connection:
            identity, name, size = connection.execute("SELECT id, name, size FROM documents").fetchone()
            paths = [row[0] for row in connection.execute("SELECT path FROM sources ORDER BY kind, path")]
            pages = connection.execute("SELECT count(*) FROM pages").fetchone()[0]
    except (sqlite3.DatabaseError, TypeError, OSError):
        return None
    return RemovedDocument(identity, name, tuple(paths), pages, size, removed.isoformat(timespec="seconds"))


def aged(folder: Path, days: float) -> list[Path]:
    """Files in the folder of removed documents that are `days` old or older; with 0 all of them."""
    limit = time.time() - days * DAY if days else math.inf
    return [path for removed, path in _by_time(folder) if removed <= limit]


def recent(folder: Path, days: float) -> list[Path]:
    """Entries that are younger, the last one first."""
    limit = time.time() - days * DAY
    return [path for removed, path in _by_time(folder) if removed > limit and path.suffix == SUFFIX][::-1]


def _by_time(folder: Path) -> list[tuple[float, Path]]:
    found = []
    for path in folder.glob("*"):
        with suppress(FileNotFoundError):  # another process restores or sweeps
            found.append((path.stat().st_mtime, path))
    return sorted(found)


def _is_gone(source: sqlite3.Row) -> bool:
    return source["kind"] == "folder" and not Path(source["path"]).is_file()


def _insertion(connection: sqlite3.Connection, table: str, but: str = "") -> str:
    """A statement that copies a table by the names of its columns, except one."""
    names = [row["name"] for row in connection.execute(f"PRAGMA trash.table_info({table})") if row["name"] != but]
    columns = ", ".join(f'"{name}"' for name in names)
    return f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM trash.{table}"  # noqa: S608


def _placed(connection: sqlite3.Connection, document: sqlite3.Row) -> str:
    """The document's name, once it has a source."""
    one, name, size = document
    if not connection.execute("SELECT 1 FROM main.sources WHERE document_id = ?", (one,)).fetchone():
        name = next(_free_names(connection, name))
        connection.execute("INSERT INTO main.sources VALUES ('upload', ?, '', 0, ?, ?)", (name, size, one))
        connection.execute("UPDATE main.documents SET name = ? WHERE id = ?", (name, one))
    return str(name)


def _free_names(connection: sqlite3.Connection, name: str) -> Iterator[str]:
    """`report.pdf`, `report (2).pdf` and so on, those that no upload has."""
    number = 1
    while True:
        tried = name if number == 1 else f"{Path(name).stem} ({number}){Path(name).suffix}"
        if not connection.execute("SELECT 1 FROM main.sources WHERE kind = 'upload' AND path = ?", (tried,)).fetchone():
            yield tried
        number += 1


@contextmanager
def _attached(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    connection.execute("ATTACH DATABASE ? AS trash", (str(path),))
    try:
        yield
    finally:
        connection.execute("DETACH DATABASE trash")
