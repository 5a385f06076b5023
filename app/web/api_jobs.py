"""The part of the HTTP API that takes uploads, and tells how far each is."""

from __future__ import annotations

import asyncio
import shutil
import uuid
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, StreamingResponse

from docent.app.identity.access import Role
from docent.app.intake.job_book import Job
from docent.app.intake.jobs import JobQueue
from docent.app.library import Library
from docent.app.web.requests import CollectionName, PasswordRequest
from docent.app.web.streams import event_stream, event_text
from docent.app.web.uploads import BadUpload, Upload, receive
from docent.retrieval import DocumentNotFound

if TYPE_CHECKING:
    from collections.abc import Callable

TICK = 0.15  # seconds between two looks at the jobs
HEARTBEAT = 15.0  # seconds of silence after which a stream says that it is alive
_OURS = ("version", "place", "sender", "begun")  # nothing that a page needs to know

DocumentId = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]


def job_to_dict(job: Job) -> dict[str, Any]:
    """A job as JSON."""
    return {key: value for key, value in asdict(job).items() if key not in _OURS}


def add_uploads(router: APIRouter, library: Library, jobs: JobQueue) -> None:
    """`POST /api/documents`."""
    settings = library.settings

    @router.post("/documents", status_code=202)
    async def upload(request: Request, collection: CollectionName = None) -> JSONResponse:
        name = collection or settings.collection
        await run_in_threadpool(library.collection_id, name, Role.EDITOR)  # before anything is written
        kind = request.headers.get("content-type", "")
        uploads = await receive(request.stream(), kind, library.spool, settings.max_upload_mb)
        if not uploads:
            raise BadUpload("there is no file in the upload: choose at least one.")
        taken = await run_in_threadpool(_submit_all, jobs, uploads, name)
        answer: dict[str, Any] = {"jobs": [job_to_dict(job) for job in taken]}
        refused = all(one.path is None for one in uploads)
        if refused:
            answer["detail"] = uploads[0].reason
        return JSONResponse(answer, uploads[0].status if refused else 202)


def add_rereading(router: APIRouter, library: Library, jobs: JobQueue) -> None:
    """`POST /api/documents/{id}/read`."""

    @router.post("/documents/{document_id}/read", status_code=202)
    def read_again(document_id: DocumentId, collection: CollectionName = None) -> dict[str, Any]:
        """Read a document anew from its original, as after an upgrade or a change of settings. It stays what it was."""
        name = collection or library.settings.collection
        store = library.collection(name, Role.EDITOR).store
        original, (document,) = store.original(document_id), store.named(document_id)
        if not original.is_file():
            raise DocumentNotFound("the original of this document is missing: add it again.")
        copy = library.spool / uuid.uuid4().hex
        copy.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(original, copy)
            return job_to_dict(jobs.submit(copy, document.name, name, document_id))
        finally:
            copy.unlink(missing_ok=True)  # what was not taken after all


def _submit_all(jobs: JobQueue, uploads: list[Upload], collection: str) -> list[Job]:
    try:
        return [_submit(jobs, one, collection) for one in uploads]
    finally:
        for one in uploads:  # what was not taken after all
            if one.path is not None:
                one.path.unlink(missing_ok=True)


def _submit(jobs: JobQueue, upload: Upload, collection: str) -> Job:
    if upload.path is None:
        return jobs.reject(upload.name, collection, upload.reason)
    return jobs.submit(upload.path, upload.name, collection)


def add_jobs(router: APIRouter, library: Library, jobs: JobQueue) -> None:
    """Everything below `/api/jobs`."""

    def chosen(collection: str | None) -> str | None:
        return None if collection is None else library.collection_id(collection)

    @router.get("/jobs")
    def recent(collection: CollectionName = None) -> dict[str, Any]:
        """Uploads that are remembered, the oldest first; of one collection alone where it is named."""
        return {"jobs": [job_to_dict(job) for job in jobs.recent(collection=chosen(collection))]}

    @router.get("/jobs/events")
    async def all_events(request: Request, collection: CollectionName = None) -> StreamingResponse:
        place = await run_in_threadpool(chosen, collection)
        return event_stream(_changes(request, jobs, lambda after: jobs.recent(after, place)))

    @router.get("/jobs/{job_id}")
    def job(job_id: str) -> dict[str, Any]:
        return job_to_dict(jobs.get(job_id))

    @router.get("/jobs/{job_id}/events")
    async def events(request: Request, job_id: str) -> StreamingResponse:
        await run_in_threadpool(jobs.get, job_id)

        def changed(after: int) -> list[Job]:
            return [one for one in jobs.recent(after) if one.id == job_id]

        return event_stream(_changes(request, jobs, changed, until_end=True))

    @router.post("/jobs/{job_id}/password")
    def unlock(job_id: str, body: PasswordRequest) -> dict[str, Any]:
        return job_to_dict(jobs.unlock(job_id, body.password.get_secret_value()))

    @router.post("/jobs/{job_id}/retry")
    def retry(job_id: str) -> dict[str, Any]:
        """Read a file again that failed, as long as it is kept (`can_retry`)."""
        return job_to_dict(jobs.retry(job_id))

    @router.delete("/jobs/{job_id}")
    def cancel(job_id: str) -> dict[str, Any]:
        """Call off an upload that is not in yet, or forget one that failed."""
        return job_to_dict(jobs.cancel(job_id))


async def _changes(
    request: Request, jobs: JobQueue, changed: Callable[[int], list[Job]], *, until_end: bool = False
) -> AsyncIterator[str]:
    """Every state a job is seen in, until the reader has left, or the job has ended."""
    version, silent = -1, 0.0
    while not await request.is_disconnected():
        seen = jobs.version
        found = await run_in_threadpool(changed, version) if seen > version else []
        version = max(version, seen)
        for job in found:
            version = max(version, job.version)
            yield event_text("job", job_to_dict(job))
        silent = 0.0 if found else silent + TICK
        if silent >= HEARTBEAT:
            yield ": alive\n\n"
            silent = 0.0
        if until_end and found and found[-1].ended:
            return
        await asyncio.sleep(TICK)
