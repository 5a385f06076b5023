"""Text that was committed a moment ago, embedded while a question waits, so that it is ranked as fairly as the rest."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from threading import Lock

import numpy as np

from docent.retrieval.embedders.seam import Embedder, Vectors
from docent.retrieval.storage.store import DocumentStore
from docent.retrieval.vectorize import missing_rows, passage_parts

MOST = 8  # candidates of one question
AT_ONCE = 2  # between two looks at the clock
SECONDS = 0.25  # e5-small embeds eight chunks of 200 tokens in 0.2 s on 2 cores
BRIEF = 0.02  # seconds that no other question notices
REST = 20.0  # times as long as it took nothing is embedded here: many questions at once would slow each other down
REMEMBERED = 512  # chunks of the questions before; the worker has long embedded older ones


class FreshVectors:
    """Vectors of chunks whose turn has not come yet, held in memory only: the worker that fills them in writes."""

    def __init__(
        self, store: DocumentStore, embedder: Embedder, embedder_id: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._embedder_id = embedder_id
        self._clock = clock
        self._guard = Lock()
        self._rests_until = 0.0
        self._known: dict[int, Vectors] = {}  # (parts, dimension) by chunk id, which is never used again

    def scores(self, query: Vectors, candidates: Sequence[int], seconds: float = SECONDS) -> dict[int, float]:
        """The inner product of a chunk's best part with the query, for the first 8 candidates without a vector.

        Best effort: what is not embedded when `seconds` are over is left out, and an embedder that is not `quick`
        embeds nothing here. While another question does the same, and for a while after it, nothing is embedded either.
        """
        if not self._embedder.quick:
            return {}
        rows = missing_rows(self._store, self._embedder_id, candidates[: 4 * MOST])[:MOST]
        if self._guard.acquire(blocking=False):
            try:
                began = self._clock()
                if began >= self._rests_until:
                    self._embed([row for row in rows if row[0] not in self._known], began + seconds)
                    ended = self._clock()
                    took = min(ended - began, seconds)  # the model may have been loaded, which is done once
                    self._rests_until = ended + (REST * took if took > BRIEF else 0.0)
            finally:
                self._guard.release()
        known = self._known
        return {row[0]: float(np.max(known[row[0]] @ query)) for row in rows if row[0] in known}

    def _embed(self, rows: list[tuple[int, str, str, str, str]], deadline: float) -> None:
        took = 0.0
        for start in range(0, len(rows), AT_ONCE):
            began = self._clock()
            if began + took >= deadline:
                return
            parts = passage_parts(rows[start : start + AT_ONCE], self._embedder)
            vectors = self._embedder.embed_passages([text for _, _, text in parts])
            found: dict[int, list[Vectors]] = {}
            for (one, _, _), vector in zip(parts, vectors, strict=True):
                found.setdefault(one, []).append(vector)
            fresh = {one: np.stack(some) for one, some in found.items()}
            # A new dict each time, so that a search beside this one never sees it change.
            self._known = dict([*self._known.items(), *fresh.items()][-REMEMBERED:])
            took = self._clock() - began
