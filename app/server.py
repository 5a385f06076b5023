"""The server: the API, whatever is mounted beside it, and the guard in front of both."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import socket
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import TYPE_CHECKING

from docent.app.errors import CollectionNotFound, ServerError
from docent.app.jobs import JobNotFound, JobQueue, JobUnderWay
from docent.ingest import DocentError, UnsupportedType
from docent.retrieval import DocumentNotFound, EmbedderError, StoreError

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI, Request
    from fastapi.responses import JSONResponse

    from docent.app.library import Library
    from docent.app.settings import Settings

log = logging.getLogger(__name__)

GRACE = 1  # seconds that open streams get at the end
_STATUS: dict[type[DocentError], int] = {
    CollectionNotFound: 404,
    DocumentNotFound: 404,
    JobNotFound: 404,
    JobUnderWay: 409,
    EmbedderError: 409,
    StoreError: 409,
    UnsupportedType: 415,
}
_BROKEN = "something went wrong in Docent: the server's log says more."


def create_app(library: Library, mount: Callable[[FastAPI, Library], FastAPI] | None = None) -> FastAPI:
    """The API over one library. `mount` adds the page, last, because it takes every path that is left."""
    from fastapi import FastAPI

    from docent import __version__
    from docent.app.api import api_router
    from docent.app.guard import Guard

    jobs = JobQueue(library)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        jobs.resume()
        yield
        jobs.close()

    app = FastAPI(title="Docent", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.jobs = jobs
    app.include_router(api_router(library, jobs))
    app.add_api_route("/healthz", lambda: {"status": "ok", "version": __version__})
    _answer_errors(app)
    app.add_middleware(Guard, hosts=(library.settings.host,))
    return mount(app, library) if mount else app


def serve(
    library: Library,
    mount: Callable[[FastAPI, Library], FastAPI] | None = None,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until a signal comes, then close the library. `ready` gets the address once it answers.

    Raises ServerError when the host is open to others or the port is taken.
    """
    with listen(library.settings) as listener:
        host = library.settings.host
        address = f"http://{_in_address(host)}:{listener.getsockname()[1]}"
        make_server(library, create_app(library, mount), ready and partial(ready, address)).run(sockets=[listener])


def make_server(library: Library, app: FastAPI, ready: Callable[[], None] | None = None) -> uvicorn.Server:
    """A uvicorn server that hangs up open streams at its end, and then closes the library."""
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started and ready:
                ready()

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            # Progress and heartbeat streams never end by themselves; cancelled by uvicorn, each would log a traceback.
            asyncio.get_running_loop().call_later(GRACE, self.hang_up)
            await super().shutdown(sockets)
            # Here and not after run(): uvicorn raises the signal again there, and the process ends.
            library.close()

        def hang_up(self) -> None:
            for connection in list(self.server_state.connections):
                if connection.transport is not None:
                    connection.transport.close()

    return Server(
        uvicorn.Config(
            app, log_level="warning", access_log=False, timeout_graceful_shutdown=GRACE + 4, server_header=False
        )
    )


def listen(settings: Settings) -> socket.socket:
    """A listening socket on the host and port of the settings. Raises ServerError."""
    host, port = settings.host.strip("[]"), settings.port
    if not _is_loopback(host):
        raise ServerError(
            f"the host {settings.host} is open to other machines, and there are no accounts yet:"
            " leave DOCENT_HOST at 127.0.0.1, and reach the server through an SSH tunnel."
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise ServerError(
            f"port {port} of {settings.host} cannot be used ({error.strerror}):"
            " choose another with --port or DOCENT_PORT (0 takes any free one)."
        ) from error
    return listener


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _answer_errors(app: FastAPI) -> None:
    """Every error is a sentence: no traceback and no path of this machine leaves it."""
    from fastapi.exceptions import RequestValidationError
    from fastapi.responses import JSONResponse

    async def known(_: Request, error: Exception) -> JSONResponse:
        status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 400)
        return JSONResponse({"detail": str(error)}, status)

    async def invalid(_: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"detail": _sentence(error)}, 422)

    async def unknown(_: Request, __: Exception) -> JSONResponse:
        return JSONResponse({"detail": _BROKEN}, 500)

    app.add_exception_handler(DocentError, known)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(Exception, unknown)


def _sentence(error: Exception) -> str:
    from fastapi.exceptions import RequestValidationError

    if not isinstance(error, RequestValidationError) or not error.errors():
        return "the request cannot be understood."
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"] if part not in {"body", "query", "path"})
    return f"{place or 'the request'}: {first['msg']}."
