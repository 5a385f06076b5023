"""What whole documents are about: terms of a question that say nothing of which of their sentences answers it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from docent.llm.extractive.pieces import Piece
from docent.retrieval import Hit, terms

SHARE = 0.25  # of the document's hits, and at least two; .2 to .4 did alike
BESIDE = 2  # hits of other documents
MIN_NAME = 3  # letters of a name


def subjects_of(
    wanted: Sequence[str], hits: Sequence[Hit], pool: Sequence[Piece], named: Sequence[frozenset[str]]
) -> dict[str, frozenset[str]]:
    """By document the terms of the question that many of its hits have, and no hit of another document."""
    names = {hit.document.id: terms(hit.document.name) for hit in hits}
    words = [set(one) for one in named]
    for one in pool:
        words[one.index] |= one.words
    documents: dict[str, list[int]] = {}
    for index, hit in enumerate(hits):
        documents.setdefault(hit.document.id, []).append(index)
    found = {}
    for name, mine in documents.items():
        beside = [words[i] for i in range(len(hits)) if i not in mine]
        others = set().union(*beside) if len(beside) >= BESIDE else set(wanted)
        count = Counter(term for i in mine for term in words[i])
        found[name] = frozenset(
            term
            for term in wanted
            if (count[term] >= max(2, SHARE * len(mine)) and term not in others) or _is_named(term, name, names)
        )
    return found


def documents_named(wanted: Sequence[str], hits: Sequence[Hit]) -> frozenset[str]:
    """The documents that the question calls by a part of their names; mostly none."""
    names = {hit.document.id: terms(hit.document.name) for hit in hits}
    return frozenset(name for name in names if any(_is_named(term, name, names) for term in wanted))


def _is_named(term: str, document: str, names: Mapping[str, Sequence[str]]) -> bool:
    """Whether a term begins a word of a document's name, and of no more than half of the other names."""
    if term.isdigit() or (term.isascii() and len(term) < MIN_NAME):
        return False
    having = [name for name, words in names.items() if any(one.startswith(term) for one in words)]
    return document in having and (2 * len(having) <= len(names) or len(names) == 1)
