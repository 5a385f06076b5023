"""ZIP archives that a person gives: backups and exported collections."""

from __future__ import annotations

import zipfile
from pathlib import Path

from docent.retrieval import StoreError

_ZIP = b"PK\x03\x04"  # how the first file in an archive begins


def require_zip(path: Path, wish: str, command: str) -> None:
    """Raises StoreError unless it is a whole ZIP archive: `wish` is what cannot be done to it, `command` writes one."""
    if not path.is_file():
        raise StoreError(f"there is no file {path}: give one that `{command}` has written.")
    if zipfile.is_zipfile(path):
        return
    try:
        with path.open("rb") as stream:
            was_one = stream.read(len(_ZIP)) == _ZIP
    except OSError as error:
        raise StoreError(f"{path.name} cannot be read ({error.strerror}): look at its rights.") from error
    why = (
        "it was cut off or is damaged, so copy it again from where it was written"
        if was_one
        else f"it is no ZIP archive, so give one that `{command}` has written"
    )
    raise StoreError(f"{path.name} cannot be {wish}: {why}.")
