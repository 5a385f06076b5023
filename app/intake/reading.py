"""Reading one file into the spool: in this process, in one of its own, or on another machine."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from docent.ingest import PDF, ChunkOptions, OcrMode, ParseOptions
from docent.retrieval import Embedder, Spooled, make_embedder, spool

if TYPE_CHECKING:
    from docent.ingest import Progress, Recogniser

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


class Readers(Protocol):
    """What reads files: processes of this machine (ReaderPool), or those of a cluster. Safe to use from threads."""

    @property
    def at_once(self) -> int:
        """How many files it can take at a time."""

    def read(self, request: ReadRequest, progress: Progress | None = None) -> ReadResult:
        """Read a file into its target. Raises IngestError, and stops with what `progress` raises.

        `progress` may be called with a total of 0: only to ask whether the file is still wanted.
        """


@contextmanager
def workspace(folder: Path) -> Iterator[Path]:
    """A folder below `folder` for one document's spool, deleted at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    target = Path(tempfile.mkdtemp(dir=folder, prefix="read-"))
    try:
        yield target
    finally:
        shutil.rmtree(target, ignore_errors=True)


def read_file(
    request: ReadRequest, progress: Progress | None = None, recognise: Recogniser | None = None
) -> ReadResult:
    """Read a file to its end. Raises IngestError, as `docent.ingest.parse` does.

    The text of an encrypted PDF is in the collection once it was read. So a copy without encryption, and not the
    password, is what its pages are drawn from later; it is deleted with the document.
    """
    from docent.ingest import copy_without_password, document_date, read

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
