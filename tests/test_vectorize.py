"""What is embedded when: the changed text alone, once, and a few fresh candidates while a question waits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from contracts.store import document

from docent.retrieval import Collection, HashEmbedder, Source, Vectors
from docent.retrieval.vectorize import BATCH, passage_text

PAGES = [f"Page {number} speaks of subject {number * number}." for number in range(40)]
SOURCE = Source("folder", "/f/report.txt", "/f")


class Watched(HashEmbedder):
    """Remembers the passages it was given."""

    def __init__(self, dimension: int = 64) -> None:
        super().__init__(dimension)
        self.seen: list[str] = []

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.seen += texts
        return super().embed_passages(texts)


@pytest.fixture
def embedder() -> Watched:
    return Watched()


@pytest.fixture
def add(collection: Collection, tmp_path: Path) -> Callable[..., str]:
    original = tmp_path / "original"
    original.write_bytes(b"bytes")

    def add(texts: Sequence[str], name: str = "report.txt", source: Source = SOURCE) -> str:
        found, chunks = document(name, *texts)
        collection.store.add(found, chunks, source, original)
        return found.id

    return add


@pytest.fixture
def collection(tmp_path: Path, embedder: Watched) -> Collection:
    return Collection(tmp_path / "collection", embedder)


def vectors(collection: Collection) -> dict[str, bytes]:
    rows = collection.store.connection.execute(
        "SELECT c.text, v.vector FROM chunks c JOIN vectors v ON v.chunk_id = c.id"
    )
    return {row[0]: row[1] for row in rows}


def test_a_changed_page_is_embedded_and_nothing_else(
    collection: Collection, embedder: Watched, add: Callable[..., str]
) -> None:
    add(PAGES)
    assert collection.fill_vectors() == 40
    before = vectors(collection)
    embedder.seen.clear()
    new = "Page 20 was written again."
    add([*PAGES[:20], new, *PAGES[21:]])
    assert collection.pending() == 1
    assert collection.search(PAGES[7]).hits[0].ranks == {"lexical": 1, "dense": 1}  # found by meaning at once
    embedder.seen.clear()
    assert collection.fill_vectors() == 1
    assert [text.split("\n")[-1] for text in embedder.seen] == [new]
    after = vectors(collection)
    assert {text: after[text] for text in after if text != new} == {
        text: before[text] for text in before if text != PAGES[20]
    }


def test_a_document_that_is_read_again_keeps_its_vectors(
    collection: Collection, embedder: Watched, add: Callable[..., str]
) -> None:
    first = add(PAGES)
    collection.fill_vectors()
    embedder.seen.clear()
    assert add(PAGES) == first
    assert collection.pending() == 0
    assert collection.fill_vectors() == 0
    assert embedder.seen == []
    assert len(vectors(collection)) == 40


def test_a_copy_of_the_same_name_takes_the_vectors_and_another_name_does_not(
    collection: Collection, add: Callable[..., str]
) -> None:
    add(PAGES)
    collection.fill_vectors()
    add([*PAGES, "One more."], source=Source("folder", "/f/copy/report.txt", "/f"))
    assert collection.pending() == 1
    add([*PAGES, "Two more."], name="other.txt", source=Source("folder", "/f/other.txt", "/f"))
    assert collection.pending() == 1 + 41


def test_all_parts_of_a_long_chunk_are_kept(collection: Collection, add: Callable[..., str]) -> None:
    long = " ".join(f"word{number}" for number in range(1500))
    add([long, "short"])
    collection.fill_vectors()
    count = "SELECT count(*) FROM vectors"
    before = collection.store.connection.execute(count).fetchone()[0]
    assert before > 3
    add([long, "short as well"])
    assert collection.pending() == 1
    collection.fill_vectors()
    assert collection.store.connection.execute(count).fetchone()[0] == before


def test_a_document_that_cannot_be_stored_leaves_all_as_it_was(
    collection: Collection, add: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    add(PAGES)
    collection.fill_vectors()

    def fail(*_: object) -> list[str]:
        raise OSError("disk full")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="disk full"):
        patch.setattr(collection.store, "_point", fail)
        add(["Something else."])
    assert len(vectors(collection)) == 40
    add([*PAGES, "One more."])
    assert collection.pending() == 1


def test_equal_texts_are_embedded_once(collection: Collection, embedder: Watched, add: Callable[..., str]) -> None:
    found, chunks = document("a.txt", *(["The same on each page."] * 30))
    add(["The same on each page."] * 30)
    collection.fill_vectors()
    assert len(embedder.seen) == len({chunk.heading for chunk in chunks}) == 30
    other = Collection(collection.store.folder.parent / "other", embedder)
    same = [type(one)(one.document_id, one.ordinal, one.text, "", one.spans) for one in chunks]
    other.store.add(found, same, SOURCE, collection.store.folder.parent / "original")
    embedder.seen.clear()
    assert other.fill_vectors() == 30
    assert len(embedder.seen) == 1


def test_what_is_pending_follows_every_change(collection: Collection, add: Callable[..., str]) -> None:
    assert collection.pending() == 0
    first = add(PAGES)
    assert collection.pending() == 40
    second = add(["alone"], "second.txt", Source("upload", "second.txt"))
    assert collection.pending() == 41
    collection.store.remove(first)
    assert collection.pending() == 1
    collection.fill_vectors()
    assert collection.pending() == 0
    add(PAGES[:3])
    assert collection.pending() == 3
    collection.store.remove(second)
    assert collection.pending() == 3


class _Stop(Exception):
    pass


def test_filling_goes_on_where_it_was_interrupted(
    collection: Collection, embedder: Watched, add: Callable[..., str]
) -> None:
    texts = [f"text {number}" for number in range(2 * BATCH + 10)]
    add(texts)
    seen = []

    def stop(done: int, total: int) -> None:
        seen.append((done, total))
        raise _Stop

    with pytest.raises(_Stop):
        collection.fill_vectors(stop)
    assert seen == [(BATCH, len(texts))]
    assert collection.pending() == BATCH + 10
    assert collection.fill_vectors(lambda done, total: seen.append((done, total))) == BATCH + 10
    assert seen[-1] == (BATCH + 10, BATCH + 10)
    assert len(embedder.seen) == len(texts)


def test_two_who_fill_embed_nothing_twice(collection: Collection, embedder: Watched, add: Callable[..., str]) -> None:
    add([f"text {number}" for number in range(600)])
    others = [Collection(collection.store.folder, embedder) for _ in range(3)]
    workers = [threading.Thread(target=one.fill_vectors) for one in others]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(embedder.seen) == len(set(embedder.seen)) == 600
    assert collection.pending() == 0


def test_a_fresh_document_is_ranked_by_meaning_before_its_turn(
    collection: Collection, embedder: Watched, add: Callable[..., str]
) -> None:
    add(PAGES)
    add(["Swifts sleep in the air.", "The swift lands to breed."], "birds.txt", Source("upload", "birds.txt"))
    found = collection.search("swift sleep").hits[0]
    assert found.ranks == {"lexical": 1, "dense": 1}
    assert len(embedder.seen) == 2
    assert vectors(collection) == {}  # a search writes nothing
    collection.search("swift breed")
    assert len(embedder.seen) == 2


def test_at_most_eight_are_embedded_while_a_question_waits(
    collection: Collection, embedder: Watched, add: Callable[..., str]
) -> None:
    add([f"The swift number {number}." for number in range(30)])
    collection.search("swift")
    assert len(embedder.seen) == 8


def test_fresh_scores_are_those_it_will_have(
    collection: Collection, embedder: Watched, add: Callable[..., str]
) -> None:
    add(PAGES[:5])
    ids = [row[0] for row in collection.store.connection.execute("SELECT id FROM chunks")]
    query = embedder.embed_query("page 3")
    early = collection._fresh.scores(query, ids)
    collection.fill_vectors()
    assert collection._fresh.scores(query, ids) == {}
    stored = {text: float(np.frombuffer(blob, "<f2") @ query) for text, blob in vectors(collection).items()}
    assert [early[one] for one in ids] == pytest.approx([stored[text] for text in PAGES[:5]], abs=1e-3)


@pytest.mark.parametrize("why", ["a slow embedder", "no time"])
def test_nobody_waits_for_a_slow_embedder(
    collection: Collection, embedder: Watched, add: Callable[..., str], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(PAGES)
    if why == "no time":
        assert collection._fresh.scores(embedder.embed_query("page"), [1, 2, 3], seconds=0) == {}
    else:
        monkeypatch.setattr(embedder, "quick", False)
        assert collection.search("page 3").hits[0].ranks == {"lexical": 1}
    assert embedder.seen == []


@pytest.mark.parametrize(
    ("text", "embedded"),
    [
        ("2.1 Installing ........ 14\n2.2 Removing . . . . . . 15", "2.1 Installing … 14\n2.2 Removing … 15"),
        ("第二章　安装………………………14", "第二章　安装 … 14"),
        ("Wait... and see 1.2.3.4.", "Wait... and see 1.2.3.4."),
    ],
)
def test_dots_that_lead_to_a_page_are_not_embedded(text: str, embedded: str) -> None:
    assert passage_text("manual.pdf", "", text, len) == f"manual\n{embedded}"
