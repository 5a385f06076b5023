"""Everything that a data directory holds as one file, taken while others ask and ingest: a ZIP archive.

Accounts with the digests of their passwords are in it, so it is written for its owner's eyes alone. The manifest
comes last and names each file with its SHA-256: a copy that was cut off has none. docent.app.restoring takes it back.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import tempfile
import zipfile
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docent.app.database import DATABASE, now
from docent.app.schema import MIGRATIONS
from docent.retrieval import StoreError, pieces, snapshot

if TYPE_CHECKING:
    from docent.app.library import Library

FORMAT = 1
KIND = "docent-backup"
MANIFEST = "manifest.json"
COLLECTIONS = "collections"
# Vectors and digests hardly shrink, and the slower levels win little on text.
LEVEL = 1


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds; `made` is ISO 8601, UTC."""

    collections: tuple[str, ...]
    documents: int
    made: str


def back_up(library: Library, target: Path) -> Backup:
    """Write everything into a new file at `target`. Raises StoreError, also where there is such a file already."""
    if target.exists():
        raise StoreError(f"{target} is there already, and is not written over: name another file.")
    if not library.database.path.exists():
        raise StoreError(f"there is nothing in {library.settings.data_dir} to back up: look at --data-dir.")
    partial = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        partial.touch(mode=0o600)
        done = _write(library, partial)
        with partial.open("rb") as stream:
            os.fsync(stream.fileno())
        partial.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"{target.name} cannot be written ({error}): check the disk and the folder.") from error
    finally:
        partial.unlink(missing_ok=True)
    return done


def _write(library: Library, target: Path) -> Backup:
    documents = 0
    gone: list[str] = []
    names: list[str] = []
    with (
        tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as temporary,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive,
    ):
        packed = _Packed(archive)
        copy = Path(temporary) / DATABASE
        library.database.copy(copy)
        for identity, name in _collections(copy):
            with ExitStack() as stack:
                parts = _parts(library, stack, identity)
                if parts is None:  # deleted since
                    gone.append(identity)
                    continue
                for part, path in parts.items():
                    packed.add(f"{COLLECTIONS}/{identity}/{part}", path)
                    documents += _documents(path) if part.endswith("library.db") else 0
                names.append(name)
        _forget(copy, gone)
        packed.add(DATABASE, copy)
        return packed.finish(tuple(names), documents)


def _parts(library: Library, stack: ExitStack, identity: str) -> dict[str, Path] | None:
    """The files of a collection; None where it was deleted meanwhile."""
    try:
        parts = stack.enter_context(snapshot(library.catalog.root / identity))
    except (OSError, StoreError, sqlite3.Error):
        if _is_there(library, identity):
            raise
        return None
    return parts if parts or _is_there(library, identity) else None


def _is_there(library: Library, identity: str) -> bool:
    return identity in {one.id for one in library.catalog.collections()}


def _collections(copy: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(copy)) as connection:
        return connection.execute("SELECT id, name FROM collections ORDER BY name").fetchall()


def _documents(copy: Path) -> int:
    with closing(sqlite3.connect(copy)) as connection:
        return int(connection.execute("SELECT count(*) FROM documents").fetchone()[0])


def _forget(copy: Path, collections: list[str]) -> None:
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.executemany("DELETE FROM collections WHERE id = ?", [(one,) for one in collections])


class _Packed:
    """An archive that grows, and what is in it."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._files: dict[str, dict[str, Any]] = {}

    def add(self, name: str, path: Path) -> None:
        digest = hashlib.sha256()
        info = zipfile.ZipInfo.from_file(path, name, strict_timestamps=False)
        # Originals are mostly PDF, which is compressed already.
        info.compress_type = zipfile.ZIP_DEFLATED if name.endswith(".db") else zipfile.ZIP_STORED
        with path.open("rb") as source, self._archive.open(info, "w", force_zip64=True) as out:
            for piece in pieces(source, info.file_size):
                digest.update(piece)
                out.write(piece)
        self._files[name] = {"sha256": digest.hexdigest(), "changed": path.stat().st_mtime}

    def finish(self, collections: tuple[str, ...], documents: int) -> Backup:
        from docent import __version__

        done = Backup(collections, documents, now())
        manifest = {
            "kind": KIND, "format": FORMAT, "version": __version__, "schema": len(MIGRATIONS), "made": done.made,
            "documents": documents, "collections": collections, "files": self._files,
        }  # fmt: skip
        self._archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        return done
