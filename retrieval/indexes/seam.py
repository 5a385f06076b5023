"""The seam between a collection and what finds its chunks: derived from the database, and caught up from it.

An index may be behind, lost or built anew at any time; the database is the truth, and hits are read from there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from docent.retrieval.embedders.seam import Fingerprint, Vectors
from docent.retrieval.search.synonyms import Expansion
from docent.retrieval.storage.store import DocumentStore
from docent.retrieval.types import Scope


@dataclass(frozen=True, slots=True)
class Indexed:
    """What an index is of: a collection's database, and one of its embedders by number."""

    store: DocumentStore
    embedder: int
    fingerprint: Fingerprint


class SearchIndex(Protocol):
    """Finds chunks by words and by vectors. Each search sees what was committed before it.

    Safe to share between threads; several processes may hold one of the same collection. All methods that look into it
    raise StoreError where it cannot be reached. `fuses` tells that it joins both lists itself.
    """

    fuses: bool

    def words(self, text: str, limit: int, scope: Scope, meant: Sequence[Expansion] = ()) -> list[int]:
        """Chunk ids by BM25, best first; `meant` are synonyms of phrases of the text."""

    def nearest(self, query: Vectors, limit: int, scope: Scope, also: Sequence[int] = ()) -> dict[int, float]:
        """The best inner products by chunk, at least `limit` of them where there are so many, and those of `also`."""

    def better_beside(self, query: Vectors, chunk_ids: Sequence[int]) -> dict[int, float]:
        """The inner product of the better of the two chunks beside each in its document, where one has a vector."""

    def fused(self, text: str, query: Vectors, limit: int, scope: Scope) -> list[int]:
        """Chunk ids by words and vectors, joined there; asked only where it `fuses`."""

    def unknown(self, text: str, scope: Scope) -> frozenset[str]:
        """The terms of a text that stand in no chunk of `scope`."""

    def together(self, text: str, limit: int, scope: Scope) -> list[int]:
        """Chunks of `scope` in each of which all terms of a text stand that say something."""

    def has_vectors(self) -> bool:
        """Whether there is anything to hold a query against."""

    def refresh(self) -> str:
        """Catch up with the database, and write anew what has aged too much; why that has to wait, "" where not."""

    def rebuild(self) -> None:
        """Build all of it anew, from the database alone; nothing of the old one is left."""

    def damage(self) -> dict[str, str]:
        """For each part that cannot be used as it stands, why. To be asked before a search, which repairs it."""

    def held(self) -> tuple[set[int], set[int]]:
        """The chunk ids that are found by words and those that are found by vectors, caught up."""

    def prepare(self, target: Indexed) -> None:
        """Begin the index of the embedder that the collection is being moved to."""

    def close(self) -> None:
        """The index is not used after this."""


MakeIndex: TypeAlias = Callable[[Indexed], SearchIndex]


class Indexes(Protocol):
    """Where the indexes of all collections are."""

    def open(self, of: Indexed) -> SearchIndex:
        """The index of one collection; nothing is asked or read before its first use."""

    def drop(self, folder: Path) -> None:
        """Delete what lies outside the folder of a collection that leaves. Raises StoreError."""
