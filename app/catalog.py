"""The collections of a data directory: a name that may be anything, an id that is a folder."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from docent.app.database import Database
from docent.app.errors import CollectionExists, CollectionNotFound
from docent.ingest import DocentError
from docent.retrieval import make_folder

LONGEST_NAME = 200
DELETED = ".deleted-"  # before the id of a folder that is being deleted
MADE = ".made-"  # or is being made
MAKING = "making.lock"


@dataclass(frozen=True, slots=True)
class CollectionInfo:
    """A collection by id and name; `created` is ISO 8601, UTC."""

    id: str
    name: str
    created: str


class Catalog:
    """The table of collections in `DATA/docent.db`. Nothing is made before something is stored."""

    def __init__(self, database: Database) -> None:
        self.root = database.path.parent / "collections"
        self._database = database

    def collections(self) -> list[CollectionInfo]:
        """All of them by name; empty where nothing was ever stored."""
        return self._select("ORDER BY name")

    def find(self, name: str) -> CollectionInfo | None:
        """The collection of this name."""
        return next(iter(self._select("WHERE name = ?", name)), None)

    def get(self, collection_id: str) -> CollectionInfo:
        """The collection of this id. Raises CollectionNotFound."""
        found = self._select("WHERE id = ?", collection_id)
        if not found:
            raise CollectionNotFound("there is no such collection: it may have been deleted.")
        return found[0]

    def folder(self, name: str, *, create: bool = False) -> Path:
        """Where the collection of this name lives. Raises CollectionNotFound unless it may be created."""
        found = self.find(name)
        if found is None and not create:
            raise self._missing(name)
        if found is None:
            try:
                found = self.add(name)
            except CollectionExists:  # another process was quicker
                return self.folder(name)
        return self.root / found.id

    def add(self, name: str, fill: Callable[[Path], object] | None = None) -> CollectionInfo:
        """A new collection; `fill` makes its folder before anybody can see it. Raises CollectionExists."""
        import uuid

        from filelock import FileLock

        _check_name(name)
        info = CollectionInfo(uuid.uuid4().hex[:16], name, datetime.now(UTC).isoformat(timespec="seconds"))
        if self.find(name):
            raise _taken(name)
        making = self.root / (MADE + info.id)
        make_folder(self.root)
        with FileLock(self.root / MAKING) if fill else nullcontext():
            try:
                if fill:
                    fill(making)
                with self._database.write() as connection:
                    connection.execute(
                        "INSERT INTO collections (id, name, created) VALUES (?, ?, ?)", (info.id, name, info.created)
                    )
                    if fill:
                        making.rename(self.root / info.id)
            except sqlite3.IntegrityError as error:
                raise _taken(name) from error
            finally:
                shutil.rmtree(making, ignore_errors=True)
        return info

    def rename(self, old: str, new: str) -> None:
        """Call a collection otherwise. Raises CollectionNotFound and CollectionExists."""
        _check_name(new)
        if self.find(old) is None:
            raise self._missing(old)
        try:
            with self._database.write() as connection:
                connection.execute("UPDATE collections SET name = ? WHERE name = ?", (new, old))
        except sqlite3.IntegrityError as error:
            raise _taken(new) from error

    def delete(self, name: str) -> None:
        """Delete a collection with all its files, conversations and curated answers. Raises CollectionNotFound.

        It is gone with its row; files that a killed process leaves behind are deleted by the next `sweep`.
        """
        found = self.find(name)
        if found is None:
            raise self._missing(name)
        with self._database.write() as connection:
            connection.execute("DELETE FROM collections WHERE id = ?", (found.id,))
            folder = self.root / found.id
            if folder.exists():
                folder.rename(self.root / (DELETED + found.id))
        shutil.rmtree(self.root / (DELETED + found.id), ignore_errors=True)

    def strays(self) -> list[Path]:
        """Folders of no collection: what a killed process left of one that it deleted or made."""
        from filelock import FileLock, Timeout

        folders = sorted(path for path in self.root.iterdir() if path.is_dir()) if self.root.is_dir() else []
        known = {one.id for one in self.collections()}
        try:
            with FileLock(self.root / MAKING).acquire(timeout=0):
                return [path for path in folders if path.name not in known]
        except Timeout:  # one is being made right now
            return [path for path in folders if path.name not in known and not path.name.startswith(MADE)]

    def sweep(self) -> list[Path]:
        """Delete the strays and return their paths."""
        found = self.strays()
        for path in found:
            shutil.rmtree(path, ignore_errors=True)
        return found

    def _select(self, rest: str, *values: str) -> list[CollectionInfo]:
        rows = self._database.read(f"SELECT id, name, created FROM collections {rest}", values)  # noqa: S608
        return [CollectionInfo(*row) for row in rows]

    def _missing(self, name: str) -> CollectionNotFound:
        names = ", ".join(one.name for one in self.collections()) or "none yet"
        return CollectionNotFound(f"there is no collection {name!r} (there are: {names}): ingest documents first.")


def _check_name(name: str) -> None:
    # Its folder is called otherwise, whatever it is; a path would still be a mistake.
    is_path = name.startswith(("/", "~")) or not {".", ".."}.isdisjoint(name.replace("\\", "/").split("/"))
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable() or is_path:
        raise DocentError(
            f"{name[:40]!r} cannot be a collection's name: give 1 to {LONGEST_NAME} printable characters, and no path."
        )


def _taken(name: str) -> CollectionExists:
    return CollectionExists(f"there is a collection {name!r} already: choose another name.")
