"""How long something goes on, and how often it happens: what tells that is quoted, and not what only names it."""

from __future__ import annotations

import pytest
from passages import passage, table

from docent.llm import Answer, answer_events, fold_events, make_answerer
from docent.llm.questions.asked import kinds_asked, looks_like
from docent.llm.questions.durations import tells_duration, tells_time
from docent.retrieval import Hit, SearchResult

STATUTES = (
    "第五条 船员大会每届任期四年。船员大会任期届满的两个月以前，船长会必须完成下届船员大会的选举。",
    "第九条 船长会由船长和船员组成。船长会每届任期同船员大会每届任期相同，它行使职权到下届船员大会选出新的船长会为止。",
    "第十一条 司库由船员大会选举产生，任期三年，可以连任。船员大会选举的还有舵手。",
)


def ask(question: str, *hits: Hit) -> Answer:
    found = SearchResult(hits, {}, 0, None, frozenset())
    return fold_events(answer_events(question, lambda _: found, make_answerer("extractive")))


def told(question: str, *hits: Hit) -> list[str]:
    """The paragraphs of an answer, without their markers."""
    return [one.rsplit(" [", 1)[0] for one in ask(question, *hits).text.split("\n\n")]


@pytest.mark.parametrize(
    "question",
    [
        "船员大会每届任期几年",
        "渡船的保修期多久？",
        "停渡多长时间？",
        "船票有效期是多少天？",
        "How long does the crossing take?",
        "How long is the warranty of the engine?",
        "How many weeks does the course last?",
        "What is the term of office of a director?",
    ],
)
def test_how_long_is_asked(question: str) -> None:
    assert "duration" in kinds_asked(question)


@pytest.mark.parametrize(
    "question",
    ["缆绳多久更换一次？", "他读几年级？", "桥有多长？", "How long is the bridge?", "What are the terms of the loan?"],
)
def test_how_long_is_not_asked(question: str) -> None:
    assert "duration" not in kinds_asked(question)


@pytest.mark.parametrize(
    "text",
    [
        "每届任期四年",
        "保修十八个月",
        "存放48小时以上",
        "同船员大会每届任期相同",
        "花期3-5月",
        "kept for seven years",
        "24 months",
        "a three-year term",
        "it takes an hour",
        "Crossing (minutes)\t12",
    ],
)
def test_what_says_how_long(text: str) -> None:
    assert tells_duration(text)


@pytest.mark.parametrize(
    "text",
    ["七日内", "两个月以前", "每500小时", "提前三十日", "within thirty days", "every four hours", "sixty days' notice"],
)
def test_a_deadline_or_a_frequency_does_not_say_how_long(text: str) -> None:
    assert tells_time(text)
    assert not tells_duration(text)


@pytest.mark.parametrize("text", ["2019年5月", "第三年", "5月15日", "1990年代", "on 3 May 2019", "two sites"])
def test_what_is_no_time(text: str) -> None:
    assert not tells_time(text)


def test_the_article_that_goes_on_where_the_question_asks_is_quoted_alone() -> None:
    hits = [passage(one, "章程.pdf") for one in reversed(STATUTES)]
    assert told("船员大会每届任期几年", *hits) == ["第五条 船员大会每届任期四年。"]


def test_a_term_that_is_as_long_as_another_is_told_with_that() -> None:
    hits = [passage(one, "章程.pdf") for one in STATUTES]
    same, *rest = told("船长会每届任期几年？", *hits)
    assert same.startswith("船长会每届任期同船员大会每届任期相同")
    assert rest == ["第五条 船员大会每届任期四年。"]


def test_the_number_of_an_article_is_no_amount() -> None:
    text = "第八十条 渡口的木船由渡口的船队管理。渡口的木船有六条，船队管理。"
    assert told("渡口的木船有多少？", passage(text))[0] == "渡口的木船有六条，船队管理。"


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        (
            "引擎保修期多久",
            "引擎保修期内出现故障的，船厂应在二十四小时内到场。引擎自交船之日起保修十八个月。引擎保修期满后，费用由船主承担。",
            "引擎自交船之日起保修十八个月。",
        ),
        (
            "How long are logs kept?",
            "Logs are kept on two boats, by the crew. Logs are burnt once the crew kept them for 35 days.",
            "Logs are burnt once the crew kept them for 35 days.",
        ),
        (
            "How often do ferries run?",
            "Ferries run on rails. How ferries run is told below. Boats and ferries leave every four hours.",
            "Boats and ferries leave every four hours.",
        ),
    ],
)
def test_what_only_names_the_time_is_not_quoted(question: str, text: str, answer: str) -> None:
    assert told(question, passage(text)) == [answer]


def test_what_has_little_of_the_question_is_not_quoted_for_its_time() -> None:
    text = "渡运公司的诉讼时效见合同的附件。渡运公司的诉讼时效从知道时起算。"
    other = passage("船员在港口学习三年，期间住在岸上。", "b.pdf")
    assert "三年" not in ask("渡运公司的诉讼时效期间是几年？", passage(text, "a.pdf"), other).text


def test_of_a_row_the_time_is_told() -> None:
    plan = table("a.pdf", "Service\tStaff\tCrossing time", "Mail boat\t4\t40 minutes", "Car ferry\t9\t2 hours")
    prose = passage("The mail boat has a long crossing. The crossing of the mail boat is nice.", "a.pdf")
    assert "40 minutes" in told("How long does the crossing of the mail boat take?", prose, plan)[0]


@pytest.mark.parametrize(
    "text",
    [
        "4月3日8:00至4月5日18:00停渡",
        "4月3日8时起，至4月5日18时止",
        "自二〇二三年五月一日起至二〇二六年四月三十日止",
        "周一至周五开放",
        "9 a.m. to 5 p.m.",
        "Monday to Friday",
        "from 3 May to 5 May",
    ],
)
def test_what_says_from_when_to_when(text: str) -> None:
    assert looks_like("range", text, "停渡从什么时候到什么时候？")


@pytest.mark.parametrize("text", ["停渡的时候请到桥上走", "4月3日停渡", "The ferry goes to Tarn."])
def test_what_does_not_say_from_when_to_when(text: str) -> None:
    assert not looks_like("range", text, "停渡从什么时候到什么时候？")


def test_an_annual_meeting_does_not_say_how_often() -> None:
    text = "The board consists of nine members elected at the annual meeting. The board meets in each quarter."
    assert told("How often does the board meet?", passage(text)) == ["The board meets in each quarter."]
