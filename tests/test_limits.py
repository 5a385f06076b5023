"""A full disk, a read-only folder and another file system: a sentence, and nothing that was committed is lost."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from contracts.store import document

from docent.app import Library, open_library
from docent.app.doctor import examine
from docent.app.upkeep import export_to, import_from, purge_library
from docent.retrieval import Source, StoreError


@pytest.fixture
def filled(library: Library, docs: Path) -> Library:
    list(library.sync([docs]))
    library.collection().fill_vectors()
    return library


def test_a_database_that_cannot_grow_loses_nothing(filled: Library, docs: Path) -> None:
    store = filled.collection().store
    pages = store.connection.execute("PRAGMA page_count").fetchone()[0]
    store.connection.execute(f"PRAGMA max_page_count = {pages}")
    before = store.documents()
    big = document("big.txt", *("a long text " * 500 + str(number) for number in range(20)))
    with pytest.raises(StoreError, match=r"library\.db is not usable .*full.*make room on the disk"):
        store.add(*big, Source("upload", "big.txt"), docs / "birds.md")
    assert store.documents() == before
    assert {path.name for path in store.originals.iterdir()} == {one.id for one in before}
    assert filled.search("绿茶").hits
    store.connection.execute("PRAGMA max_page_count = 1000000")
    store.add(*big, Source("upload", "big.txt"), docs / "birds.md")
    assert len(store.documents()) == len(before) + 1


def test_an_original_that_cannot_be_copied_leaves_nothing(
    filled: Library, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: Path, target: Path) -> None:
        Path(target).write_bytes(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    (docs / "new.txt").write_text("A new text.", encoding="utf-8")
    monkeypatch.setattr(shutil, "copyfile", full)
    (result,) = [one for one in filled.sync([docs]) if one.status == "failed"]
    assert result.reason == "new.txt cannot be taken (No space left on device): check the disk and the file."
    assert len(list(filled.collection().store.originals.iterdir())) == len(filled.documents()) == 2


def test_an_index_that_cannot_be_written_does_not_stop_answers(
    filled: Library, docs: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    filled.search("swift")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("docent.retrieval.indexes.lexical.write_watermark", full)
    monkeypatch.setattr("docent.retrieval.indexes.vectors.write_atomically", full)
    (docs / "new.txt").write_text("A walrus lies on the shore.", encoding="utf-8")
    list(filled.sync([docs]))
    assert filled.search("swift").hits
    assert "look whether the disk is full" in caplog.text
    with pytest.raises(StoreError, match="cannot be written anew"):
        purge_library(filled, None, 0)
    monkeypatch.undo()
    filled.collection().fill_vectors()
    assert filled.search("walrus").hits[0].ranks == {"lexical": 1, "dense": 1}
    assert examine(filled).findings == ()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, of 3 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=3m", "docent-test", str(place)]
    if os.geteuid() != 0 or not shutil.which("mount") or subprocess.run(command, check=False).returncode != 0:
        pytest.skip("a file system can only be mounted by root")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def run(data_dir: Path, package: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "DOCENT_EMBEDDER": "hash:64", "DOCENT_READING_PROCESSES": "1"}
    command = [sys.executable, "-m", f"docent.{package}", *map(str, arguments), "--data-dir", str(data_dir)]
    return subprocess.run(command, capture_output=True, text=True, env=env, check=False)


def is_a_sentence(text: str) -> bool:
    return "Traceback" not in text and text.strip().endswith(".")


def test_a_disk_that_fills_up(small_disk: Path, docs: Path, tmp_path: Path) -> None:
    data_dir = small_disk / "data"
    assert run(data_dir, "ingest", docs).returncode == 0
    for number in range(40):
        text = "\n\n".join(f"Paragraph {number} {part} " + "of words " * 40 for part in range(300))
        (docs / f"many{number}.txt").write_text(text, encoding="utf-8")
    done = run(data_dir, "ingest", docs)
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stdout + done.stderr
    assert "full" in done.stdout + done.stderr or "No space left" in done.stdout + done.stderr
    found = run(data_dir, "app", "search", "swift", "-k", "3")
    assert "birds.md" in found.stdout, found.stderr
    subprocess.run(["mount", "-o", "remount,size=60m", str(small_disk)], check=True)
    assert run(data_dir, "ingest", docs).returncode == 0
    assert run(data_dir, "app", "doctor", "--fix").returncode in (0, 1)  # 60 MB are few, which it says
    assert "many39.txt" in run(data_dir, "app", "documents").stdout


def test_a_read_only_data_directory_is_said(small_disk: Path, docs: Path) -> None:
    data_dir = small_disk / "data"
    run(data_dir, "ingest", docs)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    for command in (("ingest", docs), ("app", "search", "swift"), ("app", "remove", "birds.md"), ("app", "purge")):
        done = run(data_dir, *command)  # type: ignore[arg-type]
        assert done.returncode in (1, 2)
        assert is_a_sentence(done.stderr), (command, done.stderr)
        assert "writable" in done.stderr
    done = run(data_dir, "app", "doctor")
    assert done.returncode == 1
    assert "cannot be written to (Read-only file system)" in done.stdout
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert "birds.md" in run(data_dir, "app", "search", "swift").stdout


def test_data_on_another_file_system(small_disk: Path, filled: Library, docs: Path, tmp_path: Path) -> None:
    from dataclasses import replace

    export_to(filled, "default", tmp_path / "out.zip")
    with open_library(replace(filled.settings, data_dir=small_disk / "data")) as other:
        list(other.sync([docs]))
        other.collection().fill_vectors()
        import_from(other, tmp_path / "out.zip", "second")
        export_to(other, "second", tmp_path / "again.zip")
        assert purge_library(other, None, 5).reasons == ()
        assert other.search("swift", collection="second").hits
