"""One question from search to answer: the pipeline that every door folds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from docent.llm.answerer import Answerer, refusal
from docent.llm.compound.apart import answer_to, joined_answers, tells_each_year
from docent.llm.compound.figures import figures_in
from docent.llm.compound.gathered import Gathered
from docent.llm.compound.narrowing import Within, is_said, narrowed
from docent.llm.compound.part import Part
from docent.llm.compound.parts import sides_of
from docent.llm.errors import ModelFailed
from docent.llm.extractive.across import is_across, looked_for
from docent.llm.extractive.answering import ExtractiveAnswerer
from docent.llm.follow_ups.rewriting import in_full
from docent.llm.follow_ups.rules import standalone
from docent.llm.language import Language, language_of
from docent.llm.questions.answerability import Doubts, doubts
from docent.llm.questions.small_talk import small_talk
from docent.llm.questions.translation import Translated, in_other_words
from docent.llm.types import Answer, Done, Event, Notice, Retrieved, Token, Turn
from docent.retrieval import SearchResult

if TYPE_CHECKING:
    from docent.llm.checks.verification import Similarity

Search = Callable[[str], SearchResult]

EACH = 3  # hits of each part at least, for a model
_FALLBACK: dict[Language, str] = {
    "en": "{reason} Here are sentences of the documents instead.",
    "zh": "{reason}以下改为直接引用文档原句。",
}
_LESS: dict[Language, str] = {
    "en": "Passages were found less well than usual: {reason}",
    "zh": "这次的检索不如平时完整：{reason}",
}


def answer_events(
    question: str,
    search: Search,
    answerer: Answerer,
    history: Sequence[Turn] = (),
    similarity: Similarity | None = None,
    within: Within | None = None,
) -> Iterator[Event]:
    """Search, then answer; a follow-up is first written out in full, and that is what is searched and answered.

    Words that ask nothing of documents get a line in reply. A model that fails is replaced by the extractive answer,
    and the reader is told. That answer judges sentences in another language than the question by `similarity`. Things
    that a question sets side by side are looked for one by one, and `within` the document that one of them is about.
    """
    reply = list(small_talk(question, answerer.name))
    if reply:
        yield from reply
        return
    literal = ExtractiveAnswerer(similarity)
    answerer = literal if isinstance(answerer, ExtractiveAnswerer) else answerer
    query, failure = _in_full(question, answerer, history)
    parts = sides_of(query)
    if parts and failure is None and answerer is literal:
        yield from _of_each(question, query, parts, search, similarity, within)
    else:
        look = _with_each(parts, search, within) if parts else search
        yield from answer_to_one(question, query, look, answerer, history, similarity, failure)


def answer_to_one(
    question: str,
    query: str,
    search: Search,
    answerer: Answerer,
    history: Sequence[Turn] = (),
    similarity: Similarity | None = None,
    failure: ModelFailed | None = None,
) -> Iterator[Event]:
    """`answer_events` for a question in full that is not taken apart; after `failure` no model is asked."""
    literal = answerer if isinstance(answerer, ExtractiveAnswerer) else ExtractiveAnswerer(similarity)
    found = search(query)
    reasons = _reasons(query, found, answerer)
    other = _in_other_words(query, found, search, answerer, reasons)
    yield Retrieved(other.hits if other else found.hits, query)
    notice = found_less(question, found.notice)
    if notice:
        yield Notice(notice)
    if failure is None:
        try:
            told = _told_across(question, query, other, literal) if other else None
            yield from noted(told or _answer(question, query, found, answerer, history, reasons), notice)
        except ModelFailed as error:
            failure = error
    if failure is not None:
        notice = " ".join(one for one in (notice, fell_back(question, failure)) if one)
        yield Notice(notice)
        reasons = _reasons(query, found, literal)
        yield from noted(_answer(question, query, found, literal, history, reasons), notice)


def _of_each(
    question: str,
    query: str,
    parts: Sequence[Part],
    search: Search,
    similarity: Similarity | None,
    within: Within | None,
) -> Iterator[Event]:
    """Without a model: each of the things that a question sets side by side, by a search of its own.

    Years are told by what tells of all of them, where anything does, and one by one only by figures. Where no part is
    answered, the whole may be.
    """
    literal = ExtractiveAnswerer(similarity)

    def tell(part: Part, found: SearchResult) -> Answer:
        def look(text: str) -> SearchResult:
            return found if text == part.question else search(text)

        return fold_events(answer_to_one(query, part.question, look, literal))

    looked = narrowed([(part, search(part.question)) for part in parts], search, within)
    unsaid = [part.about for part, result in looked if not is_said(part, result.hits)]
    if len(unsaid) == len(parts):
        hits = looked[0][1].hits
        named = ("”、“" if language_of(query) == "zh" else "”, “").join(unsaid)
        yield Retrieved(hits, query)
        yield Done(refusal(question, query, hits, literal.name, Doubts(unsaid=named)))
        return
    answers = [answer_to(part, parts, result, tell) for part, result in looked]
    are_years = all(part.about.isdigit() for part in parts)
    is_whole = are_years or all(one.refused for one in answers)
    whole = list(answer_to_one(question, query, search, literal)) if is_whole else []
    is_wide = are_years and not any(part.documents for part, _ in looked)
    if is_wide and tells_each_year(told := fold_events(whole), parts):
        answers = [told] * len(parts)
    elif whole and not (are_years and all(map(figures_in, answers))):
        yield from whole
        return
    gathered = Gathered()
    for one in answers:
        gathered.add(one.hits)
    cited = [citation.hit for one in answers for citation in one.citations]
    hits = tuple({hit.key: hit for hit in (*gathered.hits(), *cited)}.values())
    yield Retrieved(hits, query)
    yield from joined_answers(question, query, [part for part, _ in looked], answers, hits, literal.name)


def _with_each(parts: Sequence[Part], search: Search, within: Within | None) -> Search:
    """A search that finds for the parts of a question as well, each in turn."""

    def look(query: str) -> SearchResult:
        found = search(query)
        looked = narrowed([(part, search(part.question)) for part in parts], search, within)
        gathered = Gathered()
        for one in (found, *(result for _, result in looked)):
            gathered.add(one.hits)
        return replace(found, hits=gathered.hits(max(len(found.hits), EACH * (len(parts) + 1))))

    return look


def noted(events: Iterable[Event], notice: str) -> Iterator[Event]:
    """The notice belongs to the answer as well, before any that it has."""
    for event in events:
        if notice and isinstance(event, Done):
            yield Done(replace(event.answer, notice=" ".join(one for one in (notice, event.answer.notice) if one)))
        else:
            yield event


def found_less(question: str, reason: str) -> str:
    """What the reader is told of a search that went less well than usual; "" where it did not."""
    return _LESS[language_of(question)].format(reason=reason) if reason else ""


def fell_back(question: str, failure: ModelFailed) -> str:
    """What the reader is told where a model has failed: why, and what stands there instead."""
    language = language_of(question)
    reason = failure.zh if language == "zh" else str(failure)
    return _FALLBACK[language].format(reason=f"{reason[:1].upper()}{reason[1:]}")


def _in_full(question: str, answerer: Answerer, history: Sequence[Turn]) -> tuple[str, ModelFailed | None]:
    """What to search for, and how the model turned out not to answer: then it is not asked a second time."""
    try:
        return in_full(question, answerer, history), None
    except ModelFailed as error:
        return standalone(question, history), error


def _reasons(query: str, found: SearchResult, answerer: Answerer) -> Doubts | None:
    """Why an answerer that only repeats passages has nothing to repeat; None for others, and where meaning decides."""
    if not answerer.is_literal or (
        isinstance(answerer, ExtractiveAnswerer) and answerer.reads_across(query, found.hits)
    ):
        return None
    return doubts(query, found.hits, found.unknown)


def _in_other_words(
    query: str, found: SearchResult, search: Search, answerer: Answerer, reasons: Doubts | None
) -> Translated | None:
    """The question in the language of the documents, where words of its own cannot find the answer there."""
    finds_little = not found.hits or reasons or is_across(query, found.hits)
    if not isinstance(answerer, ExtractiveAnswerer) or not finds_little:
        return None
    return in_other_words(query, search)


def _told_across(question: str, query: str, other: Translated, literal: ExtractiveAnswerer) -> Iterator[Event]:
    """The answer in the documents' words to a question in the reader's."""
    notice = looked_for(query, other.words)
    yield Notice(notice)
    for event in literal.tell(question, other.query, other.hits, other.chosen, notice):
        yield Done(replace(event.answer, query=query)) if isinstance(event, Done) else event


def _answer(
    question: str,
    query: str,
    found: SearchResult,
    answerer: Answerer,
    history: Sequence[Turn],
    reasons: Doubts | None,
) -> Iterator[Event]:
    if reasons:
        yield Done(refusal(question, query, found.hits, answerer.name, reasons))
    else:
        yield from answerer.stream(question, query, found.hits, history)


def fold_events(events: Iterable[Event]) -> Answer:
    """The answer at the end of a stream."""
    for event in events:
        if isinstance(event, Done):
            return event.answer
    raise ValueError("the stream of events ended without an answer")


def shown_text(events: Iterable[Event]) -> Iterator[str]:
    """What a reader sees as it grows: the text so far after each event that changes it."""
    text = ""
    for event in events:
        if isinstance(event, Notice):
            text = ""
        elif isinstance(event, Token):
            text += event.text
            yield text
        elif isinstance(event, Done):
            yield event.answer.text
