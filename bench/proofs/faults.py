"""Faults put into true sentences, one kind at a time, by a seeded generator; None where there is no place for one."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

_NUMBER = re.compile(r"(?<![\w.,-])\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?<![\w.,-])\d+(?:\.\d+)?(?![\w-]*[A-Za-z])")
_YEAR = re.compile(r"(?<![\d.,$])(?:19|20)\d\d(?![\d.,]\d|\d)")
_NAME = re.compile(r"(?<=[a-z,] )(?:[A-Z][a-z]{3,}(?: [A-Z][a-z]+)*)|(?<![A-Za-z])[A-Z][A-Za-z]{3,}(?=[\u4e00-\u9fff])")
_ZH_NAME = re.compile(
    "《[^》]{2,12}》|(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{2,8}(?:有限公司|大学|委员会|法院|银行)|(?:北京|上海|广东|江苏|浙江|四川|湖北|山东|中国|美国|日本|英国)"
)
_UNITS = (
    ("million", "billion"), ("billion", "million"), ("%", " million"), ("亿", "万"), ("万", "亿"), ("元", "吨"),
    ("月", "天"),
    ("days", "months"), ("months", "days"), ("years", "weeks"), ("日", "个月"), ("小时", "分钟"), ("％", "万"),
)  # fmt: skip
_NEGATED = (
    (r"\b(is|are|was|were|will|may|can|must|should|does|did|has been|have been)\b(?! not)", r"\1 not"),
    (r"\b(increased|decreased|includes?|requires?|provides?|expects?)\b", r"never \1"),
)
_NEGATED_ZH = (
    ("可以", "不可以"), ("应当", "不应当"), ("必须", "不必"), ("是", "不是"), ("不得", "可以"), ("具有", "没有"),
    ("有权", "无权"),
    ("增加", "减少"), ("增长", "下降"), ("下降", "增长"), ("能够", "不能"), ("需要", "不需要"), ("禁止", "允许"),
    ("属于", "不属于"),
    ("位于", "并非位于"), ("包括", "不包括"), ("采用", "没有采用"), ("获得", "没有获得"),
)  # fmt: skip

_MONTHS = frozenset(
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
)

Fault = Callable[[str, random.Random, Sequence[str]], str | None]


def changed_number(sentence: str, rng: random.Random, _: Sequence[str]) -> str | None:
    """One digit of a number that is no year is another."""
    places = [m for m in _NUMBER.finditer(sentence) if not _YEAR.fullmatch(m[0]) and len(m[0].replace(",", "")) > 1]
    if not places:
        return None
    match = rng.choice(places)
    digits = [i for i, one in enumerate(match[0]) if one.isdigit()]
    place = rng.choice(digits[: max(1, len(digits) - 1)] if len(digits) > 2 else digits)
    old = match[0][place]
    new = rng.choice([one for one in "123456789" if one != old])
    return sentence[: match.start() + place] + new + sentence[match.start() + place + 1 :]


def changed_year(sentence: str, rng: random.Random, _: Sequence[str]) -> str | None:
    """A year becomes one that the sentence does not name."""
    places = list(_YEAR.finditer(sentence))
    if not places:
        return None
    match = rng.choice(places)
    others = [str(int(match[0]) + by) for by in (-3, -2, -1, 1, 2, 3) if str(int(match[0]) + by) not in sentence]
    return sentence[: match.start()] + rng.choice(others) + sentence[match.end() :]


def changed_unit(sentence: str, rng: random.Random, _: Sequence[str]) -> str | None:
    """The unit or scale behind a number becomes another."""
    found = []
    for old, new in _UNITS:
        for match in re.finditer(rf"(?<=\d){re.escape(old)}|(?<=\d ){re.escape(old)}\b", sentence):
            before = re.search(r"([\d.,]+)\s?$", sentence[: match.start()])
            if before and not (old in "月日" and (_YEAR.search(sentence) or re.search(r"\d+月\d+日", sentence))):
                found.append(sentence[: match.start()] + new + sentence[match.end() :])
    return rng.choice(found) if found else None


def swapped_name(sentence: str, rng: random.Random, names: Sequence[str]) -> str | None:
    """A name becomes one of the same kind from another document."""
    pattern = _ZH_NAME if re.search("[\u4e00-\u9fff]", sentence) else _NAME
    places = list(pattern.finditer(sentence))
    if not places:
        return None
    match = rng.choice(places)
    kind = match[0][-1] if pattern is _ZH_NAME else ""
    others = [one for one in names if one not in sentence and match[0] not in one and one not in _MONTHS]
    if pattern is _ZH_NAME:
        others = [one for one in others if one[-1:] == kind or len(one) == len(match[0]) == 2]
    else:
        others = [one for one in others if not re.search("[\u4e00-\u9fff]", one)]
    return sentence[: match.start()] + rng.choice(others) + sentence[match.end() :] if others else None


def names_in(text: str) -> list[str]:
    """What `swapped_name` may put in."""
    pattern = _ZH_NAME if re.search("[\u4e00-\u9fff]", text) else _NAME
    return [match[0] for match in pattern.finditer(text)]


def negated(sentence: str, rng: random.Random, _: Sequence[str]) -> str | None:
    """Yes becomes no."""
    if re.search("[\u4e00-\u9fff]", sentence):
        options = [(old, new) for old, new in _NEGATED_ZH if old in sentence and new not in sentence]
        if not options:
            return None
        old, new = rng.choice(options)
        return sentence.replace(old, new, 1)
    if re.search(r"\bnot\b|n't", sentence):
        return re.sub(r"\s(?:not)\b|n't", "", sentence, count=1)
    options_en = [(pattern, new) for pattern, new in _NEGATED if re.search(pattern, sentence)]
    if not options_en:
        return None
    pattern, new = rng.choice(options_en)
    return re.sub(pattern, new, sentence, count=1)


FAULTS: dict[str, Fault] = {
    "changed number": changed_number,
    "changed year": changed_year,
    "changed unit": changed_unit,
    "swapped name": swapped_name,
    "negation": negated,
}
