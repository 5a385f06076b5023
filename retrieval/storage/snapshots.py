"""A collection as it stands in one moment, for a backup: its database, its originals and what can still be restored.

Indexes are left out: they are made anew from the database.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

from docent.retrieval.errors import StoreError
from docent.retrieval.storage.database import Migration, migrate
from docent.retrieval.storage.reader import DATABASE, OPENED
from docent.retrieval.storage.schema import MIGRATIONS, schema_of, wanted_schema
from docent.retrieval.storage.store import DocumentStore

PIECE = 1024 * 1024
_PARTS = re.compile(rf"library\.db|files/[0-9a-f]{{64}}({re.escape(OPENED)})?|trash/[0-9a-f]{{64}}\.db")


@contextmanager
def snapshot(folder: Path) -> Iterator[dict[str, Path]]:
    """What a collection holds, by its name in `folder`, as files that stay as they are inside.

    Others may search and ingest meanwhile. Empty where nothing was stored yet. Raises StoreError and OSError.
    """
    if not (folder / DATABASE).exists():
        yield {}
        return
    store = DocumentStore(folder)
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix="spool-") as temporary:
            copies = Path(temporary)
            with store.originals_locked():
                copy_database(store.connection, copies / DATABASE)
                parts = {DATABASE: copies / DATABASE}
                for path in (*store.originals.glob("*"), *store.trash.glob("*")):
                    name = f"{path.parent.name}/{path.name}"
                    if is_part(name):  # and no file that is still being written
                        parts[name] = link_into(copies / path.parent.name, path)
            yield parts
    finally:
        store.close()


def is_part(name: str) -> bool:
    """Whether a file of this name, below the folder of a collection, belongs into a snapshot of it."""
    return _PARTS.fullmatch(name) is not None


def check_snapshot(folder: Path) -> None:
    """Raises StoreError unless the database in `folder` is a whole one, of this version or an older."""
    check_database(folder / DATABASE, MIGRATIONS)


def check_database(path: Path, migrations: Sequence[Migration]) -> None:
    """Raises StoreError unless it has exactly the tables of this version, once it is brought up to it."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA trusted_schema = OFF")
            whole = connection.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok"
            migrate(connection, migrations, path.name)
            if not whole or schema_of(connection) != wanted_schema(migrations):
                raise StoreError(f"{path.name} in this file is not a whole database of Docent: take another backup.")
    except sqlite3.Error as error:
        raise StoreError(f"{path.name} in this file is damaged ({error}): take another backup.") from error


def copy_database(connection: sqlite3.Connection, target: Path) -> None:
    """A copy of a database in use, as one file without a log beside it."""
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        connection.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")


def link_into(folder: Path, path: Path) -> Path:
    """The same file under the same name in another folder, so that it stays there when the first one is deleted."""
    folder.mkdir(exist_ok=True)
    link = folder / path.name
    try:
        link.hardlink_to(path)
    except OSError:  # a file system without hard links
        shutil.copy2(path, link)
    return link


def pieces(source: IO[bytes], declared: int) -> Iterator[bytes]:
    """What a member of an archive holds; no more than was declared, whatever it goes on to give. Raises StoreError."""
    while piece := source.read(PIECE):
        declared -= len(piece)
        if declared < 0:
            raise StoreError("the archive unpacks to more than it says: it is not taken.")
        yield piece
