"""`DATA/docent.db`: what is no document. Collections' names, conversations, feedback, curated answers."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from docent.app.schema import MIGRATIONS
from docent.retrieval import connect, make_folder, migrate, transaction

DATABASE = "docent.db"


class Database:
    """One connection that all threads share. No file is made before something is stored."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / DATABASE
        self._guard = threading.RLock()
        self._connection: sqlite3.Connection | None = None

    def close(self) -> None:
        """Close it; the next call opens it again."""
        with self._guard:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def read(self, query: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        """All rows of a query; none where nothing was ever stored. Raises StoreError."""
        with self._guard:
            if self._connection is None and not self.path.exists():
                return []
            return self._connect().execute(query, values).fetchall()

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction: everything inside is stored together, or nothing is. Raises StoreError."""
        with self._guard, transaction(self._connect()) as connection:
            yield connection

    def copy(self, target: Path) -> None:
        """Copy it as it stands into a new file, while others read and write. Raises StoreError."""
        from docent.retrieval import copy_database

        with self._guard:
            copy_database(self._connect(), target)

    def _connect(self) -> sqlite3.Connection:
        if self._connection is None:
            make_folder(self.path.parent)
            connection = connect(self.path)
            migrate(connection, MIGRATIONS, self.path.name)
            self._connection = connection
        return self._connection


# Of a conversation `c`, whose it must be: the account of the numbered parameter, anybody's where that is NULL.
OWN = "(?{0} IS NULL OR c.owner = ?{0})"


def now() -> str:
    """ISO 8601, UTC, in milliseconds, so that what was stored in one second keeps its order."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def containing(text: str) -> str:
    r"""A pattern of LIKE (with `ESCAPE '\'`) for what contains a text."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
