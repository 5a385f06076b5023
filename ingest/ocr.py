"""Text of scanned pages, by RapidOCR with the models in its package."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any

from docent.ingest.lines import Line

DPI = 150  # print of 10 points is read almost without error at this resolution; more only costs time
MIN_CONFIDENCE = 0.5  # RapidOCR's own text_score


@lru_cache(maxsize=1)
def _engine() -> Any:
    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return RapidOCR(params={"Global.log_level": "error", "Global.text_score": MIN_CONFIDENCE})


def read_page(page: Any) -> list[Line]:
    """The lines seen on a `pymupdf.Page`, with boxes in points. Empty when nothing is seen."""
    import numpy as np

    pixmap = page.get_pixmap(dpi=DPI, alpha=False)
    image = np.frombuffer(pixmap.samples, dtype=np.uint8).reshape(pixmap.height, pixmap.width, pixmap.n)
    result = _engine()(image[:, :, ::-1])  # RapidOCR expects BGR, as OpenCV does
    if result.boxes is None:
        return []
    scale = 72 / DPI
    lines = []
    for corners, text in zip(result.boxes, result.txts, strict=True):
        if text.strip():
            x0, y0 = corners.min(axis=0) * scale
            x1, y1 = corners.max(axis=0) * scale
            lines.append(Line(text.strip(), (float(x0), float(y0), float(x1), float(y1)), float(y1 - y0) * 0.8))
    return lines
