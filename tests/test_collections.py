"""Collections beside each other, each with its embedder; as one file; and moved to another embedder."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT, SAMPLES

from docent.app import CollectionNotFound, Library, Settings, open_library
from docent.app.backup import back_up
from docent.app.errors import CollectionExists
from docent.app.upkeep import export_to, import_from, move_collection, stop_move
from docent.ingest import DocentError
from docent.retrieval import Collection, EmbedderError, HashEmbedder, StoreError, Vectors, reindex


@pytest.fixture
def filled(library: Library, docs: Path) -> Library:
    list(library.sync([docs]))
    library.collection().fill_vectors()
    return library


def dense(library: Library, question: str, collection: str | None = None) -> int | None:
    hits = library.search(question, collection=collection).hits
    return hits[0].ranks.get("dense") if hits else None


def test_two_embedders_live_in_one_library(filled: Library, docs: Path) -> None:
    filled.create_collection("small", "hash:16")
    list(filled.sync([docs], collection="small"))
    filled.collection("small").fill_vectors()
    with open_library(filled.settings) as again:
        assert dense(again, "swift") == dense(again, "swift", "small") == 1
        assert again.collection("small").embedder.fingerprint.dimension == 16
        assert again.collection().embedder.fingerprint.dimension == 64


def test_a_collection_keeps_the_embedder_of_its_first_ingest(filled: Library) -> None:
    with open_library(replace(filled.settings, embedder="bundled:e5-small")) as plain:  # the setting was left out
        assert dense(plain, "swift") == 1
    with (
        open_library(replace(filled.settings, embedder="hash:32")) as other,
        pytest.raises(EmbedderError, match=r"embedded by hash:64.*hash:32.*reindex"),
    ):
        other.search("swift")


def test_naming_another_embedder_for_a_collection_is_a_sentence(filled: Library) -> None:
    filled.create_collection("small", "hash:16")
    filled.require_embedder("hash:16", "small")
    with pytest.raises(EmbedderError, match=r"embedded by hash:16.*reindex --embedder hash:64"):
        filled.require_embedder("hash:64", "small")


def test_rename_and_delete_are_seen_by_a_running_library(filled: Library) -> None:
    folder = filled.collection().store.folder
    with open_library(filled.settings) as server:
        assert server.search("swift").hits
        filled.catalog.rename("default", "birds 🐦")
        assert server.search("swift", collection="birds 🐦").hits
        filled.delete_collection("birds 🐦")
        with pytest.raises(CollectionNotFound):
            server.search("swift", collection="birds 🐦")
        assert not server.search("swift").hits  # the default collection may be empty
    assert not folder.exists()


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "a\nb"])
def test_a_name_that_cannot_be_is_refused(library: Library, name: str) -> None:
    with pytest.raises(DocentError, match="cannot be a collection's name"):
        library.create_collection(name)
    assert library.collections() == []


def test_names_are_taken_once(library: Library) -> None:
    library.create_collection("a")
    library.create_collection("b")
    for attempt in (lambda: library.create_collection("a"), lambda: library.catalog.rename("b", "a")):
        with pytest.raises(CollectionExists):
            attempt()
    assert [one.name for one in library.collections()] == ["a", "b"]


def test_what_a_killed_deletion_left_is_swept(filled: Library) -> None:
    folder = filled.collection().store.folder
    shutil.copytree(folder, folder.with_name(".deleted-x"))
    shutil.copytree(folder, folder.with_name(".made-x"))
    assert len(filled.catalog.sweep()) == 2
    assert [path.name for path in folder.parent.iterdir() if path.is_dir()] == [folder.name]


def test_an_exported_collection_answers_elsewhere(filled: Library, docs: Path, tmp_path: Path) -> None:
    archive = tmp_path / "birds.zip"
    assert export_to(filled, "default", archive) == 2
    with open_library(replace(filled.settings, data_dir=tmp_path / "other")) as other:
        assert import_from(other, archive) == "default"
        assert other.search("绿茶").hits[0].document.path == "docs/茶.txt"
        assert dense(other, "绿茶的最佳冲泡温度") == 1
        for one in other.documents():
            assert other.collection().store.original(one.id).is_file()
        with pytest.raises(CollectionExists):
            import_from(other, archive)
        assert import_from(other, archive, "second") == "second"
        # A folder that is synced beside it takes nothing away.
        list(other.sync([docs]))
        assert len(other.documents()) == 2
    for leftover in tmp_path.glob("**/.made-*"):
        pytest.fail(f"{leftover} was left")


def test_an_export_names_no_place_of_this_machine(filled: Library, tmp_path: Path) -> None:
    filled.create_collection("remote", "hash:16")
    connection = filled.collection().store.connection
    connection.execute("UPDATE embedders SET spec = 'openai:m@http://10.1.2.3/v1', chosen = 1")
    export_to(filled, "default", tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        inside = b"".join(archive.read(name) for name in archive.namelist() if not name.startswith("files/"))
    for secret in (str(tmp_path), "10.1.2.3"):
        assert secret.encode() not in inside


def _rewrite(source: Path, target: Path, **members: bytes) -> Path:
    """The archive with some members replaced or added."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            if name not in members:
                new.writestr(name, old.read(name))
        for name, data in members.items():
            new.writestr(name, data)
    return target


def _database(source: Path, folder: Path, *statements: str) -> bytes:
    with zipfile.ZipFile(source) as archive:
        (folder / "changed.db").write_bytes(archive.read("library.db"))
    with closing(sqlite3.connect(folder / "changed.db", isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)
    return (folder / "changed.db").read_bytes()


@pytest.mark.parametrize(
    ("member", "data", "why"),
    [
        ("../evil.txt", b"x", "no part of a collection"),
        ("/evil.txt", b"x", "no part of a collection"),
        ("files/../../evil", b"x", "no part of a collection"),
        ("files/" + "0" * 64, b"not these bytes", "is not what it was"),
        ("manifest.json", b"{", "manifest"),
        ("manifest.json", b"[]", "manifest"),
        (
            "manifest.json",
            json.dumps({"kind": "docent-collection", "format": 99, "schema": 1, "name": "x"}).encode(),
            "newer version",
        ),
        ("library.db", b"no database", "damaged"),
    ],
)
def test_a_hostile_archive_is_refused(filled: Library, tmp_path: Path, member: str, data: bytes, why: str) -> None:
    export_to(filled, "default", tmp_path / "good.zip")
    bad = _rewrite(tmp_path / "good.zip", tmp_path / "bad.zip", **{member: data})
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(StoreError, match=why):
        import_from(filled, bad, "new")
    assert [one.name for one in filled.collections()] == ["default"]
    assert [path for path in sorted(tmp_path.rglob("*")) if path not in before and path.name != "making.lock"] == []


@pytest.mark.parametrize(
    ("name", "keep", "why"),
    [
        ("none.zip", None, "^there is no file .*none.zip: give one that `python -m app collections export NAME FILE`"),
        ("notes.zip", 0, "^notes.zip cannot be imported: it is no ZIP archive, so give one that"),
        ("cut.zip", 500, "^cut.zip cannot be imported: it was cut off or is damaged, so copy it again"),
    ],
)
def test_a_file_that_is_no_archive_says_so(
    filled: Library, tmp_path: Path, name: str, keep: int | None, why: str
) -> None:
    export_to(filled, "default", tmp_path / "good.zip")
    if keep is not None:
        (tmp_path / name).write_bytes((tmp_path / "good.zip").read_bytes()[:keep] or b"These are notes.")
    with pytest.raises(StoreError, match=why):
        import_from(filled, tmp_path / name, "new")


def test_archives_of_something_else_say_what_they_are(filled: Library, tmp_path: Path) -> None:
    back_up(filled, tmp_path / "all.zip")
    with pytest.raises(StoreError, match=r"^all.zip is a backup .*`python -m app restore`"):
        import_from(filled, tmp_path / "all.zip", "new")
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(StoreError, match=r"^photos.zip is no exported collection: make one"):
        import_from(filled, tmp_path / "photos.zip", "new")


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER t AFTER INSERT ON sources BEGIN DELETE FROM documents; END",
        "CREATE VIEW v AS SELECT 1",
        "CREATE TABLE more (x)",
        "DROP TRIGGER chunk_deleted",
        "PRAGMA user_version = 99",
        "INSERT INTO documents VALUES ('../../evil', 'x', 'text/plain', 1, 1, 'x', '')",
        """UPDATE embedders SET fingerprint = '{"name": "hash", "dimension": 1000000000}'""",
    ],
)
def test_a_database_that_is_not_ours_is_refused(filled: Library, tmp_path: Path, statement: str) -> None:
    export_to(filled, "default", tmp_path / "good.zip")
    data = _database(tmp_path / "good.zip", tmp_path, statement)
    bad = _rewrite(tmp_path / "good.zip", tmp_path / "bad.zip", **{"library.db": data})
    with pytest.raises(StoreError):
        import_from(filled, bad, "new")
    assert [one.name for one in filled.collections()] == ["default"]


def test_an_archive_cannot_say_where_questions_are_sent(filled: Library, tmp_path: Path) -> None:
    export_to(filled, "default", tmp_path / "good.zip")
    data = _database(tmp_path / "good.zip", tmp_path, "UPDATE embedders SET spec = 'openai:m@http://192.0.2.1/v1'")
    import_from(filled, _rewrite(tmp_path / "good.zip", tmp_path / "bad.zip", **{"library.db": data}), "new")
    assert filled.collection("new").spec == "hash:64"


def test_a_bomb_is_refused(filled: Library, tmp_path: Path) -> None:
    from docent.retrieval import import_collection

    export_to(filled, "default", tmp_path / "good.zip")
    with pytest.raises(StoreError, match="more than there is room for"):
        import_collection(tmp_path / "good.zip", tmp_path / "new", most_bytes=1000)


def test_a_move_answers_while_it_runs_and_then_switches(filled: Library) -> None:
    before = filled.collection()
    seen = []

    def look(done: int, total: int) -> None:
        result = filled.search("swift")
        seen.append((result.hits[0].ranks.get("dense"), result.move))
        with open_library(filled.settings) as server:
            assert server.search("swift").hits[0].ranks == {"lexical": 1, "dense": 1}

    assert move_collection(filled, "hash:128", progress=look) == len(before.store.chunks(range(100)))
    assert seen[0][0] == 1
    assert seen[0][1].embedder == "hash:128"
    after = filled.collection()
    assert (after.spec, after.embedder.fingerprint.dimension, after.pending(), after.move()) == (
        "hash:128",
        128,
        0,
        None,
    )
    assert dense(filled, "swift") == 1
    dimensions = after.store.connection.execute("SELECT DISTINCT length(vector) / 2 FROM vectors").fetchall()
    assert [row[0] for row in dimensions] == [128]
    assert [path.name for path in (after.store.folder / "vectors").iterdir()] == [str(after.embedder_id)]
    # The setting still says hash:64, but this collection was moved by name.
    with open_library(filled.settings) as again:
        assert dense(again, "swift") == 1


def test_a_running_library_follows_a_move(filled: Library) -> None:
    with open_library(filled.settings) as server:
        assert dense(server, "swift") == 1
        old = server.collection()
        move_collection(filled, "hash:128")
        assert dense(server, "swift") == 1
        with pytest.raises(EmbedderError, match="moved to another embedder meanwhile"):
            old.store.connection.execute("DELETE FROM vectors")
            old.fill_vectors()


def test_a_move_goes_on_where_it_was_stopped(tmp_path: Path, filled: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docent.retrieval.vectorize.BATCH", 1)
    collection = filled.collection()
    embedder = HashEmbedder(32)
    embedded: list[str] = []

    class Counting(HashEmbedder):
        def embed_passages(self, texts: Sequence[str]) -> Vectors:
            embedded.extend(texts)
            return embedder.embed_passages(texts)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reindex(collection, Counting(32), "hash:32", stop)
    move = filled.search("swift").move
    assert move is not None
    assert (move.embedder, move.done) == ("hash:32", 1)
    reindex(collection, Counting(32), "hash:32")
    assert len(embedded) == move.total
    filled.release()
    assert dense(filled, "swift") == 1


def test_a_move_can_be_given_up(filled: Library) -> None:
    collection = filled.collection()

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reindex(collection, HashEmbedder(32), "hash:32", stop)
    assert stop_move(filled)
    assert not stop_move(filled)
    assert collection.store.connection.execute("SELECT count(*) FROM embedders").fetchone()[0] == 1
    assert filled.search("swift").move is None
    assert dense(filled, "swift") == 1


def test_moving_to_the_same_vectors_only_writes_down_the_name(filled: Library) -> None:
    assert move_collection(filled, "hash:64") == 0
    with open_library(replace(filled.settings, embedder="hash:32")) as other:
        assert other.collection().spec == "hash:64"


def test_a_collection_of_the_first_schema_is_taken_over(settings: Settings, tmp_path: Path) -> None:
    from docent.retrieval.storage.schema import MIGRATIONS

    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        MIGRATIONS[0](connection)
        (tmp_path / "old").mkdir()
        connection.execute("PRAGMA user_version = 1")
        connection.execute("VACUUM INTO ?", (str(tmp_path / "old" / "library.db"),))
    collection = Collection(tmp_path / "old", HashEmbedder(64), "hash:64")
    assert collection.store.documents() == []
    collection.close()


def test_the_commands_of_the_page_about_collections_run(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "collections.md").read_text(encoding="utf-8")
    lines = "".join(re.findall(r"^```sh\n(.*?)^```", page, re.DOTALL | re.MULTILINE)).splitlines()
    assert len(lines) == 15
    (tmp_path / "samples").mkdir()
    shutil.copy(SAMPLES / "backup-runbook.md", tmp_path / "samples")
    names = {"DATA_DIR": "data", "CACHE_DIR": "cache"}
    env = {**os.environ, **{f"DOCENT_{name}": str(tmp_path / folder) for name, folder in names.items()}}
    env |= {"DOCENT_EMBEDDER": "hash:32", "DOCENT_READING_PROCESSES": "0"}
    for line in lines:
        command = line.replace(".venv/bin/python -m ", f"{sys.executable} -m docent.")
        done = subprocess.run(command, shell=True, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        assert done.stdout.strip()
