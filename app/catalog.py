"""The collections of a data directory: a name that may be anything, an id that is a folder."""

from __future__ import annotations

import sqlite3
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from docent.app.errors import CollectionNotFound
from docent.retrieval import Migration, connect, migrate, transaction


@dataclass(frozen=True, slots=True)
class CollectionInfo:
    """A collection by id and name; `created` is ISO 8601, UTC."""

    id: str
    name: str
    created: str


def _create(connection: sqlite3.Connection) -> None:
    connection.execute(
        "CREATE TABLE collections (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, created TEXT NOT NULL) WITHOUT ROWID"
    )


MIGRATIONS: tuple[Migration, ...] = (_create,)


class Catalog:
    """The table of collections in `DATA/docent.db`."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._path = data_dir / "docent.db"

    def collections(self) -> list[CollectionInfo]:
        """All of them by name; empty where nothing was ever stored."""
        if not self._path.exists():
            return []
        connection = self._connect()
        try:
            return [CollectionInfo(*row) for row in connection.execute("SELECT * FROM collections ORDER BY name")]
        finally:
            connection.close()

    def folder(self, name: str, *, create: bool = False) -> Path:
        """Where the collection of this name lives. Raises CollectionNotFound unless it may be created."""
        found = next((one for one in self.collections() if one.name == name), None)
        if found is None and not create:
            names = ", ".join(one.name for one in self.collections()) or "none yet"
            raise CollectionNotFound(f"there is no collection {name!r} (there are: {names}): ingest documents first.")
        return self._data_dir / "collections" / (found or self._add(name)).id

    def _add(self, name: str) -> CollectionInfo:
        info = CollectionInfo(uuid.uuid4().hex[:16], name, datetime.now(UTC).isoformat(timespec="seconds"))
        connection = self._connect()
        try:
            with transaction(connection):
                connection.execute("INSERT OR IGNORE INTO collections VALUES (?, ?, ?)", (info.id, name, info.created))
                row = connection.execute("SELECT * FROM collections WHERE name = ?", (name,)).fetchone()
            return CollectionInfo(*row)
        finally:
            connection.close()

    def _connect(self) -> sqlite3.Connection:
        self._data_dir.mkdir(parents=True, exist_ok=True)
        connection = connect(self._path)
        migrate(connection, MIGRATIONS, self._path.name)
        return connection
