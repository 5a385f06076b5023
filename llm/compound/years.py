"""A question about several years as one question for each of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from docent.llm.compound.part import MORE_EN, MORE_ZH, Part, plain
from docent.llm.language import language_of

LONGEST_SPAN = 6  # years that "from 2018 to 2023" is written out to

_YEAR = re.compile(r"(?<!\d)(?:FY\s?)?((?:19|20)\d\d)(?!\d)\s*(?:财?年度?)?", re.IGNORECASE)
_FISCAL = r"(?:(?:fiscal|calendar)\s+(?:years?\s+)?)"
_RANGE = re.compile(rf"\s*(?:to|through|until|till|and|到|至|-|–|—|~|～)\s*{_FISCAL}?", re.IGNORECASE)
_OPENS_RANGE = re.compile(rf"(?:\b(?:from|between)|从|自|在)\s*{_FISCAL}?$", re.IGNORECASE)
JOIN = r"[\s,，、&/]|\band\b|\bor\b|\bto\b|\bvs\.?|和|与|及|以及|还是|或者?|到|至|比|较|-|–|—|~|～"
# What stands between the years of a list: `in fiscal 2022 and in fiscal 2021`, `in 2022 with 2021`.
_JOINS_YEARS = re.compile(
    rf"(?:{JOIN}|\b(?:in|with|than|versus|against|that|from|fiscal|calendar|years?|compared?)\b)*", re.IGNORECASE
)

_COMPARED = re.compile(
    rf"分别|比较|对比|相比|区别|差异|变[化动]|增[长加减]|下降|上升|更{MORE_ZH}|\b(?:compar\w+|differ\w*|chang\w+|gr[eo]w\w*|than|versus|vs|respectively|{MORE_EN})\b",
    re.IGNORECASE,
)
# Words by which a span of years means each of them, and not the time from the first to the last.
_EACH_YEAR = re.compile(
    r"分别|各|每年|逐年|历年|变[化动]|趋势|增长|下降|多少|\b(?:each|every|annual\w*|yearly|respectively|trends?|chang\w+|grow\w*|grew|develop\w*)\b",
    re.IGNORECASE,
)


def by_year(question: str) -> list[Part]:
    """A question for each year: in the place of their list, or of each where they stand apart and are compared."""
    found = list(_YEAR.finditer(question))
    years = _years(question, found)
    if len(years) < 2:
        return []
    compared = _COMPARED.search(question)
    between = [question[one.end() : two.start()] for one, two in pairwise(found)]
    is_list = all(_JOINS_YEARS.fullmatch(one) for one in between)
    is_span = is_list and len(found) == 2 and _is_span(question, *found)
    if (is_span and not (compared or _EACH_YEAR.search(question))) or not (is_list or compared):
        return []
    fiscal = "FY" if found[0][0].upper().startswith("FY") else ""
    unit = "年" if language_of(question) == "zh" else ""
    parts = []
    for year in years:
        if is_list:
            head = re.sub(
                rf"\b(?:from|between)\s*({_FISCAL}?)$", r"in \1", question[: found[0].start()], flags=re.IGNORECASE
            )
            head = re.sub(r"从\s*$", "", head)
            asked = f"{head}{fiscal}{year}{unit}{_gap(question, found[-1].end(), unit)}"
        else:
            asked = _YEAR.sub(lambda match, year=year: match[0].replace(match[1], year), question)  # type: ignore[misc]
        parts.append(Part(f"{year} 年" if unit else year, plain(asked), about=year))
    return parts


def _years(question: str, found: Sequence[re.Match[str]]) -> list[str]:
    """The years named, with those between the ends of a range."""
    named = list(dict.fromkeys(one[1] for one in found))
    if len(found) == 2 and _is_span(question, *found):
        first, last = int(found[0][1]), int(found[1][1])
        if 1 < last - first < LONGEST_SPAN:
            return [str(year) for year in range(first, last + 1)]
    return named


def _is_span(question: str, first: re.Match[str], last: re.Match[str]) -> bool:
    """Whether two years are the ends of a span."""
    between = question[first.end() : last.start()]
    opens = _OPENS_RANGE.search(question[: first.start()])
    return bool(_RANGE.fullmatch(between)) and (bool(opens) or between.strip().lower() not in {"and", "to"})


def _gap(text: str, start: int, unit: str) -> str:
    """The rest of a text, with a blank before it where its script wants one."""
    rest = text[start:].lstrip()
    return rest if unit or not rest[:1].isalnum() else f" {rest}"
