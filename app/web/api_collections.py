"""The HTTP API of collections as such: made, renamed, deleted, kept from remote models, moved to another embedder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from docent.app.library import Library
from docent.app.settings import masked
from docent.app.web.api_people import CollectionId
from docent.app.web.places import administered
from docent.ingest import DRAWABLE
from docent.retrieval import EmbedderError, binding_of, describe, folder_size, forbids_remote_models, set_remote_models

if TYPE_CHECKING:
    from docent.app.catalog import CollectionInfo
    from docent.app.moves import Moves

CollectionTitle = Annotated[str, Field(min_length=1, max_length=300)]
Spec = Annotated[str, Field(min_length=1, max_length=1000)]


class CollectionRequest(BaseModel):
    """`POST /api/collections`; without an embedder it gets the one of the settings."""

    model_config = ConfigDict(extra="forbid")

    name: CollectionTitle
    embedder: Spec | None = None


class ChangeRequest(BaseModel):
    """`PATCH /api/collections/{id}`: what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    name: CollectionTitle | None = None
    remote_models: bool | None = None


class MoveRequest(BaseModel):
    """`POST /api/collections/{id}/move`; without an embedder a move that was broken off goes on."""

    model_config = ConfigDict(extra="forbid")

    embedder: Spec | None = None


def add_collections(router: APIRouter, library: Library, moves: Moves) -> None:
    """Routes of collections beside their list."""
    _add_whole(router, library, moves)
    _add_moves(router, library, moves)


def _add_whole(router: APIRouter, library: Library, moves: Moves) -> None:
    people = library.people

    @router.post("/collections", status_code=201)
    def create(body: CollectionRequest) -> dict[str, Any]:
        """An empty collection. Only admins make one: its embedder may be a folder or a server."""
        actor = people.access.require_admin()
        library.create_collection(body.name, body.embedder)
        made = library.catalog.get(library.collection_id(body.name))
        people.audit.note(actor.account_name, "made a collection", made.name)
        return {"id": made.id, "name": made.name, "created": made.created}

    @router.get("/collections/{collection_id}")
    def details(collection_id: CollectionId) -> dict[str, Any]:
        """What is to know about a collection, for its admins; `bytes` are those of its folder."""
        place, _ = administered(library, collection_id)
        return _details(library, place, moves)

    @router.patch("/collections/{collection_id}")
    def change(collection_id: CollectionId, body: ChangeRequest) -> dict[str, Any]:
        """Rename it, or allow or forbid that its passages are sent to models elsewhere."""
        place, actor = administered(library, collection_id)
        if body.remote_models is not None:
            set_remote_models(library.catalog.root / place.id, allowed=body.remote_models)
            rule = "allowed" if body.remote_models else "forbidden"
            people.audit.note(actor.account_name, f"remote models {rule}", place.name)
        if body.name is not None and body.name != place.name:
            library.catalog.rename(place.name, body.name)
            people.audit.note(actor.account_name, f"renamed to {body.name}", place.name)
        return _details(library, library.catalog.get(place.id), moves)

    @router.delete("/collections/{collection_id}")
    def delete(collection_id: CollectionId) -> dict[str, Any]:
        """Delete it for ever, with its documents and conversations."""
        place, actor = administered(library, collection_id)
        moves.stop(place.id)
        library.delete_collection(place.name)
        people.audit.note(actor.account_name, "deleted a collection", place.name)
        return {"deleted": place.name}


def _add_moves(router: APIRouter, library: Library, moves: Moves) -> None:
    people = library.people

    @router.post("/collections/{collection_id}/move", status_code=202)
    def move(collection_id: CollectionId, body: MoveRequest) -> dict[str, Any]:
        """Move it to another embedder, behind the server; it answers meanwhile. Only for admins of the server."""
        actor = people.access.require_admin()
        place, _ = administered(library, collection_id)
        begun = library.collection(place.name).move()
        spec = body.embedder or (begun.embedder if begun else "")
        if not spec:
            raise EmbedderError("this collection is not being moved: say to which embedder.")
        moves.start(place.id, spec)
        people.audit.note(actor.account_name, f"moves to {masked(spec)}", place.name)
        return _details(library, place, moves)

    @router.delete("/collections/{collection_id}/move")
    def stop(collection_id: CollectionId) -> dict[str, Any]:
        """Give the move up: the embedder stays the one it was."""
        people.access.require_admin()
        place, _ = administered(library, collection_id)
        return {"stopped": moves.stop(place.id)}


def _details(library: Library, place: CollectionInfo, moves: Moves) -> dict[str, Any]:
    folder = library.catalog.root / place.id
    own = binding_of(folder)
    opened = library.collection(place.name)
    documents, under_way = opened.store.documents(opened.embedder_id), opened.move()
    synonyms = library.settings.synonyms
    return {
        "id": place.id,
        "name": place.name,
        "created": place.created,
        "embedder": masked(describe(own)) if own else "",
        "spec": masked(own.spec) if own else "",
        "remote_models": "forbidden" if forbids_remote_models(folder) else "allowed",
        "documents": len(documents),
        "pages": sum(one.pages for one in documents if one.media_type in DRAWABLE),
        "passages": sum(one.chunks for one in documents),
        "pending": opened.pending(),
        "bytes": folder_size(folder),
        "synonyms": synonyms.name if synonyms else "",
        "move": {
            "embedder": masked(under_way.embedder), "done": under_way.done, "total": under_way.total,
        } if under_way else None,
        "is_moving": moves.is_running(place.id),
        "move_failed": moves.reason(place.id),
    }  # fmt: skip
