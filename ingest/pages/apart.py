"""Short lines one below the other that no sentence runs through: names, addresses, choices of a form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from docent.ingest.cjk import CJK, is_cjk
from docent.ingest.pages.lines import Line

SLACK_EMS = 1.0  # of room that what begins the next line must leave
SAME_RIGHT_EMS = 1.0  # within which two lines of Chinese end alike, as beside a picture
NARROW_EMS = 10.0  # lines up to so wide are no prose, where the column is WIDE times as wide
WIDE = 3.0
_WORD = re.compile(f"[^\\s{CJK}]+")


def room_for(line: Line) -> float:
    """Points that what begins a line takes: a word, or a character of CJK."""
    found = _WORD.match(line.text)
    word = found[0] if found else line.text[0]
    return line.width * len(word) / len(line.text)


def apart(lines: Sequence[Line], right: float) -> list[list[Line]]:
    """Lines taken for a paragraph, in parts where each says something by itself; `right` is where the column ends.

    Prose fills its lines: of most of these the next one's first word would have had room. None begins in the middle
    of a sentence, and they are not centred.
    """
    whole = [list(lines)]
    rest = lines[1:]
    if not rest or any(line.code for line in lines) or any(line.text[0].islower() for line in rest):
        return whole
    size = lines[0].size
    left, edge = min(line.box[0] for line in lines), max(line.box[2] for line in lines)
    if any(abs(line.box[0] - left) > size for line in lines):
        return whole
    if edge - left < NARROW_EMS * size and right - left > WIDE * NARROW_EMS * size:
        return [[line] for line in lines]
    early = [_ends_early(one, two, lines, edge) for one, two in pairwise(lines)]
    if 2 * sum(early) < len(rest):
        return whole
    if 3 * sum(early) >= 2 * len(rest) or not any(is_cjk(line.text[0]) for line in rest):
        return [[line] for line in lines]
    return _cut(lines, early)  # the longest line may run on: no capitals tell where Chinese begins anew


def _cut(lines: Sequence[Line], ends: Sequence[bool]) -> list[list[Line]]:
    parts = [[lines[0]]]
    for line, ended in zip(lines[1:], ends, strict=True):
        if ended:
            parts.append([])
        parts[-1].append(line)
    return parts


def _ends_early(line: Line, after: Line, lines: Sequence[Line], edge: float) -> bool:
    if line.box[2] + room_for(after) + SLACK_EMS * line.size >= edge:
        return False
    full = [other for other in lines[:-1] if other is not line]
    alike = any(abs(other.box[2] - line.box[2]) < SAME_RIGHT_EMS * line.size for other in full)
    return not (alike and is_cjk(after.text[0]))
