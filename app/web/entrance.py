"""Who a request comes from. Where there are accounts, strangers stop here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from docent.app.identity.access import acting_as
from docent.app.web.openai_requests import error_body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Receive, Scope, Send

    from docent.app.identity.access import Principal
    from docent.app.identity.people import People
    from docent.app.web.doorkeeper import Doorkeeper

SIGN_IN = "/sign-in"
SET_UP = "/set-up"
JOIN = "/join"
# What a stranger may see: the forms, and whether the server lives.
OPEN = (SIGN_IN, SET_UP, JOIN, "/healthz")
_ASK = "sign in first, or send an API key as `Authorization: Bearer ...`."
_WAIT = "this server has no account yet: make the first one at /set-up."


class Entrance:
    """ASGI middleware. Everything behind it runs as whoever signed in, or as nobody in particular without accounts."""

    def __init__(self, app: ASGIApp, people: People, keeper: Doorkeeper) -> None:
        self._app = app
        self._people = people
        self._keeper = keeper

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as its sender, or ask to sign in."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        from anyio import to_thread

        headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
        principal, waits = await to_thread.run_sync(self._look_up, headers)
        if (waits or principal is None) and scope["path"] not in OPEN:
            await _turn_away(scope, headers, send, _WAIT if waits else _ASK)
            return
        with acting_as(None if waits else principal):
            await self._app(scope, receive, send)

    def _look_up(self, headers: Mapping[str, str]) -> tuple[Principal | None, bool]:
        """Who it is, and whether the first account is still to be made."""
        return self._people.sender(headers), self._keeper.is_setting_up()


async def _turn_away(scope: Scope, headers: Mapping[str, str], send: Send, why: str) -> None:
    """To the form who looks at a page, and 401 to a program."""
    if scope["method"] in {"GET", "HEAD"} and "text/html" in headers.get("accept", ""):
        query = scope["query_string"].decode("latin-1")
        aim = quote(f"{scope['path']}?{query}" if query else scope["path"])
        given = [(b"location", f"{SIGN_IN}?next={aim}".encode("ascii")), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": 303, "headers": given})
        await send({"type": "http.response.body", "body": b""})
        return
    body = json.dumps(error_body(why, 401) if scope["path"].startswith("/v1/") else {"detail": why}).encode()
    given = [(b"content-type", b"application/json"), (b"www-authenticate", b"Bearer"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 401, "headers": given})
    await send({"type": "http.response.body", "body": body})
