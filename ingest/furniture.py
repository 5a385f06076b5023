"""Running headers, footers and page numbers: found by their repetition, kept out of the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from docent.ingest.lines import Line
from docent.ingest.types import Box

MARGIN = 0.11  # of the page's height, at the top and at the bottom
NEIGHBOURS = 4  # pages before and after: a header may change with the chapter, or alternate left and right
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)
_PAGE_NUMBER = re.compile(
    r"[\W_]*(?:第|page|p\.)?\s*#\s*(?:页|頁)?(?:\s*(?:/|of|共)\s*#\s*(?:页|頁)?)?[\W_]*", re.IGNORECASE
)


def without_furniture(pages: Sequence[list[Line]], heights: Sequence[float]) -> list[list[Line]]:
    """The lines of each page that are not furniture. `heights` are the pages' heights in points.

    A line in the margin is furniture when it stands in the margin of a near page too, digits aside, or is
    nothing but a page number. A document of one page keeps all but the page number.
    """
    keys = [Counter(_key(line) for line in page if in_margin(line.box, heights[i])) for i, page in enumerate(pages)]
    kept = []
    for i, page in enumerate(pages):
        near = Counter[str]()
        for j in range(max(0, i - NEIGHBOURS), min(len(pages), i + NEIGHBOURS + 1)):
            if j != i:
                near.update(set(keys[j]))
        need = 2 if len(pages) > 3 else 1
        kept.append(_inside([(line, _is_furniture(line, heights[i], near, need)) for line in page], heights[i]))
    return kept


def _inside(lines: list[tuple[Line, bool]], height: float) -> list[Line]:
    """What is no furniture; a line that repeats is none either when it stands further in than one that does not.

    So the heads of a table at the top of several pages stay, below a caption that is not the same.
    """
    top = min((line.box[3] for line, is_one in lines if not is_one), default=height)
    bottom = max((line.box[1] for line, is_one in lines if not is_one), default=0.0)
    return [line for line, is_one in lines if not is_one or (line.box[1] >= top - 1 and line.box[3] <= bottom + 1)]


def _is_furniture(line: Line, height: float, near: Counter[str], need: int) -> bool:
    if not in_margin(line.box, height):
        return False
    key = _key(line)
    return near[key] >= need or (len(line.text) <= 16 and _PAGE_NUMBER.fullmatch(key.split("|")[1]) is not None)


def in_margin(box: Box, height: float) -> bool:
    """Whether a box lies wholly in the upper or lower margin of a page of that height."""
    return box[3] < height * MARGIN or box[1] > height * (1 - MARGIN)


def _key(line: Line) -> str:
    """Same text, digits aside, in the same margin within a few points."""
    where = round(line.box[1] / 8)
    return f"{where}|{_NUMBER.sub('#', line.text.strip())}"
