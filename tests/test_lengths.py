"""A quarter's figure is never told as that of the year, nor one fiscal year as another."""

from __future__ import annotations

import pytest
from passages import passage, table

from docent.llm import Answer, fold_events, make_answerer
from docent.llm.questions.lengths import length_asked, length_of, lengths_in, tells_of_part
from docent.retrieval import Hit


def ask(question: str, *hits: Hit) -> Answer:
    return fold_events(make_answerer("extractive").stream(question, question, hits, ()))


def first(question: str, *hits: Hit) -> str:
    answer = ask(question, *hits)
    assert not answer.refused, answer.text
    return answer.text.split("\n\n")[0]


BOTH = table(
    "report.pdf",
    "(In thousands)\tThree Months Ended December 31, 2022\tTwelve Months Ended December 31, 2022"
    "\tTwelve Months Ended December 31, 2021",
    "Casino revenue\t1,548\t5,734\t5,362",
    "Rooms revenue\t897\t3,057\t1,690",
)
QUARTERS = table(
    "report.pdf",
    "Revenue\tThree Months Ended July 3, 2022\tSix Months Ended July 3, 2022",
    "Casino revenue\t1,548\t3,734",
    "Rooms revenue\t897\t1,057",
)
IN_CHINESE = table(
    "年报.pdf",
    "项目\t2023年第四季度\t2023年1-6月\t2023年度\t2022年度",
    "营业收入\t12.6\t21.4\t48.9\t41.2",
    "净利润\t1.2\t2.4\t5.5\t4.1",
)
HALF = table("半年报.pdf", "项目\t2023年1-6月\t2022年1-6月", "营业收入\t21.4\t18.8", "净利润\t2.4\t2.1")
BY_QUARTER = table("report.pdf", "2022\tQ1\tQ2\tQ3\tQ4\tTotal", "Visitors\t11\t12\t13\t14\t50", "Staff\t1\t2\t3\t4\t5")
RETAIL = table(
    "results.pdf",
    "Sales\t13 Weeks Ended January 28, 2023\t52 Weeks Ended January 28, 2023\t52 Weeks Ended January 29, 2022",
    "Net sales\t3,226\t10,208\t8,630",
    "Net income\t340\t1,242\t985",
)


@pytest.mark.parametrize(
    ("question", "found", "told", "not_told"),
    [
        ("What was casino revenue in 2022?", BOTH, "5,734", "1,548"),
        ("What was casino revenue in FY2022?", BOTH, "5,734", "1,548"),
        ("What was casino revenue in the fourth quarter of 2022?", BOTH, "1,548", "5,734"),
        ("What was casino revenue in Q4 2022?", BOTH, "1,548", "5,734"),
        ("2023年的营业收入是多少？", IN_CHINESE, "48.9", "12.6"),
        ("2023年度营业收入是多少？", IN_CHINESE, "48.9", "21.4"),
        ("2023年第四季度的营业收入是多少？", IN_CHINESE, "12.6", "48.9"),
        ("2023年上半年的营业收入是多少？", IN_CHINESE, "21.4", "48.9"),
        ("How many visitors were there in 2022?", BY_QUARTER, "50", "14"),
        ("How many visitors were there in Q3 2022?", BY_QUARTER, "13", "50"),
    ],
)
def test_the_column_of_the_length_that_is_asked_for_is_told(
    question: str, found: Hit, told: str, not_told: str
) -> None:
    text = first(question, found)
    assert told in text
    assert not_told not in text


@pytest.mark.parametrize(
    ("question", "found", "said"),
    [
        ("What was casino revenue in 2022?", QUARTERS, "parts of the year only"),
        ("2023年的营业收入是多少？", HALF, "没有全年的"),
    ],
)
def test_parts_of_a_year_are_not_told_as_the_year(question: str, found: Hit, said: str) -> None:
    answer = ask(question, found)
    assert answer.refused
    assert said in answer.text


@pytest.mark.parametrize(
    "question",
    ["What was casino revenue in the second quarter of 2022?", "What was casino revenue in the first half of 2022?"],
)
def test_parts_of_a_year_are_told_where_they_are_asked_for(question: str) -> None:
    text = first(question, QUARTERS)
    assert ("1,548" in text) == ("quarter" in question)
    assert ("3,734" in text) == ("half" in question)


def test_a_sentence_about_the_year_goes_before_a_quarters_row_and_sentence() -> None:
    quarter = passage("Casino revenue of the fourth quarter of 2022 was $1.5 billion, as planned.", "report.pdf")
    year = passage("Casino revenue of 2022 was $5.7 billion in all our resorts.", "report.pdf")
    answer = ask("What was casino revenue in 2022?", QUARTERS, quarter, year)
    assert [one.quote for one in answer.citations] == [year.chunk.text]


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("Fiscal 2022, which ended January 28, 2023, had 52 weeks.", ["10,208"]),
        ("The year ended January 28, 2023 (“fiscal 2022”) had 52 weeks.", ["10,208"]),
        ("Fiscal 2022 ended on January 29, 2022.", ["8,630"]),
        ("The stores are open on Sundays.", ["10,208", "8,630"]),
    ],
)
def test_a_fiscal_year_is_what_the_document_calls_so(statement: str, told: list[str]) -> None:
    text = first("What were net sales in fiscal 2022?", RETAIL, passage(statement, "results.pdf"))
    assert [one for one in ("3,226", "10,208", "8,630") if one in text] == told


def test_an_amount_is_told_without_its_share_unless_that_is_asked_for() -> None:
    found = table(
        "results.pdf",
        "Sales\tYear Ended June 30, 2022 (Unaudited)\tYear Ended June 30, 2022",
        "Gross profit\t4,044\t39.6%",
        "Net income\t1,242\t12.2%",
    )
    assert first("What was gross profit in 2022?", found).count("39.6%") == 0
    assert "4,044" in first("What was gross profit in 2022?", found)
    share = first("What was gross profit as a percentage of sales in 2022?", found)
    assert "39.6%" in share
    assert "4,044" not in share


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("13 Weeks Ended January 29, 2022", {"quarter"}),
        ("Thirty-nine weeks ended October 29", {"nine"}),
        ("For the Years Ended December 31,", {"year"}),
        ("2023年1－9月", {"nine"}),
        ("2023年1-12月", {"year"}),
        ("2023年半年度", {"half"}),
        ("balance at the end of the third quarter", set()),
        ("2022年末", set()),
        ("maturities of three months or less", set()),
    ],
)
def test_lengths_are_told_apart(text: str, lengths: set[str]) -> None:
    assert lengths_in(text) == lengths


def test_what_a_question_asks_for() -> None:
    assert length_asked("What was revenue in FY22?") == "year"
    assert length_asked("2022年12月31日的总资产是多少？") is None
    assert length_asked("What was cash at the end of fiscal 2022?") is None
    assert length_asked("How many stores are there?") is None
    assert length_asked("前三季度的利润是多少？") == "nine"
    assert length_of(("Six Months", "Ended", "July 2, 2023")) == "half"
    assert length_of(("2022",)) is None


def test_sentences_that_name_a_year_beside_its_quarter_are_of_the_year() -> None:
    assert tells_of_part("Sales rose 18% to $3.2 billion in the fourth quarter of fiscal 2021.")
    assert tells_of_part("2022年第四季度营业收入为 12.6 亿元。")
    assert not tells_of_part("Sales were $3.2 billion in the fourth quarter and $10.2 billion in fiscal 2022.")
    assert not tells_of_part("2022年营业收入48.9亿元，其中第四季度12.6亿元。")
