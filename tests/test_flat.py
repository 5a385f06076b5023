"""The flat file of vectors: the same scores as the database, and no harm where it is old, damaged or missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import faiss
import numpy as np
import pytest
from contracts.store import document

from docent.retrieval import Collection, HashEmbedder, Source, purge
from docent.retrieval.indexes import codes
from docent.retrieval.indexes import vectors as module
from docent.retrieval.indexes.vectors import exact_scores
from docent.retrieval.search.neighbours import better_beside

QUESTION = "which bird number 7 sleeps"


@pytest.fixture
def collection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Collection]:
    """Thirty passages, one of them in two parts, with limits that make this a large collection."""
    monkeypatch.setattr(module, "EXACT_UP_TO", 20)
    monkeypatch.setattr(module, "FLAT_AFTER", 5)
    opened = Collection(tmp_path / "c", HashEmbedder(64))
    add(opened, tmp_path, "birds.md", *(f"bird number {number} sleeps in tree {number % 5}" for number in range(29)))
    add(opened, tmp_path, "long.md", "a long passage about herons " * 400)
    opened.fill_vectors()
    opened.refresh()
    yield opened
    opened.close()


def add(collection: Collection, folder: Path, name: str, *texts: str) -> None:
    (folder / name).write_text(name, encoding="utf-8")
    collection.store.add(*document(name, *texts), Source("upload", name), folder / name)


def files(collection: Collection) -> list[Path]:
    return sorted(collection.store.folder.rglob("flat-*"))


def both(collection: Collection) -> tuple[dict[int, float], dict[int, float]]:
    """Scores of all chunks by the index, and by the database alone."""
    connection = collection.store.connection
    ids = [row[0] for row in connection.execute("SELECT id FROM chunks ORDER BY id DESC")]
    query = collection.embedder.embed_query(QUESTION)
    return collection.index.vectors.scores(connection, query, ids), exact_scores(
        connection, collection.embedder_id, query, ids
    )


def agree(collection: Collection) -> bool:
    found, expected = both(collection)
    return found == pytest.approx(expected) and beside_agrees(collection)


def beside_agrees(collection: Collection) -> bool:
    """Whether the index and the database tell the same of what stands beside each chunk."""
    connection = collection.store.connection
    ids = [row[0] for row in connection.execute("SELECT id FROM chunks")]
    query = collection.embedder.embed_query(QUESTION)
    expected = better_beside(
        connection, lambda some: exact_scores(connection, collection.embedder_id, query, some), ids
    )
    return collection.index.vectors.better_beside(connection, query, ids) == pytest.approx(expected)


def test_scores_are_those_of_the_database(collection: Collection) -> None:
    parts = collection.store.connection.execute("SELECT max(part) FROM vectors").fetchone()[0]
    flat = collection.index.vectors._flat
    assert parts > 0
    assert flat is not None
    assert len(flat.ids) == 29 + parts + 1
    assert agree(collection)
    assert flat.scores(collection.embedder.embed_query(QUESTION), [10**6]) == {}


def test_what_came_after_it_is_read_from_the_database_until_it_is_much(collection: Collection, tmp_path: Path) -> None:
    before = files(collection)
    add(collection, tmp_path, "few.md", "bird number 7 sleeps again")
    collection.fill_vectors()
    collection.refresh()
    assert files(collection) == before
    assert agree(collection)
    add(collection, tmp_path, "many.md", *(f"fish number {number}" for number in range(20)))
    collection.fill_vectors()
    collection.refresh()
    assert len(files(collection)) == 1
    assert files(collection) != before
    assert agree(collection)


def test_a_removed_document_is_not_found_through_it(collection: Collection) -> None:
    for one in collection.store.find("birds.md"):
        collection.store.remove(one.id)
    assert {hit.document.name for hit in collection.search(QUESTION).hits} == {"long.md"}
    assert agree(collection)


def test_another_process_uses_it_and_a_cut_off_one_is_passed_over(collection: Collection) -> None:
    for is_whole in (True, False):
        again = Collection(collection.store.folder, HashEmbedder(64))
        assert again.search(QUESTION).hits[0].document.name == "birds.md"
        assert (again.index.vectors._flat is not None) == is_whole
        assert agree(again)
        again.close()
        data = files(collection)[0].read_bytes()
        (collection.store.folder / "cut").write_bytes(data[:-8])
        (collection.store.folder / "cut").replace(files(collection)[0])


def test_a_purge_leaves_no_vector_of_what_was_removed(collection: Collection) -> None:
    vector = collection.store.connection.execute("SELECT vector FROM vectors ORDER BY id LIMIT 1").fetchone()[0]
    assert vector in files(collection)[0].read_bytes()
    for one in collection.store.find("birds.md"):
        collection.store.remove(one.id)
    assert not purge(collection, 5).reason
    assert all(vector not in path.read_bytes() for path in files(collection))
    assert np.isfinite(list(both(collection)[0].values())).all()


def test_an_index_is_looked_through_as_far_as_is_wanted_now(tmp_path: Path) -> None:
    vectors = np.random.default_rng(1).normal(size=(200, 64)).astype(np.float32)
    index = codes.coded_index(64, 100)
    index.train(vectors)
    index.add_with_ids(vectors, np.arange(200))
    index.nprobe = 1
    path = tmp_path / "\u7d22\u5f15.faiss"
    path.write_bytes(faiss.serialize_index(index).tobytes())
    assert codes.read_index(path).nprobe == codes.PROBES
