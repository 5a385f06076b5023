"""Reading one file into the spool: in this process, or in one of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from docent.ingest import PDF, ChunkOptions, OcrMode, ParseOptions, Progress, Recogniser, copy_without_password, read
from docent.retrieval import Embedder, Spooled, make_embedder, spool


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """What is to be read, and how. The folder `target` exists and is this request's own."""

    path: Path
    name: str
    target: Path
    embedder: str
    cache_dir: Path
    chunks: ChunkOptions
    password: str | None = field(default=None, repr=False)
    ocr: OcrMode = "auto"


@dataclass(frozen=True, slots=True)
class ReadResult:
    """A spooled document, and the copy of its original without password where one was needed."""

    spooled: Spooled
    opened: Path | None = None


def read_file(
    request: ReadRequest, progress: Progress | None = None, recognise: Recogniser | None = None
) -> ReadResult:
    """Read a file to its end. Raises IngestError, as `docent.ingest.parse` does.

    The text of an encrypted PDF is in the collection once it was read. So a copy without encryption, and not the
    password, is what its pages are drawn from later; it is deleted with the document.
    """
    options = ParseOptions(request.password, progress, request.ocr, recognise)
    reading = read(request.path, request.name, options)
    count_tokens = _embedder(request.embedder, request.cache_dir).count_tokens
    spooled = spool(request.target / "document.db", reading, count_tokens, request.chunks)
    opened = None
    if request.password and reading.media_type == PDF:
        copied = copy_without_password(request.path, request.password, request.target / "opened.pdf")
        opened = request.target / "opened.pdf" if copied else None
    return ReadResult(spooled, opened)


@lru_cache(maxsize=4)
def _embedder(spec: str, cache_dir: Path) -> Embedder:
    """Only counts tokens here, so no weights are loaded."""
    return make_embedder(spec, cache_dir)
