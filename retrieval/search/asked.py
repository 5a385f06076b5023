"""A question as it is searched: its own words, the lines of the measures it names, and the user's synonyms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from docent.retrieval.embedders.seam import Embedder, Vectors, unit
from docent.retrieval.indexes.seam import SearchIndex
from docent.retrieval.search.glossary import made_of, names_of_measures
from docent.retrieval.search.synonyms import Expansion, Synonyms
from docent.retrieval.terms import query_terms, terms
from docent.retrieval.types import Scope

LINES_WEIGHT = 0.5  # of what a question means besides its words, against 1 of the question; 0.5 to 1 did alike
NONE = Synonyms()
REMEMBERED = 512  # vectors of lines and synonyms


@dataclass(frozen=True, slots=True)
class Asked:
    """A question. `lines` are what the measures in it are made of, `meant` its phrases that have synonyms."""

    text: str
    lines: tuple[str, ...] = ()
    meant: tuple[Expansion, ...] = ()

    def also_in(self, text: str) -> tuple[str, ...]:
        """The synonyms of its phrases that stand in a text, whole."""
        if not self.meant:
            return ()
        there = set(terms(text))
        return tuple(
            dict.fromkeys(other for one in self.meant for other in one.others if there.issuperset(terms(other)))
        )


def asked(question: str, synonyms: Synonyms = NONE) -> Asked:
    """What a question is searched by."""
    return Asked(question, made_of(question), synonyms.in_question(question))


def unknown_terms(one: Asked, index: SearchIndex, scope: Scope) -> frozenset[str]:
    """The terms of a question that nothing in `scope` has, neither as they are nor by what they mean.

    A measure is not unknown where its lines are there, most of them at least.
    """
    unknown = index.unknown(one.text, scope)
    for expansion in one.meant:
        if not unknown.isdisjoint(expansion.phrase) and any(index.together(o, 1, scope) for o in expansion.others):
            unknown -= frozenset(expansion.phrase)
    names = names_of_measures(one.text)
    if not unknown & names:
        return unknown
    lines = " ".join(one.lines)
    missing = index.unknown(lines, scope)
    return unknown - names if 2 * len(missing) < len(query_terms(lines)) else unknown


class QueryVectors:
    """The vectors of questions, moved towards what they mean besides their words."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, Vectors] = {}
        self._begun: tuple[Asked, Vectors] | None = None

    def begin(self, one: Asked) -> None:
        """Have its vector ready for `of`. Raises EmbedderError."""
        self._begun = one, self._made(one)

    def of(self, one: Asked) -> Vectors:
        """One unit vector. Raises EmbedderError."""
        begun = self._begun
        return begun[1] if begun and begun[0] == one else self._made(one)

    def _made(self, one: Asked) -> Vectors:
        query = self._embedder.embed_query(one.text)
        besides = (*one.lines, *(other for expansion in one.meant for other in expansion.others))
        if not besides:
            return query
        meant = unit(np.sum([self._besides(text) for text in besides], axis=0)[None])
        moved: Vectors = unit(query + LINES_WEIGHT * meant)[0]
        return moved

    def _besides(self, text: str) -> Vectors:
        found = self._known.get(text)
        if found is None:
            found = self._embedder.embed_query(text)
            if len(self._known) >= REMEMBERED:
                self._known = {}  # anew, so that a search beside this one never sees it shrink
            self._known[text] = found
        return found


def words_of(one: Asked) -> str:
    """The text whose terms are looked for."""
    return " ".join((one.text, *one.lines))
