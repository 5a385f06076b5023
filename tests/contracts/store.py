from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from docent.ingest import Chunk, Document, Page, PageReport, Span
from docent.retrieval import (
    Collection,
    DocumentNotFound,
    EmbedderError,
    HashEmbedder,
    SearchFilter,
    SearchOptions,
    Source,
    SynonymFile,
    check_collection,
    keep_questions,
    publish_questions,
    reindex,
)

Open = Callable[..., Collection]


def document(name: str, *texts: str) -> tuple[Document, list[Chunk]]:
    """A document with one chunk on each page."""
    identity = f"{abs(hash((name, texts))):064x}"
    pages = tuple(Page(n, 600, 800, (), PageReport("text", len(text))) for n, text in enumerate(texts, start=1))
    chunks = [
        Chunk(identity, n - 1, text, f"Section {n}", (Span(n, (10, 20, 100, 32), 0, len(text)),))
        for n, text in enumerate(texts, start=1)
    ]
    return Document(identity, name, "text/plain", pages), chunks


class StoreContract:
    """Subclass it and give a fixture `open_store(embedder=...)` that opens the same data again each time."""

    @pytest.fixture
    def collection(self, open_store: Open, original: Path) -> Collection:
        collection = open_store()
        for name, texts in {
            "tea.txt": ("绿茶的最佳冲泡温度是八十度。", "红茶需要沸水冲泡，时间三分钟。"),
            "parts.txt": ("Fit bracket TH-01 with 12.5 N·m.", "The fuse is PX-2040/B.", "依据 GB/T 7714 编写。"),
        }.items():
            collection.store.add(*document(name, *texts), Source("upload", name), original)
        collection.fill_vectors()
        return collection

    @pytest.fixture
    def original(self, tmp_path: Path) -> Path:
        path = tmp_path / "original"
        path.write_bytes(b"bytes")
        return path

    @pytest.mark.parametrize(
        ("question", "name", "page"),
        [
            ("绿茶温度", "tea.txt", 1),
            ("紅茶時間", "tea.txt", 2),
            ("TH-01", "parts.txt", 1),
            ("th01 bracket", "parts.txt", 1),
            ("ＰＸ－２０４０／Ｂ", "parts.txt", 2),
            ("7714", "parts.txt", 3),
            ("which fuses are there?", "parts.txt", 2),
        ],
    )
    def test_words_identifiers_and_variants_are_found(
        self, collection: Collection, question: str, name: str, page: int
    ) -> None:
        first = collection.search(question).hits[0]
        assert (first.document.name, first.chunk.pages) == (name, (page,))

    def test_a_hit_says_why_and_where(self, collection: Collection) -> None:
        first = collection.search("绿茶的最佳冲泡温度").hits[0]
        assert first.ranks == {"lexical": 1, "dense": 1}
        assert first.chunk.spans[0].box == (10, 20, 100, 32)
        assert first.chunk.heading == "Section 1"

    def test_filters_narrow_both_branches(self, collection: Collection) -> None:
        only = collection.search("冲泡 TH-01", where=SearchFilter(documents=("TEA.txt",)))
        assert {hit.document.name for hit in only.hits} == {"tea.txt"}
        paged = collection.search("冲泡 TH-01", where=SearchFilter(pages=(2, 2)))
        assert {hit.chunk.pages for hit in paged.hits} == {(2,)}
        with pytest.raises(DocumentNotFound, match=r"missing\.txt"):
            collection.search("x", where=SearchFilter(documents=("missing.txt",)))

    def test_what_is_removed_is_never_found_again(self, collection: Collection, open_store: Open) -> None:
        (tea,) = collection.store.find("tea.txt")
        assert (collection.store.originals / tea.id).exists()
        collection.store.remove(tea.id)
        for one in (collection, open_store()):
            assert all(hit.document.id != tea.id for hit in one.search("绿茶的最佳冲泡温度").hits)
        assert not (collection.store.originals / tea.id).exists()

    def test_another_process_sees_a_commit_at_once(
        self, collection: Collection, open_store: Open, original: Path
    ) -> None:
        collection.search("anything")
        other = open_store()
        other.store.add(*document("new.txt", "海豚是哺乳动物。"), Source("upload", "new.txt"), original)
        assert collection.search("海豚").hits[0].document.name == "new.txt"
        assert collection.pending() == 1
        other.fill_vectors()
        assert collection.search("海豚").hits[0].ranks == {"lexical": 1, "dense": 1}

    def spoil(self, collection: Collection) -> None:
        """Make the index of a collection useless, and close it."""
        raise NotImplementedError

    def test_indexes_are_caches(self, collection: Collection, open_store: Open) -> None:
        before = collection.search("红茶 沸水").hits
        self.spoil(collection)
        assert open_store().search("红茶 沸水").hits == before

    def test_sources_keep_a_document(self, collection: Collection, original: Path) -> None:
        twice = document("twice.txt", "海豚是哺乳动物。")
        first, second = Source("upload", "twice.txt"), Source("folder", "/f/twice.txt", "/f")
        collection.store.add(*twice, first, original)
        collection.store.attach(twice[0].id, second)
        assert collection.store.detach([first]) == []
        assert collection.search("海豚").hits[0].document.path == "/f/twice.txt"
        assert collection.store.detach([second]) == [twice[0].id]
        assert not collection.store.find("twice.txt")

    def test_a_failed_write_leaves_nothing(self, collection: Collection, original: Path) -> None:
        made, chunks = document("half.txt", "半个文档。", "另一半。")
        before = collection.store.documents()
        with pytest.raises(IndexError):
            collection.store.add(made, [chunks[0], Chunk(made.id, 1, "x", "", ())], Source("upload", "half"), original)
        assert collection.store.documents() == before
        assert all(hit.document.name != "half.txt" for hit in collection.search("半个文档").hits)

    def test_another_embedder_is_a_sentence(self, collection: Collection, open_store: Open) -> None:
        collection.close()
        with pytest.raises(EmbedderError, match="embedded by hash"):
            open_store(embedder=HashEmbedder(32))

    def test_tags_and_days_narrow(self, collection: Collection, original: Path) -> None:
        dated = document("dated.txt", "绿茶八十度，新版。")
        collection.store.add(*dated, Source("upload", "dated.txt"), original, dated="2021-03-04")
        (tea,) = collection.store.find("tea.txt")
        collection.store.tag(tea.id, ["饮品"])

        def names(where: SearchFilter) -> set[str]:
            return {hit.document.name for hit in collection.search("绿茶八十度", where=where).hits}

        assert names(SearchFilter(tags=("飲品",))) == {"tea.txt"}
        assert names(SearchFilter(until=date(2021, 3, 4))) == {"dated.txt"}
        assert "dated.txt" not in names(SearchFilter(since=date(2021, 3, 5)))
        with pytest.raises(DocumentNotFound, match="fits the filter"):
            collection.search("绿茶八十度", where=SearchFilter(tags=("饮品",), until=date(2021, 3, 4)))

    def test_a_new_version_takes_the_place_of_the_old(self, collection: Collection, original: Path) -> None:
        assert collection.search("沸水").hits[0].document.name == "tea.txt"
        collection.store.add(*document("tea.txt", "红茶用九十度的水。"), Source("upload", "tea.txt"), original)
        collection.fill_vectors()
        found = [hit.chunk.text for hit in collection.search("红茶 沸水").hits]
        assert "红茶用九十度的水。" in found
        assert not any("沸水" in text for text in found)

    def test_a_restored_document_is_found_again(self, collection: Collection) -> None:
        (tea,) = collection.store.find("tea.txt")
        before = collection.search("红茶 沸水").hits[0]
        collection.store.remove(tea.id, undo=True)
        assert all(hit.document.id != tea.id for hit in collection.search("红茶 沸水").hits)
        collection.store.restore(tea.id)
        after = collection.search("红茶 沸水").hits[0]
        assert (after.chunk, after.document, after.ranks) == (before.chunk, before.document, before.ranks)

    def test_all_is_found_as_before_after_a_restart(self, collection: Collection, open_store: Open) -> None:
        before = collection.search("绿茶的最佳冲泡温度", SearchOptions(limit=3)).hits
        collection.close()
        assert open_store().search("绿茶的最佳冲泡温度", SearchOptions(limit=3)).hits == before

    def test_what_no_passage_has_is_told(self, collection: Collection) -> None:
        assert collection.search("绿茶 zebra TH-01").unknown == {"zebra"}
        tea = SearchFilter(documents=("tea.txt",))
        assert "bracket" in collection.search("绿茶 bracket", where=tea).unknown

    def test_words_that_stand_together(self, collection: Collection) -> None:
        (one,) = collection.together("绿茶 温度", 5)
        assert collection.store.chunks([one])[one][0].text.startswith("绿茶")
        assert collection.together("绿茶 沸水", 5) == []

    def test_synonyms_widen_the_question(self, collection: Collection, tmp_path: Path) -> None:
        words = tmp_path / "words.txt"
        words.write_text("saw tooth = bracket\n", encoding="utf-8")
        plain, widened = (
            collection.lexical("saw tooth", 5),
            collection.search("saw tooth", SearchOptions(synonyms=SynonymFile(words))).hits,
        )
        assert plain == []
        assert widened[0].document.name == "parts.txt"
        assert (widened[0].ranks["lexical"], widened[0].also) == (1, ("bracket",))

    def test_questions_of_a_model_find_a_passage_and_make_no_word_known(self, collection: Collection) -> None:
        (fuse,) = collection.together("the fuse", 1)
        keep_questions(collection.store, fuse, "echo", ["What protects the circuit?"])
        publish_questions(collection.store)
        found = collection.search("circuit protects")
        assert found.hits[0].chunk_id == fuse
        assert found.hits[0].ranks["lexical"] == 1
        assert found.unknown == {"circuit", "protect"}

    def test_the_index_holds_what_the_database_has(self, collection: Collection, original: Path) -> None:
        ids = {row[0] for row in collection.store.connection.execute("SELECT id FROM chunks")}
        assert collection.indexed() == (ids, ids)
        collection.store.remove(collection.store.find("parts.txt")[0].id)
        collection.store.add(*document("new.txt", "海豚。"), Source("upload", "new.txt"), original)
        left = {row[0] for row in collection.store.connection.execute("SELECT id FROM chunks")}
        assert collection.indexed() == (left, left & ids)
        assert check_collection(collection)[0].check == "vectors", "one passage waits for its vector, and that is all"

    def test_an_index_can_be_built_anew(self, collection: Collection) -> None:
        before = collection.search("红茶 沸水").hits
        collection.rebuild_indexes()
        assert collection.search("红茶 沸水").hits == before

    def test_a_passage_of_several_parts_is_one_hit(self, open_store: Open, original: Path) -> None:
        """Its last words stand in a part of its own, since the embedder's window is short."""
        long = " ".join(f"word{number}" for number in range(600)) + " dolphin"
        collection = open_store(embedder=ShortSighted())
        collection.store.add(*document("long.txt", long, "Something else."), Source("upload", "long.txt"), original)
        collection.fill_vectors()
        parts = collection.store.connection.execute("SELECT max(part) FROM vectors").fetchone()[0]
        assert parts > 0
        (first, second) = collection.dense("dolphin", 5)
        assert collection.store.chunks([first])[first][0].text == long
        collection.store.remove(collection.store.find("long.txt")[0].id)
        assert collection.dense("dolphin", 5) == []
        assert second != first

    def test_a_collection_moves_to_another_embedder(self, collection: Collection, open_store: Open) -> None:
        collection.search("anything")
        other = HashEmbedder(32)
        assert reindex(collection, other, "hash:32") == 5
        moved = open_store(embedder=other)
        assert moved.search("绿茶的最佳冲泡温度").hits[0].ranks == {"lexical": 1, "dense": 1}
        ids = {row[0] for row in moved.store.connection.execute("SELECT id FROM chunks")}
        assert moved.indexed() == (ids, ids)


class ShortSighted(HashEmbedder):
    """Its window is smaller than a long passage."""

    def __init__(self) -> None:
        super().__init__(64)
        self.fingerprint = replace(self.fingerprint, max_tokens=128)
