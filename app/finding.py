"""Where words stand in one document, whatever its pages look like: a browser cannot search their pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from docent.app.digest import read_whole
from docent.ingest import CJK
from docent.retrieval import fold

if TYPE_CHECKING:
    from docent.app.library import Library
    from docent.ingest import Box, Chunk

MOST = 500  # places
_BREAK = r"(?:[-\u00ad]?[ \t]*\n\s*)?"  # a word and a line of Chinese go on in the next line


@dataclass(frozen=True, slots=True)
class Place:
    """The printed lines with the words, from the first to the last, and the page where they begin."""

    text: str
    page: int
    boxes: tuple[tuple[int, Box], ...]


def find_in(library: Library, document_id: str, words: str, collection: str | None = None) -> Iterator[Place]:
    """The places in reading order. Case, width, accents, the script of Chinese and the ends of lines do not matter.

    Raises DocumentNotFound.
    """
    pattern = _pattern(words)
    (document,) = read_whole(library, [document_id], collection)
    for hit in document.hits:
        yield from _places(hit.chunk, pattern)


def _places(chunk: Chunk, pattern: re.Pattern[str]) -> Iterator[Place]:
    for match in pattern.finditer("".join(map(_folded, chunk.text))):
        lines = chunk.lines(*match.span())
        if lines:
            boxes = tuple((line.page, line.box) for line in lines if line.box is not None)
            yield Place(chunk.text[lines[0].start : lines[-1].end], lines[0].page, boxes)


@cache
def _folded(character: str) -> str:
    """As one character, so that what is found has its place in the text."""
    folded = fold(character)
    return folded if len(folded) == 1 else character


def _pattern(words: str) -> re.Pattern[str]:
    parts = [_BREAK.join(map(re.escape, "".join(map(_folded, one)))) for one in words.split()]
    return re.compile(rf"(?:\s+|(?<=[{CJK}])|(?=[{CJK}]))".join(parts))
