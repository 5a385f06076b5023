"""How a file is to be read and cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from docent.ingest.scans.ocr import Picture, Recognised

PARSER_VERSION = 6  # raise it when the same bytes are read differently, so that older readings are recognised

Progress: TypeAlias = Callable[[int, int], None]
"""Called with the pages done and the pages in all."""

OcrMode: TypeAlias = Literal["auto", "always", "never"]

Recogniser: TypeAlias = "Callable[[Picture], Recognised]"
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


@dataclass(frozen=True, slots=True)
class ChunkOptions:
    """Sizes in tokens of the embedder. `limit` is never passed, `target` is where a chunk is closed.

    Defaults: e5-small reads 512 tokens with prefix and special ones; what is left above `limit` carries the
    document's name and headings. `target` was chosen by `bench/quality.py`.
    """

    target: int = 260
    limit: int = 400

    def __post_init__(self) -> None:
        if not 0 < self.target <= self.limit:
            raise ValueError(f"chunk sizes must satisfy 0 < target <= limit, got {self.target} and {self.limit}")
