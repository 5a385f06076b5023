"""What every request passes first: only this machine's own pages talk to the server, and only through open doors."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = ("localhost", "127.0.0.1", "::1")
# Gradio evaluates its templates and boots from inline scripts, so those two stay allowed; no other host ever is.
PAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:;"
    " object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
DATA_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
# The page's own events go through these. Gradio's file routes (upload, file=, proxy=, stream) stay shut, and so do
# /call and /run, whose results anybody may read who knows an id.
GRADIO_OPEN = ("queue/join", "queue/data", "heartbeat/", "startup-events", "theme.css", "app_id", "cancel", "reset")
GRADIO_SHUT = ("/login", "/logout", "/monitoring", "/pwa_icon", "/svelte")


class Guard:
    """ASGI middleware: Host and Origin are checked, unneeded routes shut, headers set. Loopback names are always known.

    A foreign Host means that a web site has pointed its name at this machine (DNS rebinding). Where everybody signs in,
    it does no harm: a browser sends the cookie of a session to no other name. So `any_host` will do there.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = (), *, any_host: bool = False) -> None:
        self._app = app
        self._any_host = any_host
        self._hosts = {*LOOPBACK, *(host.strip("[]").lower() for host in hosts)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403 or 404."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
        path: str = scope["path"]
        refusal = self._refusal(headers) or _closed(path)
        if refusal:
            await _refuse(send, *refusal)
            return
        policy = DATA_POLICY if path.startswith("/api/") else PAGE_POLICY

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_security_headers(policy)]
            await send(message)

        await self._app(scope, receive, with_headers)

    def _refusal(self, headers: dict[str, str]) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if not self._any_host and _hostname(f"http://{host}") not in self._hosts:
            return 403, "this server answers only under localhost: open it by that name."
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            return 403, "requests of other web sites are refused."
        if headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate":
            return 403, "requests of other web sites are refused."
        return None


def _closed(path: str) -> tuple[int, str] | None:
    prefix = "/gradio_api/"
    if path.startswith(prefix):
        shut = not path.removeprefix(prefix).startswith(GRADIO_OPEN)
    else:
        shut = path.startswith(GRADIO_SHUT)
    return (404, "there is nothing here.") if shut else None


def _hostname(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:  # an unbalanced bracket
        return ""


def _security_headers(policy: str) -> list[tuple[bytes, bytes]]:
    return [
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"same-origin"),  # with no-referrer a form would be sent with `Origin: null`
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"content-security-policy", policy.encode("ascii")),
    ]


async def _refuse(send: Send, status: int, detail: str) -> None:
    body = json.dumps({"detail": detail}).encode()
    headers = [(b"content-type", b"application/json"), *_security_headers(DATA_POLICY)]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
