"""Uploads, one after another: read, searchable at once, then embedded behind the text. A restart loses none."""

from __future__ import annotations

import logging
import threading
import uuid
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from docent.app.errors import JobNotFound, JobUnderWay, TooMany
from docent.app.identity.access import LOCAL, Role, acting_as
from docent.app.intake.job_book import Job, JobBook, JobState
from docent.app.intake.presence import is_at_work
from docent.app.intake.work import Report, Task, Worker, Works
from docent.app.intake.worker_host import WorkerHost
from docent.app.library import Library
from docent.ingest import DocentError
from docent.retrieval import sweep

log = logging.getLogger(__name__)

TRIES = 2  # of a file that ends the process which reads it, and of a collection that ends the one which embeds it
MOST_WAITING = 1000  # uploads of one sender that are not read yet
_UNEXPECTED = "{name} could not be taken because of an error in Docent: the server's log says more."
_POISON = "{name} ended the program that reads it {tries} times: it may be damaged, so split it or save it anew."
_DIED = "{name} is found by words only, since embedding it failed: the server's log says more."


class JobQueue:
    """Has one file after another read and, when none waits, vectors filled in.

    By a process of its own, or with `reading_processes` 0 by a thread of this one. All decisions are made here, under
    one lock: what is waited for is only ever the database.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._book = JobBook(library.database, library.uploads, library.announce)
        self._turn = threading.RLock()
        self._passwords: dict[str, str] = {}
        self._wanted: dict[str, None] = {}  # collections whose vectors are to be filled in, by id, in order
        self._deaths = Counter[str]()
        self._task: Task | None = None
        self._number = 0
        self._closing = False
        in_process = library.settings.reading_processes > 0
        self._works: Works = (
            WorkerHost(lambda: library.settings, self._take) if in_process else Worker(library, self._take)
        )

    @property
    def version(self) -> int:
        """Grows with every change of a job."""
        return self._book.version

    def submit(self, path: Path, name: str, collection: str, again: str = "") -> Job:
        """Queue a spooled file, which is moved away, and deleted when it has been read.

        It may be a copy of the original of the document of the id `again`, which is then read anew.
        Raises CollectionNotFound, NotSignedIn and Forbidden unless whoever is acting may add to the collection, and
        TooMany where too much of theirs waits.
        """
        self._library.collection(collection, Role.EDITOR, create=True)
        job = replace(self._new(name, collection, "queued"), document_id=again)
        with self._turn:
            waiting = [one for one in self.in_states("queued") if one.sender == job.sender]
            if len(waiting) >= MOST_WAITING:
                raise TooMany(f"{len(waiting)} of your uploads wait to be read: go on when some are.", 60)
            for old in self.in_states("failed"):
                if (old.name, old.place) == (name, job.place):
                    self._book.change(old.id, can_retry=False, state="failed")  # this one takes its place
            job = self._book.add(job, path)
            self._next()
        return job

    def reject(self, name: str, collection: str, reason: str) -> Job:
        """Record an upload that was refused before it was queued."""
        log.info("refused %s: %s", name, reason)
        with self._turn:
            return self._book.add(replace(self._new(name, collection, "failed"), reason=reason))

    def get(self, job_id: str) -> Job:
        """The job as it stands. Raises JobNotFound, also for what whoever is acting may not see."""
        found = self._book.find(job_id)
        seen = self._visible([found]) if found else []
        if not seen:
            raise JobNotFound("there is no such upload any more: look at the list of documents.")
        return seen[0]

    def recent(self, after: int = -1, collection: str | None = None) -> list[Job]:
        """Jobs that changed after a version, oldest first: those of collections that whoever is acting may add to.

        Of one collection alone, where its id is given.
        """
        return self._visible([job for job in self._book.jobs(after) if collection in {None, job.place}])

    def in_states(self, *states: JobState) -> list[Job]:
        """All jobs in one of these, whoever is acting."""
        return [job for job in self._book.jobs() if job.state in states]

    def unlock(self, job_id: str, password: str) -> Job:
        """Try a locked job with a password, which is kept until it is read, and nowhere but in memory.

        Raises JobNotFound, and JobUnderWay when it waits for none.
        """
        with self._turn:
            job = self.get(job_id)
            if job.state != "locked":
                raise JobUnderWay(f"{job.name} does not wait for a password.")
            self._passwords[job_id] = password
            return self._again(job)

    def retry(self, job_id: str) -> Job:
        """Read a file again that failed. Raises JobNotFound, and JobUnderWay where it did not or its file has gone."""
        with self._turn:
            job = self.get(job_id)
            if not job.can_retry or not self._book.path(job).exists():  # a purge takes it away
                raise JobUnderWay(f"{job.name} is not kept to be tried again: add it again.")
            return self._again(job)

    def cancel(self, job_id: str) -> Job:
        """Call off a job that is not read yet, or forget one that failed.

        Raises JobNotFound, and JobUnderWay when its document is already in.
        """
        with self._turn:
            job = self.get(job_id)
            if job.state not in {"queued", "reading", "locked", "failed"}:
                raise JobUnderWay(f"{job.name} is past cancelling: remove the document instead.")
            self._passwords.pop(job_id, None)
            if self._task and self._task.job == job_id:
                self._works.stop(self._task.number)
            return self._change(job, state="cancelled", can_retry=False)

    def close(self) -> None:
        """Stop after the present page or batch. What is not in yet goes on when a server starts on this data again."""
        with self._turn:
            self._closing = True
        self._works.close()
        with self._turn:
            self._task = None
            for job in self.in_states("reading"):
                self._change(job, state="queued", begun=max(0, job.begun - 1), done=0, total=0)

    def resume(self) -> None:
        """Go on with what an earlier run left, and delete what it left in the spool folder and the trash."""
        library = self._library
        library.announce()
        sweep(library.spool)
        library.conversations.sweep(library.settings.undo_days)
        oldest = datetime.now(UTC) - timedelta(days=library.settings.undo_days)
        with self._turn:
            self._book.adopt(partial(is_at_work, library.signs), oldest.isoformat(timespec="seconds"))
            self.fill()

    def fill(self) -> None:
        """Fill in what vectors are missing in all collections, behind the uploads that wait."""
        with self._turn:
            self._wanted.update(dict.fromkeys(one.id for one in self._library.catalog.collections()))
            self._next()

    def _new(self, name: str, collection: str, state: JobState) -> Job:
        place, who = self._library.catalog.find(collection), self._library.people.access.who()
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return Job(uuid.uuid4().hex, name, collection, state, now, place=place.id if place else "", sender=who.id)

    def _visible(self, jobs: list[Job]) -> list[Job]:
        """Those that whoever is acting may see, each under the name that its collection has now."""
        if not jobs:
            return jobs
        access = self._library.people.access
        names = {one.id: one.name for one in self._library.catalog.collections()}
        editable = {place: (access.role(place) or 0) >= Role.EDITOR for place in {job.place for job in jobs}}
        # One of no collection was refused before the first was made.
        return [
            replace(job, collection=names.get(job.place, job.collection))
            for job in jobs
            if editable[job.place] and (job.place in names or not job.place)
        ]

    def _again(self, job: Job) -> Job:
        job = self._change(job, state="queued", reason="", done=0, total=0, begun=0, can_retry=False)
        self._next()
        return job

    def _change(self, job: Job, **fields: Any) -> Job:
        return self._book.change(job.id, **fields) or job

    def _next(self) -> None:
        """Begin with what comes next, unless something is under way. What embeds gives way to what is to be read."""
        queued = self.in_states("queued")
        if self._closing or (self._task and (self._task.do == "read" or not queued)):
            return
        if self._task:
            self._works.stop(self._task.number)
        elif queued:
            self._begin_reading(queued[0])
        elif self._wanted:
            self._begin(Task(0, "embed", next(iter(self._wanted))))

    def _begin_reading(self, job: Job) -> None:
        if job.begun >= TRIES:  # it has ended a worker each time, or the whole server
            self._fail(job, _POISON.format(name=job.name, tries=TRIES))
            self._next()
            return
        password = self._passwords.get(job.id)
        job = self._change(job, state="reading", begun=job.begun + 1)
        self._begin(Task(0, "read", job.place, job.id, str(self._book.path(job)), job.name, job.document_id, password))

    def _begin(self, task: Task) -> None:
        self._number += 1
        self._task = replace(task, number=self._number)
        self._works.start(self._task)

    def _take(self, report: Report) -> None:
        """What the worker says."""
        with self._turn:
            task = self._task
            if task is None or task.number != report.number:
                return
            if report.kind == "progress":
                self._progress(task, report)
                return
            self._task = None
            if task.do == "read":
                self._read(task, report)
            else:
                self._embedded(task, report)
            self._next()

    def _progress(self, task: Task, report: Report) -> None:
        if task.do == "embed":
            self._change_all(task.collection, state="embedding", done=report.done, total=report.total)
        elif (job := self._book.find(task.job)) and job.state == "reading":
            self._change(job, done=report.done, total=report.total)

    def _read(self, task: Task, report: Report) -> None:
        """What became of a file."""
        job = self._book.find(task.job)
        if job is None or job.state == "cancelled":
            self._undo(task, report)
            return
        if report.kind in {"stopped", "died"}:
            counts = report.kind == "died" and not self._closing
            self._change(job, state="queued", done=0, total=0, begun=job.begun - (0 if counts else 1))
            return
        self._passwords.pop(job.id, None)
        if report.kind == "done":
            self._wanted = {job.place: None} | self._wanted  # before what an earlier run left
            self._change(
                job, state="searchable", done=0, total=0, document_id=report.document_id, outcome=report.status,
                warnings=report.warnings,
            )  # fmt: skip
        elif report.kind == "locked":
            for twin in self._book.locked_twins(job):
                self._change(twin, state="cancelled")
            self._change(job, state="locked", reason=report.reason, begun=0)
        else:
            broke = report.kind == "broke"
            self._fail(job, _UNEXPECTED.format(name=job.name) if broke else report.reason)

    def _fail(self, job: Job, reason: str) -> None:
        """Its file is kept to be tried again, for as long as what is removed can be restored."""
        self._passwords.pop(job.id, None)
        self._change(job, state="failed", reason=reason, can_retry=self._library.settings.undo_days > 0)

    def _undo(self, task: Task, report: Report) -> None:
        """It was called off after its last page: what it has added leaves again."""
        if report.kind == "done" and report.status == "added":
            with acting_as(LOCAL):
                try:
                    name = self._library.catalog.get(task.collection).name
                    self._library.collection(name).store.remove(report.document_id, undo=False)
                except DocentError as error:
                    log.warning("%s was called off, but is in: %s", task.name, error)

    def _embedded(self, task: Task, report: Report) -> None:
        place = task.collection
        self._deaths[place] = self._deaths[place] + 1 if report.kind == "died" else 0
        if report.kind == "stopped" or (report.kind == "died" and (self._closing or self._deaths[place] < TRIES)):
            return
        self._wanted.pop(place, None)
        if report.kind == "done":
            self._change_all(place, state="done")
            return
        log.warning("vectors cannot be filled in: %s", report.reason or report.kind)
        for job in self.in_states("searchable", "embedding"):
            if job.place == place:
                self._change(job, state="failed", reason=report.reason or _DIED.format(name=job.name))

    def _change_all(self, place: str, **fields: Any) -> None:
        for job in self.in_states("searchable", "embedding"):
            if job.place == place:
                self._change(job, **fields)
