"""Questions over many documents without a model: each part is answered with sentences of the documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from docent.llm.answering import answer_events, answer_to_one, fold_events
from docent.llm.compound.apart import answer_to, joined_answers
from docent.llm.compound.gathered import Gathered
from docent.llm.compound.narrowing import narrowed
from docent.llm.compound.part import Part
from docent.llm.compound.parts import parts_of
from docent.llm.deep.shelf import Shelf
from docent.llm.deep.words import WORDS, shown
from docent.llm.extractive.answering import ExtractiveAnswerer
from docent.llm.language import language_of
from docent.llm.types import Answer, Done, Event, Retrieved, Step
from docent.retrieval import SearchResult


def by_parts(question: str, query: str, shelf: Shelf) -> Iterator[Event]:
    """Each part is searched and answered below its heading; a question about one thing is answered as always.

    `query` is the question in full.
    """
    parts = parts_of(query, shelf.names())
    if not parts:
        for event in answer_events(query, lambda text: shelf.search(text, ()), ExtractiveAnswerer()):
            yield Done(replace(event.answer, question=question)) if isinstance(event, Done) else event
        return
    gathered = Gathered()
    looked: list[tuple[Part, SearchResult]] = []
    for part in parts:
        yield Step(WORDS[language_of(query)].search.format(shown(part.question)))
        looked.append((part, shelf.search(part.question, part.documents)))
    looked = narrowed(looked, lambda text: shelf.search(text, ()), shelf.search)
    for _, result in looked:
        gathered.add(result.hits)
    hits = gathered.hits()
    yield Retrieved(hits, query)
    answers = [answer_to(part, parts, result, _told) for part, result in looked]
    asked = [part for part, _ in looked]
    yield from joined_answers(question, query, asked, answers, hits, ExtractiveAnswerer.name)


def _told(part: Part, found: SearchResult) -> Answer:
    return fold_events(answer_to_one(part.question, part.question, lambda _: found, ExtractiveAnswerer()))
