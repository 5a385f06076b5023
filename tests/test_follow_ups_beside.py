"""Follow-ups about something longer, other or left over than what was asked about before."""

from __future__ import annotations

import pytest

from docent.llm import Turn, standalone

BESIDE = [
    ("标题的长度不要超过多少？", "那更长的标题该怎么写？", "标题的长度，更长的标题该怎么写？"),
    ("单页行数超过多少要分页？", "那更多的内容要怎么放？", "单页行数，更多的内容要怎么放？"),
    ("低于 500 元的采购由谁审批？", "更贵的呢？", "低于 500 元的采购由谁审批，更贵的呢？"),
    ("随身行李最多几件？", "那超出的部分怎么办？", "随身行李，超出的部分怎么办？"),
    ("首付款什么时候支付？", "其余的呢？", "首付款什么时候支付，其余的呢？"),
    ("财务部的预算是多少？", "那别的部门呢？", "财务部的预算是多少，别的部门呢？"),
    ("How are short texts stored?", "What about longer ones?", "How are longer texts stored?"),
    (
        "What is the maximum length of a title?",
        "What about longer ones?",
        "What is the maximum length of a title, and what about longer ones?",
    ),
    (
        "What is the maximum length of a title?",
        "And how are longer texts kept?",
        "The title: how are longer texts kept?",
    ),
    (
        "Which pumps need monthly service?",
        "And the others?",
        "Which pumps need monthly service, and what about the others?",
    ),
]


@pytest.mark.parametrize(("before", "question", "full"), BESIDE)
def test_what_differs_stands_beside_what_was_asked_before(before: str, question: str, full: str) -> None:
    assert standalone(question, [Turn(before, "x")]) == full


@pytest.mark.parametrize(
    "question",
    [
        "更换滤网的周期是多久？",
        "另外的两座水厂分别叫什么名字，在哪一年建成投产？",
        "How many customers does the other paper have?",
        "Which pumps have longer service intervals?",
        "Is the ferry faster than the bus?",
    ],
)
def test_a_comparison_within_a_question_is_none_with_another(question: str) -> None:
    assert standalone(question, [Turn("标题的长度不要超过多少？", "x")]) == question
    assert standalone(question, [Turn("What is the maximum length of a title?", "x")]) == question
