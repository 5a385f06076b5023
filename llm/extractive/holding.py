"""Questions for who holds an office: sentences and rows that name somebody beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from docent.ingest import TableRow
from docent.llm.extractive.evidence import Evidence
from docent.llm.extractive.pieces import pieces_of
from docent.llm.questions.holders import is_name, may_name_holder, names_holder, office_pattern
from docent.llm.questions.offices import office_asked
from docent.retrieval import Hit

NAMED = 0.3  # what a sentence gains that names the holder
TELL = 0.5  # of the best score, from which such a sentence is told
_ELSEWHERE = re.compile(r"其他|兼|曾|\b(?:other|former|previous|past)\b", re.IGNORECASE)
LONGEST = 60  # characters of an office in a line of its own, above or below the name


def of_the_holder(question: str, hits: Sequence[Hit], ranked: list[Evidence]) -> tuple[list[Evidence], str]:
    """What names the holder of the office that is asked for, best first; and the office where nobody is named for it.

    Everything, and no office, for any other question, and where a name stands near it and may be the holder's.
    """
    office = office_pattern(question)
    if office is None or not ranked:
        return ranked, ""
    named = [found for one in ranked if (found := _named(office, hits[one.index], one))]
    named = [replace(one, score=one.score + NAMED) for one in named]
    best = ranked[0]
    named = [
        one
        for one in named
        if one.score >= TELL * best.score
        and (hits[one.index].document.id == hits[best.index].document.id or one.shared >= best.shared / 2)
    ]
    if named:
        return sorted(named, key=lambda one: -one.score), ""
    about = {hits[best.index].document.id} if best.shared else {hit.document.id for hit in hits}
    if any(may_name_holder(office, hit.chunk.text) for hit in hits if hit.document.id in about):
        return ranked, ""
    return [], office_asked(question)


def _named(office: re.Pattern[str], hit: Hit, one: Evidence) -> Evidence | None:
    """A sentence or row that names somebody in the office; of a signature both its lines."""
    text = hit.chunk.text
    said = text[one.start : one.end]
    if one.row is not None and _is_elsewhere(office, text, one.row):
        return None
    if names_holder(office, said):
        return one
    if one.row is not None or len(said) > LONGEST or not office.search(said):
        return None
    pieces = pieces_of(one.index, hit)
    place = next((at for at, piece in enumerate(pieces) if piece.start == one.start), len(pieces))
    for other in (*pieces[place - 1 : place], *pieces[place + 1 : place + 2]):
        if other.row is None and is_name(text[other.start : other.end]):
            return replace(one, start=min(one.start, other.start), end=max(one.end, other.end))
    return None


def _is_elsewhere(office: re.Pattern[str], text: str, row: TableRow) -> bool:
    """Whether a row tells of the office in other firms alone."""
    heads = [" ".join(cell.heads) for cell in row.cells if office.search(text, cell.start, cell.end)]
    return bool(heads) and all(map(_ELSEWHERE.search, heads))
