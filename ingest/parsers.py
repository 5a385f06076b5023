"""From a file to a Document: the bytes say what it is, a table says who reads it."""

from __future__ import annotations

import hashlib
import importlib
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from docent.ingest.errors import IngestError, UnreadableFile, UnsupportedType
from docent.ingest.kinds import (
    CSV,
    DOCX,
    EML,
    EPUB,
    HTML,
    MARKDOWN,
    OLE,
    PDF,
    PICTURES,
    PPTX,
    TEXT,
    UNOPENED,
    XLSX,
    ZIP,
    ZIPPED,
    described,
    refuse_ole,
    sniffed,
    zip_kind,
)  # fmt: skip
from docent.ingest.options import ParseOptions
from docent.ingest.types import Document, Page

SUFFIXES = {
    ".pdf": PDF, ".docx": DOCX, ".pptx": PPTX, ".xlsx": XLSX, ".xlsm": XLSX, ".csv": CSV, ".tsv": CSV, ".html": HTML,
    ".htm": HTML, ".xhtml": HTML, ".md": MARKDOWN, ".markdown": MARKDOWN, ".txt": TEXT, ".text": TEXT, ".epub": EPUB,
    ".eml": EML, ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".tif": "image/tiff",
    ".tiff": "image/tiff", ".bmp": "image/bmp", ".webp": "image/webp", ".zip": ZIP, ".log": TEXT, ".rst": TEXT,
    ".mht": EML, ".mhtml": EML,
}  # fmt: skip
_INSTEAD = {".doc": ".docx", ".rtf": ".docx", ".odt": ".docx", ".wps": ".docx", ".xls": ".xlsx", ".ods": ".xlsx",
            ".et": ".xlsx", ".ppt": ".pptx", ".odp": ".pptx", ".dps": ".pptx", ".docm": ".docx", ".dotx": ".docx",
            ".pages": ".docx", ".xlsb": ".xlsx", ".xltx": ".xlsx", ".numbers": ".xlsx", ".pptm": ".pptx",
            ".ppsx": ".pptx", ".potx": ".pptx", ".key": ".pptx", ".msg": ".eml", ".mobi": ".epub", ".azw3": ".epub",
            ".gif": ".png", ".heic": ".jpg", ".rar": ".zip", ".7z": ".zip", ".gz": ".zip", ".tar": ".zip",
            ".ofd": ".pdf", ".ps": ".pdf", ".xps": ".pdf", ".caj": ".pdf", ".djvu": ".pdf"}  # fmt: skip
HEAD = 1024  # bytes that say what a file is
MAX_NESTED = 3  # mails and archives in one another

Parser = Callable[[Path, ParseOptions], Iterable[Page]]


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that is being read: what it is, and its pages as they come.

    Going through `pages` raises what `parse` raises.
    """

    id: str
    name: str
    media_type: str
    pages: Iterator[Page]


def _pdf(path: Path, options: ParseOptions) -> Iterable[Page]:
    from docent.ingest.pages.pdf import read_pdf

    return read_pdf(path, options)


def _reader(module: str, function: str, *, takes_options: bool = False) -> Parser:
    """A parser that is imported when it is first needed."""

    def read(path: Path, options: ParseOptions) -> Iterable[Page]:
        home = importlib.import_module(f"docent.ingest.formats.{module}")
        found: Callable[..., Iterable[Page]] = getattr(home, function)
        return found(path, options) if takes_options else found(path)

    return read


def _office(module: str, function: str, *, takes_options: bool = False) -> Parser:
    """The same for what needs an extra."""
    inner = _reader(module, function, takes_options=takes_options)

    def read(path: Path, options: ParseOptions) -> Iterable[Page]:
        try:
            yield from inner(path, options)
        except ModuleNotFoundError as error:
            raise UnsupportedType(
                f"{path.name} needs the office extra: in Docent's folder run pip install -e '.[office]'."
            ) from error

    return read


def _mail(path: Path, options: ParseOptions) -> Iterable[Page]:
    from docent.ingest.formats.mail import read_mail

    inner = replace(options, progress=None, nested=options.nested + 1)

    def attachment(file: Path, name: str) -> tuple[Page, ...]:
        if inner.nested > MAX_NESTED:
            raise UnsupportedType(f"{name} is a mail in too many others: save it for itself.")
        return parse(file, name, inner).pages

    return read_mail(path, attachment)


def _archive(path: Path, options: ParseOptions) -> Iterable[Page]:
    from docent.ingest.formats.archive import read_zip

    inner = replace(options, progress=None, nested=options.nested + 1)

    def member(file: Path, name: str) -> Iterator[Page]:
        if inner.nested > MAX_NESTED:
            raise UnsupportedType(f"{name} lies in too many other archives: add it for itself.")
        yield from read(file, name, inner).pages

    def readable(name: str) -> bool:
        return Path(name).suffix.lower() in SUFFIXES

    return read_zip(path, member, readable, options.password, max(MAX_NESTED - inner.nested, 0))


PARSERS: dict[str, Parser] = {
    PDF: _pdf,
    **dict.fromkeys(sorted(PICTURES), _pdf),
    DOCX: _office("word", "read_docx", takes_options=True),
    PPTX: _office("slides", "read_pptx", takes_options=True),
    XLSX: _office("workbook", "read_xlsx"),
    CSV: _reader("sheets", "read_csv"),
    HTML: _reader("web", "read_html"),
    EPUB: _reader("book", "read_epub"),
    EML: _mail,
    ZIP: _archive,
    TEXT: _reader("plain", "read_text"),
    MARKDOWN: _reader("plain", "read_markdown"),
}


def parse(path: Path, name: str | None = None, options: ParseOptions | None = None) -> Document:
    """Read a whole file. `name` is what the reader calls it, the file's own name by default.

    Raises UnreadableFile, UnsupportedType or PasswordRequired, each with the name and what to do.
    """
    reading = read(path, name, options)
    return Document(reading.id, reading.name, reading.media_type, tuple(reading.pages))


def read(path: Path, name: str | None = None, options: ParseOptions | None = None, digest: str = "") -> Reading:
    """The same page by page, for documents of any length. `digest` is the file's SHA-256 in hex, where it is known."""
    shown = name or path.name
    with _speaking_of(path, shown):
        if not path.stat().st_size:
            raise UnreadableFile(f"{shown} is empty: there is nothing to read in it.")
        with path.open("rb") as stream:
            digest = digest or hashlib.file_digest(stream, "sha256").hexdigest()
            kind = _kind(path, shown, stream)
    return Reading(digest, shown, kind, _pages(path, shown, kind, options or ParseOptions()))


def _pages(path: Path, shown: str, kind: str, options: ParseOptions) -> Iterator[Page]:
    with _speaking_of(path, shown):
        yield from PARSERS[kind](path, options)


@contextmanager
def _speaking_of(path: Path, shown: str) -> Iterator[None]:
    """Errors as sentences that call the file what the reader calls it: an upload lies at a path that says nothing."""
    try:
        yield
    except OSError as error:
        raise UnreadableFile(
            f"{shown} cannot be read ({error.strerror}): check that it exists and is yours."
        ) from error
    except IngestError as error:
        if path.name == shown:
            raise
        raise type(error)(_renamed(str(error), path.name, shown)) from error


def _renamed(sentence: str, name: str, shown: str) -> str:
    return re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", lambda _: shown, sentence)


def _kind(path: Path, name: str, stream: BinaryIO) -> str:
    """The media type by the whole file: the members of a ZIP, the streams of an old Office file."""
    stream.seek(0)
    head = stream.read(HEAD)
    found, expected = sniffed(head), SUFFIXES.get(Path(name).suffix.lower())
    if found == OLE and expected:
        refuse_ole(path, name)
    if found == ZIP and expected:
        found = zip_kind(path)
        if found != expected:
            raise UnsupportedType(_contradiction(name, found))
    return media_type(name, head)


def media_type(name: str, head: bytes) -> str:
    """The media type of a file by its name and its first bytes. Raises UnsupportedType when they disagree.

    A picture is what it is, whatever picture its name promises. What a ZIP holds is seen only when it is read.
    """
    suffix = Path(name).suffix.lower()
    kind = SUFFIXES.get(suffix)
    if kind is None:
        instead = f"; save it as {_INSTEAD[suffix]}" if suffix in _INSTEAD else ""
        known = " ".join(sorted(SUFFIXES))
        raise UnsupportedType(
            f"{name} is of a kind that is not read ({suffix or 'no suffix'}){instead}; read are {known}."
        )
    found = sniffed(head)
    if found == kind or (found == ZIP and kind in ZIPPED):
        return kind
    if found in PICTURES and kind in PICTURES:
        return found
    if kind in (TEXT, MARKDOWN, HTML, CSV, EML) and (not found or _may_hold(kind, found, head)):
        return kind
    raise UnsupportedType(_contradiction(name, UNOPENED if found == ZIP else found))


def _may_hold(kind: str, found: str, head: bytes) -> bool:
    """Text may speak of a PDF or be written in HTML."""
    return (found == HTML and kind in (TEXT, MARKDOWN)) or (found == PDF and not head.startswith(b"%PDF-"))


def _contradiction(name: str, found: str) -> str:
    suffix = Path(name).suffix.lower()
    if not found:
        return f"{name} is named {suffix} but is not {described(SUFFIXES[suffix])[0]} inside: rename it to what it is."
    what, advice = described(found)
    return f"{name} is named {suffix} but is {what} inside: {advice}."
