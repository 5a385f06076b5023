"""Who a request comes from: a session's cookie or a program's key. Where there are accounts, strangers stop here."""

from __future__ import annotations

import json
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import quote

from docent.app.access import acting_as, principal_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Receive, Scope, Send

    from docent.app.access import Principal
    from docent.app.accounts import Accounts
    from docent.app.tokens import Tokens

COOKIE = "docent_session"
SIGN_IN = "/sign-in"
SET_UP = "/set-up"
# What a stranger may see: the form, what it looks like, and whether the server lives.
OPEN = (SIGN_IN, SET_UP, "/healthz")
_BEARER = "bearer "


class Entrance:
    """ASGI middleware. Everything behind it runs as whoever signed in, or as nobody in particular without accounts."""

    def __init__(self, app: ASGIApp, accounts: Accounts, tokens: Tokens) -> None:
        self._app = app
        self._accounts = accounts
        self._tokens = tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as its sender, or ask to sign in."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        from anyio import to_thread

        headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
        principal, has_to = await to_thread.run_sync(self._look_up, headers)
        if has_to and principal is None and scope["path"] not in OPEN:
            await _turn_away(scope, headers, send)
            return
        scope.setdefault("state", {})["principal"] = principal
        with acting_as(principal):
            await self._app(scope, receive, send)

    def _look_up(self, headers: Mapping[str, str]) -> tuple[Principal | None, bool]:
        """Who it is, and whether there are accounts at all."""
        if not self._accounts.exist():
            return None, False
        key = headers.get("authorization", "")
        if key.lower().startswith(_BEARER):
            found = self._tokens.of_key(key[len(_BEARER) :].strip())
        else:
            secret = session_secret(headers)
            found = self._tokens.of_session(secret) if secret else None
        return (principal_of(found) if found else None), True


def session_secret(headers: Mapping[str, str]) -> str:
    """What the session's cookie holds; "" without one."""
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


async def _turn_away(scope: Scope, headers: Mapping[str, str], send: Send) -> None:
    """To the form who looks at a page, and 401 to a program."""
    wants_page = scope["method"] in {"GET", "HEAD"} and "text/html" in headers.get("accept", "")
    if wants_page:
        aim = quote(scope["path"] + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else ""))
        given = [(b"location", f"{SIGN_IN}?next={aim}".encode("ascii"))]
        await send({"type": "http.response.start", "status": 303, "headers": [*given, (b"cache-control", b"no-store")]})
        await send({"type": "http.response.body", "body": b""})
        return
    body = json.dumps({"detail": "sign in first, or send an API key as `Authorization: Bearer ...`."}).encode()
    given = [(b"content-type", b"application/json"), (b"www-authenticate", b"Bearer"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 401, "headers": given})
    await send({"type": "http.response.body", "body": body})
