"""How a sentence or a cell of a table becomes a question, without a model: by leaving out, cutting and asking."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Literal, TypeAlias

from docent.ingest import TableRow
from docent.llm import Language, language_of

Kind: TypeAlias = Literal["cloze", "words", "cell"]
Test: TypeAlias = Callable[[str], bool]

_MOST_LABEL = 40  # characters of a label or head; a longer one is a sentence in a cell
_FEWEST_WORDS, _MOST_WORDS = 2, 7  # of a question of loose words
_LONGEST = {"zh": 60, "en": 180}  # characters of a sentence that is asked whole
_UNIT = r"%|％|(?:million|billion|thousand|percent)\b|[万亿]?[元人名家个台件吨次米]|[万亿]|年|个月|天|小时|分钟"
_AMOUNT = re.compile(
    rf"(?<![A-Za-z0-9.,\-/])[$¥￥€£]?\d+(?:,\d{{3}})*(?:\.\d+)?(?:\s?(?:{_UNIT})|(?![A-Za-z0-9\-/]|[.,]\d))"
)
_YEAR = re.compile(r"^(?:19|20)\d\d\s?年?$")
_QUOTED = re.compile(r"(?<=《)[^《》]{2,20}(?=》)|(?<=“)[^“”]{2,16}(?=”)")
NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w&'’-]+(?: (?:of |and |& )?[A-Z][\w&'’-]+)+")
# Before a number that is no amount: of a section, a footnote, a version, a day. Months stand before years as well.
_REFERENCE = re.compile(
    r"(?:[第图表节節章條頁页(（\[年月]|版本|版本号|编号|型号"
    r"|\b(?:notes?|items?|sections?|exhibits?|figures?|tables?|parts?|nos?|topic|rule|form|version|release|chapters?|pages?"
    r"|steps?|levels?|grade|type|phase|class|model|clauses?|lines?|rows?|columns?|year|month|week|day|room|floor)\.?)\s*$",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?<=\S )[A-Z][\w.-]*\s+$")  # a name and its number
# What makes a number a part of something: a time, a range, a date from and to, a number of a list, a set of known size.
_JOINT = r"(?:[:：~～\-–—−×]|至|到|to|and|或|or)"
_PART_BEFORE = re.compile(
    rf"(?:\d\W{{0,3}}[A-Za-z年月日层]*\s*{_JOINT}|[±+−-]|\b(?:the|all|these|those|its|our|their|both))\s*$"
)
_PART_AFTER = re.compile(
    rf"\s*(?:\d{{1,2}}月)?(?:\d{{1,2}}日)?(?:层|[%％°℃℉]+[CF]?|[A-Za-z]{{1,3}})?\s*{_JOINT}\s*(?:\d|哪)"
    r"|[:：]\d|[.)）、]\s*\S|\s*[月日号版章条款]"
)
# Words after a number that are not what is counted.
_NOT_COUNTED = frozenset((
    "and", "or", "to", "in", "on", "at", "by", "for", "from", "with", "per", "a", "an", "the", "is", "was", "are",
    "were", "than", "as", "but", "while",
))  # fmt: skip
_NEXT_WORD = re.compile(r"\s([A-Za-z]+|[°℃℉])")
_MONTH = re.compile(r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s*$")
_CLAUSE = re.compile(r"[，；：。！;]|,(?=\s)")
_END = re.compile(r"[\s。！.!；;，,：:]+$")
_MARKER = re.compile(r"^(?:[•·●▪\-–—*§]|[(（]?\d{1,3}[.)、）]|【[^】]{1,6}】|\s)+")
_NUMBER = re.compile(r"[(（]?[-+−–]?\s?[$¥￥€£]?\d[\d,.:/\-]*\s?[%％]?\D{0,12}")  # a cell that is one number
_TIME = re.compile(r"(?:19|20)\d\d\s?年?(?:度|末|底|初|[上下]半年|\d{1,2}月(?:\d{1,2}日|末|底)?|.{0,2}季度)?")
# Between these a Chinese sentence has its words; no dictionary is at hand. Common parts of words are not among them.
_BETWEEN = re.compile(
    r"[^\w]+|可以|应当|進行|进行|通过|通過|根据|根據|按照|以及|其中|如果|因为|所以|没有|这些|這些|那些|它们|他们|我们|你的|一个|一個"
    r"|[的了在和与與及或之由被将將对對从從把并且但此每各其它是]"
)
_WORD = re.compile(r"[^\W_][\w'’&.-]*[^\W_]")


@dataclass(frozen=True, slots=True)
class Form:
    """A question, the text it was made of without the answer, and the answer."""

    kind: Kind
    question: str
    given: str
    answer: str


def cloze(sentence: str, random: Random) -> Form | None:
    """The clause around an amount, a year or a name, which is left out and asked for."""
    language = language_of(sentence)
    names = (_QUOTED if language == "zh" else NAME).finditer(sentence)
    spans = [match.span() for match in names if language == "zh" or not match[0].replace(" and ", "").isupper()]
    spans += [match.span() for match in _AMOUNT.finditer(sentence) if _is_amount(sentence, *match.span())]
    if not spans:
        return None
    start, end = random.choice(spans)
    before, after = _around(sentence, start, end, _LONGEST[language])
    answer = sentence[start:end].strip()
    stop = "？" if language == "zh" else "?"
    asked = _END.sub("", f"{before}{_asked(answer, sentence[end:], language)}{after}").strip()
    return Form("cloze", asked + stop, f"{before} {after}", answer)


def _is_amount(sentence: str, start: int, end: int) -> bool:
    """Not the number of the sentence, of a section, a version or a footnote; no part of a date, a time or a range."""
    before, amount, after = sentence[:start], sentence[start:end].strip(), sentence[end:]
    if not before.strip() or _REFERENCE.search(before) or _PART_BEFORE.search(before) or _PART_AFTER.match(after):
        return False
    is_year = _YEAR.match(amount) is not None
    if is_year and not amount.endswith("年") and (language_of(sentence) == "zh" or _counted(after)):
        return False  # 2000 of something, or a year that is a part of a name
    if amount.isdecimal() and not is_year and _NAMED.search(before):
        return False
    return _MONTH.search(before) is None or is_year


def _counted(after: str) -> bool:
    """Whether what follows a number is what it counts."""
    word = _NEXT_WORD.match(after)
    return word is not None and word[1].lower() not in _NOT_COUNTED


def _around(sentence: str, start: int, end: int, longest: int) -> tuple[str, str]:
    """What stands before and after a span: the whole sentence, or of a long one its own clause and one more."""
    first, last = 0, len(sentence)
    if last > longest:
        stops = [match.end() for match in _CLAUSE.finditer(sentence)]
        first = max([0, *[stop for stop in stops if stop <= start][-2:-1]])
        last = min((stop for stop in stops if stop > end), default=last)
    return _MARKER.sub("", sentence[first:start]), sentence[end:last]


def _asked(answer: str, after: str, language: Language) -> str:
    if _YEAR.match(answer):
        return "哪一年" if language == "zh" else "which year"
    if any(character.isdigit() for character in answer):
        if language == "zh":
            return "多少"
        is_count = answer[0].isdigit() and not answer.endswith(("%", "％", "percent"))
        return "how many" if is_count and _counted(after) else "how much"
    return "什么" if language == "zh" else "what"


def loose_words(sentence: str, random: Random, is_telling: Test, leads_home: Test) -> Form | None:
    """As few telling words of a sentence, drawn at random, as lead to its page alone, in their order."""
    is_chinese = language_of(sentence) == "zh"
    found = _BETWEEN.split(_MARKER.sub("", sentence)) if is_chinese else _WORD.findall(sentence)
    most = 8 if is_chinese else 24
    found = list(dict.fromkeys(one for one in found if one and 1 < len(one) <= most and is_telling(one)))
    drawn = random.sample(found, len(found))
    for count in range(_FEWEST_WORDS, min(_MOST_WORDS, len(drawn)) + 1):
        chosen = " ".join(sorted(drawn[:count], key=found.index))
        if leads_home(chosen):
            return Form("words", chosen, chosen, sentence)
    return None


def cell(text: str, row: TableRow, random: Random) -> Form | None:
    """One value of a table, asked for by its row and its column."""
    label = row.label.split(" / ")[-1].strip()
    options = [
        (one.heads[-1].strip(), text[one.start : one.end].strip())
        for one in row.cells
        if one.heads and _NUMBER.fullmatch(text[one.start : one.end].strip())
    ]
    options = [(head, value) for head, value in options if _is_word(head) and head != label and value != label]
    if row.is_head or not _is_word(label) or not options:
        return None
    head, value = random.choice(options)
    is_time = _TIME.fullmatch(head) is not None
    if language_of(f"{label}{head}") == "zh":
        asked = f"{head}{label}是多少？" if is_time else f"{label}的{head}是多少？"
    elif is_time:
        asked = f"What is {label} in {head}?"
    else:  # which of the two is a property of the other, no table says
        asked = f'In the row "{label}", what stands under "{head}"?'
    return Form("cell", asked, f"{label} {head}", value)


def _is_word(text: str) -> bool:
    return 1 < len(text) <= _MOST_LABEL and (any(c.isalpha() for c in text) or _YEAR.match(text) is not None)
