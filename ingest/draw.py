"""A page as a picture."""

from __future__ import annotations

from pathlib import Path

from docent.ingest.errors import UnreadableFile
from docent.ingest.pdf import opened

MAX_PIXELS = 12_000_000  # a page larger than this at the zoom wanted is drawn smaller


def draw_page(path: Path, number: int, zoom: float) -> bytes:
    """PNG of physical page `number` (1-based) at 72 dpi times `zoom`. Raises UnreadableFile."""
    import pymupdf

    with opened(path) as document:
        try:
            page = document[number - 1]
            area = abs(page.rect.width * page.rect.height) or 1.0
            fitting = min(zoom, (MAX_PIXELS / area) ** 0.5)
            data: bytes = page.get_pixmap(matrix=pymupdf.Matrix(fitting, fitting), alpha=False).tobytes("png")
        except (pymupdf.mupdf.FzErrorBase, RuntimeError, ValueError, IndexError) as error:
            raise UnreadableFile(f"page {number} cannot be drawn: open the original instead.") from error
    return data
