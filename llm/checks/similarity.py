"""Vectors as evidence: how alike a sentence and a text are in the space of the bundled embedder."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from docent.retrieval import Embedder

if TYPE_CHECKING:
    from docent.llm.checks.verification import Similarity
    from docent.retrieval import Vectors

KNOWN = 512  # texts of which the vector is kept: the same places are looked at for several sentences
CALIBRATED = "e5-small"  # the space for which the cosines of docent.llm.checks.verification were fitted


def similarity_of(embedder: Embedder) -> Similarity | None:
    """Cosines by this embedder; None for one that is slow, on another machine, or of another space.

    Both texts are embedded as questions, as e5 wants it where neither answers the other (arXiv 2402.05672).
    """
    if not embedder.quick or CALIBRATED not in embedder.fingerprint.name:
        return None

    @lru_cache(maxsize=KNOWN)
    def vector(text: str) -> Vectors:
        return embedder.embed_query(text)

    def similarity(sentence: str, texts: Sequence[str]) -> list[float]:
        said = vector(sentence)
        return [float(said @ vector(text)) for text in texts]

    return similarity
