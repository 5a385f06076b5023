"""Text of scanned pages, by RapidOCR with the models in its package.

A page is drawn where its document is open, and the picture is read elsewhere if one likes: nothing of MuPDF is in it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from docent.ingest.lines import Line

DPI = 150  # print of 10 points is read almost without error at this resolution; more only costs time
MAX_SIDE = 2000  # pixels: RapidOCR's own max_side_len; larger pages are drawn at less than DPI
MIN_CONFIDENCE = 0.5  # RapidOCR's own text_score


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as shown, in grey: `pixels` holds rows from the top, a byte a pixel, 255 for white."""

    width: int
    height: int
    dpi: float
    pixels: bytes


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was read from a picture that was set upright by `turn` quarter turns clockwise.

    The boxes of `lines` are points from the top left of the upright picture. `confidence` is the mean over characters,
    from 0 to 1; 0 when nothing is seen.
    """

    lines: tuple[Line, ...]
    turn: int = 0
    confidence: float = 0.0


def render(page: Any) -> Picture:
    """A `pymupdf.Page` as shown, at DPI or as much less as MAX_SIDE asks. Raises what MuPDF raises."""
    import pymupdf

    dpi = min(float(DPI), 72 * MAX_SIDE / max(page.rect.width, page.rect.height, 1.0))
    matrix = pymupdf.Matrix(dpi / 72, dpi / 72)
    pixmap = page.get_pixmap(matrix=matrix, colorspace=pymupdf.csGRAY, alpha=False)
    return Picture(pixmap.width, pixmap.height, dpi, bytes(pixmap.samples))


@lru_cache(maxsize=1)
def _engine() -> Any:
    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return RapidOCR(params={"Global.log_level": "error", "Global.text_score": MIN_CONFIDENCE})


def recognise(picture: Picture) -> Recognised:
    """The lines seen on a picture. Empty when nothing is seen."""
    import numpy as np

    image = np.frombuffer(picture.pixels, dtype=np.uint8).reshape(picture.height, picture.width)
    result = _engine()(image)
    if result.boxes is None:
        return Recognised(())
    scale = 72 / picture.dpi
    lines = []
    for corners, text in zip(result.boxes, result.txts, strict=True):
        if text.strip():
            x0, y0 = corners.min(axis=0) * scale
            x1, y1 = corners.max(axis=0) * scale
            lines.append(Line(text.strip(), (float(x0), float(y0), float(x1), float(y1)), float(y1 - y0) * 0.8))
    return Recognised(tuple(lines), 0, float(np.mean(result.scores)))
