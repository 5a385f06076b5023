"""Replies that take their time: server-sent events, and work that stops when whoever asked for it has gone."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import AsyncIterator, Callable, Generator, Iterable, Iterator
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

from docent.ingest import DocentError

if TYPE_CHECKING:
    from anyio import CapacityLimiter
    from fastapi import Request
    from fastapi.responses import StreamingResponse
    from starlette.types import ASGIApp, Receive, Scope, Send

T = TypeVar("T")

GONE = 499  # as nginx calls a request whose client has left: nobody reads the reply
ANSWERS = 100  # that grow at the same time, each in a thread; they take none of those that searches run in
LOOK = 0.2  # seconds between two looks at whether a client is still there
AHEAD = 4  # pieces of a body
_END = object()
_leaving: ContextVar[threading.Event | None] = ContextVar("docent_leaving", default=None)
_LIMITERS: WeakKeyDictionary[asyncio.AbstractEventLoop, CapacityLimiter] = WeakKeyDictionary()


def event_text(name: str, data: dict[str, Any]) -> str:
    """One server-sent event."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def wants_events(request: Request, *, asked: bool) -> bool:
    """Whether a reply is to come as events, which is `asked` for in the body or by the Accept header."""
    return asked or "text/event-stream" in request.headers.get("accept", "")


def told_events(events: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Events as text, each named by its `type`; an error that strikes after the start is the last of them."""
    try:
        for event in events:
            yield event_text(event["type"], event)
    except DocentError as error:
        yield event_text("error", {"type": "error", "detail": str(error)})


def event_stream(body: AsyncIterator[str] | Iterator[str]) -> StreamingResponse:
    """A reply of events. An iterator is closed when the client has gone, see `while_heard`."""
    from fastapi.responses import StreamingResponse

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    heard = body if isinstance(body, AsyncIterator) else while_heard(body)
    return StreamingResponse(heard, media_type="text/event-stream", headers=headers)


async def while_heard(steps: Iterator[T]) -> AsyncIterator[T]:
    """Each step made in a thread. When nobody listens any more the reply ends at once, and the steps with the present.

    Closing a generator closes those it draws from, down to the connection to a model.
    """
    from anyio import to_thread

    limit = _threads()
    guard = threading.Lock()
    state = {"making": False, "gone": False}

    def make() -> Any:
        with guard:
            state["making"] = True
        try:
            return next(steps, _END)
        finally:
            with guard:
                state["making"] = False
                if state["gone"]:
                    _close(steps)

    try:
        while (step := await to_thread.run_sync(make, abandon_on_cancel=True, limiter=limit)) is not _END:
            yield step
    finally:
        with guard:
            state["gone"] = True
            if not state["making"]:
                _close(steps)


async def unless_gone(request: Request | None, events: Iterable[T], work: Callable[[Iterator[T]], Any]) -> Any:
    """What `work` makes of the events, in a thread. None, and no further event, when the client has gone meanwhile.

    Without a request the one is meant that `Noticing` has seen.
    """
    from anyio import to_thread

    gone = _leaving.get() or threading.Event()

    def heard() -> Iterator[T]:
        for event in events:
            if gone.is_set():
                raise _Gone
            yield event

    def done() -> Any:
        steps = heard()
        try:
            return work(steps)
        except _Gone:
            return None
        finally:
            _close(steps)

    async def watch() -> None:
        while request and not await request.is_disconnected():
            await asyncio.sleep(LOOK)
        if request:
            gone.set()

    watching = asyncio.create_task(watch())
    try:
        return await to_thread.run_sync(done, abandon_on_cancel=True, limiter=_threads())
    finally:
        gone.set()
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching


class Noticing:
    """Around an ASGI application that never looks whether its client is still there; `unless_gone` is told."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, a few pieces of its body ahead."""
        gone = threading.Event()
        pieces: asyncio.Queue[Any] = asyncio.Queue(AHEAD)

        async def take() -> None:
            while not gone.is_set():
                piece = await receive()
                if piece["type"] == "http.disconnect":
                    gone.set()
                await pieces.put(piece)

        token = _leaving.set(gone)
        taking = asyncio.create_task(take())
        try:
            await self._app(scope, pieces.get, send)
        finally:
            _leaving.reset(token)
            taking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await taking


def _threads() -> CapacityLimiter:
    """One for each event loop, since it belongs to it."""
    from anyio import CapacityLimiter

    loop = asyncio.get_running_loop()
    if loop not in _LIMITERS:
        _LIMITERS[loop] = CapacityLimiter(ANSWERS)
    return _LIMITERS[loop]


class _Gone(Exception):
    """Nobody listens any more."""


def _close(steps: Iterator[Any]) -> None:
    if isinstance(steps, Generator):
        steps.close()
