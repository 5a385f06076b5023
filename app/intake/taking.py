"""One file on its way into a collection. One bad file is a result, never the end of the run."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Self, TypeAlias

from docent.app.intake.reading import Readers, ReadRequest, ReadResult, workspace
from docent.ingest import IngestError, OcrMode, PasswordRequired, UnreadableFile
from docent.retrieval import Collection, DocumentNotFound, Source

Status: TypeAlias = Literal["added", "updated", "unchanged", "moved", "duplicate", "removed", "skipped", "failed"]
PageProgress = Callable[[Path, int, int], None]


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file. `reason` is a sentence where it failed or was skipped; `seconds` is wall time.

    `found` counts what reading found: see `docent.retrieval.Spooled`. `needs_password` tells that it failed for want
    of one, or of the right one.
    """

    path: str
    status: Status
    document_id: str = ""
    pages: int = 0
    chunks: int = 0
    seconds: float = 0.0
    warnings: tuple[str, ...] = ()
    reason: str = ""
    found: Mapping[str, int] = field(default_factory=dict)
    needs_password: bool = False


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """`force` reads again what is known; `progress` gets a path, pages done and pages in all, from any thread.

    `ocr` says which pages are read by OCR, if not those that the settings say.
    """

    password: str | None = field(default=None, repr=False)
    force: bool = False
    progress: PageProgress | None = None
    ocr: OcrMode | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """What reads files for a collection, into folders below `spool`; by the embedder chunks are measured."""

    pool: Readers
    spool: Path
    embedder: str
    cache_dir: Path
    ocr: OcrMode = "auto"


def is_current(collection: Collection, reader: Reader, options: SyncOptions, document_id: str) -> bool:
    """Whether reading these bytes now would find nothing else than the collection has."""
    ocr = options.ocr or reader.ocr
    return not options.force and collection.store.is_current(document_id, ocr, has_password=bool(options.password))


class Taking:
    """One file on its way in: read by any thread, then committed by the one that owns the store."""

    def __init__(
        self, collection: Collection, reader: Reader, options: SyncOptions, path: Path, source: Source,
        known: str | None = None,
    ) -> None:  # fmt: skip
        self._collection = collection
        self._reader = reader
        self._options = options
        self._path = path
        self._source = source
        self._known = known
        self._stack = ExitStack()
        self._digest = ""
        self._result: ReadResult | None = None
        self._seconds = 0.0
        self._failure = ""
        self._is_locked = False
        self._is_abandoned = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Delete what was spooled."""
        self._stack.close()

    def abandon(self) -> None:
        """Stop at the next page; nobody will commit it."""
        self._is_abandoned = True

    def read(self) -> None:
        """Read into the spool, unless the collection has these bytes. A file that cannot be read is a result."""
        started = time.perf_counter()
        try:
            self._digest = _digest_of(self._path, self._source)
            if not self._is_current():
                target = self._stack.enter_context(workspace(self._reader.spool))
                self._result = self._reader.pool.read(self._request(target), self._tick)
        except IngestError as error:
            self._failure = str(error)
            self._is_locked = isinstance(error, PasswordRequired)
        except OSError as error:
            self._failure = _not_taken(self._source, error)
        except _Abandoned:
            self.close()
        self._seconds = time.perf_counter() - started

    def commit(self) -> FileResult:
        """Put into the collection what was read."""
        started = time.perf_counter()
        seconds = round(self._seconds, 3)
        store, source = self._collection.store, self._source
        if self._failure:
            return FileResult(
                source.path, "failed", seconds=seconds, reason=self._failure, needs_password=self._is_locked
            )
        try:
            if self._result is None or self._is_current():
                store.attach(self._digest, source)
                status: Status = (
                    "unchanged" if self._digest == self._known else ("updated" if self._known else "duplicate")
                )
                return FileResult(source.path, status, self._digest, seconds=seconds)
            is_update = self._known is not None or (source.kind == "upload" and store.has_source(source))
            if self._has_changed():
                reason = f"{self._path.name} changed while it was read: run it again when nothing writes to it."
                return FileResult(source.path, "failed", seconds=seconds, reason=reason)
            spooled = self._result.spooled
            store.take(spooled.path, source, self._path, self._result.opened)
        except OSError as error:
            return FileResult(source.path, "failed", seconds=seconds, reason=_not_taken(source, error))
        except DocumentNotFound:
            reason = f"{Path(source.path).name} was removed from the collection while it was taken: add it again."
            return FileResult(source.path, "failed", seconds=seconds, reason=reason)
        seconds = round(self._seconds + time.perf_counter() - started, 3)
        status = "updated" if is_update else "added"
        return FileResult(
            source.path,
            status,
            spooled.document_id,
            spooled.pages,
            spooled.chunks,
            seconds,
            spooled.warnings,
            found=spooled.found,
        )

    def _is_current(self) -> bool:
        return is_current(self._collection, self._reader, self._options, self._digest)

    def _has_changed(self) -> bool:
        """Whether the original would be another than what was read. Nobody writes to an upload's file."""
        stat, source = self._path.stat(), self._source
        is_original = str(self._path) == source.path  # and no copy of what was there then
        return (
            source.kind == "folder"
            and is_original
            and (stat.st_mtime_ns, stat.st_size) != (source.mtime_ns, source.size)
        )

    def _request(self, target: Path) -> ReadRequest:
        return ReadRequest(
            self._path, Path(self._source.path).name, target, self._reader.embedder, self._reader.cache_dir,
            self._collection.chunk_options(), self._options.password, self._options.ocr or self._reader.ocr,
            self._digest,
        )  # fmt: skip

    def _tick(self, done: int, total: int) -> None:
        if self._is_abandoned:
            raise _Abandoned
        if self._options.progress and total:
            self._options.progress(Path(self._source.path), done, total)


class _Abandoned(Exception):
    """Raised from a progress call to leave the reading early."""


def _not_taken(source: Source, error: OSError) -> str:
    return f"{Path(source.path).name} cannot be taken ({error.strerror}): check the disk and the file."


def _digest_of(path: Path, source: Source) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        name = Path(source.path).name
        raise UnreadableFile(f"{name} cannot be read ({error.strerror}): check that it is yours to read.") from error
