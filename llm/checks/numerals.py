"""Numbers written in words, Chinese and English, put into digits so that 八十度 and 80 degrees can be compared."""

from __future__ import annotations

import re

_DIGITS = {one: value for value, one in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_RUN = re.compile(
    r"百分之(?P<percent>[〇零一二两三四五六七八九十百千\d.]+)|(?P<run>[〇零一二两三四五六七八九十百千]{1,12}[万亿]{0,2}[〇零一二两三四五六七八九十百千]*)"
)
# A single numeral counts as a number only before what is counted, and 一 hardly ever does (一个, 一般, 统一).
_COUNTED = re.compile(
    r"(?:年|个?月|[天日周秒元人名位次倍度条项章节款页岁种家座台件级层届]|小时|分钟|公里|千米|平方|公斤|米|万|亿|个|大|类)"
)
_NO_NUMBER = re.compile(
    r"万一|千万(?!元|人|股|美)|百般|十分|一[个些般样起切直定旦致向部方面同]|百姓|三角|四周|五金|九龙|[一二三四五六七八九十]+月(?!\d|份)"
)
_DAY = re.compile(r"([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})([日号])")
_ONES = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen
"""
_TENTHS = "ten twenty thirty forty fifty sixty seventy eighty ninety"
_WORDS = tuple(_ONES.split())
_TENS = {word: 10 * value for value, word in enumerate(_TENTHS.split(), 1) if value > 1}
_ORDINALS = {"third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10}
_ENGLISH = re.compile(
    rf"\b(?:(?P<tens>{'|'.join(_TENS)})(?:[-\s](?P<ones>{'|'.join(_WORDS[1:10])}))?|(?P<word>{'|'.join(_WORDS)})"
    rf"|(?P<ordinal>{'|'.join(_ORDINALS)}))\b"
)


def in_digits(text: str, *, strict: bool) -> str:
    """The text, which is folded, with its numerals as digits; `strict` leaves those that may be no number."""
    text = _DAY.sub(lambda match: f"{number_of(match[1])}月{number_of(match[2])}{match[3]}", text)
    text = _ENGLISH.sub(lambda match: _english(match, strict=strict), text)
    return _RUN.sub(lambda match: _chinese(match, strict=strict), text)


def _english(match: re.Match[str], *, strict: bool) -> str:
    if match["word"]:
        value = _WORDS.index(match["word"])
        return match[0] if strict and value < 2 else str(value)
    if match["ordinal"]:
        return match[0] if strict else str(_ORDINALS[match["ordinal"]])
    return str(_TENS[match["tens"]] + (_WORDS.index(match["ones"]) if match["ones"] else 0))


def _chinese(match: re.Match[str], *, strict: bool) -> str:
    if match["percent"]:
        value = number_of(match["percent"])
        return match[0] if value is None else f"{value}%"
    run, text = match["run"], match.string
    if strict and not _is_number(
        run, text[max(0, match.start() - 1) : match.start()], text[match.end() : match.end() + 2]
    ):
        return match[0]
    value = number_of(run)
    return match[0] if value is None else str(value)


def _is_number(run: str, before: str, after: str) -> bool:
    if _NO_NUMBER.match(run + after) or set(run) <= set("万亿千百"):
        return False
    if len(run) > 1:
        return not (set(run) <= set("十百千万亿"))
    return run not in "一零〇十百千" and (before == "第" or _COUNTED.match(after) is not None)


def number_of(run: str) -> int | str | None:
    """`二十五` is 25, `二〇一八` 2018, `三万五千` 35000; None for what is no numeral."""
    if re.fullmatch(r"\d+(?:\.\d+)?", run):
        return run
    if len(run) > 1 and all(one in _DIGITS for one in run):
        return "".join(str(_DIGITS[one]) for one in run)
    total = section = digit = 0
    for one in run:
        if one in _DIGITS:
            digit = _DIGITS[one]
        elif one in _PLACES:
            section += (digit or 1) * _PLACES[one]
            digit = 0
        elif one in "万亿":
            total = (total + section + digit) * (10_000 if one == "万" else 100_000_000)
            section = digit = 0
        else:
            return None
    return total + section + digit
