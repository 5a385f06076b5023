"""Topics to ask about: headings of the reader's own documents, so that a question offered has an answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from docent.llm import unmarked
from docent.retrieval import DocumentInfo, DocumentNotFound

if TYPE_CHECKING:
    from docent.app.library import Library
    from docent.ingest import Block

MOST = 3
LOOK_AT = 8  # pages of a document
LOOK_AMONG = 30  # documents: the page waits for it, and where these have no headings, others seldom have
SHORTEST, LONGEST = 4, 28
COVERS = 2  # pages that may be covers
_NUMBERING = re.compile(
    r"^\s*(?:第?[\d一二三四五六七八九十.、()（）]+[章节条部分、.]?|chapter \d+|item \d+\w?\.?)\s*", re.IGNORECASE
)
_DULL = re.compile(
    r"^(?:目\s*录|前\s*言|附\s*录.*|contents|table of contents|index|preface|appendix.*|abstract)$", re.IGNORECASE
)
_CONTENTS = re.compile(r"\s(?:\d+|[ivxlc]+)$")  # the number of a page
_SAYS = re.compile(r"[.。!！?？:：;；]$|.{25}", re.DOTALL)
_SENTENCE = re.compile(r"[,，。;；:：?？!！]")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def topics_of(
    library: Library, documents: Sequence[DocumentInfo], collection: str | None = None, *, chinese: bool
) -> list[str]:
    """One heading from each of the documents added last, in the reader's language."""
    latest = sorted((one for one in documents if one.chunks), key=lambda one: one.added, reverse=True)
    found: list[str] = []
    for document in latest[:LOOK_AMONG]:
        pages = range(1, min(document.pages, LOOK_AT) + 1)
        found_there = headings(library, document.id, pages, collection)
        fitting = (one for one in found_there if bool(_CHINESE.search(one)) == chinese)
        topic = next((one for one in fitting if one not in found), None)
        if topic:
            found.append(topic)
        if len(found) == MOST:
            break
    return found


def headings(library: Library, document_id: str, pages: Iterable[int], collection: str | None = None) -> Iterator[str]:
    """Headings on these pages, without their numbers, that name something to ask about; pages that are not end it."""
    for number in pages:
        try:
            page = library.page(document_id, number, collection)
        except DocumentNotFound:
            return
        is_cover = page.width > 0 and number <= COVERS
        for block, below in pairwise(page.blocks):
            text = topic_in(block.text)
            # The heading of the first level on page 1 is the title: asking about it finds everything and nothing.
            is_title = number == 1 and block.level == 1
            if block.kind == "heading" and not is_title and _says(below, is_cover=is_cover) and _fits(text):
                yield text


def _says(below: Block, *, is_cover: bool) -> bool:
    """Lines of a cover and of contents look like headings, but below them stands nothing, or a form."""
    if below.kind == "text":
        return bool(_SAYS.search(below.text))
    return below.kind == "list" or (below.kind == "table" and not is_cover)


def topic_in(heading: str) -> str:
    """A heading as it is asked about: without marks, its number, and what the questions begin with."""
    return _NUMBERING.sub("", unmarked(heading)).strip(" :：.").removeprefix("关于")


def _fits(text: str) -> bool:
    if not SHORTEST <= len(text) <= LONGEST or _SENTENCE.search(text):
        return False
    if _DULL.match(text) or _CONTENTS.search(text):
        return False
    if _CHINESE.search(text):
        return True
    return " " in text and any(c.islower() for c in text)  # else a form's name or a word of the cover
