"""Searching without the cost of the question's own embedding: its vector was made before."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from docent.app.catalog import Catalog
from docent.app.database import Database
from docent.app.settings import DEFAULT_COLLECTION
from docent.retrieval import Collection, Fingerprint, Vectors, make_embedder
from docent.retrieval.indexes.local import LocalIndex
from docent.retrieval.indexes.seam import MakeIndex

SPEC = "bundled:e5-small"


class Remembered:
    """The bundled embedder, with the vectors of known questions at hand."""

    quick = False

    def __init__(self, known: Mapping[str, Vectors], cache: Path) -> None:
        self._known = known
        self._model = make_embedder(SPEC, cache)

    @property
    def fingerprint(self) -> Fingerprint:
        """The bundled one's."""
        return self._model.fingerprint

    def count_tokens(self, text: str) -> int:
        """As it counts them."""
        return self._model.count_tokens(text)

    def embed_query(self, text: str) -> Vectors:
        """At once for a question that is known."""
        known = self._known.get(text)
        return self._model.embed_query(text) if known is None else known

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Through the bundled one: what is added to a collection is really embedded."""
        return self._model.embed_passages(texts)


def questions_of(real: Path) -> tuple[list[str], Vectors]:
    """What `load_real` has kept: questions, and their vectors (n, 384)."""
    return json.loads((real / "questions.json").read_bytes()), np.load(real / "questions.npy")


def collection_of(
    data_dir: Path, questions: Sequence[str], vectors: Vectors, make_index: MakeIndex = LocalIndex
) -> Collection:
    """The default collection of a data directory, made where there is none."""
    database = Database(data_dir)
    folder = Catalog(database).folder(DEFAULT_COLLECTION, create=True)
    database.close()
    embedder = Remembered(dict(zip(questions, vectors, strict=True)), data_dir.parent / "cache")
    return Collection(folder, embedder, SPEC, make_index=make_index)
