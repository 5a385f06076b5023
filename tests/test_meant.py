"""What a question means: how often, from when to when, what to do, which of several, who in which office."""

from __future__ import annotations

import pytest
from passages import passage, table

from docent.llm import Answer, answer_events, fold_events, make_answerer
from docent.llm.questions.asked import asks_how, kinds_asked
from docent.retrieval import Hit, SearchResult


def ask(question: str, *hits: Hit) -> Answer:
    found = SearchResult(hits, {}, 0, None, frozenset())
    return fold_events(answer_events(question, lambda _: found, make_answerer("extractive")))


def first(question: str, *hits: Hit) -> str:
    """The first paragraph of an answer, without its marker."""
    return ask(question, *hits).text.split("\n\n")[0].rsplit(" [", 1)[0]


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How often does the ferry run?", "frequency"),
        ("How frequently are the ropes changed?", "frequency"),
        ("缆绳多久更换一次？", "frequency"),
        ("检查的频率是多少？", "frequency"),
        ("停渡从什么时候到什么时候？", "range"),
        ("渡口几点到几点开放？", "range"),
        ("From when to when is the ferry closed?", "range"),
    ],
)
def test_what_kind_of_answer_is_wanted(question: str, kind: str) -> None:
    assert kind in kinds_asked(question)


@pytest.mark.parametrize("question", ["How do I moor?", "怎样系缆？", "What should I do in fog?", "报名的步骤"])
def test_what_to_do_is_asked(question: str) -> None:
    assert asks_how(question)


@pytest.mark.parametrize("question", ["How many boats are there?", "结果怎么样？", "How long is the rope?"])
def test_what_to_do_is_not_asked(question: str) -> None:
    assert not asks_how(question)


@pytest.mark.parametrize(
    ("question", "text", "told"),
    [
        (
            "How often do crews test the ropes?",
            "Crews test the ropes for 15 minutes or 3 runs. Crews test the ropes every second week.",
            "Crews test the ropes every second week.",
        ),
        (
            "船员多久检查一次缆绳？",
            "船员检查缆绳要用15分钟，检查缆绳前先停船。船员每两周检查一次缆绳。",
            "船员每两周检查一次缆绳。",
        ),
        (
            "停渡从什么时候到什么时候？",
            "停渡通知于4月1日贴出，停渡时请走桥。因修理码头，4月3日8:00至4月5日18:00停渡。",
            "因修理码头，4月3日8:00至4月5日18:00停渡。",
        ),
        (
            "From when to when is the ferry closed?",
            "The ferry is closed by Ada since 1990. The ferry is closed from 3 May to 5 May.",
            "The ferry is closed from 3 May to 5 May.",
        ),
    ],
)
def test_how_often_and_from_when_to_when(question: str, text: str, told: str) -> None:
    assert first(question, passage(text)) == told


@pytest.mark.parametrize(
    ("question", "hit"),
    [
        ("How often is the spare rope aired?", passage("The spare rope is aired by 3 crews in 15 minutes.")),
        ("备用缆绳多久晾晒一次？", passage("备用缆绳由3名船员晾晒，晾晒要15分钟。")),
    ],
)
def test_where_nothing_says_how_often_it_is_refused(question: str, hit: Hit) -> None:
    assert ask(question, hit).refused


def test_of_a_row_the_cell_that_says_how_often_is_told() -> None:
    plan = table("a.pdf", "What\tWho\tPlan\tRoom", "Ropes\tcrew\tevery 15 days\t41", "Sails\tcrew\tmonthly\t42")
    assert first("How often are ropes checked?", plan) == "Ropes, Plan: every 15 days"


@pytest.mark.parametrize(
    ("question", "heading", "steps"),
    [
        (
            "How do I moor the ferry?",
            "Moor the Ferry",
            "1. Stop the engine.\n2. Throw the line. It must be dry and\nfree of knots.\n3. Ring the bell.",
        ),
        ("怎样系泊渡船？", "系泊渡船", "1. 关闭发动机。\n2. 抛出缆绳，缆绳须干燥。缆绳不得打结。\n3. 敲钟。"),
    ],
)
def test_how_to_do_it_is_told_step_by_step(question: str, heading: str, steps: str) -> None:
    answer = ask(question, passage(f"{heading}\n{steps}\nAfter that comes tea. 然后喝茶。", heading=heading))
    lines = answer.text.split(" [1]")[0].splitlines()
    assert lines[0] == heading
    assert [line[:2] for line in lines[1:]] == ["1.", "2.", "3."]
    assert answer.citations[0].quote == f"{heading}\n{steps}"


def test_a_cell_that_is_asked_for_is_told_alone() -> None:
    sales = table("a.pdf", "Item\t2018\t2019", "Net sales\t41\t43", "Other costs\t7\t9")
    prose = passage("Net sales of 2019 and others stand in table 1 on net sales.", "a.pdf")
    assert ask("What were net sales in 2019?", sales, prose).text == "Net sales, 2019: 43 [1]"


def test_a_row_is_known_by_the_end_of_its_label() -> None:
    profit = table("a.pdf", "项目\t2018年\t2019年", "归属于股东的净利润\t41\t43", "股利\t7\t9")
    prose = passage("渡运公司2019年每股派发现金，派发的现金占净利润的三成。", "a.pdf")
    assert ask("2019年的净利润是多少？", prose, profit).text == "归属于股东的净利润，2019年：43 [1]"


def test_a_sentence_about_a_sibling_row_answers_nothing() -> None:
    sales = table("a.pdf", "地区\t收入\t增速", "东岭地区\t41\t2%", "西岭地区\t43\t9%")
    prose = passage("东岭地区收入增速较低，原因是合同到期。", "a.pdf")
    assert "东岭" not in ask("西岭地区收入增长的原因是什么？", sales, prose).text
    assert "东岭" in ask("东岭地区收入增速低的原因是什么？", sales, prose).text


def test_a_sentence_about_the_other_part_of_a_heading_comes_behind() -> None:
    heading = "第二章 船员的权利和义务"
    text = "第一条 船员有看守渡船的义务。第二条 船员有打扫码头的义务。第三条 船员在行使休假的权利时应当报告。"
    assert "第三条" in first("船员有哪些权利？", passage(text, heading=heading))


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("渡运公司的董事长是谁？", "渡运公司设董事会，董事会由九名董事组成。"),
        ("谁担任渡运公司的总经理？", "渡运公司由经营管理层负责，公司有三名副总经理。"),
        ("Who is the chairman of Ferry Works?", "Ferry Works has a board of nine. Ferry Works is old."),
        ("Who is the CEO of Ferry Works?", "Ferry Works has a cost centre. Ferry Works is old."),
    ],
)
def test_an_office_that_nothing_names_has_no_holder(question: str, text: str) -> None:
    answer = ask(question, passage(text))
    assert answer.refused
    assert "“" in answer.text


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("渡运公司的董事长是谁？", "渡运公司董事长为陈渡。"),
        ("Who is the chairman of Ferry Works?", "Ada Reed chairs Ferry Works."),
        ("Who is the CEO of Ferry Works?", "Ada Reed is Chief Executive Officer of Ferry Works."),
        ("Who was the owner of Ferry Works?", "The owners of Ferry Works were Ada and Bo Reed."),
    ],
)
def test_an_office_is_known_by_its_other_forms(question: str, text: str) -> None:
    assert ask(question, passage(text)).text == f"{text} [1]"


def test_what_repeats_the_question_is_no_answer() -> None:
    asked = passage('{"question": "How many boats does Tarn have?", "id": 41}', "a.pdf")
    answer = passage("The port of Tarn has a fleet of 41 boats.", "b.pdf")
    assert first("How many boats does Tarn have?", asked, answer) == "The port of Tarn has a fleet of 41 boats."


def test_a_sentence_that_begins_inside_a_line_goes_on_behind_its_break() -> None:
    text = "The ferry stops at dusk. The bell of the ferry rings at\nTarn pier at noon."
    assert first("Where does the bell of the ferry ring?", passage(text)) == (
        "The bell of the ferry rings at Tarn pier at noon."
    )
