"""Taking files in: a folder is synced, an upload is added."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from docent.app.intake.taking import FileResult, Reader, SyncOptions, Taking, is_current
from docent.ingest import SUFFIXES, UnsupportedType, media_type, walk
from docent.retrieval import Collection, Source

AHEAD = 4  # files a process that wait to be read or committed

_Under = dict[Future[None], tuple[int, Taking]]
_Placed = Generator[tuple[int, FileResult], None, None]


def sync(
    collection: Collection, reader: Reader, roots: Sequence[Path], options: SyncOptions | None = None
) -> Generator[FileResult, None, None]:
    """Make the collection agree with what is below `roots` now, one result for each file, in the order of the paths.

    A file is committed as soon as it is read; its result waits for those before it. What is gone comes last.
    A second run changes nothing. A file that is gone leaves, unless its bytes stand elsewhere or were uploaded.
    """
    options = options or SyncOptions()
    for root in roots:
        resolved = root.expanduser().resolve()
        if not resolved.exists():
            yield FileResult(str(root), "failed", reason=f"{root} does not exist: check the path.")
            continue
        yield from _Folder(collection, reader, resolved, options).sync()


def add_upload(
    collection: Collection,
    reader: Reader,
    path: Path,
    name: str,
    options: SyncOptions | None = None,
    again: str = "",
) -> FileResult:
    """Take one uploaded file. The same name with other bytes replaces the earlier upload.

    With `again`, the id of a document, `path` is a copy of its original, and it is read anew: it keeps its sources and
    tags, and the vectors of what stays. Raises DocumentNotFound where it was removed meanwhile.
    """
    options = options or SyncOptions()
    source, *others = [Source("upload", name, "", 0, path.stat().st_size)]
    if again:
        source, *others = collection.store.sources_of(again)
        options = replace(options, force=True)
    with Taking(collection, reader, options, path, source, again or None) as taking:
        taking.read()
        result = taking.commit()
    for other in others:
        collection.store.attach(again, other)
    return result


class _Folder:
    """One run over one folder or file."""

    def __init__(self, collection: Collection, reader: Reader, root: Path, options: SyncOptions) -> None:
        self._collection = collection
        self._store = collection.store
        self._reader = reader
        self._root = root
        self._options = options
        self._before = {path: pair for path, pair in self._store.sources().items() if _below(path, root)}
        self._seen: set[str] = set()

    def sync(self) -> Iterator[FileResult]:
        files = list(walk(self._root))
        self._seen.update(str(path) for path in files if self._is_taken(path))
        yield from _in_order(self._take(files))
        yield from self._let_go()

    def _is_taken(self, path: Path) -> bool:
        return path.suffix.lower() in SUFFIXES or path == self._root

    def _take(self, files: Sequence[Path]) -> _Placed:
        """Several files are read at once, and committed here as they are done, each result with the file's place."""
        workers = self._reader.pool.at_once
        with ThreadPoolExecutor(workers, thread_name_prefix="docent-read") as executor:
            reading: _Under = {}
            try:
                for place, path in enumerate(files):
                    begun = self._begin(path)
                    if isinstance(begun, FileResult):
                        yield place, begun
                        continue
                    reading[executor.submit(begun.read)] = place, begun
                    while len(reading) > AHEAD * workers:
                        yield from self._commit(reading)
                while reading:
                    yield from self._commit(reading)
            finally:
                for future, (_, taking) in reading.items():
                    if future.cancel() or future.done():
                        taking.close()
                    else:
                        taking.abandon()

    def _begin(self, path: Path) -> FileResult | Taking:
        if not self._is_taken(path):
            return FileResult(str(path), "skipped", reason=_why_skipped(path))
        try:
            stat = path.stat()
        except OSError as error:
            return FileResult(str(path), "failed", reason=f"{path.name} cannot be read ({error.strerror}).")
        source = Source("folder", str(path), str(self._root), stat.st_mtime_ns, stat.st_size)
        known = self._before.get(str(path))
        if known and is_current(self._collection, self._reader, self._options, known[1]):
            old = known[0]
            if (old.mtime_ns, old.size) == (source.mtime_ns, source.size):
                return FileResult(str(path), "unchanged", known[1])
        return Taking(self._collection, self._reader, self._options, path, source, known[1] if known else None)

    def _commit(self, reading: _Under) -> _Placed:
        """Wait for one that is read, and commit all that are."""
        done, _ = wait(reading, return_when=FIRST_COMPLETED)
        for future in [one for one in reading if one in done]:
            place, begun = reading.pop(future)
            with begun as taking:
                future.result()
                result = taking.commit()
            if result.status == "duplicate":
                others = [place for place, (_, one) in self._before.items() if one == result.document_id]
                if any(place not in self._seen and not Path(place).exists() for place in others):
                    result = replace(result, status="moved")
            yield place, result

    def _let_go(self) -> Iterator[FileResult]:
        """What is gone from the folder leaves the collection."""
        gone = [pair for path, pair in self._before.items() if path not in self._seen]
        moved = {path for path in self._seen if path not in self._before}
        still = self._store.sources()
        for source, document_id in gone:
            is_moved = any(still[path][1] == document_id for path in moved if path in still)
            self._store.detach([source])
            if source.path in still and not is_moved:  # else its new place was reported as moved
                yield FileResult(source.path, "removed", document_id)


def _in_order(results: _Placed) -> Iterator[FileResult]:
    """Results by their places 0, 1, 2, ...: one that is done early waits for those before it."""
    early: dict[int, FileResult] = {}
    following = 0
    with closing(results):
        for place, result in results:
            early[place] = result
            while following in early:
                yield early.pop(following)
                following += 1


def _why_skipped(path: Path) -> str:
    try:
        media_type(path.name, b"")
    except UnsupportedType as error:
        return str(error)
    return ""


def _below(path: str, root: Path) -> bool:
    return path == str(root) or Path(path).is_relative_to(root)


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
