"""What programs ask for and is not there: said here, because the page takes every path that is left to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.routing import BaseRoute
    from starlette.types import Receive, Scope, Send

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# The last two are where FastAPI has its pages, which would load scripts from elsewhere.
PLACES = ("/api", "/v1", "/healthz", "/metrics", "/docs", "/redoc")


def add_dead_ends(app: FastAPI) -> None:
    """Let everything at and below these places that no route of before takes be 404, or 405 where another method does.

    docent.app.web.problems puts it into a sentence.
    """
    from starlette.routing import Route

    known = tuple(app.router.routes)
    for place in PLACES:
        for path in (place, f"{place}/{{rest:path}}"):
            app.router.routes.append(Route(path, endpoint=_DeadEnd(known), include_in_schema=False))


class _DeadEnd:
    """An ASGI endpoint that no method is too strange for."""

    def __init__(self, known: tuple[BaseRoute, ...]) -> None:
        self._known = known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raise what the application has a reply for."""
        from starlette.exceptions import HTTPException

        del receive, send
        taken = [one for one in METHODS if self._takes(scope, one)]
        raise HTTPException(405, headers={"allow": ", ".join(taken)}) if taken else HTTPException(404)

    def _takes(self, scope: Scope, method: str) -> bool:
        from starlette.routing import Match

        asked = {**scope, "method": method}
        return any(one.matches(asked)[0] is Match.FULL for one in self._known)
