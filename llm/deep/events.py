"""Questions over many documents: look several times, then answer once, by the same answerers as every question.

With a chat model that can call tools, an agent looks around; one that cannot is asked for simpler questions; without
any model the question is taken apart by rules. The answer is written from the passages of all looks, and held against
them as every answer is. What the agent itself says is never shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from docent.llm.answerer import Answerer
from docent.llm.answering import fell_back, found_less, noted
from docent.llm.chat import ChatAnswerer
from docent.llm.compound.gathered import Gathered
from docent.llm.compound.part import Part
from docent.llm.compound.parts import MOST_PARTS, parts_of
from docent.llm.deep.agent import DeepLimits, look_around, simpler_questions
from docent.llm.deep.literal import by_parts
from docent.llm.deep.shelf import Shelf
from docent.llm.deep.words import WORDS, Words, shown
from docent.llm.errors import ModelFailed
from docent.llm.follow_ups.rewriting import in_full
from docent.llm.follow_ups.rules import standalone
from docent.llm.language import language_of
from docent.llm.questions.small_talk import small_talk
from docent.llm.types import Event, Notice, Retrieved, Step, Turn

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
    reply = list(small_talk(question, answerer.name))
    if reply:
        yield from reply
        return
    notice = ""
    if isinstance(answerer, ChatAnswerer):
        try:
            yield from _by_model(question, shelf, answerer, history, limits)
        except ModelFailed as error:
            notice = fell_back(question, error)
            yield Notice(notice)
        else:
            return
    yield from noted(by_parts(question, standalone(question, history), shelf), notice)


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
    parts = parts_of(query, shelf.names())
    asked = [Part(one, one) for one in simpler_questions(query, answerer)]
    for part in islice((*parts, *asked), MOST_PARTS):
        yield from _look(part.question, part.documents, shelf, gathered, words)


def _look(query: str, documents: tuple[str, ...], shelf: Shelf, gathered: Gathered, words: Words) -> Iterator[Event]:
    yield Step(words.search.format(shown(query)))
    found = shelf.search(query, documents)
    gathered.add(found.hits, found.notice)
