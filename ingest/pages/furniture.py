"""Running headers, footers and page numbers: found by their repetition, kept out of the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TypeAlias

from docent.ingest.pages.lines import Line, is_watermark, shares_row
from docent.ingest.pages.running_heads import Titles, beside_heads, folios
from docent.ingest.types import Box

MARGIN = 0.11  # of the page's height, at the top and at the bottom
NEIGHBOURS = 4  # pages before and after: a header may change with the chapter, or alternate left and right
BESIDE_EMS = 3.0  # from the number of a heading to its words
ALONE = 2  # lines in the row of a page number, itself one of them
MAX_PAGE_DIGITS = 4
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_Margins: TypeAlias = dict[str, list[list[str]]]
_BARE = re.compile(r"(?:[-–—]\s*)?(\d{1,4})(?:\s*[-–—])?")
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)
_PAGE_NUMBER = re.compile(
    r"(?:[^\w#]|_)*(?:第|page|p\.)?\s*#\s*(?:页|頁)?(?:\s*(?:/|of|共|[-–—])\s*#\s*(?:页|頁)?)?(?:[^\w#]|_)*",
    re.IGNORECASE,
)


def without_furniture(pages: Sequence[list[Line]], heights: Sequence[float]) -> list[list[Line]]:
    """The lines of each page that are not furniture. `heights` are the pages' heights in points.

    A line in the margin is furniture when it stands in the margin of a near page too, its numbers the same or counting
    with the pages, or is nothing but a page number; so is a number at the very end of a page that counts with the
    pages around, where pages are not filled. So are the title and the section of this page alone beside furniture. A
    document of one page keeps all but the page number.
    """
    margins = [_in_margins(page, heights[i]) for i, page in enumerate(pages)]
    counts = [_counted(page, i) for i, page in enumerate(pages)]
    rows = [folios(page, i) for i, page in enumerate(pages)]
    titles = Titles(line for i, page in enumerate(pages) for line in page if not in_margin(line.box, heights[i]))
    kept = []
    for i, page in enumerate(pages):
        steps = Counter[int]()
        near = [j for j in range(max(0, i - NEIGHBOURS), min(len(pages), i + NEIGHBOURS + 1)) if j != i]
        for j in near:
            steps.update(counts[j].keys())
        need = 2 if len(pages) > 3 else 1
        around = [(j - i, margins[j]) for j in near]
        marked = [(line, _is_furniture(line, heights[i], around, need)) for line in page]
        marked = beside_heads(_inside(_beside(marked), heights[i]), titles)
        counted = {id(line) for step, line in counts[i].items() if steps[step] >= need}
        for key, row in rows[i].items():
            if sum(key in rows[j] for j in near) >= need:
                counted |= set(map(id, row))
        kept.append([line for line, is_one in marked if not is_one and id(line) not in counted])
    return kept


def _counted(page: list[Line], index: int) -> dict[int, Line]:
    """The last line of a page, if it is a bare number, by how far it is ahead of the page's place."""
    if not page:
        return {}
    last = max(page, key=lambda line: line.box[3])
    match = _BARE.fullmatch(last.text.strip())
    if match is None or any(line is not last and line.box[3] > last.box[1] for line in page):
        return {}
    return {int(match[1]) - index: last}


def _beside(lines: list[tuple[Line, bool]]) -> list[tuple[Line, bool]]:
    """Numbers stay with the heading right beside them, and so does a row of numbers, which is one of a table."""
    loose = [line for line, is_one in lines if is_one and not any(map(str.isalpha, line.text))]
    if not loose:
        return lines
    text = [line for line, is_one in lines if not is_one]
    stays = {id(line) for line in loose if any(_is_next(line, other) for other in text)}
    stays |= {id(line) for line in loose if sum(shares_row(line, other) for other in (*text, *loose)) > ALONE}
    return [(line, is_one and id(line) not in stays) for line, is_one in lines]


def _is_next(line: Line, other: Line) -> bool:
    """Whether a line stands right beside another, or above or below it where text runs from top to bottom."""
    across = min(line.box[2], other.box[2]) - max(line.box[0], other.box[0])
    down = max(other.box[1] - line.box[3], line.box[1] - other.box[3])
    if len(line.text) == 1 == len(other.text) and across > 0 and down < line.size:
        return True
    apart = max(other.box[0] - line.box[2], line.box[0] - other.box[2])
    return shares_row(line, other) and apart < BESIDE_EMS * other.size


def _inside(lines: list[tuple[Line, bool]], height: float) -> list[tuple[Line, bool]]:
    """A line that repeats is no furniture when it stands further in than one that does not.

    So the heads of a table at the top of several pages stay, below a caption that is not the same.
    """
    top = min((line.box[3] for line, is_one in lines if not is_one), default=height)
    bottom = max((line.box[1] for line, is_one in lines if not is_one), default=0.0)
    return [
        (line, is_one and (is_watermark(line) or not (line.box[1] >= top - 1 and line.box[3] <= bottom + 1)))
        for line, is_one in lines
    ]


def _is_furniture(line: Line, height: float, around: Sequence[tuple[int, _Margins]], need: int) -> bool:
    """`around` are the margins of near pages, by how many pages they are further on."""
    if not _may_repeat(line, height):
        return False
    key, numbers = _key(line)
    if len(line.text) <= 16 and in_margin(line.box, height) and _PAGE_NUMBER.fullmatch(key.split("|", 1)[1]):
        return True
    if not any(map(str.isalpha, line.text)):
        return False
    return sum(any(_counts_on(numbers, other, by) for other in margins.get(key, ())) for by, margins in around) >= need


def _counts_on(numbers: Sequence[str], others: Sequence[str], pages: int) -> bool:
    """Whether numbers are those of another line, or page numbers so many pages before; others say something."""
    return all(one == two or _page(one) + pages == _page(two) > 0 for one, two in zip(numbers, others, strict=True))


def _page(number: str) -> int:
    """What a page number counts, in Arabic or Roman figures; -1 for a number too long for one."""
    if number.isdecimal():
        return int(number) if len(number) <= MAX_PAGE_DIGITS else -1
    values = [_ROMAN[figure] for figure in number.lower()]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))


def _in_margins(page: list[Line], height: float) -> _Margins:
    found: _Margins = {}
    for line in page:
        if _may_repeat(line, height):
            key, numbers = _key(line)
            found.setdefault(key, []).append(numbers)
    return found


def _may_repeat(line: Line, height: float) -> bool:
    """Whether a line stands where furniture does: in a margin, or across the page."""
    return is_watermark(line) or in_margin(line.box, height)


def in_margin(box: Box, height: float) -> bool:
    """Whether a box lies wholly in the upper or lower margin of a page of that height."""
    return box[3] < height * MARGIN or box[1] > height * (1 - MARGIN)


def _key(line: Line) -> tuple[str, list[str]]:
    """Same text without its numbers, in the same margin within a few points; and the numbers."""
    where, text = round(line.box[1] / 8), line.text.strip()
    return f"{where}|{_NUMBER.sub('#', text)}", _NUMBER.findall(text)
