"""Two years that a question names are told from two reports, line by line."""

from __future__ import annotations

import pytest
from passages import table

from docent.llm import Answer, fold_events, make_answerer
from docent.retrieval import Hit

OLD = table("Report 2018.pdf", "Sales\t2018\t2017", "Net sales\t3,226\t2,208", "Net income\t340\t242")
NEW = table("Report 2022.pdf", "Sales\t2022\t2021", "Net sales\t8,630\t7,208", "Net income\t985\t742")
OLD_ZH = table("年报2018.pdf", "项目\t2018年\t2017年", "营业收入\t3,226\t2,208", "净利润\t340\t242")
NEW_ZH = table("年报2022.pdf", "项目\t2022年\t2021年", "营业收入\t8,630\t7,208", "净利润\t985\t742")


def ask(question: str, *hits: Hit) -> Answer:
    return fold_events(make_answerer("extractive").stream(question, question, hits, ()))


@pytest.mark.parametrize(
    ("question", "hits"),
    [
        ("How did net sales change from 2018 to 2022?", (OLD, NEW)),
        ("Compare net sales of 2022 with those of 2018.", (NEW, OLD)),
        ("2018年到2022年营业收入增长了多少？", (OLD_ZH, NEW_ZH)),
        ("2018年和2022年的营业收入分别是多少？", (NEW_ZH, OLD_ZH)),
    ],
)
def test_the_same_line_of_each_report_is_told(question: str, hits: tuple[Hit, ...]) -> None:
    answer = ask(question, *hits)
    assert "3,226" in answer.text
    assert "8,630" in answer.text
    assert len(answer.citations) == 2
    assert not any(other in answer.text for other in ("340", "985", "2,208", "7,208"))


def test_one_row_that_tells_both_years_is_enough() -> None:
    answer = ask("How did net sales change from 2021 to 2022?", NEW, OLD)
    assert [one.hit.document.name for one in answer.citations] == ["Report 2022.pdf"]
    assert "8,630" in answer.text
    assert "7,208" in answer.text


def test_another_companys_line_is_not_told_for_the_other_year() -> None:
    acme = table("Acme report.pdf", "Acme sales\t2022\t2021", "Net sales\t8,630\t7,208", "Acme income\t985\t742")
    other = table("Bolt report.pdf", "Bolt sales\t2018\t2017", "Net sales\t3,226\t2,208", "Bolt income\t340\t242")
    assert "3,226" not in ask("How did the net sales of Acme change from 2018 to 2022?", acme, other).text
