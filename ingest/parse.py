"""From a file to a Document: the bytes say what it is, a table says who reads it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from docent.ingest.errors import UnreadableFile, UnsupportedType
from docent.ingest.types import Document, Page

PARSER_VERSION = 1  # raise it when the same bytes are read differently, so that older readings are recognised

PDF = "application/pdf"
TEXT = "text/plain"
MARKDOWN = "text/markdown"
SUFFIXES = {".pdf": PDF, ".txt": TEXT, ".text": TEXT, ".md": MARKDOWN, ".markdown": MARKDOWN}

Progress = Callable[[int, int], None]
"""Called with the pages done and the pages in all."""


@dataclass(frozen=True, slots=True)
class ParseOptions:
    """How to read. `password` opens encrypted files."""

    password: str | None = None
    progress: Progress | None = None


Parser = Callable[[Path, ParseOptions], tuple[Page, ...]]


def _pdf(path: Path, options: ParseOptions) -> tuple[Page, ...]:
    from docent.ingest.pdf import read_pdf

    return read_pdf(path, options.password, options.progress)


def _text(path: Path, _: ParseOptions) -> tuple[Page, ...]:
    from docent.ingest.plain import read_text

    return read_text(path)


def _markdown(path: Path, _: ParseOptions) -> tuple[Page, ...]:
    from docent.ingest.plain import read_markdown

    return read_markdown(path)


PARSERS: dict[str, Parser] = {PDF: _pdf, TEXT: _text, MARKDOWN: _markdown}


def parse(path: Path, name: str | None = None, options: ParseOptions | None = None) -> Document:
    """Read a file. `name` is what the reader calls it, the file's own name by default.

    Raises UnreadableFile, UnsupportedType or PasswordRequired, each with the name and what to do.
    """
    shown = name or path.name
    try:
        if not path.stat().st_size:
            raise UnreadableFile(f"{shown} is empty: there is nothing to read in it.")
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            stream.seek(0)
            head = stream.read(1024)
        kind = media_type(shown, head)
        pages = PARSERS[kind](path, options or ParseOptions())
    except OSError as error:
        raise UnreadableFile(
            f"{shown} cannot be read ({error.strerror}): check that it exists and is yours."
        ) from error
    return Document(digest, shown, kind, pages)


def media_type(name: str, head: bytes) -> str:
    """The media type of a file by its name and its first bytes. Raises UnsupportedType when they disagree."""
    suffix = Path(name).suffix.lower()
    kind = SUFFIXES.get(suffix)
    if kind is None:
        known = " ".join(sorted(SUFFIXES))
        raise UnsupportedType(f"{name} is of a kind that is not read ({suffix or 'no suffix'}); read are {known}.")
    is_pdf = b"%PDF-" in head
    if kind == PDF and not is_pdf:
        raise UnsupportedType(f"{name} is named .pdf but is not a PDF inside: rename it to what it is.")
    if kind != PDF and head.startswith(b"%PDF-"):
        raise UnsupportedType(f"{name} is a PDF inside: rename it to .pdf.")
    return kind
