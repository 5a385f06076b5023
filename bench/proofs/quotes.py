"""Whether quotes stand on the pages they name, and their boxes around their words, read anew from the PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pymupdf
from quality import questions_of

from docent.app import Library
from docent.ingest import PDF
from docent.llm import Citation, fold_events
from docent.retrieval import fold

SLACK = 1.0  # points that a box may be off the words


@dataclass(slots=True)
class Quotes:
    """How many there were, stood on their page, had boxes on pages with a text layer, and were covered by them."""

    count: int = 0
    verbatim: int = 0
    boxed: int = 0
    covered: int = 0
    wrong: list[str] = field(default_factory=list)


def check_quotes(library: Library, data: Path, sets: Sequence[str], found: Quotes) -> None:
    """Add all quotes of the answers to all questions of the sets to what was found."""
    store = library.collection().store
    for one in sets:
        for asked in questions_of(data, one):
            answer = fold_events(library.ask(asked.question))
            for citation in answer.citations:
                found.count += 1
                page = library.page(citation.hit.document.id, citation.page)
                if _is_on(citation, library, page.text):
                    found.verbatim += 1
                else:
                    found.wrong.append(f"NOT ON PAGE {citation.page} of {citation.hit.document.name}: {citation.quote}")
                if store.media_type(citation.hit.document.id) == PDF and page.report.source == "text":
                    found.boxed += 1
                    if _is_covered(citation, store.original(citation.hit.document.id)):
                        found.covered += 1
                    else:
                        found.wrong.append(f"BOXES {citation.hit.document.name} {citation.page}: {citation.quote}")


def _letters(text: str) -> str:
    return "".join(one for one in fold(text) if one.isalnum())


def _is_on(citation: Citation, library: Library, text: str) -> bool:
    """A quote that goes on overleaf is looked for on both pages."""
    pages = sorted({box.page for box in citation.boxes} | {citation.page})
    if len(pages) > 1:
        text = "\n".join(library.page(citation.hit.document.id, number).text for number in pages)
    return _letters(citation.quote) in _letters(text)


def _is_covered(citation: Citation, path: Path) -> bool:
    """Every word of the quote is among the words whose middle lies in a box, in whatever order they are printed."""
    with pymupdf.open(path) as document:
        inside = ""
        for box in citation.boxes:
            page = document[box.page - 1]
            x0, y0, x1, y1 = box.rect
            rect = pymupdf.Rect(x0 - SLACK, y0 - SLACK, x1 + SLACK, y1 + SLACK)
            for block in page.get_text("rawdict")["blocks"]:
                for line in block.get("lines", ()):
                    for span in line["spans"]:
                        for char in span["chars"]:
                            left, top, right, bottom = pymupdf.Rect(char["bbox"]) * page.rotation_matrix
                            if rect.contains(pymupdf.Point((left + right) / 2, (top + bottom) / 2)):
                                inside += char["c"]
    wanted = _letters(citation.quote)
    return bool(wanted) and all(wanted.count(one) <= _letters(inside).count(one) for one in set(wanted))
