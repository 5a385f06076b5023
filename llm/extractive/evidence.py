"""Which sentences of the hits answer a question, and where they are printed."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from docent.ingest import Cell, TableRow
from docent.llm.extractive.cells import gives_share, has_only_shares, named_cells, value_cells
from docent.llm.extractive.pieces import MAX_PIECE, Piece, is_of_contents, meaning_of, pieces_of
from docent.llm.extractive.siblings import siblings_of
from docent.llm.extractive.subjects import documents_named, subjects_of
from docent.llm.questions.asked import (
    defines,
    kinds_asked,
    looks_like,
    names_change,
    only_years,
    says_outright,
    subject_of,
)
from docent.llm.questions.durations import is_meanwhile
from docent.llm.questions.kinds import WORTH, Kind
from docent.llm.questions.periods import PERIOD
from docent.llm.questions.phrases_zh import split
from docent.llm.questions.shares import without_whole
from docent.llm.types import Citation, CitedBox
from docent.retrieval import Hit, fold, query_terms, terms

# Cosines of the bundled embedder mixed into the scores, at the best weight, found the answer first for 128 of 160
# questions of the development sets, and words alone for 127, without 15 ms for each sentence: words alone decide.
LOOK_AT = 6  # hits; an answer further down is seldom better than the next sentence of a better hit
BESIDE = 0.4  # of the weight of what only the sentences before and after say; .5 quotes more and finds no more
BESIDE_ROW = 0.8  # of what only the caption and unit of a table say
LISTED = 2  # commas of a heading that lists things
HEADING = 0.5  # what a heading loses: it names what follows and answers nothing
STRANGE_ROW = 0.1  # what a row loses whose label has no word of the question; .1 and .2 did alike
# What a document is about is in many of its passages and in none of the others'. Of the weight of such terms this much
# counts for every sentence of the document: on half of the development questions 0 found the answer in the first
# sentence for 231 of 332, .5 for 244, .9 for 263, 1 for 260 (the other half: 251, 263, 268, 270 of 344).
SUBJECT = 0.9
ONLY_SHARES = 0.15  # what a row of shares of a whole gains less where none is asked for
OTHER = 0.3  # what the sentences of the other documents lose where the question names one
ONLY_YEARS = 0.1  # what a sentence loses that gives years where an amount is asked for
PART_OF_LABEL = 0.25  # what a row loses where the question names one whose label has more words
NO_REASON = 0.15  # what a row of figures loses where a reason is asked for
MEANWHILE = 0.3  # what a sentence loses that tells what happens in the time whose length is asked for
OUTRIGHT = 0.25  # what a sentence gains that goes on where the question asks: 每届任期五年 for 每届任期几年
DEFINES = 0.15  # what a sentence gains that begins with the term and says what it is, where that is asked
NO_DIFFERENCE = 0.15  # and a row of amounts where it is asked by how much they differ
MIN_BEGIN = 5  # letters that two forms of a word have in common
MIN_ECHO = 8  # characters of a question that a text repeats, which is no answer to it
MIN_END = 3  # characters of the end of a label
MIN_LABEL = 2  # characters of a label that a question can be said to name
CONTENTS = 1.0  # what a line of a table of contents loses
_LABEL_START = re.compile(
    r"^\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）.、．]\s*|其中[:：]?|[加减][:：])?", re.IGNORECASE
)
_LABEL_END = re.compile(r"\s*(?:[（(][^（()）]*[)）])?\s*[:：]?\s*$")
_SUM = re.compile(r"(?<=[^\W\d_]{4})合计$")  # 营业收入合计; 资产合计 is not what 流动资产 asks for
_TOTAL = re.compile("(?:grand )?totals?|合 ?计|总 ?计")
_BREAKS = re.compile(r"[的，,、\s]")
_FIRST = re.compile(r"[^?？]*")
_BETWEEN = re.compile(r"[\W_]+")
# A heading by its words, where nothing else of the page tells it: （2）主要子公司、参股公司情况.
_TITLE = re.compile(r"[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）.、．]\s*[^。；;，,:：]{2,60}[情概]况")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Evidence:
    """`hits[index].chunk.text[start:end]`, and the share of the question's weight in it, 0 to 1.

    `row` is set where that is a row of a table: what it says includes its label and the heads above it. `shared` is
    what of the score is that of the whole document. `told` are the cells of the row to tell, where that is known.
    """

    index: int
    start: int
    end: int
    coverage: float
    score: float
    row: TableRow | None = None
    shared: float = 0.0
    told: tuple[Cell, ...] = ()

    @property
    def merit(self) -> float:
        """What of the score is its own."""
        return self.score - self.shared


def rank_sentences(question: str, hits: Sequence[Hit], context: str = "") -> list[Evidence]:
    """All sentences of the hits, best first.

    A sentence is worth the weight of the question's terms in it and its headings (rare ones among these hits weigh
    more), a part of the weight that stands in its neighbours, something for looking like the kind of answer that is
    asked for, and a little for the rank of its hit. What a whole document is about is no merit of one of its sentences.
    """
    pool = [one for index, hit in enumerate(hits) for one in pieces_of(index, hit) if one.end - one.start <= MAX_PIECE]
    wanted = _as_written(query_terms(f"{subject_of(question)} {context}"), pool)
    weights = _weights(wanted, [one.words for one in pool])
    total = sum(weights.values()) or 1.0
    named = [frozenset(terms(f"{hit.document.name} {_above(hit)} {hit.chunk.context}")) for hit in hits]
    asked = [frozenset(wanted).difference(terms(hit.document.name)) for hit in hits]
    subjects = subjects_of(wanted, hits, pool, named)
    # After a question for a measure often comes what to say where it means nothing, and why.
    kinds = kinds_asked(_FIRST.findall(question)[0] if context else question)
    meant = documents_named(wanted, hits)
    echo = question.strip(" ?？").lower()
    beside_them = siblings_of(question, hits)
    found = []
    for place, one in enumerate(pool):
        hit = hits[one.index]
        text = hit.chunk.text[one.start : one.end]
        subject = subjects[hit.document.id]
        beside: frozenset[str] = frozenset().union(*(other.words for other in _neighbours(pool, place)))
        own, above, same, near = _parts(weights, (one.words, named[one.index], subject, beside))
        score = (own + above + SUBJECT * same + (BESIDE_ROW if one.row else BESIDE) * near) / total
        score += (
            _aim(question, context, asked[one.index], hit.chunk.text, one.row)
            + _look(question, kinds, hit.chunk.text, one)
            + 0.1 / (1 + one.index)
        )
        score -= OTHER if meant and hit.document.id not in meant else 0.0
        score -= HEADING if text in hit.chunk.heading.split(" > ") else _penalty(text, one.row)
        score -= HEADING if len(echo) >= MIN_ECHO and echo in text.lower() else 0.0
        score += 0.0 if one.row else min((known.worth(hit, text) for known in beside_them), default=0.0)
        score -= CONTENTS if one.row is None and is_of_contents(hit.chunk.text) else 0.0
        shared = SUBJECT * sum(weights[term] for term in subject) / total
        found.append(Evidence(one.index, one.start, one.end, own / total, score, one.row, shared))
    return sorted(_by_whole_labels(without_whole(question), found), key=lambda one: -one.score)


def _by_whole_labels(question: str, found: Sequence[Evidence]) -> list[Evidence]:
    """Less for a row whose label is a part of another one that a question names: Total, where it says Total assets."""
    named = [label_of(one.row) if one.row and names_row(question, one.row) else "" for one in found]
    labels = set(named)
    parts = {one for one in labels if any(one != other and one in other for other in labels)} - {""}
    return [
        replace(one, score=one.score - PART_OF_LABEL) if name in parts else one
        for one, name in zip(found, named, strict=True)
    ]


def _above(hit: Hit) -> str:
    """The headings over a passage. One that lists things is of all its sentences together and says of none which."""
    return " ".join(one for one in hit.chunk.heading.split(" > ") if one.count("、") + one.count(", ") < LISTED)


def _parts(weights: Mapping[str, float], places: Sequence[frozenset[str]]) -> list[float]:
    """The weight of the terms in each of some places, each term in the first that has it."""
    found = [0.0] * len(places)
    for term, weight in weights.items():
        place = next((at for at, words in enumerate(places) if term in words), None)
        if place is not None:
            found[place] += weight
    return found


def _look(question: str, kinds: frozenset[Kind], whole: str, one: Piece) -> float:
    """What looking like the answer is worth to a piece of the text `whole`."""
    text = whole[one.start : one.end]
    if not kinds or (one.row is not None and one.row.is_head):
        return 0.0
    if one.row is not None and "reason" in kinds and not looks_like("reason", text, question):
        return -NO_REASON
    if one.row is not None and "difference" in kinds and not names_change(f"{meaning_of(one.row)} {text}"):
        return -NO_DIFFERENCE
    if one.row is not None and "share" in kinds and not gives_share(whole, one.row):
        kinds = kinds - {"share"}
    worth = sum(WORTH[kind] for kind in kinds if looks_like(kind, text, question))
    worth -= MEANWHILE if "duration" in kinds and is_meanwhile(question, text) else 0.0
    worth += OUTRIGHT if one.row is None and says_outright(question, kinds, text) else 0.0
    worth += DEFINES if "definition" in kinds and defines(question, text) else 0.0
    return worth - (ONLY_YEARS if only_years(kinds, text, question) else 0.0)


def names_row(question: str, row: TableRow) -> bool:
    """Whether a question says the label of a row of data, blanks, case, numbering and unit aside."""
    if row.is_head or not row.label:
        return False
    label = label_of(row)
    if label.isascii():
        return len(label) >= MIN_LABEL and f" {label} " in f" {_plain(question)} "
    label = label.replace(" ", "")
    return len(label) >= MIN_LABEL and label in _plain(question).replace(" ", "")


def label_of(row: TableRow) -> str:
    """The label of a row itself, without sections, numbering and 合计; of a pair without heads the first of both."""
    parts = row.label.split(" / ")
    return _SUM.sub("", _plain(_bare(parts[-1] if any(cell.heads for cell in row.cells) else parts[0])))


def names_end(question: str, row: TableRow) -> bool:
    """Whether a row is called what a Chinese question is about with more before it: 归属于股东的净利润 for 净利润."""
    body = PERIOD.sub("", split(question.rstrip("？?。 ")).body)
    last = _plain(_BREAKS.split(body.strip(" 的，,"))[-1]).replace(" ", "")
    label = _plain(_bare(row.label.split(" / ")[-1])).replace(" ", "")
    return not last.isascii() and len(last) >= MIN_END and label.endswith(last)


@lru_cache(maxsize=256)
def _plain(text: str) -> str:
    """Letters and digits, folded, with one blank for whatever stands between them."""
    return " ".join(_BETWEEN.sub(" ", fold(text)).split())


def _bare(label: str) -> str:
    """`营业收入` of `一、营业收入（元）：`."""
    return _LABEL_END.sub("", _LABEL_START.sub("", label)) or label


def _aim(question: str, context: str, wanted: frozenset[str], text: str, row: TableRow | None) -> float:
    """What a row gains when the question names it, and one of its columns; what it loses when it says nothing of it.

    A line that `context` names, of which the measure that is asked for is made, gains a little less.
    """
    if row is None or row.is_head:
        return 0.0
    part = without_whole(question)
    if part != question and not gives_share(text, row):
        return 0.0
    if names_row(part, row):
        gain, more = 0.1, 0.15
    elif (context and names_row(context, row)) or names_end(part, row):
        gain, more = 0.05, 0.1
    elif not row.label or _TOTAL.fullmatch(label_of(row)):
        return 0.0
    else:
        return 0.0 if not wanted.isdisjoint(terms(row.label)) else -STRANGE_ROW
    if has_only_shares(question, text, row):
        gain -= ONLY_SHARES
    if PERIOD.fullmatch(row.label.split(" / ")[-1].strip()):
        return gain
    return gain + (more if named_cells(question, value_cells(text, row)) else 0.0)


def _neighbours(pool: Sequence[Piece], place: int) -> list[Piece]:
    """The statements before and after; for a row of a table the caption and unit before the table."""
    one = pool[place]
    if one.row is None:
        near = [pool[i] for i in (place - 1, place + 1) if 0 <= i < len(pool)]
        return [other for other in near if other.index == one.index]
    first = place
    while first and pool[first - 1].row is not None and pool[first - 1].index == one.index:
        first -= 1
    return [other for other in pool[max(0, first - 2) : first] if other.index == one.index and len(other.words) < 60]


def numbers(text: str) -> set[str]:
    """The numbers in a text, without grouping."""
    return {one.replace(",", "") for one in _NUMBER.findall(fold(text))}


def cite(number: int, hit: Hit, start: int, end: int, *, verified: bool = True) -> Citation:
    """A citation of `hit.chunk.text[start:end]` with the boxes of its lines."""
    lines = hit.chunk.lines(start, end)
    boxes = tuple(CitedBox(line.page, line.box) for line in lines if line.box is not None)
    page = lines[0].page if lines else hit.chunk.pages[0]
    return Citation(number, hit, hit.chunk.text[start:end], page, boxes, verified)


def _as_written(wanted: Sequence[str], pool: Sequence[Piece]) -> list[str]:
    """The terms of a question; for a long Latin word that no sentence has, one of the same beginning: cyclical(ity)."""
    known: frozenset[str] = frozenset().union(*(one.words for one in pool))
    found = []
    for term in wanted:
        begin = term[: max(MIN_BEGIN, len(term) * 2 // 3)]
        if term in known or not (term.isascii() and term.isalpha()) or len(term) <= MIN_BEGIN:
            found.append(term)
        else:
            found.append(min((one for one in known if one.startswith(begin)), key=len, default=term))
    return list(dict.fromkeys(found))


def _weights(wanted: Sequence[str], pool: Sequence[frozenset[str]]) -> dict[str, float]:
    """Inverse sentence frequency among the candidates; a term that no candidate has counts as a rare one."""
    frequency = Counter(term for words in pool for term in words)
    return {term: math.log(1 + (len(pool) + 1) / (frequency[term] + 0.5)) for term in wanted}


def _penalty(text: str, row: TableRow | None) -> float:
    """Headings, questions, heads of tables and scraps are no answers."""
    if row is not None:
        return 0.6 if row.is_head or len(row.cells) < 2 else 0.0
    if len(text) < 6:
        return 0.4
    if text.endswith(("?", "？")):
        return 0.3
    if "\t" in text and not _NUMBER.search(text):
        return 0.6
    if _TITLE.fullmatch(text):
        return HEADING
    return 0.1 if len(text) < 12 else 0.0
