"""A figure that several documents have and a question asks for without saying of which."""

from __future__ import annotations

from passages import passage, table

from docent.llm import Answer, answer_events, fold_events, make_answerer
from docent.retrieval import Hit, SearchResult

FERRIES = table("ferries.pdf", "Item\t2022\t2021", "Net fares\t410\t380", "Fuel\t82\t70")
BRIDGES = table("bridges.pdf", "Item\t2022\t2021", "Net fares\t900\t870", "Repairs\t61\t66")
QUESTION = "What were net fares in 2022?"


def ask(question: str, *hits: Hit) -> Answer:
    found = SearchResult(hits, {}, 0, None, frozenset())
    return fold_events(answer_events(question, lambda _: found, make_answerer("extractive")))


def test_each_document_is_told() -> None:
    more = [table(f"{one}.pdf", "Item\t2022\t2021", f"Net fares\t{one}\t8", "Fuel\t9\t7") for one in (71, 72)]
    paragraphs = ask(QUESTION, FERRIES, BRIDGES, *more).text.split("\n\n")
    assert paragraphs == [
        "ferries.pdf: Net fares, 2022: 410 [1]",
        "bridges.pdf: Net fares, 2022: 900 [2]",
        "71.pdf: Net fares, 2022: 71 [3]",
        "72.pdf: Net fares, 2022: 72 [4]",
    ]


def test_a_row_of_another_line_is_none_of_them() -> None:
    other = table("piers.pdf", "Item\t2022\t2021", "Fares\t5\t4", "Fuel\t9\t7")
    assert "piers.pdf" not in ask(QUESTION, FERRIES, BRIDGES, other).text


def test_the_document_that_is_named_is_told_alone() -> None:
    answer = ask("What were net fares of bridges in 2022?", FERRIES, BRIDGES)
    assert answer.text == "Net fares, 2022: 900 [1]"
    assert not answer.notice


def test_others_that_speak_of_the_line_are_named_and_which_is_told() -> None:
    prose = passage("Net fares of the harbour went up because of the new pier.", "harbour.pdf")
    answer = ask(QUESTION, FERRIES, prose)
    assert answer.text.startswith("ferries.pdf: Net fares, 2022: 410")
    assert "harbour.pdf" in answer.notice


def test_others_are_named_in_the_language_of_the_question() -> None:
    rows = table("甲.pdf", "项目\t2022年\t2021年", "船票收入\t410\t380", "燃料费用\t82\t70")
    prose = passage("船票收入上升的原因是新码头启用。", "乙.pdf")
    answer = ask("2022年的船票收入是多少？", rows, prose)
    assert answer.text.startswith("甲.pdf：船票收入，2022年：410")
    assert "乙.pdf" in answer.notice


def test_one_document_alone_is_not_named() -> None:
    prose = passage("The crew had a good year.", "crew.pdf")
    answer = ask(QUESTION, FERRIES, prose)
    assert answer.text == "Net fares, 2022: 410 [1]"
    assert not answer.notice


def test_the_row_whose_whole_label_is_named_comes_first() -> None:
    parts = table("a.pdf", "Item\t2022\t2021", "Total\t7\t6", "Boats\t9\t8")
    whole = table("a.pdf", "Item\t2022\t2021", "Total boats\t41\t40", "Piers\t3\t3")
    assert ask("What were total boats in 2022?", parts, whole).text == "Total boats, 2022: 41 [1]"
