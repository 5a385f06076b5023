"""One amount as a share of another: the row or sentence that gives it, and not the amounts."""

from __future__ import annotations

import pytest
from passages import pairs, passage, table

from docent.llm import answer_events, fold_events, make_answerer
from docent.llm.questions.asked import kinds_asked
from docent.llm.questions.shares import without_whole
from docent.retrieval import Hit, SearchResult, terms


def told(question: str, *hits: Hit) -> list[str]:
    """The paragraphs of an answer, without their markers."""
    found = SearchResult(hits, {}, 0, None, frozenset())
    answer = fold_events(answer_events(question, lambda _: found, make_answerer("extractive")))
    return [one.rsplit(" [", 1)[0] for one in answer.text.split("\n\n")]


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("What was fuel cost as a percent of net fares in 2022?", "What was fuel cost in 2022?"),
        ("Crew pay as a percentage of net fares for Tarn Ferries", "Crew pay for Tarn Ferries"),
        ("渡运公司研发投入占营业收入的比例是多少？", "渡运公司研发投入 的比例是多少？"),
        ("What were net fares in 2022?", "What were net fares in 2022?"),
    ],
)
def test_what_it_is_a_share_of_is_not_asked_for(question: str, part: str) -> None:
    assert " ".join(without_whole(question).split()) == part


def test_a_share_is_no_difference() -> None:
    assert "difference" not in kinds_asked("2019年燃料占营业成本比重是多少？")
    assert "difference" in kinds_asked("2019年燃料比去年少多少？")


def test_the_row_of_the_part_is_told_and_not_the_whole() -> None:
    amounts = table("a.pdf", "Item\t2022\t2021", "Net fares\t410\t380", "Fuel cost\t82\t70", "Crew pay\t41\t40")
    shares = table(
        "a.pdf", "As a percent of net fares\t2022\t2021", "Fuel cost\t20.0%\t18.4%", "Crew pay\t10.0%\t10.5%"
    )
    assert told("What was fuel cost as a percent of net fares in 2022?", amounts, shares) == ["Fuel cost, 2022: 20.0%"]


def test_a_sentence_with_the_share_is_told_before_rows_of_amounts() -> None:
    amounts = table("a.pdf", "Item\t2022\t2021", "Net fares\t410\t380", "Fuel cost\t82\t70")
    prose = passage("As a percentage of net fares, fuel cost rose to 20% from 18%.", "a.pdf")
    question = "What was fuel cost as a percentage of net fares in 2022?"
    assert told(question, amounts, prose)[0] == "As a percentage of net fares, fuel cost rose to 20% from 18%."


def test_a_share_is_not_told_from_the_column_of_its_change() -> None:
    rows = table(
        "a.pdf", "项目\t2019年\t2018年\t变动比例", "研发投入占营业收入比例\t4.17%\t4.09%\t0.08%", "研发人数\t8\t7\t1%"
    )
    assert "2019年：4.17%" in told("研发投入占营业收入的比例是多少？", rows)[0]
    assert "变动比例：0.08%" in told("研发投入占营业收入比例的变动是多少？", rows)[0]


def test_a_pair_gives_a_share() -> None:
    both = pairs("a.pdf", "前五名客户合计销售额\t41", "前五名客户销售额占年度销售额比例\t12.5%")
    assert told("前五名客户销售额占年度销售额的比例是多少？", both)[0].endswith("：12.5%")


def test_the_word_for_a_share_need_not_be_in_the_documents() -> None:
    shares = table(
        "a.pdf", "As a percent of net fares\t2022\t2021", "Fuel cost\t20.0%\t18.4%", "Crew pay\t10.0%\t10.5%"
    )
    found = SearchResult((shares,), {}, 0, None, frozenset(terms("percentage")))
    question = "What was the crew as a percentage of net fares in 2022?"
    answer = fold_events(answer_events(question, lambda _: found, make_answerer("extractive")))
    assert answer.text == "Crew pay, 2022: 10.0% [1]"


@pytest.mark.parametrize(
    ("question", "cells"),
    [
        ("2019年的营业成本是多少？", "2019年 金额：3,300"),
        ("2019年营业成本是多少，占比多少？", "2019年 金额：3,300；2019年 占营业成本比重：100%"),
        ("2019年营业成本占比多少？", "2019年 占营业成本比重：100%"),
    ],
)
def test_the_name_of_an_amount_is_not_the_column_of_shares_of_it(question: str, cells: str) -> None:
    rows = table(
        "a.pdf", "项目\t2019年 金额\t2019年 占营业成本比重\t2018年 金额\t2018年 占营业成本比重",
        "营业成本合计\t3,300\t100%\t3,100\t100%", "其中：燃料\t820\t25%\t700\t23%",
    )  # fmt: skip
    assert told(question, rows)[0] == f"营业成本合计，{cells}"
