"""Which sentences of the hits answer a question or support a statement, and where they are printed."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from docent.ingest import sentences
from docent.llm.types import Citation, CitedBox
from docent.retrieval import Hit, fold, query_terms, terms

MAX_SENTENCE = 600  # characters; a longer one is a table or a list without stops, and is no answer
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Evidence:
    """`hits[index].chunk.text[start:end]`, and the share of the question's weight in it, 0 to 1."""

    index: int
    start: int
    end: int
    coverage: float
    score: float


def rank_sentences(question: str, hits: Sequence[Hit], context: str = "") -> list[Evidence]:
    """All sentences of the hits, best first.

    A sentence is worth the weight of the question's terms in it (rare ones among these hits weigh more), a part
    of the weight that stands in its headings and neighbours, and a little for the rank of its hit.
    """
    wanted = query_terms(f"{question} {context}")
    pool = [(i, a, b, set(terms(hit.chunk.text[a:b]))) for i, hit in enumerate(hits) for a, b in _short(hit)]
    weights = _weights(wanted, [words for *_, words in pool])
    total = sum(weights.values()) or 1.0
    found = []
    for place, (index, start, end, words) in enumerate(pool):
        coverage = sum(weight for term, weight in weights.items() if term in words) / total
        around = set(terms(f"{hits[index].document.name} {hits[index].chunk.heading}"))
        for neighbour in (place - 1, place + 1):
            if 0 <= neighbour < len(pool) and pool[neighbour][0] == index:
                around |= pool[neighbour][3]
        nearby = sum(weight for term, weight in weights.items() if term in around and term not in words) / total
        score = coverage + 0.35 * nearby + 0.25 / (1 + index) - _penalty(hits[index].chunk.text[start:end])
        found.append(Evidence(index, start, end, coverage, score))
    return sorted(found, key=lambda one: -one.score)


def support(statement: str, hit: Hit) -> Evidence:
    """The narrowest place in one hit that says most of a statement: a sentence, or two neighbouring ones.

    `coverage` is the share of the statement's terms that stand there; 0 when a number of it does not.
    """
    wanted = query_terms(statement)
    spans = sentences(hit.chunk.text) or [(0, len(hit.chunk.text))]
    pairs = [(a, d) for (a, _), (_, d) in zip(spans, spans[1:], strict=False)]
    best = Evidence(0, *spans[0], 0.0, -1.0)
    for start, end in [*spans, *pairs]:
        words = set(terms(hit.chunk.text[start:end]))
        coverage = sum(term in words for term in wanted) / (len(wanted) or 1)
        score = coverage - (end - start) / 10_000
        if score > best.score:
            best = Evidence(0, start, end, coverage, score)
    quoted = numbers(hit.chunk.text[best.start : best.end])
    if numbers(statement) - quoted - numbers(f"{hit.document.name} {hit.chunk.heading}"):
        return Evidence(0, best.start, best.end, 0.0, best.score)
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


def _short(hit: Hit) -> list[tuple[int, int]]:
    return [(a, b) for a, b in sentences(hit.chunk.text) if b - a <= MAX_SENTENCE]


def _weights(wanted: Sequence[str], pool: Sequence[set[str]]) -> dict[str, float]:
    """Inverse sentence frequency among the candidates; a term that no candidate has counts as a rare one."""
    frequency = Counter(term for words in pool for term in words)
    return {term: math.log(1 + (len(pool) + 1) / (frequency[term] + 0.5)) for term in wanted}


def _penalty(text: str) -> float:
    """Headings, questions, heads of tables and scraps are no answers."""
    if len(text) < 6:
        return 0.4
    if text.endswith(("?", "？")):
        return 0.3
    if "\t" in text and not _NUMBER.search(text):
        return 0.6
    return 0.1 if len(text) < 12 else 0.0
