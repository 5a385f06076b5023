"""What a browser asks for beside its input: where it is, and how it wants to be answered."""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wish:
    """`conversation` is the id that its address names, `collection` the name that it chose last; both may be gone.

    With `deep` many documents are looked into. Of a question asked again, `question` is what it shall be now ("" leaves
    it), and `curated` whether a curated answer may be given.
    """

    conversation: str = ""
    collection: str = ""
    question: str = ""
    deep: bool = False
    curated: bool = True

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
        return cls(conversation, collection, question, found.get("deep") is True, found.get("curated") is not False)
