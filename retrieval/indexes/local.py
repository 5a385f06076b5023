"""The index in the collection's own folder: tantivy for words, FAISS for vectors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from docent.retrieval.embedders.seam import Vectors
from docent.retrieval.indexes.lexical import LexicalIndex
from docent.retrieval.indexes.seam import Indexed
from docent.retrieval.indexes.vectors import VectorIndex
from docent.retrieval.search.synonyms import Expansion
from docent.retrieval.types import Scope

PATIENCE = 0.25  # seconds that a search waits for another process which is writing; then it takes what there is


class LocalIndex:
    """See SearchIndex. Nothing of it lies outside the folder."""

    fuses = False

    def __init__(self, of: Indexed) -> None:
        self._store = of.store
        self.lexical = LexicalIndex(of.store.folder / "lexical")
        self.vectors = _vectors(of)

    def words(self, text: str, limit: int, scope: Scope, meant: Sequence[Expansion] = ()) -> list[int]:
        """Chunk ids by BM25, best first."""
        self.lexical.catch_up(self._store.connection, patience=PATIENCE)
        return [found for found, _ in self.lexical.search(text, limit, scope, meant)]

    def nearest(self, query: Vectors, limit: int, scope: Scope, also: Sequence[int] = ()) -> dict[int, float]:
        """Inner products by chunk; exactly, and of all that have a vector, where the scope is narrow."""
        self.vectors.catch_up(self._store.connection)
        allowed = self._store.allowed(scope)
        if allowed is None:
            allowed = list(dict.fromkeys((*self.vectors.search(query, limit), *also)))
        return self.vectors.scores(self._store.connection, query, allowed)

    def better_beside(self, query: Vectors, chunk_ids: Sequence[int]) -> dict[int, float]:
        """The inner product of the better of the two chunks beside each in its document, where one has a vector."""
        return self.vectors.better_beside(self._store.connection, query, chunk_ids)

    def fused(self, text: str, query: Vectors, limit: int, scope: Scope) -> list[int]:
        """Never asked: `Collection` joins both lists."""
        raise NotImplementedError

    def unknown(self, text: str, scope: Scope) -> frozenset[str]:
        """The terms of a text that stand in no chunk of `scope`, as the last search has seen it."""
        return self.lexical.unknown(text, scope)

    def together(self, text: str, limit: int, scope: Scope) -> list[int]:
        """Chunks of `scope` in each of which all terms of a text stand that say something."""
        self.lexical.catch_up(self._store.connection, patience=PATIENCE)
        return self.lexical.together(text, limit, scope)

    def has_vectors(self) -> bool:
        """Whether there is anything to hold a query against."""
        self.vectors.catch_up(self._store.connection)
        return self.vectors.size > 0

    def refresh(self) -> str:
        """Catch up, and write anew what has aged too much. Nothing has to wait here."""
        self.lexical.catch_up(self._store.connection, compact=True)
        self.vectors.catch_up(self._store.connection)
        self.vectors.flatten(self._store.connection)
        return ""

    def rebuild(self) -> None:
        """Write both indexes anew."""
        self.lexical.rebuild(self._store.connection)
        self.vectors.rebuild(self._store.connection)

    def damage(self) -> dict[str, str]:
        """Which of the two has damaged files, and why."""
        found = {"lexical": self.lexical.damage(), "vector": self.vectors.damage()}
        return {name: why for name, why in found.items() if why}

    def held(self) -> tuple[set[int], set[int]]:
        """The chunk ids that each holds as it stands on disk, caught up."""
        self.lexical.catch_up(self._store.connection)
        self.vectors.catch_up(self._store.connection)
        return self.lexical.ids(), self.vectors.ids()

    def prepare(self, target: Indexed) -> None:
        """Write the index of vectors of the next embedder; words stay as they are."""
        _vectors(target).catch_up(target.store.connection)

    def close(self) -> None:
        """Nothing: files are opened and closed as they are needed."""


class LocalIndexes:
    """See Indexes."""

    def open(self, of: Indexed) -> LocalIndex:
        """The index in the collection's folder."""
        return LocalIndex(of)

    def drop(self, folder: Path) -> None:
        """Nothing: all of it goes with the folder."""


def _vectors(of: Indexed) -> VectorIndex:
    return VectorIndex(of.store.folder / "vectors" / str(of.embedder), of.embedder, of.fingerprint.dimension)
