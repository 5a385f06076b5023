"""Searching the lexical index as one commit has left it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docent.retrieval.indexes.lexical_fields import (
    all_of,
    all_words,
    any_of,
    document_frequency,
    has_questions,
    narrowing,
    widened,
)
from docent.retrieval.search.synonyms import Expansion, expanded_terms
from docent.retrieval.terms import query_terms, sought_terms
from docent.retrieval.types import Scope

REMEMBERED = 1 << 14  # words of questions, a few megabytes


class LexicalSnapshot:
    """What the index held when this was made; later commits are not seen. Safe to share between threads."""

    def __init__(self, index: Any) -> None:
        self._schema = index.schema
        self._searcher = index.searcher()
        self._has_questions = has_questions(self._searcher)
        self._having: dict[str, int] = {}

    def ids(self) -> set[int]:
        """The chunks it finds, by id."""
        import tantivy

        return set(self._found(tantivy.Query.all_query(), max(1, self._searcher.num_docs))[0])

    def search(
        self, question: str, limit: int, scope: Scope, meant: Sequence[Expansion] = ()
    ) -> list[tuple[int, float]]:
        """Chunk ids and BM25 scores, best first; `meant` are synonyms of phrases of the question."""
        words = sought_terms(question)
        if not words:
            return []
        # A phrase of words that say nothing, such as IT, is in the question on purpose.
        places = [([t for t in one.phrase if t in words] or one.phrase, expanded_terms(one)) for one in meant]
        if not self._has_questions:  # words that no chunk has find nothing, and are looked for in every segment
            words = tuple(word for word in words if self._chunks_with(word))
        wanted = widened(self._schema, words, places, has_questions=self._has_questions)
        ids, scores = self._found(all_of([wanted, *narrowing(self._schema, scope)]), limit)
        return list(zip(ids, scores, strict=True))

    def unknown(self, question: str, scope: Scope, deleted: int) -> frozenset[str]:
        """The terms of a question that stand in no chunk of `scope`; so many deleted chunks may still be here."""
        narrow = narrowing(self._schema, scope)
        return frozenset(word for word in query_terms(question) if self._is_unknown(word, narrow, deleted))

    def _is_unknown(self, word: str, narrow: Sequence[Any], deleted: int) -> bool:
        having = self._chunks_with(word)
        if not having or (having > deleted and not narrow):
            return not having
        return not self._searcher.search(all_of([any_of(self._schema, [word]), *narrow]), 1, count=False).hits

    def together(self, text: str, limit: int, scope: Scope) -> list[int]:
        """Chunks of `scope` in each of which all terms of a text stand that say something."""
        words = query_terms(text)
        if not words:
            return []
        return self._found(all_of([all_words(self._schema, words), *narrowing(self._schema, scope)]), limit)[0]

    def _found(self, query: Any, limit: int) -> tuple[list[int], list[float]]:
        """Chunk ids and scores, best first."""
        hits = self._searcher.search(query, limit, count=False).hits
        ids = self._searcher.fast_field_values("id", [address for _, address in hits]) if hits else []
        return [int(one) for one in ids], [float(score) for score, _ in hits]

    def _chunks_with(self, word: str) -> int:
        """In how many chunks a word stands, deleted ones included: looked up once, not counted."""
        found = self._having.get(word)
        if found is None:
            found = document_frequency(self._searcher, word)
            if len(self._having) >= REMEMBERED:
                self._having = {}  # anew, so that a search beside this one never sees it shrink
            self._having[word] = found
        return found
