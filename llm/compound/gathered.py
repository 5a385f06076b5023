"""What the looks of one question have found, taken in turn."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from docent.retrieval import Hit

MOST_HITS = 40  # that an answer is written from; a model's context ends sooner


@dataclass(slots=True)
class Gathered:
    """The passages that were found, look by look. Safe to share between threads: an agent's tools may run at once."""

    looks: list[tuple[Hit, ...]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def add(self, hits: Sequence[Hit], notice: str = "") -> None:
        """Keep the hits of one look, best first, and why its search went less well than usual."""
        with self._guard:
            self.looks.append(tuple(hits))
            if notice and notice not in self.notices:
                self.notices.append(notice)

    def hits(self, most: int = MOST_HITS) -> tuple[Hit, ...]:
        """The first of every look, then the second of every look, and so on, each passage once."""
        with self._guard:
            found = {hit.key: hit for hit in self._in_turn()}
        return tuple(found.values())[:most]

    def _in_turn(self) -> Iterator[Hit]:
        for row in zip_longest(*self.looks):
            yield from (hit for hit in row if hit is not None)
