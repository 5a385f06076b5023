"""Questions to documents in the other language: words find nothing there, so the meaning of sentences decides."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from docent.ingest import Chunk, is_cjk, statements
from docent.llm.extractive.evidence import Evidence
from docent.llm.extractive.pieces import MAX_PIECE, Piece, pieces_of
from docent.llm.extractive.years import may_be_of, years_in
from docent.llm.language import Language, language_of, languages_in
from docent.llm.questions.asked import kinds_asked, looks_like
from docent.llm.questions.kinds import Kind
from docent.llm.questions.offices import office_in
from docent.llm.questions.phrases_en import FUNCTION
from docent.retrieval import EmbedderError, Hit

if TYPE_CHECKING:
    from docent.llm.checks.verification import Similarity

READ = 5  # hits
FOREIGN = 3  # of them, from which words decide nothing
MOST = 40  # sentences, 15 ms each on a quiet core
# Names, labels and rows of figures are near to any question that has the same name or year.
SHORTEST: dict[Language, int] = {"zh": 10, "en": 40}  # characters
CJK_SHARE = 0.15  # of the letters, from which a text is Chinese; names and terms are Latin in Chinese texts
LEAST_FUNCTION = 2  # words such as "the" and "is" in an English sentence
# Of 58 questions by hand, to documents of the other language, 13 are answered so, 9 of them right; none of 14 others.
# With .04 it is 17 and 11. Without _bare 15 are answered and 9 right, of the 20 first sentences 11 and 7.
CLEAR = 0.05  # above the mean
NEAR = 0.015  # from the best, that another sentence is quoted as well
LOOKED_FOR: tuple[Kind, ...] = ("number", "date", "reason", "person")
EVERYWHERE = 4  # a name that stands in this part of the sentences, or in the name of a document, tells them not apart
_WORD = re.compile(r"[a-z]+")
_NAME = re.compile(r"[A-Za-z\d&][\w&.-]*", re.ASCII)
_NOTICES: dict[Language, str] = {
    "en": "The passages found are in Chinese: these are the sentences nearest in meaning to the question.",
    "zh": "找到的段落是英文的，以下是意思与问题最接近的原句。",
}
_LOOKED_FOR: dict[Language, str] = {
    "en": "The answer stands in passages in Chinese, which were searched for: {}.",
    "zh": "答案出自英文段落，查找时用的词是：{}。",
}

log = logging.getLogger(__name__)


@lru_cache(maxsize=256)
def language_of_text(text: str) -> Language | None:
    """The language that most of a text is in; None for a text without letters.

    Cached, since each of the steps to an answer asks it of the same few passages.
    """
    letters = [character for character in text if character.isalpha()]
    if not letters:
        return None
    return "zh" if sum(map(is_cjk, letters)) >= CJK_SHARE * len(letters) else "en"


@lru_cache(maxsize=256)
def _is_english_too(chunk: Chunk) -> bool:
    """Whether half of a passage is English sentences, as in a manual that says each thing in two languages."""
    said = [chunk.text[start:end] for start, end, _ in statements(chunk.text, ())]
    return 2 * sum(len(one) for one in said if _is_english(one)) >= len(chunk.text)


def _is_english(sentence: str) -> bool:
    """Code and names have no words such as "the" and "is"."""
    words = FUNCTION.intersection(_WORD.findall(sentence.lower()))
    return language_of_text(sentence) == "en" and len(words) >= LEAST_FUNCTION


def is_across(question: str, hits: Sequence[Hit]) -> bool:
    """Whether most of the best hits, or all where there are few, are in another language than the question."""
    first = [is_foreign(question, hit) for hit in hits[:READ]]
    return bool(first) and sum(first) >= min(FOREIGN, len(first))


def is_foreign(question: str, hit: Hit) -> bool:
    """Whether a passage is in another language than the question, and than what that quotes, and only in that."""
    own = languages_in(question)
    if language_of_text(hit.chunk.text) in (None, *own):
        return False
    return "en" not in own or not _is_english_too(hit.chunk)


def nearest(question: str, hits: Sequence[Hit], similarity: Similarity) -> list[Evidence]:
    """The sentences nearest in meaning, best first; none where none stands out, or no model can be asked."""
    asked = language_of(question)
    pool = [one for index, hit in enumerate(hits[:READ]) for one in pieces_of(index, hit) if _may_answer(hit, one)]
    pool = [one for one in pool if language_of_text(_text(hits, one)) not in (None, asked)][:MOST]
    if not pool:
        return []
    texts = [_text(hits, one) for one in pool]
    try:
        near = similarity(_bare(question, texts, hits), texts)
    except EmbedderError as error:
        log.warning("sentences of another language are not compared with the question: %s", error)
        return []
    kinds = kinds_asked(question).intersection(LOOKED_FOR)
    offices = office_in(question, chinese=asked == "zh") if "person" in kinds else []
    looking = [
        (not kinds or any(looks_like(kind, text, question) for kind in kinds))
        and (not offices or any(office.search(text) for office in offices))
        for text in texts
    ]
    best = max((score for score, is_like in zip(near, looking, strict=True) if is_like), default=0.0)
    if best - sum(near) / len(near) < CLEAR:
        return []
    found = [
        Evidence(one.index, one.start, one.end, score, score, one.row)
        for one, score, is_like in zip(pool, near, looking, strict=True)
        if is_like and score >= best - NEAR
    ]
    years = list(years_in(question))
    if len(years) == 1:
        found = [one for one in found if may_be_of(years[0], question, hits[one.index], one)]
    return sorted(found, key=lambda one: -one.score)


def notice_of(question: str) -> str:
    """What the reader is told of sentences that were found by their meaning."""
    return _NOTICES[language_of(question)]


def looked_for(question: str, words: Sequence[str]) -> str:
    """What the reader is told of a question that was searched in the words of the documents."""
    between = "、" if language_of(question) == "en" else ", "  # of the language of the words
    return _LOOKED_FOR[language_of(question)].format(between.join(words))


def _bare(question: str, texts: Sequence[str], hits: Sequence[Hit]) -> str:
    """A question without the names that would make any sentence with them look near: `Adobe 的董事长是谁？`."""
    if language_of(question) == "en":
        return question
    small = [text.lower() for text in texts]
    files = [hit.document.name.lower() for hit in hits[:READ]]
    bare = question
    for name in set(_NAME.findall(question)):
        said = name.lower()
        if any(said in one for one in files) or EVERYWHERE * sum(said in one for one in small) >= max(8, len(small)):
            bare = bare.replace(name, "")
    return bare.lstrip(" 的公司在年") or question


def _may_answer(hit: Hit, one: Piece) -> bool:
    text = hit.chunk.text[one.start : one.end]
    is_long = len(text) >= SHORTEST[language_of(text)]
    return one.row is None and is_long and len(text) <= MAX_PIECE and text not in hit.chunk.heading.split(" > ")


def _text(hits: Sequence[Hit], one: Piece) -> str:
    return hits[one.index].chunk.text[one.start : one.end]
