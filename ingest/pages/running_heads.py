"""Running heads that do not repeat: the section of a page, beside its number or beside the name of the book."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cached_property
from statistics import median

from docent.ingest.pages.lines import Line, shares_row

FAR_EMS = 3.0  # a page number stands so far from the words in its row, the number of a heading nearer
LARGER = 1.15  # size from which words are no running head but a title
APART = 0.4  # of a line's height: running heads stand further from the text than its lines from one another
MAX_ROW = 120  # characters
MIN_KEY = 2  # signs
MAX_DIGITS = 4  # of a page number
_OF_SECTION = re.compile(r"\d{1,2}(?:\.\d{1,2}){0,3}")
_NUMBERED = re.compile(
    r"(?:(?:chapter|appendix|section|part)\W*[\dA-Z]{1,3}|§?(?:\d+|[A-Z])(?:\.\d+)*)\W+", re.IGNORECASE
)


class Titles:
    """What the lines of a document begin with; made when it is first asked for."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = lines

    @cached_property
    def _keys(self) -> list[str]:
        return sorted({key for line in self._lines if (key := _key(line.text))})

    def have(self, row: Sequence[Line]) -> bool:
        """Whether a line begins with these words, which may be cut short, or they with most of a line."""
        key = _key(" ".join(line.text for line in row))
        if len(key) < MIN_KEY or key.isdecimal():
            return False
        place = bisect_left(self._keys, key)
        if place < len(self._keys) and self._keys[place].startswith(key):
            return True
        return place > 0 and len(self._keys[place - 1]) > len(key) / 2 and key.startswith(self._keys[place - 1])


def folios(page: Sequence[Line], index: int) -> dict[tuple[int, int], list[Line]]:
    """The first and the last row of a page with a bare number in it, far from the words beside it.

    They are told by how far the number is ahead of the page's place, and by how high the row stands.
    """
    found: dict[tuple[int, int], list[Line]] = {}
    numbers = [line for line in page if len(line.text) <= MAX_DIGITS and line.text.isdecimal()]
    for at_top in (True, False) if numbers else ():
        row = _outermost(page, at_top=at_top)
        size = median(line.size for line in page) if len(row) > 1 else 0.0
        for line in numbers if len(row) > 1 else ():
            others = [other for other in row if other is not line]
            if line in row and all(_is_beside(line, other, size) for other in others):
                found[int(line.text) - index, round(line.box[1] / 8)] = row
    return found


def beside_heads(lines: list[tuple[Line, bool]], titles: Titles) -> list[tuple[Line, bool]]:
    """A title or section right or left of furniture, in the outermost row of a page, is furniture, too."""
    known = {id(line) for line, is_one in lines if is_one and any(map(str.isalpha, line.text))}
    more: set[int] = set()
    for at_top in (True, False) if known else ():
        row = _outermost([line for line, _ in lines], at_top=at_top)
        names = [line for line in row if id(line) in known]
        heads = [line for line in row if id(line) in known or _numbers_one(line, names)]
        rest = [line for line in row if line not in heads]
        apart = all(_is_beside(one, two, one.size) for one in heads for two in rest)
        if heads and apart and (not rest or titles.have(rest)):
            more |= set(map(id, row))
    return [(line, is_one or id(line) in more) for line, is_one in lines]


def _numbers_one(line: Line, names: Sequence[Line]) -> bool:
    return _OF_SECTION.fullmatch(line.text) is not None and any(not _is_beside(line, name, name.size) for name in names)


def _outermost(page: Sequence[Line], *, at_top: bool) -> list[Line]:
    """The first or last row of a page from left to right, if it stands apart from all others."""
    end = min(page, key=lambda line: line.box[1]) if at_top else max(page, key=lambda line: line.box[3])
    top, bottom = end.box[1], end.box[3]
    row: list[Line] = []
    apart = end.height
    for line in page:
        gap = line.box[1] - bottom if at_top else top - line.box[3]
        if gap < 0 and shares_row(line, end):
            row.append(line)
        elif gap < apart:
            apart = gap
    if apart <= APART * end.height or sum(len(line.text) for line in row) > MAX_ROW:
        return []
    return sorted(row, key=lambda line: line.box[0])


def _is_beside(one: Line, two: Line, size: float) -> bool:
    """Whether two parts of a row stand far from one another, and the second is no larger than text."""
    gap = max(two.box[0] - one.box[2], one.box[0] - two.box[2])
    return gap >= FAR_EMS * max(one.size, two.size) and two.size <= LARGER * size


def _key(text: str) -> str:
    """The words of a title without its number, which may stand apart from them."""
    number = _NUMBERED.match(text)
    folded = unicodedata.normalize("NFKC", text[number.end() if number else 0 :]).casefold()
    return "".join(sign for sign in folded if sign.isalnum())
