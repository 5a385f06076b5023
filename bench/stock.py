"""The pipeline to beat: what a tutorial builds of LangChain's parts, on the weights of our own embedder.

Text by PyMuPDF, page by page; RecursiveCharacterTextSplitter(1000, 200); multilingual-e5-small; a flat FAISS index.
Scans give it nothing. It never refuses and cites whole chunks, so pages and documents are all there is to count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
import pymupdf
from langchain_text_splitters import RecursiveCharacterTextSplitter

from docent.app.evaluation.measuring import Outcome, Question
from docent.app.evaluation.stages import contains
from docent.retrieval import Embedder

SIZE, OVERLAP = 1000, 200


@dataclass(frozen=True, slots=True)
class Piece:
    """A chunk of one page, from 1."""

    document: str
    page: int
    text: str


class Stock:
    """All PDFs of some folders in one index. Vectors are kept in `cache`, if it is given."""

    def __init__(self, folders: Sequence[Path], embedder: Embedder, cache: Path | None = None) -> None:
        self.pieces = [piece for folder in folders for path in sorted(folder.glob("*.pdf")) for piece in split(path)]
        self._embedder = embedder
        vectors = np.load(cache) if cache and cache.exists() else None
        if vectors is None or len(vectors) != len(self.pieces):
            vectors = embedder.embed_passages([one.text for one in self.pieces])
            if cache:
                np.save(cache, vectors)
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(vectors)

    def search(self, question: str, limit: int) -> list[Piece]:
        """The nearest pieces, best first."""
        _, found = self._index.search(self._embedder.embed_query(question)[None], limit)
        return [self.pieces[place] for place in found[0] if place >= 0]

    def measure(self, questions: Sequence[Question], limit: int) -> list[Outcome]:
        """What becomes of each question, as `docent.app.evaluation.measuring.measure` says it."""
        return [self._outcome(one, limit) for one in questions]

    def _outcome(self, one: Question, limit: int) -> Outcome:
        hits = self.search(one.question, limit)
        named = [hit.document == one.doc for hit in hits]
        right = [same and hit.page in one.pages for same, hit in zip(named, hits, strict=True)]
        told = [same and contains(hit.text, one.answers) for same, hit in zip(right, hits, strict=True)]
        return Outcome(
            one,
            page_rank=first(right),
            document_rank=first(named),
            passage_rank=first(told),
            split="unknown",
            is_cited=False,
            refused=False,
            trust=0.0,
            search_seconds=0.0,
            answer_seconds=0.0,
        )


def split(path: Path) -> list[Piece]:
    splitter = RecursiveCharacterTextSplitter(chunk_size=SIZE, chunk_overlap=OVERLAP)
    with pymupdf.open(path) as document:
        texts = [page.get_text() for page in document]
    return [
        Piece(path.name, number, text) for number, page in enumerate(texts, 1) for text in splitter.split_text(page)
    ]


def first(fits: Sequence[bool]) -> int | None:
    return fits.index(True) + 1 if True in fits else None
