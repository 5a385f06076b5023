"""The amounts and dates of a text, so that 12 亿, 1.2 billion and 1,200 million are one amount and 12% another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from docent.llm.checks.numerals import in_digits
from docent.retrieval import fold

# Words of scale, longest first. `m` and `b` are scales only behind a currency sign.
_SCALES = {
    "thousand": 3, "million": 6, "billion": 9, "trillion": 12, "mn": 6, "bn": 9,
    "万亿": 12, "千亿": 11, "百亿": 10, "十亿": 9, "亿": 8, "千万": 7, "百万": 6, "十万": 5, "万": 4, "千": 3, "百": 2,
}  # fmt: skip
_UNITS = {
    "%": "% percent per cent",
    "pp": "个百分点 百分点 percentage points percentage point",
    "‰": "‰",
    "bp": "basis points basis point bps 个基点 基点",
    "cny": "元 人民币 rmb cny yuan ¥",
    "usd": "美元 us$ usd dollars dollar $",
    "hkd": "港元 港币 hk$ hkd",
    "eur": "欧元 euros euro eur €",
    "gbp": "英镑 pounds pound gbp £",
    "jpy": "日元 yen jpy",
    "year": "年 周年 years year",
    "month": "个月 月 months month",
    "week": "周 星期 weeks week",
    "day": "天 日 days day",
    "hour": "小时 hours hour hrs",
    "minute": "分钟 minutes minute mins min",
    "second": "秒钟 秒 seconds second secs sec",
    "degree": "°c ℃ 摄氏度 度 degrees degree °",
    "km": "公里 千米 kilometers kilometres kilometer kilometre km",
    "m": "米 meters metres meter metre m",
    "cm": "厘米 centimeters centimetres cm",
    "mm": "毫米 millimeters millimetres mm",
    "mile": "英里 miles mile",
    "kg": "公斤 千克 kilograms kilogram kg",
    "g": "克 grams gram g",
    "t": "吨 tonnes tonne tons ton",
    "l": "升 liters litres liter litre",
    "km2": "平方公里 平方千米 square kilometers square kilometres km²",
    "m2": "平方米 square meters square metres m²",
    "person": "人 名 位 people persons person employees employee",
    "share": "股 shares share",
    "byte": "字节 bytes byte",
    "kb": "kb", "mb": "mb", "gb": "gb", "tb": "tb",
    "v": "伏 volts volt v", "w": "瓦 watts watt w", "kw": "千瓦 kw", "mw": "兆瓦 mw",
    "bar": "bar", "nm": "n·m nm 牛米", "rpm": "rpm 转",
    "times": "倍 次 times time",
    "page": "页 pages page", "item": "项 items item", "article": "条 articles article",
    "character": "个字符 字符 characters character",
}  # fmt: skip
_TWO_WORDS = ("percentage points", "percentage point", "per cent", "basis points", "basis point", "square kilometers",
              "square kilometres", "square meters", "square metres")  # fmt: skip
_CANONICAL = {
    spelt: unit
    for unit, words in _UNITS.items()
    for spelt in (
        *(pair for pair in _TWO_WORDS if pair in words),
        *(one for one in words.split() if not any(one in pair and pair in words for pair in _TWO_WORDS)),
    )
}
MONEY = frozenset({"cny", "usd", "hkd", "eur", "gbp", "jpy"})
STRICT_UNITS = frozenset({"%", "pp", "‰", "bp"})  # these say what the number is even where no other unit is written
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)


def _any_of(words: object) -> str:
    spelt = sorted((str(one) for one in words), key=len, reverse=True)  # type: ignore[attr-defined]
    return "|".join(re.escape(one) + (r"(?![a-z])" if one[-1].isascii() and one[-1].isalpha() else "") for one in spelt)


_CURRENCY = r"us\$|hk\$|[$€£¥]|(?:rmb|usd|cny|eur|hkd|人民币)(?=\s?\d)"
_AMOUNT = re.compile(
    rf"(?P<open>\()?(?P<sign>(?<![\w)\]%-])(?<![\w%] )[-−–]\s?)?(?P<currency>{_CURRENCY})?\s?(?P<minus>[-−]|\()?"
    r"(?P<digits>(?<![\d.,])(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?)"
    rf"(?P<close>\))?\s?(?:(?P<scale>{_any_of(_SCALES)})|(?P<short>[mbk](?![a-z])))?"
    rf"[-\s]?(?:of\s)?(?P<unit>{_any_of(_CANONICAL)})?"
)
_DATES = (
    re.compile(r"(?P<y>\d{4})\s?年\s?(?:(?P<m>\d{1,2})\s?月(?:\s?份)?(?:\s?(?P<d>\d{1,2})\s?[日号])?)?"),
    re.compile(r"(?<!\d)(?P<m>\d{1,2})\s?月\s?(?P<d>\d{1,2})\s?[日号]"),
    re.compile(r"(?<!\d)(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)"),
    re.compile(
        rf"\b(?P<name>{_MONTH})\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s?(?P<y>(?:1[5-9]|20)\d\d)(?!\d))?"
    ),
    re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<name>{_MONTH})(?:,?\s(?P<y>\d{{4}})(?!\d))?"),
    re.compile(rf"\b(?P<name>{_MONTH}),?\s(?P<y>(?:1[5-9]|20)\d\d)(?!\d)"),
)
_YEAR = re.compile(
    r"(?<![\d.,$€£¥])(?:1[5-9]|20)\d\d(?![\d%‰]|[.,]\d)(?!\s?(?:万|亿|元|人|股|million|billion|thousand))"
)
_YEARS_TO = re.compile(r"(?<!\d)((?:19|20)\d\d)\s?年?度?\s?[-–—~/至到]\s?(\d\d)(?!\d)")
_SHORT_YEAR = re.compile(r"\b[fc]y\s?['’]?(\d\d)(?!\d)")
_IDENTIFIER = re.compile(
    r"(?<![\w])(?=[a-z0-9./_-]*[a-z])(?=[a-z0-9./_-]*\d)[a-z0-9]+(?:[-./_]?[a-z0-9]+)*(?![\w])"
    r"|(?<![\d.,])(?:\d+(?:\.\d+){2,}|0\d+)(?![\d.,]\d|\d)"
)
_NO_IDENTIFIER = re.compile(
    rf"[fc]y\d{{2,4}}|\d+(?:st|nd|rd|th|s)|[\d.,]+-?(?:{_any_of(_SCALES)}|{_any_of(_CANONICAL)}|[mbk])"
    r"|[\d.]+(?:-[a-z]{3,})+|[a-z]{3,}\.\d{1,3}|\d[\d.]*-(?:year|month|day|week|hour)s?"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as it stands: `value` is without its scale, 10 to the power of `scale`.

    `step` is one unit of its last digit, in the same terms. `unit` is a name of ours, "" where none is written.
    In brackets it may be a negative one, as accountants write it.
    """

    value: Decimal
    step: Decimal
    scale: int
    unit: str
    sign: Literal["", "-", "()"]

    @property
    def full(self) -> Decimal:
        """The value with its scale."""
        return self.value.scaleb(self.scale)


@dataclass(frozen=True, slots=True)
class Date:
    """A day, a month or a year; what is not said is None."""

    year: int | None
    month: int | None
    day: int | None

    def agrees(self, other: Date) -> bool:
        """Whether nothing that this date says is contradicted or left out by another, the year aside."""
        same_year = self.year is None or other.year is None or self.year == other.year
        return same_year and self.month == other.month and (self.day is None or self.day == other.day)


@dataclass(frozen=True, slots=True)
class Quantities:
    """All that can be counted in a text."""

    amounts: tuple[Amount, ...]
    dates: tuple[Date, ...]
    years: frozenset[int]
    identifiers: frozenset[str]


@lru_cache(maxsize=4096)
def quantities(text: str, *, strict: bool = False) -> Quantities:
    """What a text says in figures. `strict` leaves out numerals in words that may be no number (一个, one)."""
    plain = in_digits(fold(text), strict=strict)
    dates: list[Date] = []
    years: set[int] = set()
    for pattern in _DATES:
        plain = pattern.sub(lambda match: _note(match, dates, years), plain)
    for first, last in _YEARS_TO.findall(plain):
        years.update({int(first), int(first[:2] + last)} if int(last) > int(first[2:]) else {int(first)})
    years.update(2000 + int(one) for one in _SHORT_YEAR.findall(plain))
    identifiers: set[str] = set()
    plain = _IDENTIFIER.sub(lambda match: _name(match[0], identifiers), plain)
    years.update(int(one) for one in _YEAR.findall(plain))
    plain = _YEAR.sub(" ", plain)
    return Quantities(
        tuple(map(_amount, _AMOUNT.finditer(plain))), tuple(dates), frozenset(years), frozenset(identifiers)
    )


def _note(match: re.Match[str], dates: list[Date], years: set[int]) -> str:
    found = match.groupdict()
    name = found.get("name")
    month = _MONTHS.index(name[:3]) + 1 if name else int(found.get("m") or 0) or None
    day = int(found.get("d") or 0) or None
    year = int(found.get("y") or 0) or None
    if (month or 1) > 12 or (day or 1) > 31:
        return match[0]
    if year:
        years.add(year)
    if month:
        dates.append(Date(year, month, day))
    return " ; "


def _name(token: str, identifiers: set[str]) -> str:
    if _NO_IDENTIFIER.fullmatch(token):
        return token
    identifiers.add(token.replace("-", "").replace("/", "").replace("_", ""))
    return " ; "


def _amount(match: re.Match[str]) -> Amount:
    digits = match["digits"].replace(",", "")
    unit = _CANONICAL.get(match["unit"] or "", "")
    scale = _SCALES.get(match["scale"] or "", 0)
    currency = match["currency"]
    short = match["short"]
    if short and currency:
        scale = {"k": 3, "m": 6, "b": 9}[short]
    elif short == "m" and not unit:
        unit = "m"
    if currency:
        unit = _CANONICAL.get(currency.strip(), "cny")
    step = Decimal(1).scaleb(-len(digits.partition(".")[2]))
    sign: Literal["", "-", "()"] = "-" if match["sign"] or match["minus"] in ("-", "−") else ""
    if not sign and match["close"] and (match["open"] or match["minus"]):
        sign = "()"
    return Amount(Decimal(digits), step, scale, unit, sign)
