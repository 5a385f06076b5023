"""`ingest --ray` on a cluster of this machine: the same chunks and vectors as without it, whatever dies meanwhile."""

from __future__ import annotations

import re
import shutil
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from conftest import ROOT, SAMPLES
from pdfs import write_pdf

from docent.app import Library, Settings, SyncOptions, open_library
from docent.app.cluster import ray_cluster
from docent.app.cluster.ray_address import ClusterError, RayAddress, parse_address, require_answer
from docent.app.cluster.ray_cluster import RayCluster
from docent.app.cluster.ray_worker import BUILD, EmbedErrand, ReadErrand, embed_there, read_there
from docent.app.cluster.ray_workers import RayWorkers
from docent.app.intake.reader_pool import ReaderLimits
from docent.app.intake.reading import ReadRequest
from docent.app.intake.taking import FileResult
from docent.ingest import ChunkOptions
from docent.ingest.__main__ import main
from docent.retrieval import make_embedder

ray = pytest.importorskip("ray")

pytestmark = pytest.mark.timeout(600)  # processes of Ray start slowly where all cores are busy

LONG = [f"Page {number} speaks of tea, and of birds that sleep in the air." for number in range(1, 250)]


def settings_in(folder: Path) -> Settings:
    return Settings(data_dir=folder / "data", cache_dir=folder / "cache", embedder="hash:64", reading_processes=2)


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RayWorkers]:
    with RayWorkers("local", settings_in(tmp_path_factory.mktemp("ray"))) as connected:
        yield connected


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Good files, one that is damaged, one with a password and one of no known type."""
    docs = tmp_path / "docs"
    docs.mkdir()
    for number in range(5):
        write_pdf(docs / f"letter-{number}.pdf", [f"Letter {number} of the alphabet.", "A second page on tea."])
    (docs / "茶.txt").write_text("绿茶的最佳冲泡温度是八十度。红茶需要沸水冲泡。\n", encoding="utf-8")
    (docs / "bad.pdf").write_bytes(b"%PDF-1.7 and noise")
    write_pdf(docs / "locked.pdf", ["The secret is a kettle."], password="1234")
    (docs / "song.mp3").write_bytes(b"ID3")
    return docs


def contents(library: Library) -> dict[str, list[tuple[object, ...]]]:
    """Documents, pages, chunks and vectors, without the numbers that depend on the order of arrival."""
    connection = library.collection().store.connection
    queries = {
        "documents": "SELECT id, name, media_type, parser_version, dated FROM documents",
        "sources": "SELECT document_id, kind, path FROM sources",
        "pages": "SELECT document_id, number, width, height, report, blocks, location FROM pages",
        "chunks": "SELECT document_id, ordinal, heading, context, text, spans, table_rows, first_page, last_page"
        " FROM chunks",
        "vectors": "SELECT document_id, ordinal, part, vector FROM vectors JOIN chunks ON chunks.id = chunk_id",
    }
    return {name: sorted(map(tuple, connection.execute(query)), key=repr) for name, query in queries.items()}


def taken(results: list[FileResult]) -> list[tuple[object, ...]]:
    return [(Path(one.path).name, one.status, one.pages, one.chunks, one.warnings, one.reason) for one in results]


def children(name: str) -> list[psutil.Process]:
    """Processes below this one whose command begins so."""
    found = []
    for one in psutil.Process().children(recursive=True):
        try:
            if one.cmdline() and one.cmdline()[0].startswith(name):
                found.append(one)
        except psutil.Error:
            continue
    return found


def test_the_result_is_that_of_one_process(workers: RayWorkers, folder: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    options = SyncOptions(password="1234", progress=lambda _, done, total: told.append((done, total)))
    with open_library(settings_in(tmp_path / "one")) as one, open_library(settings_in(tmp_path / "two")) as two:
        here = list(one.sync([folder], replace(options, progress=None)))
        there = list(two.sync([folder], options, readers=workers.readers))
        assert taken(there) == taken(here)
        assert {status for _, status, *_ in taken(there)} == {"added", "failed", "skipped"}
        count = two.collection().fill_vectors(elsewhere=workers.embedding(two.collection()))
        assert count == one.collection().fill_vectors() > 0
        assert contents(two) == contents(one)
        assert two.search("kettle").hits[0].chunk.text == "The secret is a kettle."
        assert two.page_image(two.search("kettle").hits[0].document.id, 1).startswith(b"\x89PNG")
        assert (2, 2) in told
        assert all(total for _, total in told)
        again = {one.status for one in two.sync([folder], options, readers=workers.readers)}
        assert again == {"unchanged", "failed", "skipped"}
        assert list(two.spool.iterdir()) == []


def test_a_worker_that_is_killed_changes_nothing(workers: RayWorkers, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    for number in range(3):
        write_pdf(docs / f"{number}.pdf", [f"{number}. {text}" for text in LONG])
    killed: list[int] = []
    is_over = threading.Event()

    def kill() -> None:
        """The first worker that has a reader at work, and the reader of the next one."""
        while len(killed) < 2 and not is_over.wait(0.02):
            for worker in children("ray::read_there"):
                with suppress(psutil.NoSuchProcess):
                    readers = [child for child in worker.children() if child.cpu_times().user > 0.3]
                    if readers and worker.pid not in killed:
                        (worker if not killed else readers[0]).kill()
                        killed.append(worker.pid)
                        break

    with open_library(settings_in(tmp_path / "one")) as one, open_library(settings_in(tmp_path / "two")) as two:
        here = list(one.sync([docs]))
        killer = threading.Thread(target=kill)
        killer.start()
        there = list(two.sync([docs], readers=workers.readers))
        is_over.set()
        killer.join()
        assert len(killed) == 2
        assert taken(there) == taken(here)
        assert contents(two) == contents(one)


def test_a_run_that_is_broken_off_leaves_no_work_behind(workers: RayWorkers, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "first.txt").write_text("Green tea.", encoding="utf-8")
    for number in range(6):
        write_pdf(docs / f"long-{number}.pdf", [f"{number}. {text}" for text in LONG])
    with open_library(settings_in(tmp_path)) as library:
        run = library.sync([docs], readers=workers.readers)
        assert next(run).status == "added"
        run.close()  # type: ignore[attr-defined]
        until = time.monotonic() + 180
        while children("ray::read_there") and time.monotonic() < until:
            time.sleep(0.1)
        assert children("ray::read_there") == []
        assert list(library.spool.iterdir()) == []


def test_the_command_takes_files_there(
    workers: RayWorkers,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DOCENT_EMBEDDER", "hash:64")
    (folder / "bad.pdf").unlink()
    (folder / "locked.pdf").unlink()
    assert main([str(folder), "--data-dir", str(tmp_path / "data"), "--ray", "auto", "--json"]) == 0
    assert '"added": 6' in capsys.readouterr().out
    assert ray.is_initialized()  # a program's own connection stays


def test_a_cluster_that_falls_silent_is_given_up(workers: RayWorkers, monkeypatch: pytest.MonkeyPatch) -> None:
    assert workers.readers.at_once >= 16
    with RayCluster("auto") as cluster:
        monkeypatch.setattr(ray_cluster, "HEALTH_EVERY", 1)
        monkeypatch.setattr(ray_cluster, "WATCH_EVERY", 0.05)
        call = cluster.call(lambda: time.sleep(60))
        monkeypatch.setattr(ray_cluster, "speaks_grpc", lambda *_: False)
        with pytest.raises(ClusterError, match="does not answer any more"):
            call.result()
        call.cancel()


def test_what_workers_raise_is_one_sentence(workers: RayWorkers) -> None:
    with RayCluster("auto") as cluster:
        with pytest.raises(ClusterError, match=r"a Ray worker failed \(.*invalid literal"):
            cluster.call(lambda: int("tea")).result()
        with pytest.raises(FileNotFoundError):
            cluster.call(lambda: Path("/there is no such file").stat()).result()


def test_the_commands_of_the_page_on_scale_run(
    workers: RayWorkers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(SAMPLES, tmp_path / "samples", ignore=shutil.ignore_patterns("source", "*.jsonl", "scanned*"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOCENT_EMBEDDER", "hash:64")
    monkeypatch.setenv("DOCENT_DATA_DIR", str(tmp_path / "data"))
    (block,) = re.findall(r"(?ms)^```sh\n(.*?)^```", (ROOT / "docs" / "scale.md").read_text(encoding="utf-8"))
    commands = [line.removeprefix(".venv/bin/python -m ingest ").split() for line in block.splitlines()]
    assert [main(one) for one in commands] == [0, 0]
    assert "updated   " in capsys.readouterr().out


class TestAddresses:
    @pytest.mark.parametrize("text", ["", "cluster", "host:", "host:99999", "http://host:8265", "ray://host"])
    def test_what_is_no_address(self, text: str) -> None:
        with pytest.raises(ClusterError, match="is no address of a Ray cluster: give auto, local"):
            parse_address(text)

    def test_those_that_are(self) -> None:
        assert parse_address("local") == RayAddress("local")
        assert parse_address("head:6379") == RayAddress("head:6379", "head", 6379)
        assert parse_address("ray://[::1]:10001") == RayAddress("ray://[::1]:10001", "::1", 10001)

    def test_nothing_listens(self) -> None:
        with socket.socket() as taken_port:
            taken_port.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{taken_port.getsockname()[1]}"
            with pytest.raises(ClusterError, match=f"no Ray cluster answers at {address}"):
                require_answer(parse_address(address))

    def test_something_else_listens(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            address = f"ray://127.0.0.1:{server.getsockname()[1]}"

            def answer() -> None:
                connection, _ = server.accept()
                with connection:
                    connection.recv(100)
                    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

            thread = threading.Thread(target=answer)
            thread.start()
            with pytest.raises(ClusterError, match=f"what answers at {address} is no Ray cluster"):
                require_answer(parse_address(address))
            thread.join()

    def test_the_command_says_so_and_takes_nothing(
        self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("DOCENT_EMBEDDER", "hash:64")
        assert main([str(folder), "--data-dir", str(tmp_path / "data"), "--ray", "cluster"]) == 2
        assert capsys.readouterr().err.startswith("docent: 'cluster' is no address of a Ray cluster")
        monkeypatch.setitem(sys.modules, "ray", None)
        assert main([str(folder), "--data-dir", str(tmp_path / "data"), "--ray", "local"]) == 2
        assert capsys.readouterr().err.startswith("docent: Ray is not installed: pip install 'docent-qa[ray]'")


class TestWorkers:
    def test_another_docent_reads_nothing(self, tmp_path: Path) -> None:
        request = ReadRequest(tmp_path / "a.txt", "a.txt", tmp_path, "hash:64", tmp_path, ChunkOptions())
        with pytest.raises(ClusterError, match=r"has Docent .*, and this machine 0\.0, parser 0: install the same"):
            read_there(ReadErrand("0.0, parser 0", "key", request, ReaderLimits()), b"tea", None)

    def test_other_weights_embed_nothing(self, tmp_path: Path) -> None:
        errand = EmbedErrand(BUILD, "hash:64", make_embedder("hash:32", tmp_path).fingerprint, tmp_path)
        with pytest.raises(ClusterError, match="install the same packages and models on all machines"):
            embed_there(errand, [(1, "a.txt", "", "", "tea")])

    def test_a_server_that_embeds_is_asked_from_here(self, workers: RayWorkers, library: Library) -> None:
        collection = library.collection(create=True)
        collection.spec = "openai:bge-m3@http://127.0.0.1:1/v1"
        assert workers.embedding(collection) is None
