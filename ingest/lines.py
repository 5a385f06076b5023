"""Printed lines, and how their texts are joined without changing what is printed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from docent.ingest.types import Block, BlockKind, Box, Span

# Ideographs, kana, hangul, CJK punctuation and full-width forms: no space belongs between two of them.
CJK = (
    r"\u2e80-\u312f\u3190-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003134f"
)
_CJK_CHARACTER = re.compile(f"[{CJK}]")
_HYPHENATED = re.compile(r"[a-z]-$")


@dataclass(frozen=True, slots=True)
class Line:
    """A run of text on one baseline. `size` is the font size in points; `box` as shown on the page.

    `turn` is by how many degrees the line is turned clockwise against upright text: 0, 90, 180 or 270.
    """

    text: str
    box: Box
    size: float
    bold: bool = False
    turn: int = 0

    @property
    def height(self) -> float:
        """Points from top to bottom."""
        return self.box[3] - self.box[1]

    @property
    def width(self) -> float:
        """Points from left to right."""
        return self.box[2] - self.box[0]


def is_cjk(character: str) -> bool:
    """Whether the character is written without spaces around it."""
    return _CJK_CHARACTER.match(character) is not None


def joint(left: str, right: str) -> str:
    """What stands between two lines of one paragraph: nothing beside CJK or after a hyphen, else a space."""
    if not left or not right or left[-1].isspace():
        return ""
    if is_cjk(left[-1]) or is_cjk(right[0]):
        return ""
    if _HYPHENATED.search(left) and right[0].islower():
        return ""
    return " "


def union(boxes: Iterable[Box]) -> Box:
    """The smallest box around all of them."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def block_of(lines: list[Line], page: int, kind: BlockKind, level: int = 0, separator: str | None = None) -> Block:
    """Join lines into a block that remembers where each of them stands."""
    text = ""
    spans = []
    for line in lines:
        if text:
            text += joint(text, line.text) if separator is None else separator
        spans.append(Span(page, line.box, len(text), len(text) + len(line.text)))
        text += line.text
    return Block(kind, text, page, union(line.box for line in lines), level, tuple(spans))
