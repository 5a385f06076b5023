"""Where a passage stands: in words, and as what the page's script opens."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import Any

from docent.llm import Citation, unmarked
from docent.retrieval import DocumentRef, Hit
from docent.ui.texts import Texts


def citation_target(citation: Citation) -> dict[str, Any]:
    """What the page's script needs to open a citation."""
    boxes = [[one.page, *one.rect] for one in citation.boxes]
    return _target(citation.hit, citation.number, citation.page, citation.quote, boxes)


def citations_target(citations: Sequence[Citation]) -> dict[str, Any]:
    """The same for citations of one page, which are shown together."""
    if len(citations) == 1:
        return citation_target(citations[0])
    targets = [citation_target(one) for one in citations]
    quotes = list(dict.fromkeys(one["quote"] for one in targets))
    return {
        **targets[0],
        "number": ", ".join(str(one["number"]) for one in targets),
        "quote": " … ".join(quotes),
        "quotes": quotes,
        "boxes": [list(box) for box in dict.fromkeys(tuple(box) for one in targets for box in one["boxes"])],
    }


def hit_target(hit: Hit, number: int) -> dict[str, Any]:
    """The same for a whole passage; a `number` of 0 is not shown."""
    boxes = [[span.page, *span.box] for span in hit.chunk.spans if span.box is not None]
    return _target(hit, number, hit.chunk.pages[0], hit.chunk.text, boxes)


def document_target(identity: str, name: str, *, drawn: bool) -> dict[str, Any]:
    """The same for a whole document, from which nothing is quoted. `drawn` where it has pages to draw."""
    return {"id": identity, "name": name, "number": "", "page": 1, "quote": "", "boxes": [], "drawn": drawn}


def _target(hit: Hit, number: int, page: int, quote: str, boxes: Sequence[Sequence[float]]) -> dict[str, Any]:
    return {
        "id": hit.document.id,
        "collection": hit.document.collection,
        "name": name_of(hit.document),
        "number": number or "",
        "page": page,
        "quote": quote,
        "boxes": [list(one) for one in boxes],
    }


def target_attribute(target: dict[str, Any]) -> str:
    """A target as the value of an attribute."""
    return escape(json.dumps(target, ensure_ascii=False, separators=(",", ":")))


def name_of(document: DocumentRef) -> str:
    """Its name, after that of its collection where several were asked."""
    return f"{document.collection} › {document.name}" if document.collection else document.name


def place_of(hit: Hit, page: int, words: Texts) -> str:
    """A page where there are pages, else the slide, sheet or chapter and the last heading above the text."""
    if not hit.document.name or hit.location is None:  # of a purged document only the page is known
        return words.page.format(page=page)
    parts = [unmarked(part) for part in hit.location.split(" > ")]
    return " › ".join(dict.fromkeys((parts[0], parts[-1]))) or words.location_text
