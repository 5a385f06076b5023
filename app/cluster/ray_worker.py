"""What runs on the workers of a Ray cluster: a file is read from its bytes, some chunks are embedded.

Workers see neither the folder nor the collection. What is slow to start (the reader process with its limits, the OCR
models, the weights) stays with a worker from one call to the next.
"""

from __future__ import annotations

import shutil
import socket
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from docent import __version__
from docent.app.cluster.ray_address import ClusterError
from docent.app.intake.reader_pool import ReaderLimits, ReaderPool
from docent.app.intake.reading import ReadRequest, workspace
from docent.app.settings import Settings
from docent.ingest import PARSER_VERSION, Progress
from docent.retrieval import Embedded, Embedder, Fingerprint, PassageRow, Spooled, embed_rows, make_embedder

BUILD = f"{__version__}, parser {PARSER_VERSION}"
TELL_EVERY = 1.0  # seconds
_FOLDER = "docent-ray-"
_LEFT_BEHIND = 24 * 3600.0  # seconds after which the folder of a worker that was killed is deleted


@dataclass(frozen=True, slots=True)
class ReadErrand:
    """A file to be read: the paths of `request` are the driver's, the bytes come beside it.

    `key` names the file where its progress is told; `build` is the driver's BUILD.
    """

    build: str
    key: str
    request: ReadRequest
    limits: ReaderLimits


@dataclass(frozen=True, slots=True)
class ReadThere:
    """What `spooled` describes, as bytes, and the copy without password where there is one."""

    spooled: Spooled
    document: bytes
    opened: bytes | None


@dataclass(frozen=True, slots=True)
class EmbedErrand:
    """By what chunks are embedded: the vectors must be those of the driver's embedder."""

    build: str
    spec: str
    fingerprint: Fingerprint
    cache_dir: Path


class Board:
    """An actor that keeps how far each file is, since a task can say nothing before it ends."""

    def __init__(self) -> None:
        self._pages: dict[str, tuple[int, int]] = {}

    def tell(self, key: str, done: int, total: int) -> None:
        """Pages done and pages in all."""
        self._pages[key] = done, total

    def forget(self, key: str) -> None:
        """The file is done."""
        self._pages.pop(key, None)

    def pages(self) -> dict[str, tuple[int, int]]:
        """Of all files."""
        return dict(self._pages)


def read_there(errand: ReadErrand, content: Any, board: Any) -> ReadThere:
    """Read a file from `content`, an array of bytes. Raises IngestError, OSError, and ClusterError for another build.

    `board` is the handle of a Board.
    """
    _require_build(errand.build)
    pool = _pool(errand.limits)
    with workspace(pool.folder) as folder:
        original = folder / f"original{Path(errand.request.name).suffix}"
        original.write_bytes(content)
        request = replace(errand.request, path=original, target=folder)
        result = pool.read(request, _teller(board, errand.key))
        opened = result.opened.read_bytes() if result.opened else None
        return ReadThere(result.spooled, result.spooled.path.read_bytes(), opened)


def embed_there(errand: EmbedErrand, rows: Sequence[PassageRow]) -> Embedded:
    """Embed some chunks. Raises EmbedderError, and ClusterError for another build or other weights."""
    _require_build(errand.build)
    embedder = _embedder(errand.spec, errand.cache_dir)
    here, wanted = embedder.fingerprint, errand.fingerprint
    if here != wanted:
        raise ClusterError(
            f"the Ray worker {socket.gethostname()} would embed by {here.name} {here.variant}, and the collection by"
            f" {wanted.name} {wanted.variant}: install the same packages and models on all machines."
        )
    return embed_rows(rows, embedder)


def _require_build(build: str) -> None:
    if build != BUILD:
        raise ClusterError(
            f"the Ray worker {socket.gethostname()} has Docent {BUILD}, and this machine {build}: install the same."
        )


def _teller(board: Any, key: str) -> Progress:
    told = 0.0

    def tell(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told >= TELL_EVERY:
            told = time.monotonic()
            board.tell.remote(key, done, total)

    return tell


@lru_cache(maxsize=1)
def _pool(limits: ReaderLimits) -> ReaderPool:
    """One reader process, since Ray runs one task at a time here, and one for OCR where there are scans."""
    place = Path(tempfile.gettempdir())
    for path in place.glob(f"{_FOLDER}*"):
        with suppress(OSError):  # another worker deletes it, or it is another user's
            if time.time() - path.stat().st_mtime > _LEFT_BEHIND:
                shutil.rmtree(path)
    return ReaderPool(replace(limits, processes=min(1, limits.processes)), Path(tempfile.mkdtemp(prefix=_FOLDER)))


@lru_cache(maxsize=1)
def _embedder(spec: str, cache_dir: Path) -> Embedder:
    """On one core, since Ray counts a task as one; the prepared model stands where this machine keeps such things."""
    if spec.startswith("bundled:"):
        spec += f"{'&' if '?' in spec else '?'}threads=1"
    return make_embedder(spec, cache_dir if cache_dir.is_dir() else Settings().cache_dir)
