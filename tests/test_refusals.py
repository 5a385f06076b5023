"""What a refusal names reads as a sentence, whatever it is."""

from __future__ import annotations

import pytest

from docent.llm.answerer import refusal
from docent.llm.questions.answerability import Doubts


@pytest.mark.parametrize(
    ("question", "doubts", "text"),
    [
        ("Who?", Doubts(("A",)), "They do not mention “A”."),
        ("Who?", Doubts(("A", "B")), "They do not mention “A” or “B”."),
        ("Who?", Doubts(("A", "B", "C", "D")), "They do not mention “A”, “B” or “C”."),
        ("谁？", Doubts(("甲", "乙")), "其中没有提到“甲”或“乙”。"),
        ("谁？", Doubts(("甲", "乙", "丙")), "其中没有提到“甲”“乙”或“丙”。"),
        ("When?", Doubts(years=("2027", "2028")), "The nearest passages say nothing of 2027 or 2028."),
        ("何时？", Doubts(years=("2026", "2027", "2028")), "最接近的段落都没有涉及 2026、2027 或 2028 年。"),
    ],
)
def test_what_is_missing_is_listed_with_or(question: str, doubts: Doubts, text: str) -> None:
    assert refusal(question, question, [], "m", doubts).text.endswith(text)
