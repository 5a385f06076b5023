"""Joining ranked lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

# Cormack, Clarke and Büttcher, "Reciprocal rank fusion" (SIGIR 2009), use 60 for lists of 1000; of 10 to 60, 30 did
# best on both dev sets, where the first few ranks matter.
RRF_K = 30


def reciprocal_rank_fusion(
    lists: Mapping[str, Sequence[int]], weights: Mapping[str, float], k: int = RRF_K
) -> dict[int, float]:
    """Sum of weight / (k + rank) over the lists an item is in; rank 1 is the first."""
    scores: dict[int, float] = {}
    for name, items in lists.items():
        for rank, item in enumerate(items, start=1):
            scores[item] = scores.get(item, 0.0) + weights[name] / (k + rank)
    return scores
