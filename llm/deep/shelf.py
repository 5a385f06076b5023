"""What a question over many documents may look at, and what it has found there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from docent.retrieval import Hit, SearchResult

MOST_HITS = 40  # that an answer is written from; a model's context ends sooner


@dataclass(frozen=True, slots=True)
class Shelf:
    """The documents of a question, narrowed as the reader has narrowed it.

    `search` takes a question and the names of documents, none for all. `open_page` takes a name and a physical page
    and gives the passages on it in reading order. `documents` gives names and numbers of pages. The first two raise
    DocumentNotFound.
    """

    search: Callable[[str, tuple[str, ...]], SearchResult]
    open_page: Callable[[str, int], tuple[Hit, ...]]
    documents: Callable[[], tuple[tuple[str, int], ...]]

    def names(self) -> list[str]:
        """The names of all documents."""
        return [name for name, _ in self.documents()]


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
