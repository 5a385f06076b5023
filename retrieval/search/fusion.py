"""Joining ranked lists, and what the joined list is told by the question and by the pages."""

from __future__ import annotations

import heapq
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from docent.retrieval.search.glossary import made_of
from docent.retrieval.terms import query_terms, terms

# Cormack, Clarke and Büttcher, "Reciprocal rank fusion" (SIGIR 2009), use 60 for lists of 1000; of 5 to 60, 30 did
# best on both dev sets, where the first few ranks matter.
RRF_K = 30
NAMED = 0.3  # what a document gains whose name the question says; 0.3 to 1 did alike
MOST_NAMED = 2.0  # times NAMED, for a name of which the question says more than is needed to tell it from others
SAME_PAGE = 0.8  # of its score is left to a passage whose page is shown already; 0.6 to 0.8 did alike
NUMBERS = 0.1  # what a passage full of numbers gains where one is asked for; 0.05 did less, 0.15 cost other questions
MANY_DIGITS = 0.1  # of its characters
CONTENTS = 0.6  # of its score is left to a table of contents; 0.9 and 0.8 did less
YEAR_DIGITS = 4  # shorter numbers in a name count files

_NUMBER_ASKED = re.compile(
    r"\bhow (?:much|many)\b|\b(?:amounts?|rates?|ratios?|margins?|percent(?:age)?|average)\b"
    "|多少|几|比例|金额|占比|率|%",
    re.IGNORECASE,
)
_DIGITS = b"0123456789"
_ENTRY = re.compile(r"(?:[.．…⋯·・]\s?){4,}\s*[\divxlcIVXLC]")  # dots that lead to the number of a page


@dataclass(frozen=True, slots=True)
class Candidate:
    """Where a chunk stands: `name` is its document's, pages are physical."""

    document_id: str
    name: str
    pages: range


def reciprocal_rank_fusion(
    lists: Mapping[str, Sequence[int]], weights: Mapping[str, float], k: int = RRF_K
) -> dict[int, float]:
    """Sum of weight / (k + rank) over the lists an item is in; rank 1 is the first."""
    scores: dict[int, float] = {}
    for name, items in lists.items():
        weight = weights[name]
        for rank, item in enumerate(items, start=1):
            scores[item] = scores.get(item, 0.0) + weight / (k + rank)
    return scores


def best_first(scores: Mapping[int, float]) -> list[int]:
    """Items by score; equals stay in their order."""
    return sorted(scores, key=scores.__getitem__, reverse=True)


def lift_named(scores: Mapping[int, float], candidates: Mapping[int, Candidate], question: str) -> dict[int, float]:
    """Scores by chunk, higher where the question says the name of the document, or a part that tells it from others.

    The evidence is the surprise of the terms that both have, log(documents / documents with it in their name), in
    parts of log(documents), which is what it takes to name one among them.
    """
    names = {one.document_id: one.name for one in candidates.values()}
    if len(names) < 2:
        return dict(scores)
    asked = set(query_terms(question))
    shared = {document: both for document, name in names.items() if (both := asked & _name_terms(name))}
    having = Counter(term for some in shared.values() for term in some)
    whole = math.log(len(names))
    told = {
        document: sum(math.log(len(names) / having[term]) for term in some) / whole for document, some in shared.items()
    }
    return {
        one: score * (1 + NAMED * min(MOST_NAMED, told.get(candidates[one].document_id, 0.0)))
        for one, score in scores.items()
    }


def asks_for_number(question: str) -> bool:
    """Whether the answer is probably a number, or is worked out from some."""
    return bool(_NUMBER_ASKED.search(question) or made_of(question))


def lift_numbers(scores: Mapping[int, float], texts: Mapping[int, str]) -> dict[int, float]:
    """Scores by chunk, a little higher for text with many digits, such as the rows of a table."""
    found = {}
    for one, score in scores.items():
        text = texts.get(one, "")
        data = text.encode()
        digits = len(data) - len(data.translate(None, _DIGITS))
        found[one] = score * (1 + NUMBERS * min(1.0, digits / (MANY_DIGITS * (len(text) or 1))))
    return found


def lower_contents(scores: Mapping[int, float], texts: Mapping[int, str]) -> dict[int, float]:
    """Scores by chunk, lower for a table of contents or an index: it says where something stands, and not what."""
    return {one: score * (CONTENTS if is_contents(texts.get(one, "")) else 1.0) for one, score in scores.items()}


def is_contents(text: str) -> bool:
    """Whether every third line at least has dots and the number of a page: long titles take a line or two more."""
    return 3 * len(_ENTRY.findall(text)) > text.count("\n")


def spread_pages(
    order: Sequence[int], scores: Mapping[int, float], candidates: Mapping[int, Candidate], limit: int
) -> dict[int, float]:
    """The best `limit` chunks, best first, with their scores: less where the page is shown by a better one already.

    `order` decides between equals.
    """
    heap = [(-scores[one], place, one) for place, one in enumerate(order)]
    heapq.heapify(heap)
    shown: set[tuple[str, int]] = set()
    lowered: set[int] = set()
    best: dict[int, float] = {}
    while heap and len(best) < limit:
        negative, place, one = heapq.heappop(heap)
        pages = {(candidates[one].document_id, page) for page in candidates[one].pages}
        if one not in lowered and pages & shown:
            lowered.add(one)
            heapq.heappush(heap, (negative * SAME_PAGE, place, one))
            continue
        best[one] = -negative
        shown |= pages
    return best


@lru_cache(maxsize=4096)
def _name_terms(name: str) -> frozenset[str]:
    found = terms(name.rsplit(".", 1)[0])
    return frozenset(term for term in found if not term.isdigit() or len(term) >= YEAR_DIGITS)
