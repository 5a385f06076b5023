"""Answers without a model: the best sentences of the documents, verbatim, in order, each cited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from docent.llm.answerability import Doubts, asks_nothing
from docent.llm.answerer import refusal
from docent.llm.cells import tell_row
from docent.llm.evidence import LOOK_AT, Evidence, cite, rank_sentences
from docent.llm.language import language_of
from docent.llm.types import Answer, Citation, Done, Event, Statement, Token, Turn
from docent.llm.years import of_the_year
from docent.retrieval import Hit, fold, made_of

MAX_SENTENCES = 3
KEEP = 0.72  # of the best score: what is clearly worse does not help
MIN_COVERAGE = 0.08  # of the weight of the question: below, no sentence is about it; see also answerability.py


class ExtractiveAnswerer:
    """The default: needs nothing, invents nothing."""

    name = "extractive"
    is_literal = True

    def rewrite(self, question: str, history: Sequence[Turn]) -> str:
        """Nothing: there is no model that could."""
        del question, history
        return ""

    def stream(self, question: str, query: str, hits: Sequence[Hit], history: Sequence[Turn]) -> Iterator[Event]:
        """Sentences from `hits`, or a refusal when none of them is about the question."""
        chosen, year = choose(query, hits)
        if not chosen:
            reasons = Doubts(years=(year,)) if year else None
            yield Done(refusal(question, query, hits, self.name, reasons))
            return
        text = ""
        citations: list[Citation] = []
        statements: list[Statement] = []
        for number, evidence in enumerate(chosen, start=1):
            hit = hits[evidence.index]
            citations.append(cite(number, hit, evidence.start, evidence.end))
            between = "\n\n" if text else ""
            told = _told(query, hit, evidence)
            start = len(text) + len(between)
            statements.append(Statement(start, start + len(told), (number,), verified=True))
            text += f"{between}{told} [{number}]"
            yield Token(f"{between}{told} [{number}]")
        yield Done(
            Answer(
                question, text, tuple(citations), tuple(hits), refused=False, query=query, model=self.name,
                statements=tuple(statements),
            )
        )  # fmt: skip


def choose(query: str, hits: Sequence[Hit]) -> tuple[list[Evidence], str]:
    """The sentences to quote, best first; none when the best covers too little of the question, or it asks nothing.

    With the year that the question names, where it is for that year that there are none.
    """
    if asks_nothing(query):
        return [], ""
    context = " ".join(made_of(query))
    ranked, year = of_the_year(query, context, hits[:LOOK_AT], rank_sentences(query, hits[:LOOK_AT], context))
    if not ranked or max(one.coverage for one in ranked) < MIN_COVERAGE:
        return [], year
    best = ranked[0]
    chosen: list[Evidence] = []
    said: list[str] = []
    for one in ranked:
        text = "".join(fold(hits[one.index].chunk.text[one.start : one.end]).split())
        if len(chosen) == MAX_SENTENCES or one.score < KEEP * best.score:
            break
        if not any(text in other or other in text for other in said):
            chosen.append(one)
            said.append(text)
    return chosen, ""


def _told(query: str, hit: Hit, evidence: Evidence) -> str:
    """A row of a table with its label and heads, everything else word for word."""
    chunk, row = hit.chunk, evidence.row
    if row is not None and not row.is_head:
        context = f"{chunk.context}\n{chunk.text}"
        told = tell_row(query, chunk.text, row, context, language_of(query))
        if told:
            return told
    return in_a_line(chunk.text[evidence.start : evidence.end])


def in_a_line(quote: str) -> str:
    """A quote for reading: the cells of a table row get a bar between them, line breaks become spaces."""
    return " ".join(quote.replace("\t", " | ").split())
