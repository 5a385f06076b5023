"""Reading and embedding on a Ray cluster, as the processes of one machine do it; this process alone writes."""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from docent.app.cluster.ray_cluster import Call, RayCluster, WorkerLost
from docent.app.cluster.ray_worker import BUILD, EmbedErrand, ReadErrand, ReadThere, embed_there, read_there
from docent.app.intake.reader_pool import ReaderDied, ReaderLimits
from docent.app.intake.reading import ReadRequest, ReadResult
from docent.app.settings import Settings
from docent.ingest import Progress, UnreadableFile
from docent.retrieval import Collection, Elsewhere, Embedded, PassageRow

AHEAD = 2  # calls in flight for each core, so that none waits for the next one
LEAST, MOST = 16, 512  # calls in flight: a cluster that grows must see that work waits; each file is a thread here


class RayWorkers:
    """What a run of `ingest --ray` has of the cluster. Use it in a `with`. Raises ClusterError where there is none."""

    def __init__(self, address: str, settings: Settings) -> None:
        self._cluster = RayCluster(address)
        self._cache_dir = settings.cache_dir
        limits = ReaderLimits(settings.reading_processes, settings.reading_seconds, settings.reading_megabytes)
        self.readers = RayReaders(self._cluster, limits)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._cluster.close()

    def embedding(self, collection: Collection) -> Elsewhere | None:
        """What embeds the chunks of a collection there; None for a model that is a server, which is asked from here."""
        if collection.spec.startswith("openai:"):
            return None
        errand = EmbedErrand(BUILD, collection.spec, collection.embedder.fingerprint, self._cache_dir)
        return RayEmbedding(self._cluster, errand)


class RayReaders:
    """Files are read on the cluster; see `docent.app.intake.reading.Readers`."""

    def __init__(self, cluster: RayCluster, limits: ReaderLimits) -> None:
        self._cluster = cluster
        self._limits = limits
        self.at_once = _in_flight(cluster.cpus)

    def read(self, request: ReadRequest, progress: Progress | None = None) -> ReadResult:
        """Read a file there, and put what was read into its target. Raises IngestError, OSError and ClusterError."""
        content = self._cluster.put(request.path)
        errand = ReadErrand(BUILD, uuid.uuid4().hex, request, self._limits)

        def ask() -> None:
            if progress:
                progress(*self._cluster.pages(errand.key))

        try:
            found = self._found(errand, content, ask)
        except ReaderDied:  # it may have been ended with its machine, and not by the file
            found = self._found(errand, content, ask)
        if progress:
            progress(found.spooled.pages, found.spooled.pages)
        return _kept(found, request.target)

    def _found(self, errand: ReadErrand, content: Any, ask: Callable[[], None]) -> ReadThere:
        call = self._cluster.call(read_there, errand, content, self._cluster.board)
        try:
            found: ReadThere = call.result(ask)
        except WorkerLost as error:
            raise UnreadableFile(
                f"{errand.request.name} broke the Ray workers that read it: it may be damaged, or they lack memory."
            ) from error
        finally:
            call.cancel()
            self._cluster.forget(errand.key)
        return found


class RayEmbedding:
    """Embeds batch after batch on the cluster, on GPUs if it has any and the model can use them."""

    def __init__(self, cluster: RayCluster, errand: EmbedErrand) -> None:
        self._cluster = cluster
        self._errand = errand
        self._gpus = min(1, cluster.gpus) if errand.spec.startswith("st:") else 0
        self.at_once = _in_flight(cluster.gpus if self._gpus else cluster.cpus)

    def __call__(self, batches: Iterator[Sequence[PassageRow]]) -> Generator[Embedded, None, None]:
        """What `docent.retrieval.embed_rows` gives for each, in their order. Raises EmbedderError and ClusterError."""
        calls: deque[Call] = deque()
        try:
            for rows in batches:
                calls.append(self._cluster.call(embed_there, self._errand, rows, gpus=self._gpus))
                if len(calls) >= self.at_once:
                    yield calls[0].result()
                    calls.popleft()
            while calls:
                yield calls[0].result()
                calls.popleft()
        finally:
            for call in calls:
                call.cancel()


def _in_flight(cores: int) -> int:
    return min(MOST, max(LEAST, AHEAD * cores))


def _kept(found: ReadThere, target: Path) -> ReadResult:
    spooled = replace(found.spooled, path=target / "document.db")
    spooled.path.write_bytes(found.document)
    opened = None
    if found.opened is not None:
        opened = target / "opened.pdf"
        opened.write_bytes(found.opened)
    return ReadResult(spooled, opened)
