"""The HTTP API. Documents are hostile data: they leave as JSON, as pictures or as a download, never as a page."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, Response

from docent.app.finding import MOST, find_in
from docent.app.history.dialogue import ask_in, collection_name
from docent.app.identity.rates import counted
from docent.app.intake.jobs import JobQueue
from docent.app.library import Library
from docent.app.web.api_checks import add_checks
from docent.app.web.api_conversations import add_conversations
from docent.app.web.api_digests import add_digests
from docent.app.web.api_jobs import DocumentId, add_jobs, add_rereading, add_uploads
from docent.app.web.api_tags import add_tags
from docent.app.web.requests import AskRequest, CollectionName, SearchRequest
from docent.app.web.streams import GONE, event_stream, told_events, unless_gone, wants_events
from docent.app.wire import (
    TimedEvents,
    answer_to_dict,
    document_to_dict,
    page_report_to_dict,
    page_to_dict,
    places_to_dict,
    removed_to_dict,
    search_to_dict,
)
from docent.llm import fold_events
from docent.retrieval import DocumentNotFound

PageNumber = Annotated[int, Path(ge=1, le=1_000_000)]


def api_router(library: Library, jobs: JobQueue) -> APIRouter:
    """All routes below `/api`."""
    router = APIRouter(prefix="/api")
    _add_documents(router, library)
    _add_removal(router, library, jobs)
    _add_pages(router, library)
    add_uploads(router, library, jobs)
    add_rereading(router, library, jobs)
    add_jobs(router, library, jobs)
    _add_questions(router, library)
    add_digests(router, library)
    add_checks(router, library)
    add_tags(router, library)
    add_conversations(router, library)
    return router


def _add_documents(router: APIRouter, library: Library) -> None:
    @router.get("/collections")
    def collections() -> dict[str, Any]:
        found = [{"id": one.id, "name": one.name, "created": one.created} for one in library.collections()]
        return {"collections": found, "default": library.settings.collection}

    @router.get("/documents")
    def documents(collection: CollectionName = None) -> dict[str, Any]:
        # Where files lie on this machine is nothing that a page needs to know.
        found = [document_to_dict(one) for one in library.documents(collection)]
        return {"documents": [{k: v for k, v in one.items() if k != "paths"} for one in found]}

    @router.get("/documents/{document_id}/original")
    def original(document_id: DocumentId, collection: CollectionName = None) -> FileResponse:
        store = library.collection(collection).store
        path, kind = store.original(document_id), store.media_type(document_id)
        if not path.is_file():
            raise DocumentNotFound("the original of this document is missing: add it again.")
        name = store.find(document_id)[0].name
        return FileResponse(path, media_type=kind, filename=name, content_disposition_type="attachment")


def _add_removal(router: APIRouter, library: Library, jobs: JobQueue) -> None:
    undo_days = library.settings.undo_days

    @router.get("/documents/removed")
    def removed(collection: CollectionName = None) -> dict[str, Any]:
        found = [removed_to_dict(one) for one in library.removed(collection)]
        return {"removed": [{k: v for k, v in one.items() if k != "paths"} for one in found], "undo_days": undo_days}

    @router.delete("/documents/{document_id}")
    def remove(document_id: DocumentId, collection: CollectionName = None) -> dict[str, Any]:
        return {"removed": [one.name for one in library.remove(document_id, collection)], "undo_days": undo_days}

    @router.post("/documents/{document_id}/restore")
    def restore(document_id: DocumentId, collection: CollectionName = None) -> dict[str, Any]:
        names = library.restore(document_id, collection)
        jobs.fill()  # the collection may have moved to another embedder meanwhile
        return {"restored": names}


def _add_pages(router: APIRouter, library: Library) -> None:
    @router.get("/documents/{document_id}/report")
    def report(document_id: DocumentId, collection: CollectionName = None) -> dict[str, Any]:
        document, reports = library.page_reports(document_id, collection)[0]
        return {"document": document.name, "pages": [page_report_to_dict(*one) for one in reports]}

    @router.get("/documents/{document_id}/find")
    def find(
        document_id: DocumentId,
        text: Annotated[str, Query(min_length=1, max_length=200, pattern=r"\S")],
        collection: CollectionName = None,
    ) -> dict[str, Any]:
        return places_to_dict(find_in(library, document_id, text, collection), MOST)

    # The picture first: the plainer pattern would take `3.png` for a page number.
    @router.get("/documents/{document_id}/pages/{number}.png")
    def picture(
        document_id: DocumentId,
        number: PageNumber,
        zoom: Annotated[float, Query(ge=0.5, le=4)] = 1.5,
        collection: CollectionName = None,
    ) -> Response:
        data = library.page_image(document_id, number, zoom, collection)
        return Response(data, media_type="image/png", headers={"Cache-Control": "private, max-age=600"})

    @router.get("/documents/{document_id}/pages/{number}")
    def page(document_id: DocumentId, number: PageNumber, collection: CollectionName = None) -> dict[str, Any]:
        found = library.page(document_id, number, collection)
        info = next((one for one in library.documents(collection) if one.id == document_id), None)
        if info is None:
            raise DocumentNotFound("there is no such document any more: it may have been removed.")
        return {"document": info.name, "pages": info.pages, **page_to_dict(found)}


def _add_questions(router: APIRouter, library: Library) -> None:
    @router.post("/search", dependencies=counted(library))
    def search(body: SearchRequest) -> dict[str, Any]:
        found = library.search(body.query, body.limit, body.where(), body.first, body.also)
        return search_to_dict(found, body.first or library.settings.collection)

    @router.post("/ask", response_model=None, dependencies=counted(library))
    async def ask(request: Request, body: AskRequest) -> Response | dict[str, Any]:
        events, place = await run_in_threadpool(_asked, library, body)
        if wants_events(request, asked=body.stream):
            return event_stream(told_events(events.told(place)))
        answer = await unless_gone(request, events, fold_events)
        return (
            {**answer_to_dict(answer, events.timings_ms, events.home), **place}
            if answer
            else Response(status_code=GONE)
        )


def _asked(library: Library, body: AskRequest) -> tuple[TimedEvents, dict[str, str]]:
    """The events of a question, and where its answer is kept: nowhere without a conversation."""
    if not body.conversation:
        asked = library.ask(
            body.question, body.turns(), body.where(), body.first, body.also, curated=body.curated, deep=body.deep,
            strict=body.strict,
        )  # fmt: skip
        return TimedEvents(asked, body.first or library.settings.collection), {}
    conversation = library.conversations.get(body.conversation)
    place = {"conversation": conversation.id, "message": uuid.uuid4().hex}
    asked = ask_in(
        library, body.conversation, body.question, body.where(), body.collections, message_id=place["message"],
        curated=body.curated, deep=body.deep, strict=body.strict,
    )  # fmt: skip
    return TimedEvents(asked, collection_name(library, conversation.collection)), place
