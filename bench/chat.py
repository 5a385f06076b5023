"""What the pipeline adds to a chat model: time to the first word, and how soon a hanging one is replaced.

    python bench/chat.py [--data-dir DIR] [--questions N] [--json FILE]

The samples are asked, or the default collection of DIR. "Added" is from the question to the first word shown, less the
search (the same question searched alone, right before) and less the model's own: nothing for `echo:`, and for a server
what a bare HTTP client measures with the same messages. The server stands in for a model that answers at once, so that
what is added is not lost in what a model takes.
"""

from __future__ import annotations

import argparse
import json
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
from figures import Figure, save, show

from docent.app import Library, Settings, open_library
from docent.llm import Done, Token, Turn

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
ANSWER_FROM = 10  # passages, as Library.ask takes them
TIMEOUT = 2.0  # seconds of silence, for the model that hangs
REPLY = ["It ", "says ", "so ", "[1]", "."]
QUESTIONS = (
    "How much less water did the drift-aware terraces use?", "2023年西北地区的营业收入是多少？",
    "How often are backups tested?", "What does the runbook say about restoring?", "公司的主要风险是什么？",
    "Who wrote the paper?", "营业收入增长的原因是什么？", "Which sensors were used?",
)  # fmt: skip


class Stub:
    """An OpenAI-style server that streams REPLY at once, and keeps the last request."""

    def __init__(self) -> None:
        stub = self
        self.last: dict[str, Any] = {}

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def do_POST(self) -> None:
                stub.last = json.loads(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(200)
                self.send_header("content-type", "text/event-stream")
                self.end_headers()
                for piece in REPLY:
                    choice = {"index": 0, "delta": {"content": piece}, "finish_reason": None}
                    whole = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
                    self.wfile.write(f"data: {json.dumps({**whole, 'choices': [choice]})}\n\n".encode())
                self.wfile.write(b"data: [DONE]\n\n")

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data-dir", type=Path)
    arguments.add_argument("--questions", type=int, default=40)
    arguments.add_argument("--json", type=Path)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        settings = replace(Settings(), data_dir=options.data_dir or Path(scratch))
        if not options.data_dir:
            with open_library(settings) as library:
                list(library.sync([SAMPLES]))
                library.collection().fill_vectors()
        questions = [QUESTIONS[number % len(QUESTIONS)] for number in range(options.questions)]
        figures = [*added(settings, questions), given_up(settings)]
    show(figures)
    save(figures, "chat", options.json)


def added(settings: Settings, questions: list[str]) -> Iterator[Figure]:
    stub = Stub()
    for name, spec in (("echo:", "echo:It says so [1]."), ("a server", f"openai:m@{stub.url}")):
        with open_library(replace(settings, chat=spec)) as library:
            first_word(library, questions[0])
            pairs = [_pair(library, one, stub if "openai" in spec else None) for one in questions]
        over = [max(0.0, whole - search - own) * 1000 for whole, search, own in pairs]
        yield Figure(
            f"added to the first word, {name}, median", statistics.median(over), "ms", 50, at_least=False,
            beside={
                "90th percentile": sorted(over)[int(0.9 * len(over))],
                "search": statistics.median(one[1] for one in pairs) * 1000,
                "the model's own": statistics.median(one[2] for one in pairs) * 1000,
            },
            note=f"{len(over)} questions",
        )  # fmt: skip


def _pair(library: Library, question: str, stub: Stub | None) -> tuple[float, float, float]:
    """Seconds to the first word, of the search alone, and of the model alone."""
    started = time.perf_counter()
    library.search(question, ANSWER_FROM)
    search = time.perf_counter() - started
    whole = first_word(library, question)
    return whole, search, _own(stub) if stub else 0.0


def first_word(library: Library, question: str, history: tuple[Turn, ...] = ()) -> float:
    """Seconds until something of the answer is shown; the stream is read to its end."""
    started = time.perf_counter()
    shown = 0.0
    for event in library.ask(question, history):
        if isinstance(event, Token | Done) and not shown:
            shown = time.perf_counter() - started
    return shown


def _own(stub: Stub) -> float:
    """Seconds to the first word of the last request, by a bare client."""
    with httpx.Client(trust_env=False) as client:
        started = time.perf_counter()
        with client.stream("POST", f"{stub.url}/chat/completions", json=stub.last) as response:
            lines = response.iter_lines()
            next(lines)
            first = time.perf_counter() - started
            list(lines)
    return first


def given_up(settings: Settings) -> Figure:
    """How long after its time-out a hanging model is replaced."""
    with hanging() as url, open_library(replace(settings, chat=f"openai:m@{url}", chat_timeout=TIMEOUT)) as library:
        library.search(QUESTIONS[0])
        library.models.answerer.model.load()  # type: ignore[attr-defined]
        over = []
        for question in QUESTIONS[:5]:
            started = time.perf_counter()
            *_, last = library.ask(question)
            assert isinstance(last, Done)
            assert last.answer.model == "extractive"
            over.append(time.perf_counter() - started - TIMEOUT)
    return Figure(
        "a hanging model replaced after its time-out, slowest", max(over), "s", 1, at_least=False,
        beside={"median": statistics.median(over)}, note=f"time-out {TIMEOUT:g} s; search included",
    )  # fmt: skip


@contextmanager
def hanging() -> Iterator[str]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/v1"


if __name__ == "__main__":
    main()
