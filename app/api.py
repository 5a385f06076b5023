"""The HTTP API. Documents are hostile data: they leave as JSON, as pictures or as a download, never as a page."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, JSONResponse, Response, StreamingResponse

from docent.app.access import Role
from docent.app.api_conversations import add_conversations
from docent.app.api_tags import add_tags
from docent.app.dialogue import ask_in
from docent.app.jobs import Job, JobQueue
from docent.app.library import Library
from docent.app.requests import AskRequest, PasswordRequest, SearchRequest
from docent.app.uploads import BadUpload, Upload, receive
from docent.app.wire import (
    TimedEvents,
    answer_to_dict,
    document_to_dict,
    event_to_dict,
    page_report_to_dict,
    page_to_dict,
    removed_to_dict,
    search_to_dict,
)
from docent.ingest import DocentError
from docent.llm import fold_events
from docent.retrieval import DocumentNotFound

if TYPE_CHECKING:
    from collections.abc import Callable

TICK = 0.15  # seconds between two looks at the jobs
HEARTBEAT = 15.0  # seconds of silence after which a stream says that it is alive

DocumentId = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]
PageNumber = Annotated[int, Path(ge=1, le=1_000_000)]
CollectionName = Annotated[str | None, Query(max_length=200)]


def job_to_dict(job: Job) -> dict[str, Any]:
    """A job as JSON."""
    return {key: value for key, value in asdict(job).items() if key != "version"}


def api_router(library: Library, jobs: JobQueue) -> APIRouter:
    """All routes below `/api`."""
    router = APIRouter(prefix="/api")
    _add_documents(router, library)
    _add_removal(router, library, jobs)
    _add_pages(router, library)
    _add_uploads(router, library, jobs)
    _add_jobs(router, jobs)
    _add_questions(router, library)
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


def _add_uploads(router: APIRouter, library: Library, jobs: JobQueue) -> None:
    settings = library.settings

    @router.post("/documents", status_code=202)
    async def upload(request: Request, collection: CollectionName = None) -> JSONResponse:
        name = collection or settings.collection
        await run_in_threadpool(library.collection_id, name, Role.EDITOR)  # before anything is written
        kind = request.headers.get("content-type", "")
        uploads = await receive(request.stream(), kind, library.spool, settings.max_upload_mb)
        if not uploads:
            raise BadUpload("there is no file in the upload: choose at least one.")
        taken = [_submit(jobs, one, name) for one in uploads]
        answer: dict[str, Any] = {"jobs": [job_to_dict(job) for job in taken]}
        refused = all(one.path is None for one in uploads)
        if refused:
            answer["detail"] = uploads[0].reason
        return JSONResponse(answer, uploads[0].status if refused else 202)


def _submit(jobs: JobQueue, upload: Upload, collection: str) -> Job:
    if upload.path is None:
        return jobs.reject(upload.name, collection, upload.reason)
    return jobs.submit(upload.path, upload.name, collection)


def _add_jobs(router: APIRouter, jobs: JobQueue) -> None:
    @router.get("/jobs")
    def recent() -> dict[str, Any]:
        return {"jobs": [job_to_dict(job) for job in jobs.recent()]}

    @router.get("/jobs/events")
    async def all_events(request: Request) -> StreamingResponse:
        return _event_stream(_changes(request, jobs.recent, lambda: False))

    @router.get("/jobs/{job_id}")
    def job(job_id: str) -> dict[str, Any]:
        return job_to_dict(jobs.get(job_id))

    @router.get("/jobs/{job_id}/events")
    async def events(request: Request, job_id: str) -> StreamingResponse:
        jobs.get(job_id)

        def changed(after: int) -> list[Job]:
            return [one for one in jobs.recent(after) if one.id == job_id]

        return _event_stream(_changes(request, changed, lambda: jobs.get(job_id).ended))

    @router.post("/jobs/{job_id}/password")
    def unlock(job_id: str, body: PasswordRequest) -> dict[str, Any]:
        return job_to_dict(jobs.unlock(job_id, body.password.get_secret_value()))

    @router.delete("/jobs/{job_id}")
    def cancel(job_id: str) -> dict[str, Any]:
        return job_to_dict(jobs.cancel(job_id))


async def _changes(
    request: Request, changed: Callable[[int], list[Job]], ended: Callable[[], bool]
) -> AsyncIterator[str]:
    """Every state a job is seen in, until it has ended or the reader has left."""
    version, silent = -1, 0.0
    while not await request.is_disconnected():
        last = ended()  # asked before the look, so that the final state is not missed
        found = changed(version)
        for job in found:
            version = max(version, job.version)
            yield _event("job", job_to_dict(job))
        silent = 0.0 if found else silent + TICK
        if silent >= HEARTBEAT:
            yield ": alive\n\n"
            silent = 0.0
        if last:
            return
        await asyncio.sleep(TICK)


def _add_questions(router: APIRouter, library: Library) -> None:
    @router.post("/search")
    def search(body: SearchRequest) -> dict[str, Any]:
        return search_to_dict(library.search(body.query, body.limit, body.where(), body.collection))

    @router.post("/ask", response_model=None)
    def ask(request: Request, body: AskRequest) -> Response | dict[str, Any]:
        events, place = _asked(library, body)
        if body.stream or "text/event-stream" in request.headers.get("accept", ""):
            return _event_stream(_told(events, place))
        answer = fold_events(events)
        return {**answer_to_dict(answer, events.timings_ms), **place}


def _asked(library: Library, body: AskRequest) -> tuple[TimedEvents, dict[str, str]]:
    """The events of a question, and where its answer is kept: nowhere without a conversation."""
    if not body.conversation:
        asked = library.ask(
            body.question, body.turns(), body.where(), body.collection, curated=body.curated, deep=body.deep,
            strict=body.strict,
        )  # fmt: skip
        return TimedEvents(asked), {}
    place = {"conversation": library.conversations.get(body.conversation).id, "message": uuid.uuid4().hex}
    asked = ask_in(
        library, body.conversation, body.question, body.where(), message_id=place["message"], curated=body.curated,
        deep=body.deep, strict=body.strict,
    )  # fmt: skip
    return TimedEvents(asked), place


def _told(events: TimedEvents, place: dict[str, str]) -> Iterator[str]:
    """Events as text; an error that strikes after the start is the last of them."""
    try:
        for event in events:
            told = event_to_dict(event, events.timings_ms)
            told |= place if told["type"] == "done" else {}
            yield _event(told["type"], told)
    except DocentError as error:
        yield _event("error", {"type": "error", "detail": str(error)})


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _event_stream(body: AsyncIterator[str] | Iterator[str]) -> StreamingResponse:
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(body, media_type="text/event-stream", headers=headers)
