"""Who holds an office: only what names somebody beside it is an answer."""

from __future__ import annotations

import pytest
from passages import pairs, passage, table

from docent.llm import Answer, answer_events, fold_events, make_answerer
from docent.llm.questions.holders import may_name_holder, names_holder, office_pattern
from docent.retrieval import Hit, SearchResult

CHIEF = "Who is the chief executive?"
CHAIR = "董事长是谁"


def ask(question: str, *hits: Hit, unknown: frozenset[str] = frozenset()) -> Answer:
    found = SearchResult(hits, {}, 0, None, unknown)
    return fold_events(answer_events(question, lambda _: found, make_answerer("extractive")))


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (CHIEF, "Ada Reed\tChief Executive\t2019"),
        (CHIEF, "Ada B. Reed\t63\tChairman of the Board and Chief Executive Officer"),
        (CHIEF, "The report was signed by Ada Reed, Chief Executive"),
        (CHIEF, "Our chief executive is Ada Reed."),
        (CHIEF, "Mr. Reed has served as chief executive since 2020."),
        (CHIEF, "Chief Executive Ada Reed rang the bell."),
        (CHIEF, "CEO: Ada Reed"),
        (
            "Who is the company secretary?",
            "Name:\tAda Reed\nTitle:\tExecutive Vice President, General Counsel and Secretary",
        ),
        ("Who is the company secretary?", "/s/ Ada Reed\tSecretary"),
        (CHAIR, "董事长：周明远"),
        (CHAIR, "周明远\t男\t董事长"),
        (CHAIR, "周明远先生2018年7月任渡运公司董事长，负责战略。"),
        (CHAIR, "由周明远担任董事长"),
        (CHAIR, "董事长周明远主持会议。"),
        (CHAIR, "孙杨 / 董事长"),
        (CHAIR, "史蒂夫·乔伯斯担任董事长"),
        (CHAIR, "选举周明远为董事长"),
    ],
)
def test_what_names_who_holds_an_office(question: str, text: str) -> None:
    office = office_pattern(question)
    assert office is not None
    assert names_holder(office, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (CHIEF, "The chief executive and his team have worked hard, and the Board thanks the chief executive."),
        (CHIEF, "The Chair presides at meetings of the Board. The chief executive is appointed by the Board."),
        (CHIEF, "The chief executive is appointed by the Board and reports to the Chair."),
        (CHAIR, "董事会、董事长和高级管理人员\n姓名\t职务\t任期\n周明远\t监事\t三年"),
        (CHAIR, "董事长负责召集和主持董事会会议。"),
        (CHAIR, "董事长任期三年，董事长应当签署文件。"),
        (CHAIR, "董事长不能履行职务时，由半数以上董事共同推举一名董事主持。"),
        (CHAIR, "副董事长周明远主持会议。"),
    ],
)
def test_what_only_speaks_of_an_office(question: str, text: str) -> None:
    office = office_pattern(question)
    assert office is not None
    assert not may_name_holder(office, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (CHIEF, "Prior to joining Tarn Ferries, Mr. Reed served as Chief Executive of Lund Boats."),
        (CHIEF, "Former chief executive Ada Reed rang the bell."),
        (CHAIR, "周明远先生历任渡运公司董事长。"),
    ],
)
def test_who_held_it_once_does_not_hold_it(question: str, text: str) -> None:
    office = office_pattern(question)
    assert office is not None
    assert not names_holder(office, text)


def test_only_of_offices_somebody_must_be_named() -> None:
    assert office_pattern("Who are the primary customers of Tarn Ferries?") is None
    assert office_pattern("渡运公司的控股股东是谁？") is None


def test_the_row_that_names_somebody_is_told_and_not_what_the_office_does() -> None:
    duties = passage("董事长负责召集和主持董事会会议。董事长行使董事会授予的职权。", "a.pdf")
    people = table("a.pdf", "姓名\t职务\t性别", "周明远\t董事长\t男", "李思敏\t总经理\t女")
    assert ask(CHAIR, duties, people).text == "周明远，职务：董事长；性别：男 [1]"


def test_an_office_in_another_firm_is_none_in_this_one() -> None:
    others = table(
        "a.pdf", "姓名\t其他单位名称\t在其他单位担任的职务", "李思敏\t湖西船厂\t董事长", "陈可\t湖东船厂\t监事"
    )
    holder = passage("本公司董事长周明远先生主持了会议。", "a.pdf")
    assert ask(CHAIR, others, holder).text == "本公司董事长周明远先生主持了会议。 [1]"


def test_of_a_signature_both_lines_are_told() -> None:
    duties = passage("The chief executive runs Tarn Ferries. The chief executive reports to the Board.", "a.pdf")
    signed = passage("Signed for the Board of Tarn Ferries on 4 March.\nAda Reed\nChief Executive", "a.pdf")
    answer = ask("Who is the chief executive of Tarn Ferries?", duties, signed)
    assert answer.text == "Ada Reed Chief Executive [1]"
    assert answer.citations[0].quote == "Ada Reed\nChief Executive"


def test_a_pair_of_office_and_name_is_told() -> None:
    assert ask("公司的董事会秘书是谁？", pairs("a.pdf", "公司的董事会秘书\t陈可", "电话\t0512")).text == (
        "公司的董事会秘书：陈可 [1]"
    )


@pytest.mark.parametrize(
    ("question", "text", "office"),
    [
        (CHIEF, "The chief executive is appointed by the Board and reports to the Chair.", "“chief executive”"),
        (CHAIR, "董事长负责召集和主持董事会会议。董事长由董事会选举产生。", "“董事长”"),
    ],
)
def test_where_nobody_is_named_that_is_said(question: str, text: str, office: str) -> None:
    answer = ask(question, passage(text))
    assert answer.refused
    assert office in answer.text


def test_the_letters_of_an_office_are_known_by_its_words() -> None:
    people = table("a.pdf", "Name\tPosition", "Ada Reed\tChief Financial Officer", "Bo Lund\tChief Operating Officer")
    answer = ask("Who is the CFO?", people, unknown=frozenset({"cfo"}))
    assert answer.text == "Ada Reed, Position: Chief Financial Officer [1]"


def test_a_name_in_another_document_is_none_of_the_one_that_is_asked_about() -> None:
    duties = passage("湖东船厂的董事长由董事会选举产生。湖东船厂设监事一名。", "湖东船厂.pdf")
    other = passage("董事长：周明远", "渡运公司.pdf")
    assert ask("湖东船厂的董事长是谁？", duties, other).refused
