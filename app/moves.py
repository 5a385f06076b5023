"""Moves of collections to other embedders, begun by a server and done behind it, while they keep answering."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from docent.app.identity.access import LOCAL, acting_as
from docent.app.upkeep import move_collection, stop_move
from docent.ingest import DocentError
from docent.retrieval import EmbedderError

if TYPE_CHECKING:
    from docent.app.library import Library

log = logging.getLogger(__name__)
_BROKEN = "the move broke because of an error in Docent: the server's log says more."


class _Stopped(Exception):
    """Raised from a progress call to leave a move early."""


class Moves:
    """One thread moves one collection after another. How far a move is, the collection itself says."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._guard = threading.Lock()
        self._running: dict[str, threading.Event] = {}  # by the id of a collection
        self._reasons: dict[str, str] = {}
        self._closing = threading.Event()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="docent-moves")

    def start(self, collection_id: str, spec: str) -> None:
        """Begin to move a collection. Raises EmbedderError for an unknown spec, and while it is being moved."""
        with acting_as(LOCAL):  # whoever asked for it was allowed to
            self._library.embedder(spec)
        with self._guard:
            if collection_id in self._running:
                raise EmbedderError("this collection is being moved already: stop that first.")
            stop = self._running[collection_id] = threading.Event()
            self._reasons.pop(collection_id, None)
        self._worker.submit(self._move, collection_id, spec, stop)

    def stop(self, collection_id: str) -> bool:
        """Give up a move, of this process or of one that was killed. Returns whether there was one."""
        with self._guard:
            stop = self._running.get(collection_id)
            if stop is not None:
                stop.set()
                return True
        return self._give_up(collection_id)

    def is_running(self, collection_id: str) -> bool:
        """Whether this process moves it, or is about to."""
        with self._guard:
            return collection_id in self._running

    def reason(self, collection_id: str) -> str:
        """Why the last move of a collection failed; "" where none did."""
        with self._guard:
            return self._reasons.get(collection_id, "")

    def close(self) -> None:
        """Leave what is under way; it goes on where it was when it is begun again."""
        self._closing.set()
        self._worker.shutdown(wait=True, cancel_futures=True)

    def _move(self, collection_id: str, spec: str, stop: threading.Event) -> None:
        def tick(_: int, __: int) -> None:
            if stop.is_set() or self._closing.is_set():
                raise _Stopped

        reason = ""
        try:
            with acting_as(LOCAL):
                tick(0, 0)
                move_collection(self._library, spec, self._library.catalog.get(collection_id).name, tick)
        except _Stopped:
            if stop.is_set():
                self._give_up(collection_id)
        except DocentError as error:
            reason = str(error)
        except BaseException:
            reason = _BROKEN
            log.exception("the move of a collection broke")
            raise
        finally:
            with self._guard:
                self._running.pop(collection_id, None)
                self._reasons[collection_id] = reason

    def _give_up(self, collection_id: str) -> bool:
        with acting_as(LOCAL):
            return stop_move(self._library, self._library.catalog.get(collection_id).name)
