"""Questions over many documents: look several times, then answer once, by the same answerers as every question.

With a chat model that can call tools, an agent looks around; one that cannot is asked for simpler questions; without
any model the question is taken apart by rules. The answer is written from the passages of all looks, and held against
them as every answer is. What the agent itself says is never shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from docent.llm.answerer import Answerer
from docent.llm.answering import answer_events, fell_back, fold_events, found_less, noted
from docent.llm.chat import ChatAnswerer
from docent.llm.deep_agent import DeepLimits, look_around, simpler_questions
from docent.llm.deep_parts import MOST_PARTS, Part, parts_of
from docent.llm.deep_words import WORDS, Words, shown
from docent.llm.errors import ModelFailed
from docent.llm.extractive import ExtractiveAnswerer
from docent.llm.follow_ups import standalone
from docent.llm.joining import Joined
from docent.llm.language import language_of
from docent.llm.rewriting import in_full
from docent.llm.shelf import Gathered, Shelf
from docent.llm.types import Done, Event, Notice, Retrieved, Step, Token, Turn

_DEFAULTS = DeepLimits()


def deep_events(
    question: str,
    shelf: Shelf,
    answerer: Answerer,
    history: Sequence[Turn] = (),
    limits: DeepLimits = _DEFAULTS,
) -> Iterator[Event]:
    """Steps while passages are looked for, then the answer; the last event is Done.

    A model that fails is replaced by sentences of the documents for each part of the question, and the reader is told.
    """
    notice = ""
    if isinstance(answerer, ChatAnswerer):
        try:
            yield from _by_model(question, shelf, answerer, history, limits)
        except ModelFailed:
            notice = fell_back(question, answerer.name)
            yield Notice(notice)
        else:
            return
    yield from noted(_by_parts(question, standalone(question, history), shelf), notice)


def _by_model(
    question: str, shelf: Shelf, answerer: ChatAnswerer, history: Sequence[Turn], limits: DeepLimits
) -> Iterator[Event]:
    query = in_full(question, answerer, history)
    words = WORDS[language_of(query)]
    gathered = Gathered()
    yield from _look(query, (), shelf, gathered, words)
    has_called = yield from look_around(query, shelf, answerer.model, limits, gathered)
    if not has_called:
        yield Step(words.plan)
        yield from _look_by_questions(query, shelf, answerer, gathered, words)
    hits = gathered.hits()
    yield Retrieved(hits, query)
    yield Step(words.write.format(len(hits)))
    notice = found_less(question, " ".join(gathered.notices))
    if notice:
        yield Notice(notice)
    yield from noted(answerer.stream(question, query, hits, history), notice)


def _look_by_questions(
    query: str, shelf: Shelf, answerer: ChatAnswerer, gathered: Gathered, words: Words
) -> Iterator[Event]:
    """The parts that the rules see come first: they are right where there are any."""
    parts = parts_of(query, _names(shelf))
    asked = [Part(one, one) for one in simpler_questions(query, answerer.model)]
    for part in islice((*parts, *asked), MOST_PARTS):
        yield from _look(part.question, part.documents, shelf, gathered, words)


def _look(query: str, documents: tuple[str, ...], shelf: Shelf, gathered: Gathered, words: Words) -> Iterator[Event]:
    yield Step(words.search.format(shown(query)))
    found = shelf.search(query, documents)
    gathered.add(found.hits, found.notice)


def _by_parts(question: str, query: str, shelf: Shelf) -> Iterator[Event]:
    """Without a model: each part is searched and answered with sentences of the documents, below its heading.

    A question about one thing is answered as always.
    """
    literal = ExtractiveAnswerer()
    parts = parts_of(query, _names(shelf))
    if not parts:
        for event in answer_events(query, lambda text: shelf.search(text, ()), literal):
            yield Done(replace(event.answer, question=question)) if isinstance(event, Done) else event
        return
    words = WORDS[language_of(query)]
    gathered = Gathered()
    found = []
    for part in parts:
        yield Step(words.search.format(shown(part.question)))
        found.append(shelf.search(part.question, part.documents))
        gathered.add(found[-1].hits, found[-1].notice)
    hits = gathered.hits()
    yield Retrieved(hits, query)
    notice = found_less(question, " ".join(gathered.notices))
    if notice:
        yield Notice(notice)
    joined = Joined()
    for part, result in zip(parts, found, strict=True):
        answer = fold_events(answer_events(part.question, lambda _, result=result: result, literal))  # type: ignore[misc]
        yield Token(joined.add(part.heading, answer))
    yield from noted([Done(joined.answer(question, query, hits, literal.name))], notice)


def _names(shelf: Shelf) -> list[str]:
    return [name for name, _ in shelf.documents()]
