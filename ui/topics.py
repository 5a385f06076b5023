"""Topics to start from: headings of the reader's own documents, so that an example question has an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from docent.app import Library
from docent.retrieval import DocumentInfo, DocumentNotFound

MOST = 3
LOOK_AT = 8  # pages of a document
SHORTEST, LONGEST = 4, 28
_NUMBERING = re.compile(
    r"^\s*(?:第?[\d一二三四五六七八九十.、()（）]+[章节条部分、.]?|chapter \d+|item \d+\w?\.?)\s*", re.IGNORECASE
)
_DULL = re.compile(
    r"^(?:目\s*录|前\s*言|附\s*录.*|contents|table of contents|index|preface|appendix.*|abstract)$", re.IGNORECASE
)
_SENTENCE = re.compile(r"[,，。;；:：?？!！]")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def topics(
    library: Library, documents: Sequence[DocumentInfo], collection: str | None = None, *, chinese: bool
) -> list[str]:
    """One heading from each of the documents added last, in the reader's language."""
    latest = sorted((one for one in documents if one.chunks), key=lambda one: one.added, reverse=True)
    found: list[str] = []
    for document in latest:
        fitting = (one for one in _headings(library, document, collection) if bool(_CHINESE.search(one)) == chinese)
        topic = next((one for one in fitting if one not in found), None)
        if topic:
            found.append(topic)
        if len(found) == MOST:
            break
    return found


def _headings(library: Library, document: DocumentInfo, collection: str | None) -> Iterator[str]:
    for number in range(1, min(document.pages, LOOK_AT) + 1):
        try:
            blocks = library.page(document.id, number, collection).blocks
        except DocumentNotFound:
            return
        for block in blocks:
            text = _NUMBERING.sub("", block.text).strip(" :：.")
            # The heading of the first level on page 1 is the title: asking about it finds everything and nothing.
            if block.kind == "heading" and not (number == 1 and block.level == 1) and _fits(text):
                yield text


def _fits(text: str) -> bool:
    if not SHORTEST <= len(text) <= LONGEST or _DULL.match(text) or _SENTENCE.search(text):
        return False
    if _CHINESE.search(text):
        return True
    return " " in text and any(c.islower() for c in text)  # else a form's name or a word of the cover
