"""Questions to documents of the other language, asked there in the words of the glossary."""

from __future__ import annotations

import pytest
from passages import passage, table

from docent.llm import Answer, answer_events, fold_events, make_answerer
from docent.llm.questions.glossary import things_in
from docent.retrieval import Hit, SearchResult, terms

REPORT = (
    passage("截至2023年末，公司在册员工4,286人，其中技术人员1,127人。", "年报.pdf", "组织与员工"),
    passage("每运行250小时清洗一次过滤网FL-118。", "手册.pdf", "维护周期"),
    table("年报.pdf", "指标\t2022年\t2023年", "营业收入\t331.5\t368.7", "净利润\t37.8\t41.5", context="单位：万元"),
    passage("本公司法定代表人为沈以宁。", "年报.pdf", "基本情况"),
)
FILING = (
    table("BOREALIS_10K.pdf", "Item\t2022\t2023", "Revenue\t$4,120\t$4,510", "Net income\t$310\t$295"),
    passage("Inventory increased because 47 new depots were opened.", "BOREALIS_10K.pdf"),
    passage("The board of directors met nine times.", "OSTARA_10K.pdf"),
)


def ask(question: str, *hits: Hit, unknown: tuple[str, ...] = ()) -> Answer:
    found = SearchResult(hits, {}, 0, None, frozenset(unknown))
    return fold_events(answer_events(question, lambda _: found, make_answerer("extractive")))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What was the revenue in 2023?", "营业收入，2023年：368.7（万元） [1]"),
        ("How many employees does the company have?", "截至2023年末，公司在册员工4,286人，其中技术人员1,127人。 [1]"),
        ("How often is the strainer cleaned?", "每运行250小时清洗一次过滤网FL-118。 [1]"),
        ("Who is the legal representative?", "本公司法定代表人为沈以宁。 [1]"),
    ],
)
def test_in_english_to_chinese(question: str, answer: str) -> None:
    found = ask(question, *REPORT)
    assert found.text == answer
    assert found.query == question
    assert "in Chinese" in found.notice
    assert all(one.quote in one.hit.chunk.text for one in found.citations)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Borealis 2023年的营业收入是多少？", "Revenue, 2023: $4,510 [1]"),
        ("Borealis 的库存为什么增加？", "Inventory increased because 47 new depots were opened. [1]"),
    ],
)
def test_in_chinese_to_english(question: str, answer: str) -> None:
    found = ask(question, *FILING)
    assert found.text == answer
    assert "英文" in found.notice


@pytest.mark.parametrize(
    "question",
    [
        "What was the revenue in Norway?",  # a place that may change the answer
        "What was the revenue of Ostara in 2023?",  # a name that is not in the passages
        "What was the warranty period?",  # nothing says it
        "What colour is the strainer of the harbour museum?",  # more than the glossary knows
        "What was the revenue in 2019?",
    ],
)
def test_what_is_not_all_said_is_refused_with_advice(question: str) -> None:
    answer = ask(question, *REPORT, unknown=tuple(terms(question)))
    assert answer.refused
    assert "Chinese" in answer.text


def test_a_chinese_question_about_another_firm_is_refused() -> None:
    for question in ("Ostara 2023年的营业收入是多少？", "安姆科2023年的营业收入是多少？"):
        assert ask(question, *FILING, unknown=tuple(terms("营业收入安姆科"))).refused


def test_a_refusal_among_passages_of_both_languages_says_so() -> None:
    mixed = (passage("The yard is closed on Sundays."), passage("仓库周日不开放，周一开放。"), passage("门卫在北门。"))
    answer = ask("What do penguins weigh?", *mixed, unknown=("penguin", "weigh"))
    assert answer.refused
    assert "asking in Chinese, too, may find more" in answer.text
    alone = ask("What do penguins weigh?", mixed[0], unknown=("penguin", "weigh"))
    assert "Chinese" not in alone.text


def test_the_longest_name_of_a_thing_is_meant() -> None:
    assert [one.thing.zh[0] for one in things_in("the operating margin and the gross margin", "en")] == [
        "营业利润率",
        "毛利率",
    ]
    assert [one.thing.en[0] for one in things_in("研发投入占营业收入的比例", "zh")] == [
        "research and development",
        "revenue",
    ]


SALES = (
    passage("Revenue is recognised when control passes.", "LYNGBY_10K.pdf", "Policies"),
    passage("No customer is more than a tenth of our sales revenue in 2023.", "LYNGBY_10K.pdf", "Customers"),
    table("LYNGBY_10K.pdf", "Item\t2022\t2023", "Net sales\t$4,120\t$4,510"),
)


def test_the_word_that_rows_are_called_by_is_asked_for_again() -> None:
    searched: list[str] = []

    def search(query: str) -> SearchResult:
        searched.append(query)
        return SearchResult(SALES, {}, 0, None, frozenset())

    answer = fold_events(answer_events("2023财年的净销售额是多少？", search, make_answerer("extractive")))
    assert answer.text == "Net sales, 2023: $4,510 [1]"
    assert "net sales" in answer.notice
    assert searched[-1] == "how much is the net sales in fiscal 2023?"


def test_where_words_find_nothing_those_of_the_other_language_are_tried() -> None:
    def search(query: str) -> SearchResult:
        return SearchResult(() if terms(query) == terms("净利润是多少？") else FILING, {}, 3, None, frozenset())

    answer = fold_events(answer_events("净利润是多少？", search, make_answerer("extractive")))
    assert answer.text == "Net income, 2022: $310; 2023: $295 [1]"
