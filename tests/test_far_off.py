"""Questions whose words the documents have in another sense alone are refused, where vectors can tell."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from passages import passage

from docent.llm import Answer, answer_events, fold_events, make_answerer, similarity_of
from docent.retrieval import EmbedderError, Hit, SearchResult, make_embedder

PHONES = (
    passage("联系电话：0576-1234567。办事处的电话在工作日有人接听。", "联系方式.pdf"),
    passage("公司去年获得发明专利十二项，发明人按办法领取奖金。", "年度报告.pdf"),
)
NUMBERS = (
    passage("The telephone of the office is 555-0100 and is answered on working days.", "contact.pdf"),
    passage("Twelve patents were granted for what our engineers invented last year.", "annual-report.pdf"),
)
LEASE = (passage("乙方应于每月五日前将租金转入甲方账户，逾期每日支付滞纳金。", "租房合同.pdf"), *PHONES)


class Nearness:
    """A stand-in for vectors that finds every text as near; `asked` are the questions it was asked about."""

    def __init__(self, near: float) -> None:
        self.near = near
        self.asked: list[str] = []

    def __call__(self, question: str, texts: Sequence[str]) -> list[float]:
        self.asked.append(question)
        return [self.near for _ in texts]


def ask(question: str, hits: tuple[Hit, ...], similarity: object) -> Answer:
    answerer = make_answerer("extractive")
    found = SearchResult(hits)
    return fold_events(answer_events(question, lambda _: found, answerer, (), similarity))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "hits", "far", "near"),
    [("谁发明了电话？", PHONES, 0.82, 0.87), ("Who invented the telephone?", NUMBERS, 0.74, 0.8)],
)
def test_a_question_that_no_passage_is_near_to_is_refused(
    question: str, hits: tuple[Hit, ...], far: float, near: float
) -> None:
    assert ask(question, hits, Nearness(far)).refused
    assert not ask(question, hits, Nearness(near)).refused
    assert not ask(question, hits, None).refused


@pytest.mark.parametrize(
    "question",
    [
        "办事处的电话是多少？",  # one passage has the words
        "公司获得的发明专利有多少项，发明人领取什么奖金，联系谁，电话是多少？",  # long
        "“发明”和电话有什么关系？",  # what is quoted is meant
        "谁接听 0576 电话？",
    ],
)
def test_words_decide_where_they_can(question: str) -> None:
    nearness = Nearness(0.5)
    assert not ask(question, PHONES, nearness).refused
    assert not nearness.asked


def test_a_name_that_no_passage_has_does_not_vouch_for_them() -> None:
    assert ask("谁为 Ada 发明了电话？", PHONES, Nearness(0.82)).refused
    assert not ask("谁为 Ada 发明了电话？", PHONES, Nearness(0.9)).refused


def test_a_model_that_is_missing_refuses_nothing() -> None:
    def similarity(question: str, texts: Sequence[str]) -> list[float]:
        del question, texts
        raise EmbedderError("the model is gone")

    assert not ask("谁发明了电话？", PHONES, similarity).refused


@pytest.mark.weights
def test_the_bundled_model_tells_the_senses_apart(model_cache: Path) -> None:
    similarity = similarity_of(make_embedder("bundled:e5-small", model_cache))
    assert ask("谁发明了电话？", PHONES, similarity).refused
    assert not ask("租金什么时候交？", LEASE, similarity).refused
    assert not ask("谁接听电话？", PHONES, similarity).refused
