"""Conversations as they are kept: questions in order, each with its answer and what had made it."""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from docent.app.database import OWN, Database, containing, now
from docent.app.errors import ConversationNotFound
from docent.app.history.answer_records import read_answer, write_answer
from docent.app.history.feedback import Feedback

if TYPE_CHECKING:
    from docent.llm import Answer

LONGEST_TITLE = 120
MOST = 200  # conversations of one list
_FIELDS = "c.id, c.collection, c.owner, c.title, c.created, c.updated"
_MESSAGES = (
    "SELECT m.id, m.conversation, m.question, m.answer, m.settings, m.created, f.rating, f.note, f.created AS rated"
    " FROM messages m LEFT JOIN feedback f ON f.message = m.id"
)


@dataclass(frozen=True, slots=True)
class Conversation:
    """One line of the list of conversations. `collection` is an id; times are ISO 8601, UTC."""

    id: str
    collection: str
    owner: str
    title: str
    created: str
    updated: str


@dataclass(frozen=True, slots=True)
class Message:
    """A question and its answer: None where it was stopped, broke off or is still being written.

    `settings` are those that were in force, by name, without keys.
    """

    id: str
    conversation: str
    question: str
    answer: Answer | None
    created: str
    settings: Mapping[str, str] = field(default_factory=dict)
    feedback: Feedback | None = None


class Conversations:
    """The conversations of a data directory. Those of somebody else do not exist.

    `owner` says whose are seen and made: the id of an account, None for all of them at the machine itself.
    """

    def __init__(self, database: Database, owner: Callable[[], str | None]) -> None:
        self._database = database
        self._owner = owner

    def start(self, collection: str, title: str) -> Conversation:
        """A new one about the collection of this id, called after its first question."""
        moment = now()
        made = Conversation(uuid.uuid4().hex, collection, self._owner() or "", titled(title), moment, moment)
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO conversations (id, collection, owner, title, created, updated) VALUES (?, ?, ?, ?, ?, ?)",
                (made.id, made.collection, made.owner, made.title, made.created, made.updated),
            )
        return made

    def of(self, collection: str, search: str = "", *, most: int = MOST) -> list[Conversation]:
        """Those about a collection, the last one first; with `search` those that say it anywhere."""
        pattern = containing(search.strip())
        rows = self._database.read(
            f"SELECT {_FIELDS} FROM conversations c WHERE c.collection = ?1 AND {OWN.format(2)} AND c.deleted IS NULL"  # noqa: S608
            r" AND (c.title LIKE ?3 ESCAPE '\' OR EXISTS (SELECT 1 FROM messages m WHERE m.conversation = c.id"
            r" AND (m.question LIKE ?3 ESCAPE '\' OR m.text LIKE ?3 ESCAPE '\')))"
            " ORDER BY c.updated DESC, c.id LIMIT ?4",
            (collection, self._owner(), pattern, most),
        )
        return [Conversation(*row) for row in rows]

    def get(self, conversation_id: str) -> Conversation:
        """Raises ConversationNotFound, also for one that was deleted."""
        rows = self._database.read(
            f"SELECT {_FIELDS} FROM conversations c WHERE c.id = ?1 AND {OWN.format(2)} AND c.deleted IS NULL",  # noqa: S608
            (conversation_id, self._owner()),
        )
        if not rows:
            raise _missing()
        return Conversation(*rows[0])

    def named(self, name: str) -> Conversation:
        """One by its id, or by at least 4 characters that only its id begins with. Raises ConversationNotFound."""
        if len(name) >= 4:
            rows = self._database.read(
                f"SELECT c.id FROM conversations c WHERE {OWN.format(2)}"  # noqa: S608
                r" AND c.id LIKE ?1 ESCAPE '\' AND c.deleted IS NULL LIMIT 2",
                (containing(name)[1:], self._owner()),
            )
            if len(rows) == 1:
                return self.get(rows[0]["id"])
        raise _missing()

    def messages(self, conversation_id: str) -> tuple[Message, ...]:
        """Its questions and answers, oldest first. Raises StoreError for what cannot be read."""
        rows = self._database.read(
            f"{_MESSAGES} JOIN conversations c ON c.id = m.conversation WHERE m.conversation = ?1"
            f" AND {OWN.format(2)} ORDER BY m.place",
            (conversation_id, self._owner()),
        )
        return tuple(_message(row) for row in rows)

    def message(self, message_id: str) -> Message:
        """Raises ConversationNotFound."""
        rows = self._database.read(
            f"{_MESSAGES} JOIN conversations c ON c.id = m.conversation WHERE m.id = ?1 AND {OWN.format(2)}"
            " AND c.deleted IS NULL",
            (message_id, self._owner()),
        )
        if not rows:
            raise _missing()
        return _message(rows[0])

    def rename(self, conversation_id: str, title: str) -> Conversation:
        """Call it otherwise. Raises ConversationNotFound."""
        self._change(conversation_id, "title", titled(title))
        return self.get(conversation_id)

    def delete(self, conversation_id: str, *, undo: bool = True) -> None:
        """Delete it, so that `restore` brings it back until `sweep` has come. Raises ConversationNotFound."""
        self.get(conversation_id)
        if undo:
            self._change(conversation_id, "deleted", now())
            return
        with self._database.write() as connection:
            connection.execute("DELETE FROM conversations WHERE id = ?", (conversation_id,))

    def restore(self, conversation_id: str) -> Conversation:
        """Undo its deletion. Raises ConversationNotFound."""
        self._change(conversation_id, "deleted", None)
        return self.get(conversation_id)

    def sweep(self, days: float, collection: str | None = None) -> int:
        """Delete for good what was deleted `days` ago or earlier, with 0 all of it; returns how many.

        Of one collection, by its id, or of all.
        """
        limit = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="milliseconds") if days else "9999"
        which = "FROM conversations WHERE deleted <= ?1 AND (?2 IS NULL OR collection = ?2)"
        if not self._database.read(f"SELECT 1 {which} LIMIT 1", (limit, collection)):
            return 0
        with self._database.write() as connection:
            return connection.execute(f"DELETE {which}", (limit, collection)).rowcount

    def begin(self, conversation_id: str, question: str, settings: Mapping[str, str], message_id: str = "") -> str:
        """Store a question whose answer is to come; returns its id. Raises ConversationNotFound."""
        self.get(conversation_id)
        made, moment = message_id or uuid.uuid4().hex, now()
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO messages (id, conversation, question, text, settings, created) VALUES (?, ?, ?, '', ?, ?)",
                (made, conversation_id, question, json.dumps(dict(settings), ensure_ascii=False), moment),
            )
            connection.execute("UPDATE conversations SET updated = ? WHERE id = ?", (moment, conversation_id))
        return made

    def finish(self, message_id: str, answer: Answer) -> None:
        """Store the answer of a question; one that was deleted meanwhile stays deleted."""
        with self._database.write() as connection:
            store_answer(connection, message_id, answer)

    def drop_from(self, message_id: str) -> None:
        """Delete a question with its answer, and all that were asked after it. Raises ConversationNotFound."""
        conversation = self.message(message_id).conversation
        with self._database.write() as connection:
            connection.execute(
                "DELETE FROM messages WHERE conversation = ? AND place >= (SELECT place FROM messages WHERE id = ?)",
                (conversation, message_id),
            )

    def _change(self, conversation_id: str, column: str, value: str | None) -> None:
        with self._database.write() as connection:
            done = connection.execute(
                f"UPDATE conversations AS c SET {column} = ?1 WHERE id = ?2 AND {OWN.format(3)}",  # noqa: S608
                (value, conversation_id, self._owner()),
            )
            if not done.rowcount:
                raise _missing()


def store_answer(connection: sqlite3.Connection, message_id: str, answer: Answer | None) -> None:
    """Write an answer beside its question; None leaves it without one."""
    text, written = (answer.text, write_answer(answer)) if answer else ("", None)
    connection.execute("UPDATE messages SET text = ?, answer = ? WHERE id = ?", (text, written, message_id))


def titled(text: str) -> str:
    """A text as a title: one line, not too long, never blank."""
    line = " ".join(text.split()) or "…"
    return line if len(line) <= LONGEST_TITLE else f"{line[: LONGEST_TITLE - 1].rstrip()}…"


def answered(messages: Sequence[Message]) -> list[tuple[Message, Answer]]:
    """Those that have an answer."""
    return [(one, one.answer) for one in messages if one.answer is not None]


def _message(row: sqlite3.Row) -> Message:
    answer = read_answer(row["answer"]) if row["answer"] else None
    rated = Feedback(row["id"], row["rating"], row["note"], row["rated"]) if row["rating"] else None
    return Message(
        row["id"], row["conversation"], row["question"], answer, row["created"], json.loads(row["settings"]), rated
    )


def _missing() -> ConversationNotFound:
    return ConversationNotFound("there is no such conversation or answer any more: it may have been deleted.")
