"""Which embedder a collection has, and to which one it is being moved: rows of `embedders` and two keys of `meta`."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Literal, TypeAlias

from docent.retrieval.embedders.seam import Fingerprint
from docent.retrieval.errors import EmbedderError
from docent.retrieval.storage.database import connect, migrate, transaction
from docent.retrieval.storage.reader import DATABASE
from docent.retrieval.storage.schema import MIGRATIONS

Role: TypeAlias = Literal["embedder", "target"]
"""Keys of `meta`: what searches use, and what a reindex under way fills."""
BATCH = 20_000  # vectors deleted in one transaction, so that nobody waits long


@dataclass(frozen=True, slots=True)
class Binding:
    """An embedder of a collection. `spec` is what it was made from, "" where nobody wrote it down.

    `is_chosen` tells that it was named for this collection, and so stands whatever the settings say.
    """

    id: int
    spec: str
    fingerprint: Fingerprint
    is_chosen: bool = False


def binding(connection: sqlite3.Connection, role: Role = "embedder") -> Binding | None:
    """The embedder of a collection, None while it has none."""
    row = connection.execute(
        "SELECT e.id, e.spec, e.fingerprint, e.chosen FROM meta m JOIN embedders e ON e.fingerprint = m.value"
        " WHERE m.key = ?",
        (role,),
    ).fetchone()
    return Binding(row[0], row[1], _fingerprint(row[2]), bool(row[3])) if row else None


def binding_of(folder: Path) -> Binding | None:
    """The embedder of the collection in a folder, None where there is none. Raises StoreError."""
    path = folder / DATABASE
    if not path.exists():
        return None
    with closing(connect(path)) as connection:
        migrate(connection, MIGRATIONS, path.name)
        return binding(connection)


def bind(
    connection: sqlite3.Connection, fingerprint: Fingerprint, spec: str, *, is_chosen: bool = False
) -> int:  # fmt: skip
    """The number of the embedder. The first one that is used becomes the collection's own. Raises EmbedderError."""
    own = binding(connection)
    if own is None:
        with transaction(connection):
            own = binding(connection)  # another process may have been quicker
            if own is None:
                return _insert(connection, "embedder", fingerprint, spec, is_chosen=is_chosen)
    if own.fingerprint != fingerprint:
        raise EmbedderError(
            f"this collection was embedded by {describe(own)}, but the setting says {spec or fingerprint.name}: leave"
            " the setting out, or move the collection with `python -m app reindex --embedder SPEC`."
        )
    if (spec and not own.spec) or (is_chosen and not own.is_chosen):
        name_again(connection, own, spec or own.spec, is_chosen=is_chosen or own.is_chosen)
    return own.id


def describe(one: Binding) -> str:
    """The embedder as a reader knows it."""
    return one.spec or one.fingerprint.name


def name_again(connection: sqlite3.Connection, one: Binding, spec: str, *, is_chosen: bool) -> None:
    """The same vectors from another place, such as a server that has moved."""
    with transaction(connection):
        connection.execute("UPDATE embedders SET spec = ?, chosen = ? WHERE id = ?", (spec, is_chosen, one.id))


def begin_move(connection: sqlite3.Connection, fingerprint: Fingerprint, spec: str) -> int:
    """The number of the embedder that a reindex fills; one that was begun before is gone on with."""
    with transaction(connection):
        target = binding(connection, "target")
        if target is not None and target.fingerprint == fingerprint:
            return target.id
        return _insert(connection, "target", fingerprint, spec, is_chosen=True)


def finish_move(connection: sqlite3.Connection, target: int) -> None:
    """Searches use the new embedder from here on. To be used in a transaction."""
    connection.execute(
        "INSERT OR REPLACE INTO meta SELECT 'embedder', fingerprint FROM embedders WHERE id = ?", (target,)
    )
    connection.execute("DELETE FROM meta WHERE key = 'target'")


def drop_unused_vectors(connection: sqlite3.Connection) -> list[int]:
    """Forget embedders that are neither the collection's nor its next, and their vectors. Returns their numbers."""
    used = {one.id for one in (binding(connection), binding(connection, "target")) if one}
    unused = [row[0] for row in connection.execute("SELECT id FROM embedders") if row[0] not in used]
    for one in unused:
        while connection.execute(
            "DELETE FROM vectors WHERE id IN (SELECT id FROM vectors WHERE embedder = ? LIMIT ?)", (one, BATCH)
        ).rowcount:
            pass
        with transaction(connection):
            connection.execute("DELETE FROM vectors WHERE embedder = ?", (one,))
            connection.execute("DELETE FROM embedders WHERE id = ?", (one,))
    return unused


def _insert(
    connection: sqlite3.Connection, role: Role, fingerprint: Fingerprint, spec: str, *, is_chosen: bool
) -> int:  # fmt: skip
    """Numbers are never used again, since an index on disk is called by them."""
    text = json.dumps(asdict(fingerprint), sort_keys=True)
    row = connection.execute("SELECT id FROM embedders WHERE fingerprint = ?", (text,)).fetchone()
    if row is None:
        row = connection.execute(
            "SELECT 1 + max(coalesce((SELECT max(id) FROM embedders), 0),"
            " coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'last_embedder'), 0))"
        ).fetchone()
        connection.execute("INSERT OR REPLACE INTO meta VALUES ('last_embedder', ?)", (str(row[0]),))
        connection.execute("INSERT INTO embedders VALUES (?, ?, ?, ?)", (row[0], text, spec, is_chosen))
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (role, text))
    return int(row[0])


def _fingerprint(text: str) -> Fingerprint:
    """Fields that another version knew and this one does not are left out."""
    known = {one.name for one in fields(Fingerprint)}
    return Fingerprint(**{key: value for key, value in json.loads(text).items() if key in known})
