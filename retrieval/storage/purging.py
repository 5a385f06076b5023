"""Provable deletion: afterwards no byte of removed text is in a collection's folder.

SQLite overwrites what is deleted (`secure_delete`), but the write-ahead log holds it until a checkpoint has emptied
that file, which a reader can prevent; tantivy keeps the terms of deleted chunks until their segment is merged; a killed
process leaves copies; and what was removed by hand is kept for an undo. So: removed documents and strays are deleted,
both indexes written anew, the database vacuumed, the log emptied.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

from docent.retrieval.collection import Collection
from docent.retrieval.reindexing import drop_leftovers
from docent.retrieval.storage.database import connect, sentence

WAIT_SECONDS = 30.0
PAUSE = 0.2  # between two tries
SPOOLING = 60.0  # seconds in which `DocumentStore.add` has long committed what it spooled


@dataclass(frozen=True, slots=True)
class Purged:
    """Bytes of the folder before and after; `reason` is a sentence where something could not be purged."""

    before: int
    after: int
    reason: str = ""


def purge(collection: Collection, wait: float = WAIT_SECONDS) -> Purged:
    """Leave nothing of what was removed. Waits up to `wait` seconds for readers. Raises StoreError."""
    store = collection.store
    before = folder_size(store.folder)
    store.sweep_trash(0)
    delete_strays(collection)
    drop_leftovers(collection)
    collection.rebuild_indexes()
    reason = compact(store.connection, wait)
    return Purged(before, folder_size(store.folder), reason)


def delete_strays(collection: Collection) -> list[Path]:
    """Delete files that belong to no document, and return their paths."""
    store = collection.store
    with store.originals_locked():
        strays = store.stray_files()
        for path in strays:
            path.unlink(missing_ok=True)
    for path in store.folder.glob("spool-*"):
        if time.time() - path.stat().st_mtime > SPOOLING:
            shutil.rmtree(path, ignore_errors=True)
            strays.append(path)
    return strays


def compact(connection: sqlite3.Connection, wait: float = WAIT_SECONDS) -> str:
    """Vacuum and empty the log; returns why that was not possible, "" when it was. Raises StoreError."""
    deadline = time.monotonic() + wait
    is_vacuumed = False
    while True:
        try:
            if not is_vacuumed:
                connection.execute("VACUUM")
                is_vacuumed = True
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise sentence(error, "library.db") from error
            busy = 1
        if not busy:
            return ""
        if time.monotonic() >= deadline:
            return (
                f"another process has been reading for {wait:.0f} seconds, so removed text may still stand in the log"
                " of the database: run `python -m app purge` again when it is done."
            )
        time.sleep(PAUSE)


def compact_file(path: Path, wait: float = WAIT_SECONDS) -> str:
    """`compact` for a database that is not open. Raises StoreError."""
    connection = connect(path)
    try:
        return compact(connection, wait)
    finally:
        connection.close()


def folder_size(folder: Path) -> int:
    """Bytes of all files below a folder; what is deleted meanwhile does not count."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:
            continue
    return total
