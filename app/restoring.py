"""A backup taken back, into a data directory that holds nothing yet. See docent.app.backup for what is in one.

Nothing of it is believed before it was checked: each name has a fixed form, each file its size and its digest, each
database exactly the tables of a new one. What was unpacked is seen only when all of it is there.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import Any

from docent.app.archives import require_zip
from docent.app.backup import COLLECTIONS, FORMAT, KIND, MANIFEST, Backup
from docent.app.database import DATABASE
from docent.app.schema import MIGRATIONS
from docent.retrieval import StoreError, check_database, check_snapshot, is_part, make_folder, pieces

MANIFEST_BYTES = 256 * 1024 * 1024  # some 150 bytes for each original
_MEMBER = re.compile(rf"{COLLECTIONS}/[0-9a-f]{{16}}/(.*)")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError, OSError, ValueError, OverflowError,
)  # fmt: skip
_OTHER = "{} is no backup of Docent, or was cut off: `python -m app backup FILE` makes one."


def is_backup(path: Path) -> bool:
    """Whether this is a file that `python -m app backup` has written, as far as its manifest tells."""
    try:
        with zipfile.ZipFile(path) as archive:
            return bool(_read(archive, path))
    except (*_UNREADABLE, StoreError):
        return False


def restore_backup(archive: Path, data_dir: Path, most_bytes: int | None = None) -> Backup:
    """Unpack a backup into a data directory that holds nothing. Raises StoreError, and then leaves nothing there.

    `most_bytes` bounds what it may unpack to, by default what the disk has free.
    """
    require_zip(archive, "taken back", "python -m app backup FILE")
    _require_empty(data_dir)
    make_folder(data_dir)
    try:
        with tempfile.TemporaryDirectory(dir=data_dir, prefix=".restoring-") as temporary:
            folder = Path(temporary)
            with zipfile.ZipFile(archive) as opened:
                manifest = _checked(_read(opened, archive), archive)
                limit = shutil.disk_usage(data_dir).free if most_bytes is None else most_bytes
                _unpack(opened, manifest["files"], folder, limit)
            check_database(folder / DATABASE, MIGRATIONS)
            for one in sorted((folder / COLLECTIONS).glob("*")):
                check_snapshot(one)
            _require_empty(data_dir)
            (folder / COLLECTIONS).mkdir(exist_ok=True)
            (folder / COLLECTIONS).rename(data_dir / COLLECTIONS)
            (folder / DATABASE).rename(data_dir / DATABASE)
    except _UNREADABLE as error:
        raise StoreError(f"{archive.name} cannot be taken back ({error}): look at the file and at the disk.") from error
    return Backup(tuple(manifest["collections"]), manifest["documents"], manifest["made"])


def _require_empty(data_dir: Path) -> None:
    if any((data_dir / name).exists() for name in (DATABASE, COLLECTIONS)):
        raise StoreError(f"{data_dir} holds data already, and is not written over: name an empty --data-dir.")


def _read(archive: zipfile.ZipFile, path: Path) -> dict[str, Any]:
    """The manifest as it stands there. Raises StoreError."""
    names = archive.namelist()
    if len(set(names)) != len(names) or MANIFEST not in names or archive.getinfo(MANIFEST).file_size > MANIFEST_BYTES:
        raise StoreError(_OTHER.format(path.name))
    with archive.open(MANIFEST) as stream:
        data = stream.read(MANIFEST_BYTES)
    found = json.loads(data)
    if not isinstance(found, dict) or found.get("kind") != KIND:
        raise StoreError(_OTHER.format(path.name))
    return found


_SHAPE = {"format": int, "schema": int, "made": str, "documents": int, "collections": list, "files": dict}


def _checked(manifest: dict[str, Any], path: Path) -> dict[str, Any]:
    if not all(isinstance(manifest.get(key), kind) for key, kind in _SHAPE.items()):
        raise StoreError(_OTHER.format(path.name))
    if manifest["format"] > FORMAT or manifest["schema"] > len(MIGRATIONS):
        raise StoreError(f"{path.name} was written by a newer version of Docent: upgrade this one.")
    for name, told in manifest["files"].items():
        match = _MEMBER.fullmatch(name)
        if name != DATABASE and not (match and is_part(match[1])):
            raise StoreError(f"{path.name} holds {name!r}, which is no part of a backup: it is not taken.")
        shape = isinstance(told, dict) and isinstance(told.get("changed"), (int, float))
        if not shape or not _DIGEST.fullmatch(str(told.get("sha256"))):
            raise StoreError(_OTHER.format(path.name))
    return manifest


def _unpack(archive: zipfile.ZipFile, files: dict[str, dict[str, Any]], folder: Path, limit: int) -> None:
    members = {one.filename: one for one in archive.infolist() if one.filename != MANIFEST}
    if set(members) != set(files) or DATABASE not in members:
        raise StoreError("this backup does not hold what its manifest names: take another one.")
    if sum(one.file_size for one in members.values()) > limit:
        raise StoreError("this backup unpacks to more than there is room for: make room on the disk.")
    for name, told in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with archive.open(members[name]) as source, target.open("xb") as out:
            for piece in pieces(source, members[name].file_size):
                digest.update(piece)
                out.write(piece)
        if digest.hexdigest() != told["sha256"]:
            raise StoreError(f"{name} in this backup is not what it was: take another one.")
        os.utime(target, (told["changed"], told["changed"]))  # for what was removed, its day
