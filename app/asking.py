"""A question on its way to an answer: what a person has written, whole documents, or what is found in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from docent.app.deep import ask_deep
from docent.app.history.answer_records import documents_of, in_collections
from docent.app.history.curated import curated_events
from docent.app.whole_documents import ask_whole
from docent.llm import settled
from docent.retrieval import SearchFilter

if TYPE_CHECKING:
    from docent.app.history.curated import CuratedAnswer
    from docent.app.library import Library
    from docent.llm import Event, Turn

ANSWER_FROM = 10  # hits an answer is written from


def ask_collections(
    library: Library,
    question: str,
    history: Sequence[Turn],
    where: SearchFilter,
    names: Sequence[str],
    *,
    curated: bool,
    deep: bool,
    strict: bool,
    settle: bool,
) -> Iterator[Event]:
    """`Library.ask` for collections by name, the first of which is the one that the question is kept with."""
    from docent.llm import answer_events, similarity_of, standalone

    first, *also = names
    query = standalone(question, history)
    if curated and not where.active:
        for name in names:
            kept = _kept_answer(library, query, name)
            if kept is not None:
                return curated_events(kept if not also else _placed(kept, name), question, query)
    if not also and (whole := ask_whole(library, question, query, where, first)):
        return whole
    if deep:
        return ask_deep(library, question, history, where, names, strict=strict)
    found, *_ = [library.existing(name) for name in names]  # each asks for a role before anything is streamed
    answerer = library.answerer_for(first, also, strict=strict)
    return answer_events(
        question,
        lambda query: library.search(query, ANSWER_FROM, where, first, also),
        settled(answerer) if settle else answerer,
        history,
        similarity_of(found.embedder) if found else None,
        lambda query, ids: library.search(query, ANSWER_FROM, replace(where, documents=ids), first, also),
    )


def _kept_answer(library: Library, query: str, name: str) -> CuratedAnswer | None:
    """A curated answer to the question, unless a document that it cites was removed."""
    found = library.curated.find(library.collection_id(name), query)
    return None if not found or library.missing(documents_of(found.answer), name) else found


def _placed(kept: CuratedAnswer, name: str) -> CuratedAnswer:
    return replace(kept, answer=in_collections(kept.answer, {"": name}))
