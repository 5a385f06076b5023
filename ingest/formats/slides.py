"""Presentations by python-pptx: a page for each slide, its shapes in the order they are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from docent.ingest.formats.unpaged import block, in_one_line, page
from docent.ingest.formats.zipped import damage_named, opened_zip, refuse_declarations, xml
from docent.ingest.options import ParseOptions
from docent.ingest.scans.embedded import EmbeddedPictures
from docent.ingest.tables.headed import Item
from docent.ingest.tables.tabular import table_blocks
from docent.ingest.types import Block, Page

SAME_ROW = 0.03  # of the slide's height: shapes that begin nearer than this stand side by side
MAX_DEPTH = 20  # of groups in groups
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_DIAGRAM = f"{{{_DRAWING}/diagram}}relIds"
_PARAGRAPH, _RUN = f"{{{_DRAWING}/main}}p", f"{{{_DRAWING}/main}}t"
_DATA = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}dm"
_FURNITURE = ("DATE", "FOOTER", "SLIDE_NUMBER")


def read_pptx(path: Path, options: ParseOptions) -> Iterator[Page]:
    """One page for each slide, its notes last. Raises UnreadableFile."""
    from pptx import Presentation

    with opened_zip(path) as archive:
        refuse_declarations(archive, path.name)
    with damage_named(path.name):
        show = Presentation(str(path))
        row = max(int((show.slide_height or 6_858_000) * SAME_ROW), 1)
        pictures = EmbeddedPictures(options)
        for number, slide in enumerate(show.slides, 1):
            yield pictures.marked(_slide(slide, number, row, pictures))


def _slide(slide: Any, number: int, row: int, pictures: EmbeddedPictures) -> Page:
    title = slide.shapes.title
    blocks: list[Block] = []
    if title is not None and title.text_frame.text.strip():
        blocks.append(block("heading", in_one_line(title.text_frame.text), number, 1))
    skipped = pictures.skipped
    for shape in _ordered(slide.shapes, row):
        if title is None or shape.shape_id != title.shape_id:
            blocks.extend(_blocks(shape, number))
            read = pictures.block(data, number) if (data := _picture(shape)) else None
            blocks.extend([read] if read else ())
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        lines = slide.notes_slide.notes_text_frame.text.splitlines()
        blocks.extend(block("text", in_one_line(line), number) for line in lines if line.strip())
    skipped = pictures.skipped - skipped
    warnings = [f"{skipped} pictures were not read: save it as PDF"] if skipped else []
    if slide.element.get("show") == "0":
        warnings.append("a hidden slide")
    return page(number, blocks, f"Slide {number}", warnings)


def _picture(shape: Any) -> bytes | None:
    """The bytes of a picture that lies in the file."""
    try:
        data: bytes = shape.image.blob
    except (AttributeError, ValueError, KeyError):  # no picture, one that lies elsewhere, one that is missing
        return None
    return data


def _ordered(shapes: Iterable[Any], row: int, depth: int = 0) -> Iterator[Any]:
    """From top to bottom, shapes that begin at about one height from left to right; groups are looked into."""
    placed = sorted(shapes, key=lambda one: (one.top or 0, one.left or 0))
    rows: list[list[Any]] = []
    for shape in placed:
        if rows and (shape.top or 0) - (rows[-1][0].top or 0) < row:
            rows[-1].append(shape)
        else:
            rows.append([shape])
    for shape in (one for line in rows for one in sorted(line, key=lambda one: one.left or 0)):
        if hasattr(shape, "shapes") and depth < MAX_DEPTH:
            yield from _ordered(shape.shapes, row, depth + 1)
        else:
            yield shape


def _blocks(shape: Any, number: int) -> Iterator[Block]:
    role = shape.placeholder_format.type if shape.is_placeholder else None
    if role is not None and role.name in _FURNITURE:
        return
    if getattr(shape, "has_table", False):
        yield from table_blocks(list(_table(shape.table)), number)
    elif getattr(shape, "has_chart", False):
        yield from table_blocks(list(_chart(shape.chart)), number, 1)
    elif (diagram := shape._element.find(f".//{_DIAGRAM}")) is not None:
        yield from _diagram(shape.part.related_part(diagram.get(_DATA)).blob, number)
    elif getattr(shape, "has_text_frame", False):
        paragraphs = [one for one in shape.text_frame.paragraphs if one.text.strip()]
        for one in paragraphs:
            is_list = one.level > 0 or (shape.is_placeholder and len(paragraphs) > 1)
            yield block("list" if is_list else "text", in_one_line(one.text.replace("\v", "\n")), number)


def _diagram(data: bytes, number: int) -> Iterator[Block]:
    """The texts of a SmartArt drawing, each an item."""
    for paragraph in xml(data).iter(_PARAGRAPH):
        text = in_one_line("".join(run.text or "" for run in paragraph.iter(_RUN)))
        if text:
            yield block("list", text, number)


def _table(table: Any) -> Iterator[list[Item]]:
    for number, row in enumerate(table.rows):
        items = []
        for column, cell in enumerate(row.cells):
            text = in_one_line(cell.text_frame.text.replace("\v", "\n"))
            if text and not cell.is_spanned:
                spans = (cell.span_height, cell.span_width) if cell.is_merge_origin else (1, 1)
                items.append(Item(number, column, text, *spans))
        yield items


def _chart(chart: Any) -> Iterator[list[Item]]:
    """The numbers behind a chart: series are columns, categories are rows."""
    for plot in chart.plots:
        names = [in_one_line(str(series.name or "")) for series in plot.series]
        yield [Item(0, column, name) for column, name in enumerate(names, 1) if name]
        values = [list(series.values) for series in plot.series]
        for number, category in enumerate(plot.categories):
            row = [Item(number + 1, 0, in_one_line(str(category)) or str(number + 1))]
            for column, series in enumerate(values, 1):
                value = series[number] if number < len(series) else None
                if value is not None:
                    row.append(Item(number + 1, column, f"{value:.11g}"))
            yield row
        return
