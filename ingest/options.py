"""How a file is to be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from docent.ingest.ocr import Picture, Recognised

Progress: TypeAlias = Callable[[int, int], None]
"""Called with the pages done and the pages in all."""

OcrMode: TypeAlias = Literal["auto", "always", "never"]

Recogniser: TypeAlias = Callable[[Picture], Recognised]
"""From the picture of a page to the lines seen on it. Both can be sent to another process and back."""


@dataclass(frozen=True, slots=True)
class ParseOptions:
    """How a file is to be read.

    `password` opens encrypted files. `ocr` says which pages are read by OCR, and `recognise` by what: RapidOCR in this
    process by default. `nested` is how many mails or archives are around the file.
    """

    password: str | None = field(default=None, repr=False)
    progress: Progress | None = None
    ocr: OcrMode = "auto"
    recognise: Recogniser | None = None
    nested: int = 0
