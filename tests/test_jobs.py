"""The queue of uploads: what restarts, kills, stops and passwords do to it, with a thread and with a process."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pdfs import write_pdf

from docent.app import Library, Settings, open_library
from docent.app.errors import JobNotFound, JobUnderWay, TooMany
from docent.app.identity.access import Principal, acting_as
from docent.app.intake import worker_host
from docent.app.intake.job_book import KEPT, Job
from docent.app.intake.jobs import JobQueue
from docent.app.intake.work import Report, Task
from docent.app.upkeep import purge_library

LONG = 180.0  # seconds that a state may take to come on a busy machine
PASSWORD = "k3y-of-mine"


def until(found: Callable[[], Any], what: object = "") -> Any:
    """Wait for something, and give it."""
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        if value := found():
            return value
        time.sleep(0.02)
    raise AssertionError(f"it did not come: {what}")


def ended(jobs: JobQueue, job: Job) -> Job:
    until(lambda: jobs.get(job.id).ended, job)
    return jobs.get(job.id)


def in_state(jobs: JobQueue, job: Job, state: str) -> Job:
    until(lambda: jobs.get(job.id).state == state, state)
    return jobs.get(job.id)


class Uploads:
    """Files as the API leaves them in the spool."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def text(self, text: str) -> Path:
        return self._take(text.encode())

    def pdf(self, pages: list[str], password: str = "") -> Path:
        path = self._folder / "made.pdf"
        write_pdf(path, pages, **({"password": password} if password else {}))
        return self._take(path.read_bytes())

    def copy(self, path: Path) -> Path:
        return self._take(path.read_bytes())

    def _take(self, data: bytes) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"spooled-{time.monotonic_ns()}"
        path.write_bytes(data)
        return path


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    folder = tmp_path / "made"
    folder.mkdir()
    return Uploads(folder)


@pytest.fixture(params=[0, 1], ids=["thread", "process"])
def both(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    return replace(settings, reading_processes=request.param)


@pytest.fixture
def in_process(settings: Settings) -> Settings:
    return replace(settings, reading_processes=1)


@pytest.fixture
def library(both: Settings) -> Iterator[Library]:
    with open_library(both) as opened:
        yield opened


@pytest.fixture
def jobs(library: Library) -> Iterator[JobQueue]:
    made = JobQueue(library)
    made.resume()
    yield made
    made.close()


def names(library: Library) -> list[str]:
    return [one.name for one in library.documents()]


def stored(library: Library) -> list[tuple[str, str]]:
    return [(row["name"], row["state"]) for row in library.database.read("SELECT name, state FROM jobs ORDER BY place")]


def test_an_upload_is_read_and_embedded_and_leaves_nothing(library: Library, jobs: JobQueue, uploads: Uploads) -> None:
    job = jobs.submit(uploads.text("The harbour opens at seven."), "notes.txt", "default")
    done = ended(jobs, job)
    assert (done.state, done.outcome) == ("done", "added")
    assert library.search("harbour").hits[0].document.name == "notes.txt"
    assert library.collection().pending() == 0
    assert (stored(library), list(library.uploads.iterdir())) == ([], [])


def test_a_password_opens_a_locked_file_and_touches_no_disk(library: Library, jobs: JobQueue, uploads: Uploads) -> None:
    job = jobs.submit(uploads.pdf(["The secret is tea."], PASSWORD), "locked.pdf", "default")
    assert "protected by a password" in in_state(jobs, job, "locked").reason
    jobs.unlock(job.id, "wrong-" + PASSWORD)
    assert "not opened by this password" in in_state(jobs, job, "locked").reason
    jobs.unlock(job.id, PASSWORD)
    assert ended(jobs, job).state == "done"
    library.database.close()
    kept = [path for path in library.settings.data_dir.rglob("*") if path.is_file()]
    assert len(kept) > 5
    assert not [path for path in kept if PASSWORD.encode() in path.read_bytes()]
    with pytest.raises(JobUnderWay):
        jobs.unlock(job.id, PASSWORD)


def test_the_same_locked_file_asks_for_its_password_once(library: Library, jobs: JobQueue, uploads: Uploads) -> None:
    locked = uploads.pdf(["The secret is tea."], PASSWORD)
    other = uploads.pdf(["The secret is coffee, and much more of it."], PASSWORD)
    first, stays = (jobs.submit(uploads.copy(one), "locked.pdf", "default") for one in (locked, other))
    in_state(jobs, stays, "locked")
    again = jobs.submit(locked, "locked.pdf", "default")
    in_state(jobs, again, "locked")
    assert jobs.get(first.id).state == "cancelled"
    assert jobs.get(stays.id).state == "locked", "another file of this name"
    assert sorted(path.name for path in library.uploads.iterdir()) == sorted([stays.id, again.id])
    jobs.unlock(again.id, PASSWORD)
    assert ended(jobs, again).state == "done"


def test_what_failed_can_be_tried_again_or_forgotten(library: Library, jobs: JobQueue, uploads: Uploads) -> None:
    broken = [jobs.submit(uploads.text("%PDF-1.7\nnothing"), f"{name}.pdf", "default") for name in "ab"]
    for job in broken:
        failed = ended(jobs, job)
        assert (failed.state, failed.can_retry) == ("failed", True)
    assert stored(library) == [("a.pdf", "failed"), ("b.pdf", "failed")]
    version = jobs.version
    jobs.retry(broken[0].id)
    until(lambda: jobs.get(broken[0].id).state == "failed" and jobs.get(broken[0].id).version > version)
    assert jobs.cancel(broken[1].id).state == "cancelled"
    assert stored(library) == [("a.pdf", "failed")]
    assert [path.name for path in library.uploads.iterdir()] == [broken[0].id]
    with pytest.raises(JobUnderWay, match="add it again"):
        jobs.retry(broken[1].id)
    good = jobs.submit(uploads.pdf(["It is whole now."]), "a.pdf", "default")  # takes the place of the one that failed
    assert ended(jobs, good).state == "done"
    assert (stored(library), list(library.uploads.iterdir())) == ([], [])


def test_a_purge_takes_what_was_kept_to_be_tried_again(told: JobQueue, hand: Hand, uploads: Uploads) -> None:
    failed = told.submit(uploads.text("1"), "1.txt", "default")
    say(told, hand, "failed", reason="no")
    queued = told.submit(uploads.text("2"), "2.txt", "default")
    purge_library(told._library, None, 0)
    assert [path.name for path in told._library.uploads.iterdir()] == [queued.id]
    assert stored(told._library) == [("2.txt", "reading")]
    with pytest.raises(JobUnderWay, match="add it again"):
        told.retry(failed.id)


def test_a_collection_that_is_deleted_takes_its_uploads_along(
    library: Library, jobs: JobQueue, uploads: Uploads
) -> None:
    library.create_collection("other")
    job = jobs.submit(uploads.pdf(["x"], PASSWORD), "locked.pdf", "other")
    in_state(jobs, job, "locked")
    library.delete_collection("other")
    assert jobs.recent() == []
    with pytest.raises(JobNotFound):
        jobs.get(job.id)
    after = JobQueue(library)
    after.resume()
    assert list(library.uploads.iterdir()) == []
    after.close()


def test_jobs_are_shown_by_collection_and_under_its_present_name(
    library: Library, jobs: JobQueue, uploads: Uploads
) -> None:
    library.create_collection("other")
    there = ended(jobs, jobs.submit(uploads.text("one"), "one.txt", "other"))
    ended(jobs, jobs.submit(uploads.text("two"), "two.txt", "default"))
    assert [one.name for one in jobs.recent(collection=library.collection_id("other"))] == ["one.txt"]
    library.catalog.rename("other", "another")
    assert jobs.get(there.id).collection == "another"


class TestRestart:
    """What one process leaves, the next one goes on with."""

    def test_what_waits_goes_on(self, both: Settings, uploads: Uploads) -> None:
        with open_library(both) as library:
            jobs = JobQueue(library)
            locked = jobs.submit(uploads.pdf(["The secret is tea."], PASSWORD), "locked.pdf", "default")
            in_state(jobs, locked, "locked")
            many = [jobs.submit(uploads.text(f"number {n}"), f"{n}.txt", "default") for n in range(6)]
            jobs.close()
            waiting = [one for one in many if jobs.get(one.id).state == "queued"]
            assert waiting
        with open_library(both) as library:
            jobs = JobQueue(library)
            jobs.resume()
            assert next(one.name for one in jobs.recent()) == "locked.pdf"
            for one in waiting:
                assert ended(jobs, one).state == "done"
            jobs.unlock(locked.id, PASSWORD)
            assert ended(jobs, locked).state == "done"
            assert names(library) == sorted([*(f"{n}.txt" for n in range(6)), "locked.pdf"])
            assert stored(library) == []
            jobs.close()

    def test_another_process_that_lives_keeps_its_own(self, settings: Settings, uploads: Uploads) -> None:
        with open_library(settings) as first, open_library(settings) as second:
            ours, theirs = JobQueue(first), JobQueue(second)
            job = ours.submit(uploads.pdf(["x"], PASSWORD), "locked.pdf", "default")
            in_state(ours, job, "locked")
            theirs.resume()
            assert theirs.recent() == []
            assert [path.name for path in first.uploads.iterdir()] == [job.id]
            ours.close()
            first.close()
            theirs.resume()
            assert [one.id for one in theirs.recent()] == [job.id]
            theirs.close()

    def test_a_file_that_has_gone_and_one_of_nobody(self, settings: Settings, uploads: Uploads) -> None:
        with open_library(settings) as library:
            jobs = JobQueue(library)
            job = in_state(jobs, jobs.submit(uploads.pdf(["x"], PASSWORD), "locked.pdf", "default"), "locked")
            jobs.close()
            (library.uploads / job.id).unlink()
            (library.uploads / "stray").write_bytes(b"x")
            after = JobQueue(library)
            after.resume()
            assert after.get(job.id).reason == "the file of locked.pdf has gone: add it again."
            assert (stored(library), list(library.uploads.iterdir())) == ([], [])
            after.close()

    def test_old_failures_are_not_kept(self, settings: Settings, uploads: Uploads) -> None:
        with open_library(settings) as library:
            jobs = JobQueue(library)
            job = ended(jobs, jobs.submit(uploads.text("%PDF-1.7\nnothing"), "a.pdf", "default"))
            jobs.close()
            again = JobQueue(library)
            again.resume()
            assert again.get(job.id).can_retry
            again.close()
            with library.database.write() as connection:
                connection.execute("UPDATE jobs SET created = '2020-01-01T00:00:00+00:00'")
            last = JobQueue(library)
            last.resume()
            assert (last.recent(), stored(library), list(library.uploads.iterdir())) == ([], [], [])
            last.close()


class Hand:
    """Does nothing by itself: tests say what becomes of each task."""

    def __init__(self) -> None:
        self.tasks: list[Task] = []
        self.stopped: list[int] = []
        self.is_closed = False

    def start(self, task: Task) -> None:
        self.tasks.append(task)

    def stop(self, number: int) -> None:
        self.stopped.append(number)

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def told(settings: Settings, hand: Hand) -> Iterator[JobQueue]:
    """A queue whose worker is the hand."""
    with open_library(settings) as library:
        library.collection(create=True)
        jobs = JobQueue(library)
        jobs._works = hand
        yield jobs


def say(jobs: JobQueue, hand: Hand, kind: Any, **fields: Any) -> None:
    """The last task ends so."""
    jobs._take(Report(hand.tasks[-1].number, kind, **fields))


def test_one_task_at_a_time_in_turn_and_embedding_gives_way(told: JobQueue, hand: Hand, uploads: Uploads) -> None:
    first = told.submit(uploads.text("1"), "1.txt", "default")
    told.submit(uploads.text("2"), "2.txt", "default")
    assert [(one.do, one.name) for one in hand.tasks] == [("read", "1.txt")]
    say(told, hand, "progress", done=1, total=3)
    assert (told.get(first.id).done, told.get(first.id).total) == (1, 3)
    say(told, hand, "done", document_id="d", status="added")
    say(told, hand, "done", document_id="e", status="added")
    assert [one.do for one in hand.tasks] == ["read", "read", "embed"]
    say(told, hand, "progress", done=1, total=2)
    assert {one.state for one in told.recent()} == {"embedding"}
    third = told.submit(uploads.text("3"), "3.txt", "default")
    assert (hand.stopped, told.get(third.id).state) == ([hand.tasks[-1].number], "queued")
    say(told, hand, "stopped")
    say(told, hand, "done", document_id="f", status="added")
    assert [one.do for one in hand.tasks[3:]] == ["read", "embed"]
    say(told, hand, "done")
    assert {one.state for one in told.recent()} == {"done"}
    assert len(hand.tasks) == 5


def test_a_word_about_an_older_task_is_passed_over(told: JobQueue, hand: Hand, uploads: Uploads) -> None:
    job = told.submit(uploads.text("1"), "1.txt", "default")
    told._take(Report(hand.tasks[-1].number - 1, "died"))
    assert told.get(job.id).state == "reading"


def test_a_file_that_ends_the_worker_twice_fails_and_the_next_goes_on(
    told: JobQueue, hand: Hand, uploads: Uploads
) -> None:
    poison = told.submit(uploads.text("1"), "poison.txt", "default")
    told.submit(uploads.text("2"), "good.txt", "default")
    say(told, hand, "died")
    assert (told.get(poison.id).state, hand.tasks[-1].name) == ("reading", "poison.txt")
    say(told, hand, "died")
    assert "poison.txt ended the program that reads it 2 times" in told.get(poison.id).reason
    assert hand.tasks[-1].name == "good.txt"


def test_a_file_that_ends_the_whole_server_is_not_begun_for_ever(
    settings: Settings, hand: Hand, uploads: Uploads
) -> None:
    """Killed with its server, as where memory is short, it is begun twice, and no third time."""
    with open_library(settings) as library:
        for _ in range(2):
            jobs = JobQueue(library)
            jobs._works = hand
            if not hand.tasks:
                jobs.submit(uploads.text("1"), "poison.txt", "default")
            jobs.resume()
        assert [one.name for one in hand.tasks if one.do == "read"] == ["poison.txt"] * 2
        last = JobQueue(library)
        last._works = hand
        last.resume()
        (job,) = last.recent()
        assert (job.state, job.can_retry, hand.tasks[-1].do) == ("failed", True, "embed")
        assert last.retry(job.id).begun <= 1


def test_embedding_that_ends_the_worker_twice_is_given_up_and_said(
    told: JobQueue, hand: Hand, uploads: Uploads
) -> None:
    job = told.submit(uploads.text("1"), "1.txt", "default")
    say(told, hand, "done", document_id="d", status="added")
    say(told, hand, "died")
    assert hand.tasks[-1].do == "embed"
    say(told, hand, "died")
    assert "is found by words only" in told.get(job.id).reason
    assert [one.do for one in hand.tasks] == ["read", "embed", "embed"]
    other = told.submit(uploads.text("2"), "2.txt", "default")
    say(told, hand, "done", document_id="e", status="added")
    say(told, hand, "done")
    assert told.get(other.id).state == "done"


def test_calling_off_in_each_state(told: JobQueue, hand: Hand, uploads: Uploads) -> None:
    reading = told.submit(uploads.text("1"), "1.txt", "default")
    queued = told.submit(uploads.text("2"), "2.txt", "default")
    assert told.cancel(queued.id).state == "cancelled"
    assert told.cancel(reading.id).state == "cancelled"
    assert hand.stopped == [hand.tasks[-1].number]
    with pytest.raises(JobUnderWay):
        told.cancel(reading.id)
    say(told, hand, "progress", done=1, total=2)
    say(told, hand, "stopped")
    assert {one.state for one in told.recent()} == {"cancelled"}
    assert len(hand.tasks) == 1
    read = told.submit(uploads.text("3"), "3.txt", "default")
    say(told, hand, "done", document_id="d", status="added")
    for _ in range(2):  # searchable, then embedding
        with pytest.raises(JobUnderWay, match="remove the document"):
            told.cancel(read.id)
        say(told, hand, "progress", done=1, total=2)


def test_an_upload_called_off_after_its_last_page_leaves_again(library: Library, uploads: Uploads) -> None:
    jobs, begun, go_on = JobQueue(library), threading.Event(), threading.Event()
    take = jobs._take

    def late(report: Report) -> None:
        if report.kind == "done" and report.document_id:
            begun.set()
            assert go_on.wait(LONG)
        take(report)

    jobs._works._tell = late  # type: ignore[attr-defined]
    job = jobs.submit(uploads.text("The harbour opens at seven."), "notes.txt", "default")
    assert begun.wait(LONG)
    assert names(library) == ["notes.txt"]
    assert jobs.cancel(job.id).state == "cancelled"
    go_on.set()
    until(lambda: names(library) == [])
    assert library.removed() == []
    jobs.close()


def test_too_many_waiting_uploads_of_one_sender_are_refused(
    told: JobQueue, uploads: Uploads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("docent.app.intake.jobs.MOST_WAITING", 2)
    for n in range(3):  # one is being read
        told.submit(uploads.text("1"), f"{n}.txt", "default")
    with pytest.raises(TooMany, match="2 of your uploads wait"):
        told.submit(uploads.text("1"), "last.txt", "default")
    with acting_as(Principal("somebody-else", "Ada", is_admin=True)):
        told.submit(uploads.text("1"), "last.txt", "default")


def test_old_jobs_are_forgotten(told: JobQueue, hand: Hand, uploads: Uploads) -> None:
    first = told.submit(uploads.text("%"), "1.txt", "default")
    say(told, hand, "failed", reason="no")
    kept = told._book.path(first)
    assert kept.exists()
    for _ in range(KEPT):
        told.reject("x.exe", "default", "no")
    assert len(told.recent()) == KEPT
    assert not kept.exists()


class TestProcess:
    """The worker as a process."""

    @pytest.fixture
    def library(self, in_process: Settings) -> Iterator[Library]:
        with open_library(in_process) as opened:
            yield opened

    def test_a_worker_killed_in_the_middle_is_started_again(
        self, library: Library, jobs: JobQueue, uploads: Uploads, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        del monkeypatch
        pages = [f"Page {n} of a long report." for n in range(2000)]  # seconds of reading, told of every 0.1 s
        job = jobs.submit(uploads.pdf(pages), "long.pdf", "default")
        until(lambda: jobs.get(job.id).done > 3 or jobs.get(job.id).ended)
        assert jobs.get(job.id).state == "reading"
        killed = jobs._works.pid  # type: ignore[attr-defined]
        os.kill(killed, signal.SIGKILL)
        assert ended(jobs, job).state == "done"
        assert jobs._works.pid not in {None, killed}  # type: ignore[attr-defined]
        assert library.documents()[0].pages == 2000

    def test_an_idle_worker_gives_its_memory_back_and_comes_again(
        self, library: Library, jobs: JobQueue, uploads: Uploads, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(worker_host, "IDLE_SECONDS", 0.01)
        for name in ("a.txt", "b.txt"):
            assert ended(jobs, jobs.submit(uploads.text(name), name, "default")).state == "done"
            until(lambda: jobs._works.pid is None)  # type: ignore[attr-defined]
        assert names(library) == ["a.txt", "b.txt"]

    @pytest.mark.skipif(not hasattr(os, "nice"), reason="niceness is a thing of POSIX")
    def test_it_is_nice(self, jobs: JobQueue, uploads: Uploads) -> None:
        ended(jobs, jobs.submit(uploads.text("a"), "a.txt", "default"))
        pid = jobs._works.pid  # type: ignore[attr-defined]
        assert os.getpriority(os.PRIO_PROCESS, pid) >= os.getpriority(os.PRIO_PROCESS, 0) + 3
        assert os.getsid(pid) == os.getsid(0)  # else Linux would give its session as much time as ours
