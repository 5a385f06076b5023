"""What a question over many documents may look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from docent.retrieval import Hit, SearchResult


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
