"""The fake embedder, `hash:64`: no weights, the same vector for the same words, on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from docent.retrieval.embedders.seam import Fingerprint, Vectors
from docent.retrieval.terms import terms


class HashEmbedder:
    """Sums one signed unit per index term, so texts that share words are near. For tests and dry runs."""

    quick = True

    def __init__(self, dimension: int) -> None:
        if dimension < 8:
            raise ValueError(f"hash:{dimension} is too small: give at least hash:8")
        self.fingerprint = Fingerprint("hash", "sha256", dimension, 512)

    def count_tokens(self, text: str) -> int:
        """One for each index term."""
        return len(terms(text))

    def embed_query(self, text: str) -> Vectors:
        """Shape (dimension,)."""
        vector = np.zeros(self.fingerprint.dimension, dtype=np.float32)
        for term in terms(text):
            digest = hashlib.sha256(term.encode()).digest()
            place = int.from_bytes(digest[:4], "little") % len(vector)
            vector[place] += 1.0 if digest[4] & 1 else -1.0
        norm = float(np.linalg.norm(vector))
        if not norm:
            vector[0] = norm = 1.0
        return vector / np.float32(norm)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimension)."""
        if not texts:
            return np.zeros((0, self.fingerprint.dimension), dtype=np.float32)
        return np.stack([self.embed_query(text) for text in texts])
