"""A page as a picture, plain or with what was read drawn over it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from docent.ingest.errors import UnreadableFile
from docent.ingest.kinds import DRAWABLE
from docent.ingest.options import ParseOptions
from docent.ingest.pages.lines import union
from docent.ingest.pages.pdf import opened
from docent.ingest.parsers import read
from docent.ingest.types import Block, Box, Page

MAX_PIXELS = 12_000_000  # a page larger than this at the zoom wanted is drawn smaller
ZOOM = 2.0  # of a page with its reading: text of 8 points stays legible
COLOURS = {
    "heading": (0.85, 0.1, 0.1),
    "text": (0.1, 0.35, 0.85),
    "list": (0.1, 0.6, 0.2),
    "table": (0.9, 0.5, 0.0),
    "caption": (0.6, 0.1, 0.7),
    "removed": (0.5, 0.5, 0.5),
}
LEGEND = 34.0  # points below the page


def draw_page(path: Path, number: int, zoom: float) -> bytes:
    """PNG of physical page `number` (1-based) at 72 dpi times `zoom`. Raises UnreadableFile."""
    with opened(path) as document:
        data: bytes = _pixels(document, number, zoom).tobytes("png")
    return data


def draw_reading(path: Path, number: int, target: Path, options: ParseOptions | None = None) -> None:
    """Write a PNG of physical page `number` (1-based) with its blocks over it.

    Each block has the colour of its kind and its number in reading order, a heading its level, a table its cells; what
    was left out as furniture is crossed out. Raises UnreadableFile, UnsupportedType or PasswordRequired.
    """
    options = options or ParseOptions()
    reading = read(path, options=options)
    if reading.media_type not in DRAWABLE:
        raise UnreadableFile(f"{path.name} has no pages that can be drawn: give a PDF or a picture.")
    page = next((page for page in reading.pages if page.number == number), None)
    if page is None:
        raise UnreadableFile(f"{path.name} has no page {number}: pages count from 1 upwards.")
    with opened(path, options.password) as document:
        picture = _pixels(document, number, ZOOM).tobytes("png")
        outside = _removed_boxes(document[number - 1], page)
    target.write_bytes(_drawn(page, picture, outside))


def _pixels(document: Any, number: int, zoom: float) -> Any:
    import pymupdf

    try:
        page = document[number - 1]
        area = abs(page.rect.width * page.rect.height) or 1.0
        fitting = min(zoom, math.sqrt(MAX_PIXELS / area))
        return page.get_pixmap(matrix=pymupdf.Matrix(fitting, fitting), alpha=False)
    except (pymupdf.mupdf.FzErrorBase, RuntimeError, ValueError, IndexError) as error:
        raise UnreadableFile(f"page {number} cannot be drawn: open the original instead.") from error


def _removed_boxes(page: Any, read: Page) -> list[Any]:
    """Where the texts that were left out stand, as far as no block covers them."""
    import pymupdf

    taken = [pymupdf.Rect(span.box) for block in read.blocks for span in block.spans if span.box]
    found = []
    for text in dict.fromkeys(read.report.removed):
        for rect in page.search_for(text):
            shown = (rect * page.rotation_matrix).normalize()
            if not any((shown & one).get_area() > 0.5 * shown.get_area() for one in taken):
                found.append(shown)
    return found


def _drawn(page: Page, picture: bytes, outside: list[Any]) -> bytes:
    import pymupdf

    with pymupdf.open() as made:
        sheet = made.new_page(width=page.width, height=page.height + LEGEND)
        sheet.insert_image(pymupdf.Rect(0, 0, page.width, page.height), stream=picture)
        for rect in outside:
            sheet.draw_rect(rect, color=COLOURS["removed"], fill=COLOURS["removed"], fill_opacity=0.25, width=0.5)
            sheet.draw_line(rect.tl, rect.br, color=COLOURS["removed"], width=0.8)
        for order, block in enumerate(page.blocks, 1):
            _draw_block(sheet, order, block)
        _draw_legend(sheet, page)
        area = sheet.rect.width * sheet.rect.height
        zoom = min(ZOOM, math.sqrt(MAX_PIXELS / area))
        data: bytes = sheet.get_pixmap(matrix=pymupdf.Matrix(zoom, zoom), alpha=False).tobytes("png")
    return data


def _draw_block(sheet: Any, order: int, block: Block) -> None:
    import pymupdf

    colour = COLOURS[block.kind]
    parts = _parts([span.box for span in block.spans if span.box]) if block.kind != "table" else [block.box]
    for span in block.spans:
        if span.box:
            sheet.draw_rect(pymupdf.Rect(span.box), color=colour, width=0.25, fill=colour, fill_opacity=0.08)
    label = f"{order} H{block.level}" if block.kind == "heading" else str(order)
    width = pymupdf.get_text_length(label, fontname="hebo", fontsize=7) + 3
    for part in parts:
        if part is None:
            continue
        rect = pymupdf.Rect(part)
        sheet.draw_rect(rect, color=colour, width=0.9)
        left = max(rect.x0 - width - 1, 0)
        sheet.draw_rect(pymupdf.Rect(left, rect.y0, left + width, rect.y0 + 9), color=colour, fill=colour)
        sheet.insert_text((left + 1.5, rect.y0 + 7), label, fontname="hebo", fontsize=7, color=(1, 1, 1))


def _parts(boxes: list[Box]) -> list[Box | None]:
    """One box for each column that a paragraph stands in."""
    groups: list[list[Box]] = []
    for box in boxes:
        if groups and box[0] < max(one[2] for one in groups[-1]) and box[3] > groups[-1][-1][1]:
            groups[-1].append(box)
        else:
            groups.append([box])
    return [union(group) for group in groups]


def _draw_legend(sheet: Any, page: Page) -> None:
    import pymupdf

    x, y = 8.0, page.height + 12
    for name, colour in COLOURS.items():
        sheet.draw_rect(pymupdf.Rect(x, y - 6, x + 8, y + 1), color=colour, fill=colour)
        sheet.insert_text((x + 11, y), name, fontname="helv", fontsize=8)
        x += 18 + pymupdf.get_text_length(name, fontname="helv", fontsize=8)
    report = page.report
    words = f"page {page.number}, {report.source}, columns {report.columns}, tables {report.tables}"
    said = "; ".join((words, *report.warnings))
    sheet.insert_text((8, y + 13), said.encode("ascii", "replace").decode(), fontname="helv", fontsize=8)
