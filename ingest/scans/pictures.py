"""Pictures as pages of a PDF that is made in memory: one reader, one way to draw."""

from __future__ import annotations

import io
from typing import Any

from docent.ingest.errors import UnreadableFile

MAX_PIXELS = 150_000_000  # more is a bomb or a map, and would need half a gigabyte
MAX_SIDE = 3000  # pixels that are kept; OCR looks at 2,000
POINTS = 0.48  # of a pixel: at the 150 dpi of OCR each is seen once
LONGEST = 960.0  # points of a page: 2,000 pixels for OCR


def picture_pdf(data: bytes, name: str) -> bytes:
    """A PDF with a page for each picture of the file, upright. Raises UnreadableFile."""
    import pymupdf
    from PIL import Image, ImageSequence

    try:
        with Image.open(io.BytesIO(data)) as picture, pymupdf.open() as document:
            for frame in ImageSequence.Iterator(picture):
                if frame.width * frame.height > MAX_PIXELS:
                    raise UnreadableFile(f"{name} has {frame.width} × {frame.height} pixels: save it smaller.")
                _add_page(document, frame)
            made: bytes = document.tobytes()
    except (OSError, ValueError, SyntaxError, EOFError, RuntimeError, Image.DecompressionBombError) as error:
        raise UnreadableFile(f"{name} is damaged and cannot be opened as a picture: try to save it anew.") from error
    return made


def _add_page(document: Any, frame: Any) -> None:
    from PIL import Image, ImageOps

    frame.draft("RGB", (MAX_SIDE, MAX_SIDE))
    upright = ImageOps.exif_transpose(frame)
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        clear = upright.convert("RGBA")
        upright = Image.new("RGB", clear.size, "white")
        upright.paste(clear, mask=clear.getchannel("A"))
    elif upright.mode not in ("1", "L", "RGB"):
        upright = upright.convert("RGB")
    width, height = upright.size
    upright.thumbnail((MAX_SIDE, MAX_SIDE))
    scale = min(POINTS, LONGEST / max(width, height))
    stream = io.BytesIO()
    if upright.mode == "RGB":
        upright.save(stream, "JPEG", quality=92)
    else:
        upright.save(stream, "PNG")
    page = document.new_page(width=max(width * scale, 1), height=max(height * scale, 1))
    page.insert_image(page.rect, stream=stream.getvalue())
