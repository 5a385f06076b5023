"""The HTTP API behind the settings of the page: collections, models, people, oneself."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI
from fastapi.concurrency import run_in_threadpool

from docent.app.moves import Moves
from docent.app.web.api_collections import add_collections
from docent.app.web.api_me import add_me
from docent.app.web.api_models import add_models
from docent.app.web.api_people import add_people

if TYPE_CHECKING:
    from docent.app.library import Library
    from docent.app.web.doorkeeper import Doorkeeper


def settings_router(library: Library, keeper: Doorkeeper) -> APIRouter:
    """Routes below `/api`; moves of collections that are under way end with the server."""
    moves = Moves(library)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(moves.close)

    router = APIRouter(prefix="/api", lifespan=lifespan)
    add_me(router, library, keeper)
    add_people(router, library)
    add_collections(router, library, moves)
    add_models(router, library)
    return router
