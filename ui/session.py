"""What one browser page shows: a collection, and a conversation about it that is kept from its first question on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from docent.app import Library, Message, documents_of, missing_from, open_conversation, start_conversation
from docent.ui.conversation import Conversation, Exchange


@dataclass(frozen=True, slots=True)
class Session:
    """`id` is the stored conversation's, "" before the first question; `collection` a name, "" for the setting's."""

    id: str = ""
    collection: str = ""
    exchanges: Conversation = ()

    @property
    def live(self) -> bool:
        """Whether an answer is being written."""
        return any(one.live for one in self.exchanges[-1:])


def opened(library: Library, conversation_id: str) -> Session:
    """A conversation as it is stored. Raises ConversationNotFound and StoreError."""
    found = open_conversation(library, conversation_id)
    return Session(conversation_id, found.name, tuple(_exchange(one, found.missing) for one in found.messages))


def started(library: Library, session: Session, question: str) -> Session:
    """The session with a conversation to keep a question in. Raises CollectionNotFound and StoreError."""
    if session.id:
        return session
    return replace(session, id=start_conversation(library, question, session.collection or None).id)


def refreshed(library: Library, session: Session) -> Session:
    """The session with the ratings and the missing documents of this moment. Raises StoreError."""
    if not session.id or session.live:
        return session
    ratings = {one.id: one.feedback for one in library.conversations.messages(session.id)}
    answers = [one.answer for one in session.exchanges if one.answer]
    missing = missing_from(library, answers, session.collection or library.settings.collection)
    exchanges = [
        replace(one, missing=missing & documents_of(one.answer), feedback=ratings.get(one.id)) if one.answer else one
        for one in session.exchanges
    ]
    return replace(session, exchanges=tuple(exchanges))


def _exchange(message: Message, missing: frozenset[str]) -> Exchange:
    answer = message.answer
    if answer is None:
        return Exchange(message.question, id=message.id, stopped=True, kept=True)
    return Exchange(
        message.question, id=message.id, notice=answer.notice, query=answer.query, answer=answer, kept=True,
        feedback=message.feedback, missing=missing & documents_of(answer),
    )  # fmt: skip
