"""How much a request may say. Uploads are streamed to the disk; all else is read into memory, so it is bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docent.app.web.entrance import OPEN

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

STREAMED = ("POST", "/api/documents")  # has a limit of its own for each file
MOST_BYTES = 8 * 1024 * 1024  # a question with fifty turns before it, each character escaped
MOST_OF_STRANGERS = 64 * 1024  # a name, a password, a token


class Bodies:
    """ASGI middleware, behind the one that turns strangers away: a body that is too long is given up where it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its whole body, or answer 413."""
        if scope["type"] != "http" or (scope["method"], scope["path"]) == STREAMED:
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if b"content-length" not in headers and b"transfer-encoding" not in headers:
            await self._app(scope, receive, send)  # nothing comes
            return
        body = await whole(receive, MOST_OF_STRANGERS if scope["path"] in OPEN else MOST_BYTES)
        if body is None:
            await refuse(send)
        else:
            await self._app(scope, once(body, receive), send)


async def whole(receive: Receive, most: int) -> bytes | None:
    """The body; None where it is longer than so many bytes, which is known as soon as it is."""
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        if size > most:
            return None
        if message["type"] != "http.request" or not message.get("more_body", False):
            return b"".join(pieces)


def once(body: bytes, receive: Receive) -> Receive:
    """Gives the body, then whatever else comes, which is that the client has gone."""
    given = False

    async def told() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return told


async def refuse(send: Send) -> None:
    """Answer 413."""
    body = b'{"detail": "this request is too long: files are added by POST /api/documents."}'
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
