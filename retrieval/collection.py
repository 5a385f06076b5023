"""A collection: the store, its derived index and an embedder, searched as one."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from docent.ingest import is_cjk
from docent.retrieval.embedders.seam import Embedder, Vectors
from docent.retrieval.errors import EmbedderError
from docent.retrieval.indexes.local import LocalIndex
from docent.retrieval.indexes.seam import Indexed, MakeIndex
from docent.retrieval.rerankers.seam import Reranker
from docent.retrieval.search.asked import Asked, QueryVectors, asked, unknown_terms, words_of
from docent.retrieval.search.fresh import FreshVectors
from docent.retrieval.search.fusion import reciprocal_rank_fusion
from docent.retrieval.search.neighbours import lean_on_neighbours
from docent.retrieval.search.ranking import Ranking, merge_copies, rank
from docent.retrieval.search.synonyms import SynonymFile, Synonyms
from docent.retrieval.storage.binding import bind, binding
from docent.retrieval.storage.store import DocumentStore
from docent.retrieval.types import Hit, Move, Scope, SearchFilter, SearchResult
from docent.retrieval.vectorize import CONTEXT_TOKENS, SPECIAL_TOKENS, Elsewhere, Pending, fill_vectors

if TYPE_CHECKING:
    from docent.ingest import ChunkOptions

log = logging.getLogger(__name__)

EVERYTHING = SearchFilter()
# Page hits among the first 5 (dev sets): Chinese 41 of 47 by words, 35 by vectors; English 11 and 16 of 37. Equal
# weights cost Chinese what they give English, so the language of the question decides.
DENSE_WEIGHT = 1.0
DENSE_WEIGHT_CJK = 0.3
# First hits by words that get a place by meaning however far behind: e5's scores lie so close that to be among 100 hung
# on the rounding of int8. More than 20 did alike; in Chinese, where words weigh more, it gained nothing.
BOTH_WAYS = 20


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """`depth` is how many hits each branch gives to the fusion, `limit` at least.

    `dense_weight` is the dense branch's share against 1. `synonyms` widen the question.
    """

    limit: int = 10
    depth: int = 100
    dense_weight: float | None = None
    reranker: Reranker | None = None
    synonyms: SynonymFile | None = None


class Collection:
    """Documents that are searched together. Use `store` to change them; searches see a commit at once."""

    def __init__(
        self,
        folder: Path,
        embedder: Embedder,
        spec: str = "",
        *,
        is_chosen: bool = False,
        make_index: MakeIndex = LocalIndex,
    ) -> None:
        """`spec` is what the embedder was made from, kept with the collection; see Binding for `is_chosen`.

        `make_index` says where it is indexed. Raises EmbedderError when the collection has another embedder.
        """
        self.store = DocumentStore(folder)
        self.embedder = embedder
        self.spec = spec
        self._folder = folder
        try:
            self._embedder_id = bind(self.store.connection, embedder.fingerprint, spec, is_chosen=is_chosen)
        except BaseException:
            self.store.close()
            raise
        self.index = make_index(Indexed(self.store, self._embedder_id, embedder.fingerprint))
        self._pending = Pending(self.store, self._embedder_id)
        self._target: tuple[int, Pending] | None = None
        self._fresh = FreshVectors(self.store, embedder, self._embedder_id)
        self._queries = QueryVectors(embedder)
        self._is_warm = False

    def close(self) -> None:
        """Close the index and the database; the collection is not used after this."""
        self.index.close()
        self.store.close()

    @property
    def embedder_id(self) -> int:
        """The embedder's number in this collection."""
        return self._embedder_id

    def chunk_options(self) -> ChunkOptions:
        """Sizes that fit the embedder's window, with room for prefix, special tokens and context."""
        from docent.ingest import ChunkOptions

        window = self.embedder.fingerprint.max_tokens - SPECIAL_TOKENS - CONTEXT_TOKENS - 8
        default = ChunkOptions()
        limit = max(16, min(default.limit, window))
        return ChunkOptions(target=min(default.target, limit), limit=limit)

    def fill_vectors(
        self, progress: Callable[[int, int], None] | None = None, elsewhere: Elsewhere | None = None
    ) -> int:
        """Embed what has no vector yet, here or `elsewhere`; returns how many chunks that were.

        Raises EmbedderError when another process moved the collection to another embedder meanwhile.
        """
        try:
            lock = self._folder / "vectors.lock"
            return fill_vectors(self.store, self.embedder, self._embedder_id, lock, progress, elsewhere)
        except sqlite3.IntegrityError as error:
            if not self.has_moved():
                raise
            raise EmbedderError("this collection was moved to another embedder meanwhile: run it again.") from error

    def has_moved(self) -> bool:
        """Whether the collection has another embedder by now; it must then be opened again."""
        own = binding(self.store.connection)
        return own is None or own.id != self._embedder_id

    def pending(self) -> int:
        """How many chunks are found by words only, because their vector is still to come."""
        return self._pending()

    def refresh(self) -> str:
        """Bring the index up to date with the database, which a search does as well.

        What a search does not do: what of an index has aged too much is written anew. Returns why the index has to
        wait for it, as a sentence, "" where all went well: what was committed is kept in any case.
        """
        return self.index.refresh()

    def rebuild_indexes(self) -> None:
        """Build the index anew, from the database alone; nothing of the old one is left."""
        self.index.rebuild()

    def damage(self) -> dict[str, str]:
        """For each index whose files are damaged, why. To be asked before a search, which repairs them."""
        return self.index.damage()

    def indexed(self) -> tuple[set[int], set[int]]:
        """The chunk ids that are found by words and by vectors, by the index as it stands and caught up."""
        return self.index.held()

    def move(self) -> Move | None:
        """How far a move to another embedder is, None where there is none."""
        target = binding(self.store.connection, "target")
        if target is None:
            return None
        if self._target is None or self._target[0] != target.id:
            self._target = target.id, Pending(self.store, target.id)
        total = self.store.connection.execute("SELECT count(*) FROM chunks").fetchone()[0]
        return Move(target.spec, total - self._target[1](), total)

    def search(
        self, question: str, options: SearchOptions | None = None, where: SearchFilter = EVERYTHING
    ) -> SearchResult:
        """Both branches, fused. Raises DocumentNotFound when the filter names what is not there or fits nothing."""
        options = options or SearchOptions()
        depth = max(options.depth, options.limit)
        timings: dict[str, float] = {}
        started = time.perf_counter()
        scope = self.store.scope(where)
        synonyms = options.synonyms.current() if options.synonyms else Synonyms()
        one = asked(question, synonyms)
        if not self._is_warm:
            self._warm_up(one)
        lists, notice = self._lists(one, depth, scope, timings, started)
        started = time.perf_counter()
        weights = {"lexical": 1.0, "dense": dense_weight_of(question, options), "hybrid": 1.0}
        scores = reciprocal_rank_fusion(lists, weights)
        places = (*lists.get("lexical", ()), *sorted(scores))  # words decide between equals
        fused = {one: scores[one] for one in dict.fromkeys(places)}
        ranking = rank(self.store.connection, question, fused, options.limit, options.reranker)
        hits = merge_copies(self._hits(one, ranking, lists, options.limit + 1), options.limit)
        _lap(timings, "fusion", started)
        unknown = unknown_terms(one, self.index, scope)
        notices = " ".join(said for said in (notice, ranking.notice, synonyms.notice) if said)
        return SearchResult(hits, timings, self.pending(), self.move(), unknown, notices)

    def _warm_up(self, one: Asked) -> None:
        """Before a first search: the index, the model and what is pending are loaded at a time, not one by one.

        What goes wrong in a thread does so again in the search, which says it.
        """
        self._is_warm = True
        if self.index.fuses or not self.embedder.quick:
            return
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(2, thread_name_prefix="warm-up") as pool:
            pool.submit(self._queries.begin, one)
            pool.submit(self.pending)
            self.index.has_vectors()

    def _lists(
        self, one: Asked, depth: int, scope: Scope, timings: dict[str, float], started: float
    ) -> tuple[dict[str, list[int]], str]:
        """Chunk ids by each branch, best first, or `hybrid` from an index that joins them; and why one is empty."""
        if self.index.fuses and self.index.has_vectors():
            try:
                joined = self.index.fused(words_of(one), self._queries.of(one), depth, scope)
            except EmbedderError as error:
                log.warning("searching by words alone: %s", error)
                return {"lexical": self._by_words(one, depth, scope)}, str(error)
            _lap(timings, "hybrid", started)
            return {"hybrid": joined}, ""
        lexical = self._by_words(one, depth, scope)
        _lap(timings, "lexical", started)
        started = time.perf_counter()
        dense, notice = self._by_meaning(one, depth, scope, lexical)
        _lap(timings, "dense", started)
        return {"lexical": lexical, "dense": dense}, notice

    def _by_meaning(self, one: Asked, limit: int, scope: Scope, lexical: Sequence[int]) -> tuple[list[int], str]:
        """The dense branch, and why it found nothing where the embedder fails: then words alone have to do."""
        try:
            query, found = self._near(one, limit, scope, lexical)
        except EmbedderError as error:
            log.warning("searching by words alone: %s", error)
            return [], str(error)
        if query is not None:
            found = lean_on_neighbours(found, self.index.better_beside(query, list(found)))
        return _best(found), ""

    def lexical(self, question: str, limit: int, where: SearchFilter = EVERYTHING) -> list[int]:
        """Chunk ids by BM25, best first. Of a measure that the question names, its lines are looked for as well."""
        return self._by_words(asked(question), limit, self.store.scope(where))

    def together(self, text: str, limit: int) -> list[int]:
        """Chunks in each of which all words of a text stand that say something."""
        return self.index.together(text, limit, Scope())

    def _by_words(self, one: Asked, limit: int, scope: Scope) -> list[int]:
        return self.index.words(words_of(one), limit, scope, one.meant)

    def dense(self, question: str, limit: int, scope: Scope | None = None, lexical: Sequence[int] = ()) -> list[int]:
        """Chunk ids by inner product, best first.

        The first few of `lexical` that have no vector yet are embedded here, see FreshVectors.
        """
        return _best(self._near(asked(question), limit, scope or Scope(), lexical)[1])

    def _near(
        self, one: Asked, limit: int, scope: Scope, lexical: Sequence[int]
    ) -> tuple[Vectors | None, dict[int, float]]:
        """The query's vector, None where there is nothing to hold against it, and the best inner products by chunk."""
        fresh = lexical if self.pending() else ()
        has_vectors = self.index.has_vectors()
        if not has_vectors and not fresh:
            return None, {}
        query = self._queries.of(one)
        also = () if _has_cjk(one.text) else lexical[:BOTH_WAYS]
        scores = self.index.nearest(query, limit, scope, also) if has_vectors else {}
        if fresh:
            scores |= self._fresh.scores(query, fresh)
        return query, {found: scores[found] for found in (*_best(scores)[:limit], *also) if found in scores}

    def _hits(self, question: Asked, ranking: Ranking, lists: dict[str, list[int]], first: int) -> Iterator[Hit]:
        """Best first. So many are read at once, and the others where more are asked for."""
        lists = lists | {"reranker": list(ranking.judged)}
        places = {name: {one: rank for rank, one in enumerate(items, start=1)} for name, items in lists.items()}
        scores = ranking.scores
        ids = list(scores)
        for some in (ids[:first], ids[first:]):
            found = self.store.chunks(some)
            for one in some:
                if one in found:  # else it was removed since its index was read
                    chunk, document = found[one]
                    ranks = {name: ranks[one] for name, ranks in places.items() if one in ranks}
                    also = question.also_in(f"{chunk.heading} {chunk.context} {chunk.text}")
                    yield Hit(one, chunk, document, scores[one], ranks, also=also)


def dense_weight_of(question: str, options: SearchOptions) -> float:
    """The share of the dense branch for a question, against 1 of the words."""
    if options.dense_weight is not None:
        return options.dense_weight
    return DENSE_WEIGHT_CJK if _has_cjk(question) else DENSE_WEIGHT


def _has_cjk(text: str) -> bool:
    return any(is_cjk(character) for character in text)


def _best(scores: Mapping[int, float]) -> list[int]:
    return sorted(sorted(scores), key=scores.__getitem__, reverse=True)


def _lap(timings: dict[str, float], stage: str, started: float) -> None:
    timings[stage] = round((time.perf_counter() - started) * 1000, 2)
