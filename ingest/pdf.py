"""PDF by MuPDF: lines with boxes, page by page, as the page is shown."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from docent.ingest import layout, ocr, paragraphs
from docent.ingest.errors import PasswordRequired, UnreadableFile
from docent.ingest.furniture import without_furniture
from docent.ingest.lines import Line
from docent.ingest.types import Box, Page, PageReport

log = logging.getLogger(__name__)

_BOLD_FLAG = 16  # bit 4 of a span's flags (PyMuPDF, "Font flags")
_BOLD_NAME = re.compile(r"bold|black|heavy|semibold|demi|hei\b|黑", re.IGNORECASE)
_UNREADABLE = re.compile(r"[\ufffd\ue000-\uf8ff\x00-\x08]")
MAX_UNREADABLE = 0.3  # share of characters without a meaning from which a page is read by OCR instead
MIN_IMAGE_SHARE = 0.3  # of the page's area: less is a logo, not a scan


@contextmanager
def opened(path: Path, password: str | None = None) -> Iterator[Any]:
    """A `pymupdf.Document`. Raises UnreadableFile or PasswordRequired, each naming the file."""
    import pymupdf

    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    try:
        document = pymupdf.open(stream=path.read_bytes(), filetype="pdf")
    except (pymupdf.FileDataError, pymupdf.mupdf.FzErrorBase, RuntimeError, ValueError) as error:
        raise UnreadableFile(f"{path.name} is damaged and cannot be opened as a PDF: try to save it anew.") from error
    with document:
        if document.needs_pass and not document.authenticate(password or ""):
            raise PasswordRequired(f"{path.name} is protected by a password: give it with --password.")
        yield document


def read_pdf(
    path: Path, password: str | None = None, progress: Callable[[int, int], None] | None = None
) -> tuple[Page, ...]:
    """All pages in order. `progress` is called with the pages done and the pages in all."""
    with opened(path, password) as document:
        total = document.page_count
        if not total:
            raise UnreadableFile(f"{path.name} has no pages that can be read: try to save it anew.")
        raw = []
        for number in range(1, total + 1):
            raw.append(_read_page(document, number, path.name))
            if progress:
                progress(number, total)
    heights = [page.height for page in raw]
    kept = without_furniture([page.lines for page in raw], heights)
    body = paragraphs.body_text([line for lines in kept for line in lines])
    return tuple(_page(page, lines, body) for page, lines in zip(raw, kept, strict=True))


class _RawPage:
    """A page before its lines are put in order."""

    __slots__ = ("height", "lines", "number", "source", "warnings", "width")

    def __init__(self, number: int, width: float, height: float) -> None:
        self.number = number
        self.width = width
        self.height = height
        self.lines: list[Line] = []
        self.source: str = "none"
        self.warnings: list[str] = []


def _read_page(document: Any, number: int, name: str) -> _RawPage:
    import pymupdf

    try:
        page = document[number - 1]
        raw = _RawPage(number, page.rect.width, page.rect.height)
        raw.lines = _text_lines(page)
        if raw.lines and not _is_garbled(raw.lines):
            raw.source = "text"
        elif raw.lines or _is_picture(page):
            _recognise(page, raw)
    except (pymupdf.mupdf.FzErrorBase, RuntimeError, ValueError, IndexError) as error:
        log.warning("%s, page %d could not be read: %s", name, number, type(error).__name__)
        raw = _RawPage(number, 612.0, 792.0)
        raw.warnings.append("damaged: nothing could be read from this page")
    return raw


def _recognise(page: Any, raw: _RawPage) -> None:
    garbled = bool(raw.lines)
    raw.lines = ocr.read_page(page)
    raw.source = "ocr" if raw.lines else "none"
    if garbled:
        raw.warnings.append("the text layer is unreadable, so the page was read by OCR")
    elif raw.lines:
        raw.warnings.append("a scan, read by OCR")
    else:
        raw.warnings.append("a picture in which no text was found")


def _text_lines(page: Any) -> list[Line]:
    import pymupdf

    flags = pymupdf.TEXTFLAGS_DICT & ~pymupdf.TEXT_PRESERVE_IMAGES
    matrix = page.rotation_matrix
    lines = []
    for block in page.get_text("dict", flags=flags)["blocks"]:
        for line in block.get("lines", ()):
            text = "".join(span["text"] for span in line["spans"]).replace("\xa0", " ").strip()
            if text:
                lines.append(_line(text, line, matrix))
    return lines


def _line(text: str, line: dict[str, Any], matrix: Any) -> Line:
    import pymupdf

    first = max(line["spans"], key=lambda span: len(span["text"]))
    bold = bool(first["flags"] & _BOLD_FLAG) or _BOLD_NAME.search(first["font"]) is not None
    visible = [span["bbox"] for span in line["spans"] if span["text"].strip()]
    rect = pymupdf.Rect(visible[0])
    for box in visible[1:]:
        rect |= pymupdf.Rect(box)
    rect = (rect * matrix).normalize()
    box: Box = (rect.x0, rect.y0, rect.x1, rect.y1)
    return Line(text, box, first["size"], bold)


def _is_garbled(lines: list[Line]) -> bool:
    text = "".join(line.text for line in lines)
    return len(_UNREADABLE.findall(text)) > MAX_UNREADABLE * len(text)


def _is_picture(page: Any) -> bool:
    area = abs(page.rect.width * page.rect.height)
    covered = 0.0
    for info in page.get_image_info():
        x0, y0, x1, y1 = info["bbox"]
        covered += abs((x1 - x0) * (y1 - y0))
    return area > 0 and covered >= MIN_IMAGE_SHARE * area


def _page(raw: _RawPage, lines: list[Line], body: paragraphs.BodyText) -> Page:
    regions, columns = layout.reading_order(lines)
    blocks = [block for rows in regions for block in paragraphs.blocks_of(rows, raw.number, body)]
    characters = sum(len(block.text) for block in blocks)
    source = raw.source if raw.source in ("text", "ocr") else "none"
    report = PageReport(source, characters, columns, tuple(raw.warnings))  # type: ignore[arg-type]
    return Page(raw.number, raw.width, raw.height, tuple(blocks), report)
