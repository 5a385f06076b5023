"""What conversations and curated answers say of purged documents is taken out of them.

An answer that came from a purged document is replaced by a sentence that says so, and so is what a model wrote after it
in the same conversation, since it was told that answer. Of what a reader typed, questions and titles, only names of
purged documents and longer pieces of their text go.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from docent.app.history.answer_records import LITERAL, documents_of, places_of, read_answer, rests_on, without
from docent.app.history.conversations import store_answer
from docent.app.history.scrubbing import scrubbed
from docent.app.identity.access import Role
from docent.app.library import Library
from docent.llm import Answer
from docent.retrieval import StoreError

# Answers that show something of the collection of an id, which conversations about another may do.
_CITES = """instr(m.answer, '"collection":"' || ?1 || '"')"""


@dataclass(slots=True)
class _Gone:
    """What a conversation showed of purged documents."""

    names: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)

    def take(self, answer: Answer, gone: frozenset[str]) -> None:
        """Remember what stands of these documents in an answer."""
        quotes = {id(one.hit): one.quote for one in answer.citations}
        for hit in (*answer.hits, *(one.hit for one in answer.citations)):
            self.names |= {one.document.name for one in hit.copies if one.document.id in gone}
            if hit.document.id in gone:
                chunk = hit.chunk
                self.names.add(hit.document.name)
                self.texts |= {chunk.text, chunk.heading, chunk.context, quotes.get(id(hit), "")} - {""}


def redact(library: Library, name: str) -> int:
    """Redact all that is kept about a collection; returns how many answers were changed. Raises StoreError."""
    collection = library.catalog.folder(name).name
    library.conversations.sweep(0, collection)
    rows = library.database.read(
        "SELECT m.id, m.conversation, m.answer, c.collection = ?1 AS is_home FROM messages m"  # noqa: S608
        " JOIN conversations c ON c.id = m.conversation WHERE m.answer IS NOT NULL"
        f" AND (c.collection = ?1 OR {_CITES}) ORDER BY m.conversation, m.place",
        (collection,),
    )
    shown: dict[str, _Gone] = {}
    changed = list(_changes(library, name, collection, rows, shown))
    curated = [one for one in library.curated.of(collection) if library.missing(documents_of(one.answer), name)]
    filters = _stale_filters(library, name, collection)
    with library.database.write() as connection:
        for message, answer, is_withdrawn in changed:
            store_answer(connection, message, answer)
            if is_withdrawn:
                connection.execute("UPDATE feedback SET note = '' WHERE message = ?", (message,))
        for conversation, gone in shown.items():
            _scrub(connection, conversation, gone)
        for message in filters:
            connection.execute(
                "UPDATE messages SET settings = json_remove(settings, '$.documents') WHERE id = ?", (message,)
            )
        connection.executemany("DELETE FROM curated WHERE id = ?", [(one.id,) for one in curated])
    return len(changed) + len(curated)


def forget(library: Library, name: str) -> int:
    """Withdraw what conversations about other collections say of this one, which is about to be deleted.

    Returns how many answers were changed. Raises CollectionNotFound, NotSignedIn and Forbidden.
    """
    library.catalog.folder(name)  # says which there are
    collection = library.collection_id(name, Role.ADMIN)
    rows = library.database.read(
        f"SELECT m.id, m.answer FROM messages m WHERE {_CITES}",  # noqa: S608
        (collection,),
    )
    found = [(row["id"], read_answer(row["answer"])) for row in rows]
    with library.database.write() as connection:
        for message, answer in found:
            store_answer(connection, message, without(answer, places_of(answer).get(collection, frozenset())))
    return len(found)


def _changes(
    library: Library, name: str, collection: str, rows: Iterable[sqlite3.Row], shown: dict[str, _Gone]
) -> Iterator[tuple[str, Answer | None, bool]]:
    """Each answer that has to change, as it then is, and whether its text went. An unreadable one goes altogether.

    `shown` is filled with what was there of purged documents, by conversation.
    """
    tainted = ""  # the conversation of which an answer was withdrawn
    for row in rows:
        try:
            answer = read_answer(row["answer"])
        except StoreError:
            yield row["id"], None, True
            continue
        own = places_of(answer).get("" if row["is_home"] else collection, frozenset())
        gone = library.missing(own, name)
        has_heard = tainted == row["conversation"] and not answer.refused and answer.model not in LITERAL
        if not gone and not has_heard:
            continue
        shown.setdefault(row["conversation"], _Gone()).take(answer, gone)
        redacted = without(answer, gone, withdraw=has_heard)
        is_withdrawn = has_heard or bool(rests_on(answer) & gone)
        tainted = row["conversation"] if is_withdrawn else tainted
        if redacted != answer:
            yield row["id"], redacted, is_withdrawn


def _scrub(connection: sqlite3.Connection, conversation: str, gone: _Gone) -> None:
    """Take the words of purged documents out of questions and the title, wherever they are kept."""

    def kept(typed: str) -> str:
        return scrubbed(typed, gone.names, gone.texts)

    (title,) = connection.execute("SELECT title FROM conversations WHERE id = ?", (conversation,)).fetchone()
    connection.execute("UPDATE conversations SET title = ? WHERE id = ?", (kept(title), conversation))
    messages = "SELECT id, question, answer FROM messages WHERE conversation = ?"
    for identity, question, written in connection.execute(messages, (conversation,)).fetchall():
        connection.execute("UPDATE messages SET question = ? WHERE id = ?", (kept(question), identity))
        if written:
            answer = read_answer(written)
            text = kept(answer.text) if answer.refused else answer.text  # a refusal repeats words of the question
            store_answer(
                connection,
                identity,
                replace(answer, question=kept(answer.question), query=kept(answer.query), text=text),
            )


def _stale_filters(library: Library, name: str, collection: str) -> list[str]:
    """Messages that were asked of documents by a name that there is no more."""
    store = library.collection(name).store
    rows = library.database.read(
        "SELECT m.id, json_extract(m.settings, '$.documents') FROM messages m JOIN conversations c"
        " ON c.id = m.conversation WHERE c.collection = ? AND json_extract(m.settings, '$.documents') IS NOT NULL",
        (collection,),
    )
    return [one for one, names in rows if not all(store.find(name) for name in names.split("; "))]
