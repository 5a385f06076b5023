"""Taking files in: a folder is synced, an upload is added. One bad file is a result, never the end of the run."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias

from docent.ingest import SUFFIXES, Document, IngestError, ParseOptions, chunk_document, parse, walk
from docent.retrieval import Collection, Source

log = logging.getLogger(__name__)

Status: TypeAlias = Literal["added", "updated", "unchanged", "moved", "duplicate", "removed", "skipped", "failed"]
PageProgress = Callable[[Path, int, int], None]


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file. `reason` is a sentence where it failed or was skipped; `seconds` is wall time."""

    path: str
    status: Status
    document_id: str = ""
    pages: int = 0
    chunks: int = 0
    seconds: float = 0.0
    warnings: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """`force` reads again what is known; `progress` gets a path, pages done and pages in all."""

    password: str | None = None
    force: bool = False
    progress: PageProgress | None = None


def sync(collection: Collection, roots: Sequence[Path], options: SyncOptions | None = None) -> Iterator[FileResult]:
    """Make the collection agree with what is below `roots` now, one result for each file.

    A second run changes nothing. A file that is gone leaves, unless its bytes stand elsewhere or were uploaded.
    """
    options = options or SyncOptions()
    for root in roots:
        resolved = root.expanduser().resolve()
        if not resolved.exists():
            yield FileResult(str(root), "failed", reason=f"{root} does not exist: check the path.")
            continue
        yield from _sync_root(collection, resolved, options)


def add_upload(collection: Collection, path: Path, name: str, options: SyncOptions | None = None) -> FileResult:
    """Take one uploaded file. The same name with other bytes replaces the earlier upload."""
    source = Source("upload", name, "", 0, path.stat().st_size)
    return _take(collection, path, source, options or SyncOptions(), known=None)


def _sync_root(collection: Collection, root: Path, options: SyncOptions) -> Iterator[FileResult]:
    before = {path: pair for path, pair in collection.store.sources().items() if _below(path, root)}
    seen: set[str] = set()
    for path in walk(root):
        if path.suffix.lower() not in SUFFIXES and path != root:
            yield FileResult(str(path), "skipped", reason=f"files of the kind {path.suffix or path.name} are not read")
            continue
        seen.add(str(path))
        yield _take_path(collection, path, root, options, before, seen)
    gone = [(source, document_id) for path, (source, document_id) in before.items() if path not in seen]
    moved = {path for path in seen if path not in before}
    still = collection.store.sources()
    for source, document_id in gone:
        if source.path not in still or any(still[path][1] == document_id for path in moved if path in still):
            collection.store.detach([source])  # its new place was reported as moved
            continue
        collection.store.detach([source])
        yield FileResult(source.path, "removed", document_id)


def _below(path: str, root: Path) -> bool:
    return path == str(root) or Path(path).is_relative_to(root)


def _take_path(
    collection: Collection,
    path: Path,
    root: Path,
    options: SyncOptions,
    before: dict[str, tuple[Source, str]],
    seen: set[str],
) -> FileResult:
    try:
        stat = path.stat()
    except OSError as error:
        return FileResult(str(path), "failed", reason=f"{path.name} cannot be read ({error.strerror}).")
    source = Source("folder", str(path), str(root), stat.st_mtime_ns, stat.st_size)
    known = before.get(str(path))
    if known and not options.force and collection.store.is_current(known[1]):
        old = known[0]
        if (old.mtime_ns, old.size) == (source.mtime_ns, source.size):
            return FileResult(str(path), "unchanged", known[1])
    result = _take(collection, path, source, options, known[1] if known else None)
    if result.status == "duplicate":
        others = [place for place, (_, one) in before.items() if one == result.document_id]
        if any(place not in seen and not Path(place).exists() for place in others):
            return replace(result, status="moved")
    return result


def _take(collection: Collection, path: Path, source: Source, options: SyncOptions, known: str | None) -> FileResult:
    started = time.perf_counter()
    try:
        digest = _digest(path, source)
        if collection.store.is_current(digest) and not options.force:
            collection.store.attach(digest, source)
            status: Status = "unchanged" if digest == known else ("updated" if known else "duplicate")
            return FileResult(source.path, status, digest, seconds=_since(started))
        document = _parse(path, source, options)
        chunks = chunk_document(document, collection.embedder.count_tokens, collection.chunk_options())
        replaced = known is not None or (source.kind == "upload" and collection.store.has_source(source))
        collection.store.add(document, chunks, source, path)
    except IngestError as error:
        return FileResult(source.path, "failed", seconds=_since(started), reason=str(error))
    except OSError as error:
        reason = f"{Path(source.path).name} cannot be taken ({error.strerror}): check the disk and the file."
        return FileResult(source.path, "failed", seconds=_since(started), reason=reason)
    warnings = _warnings(document, len(chunks))
    status = "updated" if replaced else "added"
    return FileResult(source.path, status, document.id, len(document.pages), len(chunks), _since(started), warnings)


def _parse(path: Path, source: Source, options: SyncOptions) -> Document:
    tick = options.progress
    shown = Path(source.path)
    progress = (lambda done, total: tick(shown, done, total)) if tick else None
    return parse(path, shown.name, ParseOptions(options.password, progress))


def _digest(path: Path, source: Source) -> str:
    from docent.ingest import UnreadableFile

    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        name = Path(source.path).name
        raise UnreadableFile(f"{name} cannot be read ({error.strerror}): check that it is yours to read.") from error


def _warnings(document: Document, chunks: int) -> tuple[str, ...]:
    found = [f"page {page.number}: {warning}" for page in document.pages for warning in page.report.warnings]
    if not chunks:
        found.insert(0, "nothing to search: no text was found")
    return tuple(found)


def _since(started: float) -> float:
    return round(time.perf_counter() - started, 3)


def count(results: Iterable[FileResult]) -> dict[str, int]:
    """How many results there are of each status, those that occur."""
    found: dict[str, int] = {}
    for result in results:
        found[result.status] = found.get(result.status, 0) + 1
    return found


def summarise(results: Sequence[FileResult], seconds: float) -> dict[str, float]:
    """Counts of every status, pages read, and pages a second over the whole run."""
    pages = sum(result.pages for result in results)
    every = dict.fromkeys(("added", "updated", "unchanged", "moved", "duplicate", "removed", "skipped", "failed"), 0)
    rate = round(pages / seconds, 2) if seconds else 0.0
    return {**every, **count(results), "pages": pages, "seconds": round(seconds, 3), "pages_per_second": rate}
