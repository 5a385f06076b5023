"""Printed lines, and how their texts are joined without changing what is printed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from docent.ingest.cjk import CJK, is_cjk
from docent.ingest.types import Block, BlockKind, Box, Span

_OPEN_NUMBER = re.compile(r"\d,\d{0,2}$|\d\.$")  # a group or the decimals lack digits
_ONE_DECIMAL = re.compile(r"\d\.\d$")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
_SPACED = re.compile(r"(?:[\u3400-\u9fff][ \u3000]+){2,}[\u3400-\u9fff](?![\u3400-\u9fff \u3000])")
_DIGITS_END = re.compile(f"[{CJK}]\\d+$")
_DIGITS_BEGIN = re.compile(f"\\d+[{CJK}%.,]")
_HYPHENATED = re.compile(r"[a-z]-$")
OBLIQUE = 45  # the turn of a line that runs neither across nor down the page
WATERMARK = 20.0  # points; smaller oblique lines are labels of a chart or heads of columns


@dataclass(frozen=True, slots=True)
class Line:
    """A run of text on one baseline. `size` is the font size in points; `box` as shown on the page.

    `text` is `clean`. `turn` is by how many degrees the line is turned clockwise against upright text: 0, 90, 180, 270,
    or OBLIQUE.
    `code` says that it is set in a typewriter face.
    """

    text: str
    box: Box
    size: float
    bold: bool = False
    turn: int = 0
    code: bool = False

    def __post_init__(self) -> None:
        if not (self.text.isascii() and self.text.isprintable()):
            object.__setattr__(self, "text", clean(self.text))

    @property
    def height(self) -> float:
        """Points from top to bottom."""
        return self.box[3] - self.box[1]

    @property
    def width(self) -> float:
        """Points from left to right."""
        return self.box[2] - self.box[0]


def clean(text: str) -> str:
    """A line without characters that print nothing; 公 司 章 程 that was spaced out is written together.

    A soft hyphen is kept as a hyphen where a line ends with it, since that is where it is seen.
    """
    text = text.strip()
    if text.isascii() and text.isprintable():
        return text
    text = _UNSEEN.sub("", text.replace("\xa0", " ").replace("\t", " ")).strip()
    if "\xad" in text:
        text = text[:-1].replace("\xad", "") + text[-1:].replace("\xad", "-")
    spaced = _SPACED.match(text)
    return text if spaced is None else "".join(spaced[0].split()) + text[spaced.end() :]


def joint(left: str, right: str) -> str:
    """What stands between two lines of one paragraph: nothing beside CJK, in 20/13年, after a hyphen; else a space."""
    if not left or not right or left[-1].isspace():
        return ""
    if is_cjk(left[-1]) or is_cjk(right[0]):
        return ""
    if left[-1].isdigit() and right[0].isdigit() and _DIGITS_END.search(left[-12:]) and _DIGITS_BEGIN.match(right):
        return ""
    if _HYPHENATED.search(left[-2:]) and right[0].islower():
        return ""
    return " "


def cell_joint(left: str, right: str) -> str:
    """What stands between two lines of a table cell: nothing inside a number that was broken, else as in prose."""
    return "" if breaks_number(left, right) else joint(left, right)


def breaks_number(left: str, right: str) -> bool:
    """Whether a number goes on from one line to the next: 6,610,192 / .47 or 1,618,7 / 15,253."""
    if not left or not right or not (left[-1].isdigit() or _OPEN_NUMBER.search(left)):
        return False
    if right[0] in ".,%":
        return True
    single = len(right) == 1 and _ONE_DECIMAL.search(left) is not None
    return right[0].isdigit() and (single or _OPEN_NUMBER.search(left) is not None)


def is_watermark(line: Line) -> bool:
    """Whether a line is large and runs neither across nor down the page."""
    return line.turn == OBLIQUE and line.size >= WATERMARK


def shares_row(one: Line, two: Line) -> bool:
    """Whether two lines stand at the same height."""
    return min(one.box[3], two.box[3]) - max(one.box[1], two.box[1]) > 0.5 * min(one.height, two.height)


def union(boxes: Iterable[Box]) -> Box:
    """The smallest box around all of them."""
    first, *others = boxes
    if not others:
        return first
    lefts, tops, rights, bottoms = zip(first, *others, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def continued(one: Block, two: Block) -> Block:
    """A paragraph that goes on elsewhere on its page."""
    text = one.text + joint(one.text, two.text)
    spans = (*one.spans, *(span.moved(len(text)) for span in two.spans))
    boxes = [box for box in (one.box, two.box) if box]
    return replace(one, text=text + two.text, box=union(boxes) if boxes else None, spans=spans)


def block_of(lines: list[Line], page: int, kind: BlockKind, level: int = 0, separator: str | None = None) -> Block:
    """Join lines into a block that remembers where each of them stands."""
    text = ""
    spans = []
    for line in lines:
        if text:
            between = cell_joint if kind == "table" else joint
            text += between(text, line.text) if separator is None else separator
        spans.append(Span(page, line.box, len(text), len(text) + len(line.text)))
        text += line.text
    return Block(kind, text, page, union(line.box for line in lines), level, tuple(spans))
