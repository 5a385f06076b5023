"""Short forms of long names in Chinese questions."""

from __future__ import annotations

import pytest
from passages import passage

from docent.llm import answer_events, fold_events, make_answerer
from docent.llm.questions.short_names import in_long
from docent.retrieval import SearchResult

RULES = passage(
    "第一条 青原职工代表大会每届任期四年。第二条 主席每届任期同青原职工代表大会每届任期相同。"
    "第三条 青原职工代表大会设常务委员会。青原职工代表大会常务委员会每月开会一次。",
    "章程.pdf",
)
COURT = passage("上诉由青原高级仲裁法院受理。青原高级仲裁法院的裁决为最终裁决。", "章程.pdf")


@pytest.mark.parametrize(
    ("question", "long"),
    [
        ("青原职代大每届任期几年？", "青原职工代表大会每届任期几年？"),
        ("青原高法受理什么？", "青原高级仲裁法院受理什么？"),
        ("青原职工代表大会每届任期几年？", None),
        ("青原工会每届任期几年？", None),  # other words
        ("主席每届任期几年？", None),
        ("任期由谁决定？", None),
        ("Who chairs it?", None),
    ],
)
def test_a_short_form_is_put_in_full(question: str, long: str | None) -> None:
    assert in_long(question, [RULES, COURT]) == (long or question)


def test_a_name_that_stands_there_once_is_none_of_a_short_form() -> None:
    assert in_long("青原高法受理什么？", [passage("上诉由青原高级仲裁法院受理。")]) == "青原高法受理什么？"


def test_the_sentence_about_the_long_name_answers_a_question_with_the_short_one() -> None:
    found = SearchResult((RULES,))
    answer = fold_events(answer_events("青原职代大每届任期几年？", lambda _: found, make_answerer("extractive")))
    assert "四年" in answer.citations[0].quote
