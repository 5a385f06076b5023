"""The figures of one year are never told as those of another."""

from __future__ import annotations

import pytest
from contracts.chat import hit
from passages import table

from docent.llm import Answer, fold_events, make_answerer
from docent.llm.extractive.years import years_in
from docent.retrieval import Hit


def ask(question: str, *hits: Hit) -> Answer:
    return fold_events(make_answerer("extractive").stream(question, question, hits, ()))


TWO_YEARS = table("年报.pdf", "项目\t2019年\t2018年", "净利润\t7.71\t6.05", "营业收入\t29.41\t27.20")
ONE_YEAR = table("年报.pdf", "项目\t2019年\t增减", "净利润\t7.71\t27%", "营业收入\t29.41\t8%")
BARE = table("青禾2019年年度报告.pdf", "项目\t本期金额\t上期金额", "净利润\t7.71\t6.05")
SAID = hit(1, "2019年公司的净利润为7.71亿元。2019年公司的营业收入为29.41亿元。", "年报.pdf")
SAID_ONCE = hit(1, "2018年公司发展很快。公司的净利润为6.05亿元。2019年公司的净利润为7.71亿元。", "年报.pdf")
UNDATED = hit(1, "报告期内公司的净利润为7.71亿元。", "青禾2019年年度报告.pdf")
NO_YEAR = hit(1, "公司的净利润为7.71亿元。", "年报.pdf")
ENGLISH = hit(1, "Net income of fiscal 2022 was 5 million. The plan of 2021 was accepted.", "report.pdf")


@pytest.mark.parametrize(
    ("question", "found", "quoted"),
    [
        ("2018年的净利润是多少？", TWO_YEARS, "6.05"),
        ("2019年的净利润是多少？", TWO_YEARS, "7.71"),
        ("2018年的净利润是多少？", BARE, "6.05"),
        ("2018年公司的净利润是多少？", SAID_ONCE, "6.05"),
        ("2019年公司的净利润是多少？", UNDATED, "7.71"),
        ("2018年公司的净利润是多少？", NO_YEAR, "7.71"),
        ("2018年和2019年公司的净利润各是多少？", SAID, "7.71"),
        ("公司的净利润是多少？", SAID, "7.71"),
        ("What was net income in 2022?", ENGLISH, "5 million"),
    ],
)
def test_the_year_that_is_asked_for_is_told(question: str, found: Hit, quoted: str) -> None:
    answer = ask(question, found)
    assert not answer.refused
    assert quoted in answer.text.split("\n\n")[0]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("2017年的净利润是多少？", TWO_YEARS),
        ("2018年的净利润是多少？", ONE_YEAR),
        ("2017年的净利润是多少？", BARE),
        ("2018年公司的净利润是多少？", SAID),
        ("2017年公司的净利润是多少？", SAID_ONCE),
        ("2018年公司的净利润是多少？", UNDATED),
        ("What was net income in 2021?", ENGLISH),
    ],
)
def test_another_year_is_refused_and_named(question: str, found: Hit) -> None:
    answer = ask(question, found)
    assert answer.refused
    assert not answer.citations
    (year,) = years_in(question)
    assert str(year) in answer.text


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2017-2019", {2017, 2018, 2019}),
        ("2017年至2019年", {2017, 2018, 2019}),
        ("season 2018/19", {2018, 2019}),
        ("FY23 and CY'22", {2023, 2022}),
        ("2019年12月31日", {2019}),
        ("2019-12-31", {2019}),
        ("共2019人，2000万元，1,2019，$2018", set()),
        ("2019,500 2,019 20190", set()),
    ],
)
def test_years_are_told_from_other_numbers(text: str, years: set[int]) -> None:
    assert years_in(text) == years
