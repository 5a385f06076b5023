from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from contracts.store import StoreContract, document

from docent.retrieval import Collection, Embedder, HashEmbedder, Source, make_store


class TestLocalStore(StoreContract):
    @pytest.fixture
    def open_store(self, tmp_path: Path) -> Iterator[Callable[..., Collection]]:
        opened: list[Collection] = []

        def open_again(embedder: Embedder | None = None) -> Collection:
            opened.append(Collection(tmp_path / "蒐集 📚", embedder or HashEmbedder(64)))
            return opened[-1]

        yield open_again
        for collection in opened:
            collection.close()

    def spoil(self, collection: Collection) -> None:
        folder = collection.store.folder
        collection.close()
        for path in [*folder.glob("lexical/*/*"), *folder.glob("lexical/*"), *folder.glob("vectors/*/*")]:
            if path.is_file():
                path.write_bytes(b"damaged")


class TestMilvusStore(StoreContract):
    """By Milvus Lite, which speaks the same API as a server does."""

    def spoil(self, collection: Collection) -> None:
        collection.index._server.call(lambda client: client.drop_collection(client.list_collections()[0]))
        collection.close()

    @pytest.fixture
    def open_store(self, tmp_path: Path) -> Iterator[Callable[..., Collection]]:
        opened: list[Collection] = []
        make_index = make_store(f"milvus:{tmp_path / 'vectors.db'}").open

        def open_again(embedder: Embedder | None = None) -> Collection:
            opened.append(Collection(tmp_path / "蒐集 📚", embedder or HashEmbedder(64), make_index=make_index))
            return opened[-1]

        yield open_again
        for collection in opened:
            collection.close()


def test_a_file_that_a_killed_commit_left_is_no_stumbling_block(tmp_path: Path) -> None:
    """tantivy writes deletions into a file called by the number of the commit, and never over one that is there."""
    collection = Collection(tmp_path / "c", HashEmbedder(16))
    (tmp_path / "original").write_bytes(b"x")
    for name in ("one", "two"):
        text = (f"The text of {name}.", f"More of {name}.")
        collection.store.add(*document(f"{name}.txt", *text), Source("upload", name), tmp_path / "original")
    collection.refresh()
    (index,) = tmp_path.glob("c/lexical/v*")
    commit = json.loads((index / "meta.json").read_text())
    for segment in commit["segments"]:
        for number in range(commit["opstamp"], commit["opstamp"] + 20):
            (index / f"{segment['segment_id'].replace('-', '')}.{number}.del").write_bytes(b"")
    collection.store.remove(collection.store.find("one.txt")[0].id)
    collection.store.add(*document("three.txt", "A third."), Source("upload", "three"), tmp_path / "original")
    assert collection.search("third").hits[0].document.name == "three.txt"
    assert list(tmp_path.glob("c/lexical/v*")) != [index]
    collection.close()


def test_threads_that_have_ended_leave_no_database_open(tmp_path: Path) -> None:
    """A server answers each request in a thread, and those come and go."""
    store = Collection(tmp_path / "c", HashEmbedder(16)).store
    files = Path("/proc/self/fd")
    if not files.is_dir():
        pytest.skip("open files can be counted on Linux alone")

    def read() -> None:
        assert store.documents() == []

    def open_files() -> int:
        read_in = threading.Thread(target=read)
        read_in.start()
        read_in.join()
        return sum(str(one.resolve()).endswith("library.db") for one in files.iterdir())

    before = open_files()
    assert max(open_files() for _ in range(20)) <= before + 1
    store.close()
