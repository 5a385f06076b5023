"""A chat model behind OpenAI's API on loopback that never comes to an end, and knows when nobody listens any more."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAUSE = 0.02  # seconds between two words


class Endless:
    """`asked` is set when a stream has begun, `left` when its reader has gone."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.left = threading.Event()
        self.ended = threading.Event()
        self.is_silent = False
        self.count = 0  # streams that were begun
        self.spec = ""


@contextmanager
def endless_model() -> Iterator[Endless]:
    """A model whose spec is `spec`."""
    model, guard = Endless(), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.end_headers()
            with guard:
                model.count += 1
            if model.is_silent:
                model.ended.wait()
                return
            try:
                while not model.ended.wait(PAUSE):
                    self.wfile.write(_chunk("word. "))
                    self.wfile.flush()
                    model.asked.set()
            except OSError:
                model.left.set()

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 128  # else many who come at once are turned away

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    model.spec = f"openai:endless@http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield model
    finally:
        model.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _chunk(text: str) -> bytes:
    delta = {"choices": [{"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}]}
    whole = {"id": "1", "object": "chat.completion.chunk", "created": int(time.time()), "model": "m", **delta}
    return f"data: {json.dumps(whole)}\n\n".encode()
