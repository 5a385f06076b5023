from __future__ import annotations

import pytest

from docent.ingest import Chunk, Span
from docent.llm import Answerer, Done, Event, Token, fold_events
from docent.retrieval import DocumentRef, Hit


def hit(number: int, text: str, name: str = "tea.pdf") -> Hit:
    """A hit on page `number` with one box."""
    chunk = Chunk("d" * 64, number, text, "", (Span(number, (72, 72, 300, 84), 0, len(text)),))
    return Hit(number, chunk, DocumentRef("d" * 64, name, f"/docs/{name}"), 1.0 / number, {"lexical": number})


class AnswererContract:
    """Subclass it and give a fixture `answerer`."""

    question = "What temperature does green tea need?"
    hits = (
        hit(3, "Green tea needs water of 80 degrees. Never boil it."),
        hit(7, "Black tea needs boiling water for three minutes."),
    )

    @pytest.fixture
    def events(self, answerer: Answerer) -> list[Event]:
        return list(answerer.stream(self.question, self.question, self.hits, ()))

    def test_it_ends_with_the_answer_and_only_once(self, events: list[Event]) -> None:
        assert [type(event) for event in events].count(Done) == 1
        assert isinstance(events[-1], Done)

    def test_it_answers_in_text_and_streams_it(self, events: list[Event], answerer: Answerer) -> None:
        answer = fold_events(events)
        assert answer.question == self.question
        assert answer.model == answerer.name
        if not answer.refused:
            assert answer.text
            assert any(isinstance(event, Token) for event in events)

    def test_every_citation_is_a_verbatim_quote_with_boxes(self, events: list[Event]) -> None:
        for citation in fold_events(events).citations:
            assert citation.quote in citation.hit.chunk.text
            assert citation.hit in self.hits
            assert citation.page in citation.hit.chunk.pages
            assert citation.boxes
            assert f"[{citation.number}]" in fold_events(events).text

    def test_statements_are_sentences_of_the_text_and_cite_what_it_cites(self, events: list[Event]) -> None:
        answer = fold_events(events)
        assert bool(answer.statements) is not answer.refused
        cited = [number for one in answer.statements for number in one.citations]
        assert set(cited) == {one.number for one in answer.citations}
        for one in answer.statements:
            assert 0 <= one.start < one.end <= len(answer.text)
            assert all(answer.text[one.end :].lstrip().startswith("[") for _ in one.citations)

    def test_without_passages_it_refuses(self, answerer: Answerer) -> None:
        answer = fold_events(answerer.stream(self.question, self.question, (), ()))
        assert answer.refused
        assert not answer.citations

    def test_a_refusal_is_in_the_language_of_the_question(self, answerer: Answerer) -> None:
        assert "文档" in fold_events(answerer.stream("绿茶用多少度的水？", "x", (), ())).text
        assert "documents" in fold_events(answerer.stream("How hot?", "x", (), ())).text
