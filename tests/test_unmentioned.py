"""What is quoted for a question that the documents do not answer: refused, or told as the nearest that there is."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from passages import passage, table

from docent.llm import Answer, answer_events, fold_events, make_answerer
from docent.retrieval import Hit, SearchResult

KETTLE = (
    passage("The kettle Aqua 2 boils one litre of water and has a steel lid.", "kettle.pdf"),
    passage("Clean the kettle every month with vinegar, and let the lid dry.", "kettle.pdf"),
)
SHUIHU = (
    passage("水壶 2 代可以烧开一升水，壶盖是不锈钢的。", "水壶.pdf"),
    passage("水壶每个月用白醋清洗一次，壶盖要晾干。", "水壶.pdf"),
)


class Nearness:
    """A stand-in for vectors that finds every text as near."""

    def __init__(self, near: float) -> None:
        self.near = near

    def __call__(self, question: str, texts: Sequence[str]) -> list[float]:
        return [self.near for _ in texts]


def ask(question: str, *hits: Hit, near: float = 0.95) -> Answer:
    found = SearchResult(hits, {}, 0, None, frozenset())
    return fold_events(answer_events(question, lambda _: found, make_answerer("extractive"), (), Nearness(near)))


@pytest.mark.parametrize(
    ("question", "hits", "reason"),
    [
        ("How much does the kettle cost?", KETTLE, "The nearest passages give no price or amount of money."),
        ("How long does the kettle take to boil water?", KETTLE, "The nearest passages do not say how long."),
        ("水壶多少钱？", SHUIHU, "最接近的段落没有给出金额。"),
        ("水壶烧开一升水要多长时间？", SHUIHU, "最接近的段落没有说明多长时间。"),
        ("水壶的容量是多少？", (passage("水壶的壶身是白色的，壶盖是不锈钢的。"),), "最接近的段落没有给出数字。"),
    ],
)
def test_an_amount_or_a_time_that_no_passage_gives_is_refused(
    question: str, hits: tuple[Hit, ...], reason: str
) -> None:
    answer = ask(question, *hits)
    assert answer.refused
    assert answer.text.endswith(reason)


@pytest.mark.parametrize(
    ("question", "price", "hits"),
    [
        ("How much does the kettle cost?", "The kettle costs 30 euros in our shop.", KETTLE),
        ("水壶的价格是多少？", "水壶的价格为九十九元。", SHUIHU),
        ("How long does the kettle take to boil water?", "The kettle boils water in three minutes.", KETTLE),
        ("How long does the kettle boil water?", "The kettle boils water for LIMIT seconds (mostly 90).", KETTLE[1:]),
    ],
)
def test_it_is_quoted_where_a_passage_gives_it(question: str, price: str, hits: tuple[Hit, ...]) -> None:
    answer = ask(question, *hits, passage(price, hits[0].document.name))
    assert price in answer.text
    assert not answer.notice


def test_a_row_has_its_amount_without_a_currency() -> None:
    prices = table("prices.pdf", "Kettle\tPrice", "Aqua 2\t30", "Aqua 3\t45")
    assert not ask("What is the price of the Aqua 2?", prices).refused


@pytest.mark.parametrize(
    ("question", "hits", "near", "far", "word"),
    [
        ("Which metal bottom does the kettle have?", KETTLE, 0.87, 0.85, "metal"),
        ("水壶的加热底盘有什么涂层？", SHUIHU, 0.92, 0.89, "加热底盘"),
    ],
)
def test_a_word_that_no_passage_quoted_has_is_told_where_none_is_near(
    question: str, hits: tuple[Hit, ...], near: float, far: float, word: str
) -> None:
    told = ask(question, *hits, near=far)
    assert not told.refused
    assert f"“{word}" in told.notice
    assert not ask(question, *hits, near=near).notice


@pytest.mark.parametrize(
    ("question", "hits", "word"),
    [
        ("Does the kettle Aqua 3 have a steel lid?", KETTLE, "“Aqua 3”"),
        ("Does the kettle boil water with Bluetooth?", KETTLE, "“Bluetooth”"),
        ("How many people boil one litre of water with the kettle?", KETTLE, "“How many people”"),
        ("烧开一升水要几人？", SHUIHU, "“几人”"),
    ],
)
def test_a_name_a_version_or_a_count_that_is_nowhere_is_always_told(
    question: str, hits: tuple[Hit, ...], word: str
) -> None:
    assert word in ask(question, *hits).notice


@pytest.mark.parametrize(
    "question",
    [
        "Does the kettle Aqua 2 have a steel lid?",
        "How many litres of water does the kettle boil?",
        "水壶多久清洗一次？",
    ],
)
def test_nothing_is_told_where_the_passages_have_all_of_it(question: str) -> None:
    assert not ask(question, *(SHUIHU if question[0] == "水" else KETTLE), near=0.5).notice
