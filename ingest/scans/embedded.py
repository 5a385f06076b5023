"""Pictures inside documents: those that are large enough to hold text are read by OCR, where they stand."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from typing import Any

from docent.ingest.formats.unpaged import block, in_one_line
from docent.ingest.options import ParseOptions
from docent.ingest.scans import ocr
from docent.ingest.scans.pictures import MAX_PIXELS
from docent.ingest.tables.grid import baselines
from docent.ingest.types import Block, Page

MAX_READ = 60  # pictures of one document; each takes about a second
MAX_BYTES = 50_000_000  # of one picture
SHORT, AREA = 48, 40_000  # pixels of the shorter side and in all: less is an icon or a logo
SCREEN = 96.0  # dots per inch, which is what pictures in office files are made for


class EmbeddedPictures:
    """The pictures of one document. `skipped` of them were large enough and not read."""

    def __init__(self, options: ParseOptions) -> None:
        self._never = options.ocr == "never"
        self._recognise = options.recognise or ocr.recognise
        self._known: dict[bytes, str] = {}
        self._texts: set[str] = set()
        self.skipped = 0

    def block(self, data: bytes, number: int = 1) -> Block | None:
        """What is printed in a picture, its lines as a reader goes through them; None where nothing is."""
        digest = hashlib.sha256(data).digest()
        if digest not in self._known:
            picture = _opened(data) if self._worth(data) else None
            if picture is None:
                return None
            self._known[digest] = _text(self._recognise(picture))
        text = self._known[digest]
        self._texts.add(text)
        return block("text", text, number) if text else None

    def marked(self, one: Page) -> Page:
        """The page with the source of its text in its report."""
        read = sum(part.text in self._texts for part in one.blocks)
        if not read:
            return one
        return replace(one, report=replace(one.report, source="ocr" if read == len(one.blocks) else "mixed"))

    def _worth(self, data: bytes) -> bool:
        size = _size(data)
        if size is None or min(size) < SHORT or size[0] * size[1] < AREA:
            return False
        if self._never or len(self._known) >= MAX_READ or len(data) > MAX_BYTES or size[0] * size[1] > MAX_PIXELS:
            self.skipped += 1
            return False
        return True


def _size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels, without decoding; None for drawings and what is damaged."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as picture:
            return picture.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _opened(data: bytes) -> ocr.Picture | None:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as picture:
            grey = _on_white(picture).convert("L")
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        return None
    scale = min(ocr.DPI / SCREEN, ocr.MAX_SIDE / max(grey.size))
    grey = grey.resize((max(round(grey.width * scale), 1), max(round(grey.height * scale), 1)))
    return ocr.Picture(grey.width, grey.height, SCREEN * scale, grey.tobytes())


def _on_white(picture: Any) -> Any:
    from PIL import Image

    if picture.mode not in ("RGBA", "LA", "PA") and "transparency" not in picture.info:
        return picture
    clear = picture.convert("RGBA")
    white = Image.new("RGB", clear.size, "white")
    white.paste(clear, mask=clear.getchannel("A"))
    return white


def _text(read: ocr.Recognised) -> str:
    rows = (" ".join(line.text for line in row) for row in baselines(read.lines))
    return "\n".join(row for row in map(in_one_line, rows) if row)
