"""`st:<name or folder>`: any model of sentence-transformers, such as M3E, text2vec, BGE, SGPT, e5 or gte.

Pooling is the model's own (modules.json), prefixes are too (config_sentence_transformers.json), or else what its family
is known to want; options override both. Vectors are fp32 on every device, so they fit together.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from docent.retrieval.embedders.model_folder import MISSING_EXTRA, ModelFolder, find_model, first_line
from docent.retrieval.embedders.seam import Fingerprint, Vectors, speakable, unit
from docent.retrieval.errors import EmbedderError
from docent.retrieval.once import Once
from docent.retrieval.specs import AFFIX_OPTIONS, Spec

if TYPE_CHECKING:
    from docent.retrieval.embedders.prefixes import Affixes

log = logging.getLogger(__name__)

OPTIONS = (*AFFIX_OPTIONS, "max_tokens", "device", "batch")
BATCH = 32  # texts of one run of the model


class SentenceTransformerEmbedder:
    """Safe to use from several threads. Nothing is loaded until it is needed, and torch for vectors only.

    Raises EmbedderError where the models extra or the model is missing, or the device is not there.
    """

    quick = True

    def __init__(self, spec: Spec) -> None:
        spec.allow(*OPTIONS)
        self._spec = spec
        self._batch = spec.number("batch", BATCH)
        self._folder = Once(lambda: ModelFolder(find_model(spec.rest), spec.rest))
        self._affixes: Once[Affixes] = Once(lambda: spec.affixes(self._folder().affixes()))
        self._tokens: Once[Callable[[str], int]] = Once(lambda: _token_counter(self._folder()))
        self._fingerprint = Once(self._describe)
        self._model: Once[Any] = Once(self._load)
        self._turn = Lock()

    @property
    def fingerprint(self) -> Fingerprint:
        """The vector space; `max_tokens` is the model's window less the tokens of a suffix."""
        return self._fingerprint()

    def count_tokens(self, text: str) -> int:
        """By the model's own tokenizer."""
        return self._tokens()(speakable(text))

    def embed_query(self, text: str) -> Vectors:
        """Shape (dimension,). Of a question longer than the window, the beginning counts."""
        affixes = self._affixes()
        vector: Vectors = self._run([text + affixes.query_suffix], affixes.query_prefix, "query")[0]
        return vector

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimension), in the order given. Texts of like length share a run of the model."""
        vectors = np.empty((len(texts), self.fingerprint.dimension), dtype=np.float32)
        affixes = self._affixes()
        by_length = sorted(range(len(texts)), key=lambda place: -len(texts[place]))
        for start in range(0, len(by_length), self._batch):
            places = by_length[start : start + self._batch]
            some = [texts[place] + affixes.passage_suffix for place in places]
            vectors[places] = self._run(some, affixes.passage_prefix, "document")
        return vectors

    def _describe(self) -> Fingerprint:
        folder, affixes = self._folder(), self._affixes()
        window = min(self._spec.number("max_tokens", folder.window()), folder.window())
        suffix = self.count_tokens(affixes.passage_suffix) if affixes.passage_suffix else 0
        variant = f"st-{folder.digest()}"
        if affixes.query_suffix or affixes.passage_suffix:
            variant += f" {affixes.query_suffix} {affixes.passage_suffix}"
        dimension = folder.dimension() or int(self._model().get_embedding_dimension())
        return Fingerprint(
            folder.label, variant, dimension, window - suffix, affixes.query_prefix, affixes.passage_prefix
        )

    def _run(self, texts: list[str], prefix: str, task: str) -> Vectors:
        """One run of the model. A question waits for the run before it, not for all passages."""
        model = self._model()
        encode = model.encode_query if task == "query" else model.encode_document
        with self._turn:
            try:
                found = encode(
                    [speakable(text) for text in texts], prompt=prefix, batch_size=self._batch, show_progress_bar=False
                )
            except RuntimeError as error:  # torch's, for memory as well
                raise EmbedderError(
                    f"the model {self._spec.rest} failed ({first_line(error)}): try a smaller ?batch= or ?device=cpu."
                ) from error
        vectors = np.asarray(found, dtype=np.float32)
        if vectors.shape[1] != self.fingerprint.dimension:
            raise EmbedderError(
                f"the model {self._spec.rest} gives {vectors.shape[1]} numbers, and its configuration says"
                f" {self.fingerprint.dimension}: fetch it again."
            )
        return unit(vectors)

    def _load(self) -> Any:
        folder = self._folder()
        try:
            import safetensors
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging as transformers_logging
        except ImportError as error:
            raise EmbedderError(MISSING_EXTRA) from error
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        log.info("loading the embedding model %s", self._spec.rest)
        try:
            model = SentenceTransformer(
                str(folder.path), device=self._spec.options.get("device"), local_files_only=True
            )
        except (OSError, RuntimeError, AssertionError, ValueError, KeyError, safetensors.SafetensorError) as error:
            raise EmbedderError(
                f"the model {self._spec.rest} cannot be loaded ({first_line(error)}): fetch it again, or set ?device=."
            ) from error
        model.max_seq_length = min(model.max_seq_length or folder.window(), folder.window())
        return model


def _token_counter(folder: ModelFolder) -> Callable[[str], int]:
    """Counts the tokens of a bare text. The tokenizer's own file is enough mostly, and is read without torch."""
    path = folder.path / "tokenizer.json"
    try:
        if path.is_file():
            import tokenizers

            tokenizer = tokenizers.Tokenizer.from_file(str(path))
            tokenizer.no_truncation()
            tokenizer.no_padding()
            return lambda text: len(tokenizer.encode(text, add_special_tokens=False).ids)
        from transformers import AutoTokenizer
    except ImportError as error:
        raise EmbedderError(MISSING_EXTRA) from error
    try:
        slow = AutoTokenizer.from_pretrained(str(folder.path), local_files_only=True)
    except (OSError, ValueError) as error:
        raise EmbedderError(f"the model {folder.name} has no tokenizer that can be read: fetch it again.") from error
    return lambda text: len(slow.encode(text, add_special_tokens=False))
