"""A collection: the store, its two derived indexes and an embedder, searched as one."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from docent.ingest import ChunkOptions, is_cjk
from docent.retrieval.database import transaction
from docent.retrieval.embed import Embedder, Fingerprint
from docent.retrieval.errors import EmbedderError
from docent.retrieval.fresh import FreshVectors
from docent.retrieval.fusion import reciprocal_rank_fusion
from docent.retrieval.lexical import LexicalIndex
from docent.retrieval.store import DocumentStore
from docent.retrieval.types import Hit, SearchFilter
from docent.retrieval.vectorize import CONTEXT_TOKENS, SPECIAL_TOKENS, Pending, fill_vectors
from docent.retrieval.vectors import VectorIndex, exact_scores

EVERYTHING = SearchFilter()
# Page hits among the first 5 (dev sets): Chinese 41 of 47 by words, 35 by vectors; English 11 and 16 of 37. Equal
# weights cost Chinese what they give English, so the language of the question decides.
DENSE_WEIGHT = 1.0
DENSE_WEIGHT_CJK = 0.3


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """`depth` is how many hits each branch gives to the fusion, `dense_weight` the dense branch's share against 1."""

    limit: int = 10
    depth: int = 100
    dense_weight: float | None = None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits, best first; milliseconds by stage; how many chunks still wait for their vector."""

    hits: tuple[Hit, ...]
    timings_ms: dict[str, float] = field(default_factory=dict)
    pending: int = 0


class Collection:
    """Documents that are searched together. Use `store` to change them; searches see a commit at once."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self.store = DocumentStore(folder)
        self.embedder = embedder
        self._folder = folder
        self._embedder_id = self._bind(embedder.fingerprint)
        self._lexical = LexicalIndex(folder / "lexical")
        vectors = folder / "vectors" / str(self._embedder_id)
        self._vectors = VectorIndex(vectors, self._embedder_id, embedder.fingerprint.dimension)
        self._pending = Pending(self.store, self._embedder_id)
        self._fresh = FreshVectors(self.store, embedder, self._embedder_id)

    def close(self) -> None:
        """Close the database; the collection is not used after this."""
        self.store.close()

    @property
    def embedder_id(self) -> int:
        """The embedder's number in this collection."""
        return self._embedder_id

    def chunk_options(self) -> ChunkOptions:
        """Sizes that fit the embedder's window, with room for prefix, special tokens and context."""
        window = self.embedder.fingerprint.max_tokens - SPECIAL_TOKENS - CONTEXT_TOKENS - 8
        default = ChunkOptions()
        limit = max(16, min(default.limit, window))
        return ChunkOptions(target=min(default.target, limit), limit=limit)

    def fill_vectors(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Embed what has no vector yet; returns how many chunks that were."""
        return fill_vectors(self.store, self.embedder, self._embedder_id, self._folder / "vectors.lock", progress)

    def pending(self) -> int:
        """How many chunks are found by words only, because their vector is still to come."""
        return self._pending()

    def refresh(self) -> None:
        """Bring both indexes up to date with the database, which a search does as well."""
        self._lexical.catch_up(self.store.connection)
        self._vectors.catch_up(self.store.connection)

    def search(
        self, question: str, options: SearchOptions | None = None, where: SearchFilter = EVERYTHING
    ) -> SearchResult:
        """Both branches, fused. Raises DocumentNotFound when the filter names an unknown document."""
        options = options or SearchOptions()
        timings: dict[str, float] = {}
        started = time.perf_counter()
        allowed = self.store.allowed(where)
        lexical = self.lexical(question, options.depth, where)
        _lap(timings, "lexical", started)
        started = time.perf_counter()
        dense = self.dense(question, options.depth, allowed, lexical)
        _lap(timings, "dense", started)
        started = time.perf_counter()
        lists = {"lexical": lexical, "dense": dense}
        scores = reciprocal_rank_fusion(lists, {"lexical": 1.0, "dense": _dense_weight(question, options)})
        rank = {one: place for place, one in enumerate(lexical)}  # words decide between equals
        best = sorted(scores, key=lambda one: (-scores[one], rank.get(one, options.depth), one))[: options.limit]
        hits = self._hits(best, scores, lists)
        _lap(timings, "fusion", started)
        return SearchResult(hits, timings, self.pending())

    def lexical(self, question: str, limit: int, where: SearchFilter = EVERYTHING) -> list[int]:
        """Chunk ids by BM25, best first."""
        documents = self.store.resolve(where.documents)
        self._lexical.catch_up(self.store.connection)
        return [one for one, _ in self._lexical.search(question, limit, where, documents)]

    def dense(
        self, question: str, limit: int, allowed: Sequence[int] | None = None, lexical: Sequence[int] = ()
    ) -> list[int]:
        """Chunk ids by inner product, best first; among `allowed` alone when it is given, and then exactly.

        The first few of `lexical` that have no vector yet are embedded here, see FreshVectors.
        """
        self._vectors.catch_up(self.store.connection)
        fresh = lexical if self.pending() else ()
        if allowed is None and not self._vectors.size and not fresh:
            return []
        query = self.embedder.embed_query(question)
        candidates = list(allowed) if allowed is not None else self._vectors.search(query, limit)
        scores = exact_scores(self.store.connection, self._embedder_id, query, candidates)
        scores |= self._fresh.scores(query, fresh)
        return sorted(scores, key=lambda one: (-scores[one], one))[:limit]

    def _hits(self, ids: Sequence[int], scores: dict[int, float], lists: dict[str, list[int]]) -> tuple[Hit, ...]:
        places = {name: {one: rank for rank, one in enumerate(items, start=1)} for name, items in lists.items()}
        found = self.store.chunks(ids)
        hits = []
        for one in ids:
            if one in found:  # else it was removed since its index was read
                chunk, document = found[one]
                ranks = {name: ranks[one] for name, ranks in places.items() if one in ranks}
                hits.append(Hit(one, chunk, document, scores[one], ranks))
        return tuple(hits)

    def _bind(self, fingerprint: Fingerprint) -> int:
        """The row of this embedder. The first one that is used becomes the collection's own."""
        text = json.dumps(asdict(fingerprint), sort_keys=True)
        with transaction(self.store.connection) as connection:
            own = connection.execute("SELECT value FROM meta WHERE key = 'embedder'").fetchone()
            if own is not None and own[0] != text:
                name = Fingerprint(**json.loads(own[0])).name
                raise EmbedderError(
                    f"this collection was embedded by {name}, but the setting says {fingerprint.name}:"
                    " set DOCENT_EMBEDDER back, or ingest into another collection."
                )
            connection.execute("INSERT OR IGNORE INTO embedders (fingerprint) VALUES (?)", (text,))
            connection.execute("INSERT OR IGNORE INTO meta VALUES ('embedder', ?)", (text,))
            row = connection.execute("SELECT id FROM embedders WHERE fingerprint = ?", (text,)).fetchone()
        return int(row[0])


def _dense_weight(question: str, options: SearchOptions) -> float:
    if options.dense_weight is not None:
        return options.dense_weight
    return DENSE_WEIGHT_CJK if any(is_cjk(character) for character in question) else DENSE_WEIGHT


def _lap(timings: dict[str, float], stage: str, started: float) -> None:
    timings[stage] = round((time.perf_counter() - started) * 1000, 2)
