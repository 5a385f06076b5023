"""After a purge no byte of what was removed is in the data directory, however it may be written there."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pdfs import write_pdf

from docent.app import Library, open_library
from docent.app.upkeep import purge_library
from docent.retrieval import Collection, HashEmbedder, Source, query_terms
from docent.retrieval.indexes.lexical import LEAST_DELETED
from docent.retrieval.indexes.lexical_fields import WORDS

SECRET = "Zanzibarite 協定：丹顶鹤保护区拨款"
WORD = "zanzibarite"


def forms(text: str) -> dict[str, bytes]:
    """The ways in which text may lie in a file."""
    return {
        "utf-8": text.encode(),
        "utf-16-le": text.encode("utf-16-le"),
        "utf-16-be": text.encode("utf-16-be"),
        "json": json.dumps(text)[1:-1].encode(),
    }


def places(folder: Path, text: str) -> list[str]:
    """Files below a folder that hold any part of a text of 6 characters, in any form."""
    parts = {text[start : start + 6] for start in range(len(text) - 5)}
    wanted = [data for part in parts for data in forms(part).values()]
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            if any(one in data for one in wanted) or text in path.name:
                found.append(path.relative_to(folder).as_posix())
    return found


def lexical_terms(collection: Collection) -> set[str]:
    """The terms of the index, decoded: they are front-coded on disk, where grep does not see them."""
    import tantivy

    collection.refresh()
    pointer = json.loads((collection.store.folder / "lexical" / "watermark.json").read_text())
    index = tantivy.Index.open(str(collection.store.folder / "lexical" / pointer["folder"]))
    found: set[str] = set()
    for word in query_terms(SECRET):
        found |= {term for term, _ in _terms(index.searcher(), WORDS, word)}
    return found


def _terms(searcher: Any, field: str, prefix: str) -> list[tuple[str, int]]:
    return [one if isinstance(one, tuple) else (one, 0) for one in searcher.terms_with_prefix(field, prefix)]


@pytest.fixture
def removed(library: Library, docs: Path) -> Library:
    """A library from which a document was removed that has been searched, embedded and read."""
    (docs / f"{WORD}.txt").write_text(f"{SECRET}\n\nThe {WORD} ledger is closed.\n", encoding="utf-8")
    write_pdf(docs / "copy.pdf", [SECRET])
    list(library.sync([docs]))
    library.collection().fill_vectors()
    library.search(SECRET)
    assert lexical_terms(library.collection())
    assert places(library.settings.data_dir, SECRET)
    (docs / f"{WORD}.txt").unlink()
    (docs / "copy.pdf").unlink()
    list(library.sync([docs]))
    return library


def test_no_byte_is_left(removed: Library) -> None:
    data_dir = removed.settings.data_dir
    assert places(data_dir, SECRET), "the log holds it before the purge, or the test shows nothing"
    before = {path.name for path in (removed.collection().store.folder / "lexical").iterdir() if path.is_dir()}
    assert purge_library(removed, None, 5).reasons == ()
    assert places(data_dir, SECRET) == []
    assert places(data_dir, f"{WORD} ledger") == []
    assert lexical_terms(removed.collection()) == set()
    after = {path.name for path in (removed.collection().store.folder / "lexical").iterdir() if path.is_dir()}
    assert len(after) == 1
    assert not after & before
    assert removed.search("swift").hits[0].ranks == {"lexical": 1, "dense": 1}


def test_a_deleted_collection_leaves_no_byte(library: Library, docs: Path) -> None:
    (docs / "secret.txt").write_text(SECRET, encoding="utf-8")
    list(library.sync([docs], collection=SECRET))
    library.delete_collection(SECRET)
    assert purge_library(library, None, 5).reasons == ()
    assert places(library.settings.data_dir, SECRET) == []


def test_what_killed_processes_left_is_deleted(removed: Library) -> None:
    store = removed.collection().store
    removed.close()  # takes back its sign in the spool folder
    (removed.spool / "read-killed").mkdir()
    for path in (
        removed.spool / "read-killed" / "document.db", removed.spool / "upload", store.originals / ("0" * 64),
        store.originals / ("1" * 64 + ".tmp"), store.originals / ("2" * 64 + ".opened"),
    ):  # fmt: skip
        path.write_text(SECRET, encoding="utf-8")
    killed = store.folder / "spool-killed"
    killed.mkdir()
    (killed / "document.db").write_text(SECRET, encoding="utf-8")
    os.utime(killed, (1, 1))
    with open_library(removed.settings) as again:
        assert purge_library(again, None, 5).reasons == ()
        assert places(again.settings.data_dir, SECRET) == []
        assert len(list(store.originals.iterdir())) == len(again.documents())


def test_what_a_living_process_spools_stays(removed: Library) -> None:
    busy = removed.spool / "read-busy"
    busy.mkdir()
    with open_library(removed.settings) as other:
        report = purge_library(other, None, 0)
    assert "purge` again when it has ended" in report.reasons[0]
    assert busy.exists()


def test_a_reader_is_waited_for_and_named(removed: Library) -> None:
    with closing(sqlite3.connect(removed.collection().store.folder / "library.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM chunks").fetchone()
        report = purge_library(removed, None, 0)
        assert "another process has been reading" in report.reasons[0]
        reader.execute("COMMIT")
        assert purge_library(removed, None, 5).reasons == ()
    assert places(removed.settings.data_dir, SECRET) == []


def test_the_command_says_what_it_did(removed: Library) -> None:
    settings = removed.settings
    command = [sys.executable, "-m", "docent.app", "purge", "--json", "--data-dir", str(settings.data_dir)]
    env = {**os.environ, "DOCENT_EMBEDDER": settings.embedder, "DOCENT_CACHE_DIR": str(settings.cache_dir)}
    removed.close()
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=True)
    assert json.loads(done.stdout)["left"] == []
    assert places(settings.data_dir, SECRET) == []


def test_an_index_of_which_much_was_deleted_is_written_anew(tmp_path: Path) -> None:
    from contracts.store import document

    collection = Collection(tmp_path / "c", HashEmbedder(16))
    (tmp_path / "original").write_bytes(b"x")
    words = random.Random(7)  # noqa: S311
    for number in range(3):
        texts = [f"word{words.randrange(10**6)} number{number}" for _ in range(LEAST_DELETED)]
        collection.store.add(
            *document(f"{number}.txt", *texts), Source("upload", f"{number}.txt"), tmp_path / "original"
        )
        collection.refresh()

    def built() -> str:
        return str(json.loads((tmp_path / "c" / "lexical" / "watermark.json").read_text())["folder"])

    first = built()
    collection.store.remove(collection.store.find("0.txt")[0].id)
    collection.refresh()
    assert built() == first  # a third of it is no reason yet
    collection.store.remove(collection.store.find("1.txt")[0].id)
    collection.search("number1")
    assert built() == first  # a search does not wait for that
    collection.refresh()
    assert built() != first
    assert {hit.document.name for hit in collection.search("number2").hits} == {"2.txt"}
    collection.close()
