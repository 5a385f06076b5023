"""Each fault that is put in is found, with what to do; what can be mended is mended; a healthy one is left alone."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from docent.app import Library, open_library
from docent.app.doctor import CheckupReport, examine
from docent.ingest import PARSER_VERSION
from docent.retrieval import Collection, HashEmbedder, Vectors, check_canaries, make_embedder, terms
from docent.retrieval.canaries import PARAPHRASES, TEXTS

Break = Callable[[Collection, pytest.MonkeyPatch], None]


@pytest.fixture
def filled(library: Library, docs: Path) -> Library:
    list(library.sync([docs]))
    library.collection().fill_vectors()
    library.collection().refresh()
    return library


def sentences(report: CheckupReport) -> str:
    return "\n".join(one.sentence for _, one in report.findings)


def sql(*statements: str) -> Break:
    def run(collection: Collection, _: pytest.MonkeyPatch) -> None:
        for statement in statements:
            collection.store.connection.execute(statement)

    return run


def _dead_dense(_: Collection, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Collection, "dense", lambda *_, **__: [])


def _upside_down(_: Collection, patch: pytest.MonkeyPatch) -> None:
    from docent.retrieval.indexes.vectors import exact_scores

    patch.setattr(
        "docent.retrieval.indexes.vectors.exact_scores", lambda *given: {k: -v for k, v in exact_scores(*given).items()}
    )


def _inverted_threshold(_: Collection, patch: pytest.MonkeyPatch) -> None:
    from docent.retrieval.indexes.vectors import exact_scores

    patch.setattr(
        "docent.retrieval.indexes.vectors.exact_scores",
        lambda *given: {key: score for key, score in exact_scores(*given).items() if score < -1},
    )


def _english_only(collection: Collection, patch: pytest.MonkeyPatch) -> None:
    def words(text: str) -> list[str]:
        return re.findall(r"[a-z0-9-]+", text.lower())

    patch.setattr("docent.retrieval.indexes.lexical_search.sought_terms", words)
    patch.setattr("docent.retrieval.indexes.lexical_fields.index_terms", words)


def _no_identifiers(collection: Collection, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        "docent.retrieval.indexes.lexical_search.sought_terms",
        lambda text: [one for one in terms(text) if one.isalpha() and len(one) != 2],
    )


def _no_filter(collection: Collection, patch: pytest.MonkeyPatch) -> None:
    patch.setattr("docent.retrieval.storage.reader.StoreReader.allowed", lambda *_: None)
    patch.setattr("docent.retrieval.storage.reader.StoreReader.resolve", lambda *_: [])


def _wrong_dimension(_: Collection, patch: pytest.MonkeyPatch) -> None:
    def embed(self: HashEmbedder, texts: Sequence[str]) -> Vectors:
        return (
            HashEmbedder(32).embed_passages(texts)
            if self.fingerprint.dimension == 64
            else np.stack([self.embed_query(text) for text in texts])
        )

    patch.setattr(HashEmbedder, "embed_passages", embed)


def _not_told_of_a_removal(collection: Collection, _: pytest.MonkeyPatch) -> None:
    connection = collection.store.connection
    trigger = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'chunk_deleted'").fetchone()[0]
    connection.execute("DROP TRIGGER chunk_deleted")
    connection.execute("DELETE FROM documents WHERE name = 'birds.md'")
    connection.execute(trigger)
    for path in collection.store.originals.iterdir():
        if not collection.store.find(path.name):
            path.unlink()


def _passed_over(collection: Collection, _: pytest.MonkeyPatch) -> None:
    for number in (1000, 500):
        collection.store.connection.execute(
            "INSERT INTO chunks SELECT ?, document_id, ?, heading, context, text, spans, table_rows, first_page,"
            " last_page FROM chunks WHERE id = 1",
            (number, number),
        )
        collection.refresh()


def _cut(pattern: str) -> Break:
    def cut(collection: Collection, _: pytest.MonkeyPatch) -> None:
        path = max(collection.store.folder.glob(pattern), key=lambda one: one.stat().st_size)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    return cut


def _flip(pattern: str) -> Break:
    def flip(collection: Collection, _: pytest.MonkeyPatch) -> None:
        path = max(collection.store.folder.glob(pattern), key=lambda one: one.stat().st_size)
        data = bytearray(path.read_bytes())
        data[len(data) // 3] ^= 0x10
        path.write_bytes(data)

    return flip


def _originals(change: Callable[[Path], object]) -> Break:
    return lambda collection, _: [change(path) for path in collection.store.originals.iterdir()] and None


FAULTS: dict[str, tuple[Break, str]] = {
    "dead dense branch": (_dead_dense, "search by meaning finds nothing at all"),
    "scores upside down": (_upside_down, "puts the best passage last"),
    "inverted threshold": (_inverted_threshold, "search by meaning finds nothing at all"),
    "English-only tokenizer": (_english_only, "does not find a Chinese word of two characters"),
    "no identifiers": (_no_identifiers, "does not find an identifier"),
    "no filter": (_no_filter, "a search in one document looks elsewhere"),
    "an embedder of another dimension": (_wrong_dimension, "gives 64, 32, 32 numbers, not 64"),
    "the schema without its trigger": (sql("DROP TRIGGER chunk_deleted"), "tables are not those of this version"),
    "a missing original": (_originals(Path.unlink), "the original of birds.md is missing"),
    "a changed original": (_originals(lambda path: path.write_bytes(b"x")), "birds.md was changed or cut off"),
}
MENDABLE: dict[str, tuple[Break, str]] = {
    "vectors of another dimension": (sql("UPDATE vectors SET vector = zeroblob(10)"), "another dimension"),
    "vectors that are not of unit length": (sql("UPDATE vectors SET vector = zeroblob(128)"), "not of unit length"),
    "missing vectors": (sql("DELETE FROM vectors WHERE id = 1"), "1 passages have no vector"),
    "an embedder that is no longer used": (sql("INSERT INTO embedders VALUES (9, '{}', '', 0)"), "no longer used"),
    "stale delete": (_not_told_of_a_removal, "still holds 1 removed passages"),
    "a row the index has not": (_passed_over, "the lexical index lacks 1 passages"),
    "truncated lexical index": (_cut("lexical/v*/*.term"), "the lexical index is damaged"),
    "truncated vector index": (_cut("vectors/*/*.faiss"), "the vector index is damaged"),
    "a flipped bit in the lexical index": (_flip("lexical/v*/*.term"), "the lexical index is damaged"),
    "a flipped bit in the vector index": (_flip("vectors/*/*.faiss"), "the vector index is damaged"),
    "a damaged watermark": (_cut("lexical/watermark.json"), "the lexical index is damaged"),
    "a file of nobody": (
        lambda collection, _: (collection.store.originals / ("0" * 64)).write_text("x") and None,
        "1 files belong to no document",
    ),
}  # fmt: skip


def test_a_healthy_library_is_said_to_be_so(filled: Library) -> None:
    before = filled.collection().store.connection.execute("SELECT total_changes()").fetchone()[0]
    report = examine(filled)
    assert report.findings == ()
    assert report.is_healthy
    assert filled.collection().store.connection.execute("SELECT total_changes()").fetchone()[0] == before


def test_an_empty_library_is_healthy(library: Library) -> None:
    assert examine(library).findings == ()


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found(filled: Library, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    spoil, sentence = FAULTS[name]
    spoil(filled.collection(), monkeypatch)
    report = examine(filled, fix=True)
    assert sentence in sentences(report)
    assert not report.is_healthy


@pytest.mark.parametrize("name", MENDABLE)
def test_a_fault_is_found_and_mended(filled: Library, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    spoil, sentence = MENDABLE[name]
    spoil(filled.collection(), monkeypatch)
    with open_library(filled.settings) as anew:
        report = examine(anew)
    assert sentence in sentences(report)
    assert not report.is_healthy
    spoil(filled.collection(), monkeypatch) if "index" in name and "row" not in name else None
    with open_library(filled.settings) as anew:
        report = examine(anew, fix=True)
        assert report.is_healthy, sentences(report)
        assert examine(anew).findings == ()
        assert anew.search("绿茶的最佳冲泡温度").hits[0].ranks == {"lexical": 1, "dense": 1}


def test_damaged_vectors_do_not_stop_a_search(filled: Library) -> None:
    filled.collection().store.connection.execute("UPDATE vectors SET vector = zeroblob(10) WHERE id = 1")
    with open_library(filled.settings) as anew:
        assert anew.search("绿茶").hits


def test_an_older_database_in_the_place_of_the_indexed_one(filled: Library, docs: Path, tmp_path: Path) -> None:
    """Its ids are used again, so an index that trusted its watermark would keep the old text and miss the new."""
    import shutil
    import sqlite3
    from contextlib import closing

    folder = filled.collection().store.folder
    with closing(sqlite3.connect(tmp_path / "backup.db")) as backup:
        filled.collection().store.connection.backup(backup)
    for number in range(3):
        (docs / f"{number}.txt").write_text(f"Dolphin number {number} swims.", encoding="utf-8")
    list(filled.sync([docs]))
    filled.collection().fill_vectors()
    filled.collection().refresh()
    filled.close()
    for path in folder.glob("library.db*"):
        path.unlink()
    shutil.copy(tmp_path / "backup.db", folder / "library.db")
    with open_library(filled.settings) as restored:
        assert all("Dolphin" not in hit.chunk.text for hit in restored.search("dolphin").hits)
        (docs / "0.txt").write_text("Walrus at the shore.", encoding="utf-8")
        list(restored.sync([docs / "0.txt"]))
        assert "Walrus" in restored.search("walrus").hits[0].chunk.text


def test_another_parser_version_is_a_note(filled: Library) -> None:
    filled.collection().store.connection.execute("UPDATE documents SET parser_version = ?", (PARSER_VERSION - 1,))
    report = examine(filled)
    assert "2 documents were read by another version" in sentences(report)
    assert report.is_healthy


def test_a_database_that_is_none_is_a_finding(filled: Library) -> None:
    path = filled.collection().store.folder / "library.db"
    filled.close()
    path.write_bytes(b"nothing" * 1000)
    with open_library(filled.settings) as anew:
        assert "restore it from a backup" in sentences(examine(anew))


def test_what_a_killed_run_left_is_a_finding(filled: Library) -> None:
    settings = filled.settings
    filled.close()
    (settings.data_dir / "spool" / "read-x").mkdir(parents=True)
    (settings.data_dir / "collections" / "nobody").mkdir()
    (settings.cache_dir).mkdir(exist_ok=True)
    (settings.cache_dir / "a.model").write_bytes(b"damaged" * 20)
    with open_library(settings) as anew:
        found = sentences(examine(anew))
        for part in ("left by a killed run", "belong to no collection", "a.model is damaged"):
            assert part in found
    with open_library(settings) as anew:
        assert examine(anew, fix=True).is_healthy
    with open_library(settings) as anew:
        assert examine(anew).findings == ()


def test_secrets_are_not_shown(library: Library) -> None:
    settings = replace(
        library.settings, chat_api_key="sk-1", embedder_api_key="sk-2", chat="openai:m@http://u:sk-3@h/v1"
    )
    with open_library(settings) as opened:
        facts = examine(opened).facts
    assert not [value for value in facts.values() if "sk-" in value]
    assert facts["chat_api_key"] == "set, and not shown"


def test_paraphrases_share_no_word() -> None:
    for question, number in PARAPHRASES.values():
        assert not set(terms(question)) & set(terms(TEXTS[number]))


@pytest.mark.weights
def test_the_bundled_model_understands_the_canaries(tmp_path: Path, model_cache: Path) -> None:
    assert check_canaries(tmp_path, make_embedder("bundled:e5-small", model_cache)) == []


def test_the_command_has_exit_codes_and_json(filled: Library) -> None:
    settings = filled.settings
    env = {**os.environ, "DOCENT_EMBEDDER": settings.embedder, "DOCENT_CACHE_DIR": str(settings.cache_dir)}
    command = [sys.executable, "-m", "docent.app", "doctor", "--data-dir", str(settings.data_dir)]

    def run(*more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*command, *more], capture_output=True, text=True, env=env, check=False)

    filled.collection().store.connection.execute("DELETE FROM vectors")
    filled.close()
    broken = run("--json")
    assert broken.returncode == 1
    assert json.loads(broken.stdout)["findings"][0]["check"] == "vectors"
    assert run("--fix").returncode == 0
    sound = run()
    assert sound.returncode == 0
    assert "Everything is in order." in sound.stdout
