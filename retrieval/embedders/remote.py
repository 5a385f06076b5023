"""`openai:<model>@<base url>`: an embedding server: TEI, vLLM, Xinference, Ollama, llama.cpp, OpenAI itself."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from docent.retrieval.embedders.prefixes import NOTHING, family_affixes
from docent.retrieval.embedders.seam import Fingerprint, Vectors, speakable, unit
from docent.retrieval.embedders.server import HURRIED, PATIENT, EmbeddingServer, Patience, TooLarge
from docent.retrieval.errors import EmbedderError
from docent.retrieval.indexes.watermark import write_atomically
from docent.retrieval.once import Once
from docent.retrieval.specs import AFFIX_OPTIONS, Spec

log = logging.getLogger(__name__)

OPENAI_URL = "https://api.openai.com/v1"
OPTIONS = (*AFFIX_OPTIONS, "batch", "max_tokens", "dimensions", "workers")
BATCH = 32  # texts of a request: what TEI takes as it comes
BATCH_TOKENS = 16_384  # of a request: TEI again
WINDOW = 512  # tokens: BERT's, and a safe guess where ?max_tokens= says nothing
WORKERS = 4  # requests at a time
LEARNED = "embedding-servers.json"  # in the cache folder: the dimension of each model that was asked
WIDE = 1.5
"""Tokens of a character of Chinese, Japanese or Korean: e5 makes 0.7, BERT 1, the byte pairs of an English model 1.7.
A text that proves too long all the same is halved when the server says so."""
_COUNTED = re.compile(
    r"(?P<wide>[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff])|(?P<word>[^\W\d_]+)|\S"
)


class RemoteEmbedder:
    """Safe to use from several threads. Its dimension is asked for once, with a short text, and remembered.

    Where the dimension is known nothing is sent until there is something to embed, so a collection whose server is down
    can still be opened. Raises EmbedderError with a sentence for whatever the server does. `sleep` is for tests.
    """

    quick = False

    def __init__(
        self, spec: Spec, cache_dir: Path, api_key: str = "", sleep: Callable[[float], None] = time.sleep
    ) -> None:
        spec.allow(*OPTIONS)
        model, *url = re.split(r"@(?=https?://)", spec.rest, maxsplit=1)
        if not model or ("@" in model and not url):
            raise EmbedderError(f"openai:{spec.rest} is no embedder: write openai:<model>@http://<address>/v1.")
        self._server = EmbeddingServer(model, url[0] if url else OPENAI_URL, api_key, sleep)
        self._affixes = spec.affixes(family_affixes(model) or NOTHING)
        self._batch = spec.number("batch", BATCH)
        self._workers = spec.number("workers", WORKERS)
        self._window = spec.number("max_tokens", WINDOW)
        self._wanted = {"dimensions": spec.number("dimensions", 1)} if "dimensions" in spec.options else {}
        self._learned = cache_dir / LEARNED
        self._dimension = Once(self._find_dimension)

    @property
    def fingerprint(self) -> Fingerprint:
        """The vector space: of the model, wherever it runs."""
        affixes = self._affixes
        suffixes = f" {affixes.query_suffix} {affixes.passage_suffix}".rstrip()
        window = self._window - self.count_tokens(affixes.passage_suffix)
        return Fingerprint(
            self._server.model,
            f"openai{suffixes}",
            self._dimension(),
            window,
            affixes.query_prefix,
            affixes.passage_prefix,
        )

    def count_tokens(self, text: str) -> int:
        """An estimate, rather too high, since servers have no common way to ask: letters count a third."""
        wide = words = signs = 0
        for found in _COUNTED.finditer(text):
            if found.lastgroup == "wide":
                wide += 1
            elif found.lastgroup == "word":
                words += (len(found[0]) + 2) // 3
            else:
                signs += 1
        return int(WIDE * wide + 0.5) + words + signs

    def embed_query(self, text: str) -> Vectors:
        """Shape (dimension,). Of a question longer than the window, the beginning counts."""
        while self.count_tokens(text) > self._window and len(text) > 1:
            text = text[: len(text) * 3 // 4]
        vector: Vectors = self._embed([text], HURRIED, query=True)[0]
        return vector

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimension), in the order given. Several requests are under way at a time."""
        vectors = np.empty((len(texts), self._dimension()), dtype=np.float32)

        def embed(places: list[int]) -> None:
            vectors[places] = self._embed([texts[place] for place in places], PATIENT)

        with ThreadPoolExecutor(self._workers, thread_name_prefix="embed") as pool:
            for _ in pool.map(embed, self._batches(texts)):
                pass
        return vectors

    def _batches(self, texts: Sequence[str]) -> Iterator[list[int]]:
        """Places of texts of like length, so that a server pads little."""
        some: list[int] = []
        tokens = 0
        for place in sorted(range(len(texts)), key=lambda place: -len(texts[place])):
            count = self.count_tokens(texts[place])
            if some and (len(some) == self._batch or tokens + count > BATCH_TOKENS):
                yield some
                some, tokens = [], 0
            some.append(place)
            tokens += count
        if some:
            yield some

    def _embed(self, texts: Sequence[str], patience: Patience, *, query: bool = False) -> Vectors:
        """Unit vectors. What the server finds too large goes in halves; the halves of one text are averaged."""
        try:
            return self._unit(self._ask(texts, patience, query=query))
        except TooLarge:
            if len(texts) > 1:
                middle = len(texts) // 2
                halves = [self._embed(half, patience, query=query) for half in (texts[:middle], texts[middle:])]
                return np.concatenate(halves)
            if len(texts[0]) < 2:
                raise
        middle = len(texts[0]) // 2
        both = self._embed([texts[0][:middle]], patience, query=query) + self._embed(
            [texts[0][middle:]], patience, query=query
        )
        return unit(both)

    def _ask(self, texts: Sequence[str], patience: Patience, *, query: bool = False) -> list[list[float]]:
        one = self._affixes
        prefix, suffix = (one.query_prefix, one.query_suffix) if query else (one.passage_prefix, one.passage_suffix)
        full = [speakable(f"{prefix}{text}{suffix}") for text in texts]
        return self._server.vectors([text if text.strip() else "." for text in full], patience, **self._wanted)

    def _unit(self, found: list[list[float]]) -> Vectors:
        wanted = self._dimension()
        wrong = next((len(one) for one in found if len(one) != wanted), None)
        if wrong is not None:
            self._remember(None)
            raise EmbedderError(
                f"the embedding server {self._server.shown} gives vectors of {wrong} numbers for {self._server.model},"
                f" which had {wanted}: another model runs there now, so start the right one or make a new collection."
            )
        try:
            vectors = unit(np.array(found, dtype=np.float32))
        except (TypeError, ValueError):
            vectors = np.zeros((1, wanted), dtype=np.float32)
        if not (np.isfinite(vectors).all() and vectors.any(axis=1).all()):
            raise EmbedderError(
                f"the embedding server {self._server.shown} gave a vector that is none: look at its log."
            )
        return vectors

    def _find_dimension(self) -> int:
        if self._wanted:
            return self._wanted["dimensions"]
        known = self._read().get(self._key)
        if known is None:
            known = len(self._ask(["dimension"], HURRIED)[0])
            self._remember(known)
        return int(known)

    @property
    def _key(self) -> str:
        return f"{self._server.model}@{self._server.shown}"

    def _read(self) -> dict[str, int]:
        try:
            found = json.loads(self._learned.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _remember(self, dimension: int | None) -> None:
        """A cache that cannot be written costs one short request at the next start."""
        found = {key: value for key, value in self._read().items() if key != self._key}
        if dimension:
            found[self._key] = dimension
        try:
            self._learned.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._learned, json.dumps(found, indent=1).encode())
        except OSError as error:
            log.warning("what %s was asked cannot be kept in %s (%s)", self._key, self._learned, error)
