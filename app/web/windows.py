"""What one browser does in the page, kept apart from all others: Gradio knows a page by a number the page makes up.

Whoever sends that number as `session_hash` gets the answers of that page and its state, signed in as whoever. So a
digest of the session's secret is put behind the number wherever it arrives: another browser cannot name that page.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from docent.app.identity.people import session_secret
from docent.app.web.bodies import once, refuse, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Receive, Scope, Send

EVENTS = "/gradio_api/"
_BEATS = "/gradio_api/heartbeat/"
_FIELD = "session_hash"
MOST_BYTES = 256 * 1024  # a question has at most 4,000 characters, and files go elsewhere


class Windows:
    """ASGI middleware, behind the one that knows who sends."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the event on under its own page's name, or answer 413."""
        if scope["type"] != "http" or not scope["path"].startswith(EVENTS):
            await self._app(scope, receive, send)
            return
        headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
        mark = _mark(headers)
        scope = {**scope, **_renamed(scope, mark)}
        if scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        body = await whole(receive, MOST_BYTES)
        if body is None:
            await refuse(send)
            return
        body = _marked(body, mark)
        scope["headers"] = [(key, value) for key, value in scope["headers"] if key != b"content-length"]
        scope["headers"].append((b"content-length", str(len(body)).encode("ascii")))
        await self._app(scope, once(body, receive), send)


def _mark(headers: Mapping[str, str]) -> str:
    """Nothing where nobody signs in: then all windows are the same user's."""
    secret = session_secret(headers) or headers.get("authorization", "")
    return hashlib.sha256(secret.encode()).hexdigest()[:32] if secret else ""


def _renamed(scope: Scope, mark: str) -> dict[str, object]:
    """What changes in the scope of a request that names its page in its path or query."""
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    given = [(key, value + mark if key == _FIELD else value) for key, value in query]
    path = scope["path"].rstrip("/") + mark if scope["path"].startswith(_BEATS) else scope["path"]
    return {"path": path, "raw_path": path.encode(), "query_string": urlencode(given).encode("ascii")}


def _marked(body: bytes, mark: str) -> bytes:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):  # Gradio refuses it
        return body
    if isinstance(told, dict) and isinstance(told.get(_FIELD), str):
        told[_FIELD] += mark
    return json.dumps(told).encode()
