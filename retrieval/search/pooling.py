"""What several collections found for one question, put into one order."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from docent.retrieval.collection import Collection, SearchOptions, dense_weight_of
from docent.retrieval.errors import EmbedderError
from docent.retrieval.search.fusion import (
    Candidate,
    asks_for_number,
    lift_named,
    lift_numbers,
    lower_contents,
    reciprocal_rank_fusion,
    spread_pages,
)
from docent.retrieval.search.ranking import SPARE, merge_copies
from docent.retrieval.types import Hit, SearchResult

log = logging.getLogger(__name__)

_WORDS = ("reranker", "hybrid", "lexical")  # the first of these ranks that a hit has is its place by words


def pooled(
    question: str, found: Sequence[tuple[Collection, SearchResult]], options: SearchOptions | None = None
) -> SearchResult:
    """The best hits of all, as one collection would have ranked them as far as that can be known.

    Places by words stay what they were, each in its own collection, since BM25 of one says nothing in another. Vectors
    of one space are held against the question again, so that a collection that knows nothing of it comes last. With 21
    documents in 5 collections instead of one, the page was among the first 5 hits for 68 of 84 questions of the dev
    sets instead of 74; by the scores of the collections for 56.
    """
    options = options or SearchOptions()
    hits = list(chain.from_iterable(result.hits for _, result in found))
    lists = {"lexical": _by_words(hits), "dense": _by_meaning(question, found)}
    scores = reciprocal_rank_fusion(lists, {"lexical": 1.0, "dense": dense_weight_of(question, options)})
    best = _ranked(question, hits, scores, options.limit)
    return SearchResult(
        merge_copies([replace(hits[one], score=score) for one, score in best.items()], options.limit),
        _together(result.timings_ms for _, result in found),
        sum(result.pending for _, result in found),
        next((result.move for _, result in found if result.move), None),
        frozenset.intersection(*(result.unknown for _, result in found)) if found else frozenset(),
        " ".join(dict.fromkeys(result.notice for _, result in found if result.notice)),
    )


def _by_words(hits: Sequence[Hit]) -> list[int]:
    """Places in the pool, those of a reranker first where there is one."""
    ranks = [next((hit.ranks[kind] for kind in _WORDS if kind in hit.ranks), 0) for hit in hits]
    return sorted((one for one, rank in enumerate(ranks) if rank), key=lambda one: (ranks[one], one))


def _by_meaning(question: str, found: Sequence[tuple[Collection, SearchResult]]) -> list[int]:
    """Places in the pool by inner product; by their own ranks where the collections have not one vector space."""
    if len({collection.embedder.fingerprint for collection, _ in found}) == 1:
        try:
            scores = list(chain.from_iterable(_products(question, found)))
        except EmbedderError as error:
            log.warning("pooling by words alone: %s", error)
            return []
        known = {one: score for one, score in enumerate(scores) if score is not None}
        return sorted(known, key=lambda one: -known[one])
    ranks = [hit.ranks.get("dense", 0) for _, result in found for hit in result.hits]
    return sorted((one for one, rank in enumerate(ranks) if rank), key=lambda one: (ranks[one], one))


def _products(question: str, found: Sequence[tuple[Collection, SearchResult]]) -> Iterable[list[float | None]]:
    """For each hit of each collection its best part's inner product with the question; None without a vector."""
    query = found[0][0].embedder.embed_query(question)
    for collection, result in found:
        ids = [hit.chunk_id for hit in result.hits]
        rows = collection.store.connection.execute(
            f"SELECT chunk_id, vector FROM vectors WHERE embedder = ? AND chunk_id IN ({','.join('?' * len(ids))})",  # noqa: S608
            (collection.embedder_id, *ids),
        )
        best: dict[int, float] = {}
        for chunk, blob in rows:
            product = float(np.frombuffer(blob, "<f2").astype(np.float32) @ query)
            best[chunk] = max(best.get(chunk, product), product)
        yield [best.get(one) for one in ids]


def _together(timings: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """Milliseconds by stage; the collections are searched one after another."""
    found: dict[str, float] = {}
    for one in timings:
        for stage, milliseconds in one.items():
            found[stage] = round(found.get(stage, 0.0) + milliseconds, 2)
    return found


def _ranked(question: str, hits: Sequence[Hit], fused: dict[int, float], limit: int) -> dict[int, float]:
    """As docent.retrieval.search.ranking does it for one collection."""
    candidates = {
        one: Candidate(hit.document.id, hit.document.name, range(hit.chunk.pages[0], hit.chunk.pages[-1] + 1))
        for one, hit in enumerate(hits)
    }
    scores = lift_named(fused, candidates, question)
    texts = {one: hits[one].chunk.text for one in scores}
    if asks_for_number(question):
        scores |= lift_numbers(scores, texts)
    scores |= lower_contents(scores, texts)
    order = sorted(scores, key=lambda one: -scores[one])
    return spread_pages(order, scores, candidates, limit + SPARE)
