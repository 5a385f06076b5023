from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from docent.ingest import Chunk, Document, Page, PageReport, Span
from docent.retrieval import Collection, DocumentNotFound, EmbedderError, HashEmbedder, SearchFilter, Source

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
