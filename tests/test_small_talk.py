"""What asks nothing of documents gets a line in reply, and no question is taken for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from passages import passage

from docent.llm import Event, Retrieved, Turn, answer_events, fold_events, make_answerer, standalone
from docent.llm.questions.small_talk import talk_in
from docent.retrieval import SearchResult


@pytest.mark.parametrize(
    ("text", "talk"),
    [
        ("hello", "greeting"),
        ("Hi there!", "greeting"),
        ("Good morning, Docent.", "greeting"),
        ("你好", "greeting"),
        ("您好！", "greeting"),
        ("在吗？", "greeting"),
        ("早上好呀~", "greeting"),
        ("Thanks!", "thanks"),
        ("ok, thank you very much", "thanks"),
        ("Thanks for your help!", "thanks"),
        ("That's helpful", "thanks"),
        ("好的，谢谢", "thanks"),
        ("謝謝你", "thanks"),
        ("辛苦了！", "thanks"),
        ("Goodbye", "farewell"),
        ("再见", "farewell"),
        ("ok", "assent"),
        ("嗯嗯嗯嗯嗯嗯嗯嗯嗯嗯嗯嗯嗯嗯嗯嗯嗯嗯嗯嗯嗯嗯嗯嗯嗯嗯嗯嗯嗯嗯", "assent"),
        ("明白了", "assent"),
        ("What can you do?", "self"),
        ("Hi, who are you?", "self"),
        ("help", "self"),
        ("你能做什么？", "self"),
        ("你好，你是谁？", "self"),
        ("我可以问些什么？", "self"),
        ("请介绍一下你自己", "self"),
    ],
)
def test_what_is_meant(text: str, talk: str) -> None:
    assert talk_in(text) == talk


@pytest.mark.parametrize(
    "question",
    [
        "How often?",
        "Why?",
        "为什么？",
        "好的，那净利润呢？",
        "ok, and in 2021?",
        "What can the pump do?",
        "What can you do against rust?",
        "What can I do?",
        "Who are your auditors?",
        "Who are they?",
        "你好公司的营业收入是多少？",
        "公司能做什么？",
        "怎么用？",
        "谢谢公司的法定代表人是谁？",
        "帮助中心的电话是多少？",
        "helpdesk",
        "Hello Kitty sales",
        "goods",
        "早稻田大学",
        "可以退货吗？",
        "",
        "?",
        "嗯" * 29 + "!x",
        "谢" * 59 + "x",
    ],
)
def test_a_question_is_no_small_talk(question: str) -> None:
    assert talk_in(question) is None


def events(question: str) -> Iterator[Event]:
    found = SearchResult((passage("The ferry says hello at noon. 渡口中午说你好。"),), {}, 0, None, frozenset())
    return answer_events(question, lambda _: found, make_answerer("extractive"))


@pytest.mark.parametrize(("question", "word"), [("Hello!", "documents"), ("你好！", "文档"), ("你能做什么？", "文档")])
def test_the_reply_is_no_refusal_and_cites_nothing(question: str, word: str) -> None:
    answer = fold_events(events(question))
    assert word in answer.text
    assert not answer.refused
    assert (answer.citations, answer.hits, answer.statements) == ((), (), ())
    assert [one.hits for one in events(question) if isinstance(one, Retrieved)] == [()]


@pytest.mark.parametrize(
    ("before", "thanks", "question", "full"),
    [
        ("What was Acme's revenue in 2022?", "Thanks!", "And in 2021?", "What was Acme's revenue in 2021?"),
        ("青禾股份 2018 年的净利润是多少？", "好的，谢谢", "那 2019 年呢？", "青禾股份 2019 年的净利润是多少？"),
    ],
)
def test_a_follow_up_looks_past_it(before: str, thanks: str, question: str, full: str) -> None:
    assert standalone(question, [Turn(before, "41"), Turn(thanks, "You are welcome.")]) == full
