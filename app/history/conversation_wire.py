"""Conversations, feedback and curated answers as JSON."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from docent.app.history.conversations import Conversation, Message
from docent.app.history.curated import CuratedAnswer
from docent.app.history.dialogue import OpenConversation
from docent.app.history.feedback import Feedback, RatedAnswer
from docent.app.wire import answer_to_dict
from docent.llm import Answer


def conversation_to_dict(one: Conversation) -> dict[str, Any]:
    """One line of the list of conversations."""
    return {"id": one.id, "title": one.title, "created": one.created, "updated": one.updated}


def open_conversation_to_dict(opened: OpenConversation) -> dict[str, Any]:
    """A conversation with all questions and answers."""
    messages = [message_to_dict(one, opened.missing, opened.name) for one in opened.messages]
    return {**conversation_to_dict(opened.conversation), "collection": opened.name, "messages": messages}


def message_to_dict(one: Message, missing: Collection[str], home: str) -> dict[str, Any]:
    """A question with its answer, None where it has none."""
    return {
        "id": one.id,
        "question": one.question,
        "created": one.created,
        "settings": dict(one.settings),
        "feedback": feedback_to_dict(one.feedback) if one.feedback else None,
        "answer": kept_answer_to_dict(one.answer, missing, home) if one.answer else None,
    }


def kept_answer_to_dict(answer: Answer, missing: Collection[str], home: str) -> dict[str, Any]:
    """An answer of the contract; `removed` marks citations and hits whose document is gone."""
    told = answer_to_dict(answer, home=home)
    del told["timings_ms"]
    for part in ("citations", "hits"):
        for one in told[part]:
            one["removed"] = one["document_id"] in missing
    return told


def feedback_to_dict(one: Feedback) -> dict[str, Any]:
    """The rating of an answer."""
    return {"rating": one.rating, "note": one.note, "created": one.created}


def rated_to_dict(one: RatedAnswer) -> dict[str, Any]:
    """A rating beside what it is about."""
    return {
        "message": one.feedback.message,
        "conversation": one.conversation,
        **feedback_to_dict(one.feedback),
        "question": one.question,
        "answer": one.text,
    }


def curated_to_dict(one: CuratedAnswer, missing: Collection[str], home: str) -> dict[str, Any]:
    """A curated answer; it is `usable` while every document that it cites is there."""
    answer = kept_answer_to_dict(one.answer, missing, home)
    return {
        "id": one.id,
        "question": one.question,
        "answer": answer["answer"],
        "citations": answer["citations"],
        "created": one.created,
        "updated": one.updated,
        "usable": not missing,
    }
