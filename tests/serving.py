"""A real server on loopback over a library, for clients that speak HTTP for themselves."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from fastapi import FastAPI
from uneven import SECONDS, UnevenLine

from docent.app import Library
from docent.app.web.server import create_app, listen, make_server


@contextmanager
def served(library: Library, mount: Callable[[FastAPI, Library], FastAPI] | None = None) -> Iterator[str]:
    """The address of a server over a library whose port is 0; without `mount` there is no page."""
    app = create_app(library, mount)
    if mount and SECONDS:
        app.add_middleware(UnevenLine)
    with listen(library.settings) as listener:
        server = make_server(library, app)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(60)
