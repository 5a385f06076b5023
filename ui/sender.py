"""Handlers of the page's events run as whoever the browser belongs to: Gradio runs them apart from the request."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextvars import copy_context
from types import SimpleNamespace
from typing import Any

import gradio as gr

from docent.app import Library, acting_as, become

Handler = Callable[..., Any]


def sent(library: Library, handlers: object) -> Any:
    """An object with the same public methods, each run by its sender."""
    methods = inspect.getmembers(handlers, inspect.ismethod)
    return SimpleNamespace(**{name: by_sender(library, one) for name, one in methods if not name.startswith("_")})


def by_sender(library: Library, handler: Handler) -> Handler:
    """The handler with the request before its other inputs, which Gradio fills in by its type."""

    def run(request: gr.Request, *given: Any) -> Any:
        with acting_as(library.people.sender(request.headers)):
            return handler(*given)

    def stream(request: gr.Request, *given: Any) -> Iterator[Any]:
        # Each step may run in another thread, so the sender is kept in a context of its own.
        context = copy_context()
        context.run(become, library.people.sender(request.headers))
        steps = context.run(handler, *given)
        done = object()
        try:
            while (found := context.run(next, steps, done)) is not done:
                yield found
        finally:
            context.run(steps.close)

    return stream if inspect.isgeneratorfunction(handler) else run
