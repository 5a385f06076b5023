"""PDF by MuPDF: lines with boxes, page by page, as the page is shown."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from docent.ingest.errors import PasswordRequired, UnreadableFile
from docent.ingest.kinds import PICTURES, sniffed
from docent.ingest.options import ParseOptions
from docent.ingest.pages import cut_off, glyphs, layout, paragraphs
from docent.ingest.pages.furniture import in_margin, without_furniture
from docent.ingest.pages.headings import Outline, body_text
from docent.ingest.pages.lines import Line, continued
from docent.ingest.scans import ocr, scans
from docent.ingest.scans.pictures import picture_pdf
from docent.ingest.tables.blocks import OpenTable, after, table_blocks
from docent.ingest.tables.grid import Grid
from docent.ingest.tables.ruled import ruled_tables
from docent.ingest.types import Block, Page, PageReport, PageSource

log = logging.getLogger(__name__)

RUN = 100  # pages that are in memory at once; furniture is told from NEIGHBOURS pages around
NOTHING_READ = "damaged: nothing could be read from this page"
PART_MISSING = "damaged: a part of this page is missing"
SAMPLE = 20  # pages of a longer document that are looked at before, for its styles


@contextmanager
def opened(path: Path, password: str | None = None) -> Iterator[Any]:
    """A `pymupdf.Document`, of a picture too. Raises UnreadableFile or PasswordRequired, each naming the file."""
    import pymupdf

    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    with path.open("rb") as stream:
        is_picture = sniffed(stream.read(16)) in PICTURES
    data = picture_pdf(path.read_bytes(), path.name) if is_picture else None
    try:
        # By its path: MuPDF reads of a file what it needs, and a large one is never in memory as a whole.
        document = pymupdf.open(str(path), stream=data, filetype="pdf")
    except (pymupdf.FileDataError, pymupdf.mupdf.FzErrorBase, RuntimeError, ValueError) as error:
        what_to_do = cut_off.advice(path)
        raise UnreadableFile(f"{path.name} is damaged and cannot be opened as a PDF: {what_to_do}.") from error
    with document:
        if document.needs_pass and not document.authenticate(password or ""):
            if password:
                raise PasswordRequired(f"{path.name} is not opened by this password: check it and try again.")
            raise PasswordRequired(f"{path.name} is protected by a password: give it with --password.")
        yield document


def read_pdf(path: Path, options: ParseOptions | None = None) -> Iterator[Page]:
    """All pages in order, read in runs, so that memory does not grow with the document.

    Raises UnreadableFile or PasswordRequired, before the first page.
    """
    options = options or ParseOptions()
    with opened(path, options.password) as document:
        total = _page_count(document)
        if not total:
            raise UnreadableFile(f"{path.name} has no pages that can be read: {cut_off.advice(path)}.")
        lost = cut_off.lost_pages(document, total)
        outline: Outline | None = None
        open_table: OpenTable | None = None
        for first, last in _runs(total):
            raw = []
            for number in range(first, last + 1):
                raw.append(_read_page(document, number, path.name, options))
                if number in lost:
                    raw[-1].warnings.append(PART_MISSING if raw[-1].lines else NOTHING_READ)
                if options.progress:
                    options.progress(number, total)
            if first == 1 and lost:
                read = total - len(lost)
                raw[0].warnings.append(f"the file is damaged or cut off: {read} of its {total} pages could be read")
            elif first == 1 and document.is_repaired and not all(page.lines for page in raw):
                raw[0].warnings.append("the file is damaged and was repaired: text of some pages is missing")
            kept = without_furniture([page.lines for page in raw], [page.height for page in raw])
            if outline is None:
                sample = [] if last == total else _sampled(document, last, total)
                outline = Outline(body_text(line for lines in (*kept, *sample) for line in lines), _toc(document))
            for page, lines in zip(raw, kept, strict=True):
                made, open_table = _page(page, lines, outline, open_table)
                yield made


def _runs(total: int) -> Iterator[tuple[int, int]]:
    """First and last pages of runs of about RUN pages, none so short that furniture could not be told by repetition."""
    count = max(1, round(total / RUN))
    edges = [round(i * total / count) for i in range(count + 1)]
    return ((a + 1, b) for a, b in itertools.pairwise(edges))


def _sampled(document: Any, after: int, total: int) -> Iterator[list[Line]]:
    """Lines of SAMPLE pages spread over what follows the first run, for the styles of the whole document."""
    import pymupdf

    for number in range(after + 1, total + 1, max(1, (total - after) // SAMPLE)):
        try:
            page = document[number - 1]
            yield glyphs.PageInk(page).lines(page.rotation_matrix)
        except (pymupdf.mupdf.FzErrorBase, RuntimeError, ValueError, IndexError):
            continue  # said in that page's report


def _toc(document: Any) -> list[list[Any]]:
    """The document's own outline; empty where it is damaged."""
    import pymupdf

    try:
        return list(document.get_toc())
    except (pymupdf.mupdf.FzErrorBase, RuntimeError, ValueError, AttributeError, TypeError):
        return []


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
        self.source: PageSource = "none"
        self.warnings: list[str] = []


def _read_page(document: Any, number: int, name: str, options: ParseOptions) -> _RawPage:
    import pymupdf

    try:
        page = document[number - 1]
        raw = _RawPage(number, page.rect.width, page.rect.height)
        ink = glyphs.PageInk(page)
        raw.lines = ink.lines(page.rotation_matrix)
        seen = scans.looked_at(page, raw.lines, options.ocr, options.recognise or ocr.recognise)
        raw.lines, raw.source = seen.lines, seen.source
        if seen.turn:
            raw.back = ~scans.upright(seen.turn, raw.width, raw.height)
            raw.width, raw.height = (raw.width, raw.height) if seen.turn == scans.HALF else (raw.height, raw.width)
        raw.warnings.extend(seen.warnings)
        if raw.source == "text":
            _take_tables(page, ink, raw)
    except (pymupdf.mupdf.FzErrorBase, RuntimeError, ValueError, IndexError) as error:
        log.warning("%s, page %d could not be read: %s", name, number, type(error).__name__)
        raw = _RawPage(number, 612.0, 792.0)
        raw.warnings.append(NOTHING_READ)
    return raw


def _take_tables(page: Any, ink: glyphs.PageInk, raw: _RawPage) -> None:
    """Move the lines of ruled tables from `raw.lines` to `raw.grids`; a table in the margin is furniture."""
    matrix = page.rotation_matrix
    turn = glyphs.quarter_turn(raw.lines, raw.width, raw.height)
    if turn is not None:
        matrix, raw.back = matrix * turn, ~turn
        raw.lines = ink.lines(matrix)
        raw.width, raw.height = raw.height, raw.width
    found = [one for one in ink.lattices(matrix) if not in_margin(one.box, raw.height)]
    raw.grids, lines = ruled_tables(ink.cut_lines(matrix, raw.lines, found), found)
    raw.lines = [line for line in lines if line.text]  # a side may cut off signs that print nothing


def _page(
    raw: _RawPage, lines: list[Line], outline: Outline, open_table: OpenTable | None
) -> tuple[Page, OpenTable | None]:
    """A page, and the table it ends with. `open_table` is what the page before it ended with."""
    grids = {grid.box: grid for grid in raw.grids}
    stand_ins = [Line(paragraphs.STAND_IN, box, outline.body.size) for box in grids]
    regions = layout.reading_order([*lines, *stand_ins], outline.body.size, outline.gutters)
    outline.gutters = tuple({region.gutter for region in regions if region.gutter})
    columns = max((region.columns for region in regions), default=1)
    blocks: list[Block] = []
    for region in regions:
        made = len(blocks)
        for one in paragraphs.blocks_of(region.rows, raw.number, outline, grids):
            if isinstance(one, Grid):
                found, open_table = table_blocks(one, raw.number, blocks, open_table)
            else:
                found, open_table = [one], after(open_table, one)
            blocks += found if region.back is None else [_turned(block, region.back) for block in found]
        if region.columns > 1 and 0 < made < len(blocks) and paragraphs.goes_on(*blocks[made - 1 : made + 1]):
            blocks[made - 1 : made + 1] = [continued(*blocks[made - 1 : made + 1])]
    characters = sum(len(block.text) for block in blocks)
    tables = sum(block.kind == "table" for block in blocks)
    kept = set(map(id, lines))
    removed = tuple(line.text for line in raw.lines if id(line) not in kept)
    report = PageReport(raw.source, characters, columns, tables, removed, tuple(raw.warnings))
    size = (raw.width, raw.height)
    if raw.back is not None:
        size = size if raw.back.a else (raw.height, raw.width)
        blocks = [_turned(block, raw.back) for block in blocks]
    return Page(raw.number, *size, tuple(blocks), report), open_table


def _turned(block: Block, back: Any) -> Block:
    spans = tuple(replace(span, box=span.box and glyphs.moved(span.box, back)) for span in block.spans)
    return replace(block, box=block.box and glyphs.moved(block.box, back), spans=spans)
