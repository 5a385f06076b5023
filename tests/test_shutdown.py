"""A server that is ended while it reads, embeds and answers, politely or not: it ends soon, and nothing is lost."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from embedding_server import Backend, serving
from endless_model import Endless, endless_model
from own_server import LONG, OwnServer, alive, descendants, own_server
from pdfs import write_pdf

from docent.retrieval import HashEmbedder


def until(found: Callable[[], Any]) -> Any:
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        if value := found():
            return value
        time.sleep(0.05)
    raise AssertionError("it did not come")


@pytest.fixture
def embedder() -> Iterator[Backend]:
    with serving(HashEmbedder(64)) as backend:
        yield backend


@pytest.fixture
def model() -> Iterator[Endless]:
    with endless_model() as found:
        yield found


def long_pdf(folder: Path, about: str) -> bytes:
    path = write_pdf(folder / "made.pdf", [f"Page {n} of a long report about {about}." for n in range(200)])
    return path.read_bytes()


def is_begun(server: OwnServer, job_id: str) -> bool:
    """Whether pages of it were read. On a quick machine all of them were before one could look."""
    job = server.job(job_id)
    return job["state"] not in {"queued", "reading"} or job["done"] > 3


def listen(server: OwnServer) -> None:
    with suppress(httpx.HTTPError):
        body = {"question": "When does the harbour open?", "stream": True}
        with httpx.stream("POST", f"{server.address}/api/ask", json=body, timeout=LONG) as reply:
            deque(reply.iter_lines(), maxlen=0)


@pytest.mark.timeout(900)
def test_a_server_ended_four_times_in_the_middle(tmp_path: Path, embedder: Backend, model: Endless) -> None:
    """Killed while it reads; terminated while it reads and answers, then while it embeds; each takes its children."""
    data = tmp_path / "data"
    settings = {
        "data_dir": str(data), "embedder": f"openai:m@{embedder.url}", "chat": model.spec, "reading_processes": 1,
    }  # fmt: skip
    with own_server(tmp_path, **settings) as server:
        notes = server.upload("notes.txt", b"The harbour opens at seven.")
        until(lambda: server.job(notes)["state"] == "done")
        long = server.upload("long.pdf", long_pdf(tmp_path, "harbours"))
        server.upload("last.txt", b"It closes at nine.")
        until(lambda: is_begun(server, long))
        below = descendants(server.pid)
        assert len(below) >= 2  # the worker and its reader
        server.kill()
        until(lambda: not any(alive(one) for one in below))

    with own_server(tmp_path, **settings) as server:
        listener = threading.Thread(target=listen, args=[server])
        listener.start()
        assert model.asked.wait(LONG)
        second = server.upload("second.pdf", long_pdf(tmp_path, "ships"))
        until(lambda: is_begun(server, second))
        below = descendants(server.pid)
        server.terminate()
        until(lambda: not any(alive(one) for one in below))
        listener.join(LONG)
        assert model.left.wait(LONG)

    with own_server(tmp_path, **settings) as server:
        embedder.delay = 2 * LONG  # longer than `terminate` waits
        third = server.upload("third.txt", b"At noon it rests.")
        until(lambda: server.job(third)["state"] == "embedding" and embedder.under_way)
        below = descendants(server.pid)
        server.terminate()
        until(lambda: not any(alive(one) for one in below))

    embedder.delay = 0.0
    with own_server(tmp_path, **settings) as server:
        until(lambda: server.job(third)["state"] == "done")
        listed = server.client.get("/api/documents").json()["documents"]
        assert sorted((one["name"], one["pages"], one["status"]) for one in listed) == [
            ("last.txt", 1, "ready"), ("long.pdf", 200, "ready"), ("notes.txt", 1, "ready"),
            ("second.pdf", 200, "ready"), ("third.txt", 1, "ready"),
        ]  # fmt: skip
        server.terminate()
    assert list((data / "uploads").iterdir()) == []
