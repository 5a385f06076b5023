"""What a question asks of a place, or a number, is not answered by what is said of the whole, or by a year."""

from __future__ import annotations

import pytest
from passages import passage, table

from docent.llm import Answer, answer_events, fold_events, make_answerer
from docent.llm.questions.asked import looks_like, subject_of
from docent.llm.questions.qualifiers import places_in
from docent.retrieval import Hit, SearchResult

FIGURES = ("指标\t2022年\t2023年", "营业收入\t331.5\t368.7", "净利润\t37.8\t41.5")


def ask(question: str, *hits: Hit) -> Answer:
    found = SearchResult(hits, {}, 0, None, frozenset())
    return fold_events(answer_events(question, lambda _: found, make_answerer("extractive")))


def test_a_place_that_no_passage_names_has_no_figures() -> None:
    answer = ask("法国的营业收入是多少？", table("年报.pdf", *FIGURES))
    assert answer.refused
    assert "“法国”" in answer.text
    english = ask(
        "What was the revenue in Norway?", table("report.pdf", "Item\t2023", "Revenue\t368.7", "Profit\t41.5")
    )
    assert english.refused
    assert "“Norway”" in english.text


def test_the_total_is_no_figure_of_a_place_that_stands_elsewhere() -> None:
    elsewhere = passage("公司在法国设有一处仓库。", name="年报.pdf")
    answer = ask(
        "法国的营业收入是多少？", table("年报.pdf", *FIGURES), elsewhere, passage("本年新增门店三家。", "年报.pdf")
    )
    assert "368.7" not in answer.text


def test_the_row_of_a_place_is() -> None:
    hit = table("年报.pdf", "地区\t2023年", "法国\t46.1", "英国\t36.9", "合计\t83.0")
    assert ask("法国2023年的营业收入是多少？", hit).text == "法国，2023年：46.1 [1]"
    assert not ask("营业收入合计是多少？", hit).refused


def test_a_place_at_the_head_of_a_name_is_no_place_of_its_own() -> None:
    assert places_in("上海电气的营业收入是多少？") == []
    assert places_in("上海的营业收入是多少？") == ["上海"]
    assert places_in("公司在日本市场的销售额是多少？") == ["日本"]
    assert places_in("What was the rent in Oslo in March?") == ["Oslo"]


def test_a_country_is_called_what_it_is_at_home() -> None:
    hit = table("年报.pdf", "公司营业收入\t2023年", "境内\t46.1", "境外\t36.9")
    assert not ask("中国的营业收入是多少？", hit).refused


def test_a_year_makes_no_word_with_what_follows_it() -> None:
    assert subject_of("2023年营业收入是多少？").split() == ["2023年", "营业收入", "？"]
    hit = passage("注：同比增长按2023年与2022年营业收入计算。\n公司实现营业收入368.7万元。")
    assert ask("2023年营业收入是多少？", hit).text.startswith("公司实现营业收入368.7万元")


@pytest.mark.parametrize(
    ("text", "question", "is_number"),
    [
        ("增长按2023年与2022年的收入计算。", "收入是多少？", False),
        ("2023年5月3日召开的会议，见表3-1。", "收入是多少？", False),
        ("The plan of March 4, 2021, see Table 3.", "How much did it cost?", False),
        ("2023年收入5万元。", "收入是多少？", True),
        ("共有2021人参加。", "有多少人参加？", True),
        ("In 2021 it cost $4.", "How much did it cost?", True),
        ("建于1958年。", "它有多少年历史？", True),
        ("Built in 1958.", "How old is it?", True),
    ],
)
def test_years_and_days_count_nothing(text: str, question: str, is_number: bool) -> None:
    assert looks_like("number", text, question) is is_number


def test_a_thing_that_no_passage_names_is_not_told() -> None:
    notice = passage("检修期间值班窗口迁至南楼，服务时间为9:00至16:30。")
    answer = ask("保修期是多久？", notice)
    assert answer.refused
    assert "“保修期”" in answer.text
    assert not ask("保修期是多久？", passage("整机保修两年，泵保修一年。")).refused
