"""What a derived index has seen of the database, kept in a small file beside it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Watermark:
    """The last row that was applied (a chunk or a vector), the last deletion, and the generation of the database.

    `folder` names the index this belongs to, so that a rebuilt one replaces the old in a single rename; `built_at` is
    the last deletion when it was begun, `digest` the SHA-256 of an index that is one file.
    """

    generation: int
    last_row: int
    last_deletion: int
    folder: str = ""
    built_at: int = 0
    digest: str = ""


def read_watermark(path: Path) -> Watermark | None:
    """None when there is none or it cannot be understood: the index is then rebuilt."""
    try:
        fields = json.loads(path.read_bytes())
        return Watermark(**{key: fields[key] for key in Watermark.__slots__ if key in fields})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_watermark(path: Path, watermark: Watermark) -> None:
    """Replace the file in one step."""
    write_atomically(path, json.dumps(asdict(watermark)).encode())


def write_atomically(path: Path, data: bytes) -> None:
    """Readers see the old file or the whole new one, also after a power cut."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
