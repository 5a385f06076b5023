"""The numbers Word writes before paragraphs: 第三条, 1.2.3, (a). They stand nowhere in the text of the file."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "零一二三四五六七八九"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
MAX_NUMBER = 9999  # beyond it a number is written in digits, whatever its format


class Numbering:
    """Counts paragraphs as Word does: one that is numbered on a level begins the deeper levels anew."""

    def __init__(self, root: Any) -> None:
        self._levels: dict[str, dict[int, Any]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._lists: dict[str, str] = {}
        self._anew: set[str] = set()  # lists that begin again where they are first used
        if root is None:
            return
        for one in root.iter(_W + "abstractNum"):
            levels = {int(level.get(_W + "ilvl", 0)): level for level in one.iter(_W + "lvl")}
            self._levels[one.get(_W + "abstractNumId", "")] = levels
        for one in root.iter(_W + "num"):
            self._lists[one.get(_W + "numId", "")] = _value(one, "abstractNumId")
            if one.find(f"{_W}lvlOverride/{_W}startOverride") is not None:
                self._anew.add(one.get(_W + "numId", ""))

    def next(self, properties: Any) -> str:
        """What is printed before the next paragraph with these `w:numPr`; empty for bullets."""
        own = _value(properties, "numId")
        found = self._lists.get(own, "")
        if own in self._anew:
            self._anew.discard(own)
            self._counts.pop(found, None)
        level = int(_value(properties, "ilvl") or 0)
        levels = self._levels.get(found, {})
        if level not in levels:
            return ""
        counts = self._counts.setdefault(found, {})
        counts[level] = counts.get(level, _start(levels[level]) - 1) + 1
        for deeper in [one for one in counts if one > level]:
            del counts[deeper]
        if _value(levels[level], "numFmt") in ("bullet", "none"):
            return ""

        is_legal = levels[level].find(_W + "isLgl") is not None

        def number(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            if place not in levels:
                return ""
            form = "decimal" if is_legal and place < level else _value(levels[place], "numFmt")
            return _written(counts.get(place, _start(levels[place])), form)

        return re.sub(r"%([1-9])", number, _value(levels[level], "lvlText")).strip()


def _value(element: Any, tag: str) -> str:
    found = None if element is None else element.find(_W + tag)
    return "" if found is None else str(found.get(_W + "val", ""))


def _start(level: Any) -> int:
    return int(_value(level, "start") or 1)


def _written(number: int, form: str) -> str:
    write = _FORMS.get(form)
    return write(number) if write and 0 < number <= MAX_NUMBER else str(number)


def _chinese(number: int) -> str:
    text = ""
    for unit, place in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit = number // place % 10
        if digit:
            text += _DIGITS[digit] + unit
        elif text and number % place:
            text += "" if text.endswith("零") else "零"
    return text.removeprefix("一") if 10 <= number < 20 else text


def _letter(number: int) -> str:
    return chr(97 + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text


_FORMS: dict[str, Callable[[int], str]] = {
    "lowerLetter": _letter,
    "upperLetter": lambda number: _letter(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "decimalZero": lambda number: f"{number:02}",
    **dict.fromkeys(("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting"), _chinese),
    "decimalEnclosedCircle": lambda number: chr(0x245F + number) if number <= 20 else str(number),
    "decimalEnclosedCircleChinese": lambda number: chr(0x245F + number) if number <= 20 else str(number),
}
