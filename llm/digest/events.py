"""Summaries and comparisons of whole documents: by map and reduce with a chat model, by their own sentences without.

The model notes what each part says; what the part does not support is dropped. The notes are put together by the
model again, and each sentence of that is held against the passages that the notes cite, not against the notes.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace

from docent.llm.answerer import Answerer
from docent.llm.answering import fell_back, noted
from docent.llm.chat import ChatAnswerer
from docent.llm.checks.grounding import ground
from docent.llm.compound.joining import Joined
from docent.llm.deep.words import shown
from docent.llm.digest.literal import (
    Whole,
    common_figures,
    language_of_all,
    listed,
    literal_comparison,
    literal_summary,
)
from docent.llm.digest.salience import salient
from docent.llm.digest.words import WORDS, DigestWords
from docent.llm.errors import ModelFailed
from docent.llm.language import Language
from docent.llm.markers import MARKER, MarkerFilter, marked
from docent.llm.models.chat_model import ChatModel
from docent.llm.models.thoughts import RESTART
from docent.llm.prompts import REPLY_TOKENS, Message, estimate, fenced, passage
from docent.llm.types import Answer, Citation, Done, Event, Notice, Retrieved, Statement, Step, Token
from docent.retrieval import Hit

SENTENCES = 12  # of a summary, unless another number is asked for
LARGEST_PART = 6000  # tokens that a model reads at once; of more, small models keep the ends and lose the middle
MOST_WRITTEN = 4000  # characters taken of one reply
MARGIN = 64  # tokens for the template of a chat
MOST_NOTES = 4  # kept of a part, as the model is told
NOTE_TOKENS = 60  # of a note, for the cost
FEWEST = 2  # sentences of a part itself that stand in for notes that it does not support


@dataclass(frozen=True, slots=True)
class Cost:
    """What a model would be asked at most: passages, tokens in and out, calls. `host` is "" on this machine.

    `language` is that of the documents, in which the summary and its steps are.
    """

    model: str
    passages: int
    tokens: int
    calls: int
    host: str = ""
    language: Language = "en"


@dataclass(frozen=True, slots=True)
class _Note:
    """A sentence that a part supports, what it cites, and the document."""

    text: str
    citations: tuple[Citation, ...]
    document: str


def cost_of(
    documents: Sequence[Whole], answerer: Answerer, most: int = SENTENCES, *, compare: bool = False
) -> Cost | None:
    """What a summary or comparison would cost, None without a model."""
    if not isinstance(answerer, ChatAnswerer):
        return None
    model = answerer.model
    language = language_of_all(documents)
    words = WORDS[language]
    parts = [_parts(one, model, words) for one in documents]
    merges = 1 if compare else sum(_merges(MOST_NOTES * len(one), _room(model, words.note), most) for one in parts)
    read = sum(_count(model, passage(1, hit)) for one in parts for part in one for hit in part)
    calls = sum(map(len, parts)) + merges
    tokens = read + calls * (_reply(model) + _count(model, words.note)) + merges * _room(model, words.note)
    passages = sum(len(one.hits) for one in documents)
    return Cost(model.name, passages, tokens, calls, model.host if model.is_remote else "", language)


def _merges(notes: int, room: int, most: int) -> int:
    """Calls that put so many notes together, in rounds."""
    batches = -(-notes // max(1, room // NOTE_TOKENS))
    if notes <= most or batches <= 1:
        return int(notes > most)
    fewer = batches * most
    return batches + (_merges(fewer, room, most) if fewer < notes else 1)


def digest_events(
    documents: Sequence[Whole], answerer: Answerer, most: int = SENTENCES, *, compare: bool = False
) -> Iterator[Event]:
    """Steps, then a summary of each document in at most so many sentences, or a comparison; the last event is Done.

    A model that fails is replaced by sentences of the documents, and the reader is told.
    """
    language = language_of_all(documents)
    words = WORDS[language]
    title = (words.comparison if compare else words.summary).format(words.joins.join(one.name for one in documents))
    notice = ""
    if isinstance(answerer, ChatAnswerer):
        try:
            joined = yield from _by_model(documents, answerer, words, most, compare=compare)
            if compare and (figures := common_figures(documents, language)).citations:
                joined.add(words.figures, figures)
            yield from _ended(joined.answer(title, title, (), answerer.name))
        except ModelFailed as error:
            notice = fell_back(title, error)
            yield Notice(notice)
        else:
            return
    if compare:
        answer = literal_comparison(documents, language)
    else:
        joined = Joined()
        for one in documents:
            joined.add(one.name if len(documents) > 1 else "", literal_summary(one, most, words))
        answer = joined.answer(title, title, (), "extractive")
    yield from noted(_ended(replace(answer, question=title, query=title)), notice)


def _ended(answer: Answer) -> Iterator[Event]:
    hits = tuple({one.hit.key: one.hit for one in answer.citations}.values())
    yield Retrieved(hits, answer.query)
    yield Token(answer.text)
    yield Done(replace(answer, hits=hits))


def _by_model(
    documents: Sequence[Whole], chat: ChatAnswerer, words: DigestWords, most: int, *, compare: bool
) -> Generator[Event, None, Joined]:
    joined = Joined()
    every: list[_Note] = []
    for one in documents:
        notes = yield from _notes(one, chat, words)
        every += notes
        if not compare:
            yield Step(words.merge.format(len(notes)))
            answer = _reduced(notes, chat, words.reduce.format(most), words, most)
            joined.add(one.name if len(documents) > 1 else "", answer)
    if compare:
        yield Step(words.merge.format(len(every)))
        joined.add("", _merged(_fitting(every, chat.model), chat, words.compare.format(most), words, most))
    return joined


def _notes(document: Whole, chat: ChatAnswerer, words: DigestWords) -> Generator[Event, None, list[_Note]]:
    """Map: what each part says, as far as it supports it; its own sentences where it supports nothing."""
    found: list[_Note] = []
    parts = _parts(document, chat.model, words)
    for number, part in enumerate(parts, start=1):
        yield Step(words.read.format(shown(document.name), number, len(parts)))
        passages = "\n\n".join(passage(place, hit) for place, hit in enumerate(part, start=1))
        text = _said(chat, words.note, f"{passages}\n\n{words.passages}", len(part))
        kept = ground(text, part, strict=True)
        notes = _as_notes(kept.text, kept.statements, kept.citations, document.name)
        if not notes:
            own = listed(part, salient(part, FEWEST))
            notes = _as_notes(own.text, own.statements, own.citations, document.name)
        found += notes[:MOST_NOTES]
    return found


def _as_notes(text: str, statements: Sequence[Statement], citations: Sequence[Citation], document: str) -> list[_Note]:
    known = {one.number: one for one in citations}
    return [
        _Note(text[one.start : one.end], tuple(known[n] for n in one.citations), document)
        for one in statements
        if one.verified and one.citations
    ]


def _reduced(notes: list[_Note], chat: ChatAnswerer, system: str, words: DigestWords, most: int) -> Answer:
    """Reduce: one summary of the notes, in rounds while they are more than the model can read at once."""
    batches = _batches(notes, chat.model)
    if len(notes) <= most or not notes:
        return _plain(notes)
    if len(batches) == 1:
        return _merged(notes, chat, system, words, most)
    fewer: list[_Note] = []
    for batch in batches:
        answer = _merged(batch, chat, system, words, most)
        fewer += _as_notes(answer.text, answer.statements, answer.citations, batch[0].document)
    return _reduced(fewer if len(fewer) < len(notes) else batches[0], chat, system, words, most)


def _merged(notes: Sequence[_Note], chat: ChatAnswerer, system: str, words: DigestWords, most: int) -> Answer:
    """The notes in the model's words, each sentence held against the passages of the notes it names."""
    lines = "\n".join(_line(number, one) for number, one in enumerate(notes, start=1))
    text = _said(chat, system, f"{fenced(lines)}\n\n{words.notes}", len(notes))
    hits = list({one.hit.key: one.hit for note in notes for one in note.citations}.values())
    places = {hit.key: place for place, hit in enumerate(hits, start=1)}

    def cited(match: re.Match[str]) -> str:
        named = [notes[n - 1] for n in marked(match) if 1 <= n <= len(notes)]
        found = dict.fromkeys(places[one.hit.key] for note in named for one in note.citations)
        return "".join(f" [{place}]" for place in found)

    kept = ground(MARKER.sub(cited, text), hits, strict=True)
    if not any(one.verified and one.citations for one in kept.statements):
        return _plain(notes[:most])
    return Answer(
        "", kept.text, kept.citations, (), refused=False, query="", model=chat.name, statements=kept.statements
    )


def _plain(notes: Sequence[_Note]) -> Answer:
    """The notes as they are."""
    joined = Joined()
    for note in notes:
        joined.text += " " if joined.text else ""
        start = len(joined.text)
        joined.text += note.text
        numbers = tuple(dict.fromkeys(joined.number(one) for one in note.citations))
        joined.statements.append(Statement(start, len(joined.text), numbers, verified=True))
        joined.text += "".join(f" [{n}]" for n in numbers)
    return joined.answer("", "", (), "")


def _said(chat: ChatAnswerer, system: str, content: str, known: int) -> str:
    """What the model writes, with the markers that mean something. Raises ModelFailed."""
    markers = MarkerFilter(known)
    text = ""
    for piece in chat.pieces([Message("system", system), Message("user", content)]):
        *_, last = piece.split(RESTART)
        if last != piece:
            markers, text = MarkerFilter(known), ""
        text += markers.feed(last)
        if len(text) > MOST_WRITTEN:
            break
    return text + markers.finish()


def _parts(document: Whole, model: ChatModel, words: DigestWords) -> list[list[Hit]]:
    """Passages in order, as many together as the model can read beside its instructions and its reply."""
    room = _room(model, words.note)
    parts: list[list[Hit]] = []
    left = 0
    for hit in document.hits:
        cost = _count(model, passage(1, hit))
        if not parts or cost > left:
            parts.append([])
            left = room
        parts[-1].append(hit)
        left -= cost
    return parts


def _batches(notes: Sequence[_Note], model: ChatModel) -> list[list[_Note]]:
    room = _room(model, WORDS["en"].compare)
    batches: list[list[_Note]] = []
    left = 0
    for note in notes:
        cost = _count(model, _line(100, note))
        if not batches or cost > left:
            batches.append([])
            left = room
        batches[-1].append(note)
        left -= cost
    return batches


def _fitting(notes: Sequence[_Note], model: ChatModel) -> list[_Note]:
    """As many notes of each document as fit together, in turn, in order."""
    whole = list(notes)
    while len(_batches(whole, model)) > 1:
        most = max(sum(one.document == name for one in whole) for name in {one.document for one in whole})
        name = next(one.document for one in whole if sum(o.document == one.document for o in whole) == most)
        whole.remove(next(one for one in reversed(whole) if one.document == name))
    return whole


def _line(number: int, note: _Note) -> str:
    return f"[{number}] ({shown(note.document)}) {note.text}"


def _room(model: ChatModel, system: str) -> int:
    return max(256, min(LARGEST_PART, model.context_tokens - _reply(model) - MARGIN - _count(model, system)))


def _reply(model: ChatModel) -> int:
    return min(REPLY_TOKENS, model.context_tokens // 4)


def _count(model: ChatModel, text: str) -> int:
    return model.count_tokens(text) if model.count_tokens else estimate(text)
