"""What a Milvus adds to the contract: servers that are down or wrong, files of others, and sending that is cut off."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from contracts.store import document

from docent.app import Library, Settings, open_library
from docent.retrieval import (
    Collection,
    HashEmbedder,
    SearchFilter,
    Source,
    StoreError,
    check_collection,
    make_store,
)
from docent.retrieval.milvus import server as milvus_server
from docent.retrieval.milvus import sync as milvus_sync
from docent.retrieval.milvus.index import MilvusIndex
from docent.retrieval.milvus.rows import encoded, mark_of, rows_of
from docent.retrieval.milvus.server import MilvusPlace, check_version, sentence
from docent.retrieval.storage.rows import chunk_from_row
from docent.retrieval.terms import index_terms
from docent.retrieval.types import DocumentRef

pytest.importorskip("pymilvus")
pytest.importorskip("milvus_lite")


class Server:
    """Milvus Lite behind a port, which goes down and comes back with what it had."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = 0
        self.start()

    @property
    def uri(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        from milvus_lite.adapter.grpc.server import start_server_in_thread

        self._server, self._database, self._port = start_server_in_thread(str(self._folder), port=self._port)

    def stop(self) -> None:
        self._server.stop(0).wait()
        self._database.close()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(milvus_sync, "CONSISTENCY", "Eventually")  # Milvus Lite keeps no clock
    running = Server(tmp_path / "server")
    yield running
    running.stop()


@pytest.fixture
def original(tmp_path: Path) -> Path:
    path = tmp_path / "original"
    path.write_bytes(b"bytes")
    return path


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., Collection]]:
    """Opens a collection of this test by a spec."""
    made: list[Collection] = []

    def open_by(spec: str, folder: str = "c", dimension: int = 16) -> Collection:
        made.append(Collection(tmp_path / folder, HashEmbedder(dimension), make_index=make_store(spec).open))
        return made[-1]

    yield open_by
    for one in made:
        one.close()


def add(collection: Collection, original: Path, name: str, *texts: str) -> None:
    collection.store.add(*document(name, *texts), Source("upload", name), original)
    collection.fill_vectors()


def closed_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("milvus", "there are local, and milvus:http"),
        ("milvus:", "there are local, and milvus:http"),
        ("faiss:here", "there are local, and milvus:http"),
        ("local:here", "there are local, and milvus:http"),
        ("milvus:somewhere", "give milvus:http://HOST:19530, or milvus:FILE.db"),
        ("milvus:ftp://host:1", "give milvus:http://HOST:19530, or milvus:FILE.db"),
        ("milvus:http://:19530", "give milvus:http://HOST:19530, or milvus:FILE.db"),
        ("milvus:http://host:port", "give milvus:http://HOST:19530, or milvus:FILE.db"),
        ("milvus:http://root:secret@host:19530", "set DOCENT_STORE_API_KEY"),
        ("milvus:http://host:19530?shards=3", "there are database, fusion"),
        ("milvus:http://host:19530?fusion=best", "there are weighted, rrf"),
    ],
)
def test_a_wrong_spec_is_a_sentence(spec: str, said: str) -> None:
    with pytest.raises(StoreError, match=said) as raised:
        make_store(spec)
    assert "secret" not in str(raised.value)


def test_a_missing_package_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(milvus_server, "find_spec", lambda _: None)
    with pytest.raises(StoreError, match=r"needs pymilvus: run `pip install 'docent-qa\[milvus\]'`"):
        make_store("milvus:http://127.0.0.1:19530")


def test_the_token_is_not_shown() -> None:
    assert "secret" not in repr(MilvusPlace("http://host", "secret"))
    assert "secret" not in repr(Settings(store_api_key="secret"))


@pytest.mark.parametrize(
    ("version", "is_old"),
    [("2.4.23", True), ("v2.4.0-dev", True), ("1.1.1", True), ("v2.5.0", False), ("2.6.1", False), ("3.0", False),
     ("milvus_lite-3.2.2", False), ("", False)],
)  # fmt: skip
def test_a_server_that_is_too_old_is_told_by_its_version(version: str, is_old: bool) -> None:
    place = MilvusPlace("http://host:19530")
    if is_old:
        with pytest.raises(StoreError, match=rf"http://host:19530 is version {version}, .* install 2.5 or a newer one"):
            check_version(place, version)
    else:
        check_version(place, version)


def test_a_server_is_asked_for_its_version(
    server: Server, opened: Callable[..., Collection], original: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from milvus_lite.adapter.grpc.servicer import MilvusServicer
    from pymilvus.grpc_gen import common_pb2, milvus_pb2

    old = milvus_pb2.GetVersionResponse(status=common_pb2.Status(code=0), version="v2.4.9")
    monkeypatch.setattr(MilvusServicer, "GetVersion", lambda *_: old)
    server.stop()
    server.start()
    collection = opened(f"milvus:{server.uri}")
    add(collection, original, "a.txt", "A swift sleeps in the air.")
    with pytest.raises(StoreError, match=r"is version v2\.4\.9, which is too old"):
        collection.search("swift")


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("<_InactiveRpcError of RPC: UNAUTHENTICATED>", "set DOCENT_STORE_API_KEY"),
        ("PermissionDenied: privilege", "set DOCENT_STORE_API_KEY"),
        ("[search] Retry timeout: 60s, UNAVAILABLE", "does not answer"),
        ("database not found[database=x]", r"cannot do it: database not found\[database=x\]\."),
    ],
)
def test_what_a_server_says_becomes_a_sentence(told: str, said: str) -> None:
    assert re.search(said, sentence(MilvusPlace("http://host:19530"), RuntimeError(told)))


def test_a_server_that_is_down_stops_no_ingest_and_is_a_sentence_in_a_search(
    tmp_path: Path, docs: Path, settings: Settings
) -> None:
    port = closed_port()
    with open_library(data_dir=settings.data_dir, embedder="hash:64", reading_processes=0,
                      store=f"milvus:http://127.0.0.1:{port}") as library:  # fmt: skip
        assert [result.status for result in library.sync([docs])] == ["added", "added"]
        library.collection().fill_vectors()
        said = library.collection().refresh()
        assert f"http://127.0.0.1:{port} does not answer" in said
        with pytest.raises(StoreError, match="does not answer"):
            library.search("swift")
        with pytest.raises(StoreError, match="does not answer"):
            library.collection().rebuild_indexes()
    with open_library(data_dir=settings.data_dir, embedder="hash:64", reading_processes=0,
                      store=f"milvus:{tmp_path / 'x.db'}") as library:  # fmt: skip
        assert library.search("swift").hits[0].document.name == "birds.md", "nothing was lost"


def test_an_ingest_says_that_milvus_is_down(docs: Path, tmp_path: Path) -> None:
    (tmp_path / "docent.toml").write_text(
        f'store = "milvus:http://127.0.0.1:{closed_port()}"\nembedder = "hash:64"\nreading_processes = 0\n'
        f'data_dir = "{(tmp_path / "data").as_posix()}"\n'
    )
    run = [sys.executable, "-m", "docent.ingest", str(docs), "--json"]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert json.loads(done.stdout.splitlines()[-1])["summary"]["added"] == 2
    assert re.fullmatch(r"docent: Milvus at http://\S+ does not answer: .* is kept, .*\.\n", done.stderr)


def test_a_server_that_goes_down_in_the_middle_gets_the_rest_later(
    server: Server, opened: Callable[..., Collection], original: Path
) -> None:
    collection = opened(f"milvus:{server.uri}")
    add(collection, original, "a.txt", "A swift sleeps in the air.")
    assert collection.search("swift").hits[0].ranks == {"lexical": 1, "dense": 1}
    server.stop()
    add(collection, original, "b.txt", "Dolphins sleep in the sea.")
    collection.store.remove(collection.store.find("a.txt")[0].id)
    assert "does not answer" in collection.refresh()
    with pytest.raises(StoreError, match="does not answer"):
        collection.search("dolphins")
    server.start()
    assert [hit.document.name for hit in collection.search("dolphins swift sleep").hits] == ["b.txt"]
    ids = {row[0] for row in collection.store.connection.execute("SELECT id FROM chunks")}
    assert collection.indexed() == (ids, ids)


@pytest.mark.parametrize("cut", [1, 2, 4, 5, 9])
def test_sending_that_is_cut_off_goes_on_where_it_was(
    cut: int, tmp_path: Path, opened: Callable[..., Collection], original: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It fails at a deletion, at a mark, at the first rows, and at the last mark; only the last batch is sent twice."""
    monkeypatch.setattr(milvus_sync, "BATCH", 2)
    collection = opened(f"milvus:{tmp_path / 'm.db'}")
    index = collection.index
    assert isinstance(index, MilvusIndex)
    index.refresh()
    add(collection, original, "gone.txt", "One that leaves.", "And more of it.")
    index.refresh()
    collection.store.remove(collection.store.find("gone.txt")[0].id)
    add(collection, original, "a.txt", *(f"Passage {number} of a swift." for number in range(5)))
    calls, upserted = [0], []
    call = index._server.call

    def counted(work: Callable[[Any], Any]) -> Any:
        def through(client: Any) -> Any:
            return work(Cut(client, calls, upserted, cut))

        return call(through)

    monkeypatch.setattr(index._server, "call", counted)
    assert "cut off" in index.refresh()
    assert {hit.document.name for hit in collection.search("swift passage leaves").hits} == {"a.txt"}
    ids = {row[0] for row in collection.store.connection.execute("SELECT id FROM chunks")}
    assert collection.indexed() == (ids, ids)
    assert calls[0] > cut
    sent = [row["id"] for rows in upserted for row in rows if row["id"]]
    assert set(sent) == ids
    assert len(sent) <= len(ids) + milvus_sync.BATCH


class Cut:
    """A client whose calls that write fail after so many."""

    def __init__(self, client: Any, calls: list[int], upserted: list[Any], cut: int) -> None:
        self._client, self._calls, self._upserted, self._cut = client, calls, upserted, cut

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        return self._counted(found) if name in {"upsert", "delete"} else found

    def _counted(self, found: Callable[..., Any]) -> Callable[..., Any]:
        def write(*arguments: Any, **options: Any) -> Any:
            self._calls[0] += 1
            if self._calls[0] == self._cut:
                raise StoreError("cut off.")
            if len(arguments) > 1:
                self._upserted.append(arguments[1])
            return found(*arguments, **options)

        return write


def test_a_file_that_another_process_has_is_a_sentence_and_stops_no_ingest(
    tmp_path: Path, opened: Callable[..., Collection], original: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(milvus_server, "FILE_SECONDS", 0.2)
    file = tmp_path / "m.db"
    file.mkdir()
    hold = "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX); print(1, flush=True); input()"
    other = subprocess.Popen(
        [sys.executable, "-c", hold, str(file / "LOCK")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    other.stdout.readline()
    collection = opened(f"milvus:{file}")
    add(collection, original, "a.txt", "A swift sleeps in the air.")
    assert "open in another process" in collection.refresh()
    with pytest.raises(StoreError, match="ask through that one"):
        collection.search("swift")
    other.communicate("\n")
    assert collection.search("swift").hits[0].document.name == "a.txt"


def test_bringing_a_file_up_to_date_leaves_it_to_others(
    tmp_path: Path, opened: Callable[..., Collection], original: Path
) -> None:
    """A worker's process commits and refreshes; the server's searches."""
    collection = opened(f"milvus:{tmp_path / 'm.db'}")
    add(collection, original, "a.txt", "A swift sleeps in the air.")
    assert collection.refresh() == ""
    assert not collection.index._server.is_open  # type: ignore[attr-defined]
    assert collection.search("swift").hits
    assert collection.refresh() == ""
    assert collection.index._server.is_open, "since it searches"  # type: ignore[attr-defined]


def test_a_strange_file_is_left_alone(tmp_path: Path, opened: Callable[..., Collection], original: Path) -> None:
    (tmp_path / "m.db").write_bytes(b"SQLite format 3\0")
    collection = opened(f"milvus:{tmp_path / 'm.db'}")
    add(collection, original, "a.txt", "A swift sleeps in the air.")
    with pytest.raises(StoreError, match="a file of another kind"):
        collection.search("swift")


def test_a_collection_of_another_embedder_is_a_sentence_and_doctor_mends_it(
    tmp_path: Path, opened: Callable[..., Collection], original: Path
) -> None:
    spec = f"milvus:{tmp_path / 'm.db'}"
    one, other = opened(spec, "one", 16), opened(spec, "other", 24)
    for collection in (one, other):
        add(collection, original, "a.txt", "A swift sleeps in the air.")
    one.search("swift")
    shutil.copy(tmp_path / "one" / milvus_sync.NAME, tmp_path / "other")
    with pytest.raises(StoreError, match=r"made by another embedder .*: `python -m app doctor --fix` builds it anew"):
        other.search("swift")
    (found,) = [one for one in check_collection(other, fix=True) if one.check == "index files"]
    assert found.is_mended
    assert other.search("swift").hits[0].ranks == {"lexical": 1, "dense": 1}


def test_a_collection_of_a_newer_version_is_left_alone(
    tmp_path: Path, opened: Callable[..., Collection], original: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection = opened(f"milvus:{tmp_path / 'm.db'}")
    add(collection, original, "a.txt", "A swift sleeps in the air.")
    monkeypatch.setattr(milvus_sync, "FORMAT", 2)
    collection.search("swift")
    monkeypatch.setattr(milvus_sync, "FORMAT", 1)
    add(collection, original, "b.txt", "Another.")
    with pytest.raises(StoreError, match="newer version of Docent"):
        collection.search("swift")


def test_an_older_database_in_its_place_is_sent_anew(
    tmp_path: Path, opened: Callable[..., Collection], original: Path
) -> None:
    """As after a restored backup: what came since then is in Milvus and no longer in the database."""
    spec = f"milvus:{tmp_path / 'm.db'}"
    collection = opened(spec)
    add(collection, original, "a.txt", "A swift sleeps in the air.")
    collection.store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(tmp_path / "c" / "library.db", tmp_path / "backup.db")
    add(collection, original, "b.txt", "Dolphins sleep in the sea.")
    assert len(collection.search("sleep").hits) == 2
    collection.close()
    for path in (tmp_path / "c").glob("library.db*"):
        path.unlink()
    shutil.copy(tmp_path / "backup.db", tmp_path / "c" / "library.db")
    assert [hit.document.name for hit in opened(spec).search("sleep dolphins").hits] == ["a.txt"]


def test_a_row_is_enough_to_make_a_hit(tmp_path: Path, opened: Callable[..., Collection], original: Path) -> None:
    """Text, headings, boxes and pages travel; the row of the mark is none of them."""
    collection = opened(f"milvus:{tmp_path / 'm.db'}")
    add(collection, original, "茶.txt", "绿茶的最佳冲泡温度是八十度。", "红茶需要沸水冲泡。")
    collection.refresh()
    index = collection.index
    assert isinstance(index, MilvusIndex)
    name = index._sender.name
    rows = index._asked(
        lambda client: client.query(name, filter="id >= 0", output_fields=["passage", "document", "first_page"])
    )
    assert mark_of(next(row["passage"] for row in rows if row["id"] == 0)).last_row == 2
    known = collection.store.chunks([1, 2])
    for row in (row for row in rows if row["id"]):
        told = json.loads(row["passage"])
        chunk = chunk_from_row({**told, "document_id": row["document"]})
        assert (chunk, DocumentRef(row["document"], told["name"], told["path"])) == known[row["id"]]
        assert chunk.spans[0].box == (10, 20, 100, 32)
        assert row["first_page"] == chunk.pages[0]


def test_words_are_whole_for_milvus() -> None:
    text = "Café GB/T 7714、12.5 N·m，绿茶 ТЕСТ"
    words = encoded(index_terms(text)).split()
    assert len(words) == len(index_terms(text))
    assert all(word.isascii() and word.isalnum() for word in words)
    assert len(set(words)) == len(set(index_terms(text)))


def test_a_text_that_milvus_cannot_take_is_cut_for_it_alone(
    opened: Callable[..., Collection], original: Path, tmp_path: Path
) -> None:
    collection = opened(f"milvus:{tmp_path / 'm.db'}")
    add(collection, original, "long.txt", "绿茶" * 20_000 + "红茶", "swift")
    index = collection.index
    assert isinstance(index, MilvusIndex)
    row = rows_of(index._of, [1])[0]
    assert row["passage"] == ""
    assert len(row["words"]) <= 65_535
    assert collection.search("绿茶").hits[0].chunk.text.endswith("红茶")


def test_milvus_can_join_both_lists_itself(tmp_path: Path, opened: Callable[..., Collection], original: Path) -> None:
    collection = opened(f"milvus:{tmp_path / 'm.db'}?fusion=rrf")
    add(collection, original, "a.txt", "A swift sleeps in the air.", "Dolphins sleep in the sea.")
    first = collection.search("dolphins asleep").hits[0]
    assert (first.chunk.pages, first.ranks) == ((2,), {"hybrid": 1})
    narrow = collection.search("dolphins", where=SearchFilter(pages=(1, 1))).hits
    assert [hit.chunk.pages for hit in narrow] == [(1,)]


def test_a_deleted_collection_leaves_milvus(tmp_path: Path, docs: Path, settings: Settings) -> None:
    with open_library(data_dir=settings.data_dir, embedder="hash:64", reading_processes=0,
                      store=f"milvus:{tmp_path / 'm.db'}") as library:  # fmt: skip
        for name in ("kept", "leaves"):
            library.create_collection(name)
            list(library.sync([docs], collection=name))
            assert library.search("swift", collection=name).hits
        assert len(names(library)) == 2
        library.delete_collection("leaves")
        assert len(names(library)) == 1
        assert library.search("swift", collection="kept").hits


def names(library: Library) -> list[str]:
    index = library.collection("kept").index
    assert isinstance(index, MilvusIndex)
    return list(index._server.call(lambda client: client.list_collections()))
