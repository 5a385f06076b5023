"""The day a document is of, as it says itself in its properties: hostile data like all the rest of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_binary_file, policy
from email.utils import parsedate_to_datetime
from pathlib import Path

from docent.ingest.errors import IngestError
from docent.ingest.formats.encodings import decode
from docent.ingest.formats.zipped import damage_named, opened_zip, xml
from docent.ingest.kinds import DOCX, EML, EPUB, HTML, MARKDOWN, PDF, PPTX, XLSX

EARLIEST = 1900  # a year before it is a mistake, of a clock or of whoever typed it
HEAD = 65_536  # bytes of a text or web page in which its date would stand
# What clocks, templates and libraries put where nobody said anything: the first days that Windows, Mac, Unix and DOS
# can count, and the templates of python-docx and python-pptx.
_NOBODYS = frozenset(
    ["1601-01-01", "1899-12-30", "1904-01-01", "1970-01-01", "1980-01-01", "2013-12-23T23:15:00Z",
     "2013-01-27T09:14:16Z", "2013-01-27T09:15:58Z"]
)  # fmt: skip
_PARTED = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2}))?(?!\d)")
_RUN_TOGETHER = re.compile(r"(?:D:)?(\d{4})(\d\d)?(\d\d)?(?:\d\d){0,3}(?!\d)")
_META = re.compile(r"<(?:meta|time)\b[^>]*>", re.IGNORECASE)
_PUBLISHED = re.compile(r"\spubdate\b", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
# In the order in which they are believed: when it was last changed, when it was published or made.
_META_NAMES = (
    "article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified",
    "article:published_time", "og:published_time", "datepublished", "pubdate", "publishdate", "publish_date",
    "dcterms.issued", "dc.date.issued", "dcterms.created", "dc.date", "dcterms.date", "citation_date",
    "citation_publication_date", "date", "weibo:article:create_at",
)  # fmt: skip
_FRONT_MATTER = re.compile(r"\A\ufeff?(---|\+\+\+)\r?\n(.*?)\r?\n\1", re.DOTALL)
_FRONT_LINE = re.compile(r"([\w-]+)\s*[:=]\s*(.*)")  # YAML has a colon, TOML an equals sign
_FRONT_KEYS = ("updated", "lastmod", "last_modified_at", "modified", "date", "published", "created", "日期")


def document_date(path: Path, kind: str, password: str | None = None, today: date | None = None) -> str:
    """The day on which this version of a document was made, as it says: ISO 8601, "" where it does not say.

    Of a PDF that is its CreationDate, of an office file when it was last saved, of a web page, an e-book or Markdown
    what its head names, of a mail when it was sent. A day in the future, or one that no clock has shown, counts for
    nothing; of a date without a day the first is taken. `kind` is a media type.
    """
    reader = _READERS.get(kind)
    if reader is None:
        return ""
    latest = (today or datetime.now(UTC).date()) + timedelta(days=1)  # it is tomorrow elsewhere
    try:
        with damage_named(path.name):
            found = (day_of(text, latest) for text in reader(path, password))
            return next((day for day in found if day), "")
    except (IngestError, OSError):  # whoever reads its pages says so
        return ""


def day_of(text: str, latest: date) -> str:
    """The day that a date names, in the forms of PDF, ISO 8601, RFC 5322 and Chinese; "" for one that cannot be."""
    text = text.strip()
    if text in _NOBODYS:
        return ""
    match = _PARTED.match(text) or _RUN_TOGETHER.match(text)
    if match:
        return _possible(*(int(one or 1) for one in match.groups()), latest=latest)
    return _day_of_mail(text, latest)


def _day_of_mail(text: str, latest: date) -> str:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return ""
    return _possible(found.year, found.month, found.day, latest=latest)


def _possible(year: int, month: int, day: int, *, latest: date) -> str:
    try:
        found = date(year, month, day)
    except ValueError:
        return ""
    text = found.isoformat()
    return text if year >= EARLIEST and found <= latest and text not in _NOBODYS else ""


def _of_pdf(path: Path, password: str | None) -> Iterator[str]:
    from docent.ingest.pages.pdf import opened

    with opened(path, password) as document:
        metadata = document.metadata or {}
    yield str(metadata.get("creationDate") or "")
    yield str(metadata.get("modDate") or "")


def _of_office(path: Path, _: str | None) -> Iterator[str]:
    with opened_zip(path) as archive:
        if "docProps/core.xml" not in archive.namelist():
            return
        properties = xml(archive.read("docProps/core.xml"))
        found = {str(one.tag).rpartition("}")[2]: one.text or "" for one in properties.iter()}
    yield found.get("modified", "")
    yield found.get("created", "")


def _of_book(path: Path, _: str | None) -> Iterator[str]:
    with opened_zip(path) as archive:
        container = xml(archive.read("META-INF/container.xml"))
        root = next(one for one in container.iter() if str(one.tag).rpartition("}")[2] == "rootfile")
        package = xml(archive.read(root.get("full-path", "")))
        texts = [one.text or "" for one in package.iter() if str(one.tag).rpartition("}")[2] == "date"]
    yield from texts


def _of_web_page(path: Path, _: str | None) -> Iterator[str]:
    named: dict[str, str] = {}
    for tag in _META.findall(_head(path)):
        attributes = {one[0].lower(): one[1] or one[2] or one[3] for one in _ATTRIBUTE.findall(tag)}
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or ""
        name = name or attributes.get("http-equiv") or ("pubdate" if _PUBLISHED.search(tag) else "")
        named.setdefault(name.lower(), attributes.get("content") or attributes.get("datetime") or "")
    yield from (named[one] for one in _META_NAMES if one in named)


def _of_markdown(path: Path, _: str | None) -> Iterator[str]:
    front = _FRONT_MATTER.match(_head(path))
    lines = front[2].splitlines() if front else []
    said = {match[1].lower(): match[2].strip(" \t\"'") for one in lines if (match := _FRONT_LINE.match(one))}
    yield from (said[one] for one in _FRONT_KEYS if one in said)


def _of_mail(path: Path, _: str | None) -> Iterable[str]:
    with path.open("rb") as stream:
        message = message_from_binary_file(stream, policy=policy.default)
    return [str(message.get("Date", ""))]


def _head(path: Path) -> str:
    with path.open("rb") as stream:
        return decode(stream.read(HEAD), path.name)


_READERS: dict[str, Callable[[Path, str | None], Iterable[str]]] = {
    PDF: _of_pdf, DOCX: _of_office, PPTX: _of_office, XLSX: _of_office, EPUB: _of_book, HTML: _of_web_page,
    MARKDOWN: _of_markdown, EML: _of_mail,
}  # fmt: skip
