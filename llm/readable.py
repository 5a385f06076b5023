"""A quote as it is read: in a line, without marks of Markdown, and words whole that the end of a line has cut.

Only what is shown is made so. The quote of a citation stays as the document has it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from docent.ingest import CJK, Chunk

_BREAK = re.compile(rf"(?<=[{CJK}])[^\S\t]*\n\s*(?=[{CJK}])")
_LINE_START = re.compile(r"^(?:#{1,6}[ \t]+|>[ \t]+(?!\d))+", re.MULTILINE)
# In pairs that embrace a text, so that the stars of footnotes and products stay; what stands in code stays as well.
_MARKS = re.compile(
    r"(?P<code>`[^`\n]+`)|(?<![A-Za-z\d_*])(?P<stars>\*{1,3})(?=[^\s*])(?P<strong>[^*\n]+?)(?<=\S)(?P=stars)(?![A-Za-z\d_*])"
    r"|~~(?=\S)(?P<struck>[^~\n]+?)(?<=\S)~~"
    r"|!?\[(?P<label>[^\[\]\n]+)\]\((?:https?:|mailto:|#|\.{0,2}/|[\w%.-]+[./])[^\s()]*(?:[ ]\"[^\"\n]*\")?\)"
)
_INSIDE = ("code", "strong", "struck", "label")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LEFT = re.compile(r"(?<![\w-])[^\W\d_]+$")
_RIGHT = re.compile(r"[^\W\d_]+(?!\w)(?!-)")
# Of 22 words that a line end cut in filings and a handbook all were meant with their hyphens, which tells nothing of
# others: a hyphen goes where the same documents have the word without it, or what it leaves begins no word.
_ENDING = re.compile(
    r"(?:[bcdfghjklmnpqrstvwxz]+|[st]ions?|ments?|ness|ings?|[ai]bl[ey]|[ai]bility|it(?:y|ies)|ous(?:ly)?)"
)


def in_a_line(quote: str) -> str:
    """A quote for reading: the cells of a table row get a bar between them, a line break becomes a space or nothing."""
    return " ".join(unbroken(unmarked(quote)).replace("\t", " | ").split())


def unbroken(text: str) -> str:
    """A text whose lines of Chinese go on without a space."""
    return _BREAK.sub("", text)


def unmarked(text: str) -> str:
    """A text without the marks of Markdown for headings, quotations, emphasis and links; code keeps its own."""
    plain = _LINE_START.sub("", text)
    for _ in range(2):  # emphasis in a link, and a link in emphasis
        plain = _MARKS.sub(lambda mark: next(one for one in mark.group(*_INSIDE) if one), plain)
    return plain


def words_of(chunks: Sequence[Chunk]) -> frozenset[str]:
    """The words of some passages in small letters, those with hyphens whole, without those that a line end cut."""
    found: set[str] = set()
    for chunk in chunks:
        cuts = _cuts(chunk)
        words = _WORD.finditer(chunk.text)
        found.update(one[0].lower() for one in words if not any(one.start() < cut < one.end() for cut in cuts))
    return frozenset(found)


def joined(chunk: Chunk, start: int, end: int, known: Collection[str]) -> str:
    """`chunk.text[start:end]` without the hyphens that the ends of its lines have put into words.

    `known` are words of the documents. A hyphen stays where they have the word with it, or not at all.
    """
    text, parts = chunk.text, []
    for cut in _cuts(chunk):
        if start < cut < end and _is_one_word(text[start:cut], text[cut + 1 : end], known):
            parts.append(text[start:cut])
            start = cut + 1
    return "".join([*parts, text[start:end]])


def _cuts(chunk: Chunk) -> list[int]:
    """Where hyphens stand at the ends of lines that go on without a blank."""
    return [
        one.end - 1
        for one, after in pairwise(chunk.spans)
        if one.end == after.start and chunk.text[one.end - 1 : one.end] == "-"
    ]


def _is_one_word(before: str, after: str, known: Collection[str]) -> bool:
    left, right = _LEFT.search(before), _RIGHT.match(after)
    if left is None or right is None or not right[0].islower():
        return False
    first, second = left[0].lower(), right[0]
    if f"{first}-{second}" in known:
        return False
    return f"{first}{second}" in known or _ENDING.fullmatch(second) is not None
