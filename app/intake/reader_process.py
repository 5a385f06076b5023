"""The other end of `ReaderPool`: a process that reads files one after another, told by lines of JSON.

It reads hostile files, so it is bounded in memory, and it ends when its parent does.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from docent.app.intake.reading import read_file, request_from_dict, result_to_dict
from docent.ingest import IngestError, Line, Picture, Recognised, draw_page, recognise

IDLE_SECONDS = 60.0  # a process that has nothing to do for so long gives its memory back
MEGABYTE = 1024 * 1024

_Message = dict[str, Any]


def main(megabytes: int) -> None:
    """Serve requests from stdin until it is closed, or nothing came for IDLE_SECONDS."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a service manager sends it to all of us: we end with our parent
    _bound_memory(megabytes)
    for unwanted in ("pymupdf.layout", "pymupdf4llm"):  # PyMuPDF imports them, and a model, in 0.5 s; we use neither
        sys.modules[unwanted] = None  # type: ignore[assignment]
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print must not be taken for a reply
    _Server(replies.write, replies.flush, megabytes).run()


class _Server:
    def __init__(self, write: Callable[[str], object], flush: Callable[[], object], megabytes: int) -> None:
        self._write = write
        self._flush = flush
        self._megabytes = megabytes
        self._requests: queue.Queue[_Message | None] = queue.Queue()
        self._busy = False
        threading.Thread(target=self._listen, daemon=True).start()

    def run(self) -> None:
        while (message := self._next()) is not None:
            self._busy = True
            try:
                reply: _Message | None = _WORK[message["do"]](message, self)
            except IngestError as error:
                reply = {"failed": [type(error).__name__, str(error)]}
            except MemoryError:
                reply = {"failed": ["OutOfMemory", ""]}
            self._busy = False
            if reply is not None:
                self.send(reply)

    def send(self, message: _Message) -> None:
        """One line to the parent."""
        self._write(json.dumps(message, ensure_ascii=False) + "\n")
        self._flush()

    def ask(self, message: _Message) -> _Message:
        """Send a line and wait for the answer."""
        self.send(message)
        return self._requests.get() or {}

    def _next(self) -> _Message | None:
        try:
            return self._requests.get(timeout=IDLE_SECONDS)
        except queue.Empty:
            return None

    def _listen(self) -> None:
        for line in sys.stdin:
            self._requests.put(json.loads(line))
        if self._busy:
            os._exit(0)  # the parent is gone, and nobody wants what is being read
        self._requests.put(None)


def _read(message: _Message, server: _Server) -> _Message:
    request = request_from_dict(message["request"])

    def recognise(picture: Picture) -> Recognised:
        pixels = request.target / "pixels"
        pixels.write_bytes(picture.pixels)
        answer = server.ask({"recognise": [picture.width, picture.height, picture.dpi, str(pixels)]})
        if "failed" in answer:
            raise IngestError(answer["failed"][1])
        return Recognised(tuple(Line(**one) for one in answer["lines"]), answer["turn"], answer["confidence"])

    result = read_file(request, lambda done, total: server.send({"progress": [done, total]}), recognise)
    return result_to_dict(result)


def _recognise(message: _Message, _: _Server) -> _Message:
    width, height, dpi, pixels = message["picture"]
    found = recognise(Picture(width, height, dpi, Path(pixels).read_bytes()))
    return {"lines": [asdict(line) for line in found.lines], "turn": found.turn, "confidence": found.confidence}


def _draw(message: _Message, _: _Server) -> _Message:
    Path(message["target"]).write_bytes(draw_page(Path(message["path"]), message["number"], message["zoom"]))
    return {}


def _warm(_: _Message, __: _Server) -> None:
    """What takes the first drawing its time."""
    import pymupdf  # noqa: F401


_WORK: dict[str, Callable[[_Message, _Server], _Message | None]] = {
    "read": _read,
    "recognise": _recognise,
    "draw": _draw,
    "warm": _warm,
}


def _bound_memory(megabytes: int) -> None:
    """Allocations beyond the limit fail, in C as in Python. Linux keeps it; macOS takes no notice."""
    try:
        import resource
    except ModuleNotFoundError:
        return  # Windows has no such limit
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = megabytes * MEGABYTE
    limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
