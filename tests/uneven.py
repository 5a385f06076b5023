"""A line on which no two replies take equally long, so that what only works in one order fails."""

from __future__ import annotations

import asyncio
import os
import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECONDS = float(os.environ.get("UNEVEN_SECONDS", "0"))  # how late a request or its reply may be


class UnevenLine:
    """Every second request is late, and every second reply."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def late(message: Message) -> None:
            if message["type"] == "http.response.start":
                await wait()
            await send(message)

        await wait()
        return await self._app(scope, receive, late)


async def wait() -> None:
    if random.random() < 0.5:  # noqa: S311
        await asyncio.sleep(random.random() * SECONDS)  # noqa: S311
