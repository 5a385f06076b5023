"""LangChain's EnsembleRetriever (FAISS flat and BM25Retriever) on the texts and vectors of a collection.

python -m scales.stock DATA_DIR REAL_FOLDER COUNT
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever
from langchain_community.vectorstores import FAISS
from langchain_core.embeddings import Embeddings

from docent.retrieval import terms
from scales.remembered import collection_of, questions_of

DEPTH = 100  # as deep as each of our branches goes


class _Known(Embeddings):
    """Vectors of the questions, made before."""

    def __init__(self, known: dict[str, list[float]]) -> None:
        self._known = known

    def embed_query(self, text: str) -> list[float]:
        return self._known[text]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        raise NotImplementedError


def main() -> None:
    data_dir, real, count = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    questions, vectors = questions_of(real)
    rows = collection_of(data_dir, questions, vectors).store.connection.execute(
        "SELECT c.text, v.vector FROM chunks c JOIN vectors v ON v.chunk_id = c.id"
    )
    texts, passages = zip(*((row[0], np.frombuffer(row[1], "<f2").astype(np.float32)) for row in rows), strict=True)
    known = _Known(dict(zip(questions, vectors.tolist(), strict=True)))
    store = FAISS.from_embeddings(zip(texts, passages, strict=True), known)
    # Without these terms its words are what stands between blanks, and no Chinese question finds anything.
    words = BM25Retriever.from_texts(texts, preprocess_func=terms, k=DEPTH)
    dense = store.as_retriever(search_kwargs={"k": DEPTH})
    retriever = EnsembleRetriever(retrievers=[words, dense], weights=[0.5, 0.5])
    retriever.invoke(questions[0])
    milliseconds = []
    for question in questions[-count:]:
        started = time.perf_counter()
        retriever.invoke(question)
        milliseconds.append(1000 * (time.perf_counter() - started))
    sys.stdout.write(json.dumps({"p50": float(np.median(milliseconds))}))


if __name__ == "__main__":
    main()
