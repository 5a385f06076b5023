"""`st:<name or folder>` as a reranker: any cross-encoder of sentence-transformers, such as BGE, mxbai or MS MARCO."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from threading import Lock
from typing import Any

from docent.retrieval.embedders.model_folder import find_model, first_line
from docent.retrieval.embedders.seam import speakable
from docent.retrieval.errors import EmbedderError, RerankerError
from docent.retrieval.once import Once
from docent.retrieval.specs import Spec

log = logging.getLogger(__name__)

DEPTH = 30  # passages: a small model reads 30 of 200 tokens in a second on 2 cores
BATCH = 32  # pairs in one run of the model
MISSING_EXTRA = "the reranker st: needs the models extra: in Docent's folder run pip install -e '.[models]'."


class CrossEncoderReranker:
    """Safe to use from several threads. Nothing is loaded before the first question.

    Of a passage that is longer than the model's window, the beginning is read.
    """

    def __init__(self, spec: Spec) -> None:
        spec.allow("batch", "depth", "device")
        self._spec = spec
        self._batch = spec.number("batch", BATCH)
        self._depth = spec.number("depth", DEPTH)
        self._model: Once[Any] = Once(self._load)
        self._failure = ""
        self._turn = Lock()

    @property
    def depth(self) -> int:
        """How many of the best passages it is given."""
        return self._depth

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        """The model's number for each pair. Raises RerankerError where extra, model or device is missing."""
        if self._failure:  # a model that cannot be had is not looked for at every question
            raise RerankerError(self._failure)
        try:
            model = self._model()
        except RerankerError as error:
            self._failure = str(error)
            raise
        pairs = [(speakable(question), speakable(one)) for one in passages]
        with self._turn:
            try:
                found = model.predict(pairs, batch_size=self._batch, show_progress_bar=False)
            except RuntimeError as error:  # torch's, for memory as well
                raise RerankerError(
                    f"the reranker {self._spec.rest} failed ({first_line(error)}):"
                    " try a smaller ?batch= or ?device=cpu."
                ) from error
        scores = [float(one) for one in found]
        if not all(math.isfinite(one) for one in scores):
            raise RerankerError(f"the reranker {self._spec.rest} gives no numbers: fetch it again.")
        return scores

    def _load(self) -> Any:
        name = self._spec.rest
        try:
            import safetensors
            from sentence_transformers import CrossEncoder
            from transformers.utils import logging as transformers_logging
        except ImportError as error:
            raise RerankerError(MISSING_EXTRA) from error
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        log.info("loading the reranker %s", name)
        try:
            folder = find_model(name, "cross-encoder")
            model = CrossEncoder(str(folder), device=self._spec.options.get("device"), local_files_only=True)
        except EmbedderError as error:
            raise RerankerError(str(error)) from error
        except (OSError, RuntimeError, AssertionError, ValueError, KeyError, safetensors.SafetensorError) as error:
            raise RerankerError(
                f"the reranker {name} cannot be loaded ({first_line(error)}): fetch it again, or set ?device=."
            ) from error
        if model.num_labels != 1:
            raise RerankerError(f"{name} sorts into {model.num_labels} classes and is no reranker: take another model.")
        return model
