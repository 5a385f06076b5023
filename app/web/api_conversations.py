"""The HTTP API of what is kept of conversations: their list, their answers, feedback, and curated answers."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from docent.app.history.conversation_text import conversation_markdown
from docent.app.history.conversation_wire import (
    conversation_to_dict,
    curated_to_dict,
    feedback_to_dict,
    open_conversation_to_dict,
    rated_to_dict,
)
from docent.app.history.curated import LONGEST_TEXT, CuratedAnswer
from docent.app.history.dialogue import (
    collection_name,
    correct,
    curated_answer,
    gone_from,
    open_conversation,
    start_conversation,
)
from docent.app.identity.access import Role
from docent.app.library import Library
from docent.app.next_questions import next_questions
from docent.app.web.requests import CollectionName
from docent.llm import Language

Id = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ConversationRequest(_Body):
    """`POST /api/conversations`."""

    title: Title
    collection: Annotated[str, StringConstraints(min_length=1, max_length=300)] | None = None


class TitleRequest(_Body):
    """`PATCH /api/conversations/{id}`."""

    title: Title


class FeedbackRequest(_Body):
    """`PUT /api/messages/{id}/feedback`."""

    rating: Literal["up", "down"]
    note: Annotated[str, StringConstraints(max_length=4000)] = ""


class CorrectionRequest(_Body):
    """`POST /api/curated`: the answer of a message as it should be; `[n]` cites what it cited there."""

    message: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    text: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT)]


def add_conversations(router: APIRouter, library: Library) -> None:
    """Routes of conversations, feedback and curated answers."""
    _add_list(router, library)
    _add_one(router, library)
    _add_next(router, library)
    _add_feedback(router, library)
    _add_curated(router, library)


def _add_list(router: APIRouter, library: Library) -> None:
    kept = library.conversations

    @router.get("/conversations")
    def conversations(
        collection: CollectionName = None,
        search: Annotated[str, Query(max_length=200)] = "",
        limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    ) -> dict[str, Any]:
        place = library.collection_id(collection)
        found = kept.of(place, search, most=limit)
        return {"conversations": [conversation_to_dict(one) for one in found]}

    @router.post("/conversations", status_code=201)
    def start(body: ConversationRequest) -> dict[str, Any]:
        return conversation_to_dict(start_conversation(library, body.title, body.collection))


def _add_one(router: APIRouter, library: Library) -> None:
    kept, undo_days = library.conversations, library.settings.undo_days

    @router.get("/conversations/{conversation_id}")
    def conversation(conversation_id: Id) -> dict[str, Any]:
        return open_conversation_to_dict(open_conversation(library, conversation_id))

    @router.patch("/conversations/{conversation_id}")
    def rename(conversation_id: Id, body: TitleRequest) -> dict[str, Any]:
        return conversation_to_dict(kept.rename(conversation_id, body.title))

    @router.delete("/conversations/{conversation_id}")
    def delete(conversation_id: Id) -> dict[str, Any]:
        title = kept.get(conversation_id).title
        kept.delete(conversation_id, undo=undo_days > 0)
        return {"deleted": title, "undo_days": undo_days}

    @router.post("/conversations/{conversation_id}/restore")
    def restore(conversation_id: Id) -> dict[str, Any]:
        return conversation_to_dict(kept.restore(conversation_id))

    @router.get("/conversations/{conversation_id}/export")
    def export(conversation_id: Id) -> Response:
        opened = open_conversation(library, conversation_id)
        name = quote(f"{opened.conversation.title.replace('/', '-')[:80]}.md", safe="")
        headers = {"Content-Disposition": f"attachment; filename*=utf-8''{name}"}
        return Response(conversation_markdown(opened), media_type="text/markdown; charset=utf-8", headers=headers)


def _add_next(router: APIRouter, library: Library) -> None:
    @router.get("/messages/{message_id}/follow-ups")
    def follow_ups(message_id: Id, language: Language | None = None) -> dict[str, Any]:
        """Questions that may be asked next, each of which the documents answer; none where nothing is near.

        In the language of the last question in a person's own words; `language` is for where there is none.
        """
        return {"questions": next_questions(library, message_id, language)}


def _add_feedback(router: APIRouter, library: Library) -> None:
    @router.put("/messages/{message_id}/feedback")
    def rate(message_id: Id, body: FeedbackRequest) -> dict[str, Any]:
        return feedback_to_dict(library.feedback.give(message_id, body.rating, body.note))

    @router.delete("/messages/{message_id}/feedback")
    def take_back(message_id: Id) -> dict[str, Any]:
        library.feedback.take_back(message_id)
        return {}

    @router.get("/feedback")
    def feedback(collection: CollectionName = None, rating: Literal["up", "down"] | None = None) -> dict[str, Any]:
        place = library.collection_id(collection)
        everybodys = library.people.access.role(place) == Role.ADMIN
        found = library.feedback.of(place, rating, everybodys=everybodys)
        return {"feedback": [rated_to_dict(one) for one in found]}


def _add_curated(router: APIRouter, library: Library) -> None:
    def told(one: CuratedAnswer) -> dict[str, Any]:
        return curated_to_dict(one, gone_from(library, one), collection_name(library, one.collection))

    @router.get("/curated")
    def curated(collection: CollectionName = None) -> dict[str, Any]:
        return {"curated": [told(one) for one in library.curated.of(library.collection_id(collection))]}

    @router.post("/curated", status_code=201)
    def keep(body: CorrectionRequest) -> dict[str, Any]:
        return told(correct(library, body.message, body.text))

    @router.delete("/curated/{curated_id}")
    def delete(curated_id: Id) -> dict[str, Any]:
        found = curated_answer(library, curated_id, Role.EDITOR)
        library.curated.delete(found.id)
        return {"deleted": found.question}
