"""Domain objects as the JSON of the contracts that scripts rely on: one shape at every door.

`home` is the collection that was asked: a hit says which one it is from only where several were asked together.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docent.app.doctor import CheckupReport
    from docent.app.finding import Place
    from docent.app.intake.taking import FileResult
    from docent.ingest import Block, Box, Page, PageReport
    from docent.llm import Answer, Citation, Event
    from docent.retrieval import DocumentInfo, Hit, RemovedDocument, SearchResult

POINT_DIGITS = 1  # boxes are kept to a tenth of a point
_STAGES = {"retrieved": "retrieval", "token": "first_token", "done": "total"}


def hit_to_dict(hit: Hit, home: str = "") -> dict[str, Any]:
    """A passage that was found, with the boxes of its lines."""
    boxes = ((span.page, span.box) for span in hit.chunk.spans if span.box is not None)
    return {
        "chunk_id": hit.chunk_id,
        "document": hit.document.name,
        "document_id": hit.document.id,
        "collection": hit.document.collection or home,
        "pages": list(hit.chunk.pages),
        "heading": hit.chunk.heading,
        "score": round(hit.score, 6),
        "text": hit.chunk.text,
        "ranks": dict(hit.ranks),
        "copies": [{"document": one.document.name, "pages": list(one.pages)} for one in hit.copies],
        "boxes": _boxes(boxes),
    }


def search_to_dict(result: SearchResult, home: str = "") -> dict[str, Any]:
    """Hits, best first, and where the time went."""
    return {
        "hits": [hit_to_dict(hit, home) for hit in result.hits],
        "pending": result.pending,
        "notice": result.notice,
        "move": asdict(result.move) if result.move else None,
        "timings_ms": dict(result.timings_ms),
    }


def citation_to_dict(citation: Citation, home: str = "") -> dict[str, Any]:
    """The proof of a sentence. `location` names the slide, sheet or chapter and headings where no page can be drawn."""
    from docent.llm import in_a_line

    return {
        "number": citation.number,
        "document": citation.hit.document.name,
        "document_id": citation.hit.document.id,
        "collection": citation.hit.document.collection or home,
        "page": citation.page,
        "location": in_a_line(citation.hit.location or ""),
        "quote": citation.quote,
        "boxes": _boxes((one.page, one.rect) for one in citation.boxes),
        "verified": citation.verified,
    }


def answer_to_dict(answer: Answer, timings_ms: Mapping[str, float] | None = None, home: str = "") -> dict[str, Any]:
    """An answer with its citations and all that was found."""
    return {
        "answer": answer.text,
        "refused": answer.refused,
        "query": answer.query,
        "model": answer.model,
        "notice": answer.notice,
        "citations": [citation_to_dict(one, home) for one in answer.citations],
        "statements": [asdict(one) for one in answer.statements],
        "hits": [hit_to_dict(hit, home) for hit in answer.hits],
        "timings_ms": dict(timings_ms or {}),
    }


def document_to_dict(document: DocumentInfo) -> dict[str, Any]:
    """One line of the list of documents."""
    return {
        "id": document.id,
        "name": document.name,
        "media_type": document.media_type,
        "paths": list(document.paths),
        "pages": document.pages,
        "chunks": document.chunks,
        "vectors": document.vectors,
        "size": document.size,
        "added": document.added,
        "status": document.status,
        "warnings": list(document.warnings),
        "tags": list(document.tags),
        "date": document.date,
        "date_from": document.date_from,
    }


def removed_to_dict(document: RemovedDocument) -> dict[str, Any]:
    """A document that can be restored."""
    return {**asdict(document), "paths": list(document.paths)}


def file_result_to_dict(result: FileResult) -> dict[str, Any]:
    """What became of one file."""
    return {
        "path": result.path,
        "status": result.status,
        "document_id": result.document_id,
        "pages": result.pages,
        "chunks": result.chunks,
        "seconds": result.seconds,
        "warnings": list(result.warnings),
        "reason": result.reason,
        "found": dict(result.found),
    }


def page_report_to_dict(number: int, location: str, report: PageReport) -> dict[str, Any]:
    """What was found on one page."""
    return {"number": number, "location": location, **asdict(report)}


def page_to_dict(page: Page) -> dict[str, Any]:
    """A page as it was read; width and height are points, 0 where the file has no pages."""
    return {
        "number": page.number,
        "location": page.location,
        "width": page.width,
        "height": page.height,
        "source": page.report.source,
        "warnings": list(page.report.warnings),
        "blocks": [_block(block) for block in page.blocks],
    }


def _block(block: Block) -> dict[str, Any]:
    rect = [round(value, POINT_DIGITS) for value in block.box] if block.box else None
    return {"kind": block.kind, "level": block.level, "text": block.text, "rect": rect}


def places_to_dict(places: Iterable[Place], most: int) -> dict[str, Any]:
    """Where words stand in a document; `more` where that is at more than so many places."""
    some = list(islice(places, most + 1))
    told = [{"page": one.page, "text": one.text, "boxes": _boxes(one.boxes)} for one in some[:most]]
    return {"places": told, "more": len(some) > most}


def checkup_to_dict(report: CheckupReport) -> dict[str, Any]:
    """What `doctor` found."""
    found = [{"collection": name, **asdict(one)} for name, one in report.findings]
    return {"healthy": report.is_healthy, "findings": found, "facts": dict(report.facts)}


def _boxes(boxes: Iterable[tuple[int, Box]]) -> list[dict[str, Any]]:
    return [{"page": page, "rect": [round(value, POINT_DIGITS) for value in rect]} for page, rect in boxes]


def event_to_dict(event: Event, timings_ms: Mapping[str, float] | None = None, home: str = "") -> dict[str, Any]:
    """One step of an answer under way; `type` says which."""
    from docent.llm import Done, Retrieved

    if isinstance(event, Retrieved):
        return {"type": "retrieved", "query": event.query, "hits": [hit_to_dict(hit, home) for hit in event.hits]}
    if isinstance(event, Done):
        return {"type": "done", **answer_to_dict(event.answer, timings_ms, home)}
    return {"type": _kind(event), "text": event.text}


def _kind(event: Event) -> str:
    return type(event).__name__.lower()


class TimedEvents:
    """Passes events on and measures: milliseconds to the hits, to the first words and to the end."""

    def __init__(self, events: Iterable[Event], home: str = "") -> None:
        self._events = events
        self.home = home
        self.timings_ms: dict[str, float] = {}

    def told(self, place: Mapping[str, str] | None = None) -> Iterator[dict[str, Any]]:
        """Each as JSON; the last one says in which `place` the answer is kept, if it is."""
        for event in self:
            told = event_to_dict(event, self.timings_ms, self.home)
            yield {**told, **(place or {})} if told["type"] == "done" else told

    def __iter__(self) -> Iterator[Event]:
        started = time.perf_counter()
        for event in self._events:
            stage = _STAGES.get(_kind(event))
            if stage and stage not in self.timings_ms:
                self.timings_ms[stage] = round((time.perf_counter() - started) * 1000, 2)
            yield event
