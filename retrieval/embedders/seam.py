"""The seam of embedding models, and the table from a spec string to one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Vectors: TypeAlias = NDArray[np.float32]
"""Unit vectors, shape (n, dimension), or (dimension,) for one."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Which vector space: two embedders with equal fingerprints may share an index.

    `variant` names the runtime and its precision, since int8 vectors rank a little differently from fp32.
    `max_tokens` includes the special tokens; prefixes are put before the text by the embedder itself.
    """

    name: str
    variant: str
    dimension: int
    max_tokens: int
    query_prefix: str = ""
    passage_prefix: str = ""


class Embedder(Protocol):
    """Turns text into unit vectors. Construction is cheap; weights load at first use."""

    @property
    def fingerprint(self) -> Fingerprint:
        """The vector space it writes into."""

    @property
    def quick(self) -> bool:
        """Whether a few passages may be embedded while a question waits: no other machine, no long start."""

    def count_tokens(self, text: str) -> int:
        """Tokens of the bare text, without prefix and special tokens. Cheap: no weights are loaded."""

    def embed_query(self, text: str) -> Vectors:
        """Embed a question. Shape (dimension,)."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed passages. Shape (len(texts), dimension), in the order given."""


def speakable(text: str) -> str:
    """What engines and servers can take: C strings end at a NUL, and a lone surrogate has no UTF-8."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def unit(vectors: Vectors) -> Vectors:
    """Rows of length 1; a row of nothing but zeros stays one."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    found: Vectors = vectors / np.maximum(norms, np.float32(1e-12))
    return found
