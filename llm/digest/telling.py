"""Which sentences of a document say something by themselves, and which parts of it are about other things."""

from __future__ import annotations

import re
from unicodedata import normalize

from docent.ingest import CJK

LEANING = 0.7  # what is left of a sentence that leans on the one before it
OTHER_LANGUAGE = 0.4  # of one in another language than the document: a part that was not translated
_NUMBER = r"(?:(?:\d+(?:\.\d+)*|(?-i:[A-Z]))[.．、\s]+|第\s*[一二三四五六七八九十\d]+\s*[章节]\s*)?"
# Headings that every paper and report has.
_USUAL = re.compile(
    rf"{_NUMBER}(?:introduction|abstract|summary|overview|preface|conclusions?|discussion|background|appendix"
    r"|摘要|引言|前言|绪论|简介|概述|总结|结论|附录)",
    re.IGNORECASE,
)
# Parts that a document has beside what it is about.
_APART = re.compile(
    rf"{_NUMBER}(?:references?|bibliography|literature(?: cited)?|acknowledge?ments?"
    r"|(?:table of )?contents|index|change ?log|revision history|copyright(?: notice)?|licen[sc]e|affiliation:?"
    r"|参\s*考\s*文\s*献|致\s*谢|目\s*录|索\s*引|版本历史|更新日志|修订记录|版权(?:声明)?|许可证)",
    re.IGNORECASE,
)
_POINTER = re.compile(
    r"(?:please |also |you can )*(?:see|refer to|consult)\b.{0,160}\.?$|for (?:more|further) (?:information|details?)\b"
    r"|(?:更?多|详细|具体)?[^，。]{0,14}(?:[请可]|还|也|详)*(?:参[见阅看考]|详见|请见).{0,60}$",
    re.IGNORECASE | re.DOTALL,
)
_POINTS_AT_END = re.compile(
    rf"(?:参[见阅看考]|请见|访问|\bsee|\bat|\bfrom)\s*(?:https?:\s?//|www\.)[^\s{CJK}]*$", re.IGNORECASE
)
_ADDRESS = re.compile(r"https?:\s?//|www\.")
_LABELLED = re.compile(
    r"(?:figure|fig\.|table|图|表)\s*\d|(?:key ?words|关键[词字])\s*[:：]|.*\[(?:EB/OL|[MJDSCRNPZ])\]", re.IGNORECASE
)
_CUT_OFF = re.compile(r"(?:\s[.…]|[.…]{2,}|…)$")
_LEANS = re.compile(
    r"(?:(?:this|these|those|that) (?:is|are|was|were|will|can|may|should|means?|allows?|has|have)\b|it\b|they\b"
    r"|(?:however|therefore|thus|hence|so|but|and|also|then|here|moreover|furthermore|for (?:example|instance))\b)"
    r"|[这那](?:是|里|些|样|会|可以|意味|时|种)|[它其](?!中)|因此|所以|于是|但是?|而(?!且)|然而|不过|此外|另外|同时|例如|比如|还可",
    re.IGNORECASE,
)
_LEADER = re.compile(r"(?:[.·…]\s?){3,}|\s\d{1,3}$", re.MULTILINE)


def is_apart(heading: str) -> bool:
    """Whether a heading path leads to a list of works, a licence or the like."""
    return any(_APART.fullmatch(one.strip()) for one in normalize("NFKC", heading).split(" > "))


def is_usual(heading: str) -> bool:
    """Whether a heading says nothing of what is below it."""
    return _USUAL.fullmatch(normalize("NFKC", heading).strip()) is not None or is_apart(heading)


def is_contents(text: str) -> bool:
    """Whether every third line has the dots of a table of contents, or ends with the number of a page."""
    return 3 * len(_LEADER.findall(text)) > text.count("\n") + 1


def tells(text: str) -> bool:
    """Whether a sentence is no question, pointer, caption, or entry of a list of works, and is not cut off."""
    if text.rstrip("”’」』\"')）】》]*").endswith(("?", "？")) or _CUT_OFF.search(text) or _LABELLED.match(text):
        return False
    return not (_POINTER.match(text) or _POINTS_AT_END.search(text)) and not (
        _ADDRESS.search(text) and len(text) < 2 * len(_address(text))
    )


def worth(text: str, *, chinese: bool) -> float:
    """What is left of the weight of a sentence: less where it leans on others, or is in another language."""
    is_chinese = len(re.findall(f"[{CJK}]", text)) * 6 > len(text)
    return (LEANING if _LEANS.match(text) else 1.0) * (OTHER_LANGUAGE if chinese and not is_chinese else 1.0)


def _address(text: str) -> str:
    """The address in a text, to the next ideograph or blank that ends it."""
    found = re.search(rf"(?:https?:\s?//|www\.)[^\s{CJK}，。]*", text)
    return found[0] if found else ""
