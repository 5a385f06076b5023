"""Curated answers: a person has corrected an answer, and it is given first when the same question comes again."""

from __future__ import annotations

import re
import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from docent.app.database import Database, now
from docent.app.errors import ConversationNotFound
from docent.app.history.answer_records import CURATED, read_answer, write_answer
from docent.ingest import DocentError, sentences
from docent.llm import Answer, Citation, Done, Event, Retrieved, Statement, Token
from docent.retrieval import fold

LONGEST_TEXT = 20_000
_MARKER = re.compile(r"\s?\[(\d{1,3})\]")
_PUNCTUATION = re.compile(r"(?:[\s，、。；;：:“”\"‘’'()（）《》?？!！]|,(?!\d)|\bthe\b)+")
_SPACE_AT_CHINESE = re.compile(r"(?<=[\u3400-\u9fff]) | (?=[\u3400-\u9fff])")
# What makes a question polite or complete and changes nothing of what it asks.
_COURTESY = re.compile(
    r"^(?:请问一下|请问|请告诉我|我想知道|想问一下|(?:please\b|tell me\b"
    r"|(?:can|could) you (?:please )?tell me\b)[\s,:]*)|(?:呢|呀|啊|吗|[\s,]please)$"
)


@dataclass(frozen=True, slots=True)
class CuratedAnswer:
    """An answer that a person stands for. `collection` is an id; times are ISO 8601, UTC."""

    id: str
    collection: str
    owner: str
    question: str
    answer: Answer
    created: str
    updated: str


class CuratedAnswers:
    """The curated answers of a data directory, one for a question of a collection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, collection: str, question: str, answer: Answer, owner: str = "") -> CuratedAnswer:
        """Keep an answer, in place of one to the same question."""
        moment = now()
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO curated (id, collection, owner, question, sameness, answer, created, updated)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (collection, sameness) DO UPDATE SET"
                " question = excluded.question, answer = excluded.answer, updated = excluded.updated",
                (
                    uuid.uuid4().hex, collection, owner, question, sameness(question), write_answer(answer), moment,
                    moment,
                ),
            )  # fmt: skip
        return self._select("collection = ? AND sameness = ?", collection, sameness(question))[0]

    def of(self, collection: str) -> list[CuratedAnswer]:
        """All of a collection, the last one first."""
        return self._select("collection = ? ORDER BY updated DESC", collection)

    def find(self, collection: str, question: str) -> CuratedAnswer | None:
        """The one for the same question: the same words and numbers in the same order."""
        return next(iter(self._select("collection = ? AND sameness = ?", collection, sameness(question))), None)

    def get(self, curated_id: str) -> CuratedAnswer:
        """Raises ConversationNotFound."""
        found = self._select("id = ?", curated_id)
        if not found:
            raise ConversationNotFound("there is no such curated answer any more: it may have been deleted.")
        return found[0]

    def delete(self, curated_id: str) -> None:
        """Raises ConversationNotFound."""
        self.get(curated_id)
        with self._database.write() as connection:
            connection.execute("DELETE FROM curated WHERE id = ?", (curated_id,))

    def _select(self, where: str, *values: str) -> list[CuratedAnswer]:
        rows = self._database.read(
            f"SELECT id, collection, owner, question, answer, created, updated FROM curated WHERE {where}",  # noqa: S608
            values,
        )
        return [_curated(row) for row in rows]


def sameness(question: str) -> str:
    """What two questions have alike that are the same: words and numbers in order, not courtesy and punctuation."""
    bare = fold(question).strip().rstrip("?？!！.。 ")
    shorter = _COURTESY.sub("", bare).strip()
    while shorter and shorter != bare:
        bare, shorter = shorter, _COURTESY.sub("", shorter).strip().rstrip("?？!！.。 ")
    return _SPACE_AT_CHINESE.sub("", _PUNCTUATION.sub(" ", bare).strip()) or fold(question)


def corrected(answer: Answer, text: str) -> Answer:
    """`answer` in a person's words; its `[n]` cite what they cited before. Raises DocentError.

    A sentence counts as supported when it cites a passage that was.
    """
    said = text.strip()
    if not said or len(said) > LONGEST_TEXT:
        raise DocentError(f"the corrected answer is empty or too long: give 1 to {LONGEST_TEXT} characters.")
    known = {one.number: one for one in answer.citations}
    cited = [int(number) for number in _MARKER.findall(said)]
    unknown = next((number for number in cited if number not in known), None)
    if unknown is not None:
        has = ", ".join(f"[{number}]" for number in sorted(known)) or "none"
        raise DocentError(f"the corrected answer cites [{unknown}], which is no source of the answer: it has {has}.")
    citations = tuple(one for one in answer.citations if one.number in cited)
    hits = {one.hit.key: one.hit for one in citations}
    return replace(
        answer, text=said, citations=citations, hits=tuple(hits.values()), refused=False, model=CURATED, notice="",
        statements=tuple(_statements(said, citations)),
    )  # fmt: skip


def curated_events(found: CuratedAnswer, question: str, query: str) -> Iterator[Event]:
    """The events of a question that has a curated answer."""
    answer = replace(found.answer, question=question, query=query)
    yield Retrieved(answer.hits, query)
    yield Token(answer.text)
    yield Done(answer)


def _statements(text: str, citations: Sequence[Citation]) -> Iterator[Statement]:
    """Its sentences; the markers behind one are its citations."""
    supported = {one.number for one in citations if one.verified}
    position = 0
    while position < len(text):
        marker = _MARKER.search(text, position)
        end = marker.start() if marker else len(text)
        numbers: list[int] = []
        after = end
        while marker and marker.start() == after:
            numbers.append(int(marker[1]))
            after = marker.end()
            marker = _MARKER.search(text, after)
        spans = [
            (position + start, position + stop)
            for start, stop in sentences(text[position:end])
            if any(letter.isalnum() for letter in text[position + start : position + stop])
        ]
        for place, (start, stop) in enumerate(spans, start=1):
            own = tuple(numbers) if place == len(spans) else ()
            yield Statement(start, stop, own, verified=bool(supported.intersection(own)))
        position = max(after, position + 1)


def _curated(row: sqlite3.Row) -> CuratedAnswer:
    return CuratedAnswer(
        row["id"], row["collection"], row["owner"], row["question"], read_answer(row["answer"]), row["created"],
        row["updated"],
    )  # fmt: skip
