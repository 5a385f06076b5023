"""Text that waits for its vectors, embedded while a question waits: for one at a time, and not all the time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from docent.app import Library
from docent.retrieval import Fingerprint, HashEmbedder, Vectors
from docent.retrieval.search.fresh import REST, FreshVectors


class SlowEmbedder:
    """Takes `seconds` of its own clock for each call."""

    quick = True

    def __init__(self, seconds: float) -> None:
        self.now = 1000.0
        self.seconds = seconds
        self._inner = HashEmbedder(64)

    @property
    def fingerprint(self) -> Fingerprint:
        return self._inner.fingerprint

    def count_tokens(self, text: str) -> int:
        return self._inner.count_tokens(text)

    def embed_query(self, text: str) -> Vectors:
        return self._inner.embed_query(text)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.now += self.seconds
        return self._inner.embed_passages(texts)


@pytest.fixture
def waiting(library: Library, tmp_path: Path) -> tuple[Library, list[int]]:
    """A library whose passages have no vectors, and their ids."""
    for number in range(6):
        (tmp_path / f"{number}.txt").write_text(f"Sentence number {number}.", encoding="utf-8")
    list(library.sync([tmp_path / f"{number}.txt" for number in range(6)]))
    connection = library.collection().store.connection
    return library, [row[0] for row in connection.execute("SELECT id FROM chunks ORDER BY id")]


@pytest.mark.parametrize(("seconds", "rests"), [(0.001, False), (0.1, True), (60.0, True)])
def test_it_rests_after_it_took_long(waiting: tuple[Library, list[int]], seconds: float, rests: bool) -> None:
    library, ids = waiting
    collection = library.collection()
    slow = SlowEmbedder(seconds)
    fresh = FreshVectors(collection.store, slow, collection.embedder_id, clock=lambda: slow.now)
    query = np.ones(64, dtype=np.float32)
    assert set(fresh.scores(query, ids[:2])) == set(ids[:2])
    assert set(fresh.scores(query, ids[2:4])) == (set() if rests else set(ids[2:4]))
    assert set(fresh.scores(query, ids[:2])) == set(ids[:2])  # what is known is given
    slow.now += REST * 0.25  # a model that took a minute to load is not a reason to rest for twenty
    assert set(fresh.scores(query, ids[4:])) == set(ids[4:])
