"""Sentence ends in Chinese and English."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docent.ingest.types import TableRow

# A full stop is no end after an initial, an abbreviation or inside a number; CJK stops always are.
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|Inc|Corp|Ltd|Co|vs|etc|No|Nos|Fig|Figs|Eq|Sec|Art|Vol|pp?|al|approx|cf|Jan|Feb|Mar|Apr"
    r"|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|e\.g|i\.e|U\.S|U\.K)|\b[A-Z]|^\s*\d{1,3})\.$"
)
_NOTE = "[⁰¹²³⁴-⁹]*"
_END = re.compile(
    rf"[。！？!?；]+[”’」』\"')）】》]*{_NOTE}|\.(?:[”’\"')\]]*){_NOTE}(?=\s|$)|\.(?=[\u4e00-\u9fff])|…+(?=\s|$)|\n+"
)


def sentences(text: str) -> list[tuple[int, int]]:
    """Start and end offsets of each sentence, blanks trimmed off; together they cover all that is printed.

    A line break ends a sentence: in a stored text it separates blocks and rows of a table.
    """
    found: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        if match.group().startswith(".") and _ABBREVIATION.search(
            text[max(start, match.start() - 12) : match.start() + 1]
        ):
            continue
        _append(found, text, start, match.end())
        start = match.end()
    _append(found, text, start, len(text))
    return found


def statements(text: str, rows: Sequence[TableRow] = ()) -> list[tuple[int, int, TableRow | None]]:
    """The rows of a table as they are, and the sentences of what stands between them."""
    found: list[tuple[int, int, TableRow | None]] = []
    done = 0
    for row in rows:
        found += [(done + a, done + b, None) for a, b in sentences(text[done : row.start])]
        found.append((row.start, row.end, row))
        done = row.end
    return [*found, *((done + a, done + b, None) for a, b in sentences(text[done:]))]


def _append(found: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        found.append((start, end))
