"""Answers under way: each grows in a thread of its own, so that it can be called off while a model is silent."""

from __future__ import annotations

import queue
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace

from docent.app import Library, ask_in
from docent.ingest import DocentError
from docent.llm import Event
from docent.retrieval import EVERYTHING, SearchFilter
from docent.ui.conversation import Conversation, Exchange, advance

AT_ONCE = 16  # answers of all sessions, with those that were called off and whose model is still silent
REMEMBERED = 1000  # calls to stop
LOOK = 0.1  # seconds between two looks at whether the answer was called off
PAINT = 0.08  # seconds between two pictures of a growing answer


@dataclass(frozen=True, slots=True)
class Way:
    """How a question is asked, as in `Library.ask`."""

    curated: bool = True
    deep: bool = False
    where: SearchFilter = EVERYTHING
    also: tuple[str, ...] = ()
    strict: bool = False


PLAIN = Way()


class Answers:
    """Streams exchanges from a library."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._called_off: deque[str] = deque(maxlen=REMEMBERED)
        self._workers = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="docent-answer")

    def call_off(self, conversation: Conversation) -> None:
        """Have whatever is live end soon, with what has been written."""
        self._called_off.extend(one.id for one in conversation if one.live)

    def stream(self, exchange: Exchange, conversation: str, way: Way = PLAIN) -> Iterator[Exchange]:
        """The exchange as it grows, not more often than the eye follows. The last one is not live.

        It is asked in the stored conversation of this id, and kept there.
        """
        shown = 0.0
        for step in self._steps(exchange, conversation, way):
            now = time.monotonic()
            if not step.live or now - shown >= PAINT:
                shown = now
                yield step

    def _steps(self, exchange: Exchange, conversation: str, way: Way) -> Iterator[Exchange]:
        try:
            for event in self._events(exchange, conversation, way):
                exchange = advance(exchange, event)
                if exchange.answer is not None and exchange.answer.citations:
                    self._library.pool.warm()  # they are about to be looked at
                yield exchange
        except DocentError as error:
            yield replace(exchange, error=str(error))
            return
        if exchange.live:
            yield replace(exchange, stopped=True)

    def _events(self, exchange: Exchange, conversation: str, way: Way) -> Iterator[Event]:
        inbox: queue.SimpleQueue[Event | None] = queue.SimpleQueue()

        def work() -> None:
            try:
                self._library.rates.take()
                asked = ask_in(
                    self._library, conversation, exchange.question, way.where, way.also, message_id=exchange.id,
                    curated=way.curated, deep=way.deep, strict=way.strict,
                )  # fmt: skip
                for event in asked:
                    inbox.put(event)
                    if exchange.id in self._called_off:
                        return
            finally:
                inbox.put(None)

        worker = self._workers.submit(copy_context().run, work)  # whose question it is
        try:
            while exchange.id not in self._called_off:
                try:
                    event = inbox.get(timeout=LOOK)
                except queue.Empty:
                    continue
                if event is None:
                    worker.result()  # raises what the work raised
                    return
                yield event
        finally:
            if not worker.done():  # whoever asked has gone
                self._called_off.append(exchange.id)
