"""One file that holds everything, taken while others work, and taken back whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from docent.app import Library, Settings, ask_in, open_library, start_conversation
from docent.app.backup import back_up
from docent.app.doctor import examine
from docent.app.identity.access import Role
from docent.app.restoring import is_backup, restore_backup
from docent.llm import fold_events
from docent.retrieval import StoreError

QUESTION = "绿茶的最佳冲泡温度是多少？"
PASSWORD = "correct horse battery"


@pytest.fixture
def filled(library: Library, docs: Path) -> Library:
    """Two collections, an account with a key, a conversation, tags, and a document that was removed lately."""
    list(library.sync([docs]))
    library.collection().fill_vectors()
    library.create_collection("second")
    (docs / "old.txt").write_text("Something that was removed lately.", encoding="utf-8")
    library.add_upload(docs / "old.txt", "old.txt", collection="second")
    library.collection("second").fill_vectors()
    library.remove("old.txt", "second")
    ada = library.people.accounts.add("ada", PASSWORD)
    library.people.access.grant(ada, library.collection_id("second"), Role.EDITOR)
    conversation = start_conversation(library, QUESTION)
    fold_events(ask_in(library, conversation.id, QUESTION))
    return library


@pytest.fixture
def archive(filled: Library, tmp_path: Path) -> Path:
    back_up(filled, tmp_path / "all.zip")
    return tmp_path / "all.zip"


def elsewhere(settings: Settings, folder: Path) -> Settings:
    return replace(settings, data_dir=folder)


def told(library: Library, question: str = QUESTION) -> tuple[Any, ...]:
    """What a question gives: hits with their reasons, and the answer with its citations."""
    answer = fold_events(library.ask(question))
    hits = [(hit.document.id, hit.chunk.text, hit.ranks) for hit in library.search(question).hits]
    return hits, answer.text, [(one.quote, one.page, one.boxes) for one in answer.citations]


def test_everything_comes_back(filled: Library, archive: Path, tmp_path: Path) -> None:
    key = filled.people.tokens.add_key(filled.people.accounts.named("ada"), "laptop")[1]
    back_up(filled, tmp_path / "again.zip")
    done = restore_backup(tmp_path / "again.zip", tmp_path / "new" / "data")
    assert (done.collections, done.documents) == (("default", "second"), 2)
    with open_library(elsewhere(filled.settings, tmp_path / "new" / "data")) as other:
        assert told(other) == told(filled)
        assert [one.paths for one in other.documents()] == [one.paths for one in filled.documents()]
        assert other.people.sender({"authorization": f"Bearer {key}"}) is not None
        assert other.people.accounts.sign_in("ada", PASSWORD).name == "ada"
        (talk,) = other.conversations.of(other.collection_id())
        assert other.conversations.messages(talk.id) == filled.conversations.messages(talk.id)
        assert other.removed("second") == filled.removed("second")
        assert other.restore("old.txt", "second") == ["old.txt"]
        assert examine(other).findings == ()
    assert not list((tmp_path / "new" / "data").glob(".restoring-*"))


def test_a_folder_goes_on_being_synced(filled: Library, archive: Path, docs: Path, tmp_path: Path) -> None:
    restore_backup(archive, tmp_path / "new")
    (docs / "old.txt").unlink()
    (docs / "birds.md").unlink()
    with open_library(elsewhere(filled.settings, tmp_path / "new")) as other:
        assert {Path(one.path).name: one.status for one in other.sync([docs])} == {
            "birds.md": "removed", "茶.txt": "unchanged",
        }  # fmt: skip


def test_a_backup_is_for_its_owner_and_writes_over_nothing(filled: Library, archive: Path) -> None:
    assert archive.stat().st_mode & 0o077 == 0
    before = archive.read_bytes()
    with pytest.raises(StoreError, match="is there already"):
        back_up(filled, archive)
    assert archive.read_bytes() == before
    assert sorted(path.name for path in archive.parent.iterdir()) == ["all.zip", "data", "docs"]


def test_nothing_is_no_backup(library: Library, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"nothing in .* to back up"):
        back_up(library, tmp_path / "all.zip")
    assert not (tmp_path / "all.zip").exists()


def test_what_holds_data_is_not_written_over(filled: Library, archive: Path) -> None:
    before = told(filled)
    with pytest.raises(StoreError, match="holds data already"):
        restore_backup(archive, filled.settings.data_dir)
    assert told(filled) == before


def test_a_backup_of_a_deleted_collection_forgets_it(filled: Library, tmp_path: Path) -> None:
    """It is deleted after the list of collections was copied, and before its own turn."""
    copied = filled.database.copy

    def deletes(target: Path) -> None:
        copied(target)
        filled.delete_collection("second")

    filled.database.copy = deletes  # type: ignore[method-assign]
    assert back_up(filled, tmp_path / "all.zip").collections == ("default",)
    restore_backup(tmp_path / "all.zip", tmp_path / "new")
    with open_library(elsewhere(filled.settings, tmp_path / "new")) as other:
        assert [one.name for one in other.collections()] == ["default"]
        assert other.people.access.grants(other.people.accounts.named("ada")) == {}


def test_backups_during_an_ingest_are_each_whole(settings: Settings, docs: Path, tmp_path: Path) -> None:
    for number in range(40):
        text = "\n\n".join(f"Note {number}.{part}: the heron {number} stands in water." for part in range(30))
        (docs / f"note{number}.md").write_text(text, encoding="utf-8")
    env = {**os.environ, "DOCENT_DATA_DIR": str(settings.data_dir), "DOCENT_EMBEDDER": "hash:64"}
    env |= {"DOCENT_READING_PROCESSES": "1", "DOCENT_CACHE_DIR": str(settings.cache_dir)}
    command = [sys.executable, "-m", "docent.ingest", str(docs)]
    seen: list[int] = []
    with open_library(settings) as library, subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL) as ingest:
        while ingest.poll() is None:
            if library.database.path.exists() and library.documents() and len(seen) < 4:
                seen.append(back_up(library, tmp_path / f"{len(seen)}.zip").documents)
        assert ingest.returncode == 0
        back_up(library, tmp_path / "last.zip")
        wanted = told(library, "Where does the heron 7 stand?")
    assert seen
    assert seen[0] < 42
    for number, documents in enumerate(seen):
        restore_backup(tmp_path / f"{number}.zip", tmp_path / str(number))
        with open_library(elsewhere(settings, tmp_path / str(number))) as other:
            found = other.documents()
            assert len(found) == documents
            store = other.collection().store
            assert all(hashlib.sha256(store.original(one.id).read_bytes()).hexdigest() == one.id for one in found)
    restore_backup(tmp_path / "last.zip", tmp_path / "last")
    with open_library(elsewhere(settings, tmp_path / "last")) as other:
        assert told(other, "Where does the heron 7 stand?") == wanted


def rewritten(source: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The archive with other members."""
    with zipfile.ZipFile(source) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    target = source.with_name("bad.zip")
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target


def in_manifest(members: dict[str, bytes], **changes: Any) -> None:
    members["manifest.json"] = json.dumps({**json.loads(members["manifest.json"]), **changes}).encode()


def put(members: dict[str, bytes], name: str, data: bytes) -> None:
    """A member that the manifest knows, with its digest."""
    members[name] = data
    files = json.loads(members["manifest.json"])["files"]
    in_manifest(members, files={**files, name: {"sha256": hashlib.sha256(data).hexdigest(), "changed": 0}})


def with_statement(name: str, statement: str, folder: Path) -> Callable[[dict[str, bytes]], None]:
    """Changes a database inside, digest and all."""

    def change(members: dict[str, bytes]) -> None:
        full = next(one for one in members if one.endswith(name))
        (folder / "changed.db").write_bytes(members[full])
        with closing(sqlite3.connect(folder / "changed.db", isolation_level=None)) as connection:
            connection.execute(statement)
        put(members, full, (folder / "changed.db").read_bytes())

    return change


FIRST = "collections/" + "0" * 16
HOSTILE: dict[str, tuple[Callable[[dict[str, bytes]], None], str]] = {
    "outside": (lambda members: put(members, "../evil.txt", b"x"), "no part of a backup"),
    "absolute": (lambda members: put(members, "/evil.txt", b"x"), "no part of a backup"),
    "deep": (lambda members: put(members, f"{FIRST}/files/../../../evil", b"x"), "no part of a backup"),
    "elsewhere": (lambda members: put(members, "collections/../../evil/library.db", b"x"), "no part of a backup"),
    "a link": (lambda members: put(members, f"{FIRST}/vectors/1/flat", b"x"), "no part of a backup"),
    "not named": (
        lambda members: members.update({"docent.toml": b"chat = 'echo:'"}),
        "does not hold what its manifest",
    ),
    "lost": (lambda members: members.pop("docent.db"), "does not hold what its manifest"),
    "other bytes": (lambda members: members.update({"docent.db": b"x"}), "is not what it was"),
    "no database": (lambda members: put(members, "docent.db", b"no database"), "damaged"),
    "no manifest": (lambda members: members.pop("manifest.json"), "is no backup of Docent, or was cut off"),
    "half a manifest": (lambda members: members.update({"manifest.json": b'{"kind": '}), "cannot be taken back"),
    "another kind": (lambda members: in_manifest(members, kind="docent-collection"), "is no backup of Docent"),
    "no files": (lambda members: in_manifest(members, files=None), "is no backup of Docent"),
    "no digest": (lambda members: in_manifest(members, files={"docent.db": {"changed": 0}}), "is no backup of Docent"),
    "a newer form": (lambda members: in_manifest(members, format=99), "newer version of Docent: upgrade"),
    "a newer database": (lambda members: in_manifest(members, schema=99), "newer version of Docent: upgrade"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_is_no_backup_is_refused_and_leaves_nothing(archive: Path, tmp_path: Path, case: str) -> None:
    change, why = HOSTILE[case]
    bad = rewritten(archive, change)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(StoreError, match=why):
        restore_backup(bad, tmp_path / "new")
    assert sorted(tmp_path.rglob("*")) == sorted([*before, tmp_path / "new"] if (tmp_path / "new").exists() else before)
    assert not list((tmp_path / "new").glob("*"))


@pytest.mark.parametrize(
    ("name", "statement", "why"),
    [
        ("docent.db", "PRAGMA user_version = 99", "docent.db was written by a newer version"),
        ("library.db", "PRAGMA user_version = 99", "library.db was written by a newer version"),
        ("docent.db", "CREATE TRIGGER t AFTER INSERT ON audit BEGIN DELETE FROM accounts; END", "not a whole database"),
        ("library.db", "CREATE VIEW v AS SELECT 1", "not a whole database"),
        ("docent.db", "DROP TABLE audit", "not a whole database"),
    ],
)
def test_databases_that_are_not_ours_are_refused(
    archive: Path, tmp_path: Path, name: str, statement: str, why: str
) -> None:
    bad = rewritten(archive, with_statement(name, statement, tmp_path))
    with pytest.raises(StoreError, match=why):
        restore_backup(bad, tmp_path / "new")
    assert not list((tmp_path / "new").glob("*"))


def test_a_backup_that_was_cut_off_or_damaged_is_refused(archive: Path, tmp_path: Path) -> None:
    whole = archive.read_bytes()
    bad = tmp_path / "bad.zip"
    for part in (0, 1, len(whole) // 2, len(whole) - 1):
        bad.write_bytes(whole[:part])
        assert not is_backup(bad)
        with pytest.raises(StoreError, match=r"bad\.zip cannot be taken back"):
            restore_backup(bad, tmp_path / "new")
    for place in range(200, len(whole), len(whole) // 25):
        bad.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        shutil.rmtree(tmp_path / "new", ignore_errors=True)
        try:
            restore_backup(bad, tmp_path / "new")
        except StoreError:
            assert not list((tmp_path / "new").glob("*"))
        else:  # a byte of the manifest or of the directory that says nothing, such as a day
            assert (tmp_path / "new" / "docent.db").read_bytes() == zipfile.ZipFile(archive).read("docent.db")


def test_a_file_that_is_no_archive_is_told_from_one_that_was_cut_off(archive: Path, tmp_path: Path) -> None:
    for name, data, why in (
        ("notes.txt", b"Not an archive.", "it is no ZIP archive, so give one that `python -m app backup FILE`"),
        ("empty.zip", b"", "it is no ZIP archive"),
        ("half.zip", archive.read_bytes()[:-30], "it was cut off or is damaged, so copy it again"),
    ):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(StoreError, match=f"{name} cannot be taken back: {why}"):
            restore_backup(tmp_path / name, tmp_path / "new")
    with pytest.raises(StoreError, match=r"there is no file .*lost\.zip: give one"):
        restore_backup(tmp_path / "lost.zip", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_bomb_is_refused(archive: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="more than there is room for"):
        restore_backup(archive, tmp_path / "new", most_bytes=1000)


@pytest.mark.parametrize("name", ["docent.db", "library.db"])
def test_a_database_newer_than_the_program_is_refused_at_every_door(
    filled: Library, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from docent.app.__main__ import main

    root = filled.settings.data_dir
    path = root / name if name == "docent.db" else filled.collection().store.folder / name
    filled.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA user_version = 99")
    for command in (["search", "tea"], ["ask", "tea?"], ["documents"], ["backup", str(root.parent / "b.zip")]):
        assert main([*command, "--data-dir", str(root)]) == 2
        said = capsys.readouterr().err
        assert said == f"docent: {name} was written by a newer version of Docent: upgrade this one.\n"
    assert not (root.parent / "b.zip").exists()


def test_processes_that_open_a_new_database_at_once_wait_for_each_other(tmp_path: Path) -> None:
    """SQLite gives up at once where two of them switch to write-ahead logging: about one in a hundred times."""
    from docent.retrieval import connect

    def open_it(path: Path, barrier: threading.Barrier) -> None:
        barrier.wait()
        with closing(connect(path)) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS t (x)")

    with ThreadPoolExecutor(6) as pool:
        for number in range(100):
            barrier = threading.Barrier(6)
            done = [pool.submit(open_it, tmp_path / f"{number}.db", barrier) for _ in range(6)]
            assert [one.result() for one in done] == [None] * 6


def test_the_commands(filled: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from docent.app.__main__ import main

    here, there = (["--data-dir", str(folder)] for folder in (filled.settings.data_dir, tmp_path / "new"))
    archive = str(tmp_path / "all.zip")
    assert main(["backup", archive, *here]) == 0
    assert capsys.readouterr().out.startswith(f"backed up in {archive}: 2 documents; collections: default, second (as")
    assert main(["restore", archive, *here]) == 2
    assert "holds data already" in capsys.readouterr().err
    (tmp_path / "notes.txt").write_text("Not an archive.", encoding="utf-8")
    for folder in (here, there):  # whether something is stored or nothing is
        assert main(["restore", str(tmp_path / "notes.txt"), *folder]) == 2
        assert "notes.txt cannot be taken back: it is no ZIP archive" in capsys.readouterr().err
        assert main(["restore", str(tmp_path / "lost.zip"), *folder]) == 2
        assert "lost.zip: give one that" in capsys.readouterr().err
    (tmp_path / "photo.zip").write_bytes(b"PK")
    assert main(["restore", str(tmp_path / "photo.zip"), *there]) == 2
    assert "photo.zip cannot be taken back" in capsys.readouterr().err
    assert main(["restore", archive, "--json", *there]) == 0
    assert json.loads(capsys.readouterr().out)["restored"] == ["default", "second"]
    assert main(["restore", "old.txt", "--collection", "second", *there]) == 0
    assert capsys.readouterr().out == "restored old.txt\n"
