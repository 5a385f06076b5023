"""A question about what the documents never name is refused, and the reader is told why."""

from __future__ import annotations

from pathlib import Path

import pytest

from docent.app import Library
from docent.llm import fold_events
from docent.llm.questions.answerability import Doubts, doubts
from docent.retrieval import SearchFilter

REPORT = """# Borealis Freight annual report 2022

Borealis Freight earned 412 million crowns in 2022 and delivered 73 aircraft engines to Ostara Air.
The fee for ending the lease with Ostara Air was 9 million crowns. Revenue of 2021 was 390 million crowns.
"""
REPORT_ZH = """# 2022 年年度报告

公司 2022 年营业收入为 4.12 亿元，前五名客户合计销售金额为 1.3 亿元。董事长为周明远，公司地址在青岩路 12 号。
公司执行 GB/T 19001 标准。
"""


@pytest.fixture
def stocked(library: Library, tmp_path: Path) -> Library:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "borealis.md").write_text(REPORT, encoding="utf-8")
    (folder / "年报.md").write_text(REPORT_ZH, encoding="utf-8")
    list(library.sync([folder]))
    library.collection().fill_vectors()
    return library


def judge(library: Library, question: str, *documents: str) -> Doubts:
    found = library.search(question, where=SearchFilter(documents))
    return doubts(question, found.hits, found.unknown)


@pytest.mark.parametrize(
    ("question", "missing", "years"),
    [
        ("How many engines did Borealis deliver to Ryanair in 2022?", ("Ryanair",), ()),
        ("What was the revenue of Borealis Freight in 2027?", (), ("2027",)),
        ("What was the revenue of Borealis Freight in FY2026?", (), ("2026",)),
        ("How much ransomware insurance did the cyberattack cost Borealis?", ("ransomware", "insurance", "cyberattack",
         "cost"), ()),
        ("公司给特斯拉公司供应了什么？", ("特斯拉公司",), ()),
        ("公司对 Kotlin 有什么规定？", ("Kotlin",), ()),
        ("董事长的身份证号码是多少？", ("身份证号码",), ()),
        ("2025 年的营业收入是多少？", (), ("2025",)),
        ("How often do backups run?", ("backups",), ()),
    ],
)  # fmt: skip
def test_what_is_not_named_is_told(
    stocked: Library, question: str, missing: tuple[str, ...], years: tuple[str, ...]
) -> None:
    found = judge(stocked, question)
    assert set(missing) <= set(found.missing) or not missing
    assert found.years == years
    assert found


@pytest.mark.parametrize(
    "question",
    [
        "What was the revenue of Borealis Freight in 2022?",
        "How much did Borealis's lease with Ostara Air cost in FY2022?",
        "How large was the topline in 2021?",
        "What drove the reduction of revenue in 2022?",
        "What explains the growth in revenue?",
        "What does the Report say about engines?",
        "公司 2022 年营业收入是多少？",
        "董事长是谁，公司的地址在哪里？",
        "前五名客户的销售金额合计多少？",
        "公司执行 GB/T 19001 标准吗？",
        "How many thousands of crowns did Borealis Freight earn in the second quarter of 2022?",
        "How many engines were delivered to Ostara Air by December 2022?",
    ],
)
def test_what_is_named_is_not_doubted(stocked: Library, question: str) -> None:
    assert judge(stocked, question) == Doubts()


def test_the_documents_asked_decide(stocked: Library) -> None:
    question = "Which engines went to Ostara?"
    assert judge(stocked, question, "borealis.md") == Doubts()
    assert judge(stocked, question, "年报.md").missing


def test_the_reader_is_told_why(stocked: Library) -> None:
    answer = fold_events(stocked.ask("How many engines did Borealis deliver to Ryanair in 2027?"))
    assert answer.refused
    assert answer.hits
    assert answer.text == (
        "The documents do not say. They do not mention “Ryanair”. The nearest passages say nothing of 2027."
    )
    answer = fold_events(stocked.ask("董事长的身份证号码是多少？"))
    assert answer.refused
    assert answer.text == "文档中没有找到这个问题的答案。其中没有提到“身份证号码”。"


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("How many dogs were there at the end of the week?", ("dogs",)),
        ("Who won the 2018 World Cup?", ("World Cup",)),
        ("What did Borealis deliver to Pratt & Whitney?", ("Pratt & Whitney",)),
        ("What drove the reduction of dogs and cats?", ("dogs", "cats")),
        ("How often do backups run?", ("backups",)),
        ("青栎塔影公司的地址在哪里？", ("青栎塔影公司",)),
        ("前五名客户青栎塔影的合计销售金额是多少？", ("青栎塔影",)),
        ("有哪些青栎塔客户？", ("青栎塔客户",)),
    ],
)
def test_what_is_missing_is_named_whole_and_without_words_that_say_nothing(
    stocked: Library, question: str, missing: tuple[str, ...]
) -> None:
    assert judge(stocked, question).missing == missing


@pytest.mark.parametrize("question", ["How often?", "Who is it?", "?", "What was that?"])
def test_what_asks_nothing_is_not_answered(stocked: Library, question: str) -> None:
    assert fold_events(stocked.ask(question)).refused


@pytest.mark.parametrize("question", ["engines", "fee", "客户", "What is the fee?", "How much was the revenue?"])
def test_a_single_word_is_answered(stocked: Library, question: str) -> None:
    assert not fold_events(stocked.ask(question)).refused
