"""The server: the API, whatever is mounted beside it, and the guard in front of both."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import secrets
import socket
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from docent.app.errors import ServerError
from docent.app.intake.jobs import JobQueue

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI
    from mcp.server import MCPServer

    from docent.app.library import Library
    from docent.app.settings import Settings
    from docent.app.web.observing import Metrics

log = logging.getLogger(__name__)

GRACE = 1  # seconds that open streams get at the end


def create_app(
    library: Library, mount: Callable[[FastAPI, Library], FastAPI] | None = None, set_up_token: str = ""
) -> FastAPI:
    """The API over one library. `mount` adds the page, last, because it takes every path that is left.

    With a token nothing is served before the first account was made with it.
    """
    from fastapi import FastAPI

    from docent import __version__
    from docent.app.web.api import api_router
    from docent.app.web.api_described import describe
    from docent.app.web.api_settings import settings_router
    from docent.app.web.bodies import Bodies
    from docent.app.web.dead_ends import add_dead_ends
    from docent.app.web.doorkeeper import Doorkeeper
    from docent.app.web.entrance import Entrance
    from docent.app.web.guard import Guard
    from docent.app.web.mcp_server import make_mcp_server
    from docent.app.web.observing import Observer
    from docent.app.web.openai_api import openai_router
    from docent.app.web.problems import answer_errors
    from docent.app.web.windows import Windows

    library.people.access.guard()
    keeper = Doorkeeper(library.people, set_up_token)
    jobs = JobQueue(library)
    agents = make_mcp_server(library)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        jobs.resume()
        async with agents.session_manager.run():
            yield
        jobs.close()

    app = FastAPI(title="Docent", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.jobs = jobs
    app.state.keeper = keeper
    app.include_router(api_router(library, jobs))
    app.include_router(settings_router(library, keeper))
    app.include_router(openai_router(library))
    _open_to_agents(app, agents)
    metrics = _open_to_operators(app, library, jobs)
    app.add_api_route("/healthz", lambda: {"status": "ok", "version": __version__})
    add_dead_ends(app)
    answer_errors(app)
    describe(app)
    app.add_middleware(Windows)
    app.add_middleware(Bodies)
    app.add_middleware(Entrance, people=library.people, keeper=keeper)
    host = library.settings.host
    app.add_middleware(Guard, hosts=(host, *_names(library.settings)), any_host=not is_loopback(host))
    app.add_middleware(Observer, metrics=metrics)
    return mount(app, library) if mount else app


def _open_to_agents(app: FastAPI, agents: MCPServer[Any]) -> None:
    """At `/mcp` with and without the slash: what is mounted at `/` would take the one that is left out."""
    from mcp.server.transport_security import TransportSecuritySettings
    from starlette.routing import Route

    from docent.app.web.streams import Noticing

    # Stateless: a client goes on after a restart. The guard checks Host and Origin, with the names it knows.
    unchecked = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    inner = agents.streamable_http_app(stateless_http=True, json_response=True, transport_security=unchecked)
    [route] = inner.routes
    if not isinstance(route, Route):
        raise TypeError("the MCP SDK has changed: its application was one route")
    for path in ("/mcp", "/mcp/"):
        app.router.routes.append(Route(path, endpoint=Noticing(route.endpoint), include_in_schema=False))


def _open_to_operators(app: FastAPI, library: Library, jobs: JobQueue) -> Metrics:
    """`/metrics`, for admins: what is measured belongs to no collection."""
    from fastapi.responses import Response

    from docent.app.web.observing import Metrics

    metrics = Metrics()
    metrics.watch(jobs, lambda: len(library.catalog.collections()))

    def told() -> Any:
        library.people.access.require_admin()
        return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    app.add_api_route("/metrics", told, response_model=None, response_class=Response)
    return metrics


def serve(
    library: Library,
    mount: Callable[[FastAPI, Library], FastAPI] | None = None,
    ready: Callable[[str, str], None] | None = None,
) -> None:
    """Serve until a signal comes, then close the library.

    `ready` gets the address once it answers, and the token of the set-up where the first account is to be made.
    Raises ServerError when the host is open to others without an account, or the port is taken.
    """
    host, has_accounts = library.settings.host, library.people.accounts.exist()
    with listen(library.settings, has_accounts=has_accounts) as listener:
        address = f"http://{_in_address(host)}:{listener.getsockname()[1]}"
        waits = _is_open(library.settings) and not has_accounts
        token = secrets.token_urlsafe(12) if waits else ""
        app = create_app(library, mount, token)
        make_server(library, app, ready and partial(ready, address, token)).run(sockets=[listener])


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


def listen(settings: Settings, *, has_accounts: bool = False) -> socket.socket:
    """A listening socket on the host and port of the settings. Raises ServerError.

    Other machines can reach it only where everybody has to sign in.
    """
    host, port = settings.host.strip("[]"), settings.port
    if _is_open(settings) and not has_accounts and not settings.set_up:
        raise ServerError(
            f"the host {settings.names or settings.host} is open to other machines, and nobody has to sign in yet: make"
            " an account with `python -m app users add NAME`, or set DOCENT_SET_UP=1 to make it in a browser."
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With its protocol: asyncio switches Nagle's algorithm off only where it is named, and replies would wait 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
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


def _names(settings: Settings) -> list[str]:
    """Those under which a proxy is asked."""
    return [one.strip() for one in settings.names.split(",") if one.strip()]


def _is_open(settings: Settings) -> bool:
    """Whether other machines reach the server, by itself or through a proxy."""
    return not is_loopback(settings.host.strip("[]")) or bool(_names(settings))


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a host of this name."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
