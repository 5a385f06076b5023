"""Which parts of a list answer a question, and what says nothing of it."""

from __future__ import annotations

from passages import passage

from docent.llm import Answer, fold_events, make_answerer
from docent.retrieval import Hit


def ask(question: str, *hits: Hit) -> Answer:
    return fold_events(make_answerer("extractive").stream(question, question, hits, ()))


NOTICE = passage(
    "现将有关事项通知如下：\n一、停电范围。东楼及西楼一层停电，南楼正常。\n二、值班安排。值班室迁至南楼。\n三、补贴标准。每人每天补贴80元。"
)


def test_a_list_of_all_kinds_of_things_is_not_quoted_whole() -> None:
    quotes = [one.quote for one in ask("哪些楼停电？", NOTICE).citations]
    assert any("东楼及西楼一层停电" in one for one in quotes)
    assert not any("补贴" in one for one in quotes)


def test_a_list_that_is_announced_as_what_is_asked_is() -> None:
    risks = passage("公司面临的主要风险如下：\n1. 水价调整滞后。\n2. 应收账款回收缓慢。\n3. 极端天气。")
    assert "极端天气" in ask("公司有哪些主要风险？", risks).text
