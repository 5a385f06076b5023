"""Uploads, one after another: read, searchable at once, then embedded behind the text."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

from docent.app.access import LOCAL, Role, acting_as
from docent.app.errors import CollectionNotFound
from docent.app.library import Library
from docent.app.taking import SyncOptions
from docent.ingest import DocentError
from docent.retrieval import sweep

log = logging.getLogger(__name__)

JobState: TypeAlias = Literal["queued", "reading", "searchable", "embedding", "locked", "done", "failed", "cancelled"]
ENDED: frozenset[JobState] = frozenset({"done", "failed", "cancelled"})
KEPT = 200  # jobs that are remembered; older ones that have ended are forgotten
_UNEXPECTED = "{name} could not be taken because of an error in Docent: the server's log says more."
_STOPPED = "the server was stopped before {name} was read: add it again."


class JobNotFound(DocentError):
    """No job has this id, or it ended long ago."""


class JobUnderWay(DocentError):
    """The job is past the point where it can be cancelled."""


@dataclass(frozen=True, slots=True)
class Job:
    """One upload as it stands. `done` of `total` counts pages while reading and passages while embedding.

    `reason` is a sentence where it failed, or is locked and waits for its password; `outcome` is the status of the file
    (added, updated, duplicate).
    """

    id: str
    name: str
    collection: str
    state: JobState
    created: str
    done: int = 0
    total: int = 0
    document_id: str = ""
    outcome: str = ""
    reason: str = ""
    warnings: tuple[str, ...] = ()
    version: int = 0

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ENDED


class _Interrupted(Exception):
    """Raised from a progress call to leave the reading or the embedding early."""


class JobQueue:
    """Takes uploads and works on them in one thread. Everything queued is read before anything is embedded."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._jobs: dict[str, Job] = {}
        self._spooled: dict[str, Path] = {}
        self._guard = threading.Lock()
        self._version = 0
        self._stopping = threading.Event()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="docent-jobs")

    def submit(self, path: Path, name: str, collection: str) -> Job:
        """Queue a spooled file; it is deleted when it has been read.

        Raises CollectionNotFound, NotSignedIn and Forbidden unless whoever is acting may add to the collection.
        """
        self._library.collection_id(collection, Role.EDITOR)
        job = self._new(name, collection, "queued")
        self._spooled[job.id] = path
        self._start(job.id, lambda: self._read(job.id))
        return job

    def reject(self, name: str, collection: str, reason: str) -> Job:
        """Record an upload that was refused before it was queued."""
        job = self._new(name, collection, "failed", reason)
        log.info("refused %s: %s", name, reason)
        return job

    def get(self, job_id: str) -> Job:
        """The job as it stands. Raises JobNotFound, also for what whoever is acting may not see."""
        with self._guard:
            found = self._jobs.get(job_id)
        if found is None or not self._visible([found]):
            raise JobNotFound("there is no such upload any more: look at the list of documents.")
        return found

    def recent(self, after: int = -1) -> list[Job]:
        """Jobs that changed after a version, oldest first: those of collections that whoever is acting may add to."""
        with self._guard:
            found = [job for job in self._jobs.values() if job.version > after]
        return self._visible(found)

    def _visible(self, jobs: list[Job]) -> list[Job]:
        access = self._library.people.access
        if not jobs or access.who().is_admin:
            return jobs
        roles = {one.name: access.role(one.id) or 0 for one in self._library.collections()}
        return [job for job in jobs if roles.get(job.collection, 0) >= Role.EDITOR]

    def unlock(self, job_id: str, password: str) -> Job:
        """Try a locked job with a password, which is kept until it is read, and nowhere but in memory.

        Raises JobNotFound, and JobUnderWay when it waits for none.
        """
        self.get(job_id)
        with self._guard:
            job = self._jobs[job_id]
            if job.state != "locked":
                raise JobUnderWay(f"{job.name} does not wait for a password.")
            job = self._put(replace(job, state="queued", reason="", done=0, total=0))
        self._start(job_id, lambda: self._read(job_id, password))
        return job

    def cancel(self, job_id: str) -> Job:
        """Call off a job that is queued or being read. Raises JobUnderWay when its document is already in."""
        job = self.get(job_id)
        with self._guard:
            job = self._jobs[job_id]
            if job.state not in {"queued", "reading", "locked"}:
                raise JobUnderWay(f"{job.name} is past cancelling: remove the document instead.")
            if job.state == "locked":
                self._discard(job_id)
            return self._put(replace(job, state="cancelled"))

    def close(self) -> None:
        """Stop after the present page or batch. What was committed stays; vectors are filled at the next upload."""
        self._stopping.set()
        self._worker.shutdown(wait=True, cancel_futures=True)
        for path in self._spooled.values():
            path.unlink(missing_ok=True)
        self._spooled.clear()

    def resume(self) -> None:
        """Fill in vectors that an earlier run left out, and delete what it left in the spool folder and the trash."""
        self._library.announce()
        sweep(self._library.spool)
        self._library.conversations.sweep(self._library.settings.undo_days)
        self.fill()

    def fill(self) -> None:
        """Fill in what vectors are missing in all collections, behind the uploads that wait."""
        self._start("", self._fill_all)

    def _fill_all(self) -> None:
        for one in self._library.collections():
            try:
                self._library.collection(one.name).store.sweep_trash(self._library.settings.undo_days)
                self._fill(one.name)
            except _Interrupted:  # an upload goes first
                if not self._stopping.is_set():
                    self.fill()
                return
            except CollectionNotFound:
                continue
            except DocentError as error:
                log.warning("vectors of %s cannot be filled in: %s", one.name, error)

    def _read(self, job_id: str, password: str | None = None) -> None:
        job = self.get(job_id)
        path = self._spooled[job_id]
        try:
            if not job.ended:
                self._change(job_id, state="reading")
                self._add(job, path, password)
        except _Interrupted:
            if not self.get(job_id).ended:
                self._change(job_id, state="failed", reason=_STOPPED.format(name=job.name))
        except DocentError as error:
            self._change(job_id, state="failed", reason=str(error))
        finally:
            if self.get(job_id).state != "locked":
                self._discard(job_id)
        if not self._waiting():
            self._embed()

    def _discard(self, job_id: str) -> None:
        path = self._spooled.pop(job_id, None)
        if path:
            path.unlink(missing_ok=True)

    def _add(self, job: Job, path: Path, password: str | None) -> None:
        def tick(_: Path, done: int, total: int) -> None:
            if self._stopping.is_set() or self.get(job.id).ended:
                raise _Interrupted
            self._change(job.id, done=done, total=total)

        result = self._library.add_upload(path, job.name, SyncOptions(password, progress=tick), job.collection)
        if result.needs_password:
            self._change(job.id, state="locked", reason=result.reason)
            return
        if result.status == "failed":
            self._change(job.id, state="failed", reason=result.reason)
            return
        self._library.collection(job.collection).refresh()
        self._change(
            job.id,
            state="searchable",
            done=0,
            total=0,
            document_id=result.document_id,
            outcome=result.status,
            warnings=result.warnings,
        )

    def _embed(self) -> None:
        """Fill in the vectors of every document that was read, and give way to a new upload between two batches."""
        for collection in dict.fromkeys(job.collection for job in self.in_states("searchable", "embedding")):
            try:
                self._fill(collection)
            except _Interrupted:
                return
            except DocentError as error:
                self._change_all(collection, state="failed", reason=str(error))
            else:
                self._change_all(collection, state="done")

    def _fill(self, collection: str) -> None:
        opened = self._library.collection(collection)
        self._change_all(collection, state="embedding", done=0, total=opened.pending())

        def tick(done: int, total: int) -> None:
            if self._stopping.is_set() or self._waiting():
                raise _Interrupted
            self._change_all(collection, done=done, total=total)

        opened.fill_vectors(tick)
        opened.refresh()

    def _start(self, job_id: str, work: Callable[[], None]) -> None:
        def settle(future: Future[None]) -> None:
            error = None if future.cancelled() else future.exception()
            if error is not None:
                log.error("the job for an upload broke", exc_info=error)
            reason = _UNEXPECTED if error else _STOPPED
            for job in self.in_states("queued", "reading", "searchable", "embedding"):
                if (job.id == job_id or job.state == "embedding") and (error or future.cancelled()):
                    self._change(job.id, state="failed", reason=reason.format(name=job.name))

        def as_nobody_else() -> None:
            with acting_as(LOCAL):  # whoever asked for it was allowed to when they did
                work()

        self._worker.submit(as_nobody_else).add_done_callback(settle)

    def _waiting(self) -> bool:
        return bool(self.in_states("queued"))

    def in_states(self, *states: JobState) -> list[Job]:
        """All jobs in one of these, whoever is acting."""
        with self._guard:
            return [job for job in self._jobs.values() if job.state in states]

    def _new(self, name: str, collection: str, state: JobState, reason: str = "") -> Job:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        job = Job(uuid.uuid4().hex, name, collection, state, now, reason=reason)
        with self._guard:
            ended = [one.id for one in self._jobs.values() if one.ended]
            for old in ended[: max(0, len(self._jobs) + 1 - KEPT)]:
                del self._jobs[old]
            return self._put(job)

    def _change(self, job_id: str, **fields: Any) -> None:
        """Set fields, unless the job was cancelled meanwhile."""
        with self._guard:
            job = self._jobs.get(job_id)
            if job is not None and job.state != "cancelled":
                self._put(replace(job, **fields))

    def _change_all(self, collection: str, **fields: Any) -> None:
        for job in self.in_states("searchable", "embedding"):
            if job.collection == collection:
                self._change(job.id, **fields)

    def _put(self, job: Job) -> Job:
        self._version += 1
        stamped = replace(job, version=self._version)
        self._jobs[job.id] = stamped
        return stamped
