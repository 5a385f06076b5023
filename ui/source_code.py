"""The source of the running program: what the AGPL has a server offer to those who use it."""

from __future__ import annotations

import io
import zipfile
from importlib import import_module
from pathlib import Path

PACKAGES = ("docent", "docent.app", "docent.ingest", "docent.llm", "docent.retrieval", "docent.ui")
SUFFIXES = {".py", ".js", ".css", ".typed"}


def source_zip() -> bytes:
    """All of Docent's own files as they are installed here."""
    buffer = io.BytesIO()
    found: dict[str, Path] = {}
    for package in PACKAGES:  # where they are installed, the first one holds the others
        folder = Path(str(import_module(package).__file__)).parent
        inside = Path(package.replace(".", "/"))
        paths = (path for path in folder.rglob("*") if path.suffix in SUFFIXES and path.is_file())
        found.update({(inside / path.relative_to(folder)).as_posix(): path for path in paths})
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in sorted(found.items()):
            archive.write(path, name)
    return buffer.getvalue()
