"""Years and parts of years in questions, and putting one in the place of another."""

from __future__ import annotations

import re
from collections.abc import Sequence

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
_ENGLISH = (
    rf"\b(?:(?:fiscal|calendar)\s+(?:years?\s+)?|[FC]Y\s?|Q[1-4]['’]?\s?(?:of\s+)?(?:[FC]Y\s?)?|{_MONTH}(?:\s\d\d?,)?[\s-])?"
    r"(?:19|20)\d\d(?!\d)(?:[-–/]\d\d(?!\d))?|\b[FC]Y['’]?\s?\d\d\b"
)
_CHINESE = (
    r"(?<!\d)(?:[12]\d{3}\s*(?:年度?|财年)|(?:19|20)\d\d(?![\d年]))"
    r"(?:\s*(?:末|底|初|[上下]半年|第?[一二三四1-4]季度|1?\d\s*月(?:份|末|底|\d\d?\s*日)?))?"
)
_COUNTED = (
    r"[%％‰℃°万亿元人名户股吨台件米个项家套次条号页]|(?:million|billion|thousand|people|employees|shares|units|dollars|pages"
    r"|percent|[kcm]?m|[km]?g|[km]?W|V|hours|days)\b"
)
# Four digits that are a year, and no amount.
BARE_YEAR = rf"(?<![\d.,$€£¥￥])(?:19|20)\d\d(?!\d|,\d{{3}}|\.\d{{3}}|\s?(?:{_COUNTED}))"
PERIOD = re.compile(rf"{_CHINESE}|{_ENGLISH}", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")
_PLAIN_YEAR = re.compile(r"\s*(?P<year>[12]\d{3})\s*(?:年度?)?\s*")
_JOINED = re.compile(r"\s*(?:[-–—~,，、/]|and|to|through|vs\.?|versus|和|与|至|到|及)?\s*", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?\s*(?P<unit>[%％°℃]?[A-Za-z/]{0,8}|[一-龥]{1,3})(?![A-Za-z])")
_ORDINAL = re.compile(
    r"\b(?P<noun>[A-Za-z]{4,}) \d+(?:\.\d+)*[a-z]?\b|第[一二三四五六七八九十百零〇\d]+(?P<unit>[一-龥])"
)
_PARTS_OF_YEAR = (re.compile(_MONTH, re.IGNORECASE), re.compile(r"Q[1-4]", re.IGNORECASE))


def periods(text: str) -> list[str]:
    """The years and parts of years that a text names, as written, in order."""
    return [match[0].strip() for match in PERIOD.finditer(text)]


def is_part_of_year(text: str) -> bool:
    """Whether a text is the English name of a month, or a quarter, and nothing else."""
    return any(one.fullmatch(text) for one in _PARTS_OF_YEAR)


def put_period(text: str, period: str) -> str | None:
    """`text` with its first period, or range of periods, replaced; None where it has none.

    Of a period that is a year and nothing else only the digits are put in: `the end of 2018` stays an end.
    """
    spans = _first_spans(text)
    if not spans:
        return None
    start, end = spans[0][0], spans[-1][1]
    old = text[start:end]
    if is_part_of_year(period):
        new = next((one.sub(period, old, count=1) for one in _PARTS_OF_YEAR if one.fullmatch(period)), old)
    elif len(spans) == 1 and (plain := _PLAIN_YEAR.fullmatch(period)) and _YEAR.search(old):
        new = _YEAR.sub(plain["year"], old, count=1)
    else:
        kept = old[len(old.rstrip()) :]
        new = period.strip() + kept
    return text[:start] + new + text[end:]


def put_ordinal(text: str, ordinal: str) -> str | None:
    """`text` with its first counterpart of `chapter 4` or `第四章` replaced; None where it has none."""
    given = _ORDINAL.fullmatch(ordinal.strip())
    if given is None:
        return None
    for match in _ORDINAL.finditer(text):
        if (match["noun"] or match["unit"] or "").lower() == (given["noun"] or given["unit"] or "").lower():
            return text[: match.start()] + ordinal.strip() + text[match.end() :]
    return None


def put_number(text: str, number: str) -> str | None:
    """`text` with its first number of the same unit replaced: `30 cm` for `10 cm`; None where it has none."""
    given = _NUMBER.fullmatch(number.strip())
    if given is None or not given["unit"]:
        return None
    taken = [match.span() for match in PERIOD.finditer(text)]
    for match in _NUMBER.finditer(text):
        is_free = not any(start < match.end() and match.start() < end for start, end in taken)
        if is_free and match["unit"].lower() == given["unit"].lower():
            return text[: match.start()] + number.strip() + text[match.end() :]
    return None


def neighbouring(text: str, years: int) -> str | None:
    """The only year of a text moved by so many years, as digits; None where it names none or several."""
    named = {int(match[0]) for match in _YEAR.finditer(" ".join(periods(text)))}
    return str(named.pop() + years) if len(named) == 1 else None


def _first_spans(text: str) -> Sequence[tuple[int, int]]:
    """The first period, and those that are joined to it: `FY2017 - FY2019`, `2018 年和 2019 年`."""
    spans: list[tuple[int, int]] = []
    for match in PERIOD.finditer(text):
        if spans and not _JOINED.fullmatch(text[spans[-1][1] : match.start()]):
            break
        spans.append(match.span())
    return spans
