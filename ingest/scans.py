"""Which pages are read by OCR: those without usable text, and those with text in pictures beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from docent.ingest import ocr
from docent.ingest.lines import Line
from docent.ingest.options import OcrMode, Recogniser
from docent.ingest.types import PageSource

_UNREADABLE = re.compile(r"[\ufffd\ue000-\uf8ff\x00-\x08]")
MAX_UNREADABLE = 0.3  # share of characters without a meaning from which a page is read by OCR instead
MIN_IMAGE_SHARE = 0.3  # of the page's area: less is a logo, not a scan


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of a page's lines: those of its text layer, or of its picture.

    Boxes are points of the page after `turn` quarter turns clockwise, which set it upright.
    """

    lines: list[Line]
    source: PageSource
    warnings: tuple[str, ...] = ()
    turn: int = 0


def looked_at(page: Any, lines: list[Line], mode: OcrMode, recognise: Recogniser) -> Seen:
    """The lines of a `pymupdf.Page` whose text layer has `lines`, read by OCR if need be."""
    garbled = _is_garbled(lines)
    if mode == "never":
        return Seen([] if garbled else lines, "text" if lines and not garbled else "none")
    if lines and not garbled:
        return Seen(lines, "text")
    if not lines and not _is_picture(page):
        return Seen([], "none")
    read = recognise(ocr.render(page))
    found = list(read.lines)
    if garbled:
        return Seen(found, "ocr" if found else "none", ("the text layer is unreadable, so the page was read by OCR",))
    if found:
        return Seen(found, "ocr", ("a scan, read by OCR",))
    return Seen([], "none", ("a picture in which no text was found",))


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
