"""Answers without a model: the best sentences of the documents, verbatim, in order, each cited."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from docent.llm.answerer import refusal
from docent.llm.extractive.across import is_across, is_foreign, nearest, notice_of
from docent.llm.extractive.cells import tell_row
from docent.llm.extractive.each import others_notice
from docent.llm.extractive.evidence import Evidence, cite
from docent.llm.extractive.lists import as_list, without_bullet
from docent.llm.extractive.selection import MAX_SENTENCES, choose
from docent.llm.inert import as_quoted
from docent.llm.language import language_of
from docent.llm.questions.answerability import Doubts, asks_nothing, doubts
from docent.llm.questions.far_off import HALF, is_far_off, is_unsure
from docent.llm.questions.unmentioned import notice_of as notice_of_words
from docent.llm.questions.unmentioned import surely_unmentioned, unmentioned
from docent.llm.readable import in_a_line, joined, unmarked, words_of
from docent.llm.types import Answer, Citation, Done, Event, Notice, Statement, Token, Turn
from docent.retrieval import Hit

if TYPE_CHECKING:
    from docent.llm.checks.verification import Similarity

TOLD = 0.4  # of a question's weight in one sentence; of 20 by hand, those that it answers have .47 up, others .21 down


class ExtractiveAnswerer:
    """The default: needs nothing, invents nothing."""

    name = "extractive"
    is_literal = True

    def __init__(self, similarity: Similarity | None = None) -> None:
        """With `similarity`, meaning decides where words cannot: across languages, and for words of several senses."""
        self._similarity = similarity

    def rewrite(self, question: str, history: Sequence[Turn]) -> str:
        """Nothing: there is no model that could."""
        del question, history
        return ""

    def reads_across(self, query: str, hits: Sequence[Hit]) -> bool:
        """Whether it can tell by the meaning alone, since the passages are in another language than the question.

        Where documents of both languages are few, those of the other one are among the best hits whatever is asked:
        they do not count where a passage in the language of the question answers it.
        """
        is_asked = self._similarity is not None and not asks_nothing(query) and is_across(query, hits)
        return is_asked and not _is_told_in_own(query, hits)

    def _chosen(self, query: str, hits: Sequence[Hit]) -> tuple[list[Evidence], Doubts | None]:
        if self._similarity is not None and self.reads_across(query, hits):
            return nearest(query, hits, self._similarity)[:MAX_SENTENCES], Doubts(is_across=True)
        chosen, reasons = choose(query, hits)
        if chosen and self._similarity is not None and is_far_off(query, hits, chosen[0], self._similarity):
            return [], reasons
        return chosen, reasons

    def stream(self, question: str, query: str, hits: Sequence[Hit], history: Sequence[Turn]) -> Iterator[Event]:
        """Sentences from `hits`, or a refusal when none of them is about the question."""
        chosen, reasons = self._chosen(query, hits)
        if not chosen:
            yield Done(refusal(question, query, hits, self.name, reasons))
            return
        others = ""
        if reasons and reasons.is_across:
            notice = notice_of(query)
        else:
            others = others_notice(query, hits, chosen)
            notice = others or notice_of_words(query, self._unmentioned(query, hits, chosen))
        if notice:
            yield Notice(notice)
        yield from self.tell(question, query, hits, chosen, notice, is_sure=not others)

    def _unmentioned(self, query: str, hits: Sequence[Hit], chosen: Sequence[Evidence]) -> tuple[str, ...]:
        """The words of a question that make what is quoted doubtful, since its passages do not have them."""
        if self._similarity is not None and chosen[0].coverage < HALF:
            words = unmentioned(query, hits, chosen)
            if words and is_unsure(query, hits, chosen[0], self._similarity):
                return words
        return surely_unmentioned(query, hits, chosen)

    def tell(
        self,
        question: str,
        query: str,
        hits: Sequence[Hit],
        chosen: Sequence[Evidence],
        notice: str,
        *,
        is_sure: bool = True,
    ) -> Iterator[Event]:
        """What was chosen of `hits` as an answer, each sentence with its citation; `is_sure` of which document."""
        names = _names(query, [hits[one.index] for one in chosen], is_sure=is_sure)
        known = words_of([hit.chunk for hit in hits])
        text = ""
        citations: list[Citation] = []
        statements: list[Statement] = []
        for number, evidence in enumerate(chosen, start=1):
            hit = hits[evidence.index]
            citations.append(cite(number, hit, evidence.start, evidence.end))
            between = "\n\n" if text else ""
            between += names.get(hit.document.id, "")
            told = as_quoted(_told(query, hit, evidence, known))
            start = len(text) + len(between)
            statements.append(Statement(start, start + len(told), (number,), verified=True))
            text += f"{between}{told} [{number}]"
            yield Token(f"{between}{told} [{number}]")
        yield Done(
            Answer(
                question, text, tuple(citations), tuple(hits), refused=False, query=query, model=self.name,
                statements=tuple(statements), notice=notice,
            )
        )  # fmt: skip


def _is_told_in_own(query: str, hits: Sequence[Hit]) -> bool:
    """Whether passages in the language of the question answer it by its words, of which a sentence has most."""
    own = [hit for hit in hits if not is_foreign(query, hit)]
    if not own or doubts(query, own, frozenset()):
        return False
    chosen, _ = choose(query, own)
    return bool(chosen) and chosen[0].coverage >= TOLD


def _names(query: str, hits: Sequence[Hit], *, is_sure: bool) -> dict[str, str]:
    """By document what goes before its sentences: its name where several answer, or it is not sure that it is meant."""
    colon = "：" if language_of(query) == "zh" else ": "
    names = {hit.document.id: f"{as_quoted(hit.document.name)}{colon}" for hit in hits}
    return names if len(names) > 1 or not is_sure else {}


def _told(query: str, hit: Hit, evidence: Evidence, known: Collection[str]) -> str:
    """A row of a table with its label and heads, everything else word for word; `known` are words of the documents."""
    chunk, row = hit.chunk, evidence.row
    if row is not None and not row.is_head:
        context = f"{chunk.context}\n{chunk.text}"
        told = tell_row(query, chunk.text, row, context, language_of(query), evidence.told)
        if told:
            return unmarked(told)
    quote = joined(chunk, evidence.start, evidence.end, known)
    return as_list(unmarked(quote)) or in_a_line(without_bullet(quote))
