"""Which pages are read by OCR: those without usable text, and those with text in pictures beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from docent.ingest.options import OcrMode, Recogniser
from docent.ingest.pages import glyphs
from docent.ingest.pages.lines import Line, union
from docent.ingest.scans import ocr
from docent.ingest.scans.garbled import disproved, is_suspicious, is_unreadable
from docent.ingest.types import Box, PageSource

MIN_IMAGE_SHARE = 0.3  # of the page's area: less is a logo, not a scan
MAX_TEXT = 0.25  # of the page's area under lines: more is a page of text, with or without a picture
MIN_PIXELS = 200_000  # of a picture that may hold print worth reading: 10 lines of 50 characters
MARGIN = 6.0  # points around pictures that are read: print cut by their edge is seen whole
MAX_PRINTED = 0.05  # of a picture's area that lines of text cover: more is a page with a background
MAX_PIXELS = 200_000_000  # of one picture: an A0 sheet at 150 dpi has 35 million, and a bomb more than fits in memory
DOUBTFUL = 0.8  # mean confidence; clean print has 0.95 and more
SAME = 0.5  # of an OCR line's area that lies on lines of the text layer, from which it is one of them
PAPER = 0.35  # of the pixels of one grey level and its neighbours: print has a ground, a photograph none
HALF = 2  # quarter turns that leave width and height as they are
_LEVELS = 16  # of grey that are told apart to find the ground, each of 16 shades
_THUMBNAIL_DPI = 18


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of a page's lines: those of its text layer, of its picture, or both.

    Boxes are points of the page after `turn` quarter turns clockwise, which set it upright.
    """

    lines: list[Line]
    source: PageSource
    warnings: tuple[str, ...] = ()
    turn: int = 0


def looked_at(page: Any, lines: list[Line], mode: OcrMode, recognise: Recogniser) -> Seen:
    """The lines of a `pymupdf.Page` whose text layer has `lines`, read by OCR if need be."""
    why = _unusable(page, lines, mode, recognise)
    if mode == "never":
        return Seen([], "none", (f"{why}, not read because OCR is off",)) if why else _as_it_is(lines)
    bare = [] if why else _bare(page, lines)
    if not why and not bare:
        return _as_it_is(lines)
    if any(image[2] * image[3] > MAX_PIXELS for image in page.get_images()):
        return Seen(
            [] if why else lines, "none" if why else "text", ("a picture on this page is too large to be read",)
        )
    if why:
        return _read(page, recognise, f"{why}, read by OCR")
    return _read_beside(page, lines, bare, recognise)


def upright(turn: int, width: float, height: float) -> Any:
    """The matrix that turns a page of this size by quarters clockwise."""
    import pymupdf

    return pymupdf.Matrix(
        *((1, 0, 0, 1, 0, 0), (0, 1, -1, 0, height, 0), (-1, 0, 0, -1, width, height), (0, -1, 1, 0, 0, width))[turn]
    )


def _as_it_is(lines: list[Line]) -> Seen:
    return Seen(lines, "text" if lines else "none")


def _unusable(page: Any, lines: list[Line], mode: OcrMode, recognise: Recogniser) -> str:
    """What the page is that its text layer does not give it; nothing where it does, or there is nothing to read."""
    if mode == "always":
        return ("text layer ignored" if lines else "a scan") if _has_ink(page) else ""
    if not lines:
        return "a scan" if sum(map(_area, _pictures(page))) >= MIN_IMAGE_SHARE * _area(page.rect) else ""
    if is_unreadable(lines):
        return "unreadable text"
    if mode == "auto" and is_suspicious(lines) and disproved(page, lines, recognise):
        return "text that is not what the page shows"
    return ""


def _read(page: Any, recognise: Recogniser, said: str) -> Seen:
    found = recognise(ocr.render(page))
    if not found.lines:
        return Seen([], "none", ("a picture in which no text was found",))
    return Seen(list(found.lines), "ocr", (said, *_doubts(found)), found.turn)


def _read_beside(page: Any, lines: list[Line], bare: list[Box], recognise: Recogniser) -> Seen:
    """The text layer, and what is seen where the bare pictures are; a page that lies on its side is read as a whole."""
    x0, y0, x1, y1 = union(bare)
    wider = (x0 - MARGIN, y0 - MARGIN, x1 + MARGIN, y1 + MARGIN)
    area = _overlap(wider, (0.0, 0.0, page.rect.width, page.rect.height))
    found = recognise(ocr.render(page, area))
    seen = [replace(line, box=_moved(line.box, area[0], area[1])) for line in found.lines]
    there = lines
    if found.turn:
        found = recognise(ocr.render(page))
        seen = list(found.lines)
    if found.turn:
        matrix = upright(found.turn, page.rect.width, page.rect.height)
        there = [replace(line, box=glyphs.moved(line.box, matrix), turn=0) for line in lines]
    boxes = [line.box for line in there]
    fresh = [line for line in seen if _covered(line.box, boxes) < SAME]
    if not fresh:
        return Seen(lines, "text")
    return Seen([*there, *fresh], "mixed", ("text in a picture, read by OCR", *_doubts(found)), found.turn)


def _doubts(found: ocr.Recognised) -> tuple[str, ...]:
    said = []
    if found.turn:
        said.append(f"turned upright by {min(found.turn, 4 - found.turn) * 90} degrees to be read")
    if found.confidence < DOUBTFUL:
        said.append("doubtful: read by OCR with low confidence")
    return tuple(said)


def _pictures(page: Any) -> list[Box]:
    """Where pictures stand on the page as shown. It takes as long as reading the text."""
    matrix = tuple(page.rotation_matrix)
    shown = (0.0, 0.0, page.rect.width, page.rect.height)
    boxes = (glyphs.moved(info["bbox"], matrix) for info in page.get_image_info())
    return [cut for box in boxes if _area(cut := _overlap(box, shown))]


def _bare(page: Any, lines: list[Line]) -> list[Box]:
    """Large pictures that hold what looks like print and have hardly a line of text on them; [] for a small part."""
    area = _area(page.rect)
    boxes = [line.box for line in lines]
    if not lines or sum(map(_area, boxes)) > MAX_TEXT * area:
        return []
    if not any(image[2] * image[3] >= MIN_PIXELS for image in page.get_images()):
        return []
    bare = [one for one in _pictures(page) if _covered(one, boxes) < MAX_PRINTED]
    if sum(map(_area, bare)) < MIN_IMAGE_SHARE * area or not any(_is_paper(page, one) for one in bare):
        return []
    return bare


def _is_paper(page: Any, box: Box) -> bool:
    """Whether the picture has one ground, and something on it."""
    import numpy as np
    import pymupdf

    scale = _THUMBNAIL_DPI / 72
    matrix = pymupdf.Matrix(scale, scale)
    drawn = page.get_pixmap(matrix=matrix, colorspace=pymupdf.csGRAY, alpha=False, clip=pymupdf.Rect(box))
    if not drawn.width or not drawn.height:
        return False
    levels = np.bincount(np.frombuffer(drawn.samples, np.uint8) >> 4, minlength=_LEVELS)
    ground = np.convolve(levels, [1, 1, 1], "same").max() / levels.sum()
    return bool(PAPER <= ground < 1.0)


def _has_ink(page: Any) -> bool:
    """Whether anything is drawn on the page."""
    import pymupdf

    drawn = page.get_pixmap(matrix=pymupdf.Matrix(0.5, 0.5), colorspace=pymupdf.csGRAY, alpha=False)
    return not drawn.is_unicolor


def _covered(box: Box, others: list[Box]) -> float:
    """The share of a box that lies on others, which do not overlap."""
    return sum(_area(_overlap(box, one)) for one in others) / max(_area(box), 1e-6)


def _overlap(one: Box, other: Box) -> Box:
    """What two boxes share; without area where they share nothing."""
    x0, y0 = max(one[0], other[0]), max(one[1], other[1])
    return x0, y0, max(x0, min(one[2], other[2])), max(y0, min(one[3], other[3]))


def _moved(box: Box, right: float, down: float) -> Box:
    return box[0] + right, box[1] + down, box[2] + right, box[3] + down


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
