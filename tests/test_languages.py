"""Which language a question is in, and what that decides: the reply, and whether words can find the answer."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from passages import passage

from docent.llm import answer_events, answering, fold_events, language_of, make_answerer
from docent.llm.questions.answerability import Doubts
from docent.retrieval import Hit, SearchResult

LIGHTHOUSE = passage("旧灯塔\n旧灯塔的位置在北侧码头，塔身为红色。", name="港口指南.md", heading="旧灯塔")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("What do the documents say about “旧灯塔”?", "en"),
        ('Who wrote "旧灯塔" and when?', "en"),
        ("Who is the author of 《港口指南》?", "en"),
        ("What does “旧灯塔” mean in “港口指南”?", "en"),
        ("Adobe 的营业收入是多少？", "zh"),
        ("“Adobe” 的营业收入是多少？", "zh"),
        ("关于“The old lighthouse”，文档是怎么说的？", "zh"),
        ("“旧灯塔”？", "zh"),
        ("《港口指南》 2021?", "zh"),
        ("What is 灯塔?", "zh"),
        ("What is “it”?", "en"),
    ],
)
def test_what_a_question_quotes_does_not_decide_its_language(text: str, language: str) -> None:
    assert language_of(text) == language


def test_a_chinese_heading_in_an_english_question_finds_its_passage_by_words() -> None:
    found = SearchResult((LIGHTHOUSE,), {}, 0, None, frozenset())
    question = "What do the documents say about “旧灯塔”?"
    answer = fold_events(answer_events(question, lambda _: found, make_answerer("extractive")))
    assert not answer.refused
    assert "塔身为红色" in answer.citations[0].quote


def test_a_refusal_of_a_question_that_quotes_chinese_is_in_english() -> None:
    found = SearchResult((), {}, 0, None, frozenset())
    question = "What do the documents say about “旧灯塔”?"
    answer = fold_events(answer_events(question, lambda _: found, make_answerer("extractive")))
    assert answer.text.isascii()


def test_whether_an_answer_may_be_there_is_judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[str] = []

    def doubts(question: str, hits: Sequence[Hit], unknown: frozenset[str]) -> Doubts:
        del hits, unknown
        judged.append(question)
        return Doubts()

    monkeypatch.setattr(answering, "doubts", doubts)
    found = SearchResult((LIGHTHOUSE,), {}, 0, None, frozenset())
    fold_events(answer_events("旧灯塔是什么颜色？", lambda _: found, make_answerer("extractive")))
    assert judged == ["旧灯塔是什么颜色？"]
