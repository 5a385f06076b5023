"""The routes of tags."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from docent.app.library import Library
from docent.app.tagging import tag_documents, tags_in
from docent.app.web.requests import TagsRequest


def add_tags(router: APIRouter, library: Library) -> None:
    """`GET /tags`, and `POST /documents/{id}/tags` with what to add and to remove."""

    @router.get("/tags")
    def tags(collection: Annotated[str | None, Query(max_length=200)] = None) -> dict[str, Any]:
        return {"tags": [{"tag": one.tag, "documents": one.documents} for one in tags_in(library, collection)]}

    @router.post("/documents/{document_id}/tags")
    def change(
        document_id: Annotated[str, Path(pattern="^[0-9a-f]{64}$")],
        body: TagsRequest,
        collection: Annotated[str | None, Query(max_length=200)] = None,
    ) -> dict[str, Any]:
        (one,) = tag_documents(library, document_id, body.add, body.remove, collection)
        return {"id": one.document.id, "name": one.document.name, "tags": list(one.tags)}
