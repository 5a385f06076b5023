"""Which documents of a collection the list shows, and in what order."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

from docent.retrieval import DocumentInfo, fold

Order: TypeAlias = Literal["name", "added", "size", "pages"]
ORDERS: tuple[Order, ...] = get_args(Order)
PAGE = 100  # rows of the list, and as many more at each wish: all of a large collection would be slow to draw
MOST = 100_000
LONGEST_SEARCH = 200
_NUMBER = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Listing:
    """How a reader wants the list. `find` are words that names or tags have to hold, `most` is how many rows."""

    order: Order = "name"
    find: str = ""
    most: int = PAGE

    @classmethod
    def read(cls, found: object) -> Listing:
        """From what the page's script sends; the default for whatever is not as it should be."""
        if not isinstance(found, dict):
            return cls()
        order, find, most = found.get("order"), found.get("find"), found.get("most")
        return cls(
            order if order in ORDERS else "name",
            find[:LONGEST_SEARCH] if isinstance(find, str) else "",
            max(PAGE, min(most, MOST)) if type(most) is int else PAGE,
        )


def chosen(documents: Sequence[DocumentInfo], listing: Listing) -> list[DocumentInfo]:
    """The documents that a reader looks for, in order; more than are shown."""
    wanted = fold(listing.find).split()
    found = [one for one in documents if _holds(one, wanted)] if wanted else list(documents)
    return sorted(sorted(found, key=_by_name), key=_KEYS[listing.order], reverse=listing.order != "name")


def _holds(document: DocumentInfo, wanted: Sequence[str]) -> bool:
    said = fold(" ".join((document.name, *(f"#{tag}" for tag in document.tags))))
    return all(word in said for word in wanted)


def _by_name(document: DocumentInfo) -> list[Any]:
    """Numbers by their value: part 2 stands before part 10."""
    return [int(part) if place % 2 else part for place, part in enumerate(_NUMBER.split(fold(document.name)))]


# The newest, the largest and the longest first; equals by name.
_KEYS: dict[Order, Callable[[DocumentInfo], Any]] = {
    "name": _by_name,
    "added": lambda one: one.added,
    "size": lambda one: one.size,
    "pages": lambda one: one.pages,
}
