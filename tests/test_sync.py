"""A folder and its collection agree after every sync, and nothing is written when nothing changed."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import BinaryIO
from zipfile import ZipFile

import pymupdf
import pytest
from pdfs import write_pdf

from docent.app import FileResult, Library, Settings, SyncOptions, open_library
from docent.app.intake.reader_pool import ReaderPool
from docent.app.intake.reading import read_file
from docent.app.intake.taking import Taking
from docent.app.terminal.text import file_lines
from docent.ingest import OcrMode


def statuses(library: Library, *roots: Path, **options: object) -> dict[str, str]:
    results = list(library.sync(list(roots), SyncOptions(**options)))  # type: ignore[arg-type]
    return {Path(result.path).name: result.status for result in results}


def test_a_second_run_changes_nothing(library: Library, docs: Path) -> None:
    assert statuses(library, docs) == {"birds.md": "added", "茶.txt": "added"}
    store = library.collection().store
    before = store.connection.execute("SELECT total_changes()").fetchone()[0]
    assert statuses(library, docs) == {"birds.md": "unchanged", "茶.txt": "unchanged"}
    assert store.connection.execute("SELECT total_changes()").fetchone()[0] == before


def test_a_changed_file_replaces_its_old_text(library: Library, docs: Path) -> None:
    statuses(library, docs)
    (docs / "茶.txt").write_text("白茶需要九十度的水。", encoding="utf-8")
    assert statuses(library, docs)["茶.txt"] == "updated"
    assert [one.name for one in library.documents()] == ["birds.md", "茶.txt"]
    assert "白茶" in library.search("白茶需要多少度的水").hits[0].chunk.text
    assert all("绿茶" not in hit.chunk.text for hit in library.search("绿茶的最佳冲泡温度").hits)


def test_a_touched_file_is_unchanged(library: Library, docs: Path) -> None:
    statuses(library, docs)
    os.utime(docs / "茶.txt", (1, 1))
    assert statuses(library, docs)["茶.txt"] == "unchanged"


def test_a_new_file_is_hashed_once(library: Library, docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed = []

    def counting(stream: BinaryIO, kind: str) -> object:
        hashed.append(Path(stream.name).name)
        return file_digest(stream, kind)

    file_digest = hashlib.file_digest
    monkeypatch.setattr(hashlib, "file_digest", counting)
    statuses(library, docs)
    assert sorted(hashed) == ["birds.md", "茶.txt"]


def test_results_come_in_the_order_of_the_paths_and_commits_as_they_can(
    settings: Settings, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed = {name: Event() for name in ("birds.md", "茶.txt")}

    class LateFirst(Taking):
        def read(self) -> None:
            super().read()
            assert self._path.name != "birds.md" or committed["茶.txt"].wait(120)

        def commit(self) -> FileResult:
            result = super().commit()
            committed[self._path.name].set()
            return result

    monkeypatch.setattr("docent.app.intake.sync.Taking", LateFirst)
    monkeypatch.setattr(ReaderPool, "read", lambda _, request, progress: read_file(request, progress))
    (docs / "cell.exe").write_bytes(b"MZ")
    with open_library(replace(settings, reading_processes=2)) as library:
        taken = statuses(library, docs)
    assert list(taken.items()) == [("birds.md", "added"), ("cell.exe", "skipped"), ("茶.txt", "added")]


def test_a_moved_file_keeps_its_document(library: Library, docs: Path) -> None:
    statuses(library, docs)
    before = {one.id for one in library.documents()}
    (docs / "below").mkdir()
    shutil.move(docs / "茶.txt", docs / "below" / "tea.txt")
    assert statuses(library, docs) == {"birds.md": "unchanged", "tea.txt": "moved"}
    assert {one.id for one in library.documents()} == before
    first = library.search("绿茶").hits[0]
    assert first.document.path.endswith("below/tea.txt")
    assert first.document.name == "tea.txt"


def test_a_copy_is_one_document_and_survives_the_loss_of_one_place(library: Library, docs: Path) -> None:
    shutil.copy(docs / "茶.txt", docs / "copy.txt")
    assert sorted(statuses(library, docs).values()) == ["added", "added", "duplicate"]
    assert len(library.documents()) == 2
    (docs / "茶.txt").unlink()
    statuses(library, docs)
    assert library.search("绿茶").hits[0].document.path.endswith("copy.txt")


def test_a_copy_says_of_what(library: Library, docs: Path) -> None:
    statuses(library, docs)
    shutil.copy(docs / "茶.txt", docs / "copy.txt")
    (copied,) = [one for one in library.sync([docs]) if one.status == "duplicate"]
    assert copied.reason == f"the same as {docs / '茶.txt'}"
    (line,) = file_lines(copied)
    assert str(line).splitlines()[1].strip() == copied.reason


def test_a_vanished_file_leaves_and_an_upload_stays(library: Library, docs: Path, tmp_path: Path) -> None:
    statuses(library, docs)
    upload = tmp_path / "spool"
    upload.write_text("海豚是哺乳动物。", encoding="utf-8")
    assert library.add_upload(upload, "海豚.txt").status == "added"
    (docs / "birds.md").unlink()
    assert statuses(library, docs) == {"茶.txt": "unchanged", "birds.md": "removed"}
    assert {one.name for one in library.documents()} == {"茶.txt", "海豚.txt"}
    assert all("swift" not in hit.chunk.text for hit in library.search("swift sleeps").hits)


def test_another_upload_of_that_name_replaces_it(library: Library, tmp_path: Path) -> None:
    upload = tmp_path / "spool"
    for text, status in (("第一版。", "added"), ("第二版。", "updated"), ("第二版。", "duplicate")):
        upload.write_text(text, encoding="utf-8")
        assert library.add_upload(upload, "版本.txt").status == status
    (one,) = library.documents()
    assert "第二版" in library.search("版").hits[0].chunk.text
    assert one.paths == ("版本.txt",)


def test_bad_files_do_not_stop_good_ones(library: Library, docs: Path) -> None:
    (docs / "empty.pdf").write_bytes(b"")
    (docs / "bad.pdf").write_bytes(b"%PDF-1.4 nothing")
    (docs / "picture.heic").write_bytes(b"x")
    write_pdf(docs / "good.pdf", ["a good page"])
    found = {Path(r.path).name: r for r in library.sync([docs, docs / "missing"])}
    assert found["good.pdf"].status == "added"
    assert found["picture.heic"].status == "skipped"
    for name in ("empty.pdf", "bad.pdf", "missing"):
        assert found[name].status == "failed"
        assert name in found[name].reason
    assert {one.name for one in library.documents()} == {"birds.md", "good.pdf", "茶.txt"}


def test_a_file_that_broke_keeps_its_last_good_reading(library: Library, docs: Path) -> None:
    path = write_pdf(docs / "report.pdf", ["营业收入一百万元。"])
    statuses(library, docs)
    path.write_bytes(b"%PDF-1.4 cut off")
    assert statuses(library, docs)["report.pdf"] == "failed"
    assert library.search("营业收入").hits[0].document.name == "report.pdf"


def test_force_reads_again(library: Library, docs: Path) -> None:
    statuses(library, docs)
    assert set(statuses(library, docs, force=True).values()) == {"updated"}
    assert len(library.documents()) == 2


def test_one_file_can_be_synced_alone(library: Library, docs: Path) -> None:
    assert statuses(library, docs / "茶.txt") == {"茶.txt": "added"}
    assert statuses(library, docs) == {"birds.md": "added", "茶.txt": "unchanged"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_an_unreadable_file_is_named(library: Library, docs: Path) -> None:
    (docs / "茶.txt").chmod(0)
    assert statuses(library, docs)["茶.txt"] == "failed"


def test_another_mode_of_ocr_reads_again_what_it_would_read_otherwise(library: Library, tmp_path: Path) -> None:
    page = write_pdf(tmp_path / "page.pdf", ["Boil the tea water"])
    scan = tmp_path / "scan.pdf"
    with pymupdf.open(page) as document, pymupdf.open() as made:
        picture = document[0].get_pixmap(dpi=150)
        made.new_page(width=595, height=842).insert_image((0, 0, 595, 842), pixmap=picture)
        made.save(scan)

    def run(ocr: OcrMode | None = None) -> list[str]:
        return [one.status for one in library.sync([scan], SyncOptions(ocr=ocr))]

    assert run("never") == ["added"]
    assert library.documents()[0].status == "empty"
    assert run("never") == ["unchanged"]
    assert run() == ["updated"]
    assert library.documents()[0].chunks == 1
    assert run() == ["unchanged"]
    assert run("always") == ["unchanged"]
    assert run("never") == ["updated"]


def test_a_password_given_later_reaches_a_file_in_an_archive(library: Library, tmp_path: Path) -> None:
    locked = write_pdf(tmp_path / "locked.pdf", ["The secret is tea."], password="1234")
    with ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(locked, "locked.pdf")
        archive.writestr("open.txt", "Coffee.")
    locked.unlink()
    [first] = library.sync([tmp_path / "all.zip"])
    assert "protected by a password" in first.warnings[0]
    [second] = library.sync([tmp_path / "all.zip"], SyncOptions(password="1234"))
    assert (second.status, second.warnings) == ("updated", ())
    assert [one.status for one in library.sync([tmp_path / "all.zip"])] == ["unchanged"]


def test_a_document_that_is_removed_while_its_copy_is_taken_does_not_end_the_run(
    library: Library, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(library.sync([docs]))
    first, *_ = sorted(docs.glob("*.md"))
    shutil.copyfile(first, docs / "copy.md")
    commit = Taking.commit

    def removed_before(self: Taking) -> FileResult:
        library.remove(first.name)
        monkeypatch.setattr(Taking, "commit", commit)
        return commit(self)

    monkeypatch.setattr(Taking, "commit", removed_before)
    found = {Path(one.path).name: one for one in library.sync([docs])}
    assert found["copy.md"].status == "failed"
    assert "was removed from the collection while it was taken" in found["copy.md"].reason
    assert {one.status for one in library.sync([docs])} >= {"added", "duplicate"}


def test_a_file_that_changes_while_it_is_read_is_not_taken_for_what_was_read(
    library: Library, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = docs / "growing.md"
    path.write_text("The heron stands.")
    commit = Taking.commit

    def changed_before(self: Taking) -> FileResult:
        if self._path == path:
            path.write_text("The heron stands. The egret flies.")
        return commit(self)

    with monkeypatch.context() as patch:
        patch.setattr(Taking, "commit", changed_before)
        (found,) = (one for one in library.sync([docs]) if one.path == str(path))
    assert (found.status, "changed while it was read" in found.reason) == ("failed", True)
    list(library.sync([docs]))
    for one in library.documents():
        original = library.collection().store.original(one.id)
        assert hashlib.sha256(original.read_bytes()).hexdigest() == one.id
