"""How a file is to be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from docent.ingest.lines import Line

Progress: TypeAlias = Callable[[int, int], None]
"""Called with the pages done and the pages in all."""

OcrMode: TypeAlias = Literal["auto", "always", "never"]

Recogniser: TypeAlias = Callable[[Any], list[Line]]
"""From a `pymupdf.Page` to the lines seen on it, with boxes in points of the page as shown."""


@dataclass(frozen=True, slots=True)
class ParseOptions:
    """How a file is to be read.

    `password` opens encrypted files. `ocr` says which pages are read by OCR, and `recognise` by what: RapidOCR in this
    process by default. `nested` is how many mails or archives are around the file.
    """

    password: str | None = None
    progress: Progress | None = None
    ocr: OcrMode = "auto"
    recognise: Recogniser | None = None
    nested: int = 0
