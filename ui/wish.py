"""What a browser asks for beside its input: where it is, and how it wants to be answered."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from docent.retrieval import SearchFilter
from docent.ui.answering import Way
from docent.ui.listing import Listing

MOST_NAMED = 200  # documents, and tags


@dataclass(frozen=True, slots=True)
class Wish:
    """`conversation` is the id that its address names, `collection` the name that it chose last; both may be gone.

    Only `documents` (ids) are asked, and such as have all `tags`; everything where none are named. `also` are
    collections that are asked with the one shown. With `deep` many documents are looked into; with `strict` what no
    passage supports is left out. Of a question asked again, `question` is what it shall be now ("" leaves it), and
    `curated` whether a curated answer may be given. `listing` is how the list of documents is to be shown.
    """

    conversation: str = ""
    collection: str = ""
    question: str = ""
    deep: bool = False
    curated: bool = True
    documents: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    strict: bool = False
    listing: Listing = field(default_factory=Listing)

    @classmethod
    def read(cls, text: str) -> Wish:
        """From the JSON that the page's script sends; nothing of what is not as it should be."""
        try:
            found = json.loads(text)
        except ValueError:
            return cls()
        if not isinstance(found, dict):
            return cls()
        words = [found.get(name) for name in ("conversation", "collection", "question")]
        conversation, collection, question = (one if isinstance(one, str) else "" for one in words)
        only = found.get("only")
        only = only if isinstance(only, dict) else {}
        documents, tags, also = (_names(only.get(name)) for name in ("documents", "tags", "collections"))
        deep, strict = found.get("deep") is True, found.get("strict") is True
        listing = Listing.read(found.get("listing"))
        curated = found.get("curated") is not False
        return cls(conversation, collection, question, deep, curated, documents, tags, also, strict, listing)

    @property
    def way(self) -> Way:
        """How to ask."""
        where = SearchFilter(self.documents, tags=self.tags)
        return Way(self.curated, self.deep, where, self.also, self.strict)


def _names(found: object) -> tuple[str, ...]:
    return tuple(one for one in found if isinstance(one, str))[:MOST_NAMED] if isinstance(found, list) else ()
