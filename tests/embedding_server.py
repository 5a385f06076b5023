"""An HTTP server on loopback that speaks OpenAI's `/embeddings`, with an embedder's vectors and with faults."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np

from docent.retrieval import Embedder


@dataclass(frozen=True)
class Reply:
    """What is answered instead of vectors."""

    status: int
    body: str = '{"error": {"message": "no"}}'
    headers: dict[str, str] = field(default_factory=dict)


class Backend:
    """`replies` are given first, one each; `most` texts are taken in a request, of `longest` characters each."""

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder
        self.replies: deque[Reply] = deque()
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.delay = 0.0
        self.most, self.longest = 10_000, 1_000_000
        self.under_way = self.most_under_way = 0
        self.guard = threading.Lock()
        self.url = ""

    def reply(self, body: dict[str, Any], key: str | None) -> Reply:
        with self.guard:
            self.requests.append(body)
            self.keys.append(key)
            self.under_way += 1
            self.most_under_way = max(self.most_under_way, self.under_way)
            waiting = self.replies.popleft() if self.replies else None
        time.sleep(self.delay)
        try:
            return waiting or self._vectors(body["input"])
        finally:
            with self.guard:
                self.under_way -= 1

    def _vectors(self, texts: list[str]) -> Reply:
        if not all(texts):
            return Reply(400, '{"error": {"message": "input cannot be an empty string"}}')
        if len(texts) > self.most:
            return Reply(422, '{"error": "batch size > maximum allowed batch size"}')
        if any(len(text) > self.longest for text in texts):
            return Reply(413, '{"error": "inputs must have less than 512 tokens"}')
        vectors = embed_prefixed(self.embedder, texts) * 3  # a server need not give unit vectors
        data = [{"index": number, "embedding": one.tolist()} for number, one in enumerate(vectors)]
        return Reply(200, json.dumps({"data": data[::-1]}))  # nor keep the order


def embed_prefixed(embedder: Embedder, texts: Sequence[str]) -> np.ndarray:
    """As a bare model would: the client must have put the prefixes before the texts."""
    found = []
    for text in texts:
        if text.startswith("query: "):
            found.append(embedder.embed_query(text.removeprefix("query: ")))
        else:
            found.append(embedder.embed_passages([text.removeprefix("passage: ")])[0])
    return np.stack(found)


@contextmanager
def serving(embedder: Embedder) -> Iterator[Backend]:
    backend = Backend(embedder)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if self.path == "/v1/embeddings":
                answer = backend.reply(body, self.headers.get("authorization"))
            else:
                answer = Reply(404, "<html>not found</html>")
            try:
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body.encode())
            except BrokenPipeError:
                pass  # the client has given up

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    backend.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield backend
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
