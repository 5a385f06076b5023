"""What readers say of answers: good or not, and why."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Literal, TypeAlias

from docent.app.database import Database, now
from docent.app.errors import ConversationNotFound

Rating: TypeAlias = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Feedback:
    """The rating of one answer. `created` is ISO 8601, UTC."""

    message: str
    rating: Rating
    note: str
    created: str


@dataclass(frozen=True, slots=True)
class RatedAnswer:
    """A rating beside what it is about."""

    feedback: Feedback
    conversation: str
    question: str
    text: str


class FeedbackBook:
    """The ratings of a data directory."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def give(self, message: str, rating: Rating, note: str = "") -> Feedback:
        """Rate an answer, or rate it otherwise. Raises ConversationNotFound."""
        made = Feedback(message, rating, note.strip(), now())
        try:
            with self._database.write() as connection:
                connection.execute(
                    "INSERT OR REPLACE INTO feedback (message, rating, note, created) VALUES (?, ?, ?, ?)",
                    (made.message, made.rating, made.note, made.created),
                )
        except sqlite3.IntegrityError as error:
            raise ConversationNotFound("there is no such answer any more: it may have been deleted.") from error
        return made

    def take_back(self, message: str) -> None:
        """Delete the rating of an answer, if it has one."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM feedback WHERE message = ?", (message,))

    def of(self, collection: str, rating: Rating | None = None, owner: str = "") -> list[RatedAnswer]:
        """All ratings of answers about a collection (an id), the last one first."""
        rows = self._database.read(
            "SELECT f.message, f.rating, f.note, f.created, m.conversation, m.question, m.text FROM feedback f"
            " JOIN messages m ON m.id = f.message JOIN conversations c ON c.id = m.conversation"
            " WHERE c.collection = ?1 AND c.owner = ?3 AND c.deleted IS NULL AND (?2 IS NULL OR f.rating = ?2)"
            " ORDER BY f.created DESC",
            (collection, rating, owner),
        )
        return [
            RatedAnswer(Feedback(*tuple(row)[:4]), row["conversation"], row["question"], row["text"]) for row in rows
        ]
