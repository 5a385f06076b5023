"""Reading one file into the spool: in this process, or in one of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from docent.ingest import (
    PDF,
    ChunkOptions,
    OcrMode,
    ParseOptions,
    Progress,
    Recogniser,
    copy_without_password,
    document_date,
    read,
)
from docent.retrieval import Embedder, Spooled, make_embedder, spool

_PATHS = ("path", "target", "cache_dir")


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """What is to be read, and how. The folder `target` exists and is this request's own.

    `digest` is the SHA-256 of the file in hex, where it is known.
    """

    path: Path
    name: str
    target: Path
    embedder: str
    cache_dir: Path
    chunks: ChunkOptions
    password: str | None = field(default=None, repr=False)
    ocr: OcrMode = "auto"
    digest: str = ""


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
    reading = read(request.path, request.name, options, request.digest)
    count_tokens = _embedder(request.embedder, request.cache_dir).count_tokens
    dated = document_date(request.path, reading.media_type, request.password)
    spooled = spool(request.target / "document.db", reading, count_tokens, request.chunks, dated)
    opened = None
    if request.password and reading.media_type == PDF:
        copied = copy_without_password(request.path, request.password, request.target / "opened.pdf")
        opened = request.target / "opened.pdf" if copied else None
    return ReadResult(spooled, opened)


def request_to_dict(request: ReadRequest) -> dict[str, Any]:
    """As JSON for the process that reads it."""
    return {**asdict(request), **{key: str(getattr(request, key)) for key in _PATHS}}


def request_from_dict(found: Mapping[str, Any]) -> ReadRequest:
    """The request that `request_to_dict` wrote."""
    paths = {key: Path(found[key]) for key in _PATHS}
    return ReadRequest(**{**found, **paths, "chunks": ChunkOptions(**found["chunks"])})


def result_to_dict(result: ReadResult) -> dict[str, Any]:
    """As JSON for the process that asked."""
    spooled = {**asdict(result.spooled), "path": str(result.spooled.path)}
    return {"spooled": spooled, "opened": str(result.opened) if result.opened else None}


def result_from_dict(found: Mapping[str, Any]) -> ReadResult:
    """The result that `result_to_dict` wrote."""
    spooled = found["spooled"]
    opened = Path(found["opened"]) if found["opened"] else None
    about = {**spooled, "path": Path(spooled["path"]), "warnings": tuple(spooled["warnings"])}
    return ReadResult(Spooled(**about), opened)


@lru_cache(maxsize=4)
def _embedder(spec: str, cache_dir: Path) -> Embedder:
    """Only counts tokens here, so no weights are loaded."""
    return make_embedder(spec, cache_dir)
