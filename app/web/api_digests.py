"""`POST /api/summarize` and `POST /api/compare`: whole documents, every sentence cited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from docent.app.digest import MOST_SENTENCES, SENTENCES, digest, digest_cost, read_whole
from docent.app.errors import BadRequest, NotAgreed
from docent.app.identity.rates import counted
from docent.app.library import Library
from docent.app.web.requests import Name
from docent.app.web.streams import GONE, event_stream, told_events, unless_gone, wants_events
from docent.app.wire import TimedEvents, answer_to_dict
from docent.llm import fold_events

if TYPE_CHECKING:
    from docent.llm import Cost


class DigestRequest(BaseModel):
    """Documents by name, path or id. `agreed` lets a chat model read them, which costs what the refusal says."""

    model_config = ConfigDict(extra="forbid")

    documents: list[Name] = Field(min_length=1, max_length=20)
    sentences: Annotated[int, Field(ge=1, le=MOST_SENTENCES)] = SENTENCES
    collection: Name | None = None
    agreed: bool = False
    stream: bool = False


def add_digests(router: APIRouter, library: Library) -> None:
    """Both routes. With `stream` the answer comes as server-sent events, as that of `POST /api/ask` does."""

    @router.post("/summarize", response_model=None, dependencies=counted(library))
    async def summarize(request: Request, body: DigestRequest) -> Response | dict[str, Any]:
        return await _reply(request, library, body, compare=False)

    @router.post("/compare", response_model=None, dependencies=counted(library))
    async def compare(request: Request, body: DigestRequest) -> Response | dict[str, Any]:
        return await _reply(request, library, body, compare=True)


async def _reply(
    request: Request, library: Library, body: DigestRequest, *, compare: bool
) -> Response | dict[str, Any]:
    events = await run_in_threadpool(_events, library, body, compare=compare)
    if wants_events(request, asked=body.stream):
        return event_stream(told_events(events.told()))
    answer = await unless_gone(request, events, fold_events)
    return answer_to_dict(answer, events.timings_ms, events.home) if answer else Response(status_code=GONE)


def _events(library: Library, body: DigestRequest, *, compare: bool) -> TimedEvents:
    """Raises DocumentNotFound, BadRequest and NotAgreed."""
    documents = read_whole(library, body.documents, body.collection)
    if compare and len(documents) < 2:
        raise BadRequest("a comparison needs two documents: name another one.")
    cost = digest_cost(library, documents, body.sentences, body.collection, compare=compare)
    if cost and not body.agreed:
        raise NotAgreed(_asks(cost))
    told = digest(library, documents, body.sentences, body.collection, compare=compare)
    return TimedEvents(told, body.collection or library.settings.collection)


def _asks(cost: Cost) -> str:
    where = f" at {cost.host}" if cost.host else ""
    return (
        f"{cost.model}{where} would read {cost.passages} passages, in up to {cost.calls} calls and about"
        f' {cost.tokens:,} tokens: send "agreed": true to have it so.'
    )
