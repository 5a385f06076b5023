"""Encrypted PDFs, once their password is known."""

from __future__ import annotations

from pathlib import Path

from docent.ingest.pages.pdf import opened


def copy_without_password(path: Path, password: str, target: Path) -> bool:
    """Write an encrypted PDF to `target` as one that anybody can open; False, and nothing written, if `path` is one.

    Raises UnreadableFile or PasswordRequired.
    """
    import pymupdf

    with opened(path, password) as document:
        if not document.needs_pass:
            return False
        document.save(str(target), encryption=pymupdf.PDF_ENCRYPT_NONE)
    return True
