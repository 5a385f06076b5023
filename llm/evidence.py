"""Which sentences of the hits answer a question or support a statement, and where they are printed."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from docent.ingest import TableRow, statements, without_places
from docent.llm.cells import named_cells, value_cells
from docent.llm.types import Citation, CitedBox
from docent.retrieval import Hit, fold, query_terms, terms

LOOK_AT = 6  # hits; an answer further down is seldom better than the next sentence of a better hit
HEADING = 0.5  # what a heading loses: it names what follows and answers nothing
MAX_SENTENCE = 600  # characters; a longer one is a table or a list without stops, and is no answer
MIN_LABEL = 2  # characters of a label that a question can be said to name
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Evidence:
    """`hits[index].chunk.text[start:end]`, and the share of the question's weight in it, 0 to 1.

    `row` is set where that is a row of a table: what it says includes its label and the heads above it.
    """

    index: int
    start: int
    end: int
    coverage: float
    score: float
    row: TableRow | None = None


@dataclass(frozen=True, slots=True)
class _Statement:
    """A sentence or row of one hit, with its terms."""

    index: int
    start: int
    end: int
    row: TableRow | None
    words: frozenset[str]


def rank_sentences(question: str, hits: Sequence[Hit], context: str = "") -> list[Evidence]:
    """All sentences of the hits, best first.

    A sentence is worth the weight of the question's terms in it (rare ones among these hits weigh more), a part
    of the weight that stands in its headings and neighbours, and a little for the rank of its hit.
    """
    wanted = query_terms(f"{question} {context}")
    pool = [
        one for index, hit in enumerate(hits) for one in _statements(index, hit) if one.end - one.start <= MAX_SENTENCE
    ]
    named = [set(terms(f"{hit.document.name} {hit.chunk.heading} {hit.chunk.context}")) for hit in hits]
    weights = _weights(wanted, [one.words for one in pool])
    total = sum(weights.values()) or 1.0
    found = []
    for place, one in enumerate(pool):
        hit = hits[one.index]
        coverage = sum(weight for term, weight in weights.items() if term in one.words) / total
        around = named[one.index].union(*(neighbour.words for neighbour in _neighbours(pool, place)))
        nearby = sum(weight for term, weight in weights.items() if term in around and term not in one.words) / total
        text = hit.chunk.text[one.start : one.end]
        penalty = HEADING if text in hit.chunk.heading.split(" > ") else _penalty(text, one.row)
        aim = _aim(question, hit.chunk.text, one.row)
        score = coverage + aim + (0.8 if one.row else 0.5) * nearby + 0.1 / (1 + one.index) - penalty
        found.append(Evidence(one.index, one.start, one.end, coverage, score, one.row))
    return sorted(found, key=lambda one: -one.score)


def names_row(question: str, row: TableRow) -> bool:
    """Whether a question says the label of a row of data, blanks and case aside."""
    label = "".join(fold(row.label.split(" / ")[-1]).split())
    return not row.is_head and len(label) >= MIN_LABEL and label in "".join(fold(question).split())


def _aim(question: str, text: str, row: TableRow | None) -> float:
    """What a row gains when the question names it, and one of its columns."""
    if row is None or not names_row(question, row):
        return 0.0
    return 0.25 if named_cells(question, value_cells(text, row)) else 0.1


def _neighbours(pool: Sequence[_Statement], place: int) -> list[_Statement]:
    """The statements before and after; for a row of a table the caption and unit before the table."""
    one = pool[place]
    if one.row is None:
        near = [pool[i] for i in (place - 1, place + 1) if 0 <= i < len(pool)]
        return [other for other in near if other.index == one.index]
    first = place
    while first and pool[first - 1].row is not None and pool[first - 1].index == one.index:
        first -= 1
    return [other for other in pool[max(0, first - 2) : first] if other.index == one.index and len(other.words) < 60]


def support(statement: str, hit: Hit) -> Evidence:
    """The narrowest place in one hit that says most of a statement: a sentence, or two neighbouring ones.

    `coverage` is the share of the statement's terms that stand there; 0 when a number of it does not.
    """
    wanted = query_terms(statement)
    said = _statements(0, hit) or [_Statement(0, 0, len(hit.chunk.text), None, frozenset())]
    pairs = [_Statement(0, a.start, b.end, None, a.words | b.words) for a, b in pairwise(said)]
    best = Evidence(0, said[0].start, said[0].end, 0.0, -1.0)
    for one in [*said, *pairs]:
        coverage = sum(term in one.words for term in wanted) / (len(wanted) or 1)
        score = coverage - (one.end - one.start) / 10_000
        if score > best.score:
            best = Evidence(0, one.start, one.end, coverage, score, one.row)
    quoted = numbers(hit.chunk.text[best.start : best.end])
    around = f"{hit.document.name} {without_places(hit.chunk.heading)} {hit.chunk.context} {_meaning(best.row)}"
    if numbers(statement) - quoted - numbers(around):
        return Evidence(0, best.start, best.end, 0.0, best.score, best.row)
    return best


def numbers(text: str) -> set[str]:
    """The numbers in a text, without grouping."""
    return {one.replace(",", "") for one in _NUMBER.findall(fold(text))}


def cite(number: int, hit: Hit, start: int, end: int, *, verified: bool = True) -> Citation:
    """A citation of `hit.chunk.text[start:end]` with the boxes of its lines."""
    lines = hit.chunk.lines(start, end)
    boxes = tuple(CitedBox(line.page, line.box) for line in lines if line.box is not None)
    page = lines[0].page if lines else hit.chunk.pages[0]
    return Citation(number, hit, hit.chunk.text[start:end], page, boxes, verified)


def _statements(index: int, hit: Hit) -> list[_Statement]:
    text = hit.chunk.text
    return [
        _Statement(index, start, end, row, frozenset(terms(f"{text[start:end]} {_meaning(row)}")))
        for start, end, row in statements(text, hit.chunk.rows)
    ]


def _meaning(row: TableRow | None) -> str:
    """What is printed beside and above a row."""
    if row is None or row.is_head:
        return ""
    return " ".join([row.label, *dict.fromkeys(head for cell in row.cells for head in cell.heads)])


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
    return 0.1 if len(text) < 12 else 0.0
