"""Questions that share words with passages about something else: who invented the telephone, and phone numbers.

Words cannot tell a sense from another; how near a passage is to the question can. It is asked only where few words
speak for the passages, since that takes 15 ms a passage and more.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from docent.llm.extractive.evidence import Evidence
from docent.llm.extractive.pieces import said_by
from docent.llm.language import Language, language_of
from docent.llm.questions.asked import clauses, subject_of
from docent.retrieval import EmbedderError, Hit, query_terms, terms

if TYPE_CHECKING:
    from docent.llm.checks.verification import Similarity

MOST_TERMS = 6  # of a short question
SHARED = 0.67  # of them in one passage, from which words are trusted
LOOK_AT = 2  # hits
OPENING = 200  # characters of a passage; more of it makes no difference and takes longer
# Of 79 questions by hand about the world, to filings, laws and manuals, words alone refuse 23, and with these 54; of
# the 724 of the development sets that have an answer, none is refused for them.
FAR: dict[Language, float] = {"zh": 0.845, "en": 0.775}
# Below .5 of a question's weight in the best sentence, nearness and that share decide together. Of 540 questions to
# evaluation sets and manuals, 9 of 39 that cannot be answered are held back, and 1 of 444 answered right.
HALF = 0.5
NEAR: dict[Language, float] = {"zh": 0.884, "en": 0.84}
# And below these a sentence may be no answer where a word of the question is nowhere in its passage. Of answers to
# questions of the development sets and to manuals, 21 of 677 that are right are below, 23 of 101 that are wrong, and 27
# of 69 to questions that cannot be answered.
SURE: dict[Language, float] = {"zh": 0.9, "en": 0.86}
BY_WORDS = 0.05  # what the share of the words counts, beside a cosine
_EXACT = re.compile(r"\d|[“”\"‘「『《]")  # what is found by these is meant
_QUOTED = re.compile('[“"「『《]([^“”"「」『』《》]+)[”"」』》]')

log = logging.getLogger(__name__)


def is_far_off(question: str, hits: Sequence[Hit], best: Evidence, similarity: Similarity) -> bool:
    """Whether the passages are about something else, and `best` of them with them."""
    vague, thin = _is_vague(question, hits), _is_thin(question, hits, best)
    if not (vague or thin):
        return False
    there = hits[best.index]
    said = there.chunk.text[best.start : best.end][:OPENING]
    texts = [said, said_by(there, said), *(said_by(hit, hit.chunk.text[:OPENING]) for hit in hits[:LOOK_AT])]
    try:
        alone, *placed = similarity(question, texts)
    except EmbedderError as error:
        log.warning("passages are not compared with the question: %s", error)
        return False
    language = language_of(question)
    if vague and max(placed) < FAR[language]:
        return True
    return thin and max(alone, *placed) < NEAR[language] - BY_WORDS * best.coverage


def is_unsure(question: str, hits: Sequence[Hit], best: Evidence, similarity: Similarity) -> bool:
    """Whether the best sentence, which has less than half of what is asked, is not near enough to be sure of it."""
    said = hits[best.index].chunk.text[best.start : best.end][:OPENING]
    try:
        near = similarity(question, [said, said_by(hits[best.index], said)])
    except EmbedderError as error:
        log.warning("the answer is not compared with the question: %s", error)
        return False
    return max(near) < SURE[language_of(question)]


def _is_vague(question: str, hits: Sequence[Hit]) -> bool:
    """Whether a question is short, and no passage has most of its words."""
    if _EXACT.search(question) or (language_of(question) == "zh" and re.search("[A-Za-z]", question)):
        return False
    wanted = set(query_terms(subject_of(question)))
    if not wanted or len(wanted) > MOST_TERMS:
        return False
    return all(len(wanted.intersection(terms(said_by(hit)))) <= SHARED * len(wanted) for hit in hits)


def _is_thin(question: str, hits: Sequence[Hit], best: Evidence) -> bool:
    """Whether the best sentence has less than half of what is asked, which is one thing and nothing quoted."""
    if best.row is not None or best.coverage >= HALF or len(clauses(question)) > 1:
        return False
    return not any(quoted in hit.chunk.text for quoted in _QUOTED.findall(question) for hit in hits)
