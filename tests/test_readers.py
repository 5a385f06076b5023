"""Files are read in processes of their own: one that breaks costs one document."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from pdfs import write_pdf

from docent.app import Library, Settings, open_library
from docent.app.intake import reader_pool as module
from docent.app.intake.reader_pool import ReaderLimits, ReaderPool
from docent.app.intake.reading import (
    ReadRequest,
    ReadResult,
    request_from_dict,
    request_to_dict,
    result_from_dict,
    result_to_dict,
)
from docent.app.upkeep import purge_library
from docent.ingest import ChunkOptions, PasswordRequired, UnreadableFile, UnsupportedType
from docent.retrieval import Spooled

PAGES = [f"Page {number} speaks of tea." for number in range(1, 31)]


@pytest.fixture(scope="module")
def shared_pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReaderPool]:
    pool = ReaderPool(ReaderLimits(processes=2), tmp_path_factory.mktemp("pool") / "spool")
    yield pool
    pool.close()


def test_what_goes_between_the_processes_comes_out_as_it_went_in(tmp_path: Path) -> None:
    chunks = ChunkOptions(100, 200)
    request = ReadRequest(
        tmp_path / "茶.pdf", "茶.pdf", tmp_path, "hash:64", tmp_path / "cache", chunks, "pw", "off", "ab"
    )
    assert request_from_dict(json.loads(json.dumps(request_to_dict(request)))) == request
    spooled = Spooled(tmp_path / "document.db", "ab", 3, 4, ("page 1: damaged",), {"text": 3})
    for result in (ReadResult(spooled), ReadResult(spooled, tmp_path / "opened.pdf")):
        assert result_from_dict(json.loads(json.dumps(result_to_dict(result)))) == result


@pytest.fixture
def long(tmp_path: Path) -> Path:
    return write_pdf(tmp_path / "long.pdf", PAGES)


def read(pool: ReaderPool, path: Path, progress: object = None, password: str | None = None) -> ReadResult:
    target = path.parent / f"{path.stem}-{time.monotonic_ns()}"
    target.mkdir()
    request = ReadRequest(path, path.name, target, "hash:64", path.parent / "cache", ChunkOptions(), password)
    return pool.read(request, progress)  # type: ignore[arg-type]


def readers(mark: str = "reader_process") -> list[psutil.Process]:
    """The children of this process that read, zombies aside."""
    found = []
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.NoSuchProcess):
            if mark in " ".join(child.cmdline()):
                found.append(child)
    return found


def test_the_pool_reads_what_this_process_reads(shared_pool: ReaderPool, long: Path) -> None:
    told: list[tuple[int, int]] = []
    there = read(shared_pool, long, lambda done, total: told.append((done, total)))
    here = read(ReaderPool(ReaderLimits(processes=0), long.parent / "spool"), long)
    assert (there.spooled.pages, there.spooled.chunks, there.spooled.found) == (30, 30, {"text": 30})
    assert there.spooled.document_id == here.spooled.document_id
    assert told == [(number, 30) for number in range(1, 31)]


def test_errors_come_back_as_what_they_are(shared_pool: ReaderPool, tmp_path: Path) -> None:
    broken, unknown = tmp_path / "broken.pdf", tmp_path / "unknown.pdf"
    broken.write_bytes(b"%PDF-1.7 and noise")
    unknown.write_bytes(b"GIF89a")
    locked = write_pdf(tmp_path / "locked.pdf", ["secret"], password="1234")
    for path, error in {broken: UnreadableFile, unknown: UnsupportedType, locked: PasswordRequired}.items():
        with pytest.raises(error, match=path.name):
            read(shared_pool, path)


def test_a_reader_that_dies_costs_one_document(shared_pool: ReaderPool, long: Path) -> None:
    before = read(shared_pool, long)

    def kill(*_: int) -> None:
        for child in readers():
            child.kill()

    with pytest.raises(UnreadableFile, match=r"long\.pdf broke the program that reads it"):
        read(shared_pool, long, kill)
    assert read(shared_pool, long).spooled.document_id == before.spooled.document_id


def test_a_reader_that_hangs_is_given_up(long: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pool = ReaderPool(ReaderLimits(processes=1), long.parent / "spool")
    monkeypatch.setattr(module, "PAGE_SECONDS", 0.0)
    with pytest.raises(UnreadableFile, match=r"long\.pdf was given up"):
        read(pool, long)
    monkeypatch.undo()
    assert read(pool, long).spooled.pages == 30
    pool.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps the limit")
def test_a_file_that_needs_too_much_memory_is_named(tmp_path: Path) -> None:
    pool = ReaderPool(ReaderLimits(processes=1, megabytes=150), tmp_path / "spool")
    huge = tmp_path / "huge.txt"
    with huge.open("w", encoding="utf-8") as stream:
        for number in range(700_000):
            stream.write(f"{number} lines of tea and no end, which is more than this reader can hold at once.\n\n")
    with pytest.raises(UnreadableFile, match=r"huge\.txt needs more than 150 MB"):
        read(pool, huge)
    (tmp_path / "small.txt").write_text("Green tea.", encoding="utf-8")
    assert read(pool, tmp_path / "small.txt").spooled.chunks == 1
    pool.close()


def test_what_progress_raises_stops_the_reading(shared_pool: ReaderPool, long: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        read(shared_pool, long, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    assert read(shared_pool, long).spooled.pages == 30


def test_an_idle_reader_that_ended_is_replaced(shared_pool: ReaderPool, long: Path) -> None:
    read(shared_pool, long)
    for child in readers():
        child.kill()
        child.wait()
    assert read(shared_pool, long).spooled.pages == 30


def test_an_idle_reader_ends_and_leaves_no_zombie(long: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start = "from docent.app.intake import reader_process as r; r.IDLE_SECONDS = 0.1; r.main({megabytes:d})"
    monkeypatch.setattr(module, "START", start)
    pool = ReaderPool(ReaderLimits(processes=1), long.parent / "spool")
    read(pool, long)
    assert psutil.wait_procs(readers("IDLE_SECONDS"), timeout=120)[1] == []
    monkeypatch.undo()
    assert read(pool, long).spooled.pages == 30
    pool.close()


def test_readers_end_with_their_parent(tmp_path: Path) -> None:
    write_pdf(tmp_path / "long.pdf", PAGES * 40)
    script = (
        "import sys; from pathlib import Path; from docent.app import Settings, SyncOptions, open_library\n"
        "folder = Path(sys.argv[1])\n"
        "library = open_library(Settings(data_dir=folder / 'data', cache_dir=folder / 'cache', embedder='hash:64'))\n"
        "tell = lambda *_: print('reading', flush=True)\n"
        "list(library.sync([folder / 'long.pdf'], SyncOptions(progress=tell)))\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    assert parent.stdout.readline() == "reading\n"
    children = psutil.Process(parent.pid).children()
    assert children
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    assert psutil.wait_procs(children, timeout=120)[1] == []


class TestLibrary:
    @pytest.fixture
    def pooled(self, settings: Settings) -> Iterator[Library]:
        with open_library(replace(settings, reading_processes=2)) as opened:
            yield opened

    def test_several_files_at_once_and_one_of_them_bad(self, pooled: Library, tmp_path: Path) -> None:
        folder = tmp_path / "docs"
        folder.mkdir()
        for number in range(6):
            write_pdf(folder / f"{number}.pdf", [f"Letter {number} of the alphabet.", "Second page."])
        (folder / "bad.pdf").write_bytes(b"%PDF-1.7 and noise")
        (folder / "copy.pdf").write_bytes((folder / "3.pdf").read_bytes())
        found = {Path(one.path).name: one.status for one in pooled.sync([folder])}
        assert sorted(found.values()) == ["added"] * 6 + ["duplicate", "failed"]
        assert found["bad.pdf"] == "failed"
        assert {one.status for one in pooled.sync([folder])} == {"unchanged", "failed"}
        assert list(pooled.spool.iterdir()) == []

    def test_a_run_that_is_broken_off_keeps_what_was_committed(self, pooled: Library, tmp_path: Path) -> None:
        folder = tmp_path / "docs"
        folder.mkdir()
        for number in range(12):
            write_pdf(folder / f"{number}.pdf", [f"Letter {number} of the alphabet."])
        run = pooled.sync([folder])
        first = {next(run).path for _ in range(2)}
        run.close()  # type: ignore[attr-defined]
        committed = {path for one in pooled.documents() for path in one.paths}  # some whose results waited for others
        assert first <= committed
        assert list(pooled.spool.iterdir()) == []
        after = {one.path: one.status for one in pooled.sync([folder])}
        assert {path for path, status in after.items() if status == "unchanged"} == committed
        assert len(after) == 12

    def test_pages_of_a_locked_file_are_drawn_without_its_password(self, pooled: Library, tmp_path: Path) -> None:
        from docent.app import SyncOptions

        path = write_pdf(tmp_path / "locked.pdf", ["the secret is tea"], password="k3y-of-mine")
        [locked] = pooled.sync([path])
        assert (locked.status, locked.needs_password) == ("failed", True)
        [wrong] = pooled.sync([path], SyncOptions(password="no"))
        assert wrong.reason == "locked.pdf is not opened by this password: check it and try again."
        [taken] = pooled.sync([path], SyncOptions(password="k3y-of-mine"))
        assert taken.status == "added"
        assert pooled.page_image(taken.document_id, 1).startswith(b"\x89PNG")
        for file in pooled.settings.data_dir.rglob("*"):
            assert not file.is_file() or b"k3y-of-mine" not in file.read_bytes()
        originals = pooled.collection().store.originals
        pooled.remove("locked.pdf")
        assert len(list(originals.iterdir())) == 2  # kept for an undo, with the copy that needs no password
        assert not purge_library(pooled, None, 5).reasons
        assert list(originals.iterdir()) == []


def test_options_do_not_show_the_password() -> None:
    from docent.app import SyncOptions

    assert "1234" not in repr(SyncOptions(password="1234"))
