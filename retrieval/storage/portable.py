"""A collection as one file: a ZIP archive of a manifest, the database and the originals, with no path of a machine.

What comes in is hostile data. Only names of a fixed form are taken, every size is checked while it is unpacked, each
original must have the digest it is called by, and the database must have exactly the tables and triggers that a new
one has. An embedder that is a server or a folder is not taken from an archive: questions would be sent there.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Any

from docent.retrieval.errors import StoreError
from docent.retrieval.search.selection import has_plain_days
from docent.retrieval.storage.database import migrate, transaction
from docent.retrieval.storage.questions import has_plain_questions
from docent.retrieval.storage.reader import DATABASE, OPENED
from docent.retrieval.storage.schema import MIGRATIONS, schema_of, wanted_schema
from docent.retrieval.storage.snapshots import copy_database, link_into, pieces
from docent.retrieval.storage.store import DocumentStore
from docent.retrieval.storage.tags import has_plain_tags

FORMAT = 1
KIND = "docent-collection"
MANIFEST = "manifest.json"
MANIFEST_BYTES = 64 * 1024
MOST_DIMENSIONS = 65_536
HARMLESS = ("bundled:", "hash:")  # embedders that are no server and no folder
_ORIGINAL = re.compile(r"files/([0-9a-f]{64})(\.opened)?")
_UNREADABLE = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError, OSError)


def export_collection(store: DocumentStore, name: str, target: Path) -> int:
    """Write the collection into a new file at `target`; returns how many documents that are. Raises StoreError.

    It is as the collection stood in one moment. Documents of folders become uploads named by their path below it.
    """
    if target.exists():
        raise StoreError(f"{target} is there already, and is not written over: name another file.")
    partial = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with tempfile.TemporaryDirectory(dir=store.folder, prefix="spool-") as temporary:
            copy = Path(temporary) / DATABASE
            with store.originals_locked():
                _copy_database(store.connection, copy)
                originals = _link_originals(store, Path(temporary))
            count = _write(partial, name, copy, originals)
        partial.replace(target)
    except OSError as error:
        raise StoreError(
            f"{target.name} cannot be written ({error.strerror}): check the disk and the folder."
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return count


def archived_name(archive: Path) -> str:
    """The name of the collection in an archive. Raises StoreError."""
    try:
        with zipfile.ZipFile(archive) as opened:
            return _manifest(opened)
    except _UNREADABLE as error:
        raise _unreadable(archive, error) from error


def import_collection(archive: Path, folder: Path, most_bytes: int | None = None) -> None:
    """Unpack an archive into the new `folder`. Raises StoreError.

    `most_bytes` bounds what it may unpack to, by default what the disk has free. The caller deletes `folder` when
    this raises.
    """
    folder.mkdir(parents=True)
    limit = shutil.disk_usage(folder).free if most_bytes is None else most_bytes
    try:
        with zipfile.ZipFile(archive) as opened:
            _manifest(opened)
            if sum(one.file_size for one in opened.infolist()) > limit:
                raise StoreError(f"{archive.name} unpacks to more than there is room for: make room on the disk.")
            for one in opened.infolist():
                if one.filename != MANIFEST:
                    _unpack(opened, one, folder)
    except _UNREADABLE as error:
        raise _unreadable(archive, error) from error
    try:
        _check_database(folder / DATABASE, folder / "files")
    except (sqlite3.Error, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"the database in {archive.name} is damaged ({error}): export it again.") from error


def _unreadable(archive: Path, error: Exception) -> StoreError:
    return StoreError(f"{archive.name} is no exported collection that can be read ({error}): export it again.")


def _other(archive: zipfile.ZipFile) -> StoreError:
    name = Path(archive.filename or "this").name
    return StoreError(f"{name} is no exported collection: make one with `python -m app collections export NAME FILE`.")


def _copy_database(connection: sqlite3.Connection, target: Path) -> None:
    copy_database(connection, target)
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        copy.row_factory = sqlite3.Row
        copy.execute("PRAGMA secure_delete = ON")
        with transaction(copy):
            _forget_places(copy)
        copy.execute("VACUUM")


def _forget_places(copy: sqlite3.Connection) -> None:
    """No folder of this machine, and no server's address."""
    rows = [tuple(row) for row in copy.execute("SELECT kind, path, root, mtime_ns, size, document_id FROM sources")]
    copy.execute("DELETE FROM sources")
    taken: set[str] = set()
    for kind, path, root, mtime_ns, size, document_id in sorted(rows, key=lambda row: (row[0] != "upload", row[1])):
        name = path if kind == "upload" else _below(path, root)
        while name in taken:  # two folders of one name
            name = f"{document_id[:12]}/{name}"
        taken.add(name)
        row = (name, mtime_ns, size, document_id)  # the day of a file is that of its document
        copy.execute("INSERT INTO sources VALUES ('upload', ?, '', ?, ?, ?)", row)
    keep = " AND ".join("spec NOT LIKE ?" for _ in HARMLESS)
    copy.execute(f"UPDATE embedders SET spec = '', chosen = 0 WHERE {keep}", [f"{one}%" for one in HARMLESS])  # noqa: S608


def _below(path: str, root: str) -> str:
    """`Reports/2023/a.pdf` for /home/me/Reports/2023/a.pdf in the folder /home/me/Reports."""
    if root and path != root and Path(path).is_relative_to(root):
        return str(PurePosixPath(Path(root).name, *Path(path).relative_to(root).parts))
    return Path(path).name


def _link_originals(store: DocumentStore, folder: Path) -> list[Path]:
    """The same files under names of our own, so that the export needs no lock while it packs them."""
    ids = sorted(row[0] for row in store.connection.execute("SELECT id FROM documents"))
    names = [one + suffix for one in ids for suffix in ("", OPENED)]
    paths = (store.originals / name for name in names)  # and no original of a removed document
    return [link_into(folder, path) for path in paths if path.is_file()]


def _write(target: Path, name: str, database: Path, originals: list[Path]) -> int:
    with closing(sqlite3.connect(database)) as connection:
        count = int(connection.execute("SELECT count(*) FROM documents").fetchone()[0])
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    manifest = {"kind": KIND, "format": FORMAT, "schema": version, "name": name, "documents": count}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        archive.write(database, DATABASE)
        for path in originals:
            archive.write(path, f"files/{path.name}", zipfile.ZIP_STORED)
    return count


def _manifest(archive: zipfile.ZipFile) -> str:
    names = archive.namelist()
    if len(set(names)) != len(names) or MANIFEST not in names or DATABASE not in names:
        raise _other(archive)
    with archive.open(MANIFEST) as stream:
        data = stream.read(MANIFEST_BYTES)
    try:
        found: dict[str, Any] = json.loads(data)
        kind, version, schema, name = (found[key] for key in ("kind", "format", "schema", "name"))
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError("the manifest of this archive cannot be read: export the collection again.") from error
    if kind != KIND or not isinstance(name, str) or not isinstance(version, int) or not isinstance(schema, int):
        raise _other(archive)
    if version > FORMAT or schema > len(MIGRATIONS):
        raise StoreError("this archive was written by a newer version of Docent: upgrade this one.")
    return name


def _unpack(archive: zipfile.ZipFile, one: zipfile.ZipInfo, folder: Path) -> None:
    match = _ORIGINAL.fullmatch(one.filename)
    if not match and one.filename != DATABASE:
        raise StoreError(f"the archive holds {one.filename!r}, which is no part of a collection: it is not taken.")
    target = folder / one.filename
    target.parent.mkdir(exist_ok=True)
    digest = hashlib.sha256()
    with archive.open(one) as source, target.open("xb") as out:
        for piece in pieces(source, one.file_size):
            digest.update(piece)
            out.write(piece)
    if match and not match[2] and digest.hexdigest() != match[1]:
        raise StoreError(f"the original {match[1][:12]} in the archive is not what it was: export it again.")


def _check_database(path: Path, files: Path) -> None:
    """Raises StoreError unless it is a database as this program makes it. It is opened as data, with no trust."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        if connection.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
            raise StoreError("the database in this archive is damaged: export it again.")
        before = connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'view'").fetchone()[0]
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if before or not 1 <= version <= len(MIGRATIONS) or not _plain_triggers(connection):
            raise StoreError("the database in this archive is not one of Docent's: it is not taken.")
        migrate(connection, MIGRATIONS, path.name)
        if schema_of(connection) != wanted_schema():
            raise StoreError("the database in this archive is not one of Docent's: it is not taken.")
        if connection.execute("PRAGMA foreign_key_check").fetchone():
            raise StoreError("the database in this archive contradicts itself: export it again.")
        with transaction(connection):
            _check_rows(connection, files)


def _plain_triggers(connection: sqlite3.Connection) -> bool:
    """None but our own, before a migration writes anything."""
    wanted = wanted_schema()
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    return all(wanted.get(row[0]) == row[1] for row in rows)


def _check_rows(connection: sqlite3.Connection, files: Path) -> None:
    _forget_places(connection)
    for row in connection.execute("SELECT fingerprint FROM embedders"):
        if not 0 < int(json.loads(row[0])["dimension"]) <= MOST_DIMENSIONS:
            raise StoreError("the database in this archive names an embedder that cannot be: it is not taken.")
    if not (has_plain_tags(connection) and has_plain_days(connection) and has_plain_questions(connection)):
        raise StoreError("the database in this archive has tags, dates or questions that cannot be: it is not taken.")
    ids = {row[0] for row in connection.execute("SELECT id FROM documents")}
    if not all(re.fullmatch(r"[0-9a-f]{64}", str(one)) for one in ids):
        raise StoreError("the database in this archive names documents that cannot be: it is not taken.")
    for path in files.iterdir() if files.is_dir() else ():
        if path.name.removesuffix(OPENED) not in ids:
            path.unlink()
