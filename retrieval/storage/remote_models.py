"""Whether the passages of a collection may be sent to models elsewhere: a key of `meta`, so that it goes with it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from docent.retrieval.storage.database import connect, migrate, transaction
from docent.retrieval.storage.reader import DATABASE
from docent.retrieval.storage.schema import MIGRATIONS

_KEY = "remote_models"
_FORBIDDEN = "forbidden"


def forbids_remote_models(folder: Path) -> bool:
    """What the collection in this folder says; one that was never asked allows them. Raises StoreError."""
    path = folder / DATABASE
    if not path.exists():
        return False
    with closing(connect(path)) as connection:
        migrate(connection, MIGRATIONS, path.name)
        row = connection.execute("SELECT value FROM meta WHERE key = ?", (_KEY,)).fetchone()
    return row is not None and row[0] == _FORBIDDEN


def set_remote_models(folder: Path, *, allowed: bool) -> None:
    """Allow or forbid them in the collection in this folder. Raises StoreError."""
    path = folder / DATABASE
    with closing(connect(path)) as connection:
        migrate(connection, MIGRATIONS, path.name)
        with transaction(connection):
            if allowed:
                connection.execute("DELETE FROM meta WHERE key = ?", (_KEY,))
            else:
                connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_KEY, _FORBIDDEN))
