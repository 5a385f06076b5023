"""Questions for who holds an office: where no passage names the office, nobody in them holds it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docent.llm.extractive.pieces import said_by
from docent.llm.questions.phrases_zh import OFFICES
from docent.retrieval import Hit, fold, terms

MIN_BEGIN = 4  # letters that the forms of an office have in common: chairman, chairwoman and chair
_MORE = (
    "理事长|委员长|监事长|监事|总理|行长|船长|站长|社长|处长|科长|教练|班主任"
    "|书记|主编|局长|部长|市长|县长|镇长|村长|队长|经理|主管|总监|总编|馆长|所长"
)
_ZH = re.compile(
    rf"(?P<before>{OFFICES}|{_MORE})(?:现在|目前|现任)?[是为由叫]?(?:谁|哪一?位|什么人|何人)"
    rf"|(?:谁|哪一?位|什么人|何人)(?:是|担任|出任|现任|任)[^，。？]{{0,16}}?(?P<after>{OFFICES}|{_MORE})[？?]?$"
)
_EN = re.compile(
    r"\bwho\s+(?:is|was|are|were|serves?\s+as|acts?\s+as)\s+(?:the|our|its|their|your|an?|[A-Z][\w&.-]*['’]s)\s+"
    r"(?P<first>(?:[a-z][\w-]*\s+)*?)(?P<office>[A-Za-z][\w-]*)(?=\s+(?:of|for|in|at|to|from|who|that|on|and)\b|\s*[?.,]|\s*$)",
    re.IGNORECASE,
)
_FIRMS = ("控股股东", "实际控制人")  # mostly no persons
_LETTERS = re.compile(r"\bC[A-Z]O\b")
# For questions to documents of the other language.
_PAIRS = (
    (r"(?<!副)董事长|(?<!副)主席", r"\bchair(?:man|woman|person)?\b"),
    (r"总经理|总裁|首席执行官", r"\b(?:general\s+manager|president|managing\s+director|chief\s+executive|CEO)\b"),
    (r"法定代表人|法人代表", r"\blegal\s+representative\b"),
    (r"财务总监|财务负责人|首席财务官", r"\b(?:chief\s+financial|CFO|head\s+of\s+finance|finance\s+director)\b"),
    (r"董事会秘书|秘书长|公司秘书", r"\bsecretary\b"),
    (r"校长|院长|所长", r"\b(?:principal|headmaster|dean|president|director)\b"),
    (r"创始人|创办人", r"\bfound(?:er|ed)\b"),
    (r"审计师|审计机构|会计师事务所", r"\b(?:auditors?|accounting\s+firm)\b"),
)
_EACH = tuple((re.compile(chinese), re.compile(english, re.IGNORECASE)) for chinese, english in _PAIRS)


def office_in(question: str, *, chinese: bool) -> list[re.Pattern[str]]:
    """The offices that a question names, as patterns of how texts in the other language name them.

    `chinese` where it is the question that is in Chinese.
    """
    if chinese:
        return [there for here, there in _EACH if here.search(question)]
    return [here for here, there in _EACH if there.search(question)]


def office_asked(question: str) -> str:
    """The office whose holder a question asks for, as written, with the words before: `chief executive`; or ""."""
    found = _ZH.search(question)
    if found:
        office = str(found["before"] or found["after"])
        return "" if office in _FIRMS else office
    found = _EN.search(question)
    return " ".join([*(found["first"] or "").split()[-2:], found["office"]]) if found else ""


def office_unsaid(question: str, hits: Sequence[Hit]) -> str:
    """The office that a question asks for the holder of, as written, if no hit names it; "" otherwise."""
    said = [said_by(one) for one in hits]
    found = _ZH.search(question)
    if found:
        office = found["before"] or found["after"]
        return "" if any(re.search(rf"(?<!副){fold(office)}", fold(one)) for one in said) else office
    found = _EN.search(question)
    if not found:
        return ""
    office = found["office"]
    return "" if any(_is_named(office, one) for one in said) else office


def spelled_out(question: str, passages: Sequence[str]) -> str:
    """A question with the words of an office for its letters (CFO), where the passages have only the words."""
    found = _LETTERS.search(question)
    if found is None or any(found[0] in one for one in passages):
        return question
    words = (re.search(rf"\b{in_words(found[0])}\b", one) for one in passages)
    said = next((one[0] for one in words if one), found[0])
    return question.replace(found[0], " ".join(said.split()))


def in_words(letters: str) -> str:
    """The pattern of the words that an office's letters stand for: CFO for Chief Financial Officer."""
    return r"\s+(?:\w{2,3}\s+)?".join(rf"{letter}[a-z]+" for letter in letters)


def _is_named(office: str, text: str) -> bool:
    """CEO by its words as well: Chief Executive Officer."""
    if office.isupper():
        words = r"\s+(?:\w{2,3}\s+)?".join(rf"{letter}\w*" for letter in office)
        return re.search(rf"\b(?:{office}|{words})\b", text, re.IGNORECASE) is not None
    begin = fold(office)[: max(MIN_BEGIN, len(office) * 2 // 3)]
    return any(one.startswith(begin) for one in terms(text))
