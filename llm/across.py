"""Questions to documents in the other language: words find nothing there, so the meaning of sentences decides."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from docent.ingest import is_cjk
from docent.llm.evidence import Evidence
from docent.llm.language import Language, language_of
from docent.llm.pieces import MAX_PIECE, Piece, pieces_of
from docent.llm.years import may_be_of, years_in
from docent.retrieval import EmbedderError, Hit

if TYPE_CHECKING:
    from docent.llm.verification import Similarity

READ = 5  # hits
FOREIGN = 3  # of them, from which words decide nothing
MOST = 20  # sentences, 15 ms each on a quiet core
# Names, labels and rows of figures are near to any question that has the same name or year.
SHORTEST: dict[Language, int] = {"zh": 10, "en": 40}  # characters
CJK_SHARE = 0.15  # of the letters, from which a text is Chinese; names and terms are Latin in Chinese texts
# Of 29 questions by hand, to documents of the other language, 7 of the 9 whose page was found have the answer in the
# nearest sentence, .053 to .086 above the mean; of 20 others (nothing there, or not found) 4 are as far above it.
CLEAR = 0.05
NEAR = 0.01  # from the best, that another sentence is quoted as well

log = logging.getLogger(__name__)


def language_of_text(text: str) -> Language | None:
    """The language that most of a text is in; None for a text without letters."""
    letters = [character for character in text if character.isalpha()]
    if not letters:
        return None
    return "zh" if sum(map(is_cjk, letters)) >= CJK_SHARE * len(letters) else "en"


def is_across(question: str, hits: Sequence[Hit]) -> bool:
    """Whether most of the best hits, or all where there are few, are in another language than the question."""
    asked = language_of(question)
    first = [language_of_text(hit.chunk.text) for hit in hits[:READ]]
    return bool(first) and sum(found not in (None, asked) for found in first) >= min(FOREIGN, len(first))


def nearest(question: str, hits: Sequence[Hit], similarity: Similarity) -> list[Evidence]:
    """The sentences nearest in meaning, best first; none where none stands out, or no model can be asked."""
    asked = language_of(question)
    pool = [one for index, hit in enumerate(hits[:READ]) for one in pieces_of(index, hit) if _may_answer(hit, one)]
    pool = [one for one in pool if language_of_text(_text(hits, one)) not in (None, asked)][:MOST]
    if not pool:
        return []
    try:
        near = similarity(question, [_text(hits, one) for one in pool])
    except EmbedderError as error:
        log.warning("sentences of another language are not compared with the question: %s", error)
        return []
    best = max(near)
    if best - sum(near) / len(near) < CLEAR:
        return []
    found = [
        Evidence(one.index, one.start, one.end, score, score, one.row)
        for one, score in zip(pool, near, strict=True)
        if score >= best - NEAR
    ]
    years = list(years_in(question))
    if len(years) == 1:
        found = [one for one in found if may_be_of(years[0], question, hits[one.index], one)]
    return sorted(found, key=lambda one: -one.score)


def _may_answer(hit: Hit, one: Piece) -> bool:
    text = hit.chunk.text[one.start : one.end]
    is_long = len(text) >= SHORTEST[language_of(text)]
    return one.row is None and is_long and len(text) <= MAX_PIECE and text not in hit.chunk.heading.split(" > ")


def _text(hits: Sequence[Hit], one: Piece) -> str:
    return hits[one.index].chunk.text[one.start : one.end]
