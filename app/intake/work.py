"""What the queue of uploads has done: files read, vectors filled in. One task at a time, in a thread of its own."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from docent.app.identity.access import LOCAL, acting_as
from docent.app.intake.taking import SyncOptions
from docent.ingest import DocentError

if TYPE_CHECKING:
    from docent.app.library import Library

log = logging.getLogger(__name__)

PROGRESS_SECONDS = 0.1  # between two words on how far a task is
_ALL = 2**63

Kind: TypeAlias = Literal["progress", "done", "locked", "failed", "stopped", "broke", "died"]


@dataclass(frozen=True, slots=True)
class Task:
    """To `read` the file at `path` into a collection, or to `embed` what a collection lacks and tidy it.

    Numbers of tasks grow. `collection` is an id; `job` the upload's, "" for none; `again` the id of a document that is
    read anew, "" for an upload.
    """

    number: int
    do: Literal["read", "embed"]
    collection: str
    job: str = ""
    path: str = ""
    name: str = ""
    again: str = ""
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Report:
    """What a worker says of the task of this number; all but `progress` is its last word.

    `progress`: `done` of `total` pages or passages. `locked`: the file wants a password, or another one. `failed`: for
    a `reason`. `stopped`: it was told to. `broke`: an error in Docent, which was logged. `died`: the process is gone.
    `status` is what became of the file.
    """

    number: int
    kind: Kind
    done: int = 0
    total: int = 0
    document_id: str = ""
    status: str = ""
    reason: str = ""
    warnings: tuple[str, ...] = ()


class Works(Protocol):
    """Where tasks are done, here or in another process. Each call returns at once, but `close`."""

    def start(self, task: Task) -> None:
        """Begin with it; the one before has ended."""

    def stop(self, number: int) -> None:
        """Leave the tasks up to this number at the next page or batch."""

    def close(self) -> None:
        """Leave what is being done, and end."""


class Worker:
    """Does tasks in a thread of this process, and says to `tell` how they go. What it is told to do is allowed."""

    def __init__(self, library: Library, tell: Callable[[Report], None]) -> None:
        self._library = library
        self._tell = tell
        self._stopped = 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="docent-worker")

    def start(self, task: Task) -> None:
        """Begin with it; the one before has ended."""
        self._thread.submit(self._do, task).add_done_callback(partial(self._settle, task.number))

    def stop(self, number: int) -> None:
        """Leave the tasks up to this number at the next page or batch."""
        self._stopped = max(self._stopped, number)

    def close(self) -> None:
        """Leave what is being done at the next page or batch, and wait for it."""
        self._stopped = _ALL
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _do(self, task: Task) -> None:
        with acting_as(LOCAL):  # whoever asked for it was allowed to when they did
            try:
                self._tell(self._read(task) if task.do == "read" else self._embed(task))
            except _Stopped:
                self._tell(Report(task.number, "stopped"))
            except DocentError as error:
                self._tell(Report(task.number, "failed", reason=str(error)))

    def _settle(self, number: int, future: Future[None]) -> None:
        error = None if future.cancelled() else future.exception()
        if error is not None:
            log.error("a task for an upload broke", exc_info=error)
            self._tell(Report(number, "broke"))

    def _read(self, task: Task) -> Report:
        collection = self._library.catalog.get(task.collection).name
        tick = _Ticker(task.number, self._tell, lambda: self._stopped)
        options = SyncOptions(task.password, progress=lambda _, done, total: tick(done, total))
        result = self._library.add_upload(Path(task.path), task.name, options, collection, task.again)
        if result.status == "failed":
            return Report(task.number, "locked" if result.needs_password else "failed", reason=result.reason)
        self._library.collection(collection).refresh()
        return Report(
            task.number, "done", document_id=result.document_id, status=result.status, warnings=result.warnings
        )

    def _embed(self, task: Task) -> Report:
        opened = self._library.collection(self._library.catalog.get(task.collection).name)
        opened.store.sweep_trash(self._library.settings.undo_days)
        tick = _Ticker(task.number, self._tell, lambda: self._stopped)
        tick(0, opened.pending())
        opened.fill_vectors(tick)
        opened.refresh()
        return Report(task.number, "done")


class _Stopped(Exception):
    """Raised from a progress call to leave the reading or the embedding early."""


class _Ticker:
    """Says how far a task is, not too often, and leaves it where it is to be stopped."""

    def __init__(self, number: int, tell: Callable[[Report], None], stopped: Callable[[], int]) -> None:
        self._number = number
        self._tell = tell
        self._stopped = stopped
        self._told = 0.0

    def __call__(self, done: int, total: int) -> None:
        if self._number <= self._stopped():
            raise _Stopped
        moment = time.monotonic()
        if moment - self._told >= PROGRESS_SECONDS:
            self._told = moment
            self._tell(Report(self._number, "progress", done, total))


def task_to_dict(task: Task) -> dict[str, Any]:
    """As JSON for the worker's process, which its pipe alone sees: it may hold a password."""
    return asdict(task)


def report_from_dict(found: Mapping[str, Any]) -> Report:
    """What `asdict` made of one."""
    return Report(**{**found, "warnings": tuple(found["warnings"])})
