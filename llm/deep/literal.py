"""Questions over many documents without a model: each part is answered with sentences of the documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from docent.ingest import statements
from docent.llm.answering import answer_events, fold_events, found_less, noted
from docent.llm.deep.joining import Joined
from docent.llm.deep.parts import Part, parts_of
from docent.llm.deep.shelf import Gathered, Shelf
from docent.llm.deep.words import WORDS, shown
from docent.llm.extractive.answering import ExtractiveAnswerer
from docent.llm.language import language_of
from docent.llm.types import Answer, Done, Event, Notice, Retrieved, Step, Token
from docent.retrieval import Hit, SearchResult, fold


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
    found = []
    for part in parts:
        yield Step(WORDS[language_of(query)].search.format(shown(part.question)))
        found.append(shelf.search(part.question, part.documents))
        gathered.add(found[-1].hits, found[-1].notice)
    hits = gathered.hits()
    yield Retrieved(hits, query)
    notice = found_less(question, " ".join(gathered.notices))
    if notice:
        yield Notice(notice)
    joined = Joined()
    for part, result in zip(parts, found, strict=True):
        yield Token(joined.add(part.heading, _answer(part, parts, result)))
    yield from noted([Done(joined.answer(question, query, hits, ExtractiveAnswerer.name))], notice)


def _answer(part: Part, parts: Sequence[Part], found: SearchResult) -> Answer:
    """The answer to one part, from all but the sentences that are about another one."""
    others = tuple(fold(one.about) for one in parts if one.about and one is not part)
    hits = tuple(_without(others, fold(part.about), hit) for hit in found.hits)
    whole = {hit.key: hit for hit in found.hits}
    answer = fold_events(answer_events(part.question, lambda _: replace(found, hits=hits), ExtractiveAnswerer()))
    citations = tuple(replace(one, hit=whole[one.hit.key]) for one in answer.citations)
    return replace(answer, hits=found.hits, citations=citations)


def _without(others: Sequence[str], own: str, hit: Hit) -> Hit:
    """The hit with blanks in the place of sentences that name another thing and not this one: offsets stay."""
    text = hit.chunk.text
    for start, end, row in statements(text, hit.chunk.rows):
        said = fold(text[start:end])
        if row is None and own not in said and any(one in said for one in others):
            text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
    return hit if text == hit.chunk.text else replace(hit, chunk=replace(hit.chunk, text=text))
