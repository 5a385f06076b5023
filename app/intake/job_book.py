"""Uploads as they stand. Those that a restart must not lose are kept in `DATA/docent.db`, their files in a folder."""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from filecmp import cmp
from pathlib import Path
from typing import Any, Literal, TypeAlias

from docent.app.database import Database
from docent.app.errors import CollectionNotFound
from docent.retrieval import StoreError

log = logging.getLogger(__name__)

JobState: TypeAlias = Literal["queued", "reading", "searchable", "embedding", "locked", "done", "failed", "cancelled"]
ENDED: frozenset[JobState] = frozenset({"done", "failed", "cancelled"})
KEPT = 200  # jobs that are remembered; older ones that have ended are forgotten
_LOST = "the file of {name} has gone: add it again."
# What another process left under way is begun anew.
_AFTER: dict[str, JobState] = {"reading": "queued", "embedding": "searchable"}
_STORED = ("state", "begun", "document_id", "outcome", "reason", "warnings")


@dataclass(frozen=True, slots=True)
class Job:
    """One upload as it stands. `done` of `total` counts pages while reading and passages while embedding.

    `reason` is a sentence where it failed, or is locked and waits for its password; `outcome` is the status of the file
    (added, updated, duplicate). `collection` is the name, `place` the id of where it goes; `sender` the account that
    sent it, "" without one. `begun` counts how often reading was begun and not ended. One that failed `can_retry` as
    long as its file is kept.
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
    can_retry: bool = False
    place: str = ""
    sender: str = ""
    begun: int = 0
    version: int = 0

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return self.state in ENDED


class JobBook:
    """Jobs by id, the oldest first. `sign` gives the sign of this process, see docent.app.intake.presence.

    Looking never waits for the database. Changes are made by one thread at a time.
    """

    def __init__(self, database: Database, folder: Path, sign: Callable[[], str]) -> None:
        self.version = 0
        self._database = database
        self._folder = folder
        self._sign = sign
        self._jobs: dict[str, Job] = {}
        self._guard = threading.Lock()

    def path(self, job: Job) -> Path:
        """Where its file lies, as long as it has one."""
        return self._folder / job.id

    def find(self, job_id: str) -> Job | None:
        """The job of this id."""
        with self._guard:
            return self._jobs.get(job_id)

    def jobs(self, after: int = -1) -> list[Job]:
        """Those that changed after a version."""
        with self._guard:
            return [job for job in self._jobs.values() if job.version > after]

    def locked_twins(self, job: Job) -> list[Job]:
        """What waits for a password and is the same file, sent by the same for the same place."""
        alike = [one for one in self.jobs() if one.state == "locked" and _sent(one) == _sent(job)]
        files = [(one, self.path(one)) for one in alike]
        return [one for one, file in files if file.exists() and cmp(file, self.path(job), shallow=False)]

    def add(self, job: Job, file: Path | None = None) -> Job:
        """A new one, whose file is moved here and kept until it is read. Raises CollectionNotFound."""
        for old in self._forgotten():
            self.forget(old)
        if file is not None:
            self._insert(job)
            self._folder.mkdir(parents=True, exist_ok=True)
            file.replace(self.path(job))
        return self._put(job)

    def change(self, job_id: str, **fields: Any) -> Job | None:
        """Set fields; None where it is forgotten."""
        job = self.find(job_id)
        if job is None:
            return None
        changed = self._put(replace(job, **fields))
        if set(fields) & set(_STORED):
            try:
                self._keep(changed)
            except StoreError as error:  # then a restart does again what is done
                log.warning("%s is not noted: %s", job.name, error)
        if changed.state not in {"queued", "reading", "locked"} and not changed.can_retry:
            self.path(changed).unlink(missing_ok=True)
        return changed

    def forget(self, job: Job) -> None:
        """As if it had never been."""
        with self._guard:
            self._jobs.pop(job.id, None)
        self._erase(job)
        self.path(job).unlink(missing_ok=True)

    def adopt(self, is_alive: Callable[[str], bool], oldest: str) -> None:
        """Take over what processes that are gone have left; what failed before `oldest` (ISO 8601) is deleted.

        Files of no job are deleted.
        """
        rows = self._database.read(
            "SELECT j.*, c.name AS called FROM jobs j JOIN collections c ON c.id = j.collection ORDER BY place"
        )
        own = self._sign()
        for row in rows:
            if self.find(row["id"]) is None and (row["keeper"] == own or not is_alive(row["keeper"])):
                job = self._put(_job(row))
                if job.state == "failed" and job.created < oldest:
                    self.forget(job)
                elif job.state != "searchable" and not self.path(job).exists():
                    self.change(job.id, state="failed", reason=_LOST.format(name=job.name), can_retry=False)
                else:
                    self._update(job)
        self._sweep()

    def _sweep(self) -> None:
        files = list(self._folder.glob("*"))  # before the rows: the row of a file that comes is written first
        known = {row["id"] for row in self._database.read("SELECT id FROM jobs")}
        for path in files:
            if path.name not in known:
                path.unlink(missing_ok=True)

    def _forgotten(self) -> list[Job]:
        ended = [job for job in self.jobs() if job.ended]
        return ended[: max(0, len(self.jobs()) + 1 - KEPT)]

    def _put(self, job: Job) -> Job:
        with self._guard:
            self.version += 1
            stamped = self._jobs[job.id] = replace(job, version=self.version)
            return stamped

    def _insert(self, job: Job) -> None:
        try:
            with self._database.write() as connection:
                connection.execute(
                    "INSERT INTO jobs (id, collection, sender, keeper, name, created, state, begun, document_id,"
                    " outcome, reason, warnings) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (job.id, job.place, job.sender, self._sign(), job.name, job.created, *_stored(job)),
                )
        except sqlite3.IntegrityError as error:
            raise CollectionNotFound(f"there is no collection {job.collection!r} any more.") from error

    def _keep(self, job: Job) -> None:
        if job.state in {"done", "cancelled"} or (job.state == "failed" and not job.can_retry):
            self._erase(job)
        else:
            self._update(job)

    def _update(self, job: Job) -> None:
        with self._database.write() as connection:
            connection.execute(
                "UPDATE jobs SET keeper = ?, state = ?, begun = ?, document_id = ?, outcome = ?, reason = ?,"
                " warnings = ? WHERE id = ?",
                (self._sign(), *_stored(job), job.id),
            )

    def _erase(self, job: Job) -> None:
        if job.place:
            with self._database.write() as connection:
                connection.execute("DELETE FROM jobs WHERE id = ?", (job.id,))


def forget_failed(database: Database, folder: Path) -> None:
    """Delete the files that are kept to be tried again, whichever process keeps them."""
    failed = [row["id"] for row in database.read("SELECT id FROM jobs WHERE state = 'failed'")]
    for one in failed:
        with database.write() as connection:
            connection.execute("DELETE FROM jobs WHERE id = ?", (one,))
        (folder / one).unlink(missing_ok=True)


def _stored(job: Job) -> tuple[object, ...]:
    return (
        job.state, job.begun, job.document_id, job.outcome, job.reason, json.dumps(job.warnings, ensure_ascii=False),
    )  # fmt: skip


def _job(row: sqlite3.Row) -> Job:
    state = _AFTER.get(row["state"], row["state"])
    return Job(
        row["id"], row["name"], row["called"], state, row["created"], document_id=row["document_id"],
        outcome=row["outcome"], reason=row["reason"], warnings=tuple(json.loads(row["warnings"])),
        can_retry=state == "failed", place=row["collection"], sender=row["sender"], begun=row["begun"],
    )  # fmt: skip


def _sent(job: Job) -> tuple[str, str, str]:
    return job.name, job.place, job.sender
