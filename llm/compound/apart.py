"""The answers to the parts of a question as one: each below its heading, then what follows from their figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from docent.ingest import statements
from docent.llm.answerer import refusal
from docent.llm.compound.difference import difference
from docent.llm.compound.joining import Joined
from docent.llm.compound.narrowing import is_said
from docent.llm.compound.part import Part
from docent.llm.extractive.years import years_in
from docent.llm.questions.answerability import Doubts
from docent.llm.types import Answer, Done, Event, Notice, Token
from docent.retrieval import Hit, SearchResult, fold


def answer_to(
    part: Part, parts: Sequence[Part], found: SearchResult, tell: Callable[[Part, SearchResult], Answer]
) -> Answer:
    """The answer to one part, from all but the sentences that are about another one; none where nothing names it."""
    if not is_said(part, found.hits):
        return refusal(part.question, part.question, found.hits, "", Doubts(unsaid=part.about))
    others = tuple(fold(one.about) for one in parts if one.about and one.about != part.about)
    hits = tuple(_without(others, fold(part.about), hit) for hit in found.hits)
    whole = {hit.key: hit for hit in found.hits}
    answer = tell(part, replace(found, hits=hits))
    citations = tuple(replace(one, hit=whole.get(one.hit.key, one.hit)) for one in answer.citations)
    return replace(answer, citations=citations, hits=tuple(whole.get(hit.key, hit) for hit in answer.hits))


def joined_answers(
    question: str, query: str, parts: Sequence[Part], answers: Sequence[Answer], hits: Sequence[Hit], model: str
) -> Iterator[Event]:
    """Tokens for each part, and for what the figures of all come to where the question compares them; then Done.

    Parts that have the same answer are told it once.
    """
    notice = " ".join(dict.fromkeys(one.notice for one in answers if one.notice))
    if notice:
        yield Notice(notice)
    joined = Joined()
    if len({one.text for one in answers}) == 1:
        yield Token(joined.add("", answers[0]))
    else:
        for part, answer in zip(parts, answers, strict=True):
            yield Token(joined.add(part.heading, answer))
    found = difference(query, parts, answers)
    if found:
        yield Token(joined.conclude(found.text, found.citations))
    yield Done(replace(joined.answer(question, query, hits, model), notice=notice))


def tells_each_year(answer: Answer, parts: Sequence[Part]) -> bool:
    """Whether an answer to a question about several years speaks of each of them."""
    told = frozenset[int]().union(*(years_in(answer.text[one.start : one.end]) for one in answer.statements))
    return not answer.refused and told.issuperset(int(part.about) for part in parts)


def _without(others: Sequence[str], own: str, hit: Hit) -> Hit:
    """The hit with blanks in the place of sentences that name another thing and not this one: offsets stay."""
    text = hit.chunk.text
    for start, end, row in statements(text, hit.chunk.rows):
        said = fold(text[start:end])
        if row is None and own not in said and any(one in said for one in others):
            text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
    return hit if text == hit.chunk.text else replace(hit, chunk=replace(hit.chunk, text=text))
