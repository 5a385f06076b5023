"""What readers say of answers: good or not, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from docent.app.database import OWN, Database, now
from docent.app.errors import ConversationNotFound

Rating: TypeAlias = Literal["up", "down"]
_RATED = "FROM messages m JOIN conversations c ON c.id = m.conversation"


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
    """The ratings of a data directory. `owner` says whose answers can be rated, as it does for Conversations."""

    def __init__(self, database: Database, owner: Callable[[], str | None]) -> None:
        self._database = database
        self._owner = owner

    def give(self, message: str, rating: Rating, note: str = "") -> Feedback:
        """Rate an answer, or rate it otherwise. Raises ConversationNotFound."""
        made = Feedback(message, rating, note.strip(), now())
        with self._database.write() as connection:
            done = connection.execute(
                "INSERT OR REPLACE INTO feedback (message, rating, note, created) SELECT m.id, ?2, ?3, ?4"
                f" {_RATED} WHERE m.id = ?1 AND {OWN.format(5)}",
                (made.message, made.rating, made.note, made.created, self._owner()),
            )
            if not done.rowcount:
                raise ConversationNotFound("there is no such answer any more: it may have been deleted.")
        return made

    def take_back(self, message: str) -> None:
        """Delete the rating of an answer, if it has one."""
        with self._database.write() as connection:
            connection.execute(
                f"DELETE FROM feedback WHERE message IN (SELECT m.id {_RATED} WHERE m.id = ?1 AND {OWN.format(2)})",  # noqa: S608
                (message, self._owner()),
            )

    def of(self, collection: str, rating: Rating | None = None, *, everybodys: bool = False) -> list[RatedAnswer]:
        """Ratings of one's own answers about a collection (an id), or of everybody's; the last one first."""
        rows = self._database.read(
            f"SELECT f.message, f.rating, f.note, f.created, m.conversation, m.question, m.text {_RATED}"
            f" JOIN feedback f ON f.message = m.id WHERE c.collection = ?1 AND {OWN.format(3)}"
            " AND c.deleted IS NULL AND (?2 IS NULL OR f.rating = ?2) ORDER BY f.created DESC",
            (collection, rating, None if everybodys else self._owner()),
        )
        return [
            RatedAnswer(Feedback(*tuple(row)[:4]), row["conversation"], row["question"], row["text"]) for row in rows
        ]
