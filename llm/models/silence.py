"""A stream of pieces from a model that may hang: it is given up after so many seconds without a piece."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Generator, Iterator
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

Piece = TypeVar("Piece")


class Silence(Exception):
    """No piece came for `seconds`. Its audience is the code that asked."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"silent for {seconds:g} s")
        self.seconds = seconds


class BrokeOff(Exception):
    """The stream ended in an error that its maker did not announce, of type `name`; the trace is on stderr."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class _End:
    """The last thing in the queue; `error` is what ended it."""

    def __init__(self, error: Exception | None) -> None:
        self.error = error


class _Reader(Generic[Piece]):
    """Reads in a daemon thread, which a hanging model keeps while the reader of the answer goes on."""

    def __init__(self, start: Callable[[], Iterator[Piece]], expected: tuple[type[Exception], ...]) -> None:
        self._start = start
        self._expected = expected
        self.queue: SimpleQueue[Piece | _End] = SimpleQueue()
        self.is_unwanted = threading.Event()

    def run(self) -> None:
        end = None
        try:
            pieces = self._start()
            for piece in pieces:
                self.queue.put(piece)
                if self.is_unwanted.is_set():
                    break
            end = _End(None)
            if isinstance(pieces, Generator):
                pieces.close()
        except self._expected as error:
            end = _End(error)
        finally:
            self.queue.put(end or _End(BrokeOff(type(sys.exc_info()[1]).__name__)))


def unless_silent(
    start: Callable[[], Iterator[Piece]], seconds: float, expected: tuple[type[Exception], ...]
) -> Generator[Piece, None, None]:
    """The pieces of `start()`, each at most `seconds` after the one before; closing this ends the reading.

    Raises Silence, BrokeOff, and those of `expected` that the stream raised.
    """
    reader = _Reader(start, expected)
    threading.Thread(target=reader.run, daemon=True, name="docent-model").start()
    try:
        while True:
            try:
                got = reader.queue.get(timeout=seconds)
            except Empty:
                raise Silence(seconds) from None
            if isinstance(got, _End):
                if got.error is not None:
                    raise got.error
                return
            yield got
    finally:
        reader.is_unwanted.set()
