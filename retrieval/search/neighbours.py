"""What stands before and after a passage, as evidence of what it is about."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from math import fsum

SHARE = 0.4  # of the better neighbour's score, against 1 of a passage's own; 0.2 to 0.7 did better than none


def lean_on_neighbours(scores: Mapping[int, float], better: Mapping[int, float]) -> dict[int, float]:
    """Inner products by chunk, each with a share of the better of the two chunks beside it in its document.

    A table that is continued, or a paragraph that says "it", has little of its subject in its own words. Where there is
    no neighbour, one as far behind as others mostly are is taken for it. `better` has the neighbours' scores.
    """
    behind = fsum(scores[one] - score for one, score in better.items()) / len(better) if better else 0.0
    return {one: score + SHARE * better.get(one, score - behind) for one, score in scores.items()}


def better_beside(
    connection: sqlite3.Connection, score: Callable[[Sequence[int]], dict[int, float]], ids: Sequence[int]
) -> dict[int, float]:
    """The score of the better of the two chunks beside each in its document, where there is one with a score."""
    beside: dict[int, list[int]] = {}
    for one, other in _neighbours(connection, ids):
        beside.setdefault(one, []).append(other)
    known = score(sorted({other for some in beside.values() for other in some}))
    return {
        one: max(known[other] for other in some if other in known)
        for one, some in beside.items()
        if any(other in known for other in some)
    }


def _neighbours(connection: sqlite3.Connection, ids: Sequence[int]) -> list[tuple[int, int]]:
    """Pairs of a chunk and the one before or after it: a document's chunks are committed together, so by their ids."""
    near = sorted({one + step for one in ids for step in (-1, 0, 1)})
    home: dict[int, str] = {}
    for start in range(0, len(near), 900):  # SQLite's default limit of parameters is above this everywhere
        some = near[start : start + 900]
        rows = connection.execute(
            "SELECT id, document_id FROM chunks INDEXED BY chunk_places"  # noqa: S608
            f" WHERE id IN ({','.join('?' * len(some))})",
            some,
        )
        home.update(rows.fetchall())
    pairs = [(one, one + step) for one in ids for step in (-1, 1)]
    return [(one, other) for one, other in pairs if one in home and home[one] == home.get(other)]
