"""SQLite connections and migrations, the same for every database of the data directory."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from docent.retrieval.errors import StoreError

Migration: TypeAlias = Callable[[sqlite3.Connection], None]
BUSY_SECONDS = 30.0  # a writer waits this long for another one; a commit takes milliseconds


def make_folder(folder: Path) -> None:
    """Make a folder below which data is kept. Raises StoreError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"the folder {folder} cannot be made ({error.strerror}): make it writable, or set DOCENT_DATA_DIR."
        ) from error


def connect(path: Path) -> sqlite3.Connection:
    """Open a database in autocommit mode, for use by any thread, one at a time.

    Raises StoreError when it is not a database or may not be opened.
    """
    try:
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
    except sqlite3.Error as error:
        raise sentence(error, path.name) from error
    return connection


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Where two processes open a new database at once SQLite does not wait by itself, since neither could go on."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        else:
            return
        time.sleep(0.01)


def sentence(error: sqlite3.Error, name: str) -> StoreError:
    """What a reader can do about an error of SQLite. `name` is the database's."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the primary code, without its details
    advice = _ADVICE.get(code, "restore it from a backup")
    verb = "is not usable" if code in _ADVICE else "cannot be opened"
    return StoreError(f"the database {name} {verb} ({error}): {advice}.")


_ADVICE = {
    sqlite3.SQLITE_FULL: "make room on the disk and run it again; what was committed is kept",
    sqlite3.SQLITE_IOERR: "look whether the disk is full or failing; what was committed is kept",
    sqlite3.SQLITE_READONLY: "make its folder writable, or set DOCENT_DATA_DIR to one that is",
    sqlite3.SQLITE_CANTOPEN: "make its folder writable, or set DOCENT_DATA_DIR to one that is",
    sqlite3.SQLITE_BUSY: "another process has been writing for half a minute, so try again when it is done",
}


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Everything inside is committed together, or nothing is.

    Raises StoreError when the disk is full or may not be written to, or another process writes for too long.
    """
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        connection.execute("COMMIT")
    except BaseException as error:
        if connection.in_transaction:  # SQLite itself rolls back when the disk is full
            connection.execute("ROLLBACK")
        if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF in _ADVICE:
            raise sentence(error, Path(_file_of(connection)).name) from error
        raise


def _file_of(connection: sqlite3.Connection) -> str:
    return str(connection.execute("PRAGMA database_list").fetchone()[2])


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
