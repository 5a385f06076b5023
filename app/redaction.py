"""What conversations and curated answers say of purged documents is taken out of them.

What a reader typed stays: questions and titles. An answer that came from a purged document is replaced by a sentence
that says so, and so is what a model wrote after it in the same conversation, since it was told that answer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from docent.app.answer_records import LITERAL, documents_of, read_answer, rests_on, without
from docent.app.conversations import store_answer
from docent.app.library import Library
from docent.llm import Answer
from docent.retrieval import StoreError


def redact(library: Library, name: str) -> int:
    """Redact all that is kept about a collection; returns how many answers were changed. Raises StoreError."""
    collection = library.catalog.folder(name).name
    library.conversations.sweep(0, collection)
    rows = library.database.read(
        "SELECT m.id, m.conversation, m.answer FROM messages m JOIN conversations c ON c.id = m.conversation"
        " WHERE c.collection = ? AND m.answer IS NOT NULL ORDER BY m.conversation, m.place",
        (collection,),
    )
    changed = list(_changes(library, name, rows))
    curated = [one for one in library.curated.of(collection) if library.missing(documents_of(one.answer), name)]
    if not changed and not curated:
        return 0
    with library.database.write() as connection:
        for message, answer, is_withdrawn in changed:
            store_answer(connection, message, answer)
            if is_withdrawn:
                connection.execute("UPDATE feedback SET note = '' WHERE message = ?", (message,))
        connection.executemany("DELETE FROM curated WHERE id = ?", [(one.id,) for one in curated])
    return len(changed) + len(curated)


def _changes(library: Library, name: str, rows: list[sqlite3.Row]) -> Iterator[tuple[str, Answer | None, bool]]:
    """Each answer that has to change, as it then is, and whether its text went. An unreadable one goes altogether."""
    tainted = ""  # the conversation of which an answer was withdrawn
    for row in rows:
        try:
            answer = read_answer(row["answer"])
        except StoreError:
            yield row["id"], None, True
            continue
        gone = library.missing(documents_of(answer), name)
        has_heard = tainted == row["conversation"] and not answer.refused and answer.model not in LITERAL
        if not gone and not has_heard:
            continue
        redacted = without(answer, gone, withdraw=has_heard)
        is_withdrawn = has_heard or bool(rests_on(answer) & gone)
        tainted = row["conversation"] if is_withdrawn else tainted
        if redacted != answer:
            yield row["id"], redacted, is_withdrawn
