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
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for package in PACKAGES:
            folder = Path(str(import_module(package).__file__)).parent
            inside = package.replace(".", "/")
            for path in sorted([*folder.glob("*"), *folder.glob("static/*")]):
                if path.is_file() and path.suffix in SUFFIXES:
                    archive.write(path, f"{inside}/{path.relative_to(folder)}")
    return buffer.getvalue()
