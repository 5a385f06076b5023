"""PDF by MuPDF: lines with boxes, page by page, as the page is shown."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from docent.ingest import glyphs, layout, ocr, paragraphs
from docent.ingest.errors import PasswordRequired, UnreadableFile
from docent.ingest.furniture import in_margin, without_furniture
from docent.ingest.grid import Grid
from docent.ingest.kinds import PICTURES, sniffed
from docent.ingest.lines import Line
from docent.ingest.pictures import picture_pdf
from docent.ingest.ruled import ruled_tables
from docent.ingest.tables import OpenTable, after, table_block
from docent.ingest.types import Block, Page, PageReport

log = logging.getLogger(__name__)

_UNREADABLE = re.compile(r"[\ufffd\ue000-\uf8ff\x00-\x08]")
MAX_UNREADABLE = 0.3  # share of characters without a meaning from which a page is read by OCR instead
MIN_IMAGE_SHARE = 0.3  # of the page's area: less is a logo, not a scan


@contextmanager
def opened(path: Path, password: str | None = None) -> Iterator[Any]:
    """A `pymupdf.Document`, of a picture too. Raises UnreadableFile or PasswordRequired, each naming the file."""
    import pymupdf

    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    data = path.read_bytes()
    if sniffed(data[:16]) in PICTURES:
        data = picture_pdf(data, path.name)
    try:
        document = pymupdf.open(stream=data, filetype="pdf")
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
        total = _page_count(document)
        if not total:
            raise UnreadableFile(f"{path.name} has no pages that can be read: try to save it anew.")
        raw = []
        for number in range(1, total + 1):
            raw.append(_read_page(document, number, path.name))
            if progress:
                progress(number, total)
        if document.is_repaired and not all(page.lines for page in raw):
            raw[0].warnings.append("the file is damaged and was repaired: text of some pages is missing")
    heights = [page.height for page in raw]
    kept = without_furniture([page.lines for page in raw], heights)
    body = paragraphs.body_text([line for lines in kept for line in lines])
    pages = []
    open_table: OpenTable | None = None
    for page, lines in zip(raw, kept, strict=True):
        made, open_table = _page(page, lines, body, open_table)
        pages.append(made)
    return tuple(pages)


def _page_count(document: Any) -> int:
    """0 where the page tree is so damaged that MuPDF gives up."""
    import pymupdf

    try:
        return int(document.page_count)
    except (pymupdf.mupdf.FzErrorBase, RuntimeError):
        return 0


class _RawPage:
    """A page before its lines are put in order. `back` turns boxes back when the page was set upright to be read."""

    __slots__ = ("back", "grids", "height", "lines", "number", "source", "warnings", "width")

    def __init__(self, number: int, width: float, height: float) -> None:
        self.number = number
        self.width = width
        self.height = height
        self.lines: list[Line] = []
        self.grids: list[Grid] = []
        self.back: Any = None
        self.source: str = "none"
        self.warnings: list[str] = []


def _read_page(document: Any, number: int, name: str) -> _RawPage:
    import pymupdf

    try:
        page = document[number - 1]
        raw = _RawPage(number, page.rect.width, page.rect.height)
        raw.lines = glyphs.page_lines(page, page.rotation_matrix)
        if raw.lines and not _is_garbled(raw.lines):
            raw.source = "text"
            _take_tables(page, raw)
        elif raw.lines or _is_picture(page):
            _recognise(page, raw)
    except (pymupdf.mupdf.FzErrorBase, RuntimeError, ValueError, IndexError) as error:
        log.warning("%s, page %d could not be read: %s", name, number, type(error).__name__)
        raw = _RawPage(number, 612.0, 792.0)
        raw.warnings.append("damaged: nothing could be read from this page")
    return raw


def _take_tables(page: Any, raw: _RawPage) -> None:
    """Move the lines of ruled tables from `raw.lines` to `raw.grids`; a table in the margin is furniture."""
    matrix = page.rotation_matrix
    turn = glyphs.quarter_turn(raw.lines, raw.width, raw.height)
    if turn is not None:
        matrix, raw.back = matrix * turn, ~turn
        raw.lines = glyphs.page_lines(page, matrix)
        raw.width, raw.height = raw.height, raw.width
    found = [one for one in glyphs.page_lattices(page, matrix) if not in_margin(one.box, raw.height)]
    raw.grids, raw.lines = ruled_tables(glyphs.cut_lines(page, matrix, raw.lines, found), found)


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


def _is_garbled(lines: list[Line]) -> bool:
    text = "".join(line.text for line in lines)
    return len(_UNREADABLE.findall(text)) > MAX_UNREADABLE * len(text)


def _is_picture(page: Any) -> bool:
    area = abs(page.rect.width * page.rect.height)
    covered = 0.0
    for info in page.get_image_info():
        x0, y0, x1, y1 = info["bbox"]
        covered += abs((x1 - x0) * (y1 - y0))
    return bool(area > 0 and covered >= MIN_IMAGE_SHARE * area)


def _page(
    raw: _RawPage, lines: list[Line], body: paragraphs.BodyText, open_table: OpenTable | None
) -> tuple[Page, OpenTable | None]:
    """A page, and the table it ends with. `open_table` is what the page before it ended with."""
    grids = {grid.box: grid for grid in raw.grids}
    stand_ins = [Line(paragraphs.STAND_IN, box, body.size) for box in grids]
    regions, columns = layout.reading_order([*lines, *stand_ins])
    blocks: list[Block] = []
    for rows in regions:
        for one in paragraphs.blocks_of(rows, raw.number, body, grids):
            if isinstance(one, Grid):
                block, open_table = table_block(one, raw.number, blocks, open_table)
                blocks.append(block)
            else:
                blocks.append(one)
                open_table = after(open_table, one)
    characters = sum(len(block.text) for block in blocks)
    source = raw.source if raw.source in ("text", "ocr") else "none"
    report = PageReport(source, characters, columns, tuple(raw.warnings))  # type: ignore[arg-type]
    size = (raw.width, raw.height)
    if raw.back is not None:
        size = (raw.height, raw.width)
        blocks = [_turned(block, raw.back) for block in blocks]
    made = Page(raw.number, *size, tuple(blocks), report)
    return made, open_table


def _turned(block: Block, back: Any) -> Block:
    spans = tuple(replace(span, box=span.box and glyphs.moved(span.box, back)) for span in block.spans)
    return replace(block, box=block.box and glyphs.moved(block.box, back), spans=spans)
