"""SQLite connections and migrations, the same for every database of the data directory."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from docent.retrieval.errors import StoreError

Migration: TypeAlias = Callable[[sqlite3.Connection], None]
BUSY_SECONDS = 30.0  # a writer waits this long for another one; a commit takes milliseconds


def connect(path: Path) -> sqlite3.Connection:
    """Open a database in autocommit mode, for use by any thread, one at a time.

    Raises StoreError when it is not a database or may not be opened.
    """
    try:
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
    except sqlite3.Error as error:
        raise StoreError(f"the database {path.name} cannot be opened ({error}): restore it from a backup.") from error
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Everything inside is committed together, or nothing is."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def migrate(connection: sqlite3.Connection, migrations: Sequence[Migration], name: str) -> None:
    """Apply what is missing, each step in one transaction with its record. `name` is the database's, for errors.

    Raises StoreError when the database was written by a newer version.
    """
    done = _version(connection)
    if done > len(migrations):
        raise StoreError(f"{name} was written by a newer version of Docent: upgrade this one.")
    for number in range(done + 1, len(migrations) + 1):
        with transaction(connection):
            if _version(connection) < number:  # another process may have been quicker
                migrations[number - 1](connection)
                connection.execute(f"PRAGMA user_version = {number:d}")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
