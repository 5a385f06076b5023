"""Questions by how much two things differ, and for things that are said one by one."""

from __future__ import annotations

import pytest
from passages import passage, table

from docent.llm import Answer, fold_events, make_answerer
from docent.llm.questions.asked import kinds_asked, looks_like
from docent.retrieval import Hit


def ask(question: str, *hits: Hit) -> Answer:
    return fold_events(make_answerer("extractive").stream(question, question, hits, ()))


def test_how_much_less_is_told_by_the_sentence_that_says_less() -> None:
    rows = table("trial.pdf", "Outcome\tOld kiln\tNew kiln", "Fuel (kg/day)\t940\t440", "Bricks (per day)\t815\t809")
    prose = passage("The new kiln used 53% less fuel than the old one. It was built in 1998.", "trial.pdf")
    assert ask("How much less fuel did the new kiln use?", rows, prose).citations[0].quote.endswith("than the old one.")
    assert ask("How much fuel did the new kiln use?", rows, prose).text.startswith("Fuel (kg/day), New kiln: 440")


def test_a_row_that_gives_the_difference_still_does() -> None:
    rows = table(
        "年报.pdf", "指标\t2022年\t2023年\t同比增减", "营业收入\t331.5\t368.7\t11.2%", "净利润\t37.8\t41.5\t9.8%"
    )
    prose = passage("公司营业收入稳定，没有下降。", "年报.pdf")
    assert ask("营业收入同比增长多少？", rows, prose).text.startswith("营业收入，同比增减：11.2%")


@pytest.mark.parametrize(
    ("question", "is_difference"),
    [
        ("营业收入比上年增长了多少？", True),
        ("两者相差多少？", True),
        ("By how much did costs fall?", True),
        ("营业收入是多少？", False),
        ("How many people work there?", False),
    ],
)
def test_what_asks_for_a_difference(question: str, is_difference: bool) -> None:
    assert ("difference" in kinds_asked(question)) is is_difference


def test_the_comparison_that_is_asked_for_is_meant() -> None:
    assert looks_like("difference", "It used 17% less fuel.", "How much less fuel did it use?")
    assert not looks_like("difference", "The error rose by 17%.", "How much less fuel did it use?")


def test_what_somebody_has_is_told_one_by_one() -> None:
    rules = passage(
        "第三条 会员有借阅馆藏图书的权利。\n第四条 会员不得在馆内行使推销的权利。\n第五条 会员有参加年会的权利。\n"
        "第六条 会员有按时还书的义务。\n第七条 会员有对馆务提出意见的权利。"
    )
    quotes = [one.quote for one in ask("会员有哪些权利？", rules).citations]
    assert sorted(quote[:3] for quote in quotes) == ["第七条", "第三条", "第五条"]
