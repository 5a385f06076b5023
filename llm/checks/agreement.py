"""Whether the figures of a sentence are those of its evidence, rounded, scaled and dated as people write them."""

from __future__ import annotations

import re
from decimal import Decimal

from docent.llm.checks.quantities import MONEY, STRICT_UNITS, Amount, Date, Quantities, quantities
from docent.retrieval import fold

_ABOUT = re.compile(
    r"\b(?:about|approximately|around|roughly|nearly|almost|over|more than|some|up to)\b|[约近超逾余多]"
)
_LESS = re.compile(
    r"decreas|declin|loss|lower|fell|drop|down|negative|reduc|used in|outflow|deficit|minus|less|below"
    r"|[减降亏负跌缩损]|流出|下滑|零下"
)


def wrong_number(said: str, shown: str, around: str, *, is_row: bool) -> str:
    """The first amount or identifier of a sentence that its evidence, or what is printed above it, does not have."""
    mine, its, near = quantities(said, strict=True), quantities(shown), quantities(around)
    scales = {one.scale for one in near.amounts} | _named_scales(f"{shown}\n{around}")
    is_rough = _ABOUT.search(said) is not None
    falls = _LESS.search(fold(shown)) is not None
    spare = {Decimal(year) for year in its.years | near.years}
    for one in mine.amounts:
        pool = [*its.amounts, *near.amounts]
        if one.value in spare and not one.scale and not one.unit:
            continue
        if not any(_is_same(one, other, scales, is_rough=is_rough, is_row=is_row, falls=falls) for other in pool):
            return f"{one.full:f}"
    letters = re.sub(r"[\s/_-]", "", fold(f"{shown}\n{around}"))
    known = its.identifiers | near.identifiers
    strange = (one for one in mine.identifiers if one not in known and (one.isdigit() or one not in letters))
    return next(strange, "")


def _named_scales(text: str) -> set[int]:
    """The scales that a head or a caption names without a number: in millions, 单位：万元."""
    found = {3: "thousand|千元", 6: "million|百万", 9: "billion|十亿", 4: "万元|万股|万人|万吨", 8: "亿元|亿股"}
    plain_text = fold(text)
    return {scale for scale, words in found.items() if re.search(words, plain_text)}


def _is_same(one: Amount, other: Amount, scales: set[int], *, is_rough: bool, is_row: bool, falls: bool) -> bool:
    if one.sign == "-" and not (other.sign or falls):
        return False
    if not _same_unit(one, other, is_row=is_row):
        return False
    step = one.step.scaleb(one.scale)
    if is_rough and one.value == one.value.to_integral_value() and one.value:
        digits = f"{one.value:f}".partition(".")[0]
        step = max(step, Decimal(1).scaleb(one.scale + len(digits) - len(digits.rstrip("0"))))
    possible = {other.scale} if other.scale or not is_row else {0, *scales}
    if is_row and not other.scale and not scales:
        possible.add(one.scale)  # the unit of the table stands out of sight
    return any(
        abs(one.full - other.value.scaleb(scale)) * 2 <= step * _may_round(one, other, scale) for scale in possible
    )


def _may_round(one: Amount, other: Amount, scale: int) -> int:
    """1 where the sentence writes fewer digits than its evidence, else 0: then the two must be equal."""
    return int(one.step.scaleb(one.scale) > other.step.scaleb(scale))


def _same_unit(one: Amount, other: Amount, *, is_row: bool) -> bool:
    if one.unit == other.unit:
        return True
    if other.unit in MONEY and one.unit not in MONEY and one.unit:
        return False
    if one.unit in STRICT_UNITS or other.unit in STRICT_UNITS:
        return is_row and not (one.unit and other.unit)
    return not (one.unit and other.unit)


def wrong_date(mine: Quantities, its: Quantities, near: Quantities) -> str:
    """The first date or year of a sentence that is not that of its evidence, or of what is printed above that."""
    known: tuple[Date, ...] = (*its.dates, *near.dates)
    for one in mine.dates:
        if known and not any(one.agrees(other) for other in known):
            return "-".join(str(part) for part in (one.year, one.month, one.day) if part)
        if not known and one.month:
            return "-".join(str(part) for part in (one.year, one.month, one.day) if part)
    numbers = {int(one.value) for one in (*its.amounts, *near.amounts) if one.value == one.value.to_integral_value()}
    for year in mine.years - its.years - numbers:
        if year not in near.years or its.years - mine.years:
            return str(year)
    return ""
