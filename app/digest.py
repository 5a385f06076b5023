"""Summaries and comparisons of the documents of a collection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from docent.retrieval import DocumentNotFound, DocumentRef, DocumentStore, Hit, Scope

if TYPE_CHECKING:
    from docent.app.library import Library
    from docent.llm import Cost, Event, Whole

SENTENCES, MOST_SENTENCES = 12, 100  # of a summary: where their number is not said, and at most
AT_ONCE = 500  # passages read from the database in one go


def read_whole(library: Library, names: Sequence[str], collection: str | None = None) -> list[Whole]:
    """The documents of these names, paths or ids, each once, with all their passages. Raises DocumentNotFound."""
    from docent.llm import Whole

    store = library.collection(collection).store
    found = {one.id: one for name in names for one in store.named(name)}
    documents = [Whole(one.name, _passages(store, one)) for one in found.values()]
    empty = next((one.name for one in documents if not one.hits), "")
    if empty:
        raise DocumentNotFound(f"{empty} has no text that could be read: `documents {empty}` says why.")
    return documents


def digest(
    library: Library, documents: Sequence[Whole], most: int, collection: str | None = None, *, compare: bool = False
) -> Iterator[Event]:
    """A summary of each document in at most so many sentences, or a comparison of all; the last event is Done."""
    from docent.llm import digest_events

    return digest_events(documents, library.answerer_for(collection), most, compare=compare)


def digest_cost(
    library: Library, documents: Sequence[Whole], most: int, collection: str | None = None, *, compare: bool = False
) -> Cost | None:
    """What that would ask of a chat model; None where it asks nothing."""
    from docent.llm import cost_of

    return cost_of(documents, library.answerer_for(collection), most, compare=compare)


def _passages(store: DocumentStore, document: DocumentRef) -> tuple[Hit, ...]:
    """In reading order."""
    ids = store.allowed(Scope((document.id,))) or []
    hits: list[Hit] = []
    for start in range(0, len(ids), AT_ONCE):
        found = store.chunks(ids[start : start + AT_ONCE])
        hits += [Hit(one, chunk, document, 0.0, {}) for one, (chunk, _) in found.items()]
    return tuple(sorted(hits, key=lambda hit: hit.chunk.ordinal))
