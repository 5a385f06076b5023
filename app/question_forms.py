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
_UNIT = r"%|％|(?:million|billion|thousand|percent)\b|[万亿]?[元人名家个台件吨次米]|[万亿]|年|个月|月|日|天|小时|分钟"
_AMOUNT = re.compile(
    rf"(?<![A-Za-z0-9.,\-/])[$¥￥€£]?\d+(?:,\d{{3}})*(?:\.\d+)?(?:\s?(?:{_UNIT})|(?![A-Za-z0-9\-/]|[.,]\d))"
)
_YEAR = re.compile(r"^(?:19|20)\d\d\s?年?$")
_QUOTED = re.compile(r"(?<=《)[^《》]{2,20}(?=》)|(?<=“)[^“”]{2,16}(?=”)")
NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w&'’-]+(?: (?:of |and |& )?[A-Z][\w&'’-]+)+")
# Before a number that is no amount: of a section, a footnote, a day. Months stand before years as well.
_REFERENCE = re.compile(
    r"(?:[第图表节節章条頁页(（\[年月]|\b(?:Notes?|Items?|Sections?|Exhibits?|Figures?|Tables?|Parts?|Nos?|Topic|Rule|Form)\.?)\s*$"
)
_MONTH = re.compile(r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s*$")
_CLAUSE = re.compile(r"[，；：。！;]|,(?=\s)")
_END = re.compile(r"[\s。！.!；;，,：:]+$")
_MARKER = re.compile(r"^(?:[•·●▪\-–—*§]|[(（]?\d{1,3}[.)、）]|【[^】]{1,6}】|\s)+")
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
    spans = [match.span() for match in (_QUOTED if language == "zh" else NAME).finditer(sentence)]
    spans += [match.span() for match in _AMOUNT.finditer(sentence) if _is_amount(sentence, *match.span())]
    if not spans:
        return None
    start, end = random.choice(spans)
    before, after = _around(sentence, start, end, _LONGEST[language])
    answer = sentence[start:end].strip()
    stop = "？" if language == "zh" else "?"
    asked = _END.sub("", f"{before}{_asked(answer, language)}{after}").strip()
    return Form("cloze", asked + stop, f"{before} {after}", answer)


def _is_amount(sentence: str, start: int, end: int) -> bool:
    """Not the number of the sentence, of a section or a footnote, and no day of a date."""
    before = sentence[:start]
    if not before.strip() or _REFERENCE.search(before) or sentence[end : end + 1] in ("月", "日", "号", ")", "）"):
        return False
    return _MONTH.search(before) is None or _YEAR.match(sentence[start:end]) is not None


def _around(sentence: str, start: int, end: int, longest: int) -> tuple[str, str]:
    """What stands before and after a span: the whole sentence, or of a long one its own clause and one more."""
    first, last = 0, len(sentence)
    if last > longest:
        stops = [match.end() for match in _CLAUSE.finditer(sentence)]
        first = max([0, *[stop for stop in stops if stop <= start][-2:-1]])
        last = min((stop for stop in stops if stop > end), default=last)
    return _MARKER.sub("", sentence[first:start]), sentence[end:last]


def _asked(answer: str, language: Language) -> str:
    if _YEAR.match(answer):
        return "哪一年" if language == "zh" else "which year"
    if any(character.isdigit() for character in answer):
        return "多少" if language == "zh" else "how much"
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
        if one.heads and any(character.isdigit() for character in text[one.start : one.end])
    ]
    options = [(head, value) for head, value in options if _is_word(head) and head != label and value != label]
    if row.is_head or not _is_word(label) or not options:
        return None
    head, value = random.choice(options)
    if language_of(f"{label}{head}") == "zh":
        asked = f"{head}{label}是多少？" if head[0].isdigit() else f"{label}的{head}是多少？"
    else:
        asked = f"What is {label} for {head}?"
    return Form("cell", asked, f"{label} {head}", value)


def _is_word(text: str) -> bool:
    return 1 < len(text) <= _MOST_LABEL and (any(c.isalpha() for c in text) or _YEAR.match(text) is not None)
