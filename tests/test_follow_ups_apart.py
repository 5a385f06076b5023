"""A complete question after another is searched as it is: in another language, or after a suggestion of ours."""

from __future__ import annotations

import pytest

from docent.llm import Turn, standalone

STORAGE = "关于“仓储与发运”，文档是怎么说的？"
CODES = "关于“故障代码 Error Codes”，文档是怎么说的？"
SAYS = "What do the documents say about “Error Codes”?"
E07 = "What does error E07 mean?"
PAN = "杀青锅温是多少？"
FERRY = "How many bicycles may the ferry carry?"


@pytest.mark.parametrize(
    ("before", "question"),
    [
        (E07, "营业收入是多少？"),
        (E07, "营业收入是多少呢？"),
        (E07, "營業收入是多少？"),
        (STORAGE, "营业收入是多少？"),
        (CODES, "营业收入是多少？"),
        (SAYS, "What is the revenue?"),
        (SAYS, "营业收入是多少？"),
        (STORAGE, "What is the revenue?"),
        (PAN, "What about the fares of children?"),
        ("How many bicycles may the old ferry carry?", "What is the revenue?"),
        ("“故障代码 Error Codes”在哪里？", "营业收入是多少？"),
    ],
)
def test_a_complete_question_stays_as_it_is(before: str, question: str) -> None:
    assert standalone(question, [Turn(before, "")]) == question


@pytest.mark.parametrize("question", ["那营业收入是多少？", "营业收入呢？", "为什么？"])
@pytest.mark.parametrize("before", [E07, STORAGE, CODES])
def test_one_that_plainly_refers_back_takes_the_question_before_along(before: str, question: str) -> None:
    assert standalone(question, [Turn(before, "")]) == f"{before} {question}"


@pytest.mark.parametrize(
    ("before", "question", "full"),
    [
        (E07, "它的意思是什么？", "E07的意思是什么？"),
        ("What is Docent?", "它需要多少内存？", "Docent需要多少内存？"),
        ("Docent 支持多少种格式？", "How many languages does it speak?", "How many languages does Docent speak?"),
        ("Docent 是什么？", "What does it need?", "What does Docent need?"),
        ("什么是滤网？", "How often is it cleaned?", "什么是滤网？ How often is it cleaned?"),
    ],
)
def test_a_pronoun_stands_for_a_name_of_the_other_language(before: str, question: str, full: str) -> None:
    assert standalone(question, [Turn(before, "")]) == full


@pytest.mark.parametrize("question", ["What is its revenue?", "What does this mean?", "In 2019?", "Why?"])
@pytest.mark.parametrize("before", [PAN, STORAGE, SAYS])
def test_an_english_one_does_as_well(before: str, question: str) -> None:
    assert standalone(question, [Turn(before, "")]) == f"{before} {question}"


@pytest.mark.parametrize(
    ("before", "question", "full"),
    [
        (PAN, "那时间呢？", "杀青锅温的时间是多少？"),
        (FERRY, "What is the revenue?", "What is the revenue of the ferry?"),
        (FERRY, "What is its revenue?", "What is the ferry's revenue?"),
        ("2023年西北地区的营业收入是多少？", "净利润是多少？", "2023年西北地区的净利润是多少？"),
        ("“华东 East”的营业收入是多少？", "净利润是多少？", "“华东 East”的净利润是多少？"),
    ],
)
def test_what_is_carried_over_is_cut_at_words(before: str, question: str, full: str) -> None:
    assert standalone(question, [Turn(before, "")]) == full


def test_a_question_in_another_language_ends_a_chain() -> None:
    history = [Turn(PAN, ""), Turn("那时间呢？", "")]
    assert standalone("What about the fares of children?", history) == "What about the fares of children?"
