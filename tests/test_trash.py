"""A removed document can be restored for a while, and until then it is nowhere to be seen."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from test_purge import SECRET, places

from docent.app import Library, Settings, open_library
from docent.app.__main__ import main
from docent.app.doctor import examine
from docent.app.upkeep import export_to, import_from, move_collection, purge_library
from docent.retrieval import DocumentNotFound, DocumentStore, HashEmbedder, StoreError, Vectors
from docent.retrieval.storage import trash

DAY = 86_400


@pytest.fixture
def filled(library: Library, docs: Path) -> Library:
    """Two documents of a folder, embedded and searched."""
    list(library.sync([docs]))
    library.collection().fill_vectors()
    library.search("swift")
    return library


@pytest.fixture
def no_embedding(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: HashEmbedder, texts: Sequence[str]) -> Vectors:
        raise AssertionError(f"embedded anew: {texts}")

    monkeypatch.setattr(HashEmbedder, "embed_passages", refuse)


def entries(library: Library) -> list[str]:
    return sorted(path.suffix for path in library.collection().store.trash.glob("*"))


def age(library: Library, days: float) -> None:
    for path in library.collection().store.trash.glob("*"):
        os.utime(path, (time.time() - days * DAY,) * 2)


def test_a_removed_document_is_nowhere_and_comes_back_whole(filled: Library, no_embedding: None) -> None:
    before = filled.documents()
    (bird,) = filled.collection().store.find("birds.md")
    pages = filled.page_reports(bird.id)
    first = filled.search("swift").hits[0]
    assert first.ranks == {"lexical": 1, "dense": 1}
    filled.remove("birds.md")
    assert [one.name for one in filled.documents()] == ["茶.txt"]
    assert all(hit.document.id != bird.id for hit in filled.search("swift").hits)
    for look in (filled.page, filled.page_image):
        with pytest.raises(DocumentNotFound):
            look(bird.id, 1)
    with pytest.raises(DocumentNotFound):
        filled.collection().store.original(bird.id)
    (gone,) = filled.removed()
    assert (gone.id, gone.name, gone.paths, gone.pages) == (bird.id, "birds.md", (bird.path,), 1)

    assert filled.restore("BIRDS.md") == ["birds.md"]
    assert filled.documents() == before
    assert filled.page_reports(bird.id) == pages
    again = filled.search("swift").hits[0]
    assert replace(again, chunk_id=first.chunk_id) == first
    assert again.chunk_id > first.chunk_id, "an id that was used again would be taken for the removed chunk"
    assert filled.collection().store.original(bird.id).is_file()
    assert (filled.removed(), entries(filled)) == ([], [])


@pytest.mark.parametrize("name", [lambda one: one.id, lambda one: one.id[:8], lambda one: one.paths[0]])
def test_it_is_restored_by_id_and_path_too(filled: Library, name: object) -> None:
    assert callable(name)
    filled.remove("birds.md")
    assert filled.restore(name(filled.removed()[0])) == ["birds.md"]


def test_what_is_not_there_cannot_be_restored(filled: Library) -> None:
    with pytest.raises(DocumentNotFound, match="look in the list of removed ones"):
        filled.restore("birds.md")
    with pytest.raises(DocumentNotFound, match="cannot be restored any more"):
        filled.collection().store.restore("0" * 64)


def test_a_synced_file_that_stands_is_taken_again_and_its_entry_is_emptied(filled: Library, docs: Path) -> None:
    filled.remove("birds.md")
    assert {one.status for one in filled.sync([docs])} == {"added", "unchanged"}
    assert (filled.removed(), entries(filled)) == ([], [])
    assert len(filled.documents()) == 2


def test_a_file_that_is_gone_from_its_folder_is_no_removal_to_undo(filled: Library, docs: Path) -> None:
    (docs / "birds.md").unlink()
    list(filled.sync([docs]))
    assert (filled.removed(), entries(filled)) == ([], [])


def test_a_restored_document_does_not_leave_because_its_file_is_gone(filled: Library, docs: Path) -> None:
    filled.remove("birds.md")
    (docs / "birds.md").unlink()
    filled.restore("birds.md")
    assert filled.collection().store.find("birds.md")[0].path == "birds.md"
    assert [one.status for one in filled.sync([docs])] == ["unchanged"]
    assert filled.search("swift").hits[0].document.name == "birds.md"


def test_a_place_that_was_taken_meanwhile_stays_taken(library: Library, tmp_path: Path) -> None:
    for text in ("The first edition is blue.", "The second edition is red."):
        (tmp_path / "file").write_text(text, encoding="utf-8")
        library.add_upload(tmp_path / "file", "report.txt")
        if library.removed() == []:
            library.remove("report.txt")
    assert library.restore("report.txt") == ["report (2).txt"]
    assert sorted(one.name for one in library.documents()) == ["report (2).txt", "report.txt"]
    assert library.search("first edition blue").hits[0].document.name == "report (2).txt"
    library.collection().store.detach([])  # drops what has no source
    assert len(library.documents()) == 2


def test_vectors_of_another_embedder_are_not_taken_for_its_own(filled: Library) -> None:
    filled.remove("birds.md")
    move_collection(filled, "hash:32")
    filled.restore("birds.md")
    assert filled.collection().pending() == 1
    filled.collection().fill_vectors()
    assert filled.search("swift").hits[0].ranks == {"lexical": 1, "dense": 1}
    assert examine(filled).is_healthy


def test_what_was_removed_long_ago_is_swept(filled: Library, docs: Path) -> None:
    filled.remove("birds.md")
    (docs / "birds.md").unlink()
    age(filled, 6.9)
    list(filled.sync([docs]))
    assert [one.name for one in filled.removed()] == ["birds.md"]
    age(filled, 7.1)
    assert filled.removed() == []
    with pytest.raises(DocumentNotFound):
        filled.restore("birds.md")
    list(filled.sync([docs]))
    store = filled.collection().store
    assert entries(filled) == []
    assert {path.name for path in store.originals.iterdir()} == {one.id for one in filled.documents()}


def test_without_days_nothing_is_kept(settings: Settings, docs: Path) -> None:
    with open_library(replace(settings, undo_days=0)) as library:
        list(library.sync([docs]))
        library.remove("birds.md")
        assert (library.removed(), entries(library)) == ([], [])
        assert len(list(library.collection().store.originals.iterdir())) == 1


def test_a_purge_leaves_no_byte_of_what_could_be_restored(library: Library, docs: Path) -> None:
    (docs / "secret.txt").write_text(SECRET, encoding="utf-8")
    list(library.sync([docs]))
    library.remove("secret.txt")
    (docs / "secret.txt").unlink()
    assert any("trash/" in one for one in places(library.settings.data_dir, SECRET))
    assert purge_library(library, None, 5).reasons == ()
    assert places(library.settings.data_dir, SECRET) == []
    assert library.removed() == []
    assert len(library.documents()) == 2


def test_an_export_does_not_hold_it(filled: Library, tmp_path: Path) -> None:
    import zipfile

    (bird,) = filled.collection().store.find("birds.md")
    filled.remove("birds.md")
    export_to(filled, "default", tmp_path / "out.zip")
    assert not [name for name in zipfile.ZipFile(tmp_path / "out.zip").namelist() if bird.id in name]
    import_from(filled, tmp_path / "out.zip", "copy")
    assert filled.removed("copy") == []


def test_a_password_is_not_asked_for_again(library: Library, tmp_path: Path) -> None:
    from pdfs import write_pdf

    from docent.app import SyncOptions

    locked = write_pdf(tmp_path / "locked.pdf", ["The secret is tea."], password="k3y")
    library.add_upload(locked, "locked.pdf", SyncOptions(password="k3y"))
    (one,) = library.documents()
    library.remove("locked.pdf")
    library.restore("locked.pdf")
    assert library.page_image(one.id, 1).startswith(b"\x89PNG")


class Killed(BaseException):
    """As far as the files are concerned, the process ends here."""


def test_a_removal_that_was_killed_half_way_changes_nothing(filled: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    before = filled.documents()

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:  # the entry is there, the row not deleted yet
        patch.setattr("docent.retrieval.storage.store.transaction", die)
        with pytest.raises(Killed):
            filled.remove("birds.md")
    assert (filled.documents(), filled.removed(), entries(filled)) == (before, [], [".db"])
    assert not examine(filled).is_healthy
    assert examine(filled, fix=True).is_healthy
    assert (filled.documents(), entries(filled)) == (before, [])


def test_a_restoration_that_was_killed_half_way_has_happened(filled: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    before = filled.documents()
    filled.remove("birds.md")
    kept = next(filled.collection().store.trash.glob("*")).read_bytes()
    filled.restore("birds.md")
    (filled.collection().store.trash / f"{before[0].id}.db").write_bytes(kept)  # it was not deleted yet
    assert (filled.documents(), filled.removed()) == (before, [])
    age(filled, 8)
    filled.collection().store.sweep_trash(7)
    assert (filled.documents(), entries(filled)) == (before, [])
    assert examine(filled).is_healthy


@pytest.mark.parametrize("fault", ["damaged", "without original", "half written"])
def test_what_cannot_be_restored_is_not_listed_and_found_by_doctor(filled: Library, fault: str) -> None:
    filled.remove("birds.md")
    store = filled.collection().store
    (entry,) = store.trash.glob("*")
    if fault == "damaged":
        entry.write_bytes(b"no database")
    elif fault == "without original":
        (store.originals / entry.stem).unlink()
    else:
        entry.rename(entry.with_name(entry.name + trash.TEMPORARY))
    assert filled.removed() == []
    with pytest.raises(DocumentNotFound):
        store.restore(entry.stem)
    assert [one.check for _, one in examine(filled).findings] == ["files"]
    assert examine(filled, fix=True).is_healthy
    assert (entries(filled), len(list(store.originals.iterdir()))) == ([], 1)


def test_a_removal_that_cannot_be_kept_does_not_happen(filled: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    def unopened(*_: object) -> None:
        raise sqlite3.OperationalError("unable to open database file")

    for owner, name, fault in ((os, "fsync", full), (trash, "_attached", unopened)):
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, fault)
            with pytest.raises(StoreError, match=r"(No space left|unable to open).*DOCENT_UNDO_DAYS=0"):
                filled.remove("birds.md")
    assert len(filled.documents()) == 2
    assert entries(filled) == []
    assert filled.remove("birds.md")  # nothing is in its way


def test_every_table_that_belongs_to_a_document_is_kept(library: Library) -> None:
    """A table that is added to the schema must be added to the trash, or an undo would lose it."""
    connection = library.collection(create=True).store.connection
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    own = {"documents"}
    for _ in tables:
        own |= {one for one in tables for row in connection.execute(f"PRAGMA foreign_key_list({one})") if row[2] in own}
    assert own == set(trash._KEPT)


def test_an_entry_of_another_version_says_what_it_lacks(filled: Library) -> None:
    filled.remove("birds.md")
    store: DocumentStore = filled.collection().store
    (entry,) = store.trash.glob("*")
    with sqlite3.connect(entry) as connection:
        connection.execute("ALTER TABLE chunks RENAME COLUMN spans TO boxes")
    connection.close()
    with pytest.raises(StoreError, match=r"cannot be restored .*add its file again"):
        filled.restore("birds.md")
    assert [one.name for one in filled.documents()] == ["茶.txt"]


def test_the_commands_remove_list_and_restore(
    filled: Library, docs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DOCENT_EMBEDDER", filled.settings.embedder)

    def run(*command: str) -> tuple[int, str, str]:
        status = main([*command, "--data-dir", str(filled.settings.data_dir)])
        return status, *capsys.readouterr()

    status, said, hints = run("remove", "birds.md")
    assert (status, said) == (0, "removed birds.md\n")
    assert f"{docs / 'birds.md'} still stands in its folder" in hints
    assert "restore DOC` undoes it for 7 days" in hints
    assert "birds.md" in run("documents", "--removed")[1]
    (gone,) = json.loads(run("documents", "--removed", "--json")[1])["removed"]
    assert (gone["name"], gone["paths"]) == ("birds.md", [str(docs / "birds.md")])
    status, said, hints = run("restore", "birds.md", "nothing.md", "--json")
    assert (status, json.loads(said)) == (1, {"restored": ["birds.md"], "missing": ["nothing.md"]})
    assert "no document called nothing.md can be restored" in hints
    assert "Nothing that was removed can be restored." in run("documents", "--removed")[1]
    (docs / "birds.md").unlink()
    assert "still stands" not in run("remove", "birds.md")[2]
    move_collection(filled, "hash:32")
    assert run("restore", "birds.md")[:2] == (0, "restored birds.md\n")
    filled.release()
    assert filled.collection().pending() == 0


def test_what_cannot_be_kept_for_an_undo_is_not_removed(filled: Library) -> None:
    trash_folder = filled.collection().store.trash
    trash_folder.write_bytes(b"a file where the folder should be")
    with pytest.raises(StoreError, match="it was not removed"):
        filled.remove("birds.md")
    assert "birds.md" in {one.name for one in filled.documents()}


def test_of_several_the_restored_are_told_beside_what_failed(
    filled: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = filled.settings
    for name in ("data_dir", "cache_dir", "embedder", "reading_processes"):
        monkeypatch.setenv(f"DOCENT_{name.upper()}", str(getattr(settings, name)))
    for one in ("birds.md", "茶.txt"):
        filled.remove(one)
    (bird,) = (one for one in filled.removed() if one.name == "birds.md")
    with closing(sqlite3.connect(filled.collection().store.trash / f"{bird.id}.db", isolation_level=None)) as entry:
        entry.execute("DROP TABLE chunks")
    assert main(["restore", "birds.md", "茶.txt", "--json"]) == 1
    out = capsys.readouterr()
    assert json.loads(out.out) == {"restored": ["茶.txt"], "missing": ["birds.md"]}
    assert "cannot be restored" in out.err


def test_as_many_are_listed_as_are_asked_for_though_some_are_damaged(filled: Library) -> None:
    for one in ("birds.md", "茶.txt"):
        filled.remove(one)
    newest, oldest = filled.removed()
    (filled.collection().store.trash / f"{newest.id}.db").write_bytes(b"damaged")
    assert filled.removed(most=1) == [oldest]
