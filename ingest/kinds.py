"""What a file is by what is in it, whatever its name says."""

from __future__ import annotations

import mmap
import re
from pathlib import Path

from docent.ingest.errors import UnreadableFile
from docent.ingest.formats.zipped import opened_zip

PDF = "application/pdf"
TEXT = "text/plain"
MARKDOWN = "text/markdown"
CSV = "text/csv"
HTML = "text/html"
EML = "message/rfc822"
EPUB = "application/epub+zip"
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
DOCX = _OPEN_XML + "wordprocessingml.document"
PPTX = _OPEN_XML + "presentationml.presentation"
XLSX = _OPEN_XML + "spreadsheetml.sheet"
PICTURES = frozenset({"image/png", "image/jpeg", "image/tiff", "image/bmp", "image/webp"})
DRAWABLE = PICTURES | {PDF}
ZIP = "application/zip"
UNOPENED = ZIP + "; unopened"  # by its first bytes, an office file is one too
OLE = "application/x-ole-storage"
ZIPPED = frozenset({DOCX, PPTX, XLSX, EPUB, ZIP})

_WHAT = {
    PDF: ("a PDF", "rename it to .pdf"),
    HTML: ("a web page", "rename it to .html"),
    DOCX: ("a Word document", "rename it to .docx"),
    PPTX: ("a presentation", "rename it to .pptx"),
    XLSX: ("a workbook", "rename it to .xlsx"),
    EPUB: ("an e-book", "rename it to .epub"),
    ZIP: ("a ZIP archive", "rename it to .zip"),
    UNOPENED: ("a ZIP archive", "rename it to what it is (.zip, .docx, .xlsx, .pptx or .epub)"),
    EML: ("a mail", "rename it to .eml"),
    OLE: ("an old or protected Office file", "save it without a password as .docx, .xlsx or .pptx"),
    "application/rtf": ("rich text", "save it as .docx"),
    "application/x-archive": ("a packed archive", "unpack it and add what is in it"),
    "image/gif": ("a GIF picture", "save it as .png"),
}
_MAGIC = (
    (b"%PDF-", PDF),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"GIF8", "image/gif"),
    (b"{\\rtf", "application/rtf"),
    (b"\x1f\x8b", "application/x-archive"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-archive"),
    (b"Rar!\x1a\x07", "application/x-archive"),
)
_WEB_PAGE = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_PDF_OBJECT = re.compile(rb"(?:^|[\r\n])\s*\d+\s+\d+\s+obj\b")  # in a PDF that has lost its first line
_MAIN_PARTS = (
    (re.compile(rb"(?:wordprocessingml|ms-word)\.document(?:\.macroEnabled)?\.main\+xml"), DOCX),
    (re.compile(rb"(?:spreadsheetml|ms-excel)\.sheet(?:\.macroEnabled)?\.main\+xml"), XLSX),
    (re.compile(rb"(?:presentationml|ms-powerpoint)\.\w+(?:\.macroEnabled)?\.main\+xml"), PPTX),
)
_OLD = ((b"WordDocument", "an old Word file", ".docx"), (b"Workbook", "an old Excel file", ".xlsx"),
        (b"PowerPoint Document", "an old PowerPoint file", ".pptx"))  # fmt: skip


def sniffed(head: bytes) -> str:
    """The media type that the first bytes name; "" for text and what is not known."""
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[:2] == b"BM" and head[6:10] == b"\x00\x00\x00\x00":
        return "image/bmp"
    if _WEB_PAGE.match(head.removeprefix(b"\xef\xbb\xbf")):
        return HTML
    return PDF if b"%PDF-" in head or _PDF_OBJECT.search(head) else ""


def described(kind: str) -> tuple[str, str]:
    """What it is called, and what to do with it."""
    if kind in PICTURES:
        suffix = kind.partition("/")[2]
        return f"a {suffix.upper()} picture", f"rename it to .{suffix}"
    return _WHAT[kind]


def zip_kind(path: Path) -> str:
    """Which document a ZIP is; ZIP when it is none. Raises UnreadableFile."""
    with opened_zip(path, locked=True) as archive:
        names = set(archive.namelist())
        if any(one.flag_bits & 1 for one in archive.infolist()):
            return ZIP
        if "mimetype" in names and archive.read("mimetype").strip() == EPUB.encode():
            return EPUB
        if "[Content_Types].xml" in names:
            types = archive.read("[Content_Types].xml")
            found = [kind for pattern, kind in _MAIN_PARTS if pattern.search(types)]
            if len(found) == 1:
                return found[0]
    return ZIP


def refuse_ole(path: Path, name: str) -> None:
    """Say what an OLE file is: encrypted, or from before 2007. Raises UnreadableFile."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data.find("EncryptedPackage".encode("utf-16-le")) >= 0:
            raise UnreadableFile(f"{name} is protected by a password: save it without one and add it again.")
        for stream_name, what, suffix in _OLD:
            if data.find(stream_name.decode().encode("utf-16-le")) >= 0:
                raise UnreadableFile(f"{name} is {what}: save it as {suffix} and add it again.")
    raise UnreadableFile(f"{name} is an old Office file: save it as .docx, .xlsx or .pptx and add it again.")
