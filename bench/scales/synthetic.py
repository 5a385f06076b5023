"""A collection of any size that looks like the real ones: vectors near real ones, text by a Zipf law over real words.

Vectors: a real vector drawn at random, plus Gaussian noise with the covariance of what parts a real vector from its
nearest neighbour (over the square root of two, since both neighbours get it), brought back to length 1. `spread` says
how well that fits: the cosine of a vector to its nearest neighbour, here and in the real ones.
Text: words of the real chunks (a run of CJK characters gives pieces of two to four), drawn with a probability of
1 / rank; half of the documents in Chinese, half in English, each chunk of a length that a real one has.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from docent.ingest import CJK, Block, Chunk, Document, Page, PageReport, Span
from docent.retrieval import Collection, Source, Vectors, transaction
from scales.real import Real

CHUNKS_A_DOCUMENT, CHUNKS_A_PAGE = 500, 5
_PUNCTUATION = re.compile("[\u3000-\u3020\uff01-\uff0f\uff1a-\uff20]")
_WORD = re.compile(rf"(?P<cjk>[{CJK}]+)|[^\W_]+(?:[-./,'][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class _Language:
    """Words by falling frequency, the sum of the probabilities up to each, and how many words real chunks have."""

    words: NDArray[np.object_]
    cumulated: NDArray[np.float64]
    lengths: NDArray[np.int64]
    joint: str

    def texts(self, count: int, random: np.random.Generator) -> list[str]:
        lengths = random.choice(self.lengths, count)
        places = np.searchsorted(self.cumulated, random.random(int(lengths.sum())))
        words = self.words[places]
        ends = np.cumsum(lengths)
        return [self.joint.join(words[end - length : end]) for end, length in zip(ends, lengths, strict=True)]


class Maker:
    """Makes texts and vectors, the same for a seed."""

    def __init__(self, real: Real, seed: int = 1) -> None:
        self._real = real
        self._random = np.random.default_rng(seed)
        self._languages = [_language(real.texts, is_chinese=one) for one in (True, False)]
        self._root = noise_root(real.vectors[: len(real.texts)])

    def vectors(self, count: int) -> Vectors:
        """Shape (count, dimension), of length 1."""
        base = self._real.vectors[self._random.integers(0, len(self._real.vectors), count)]
        noise = self._random.standard_normal(base.shape).astype(np.float32) @ self._root
        made = base + noise / np.float32(np.sqrt(2))
        return made / np.linalg.norm(made, axis=1, keepdims=True)

    def texts(self, count: int, document: int) -> list[str]:
        """Chunks of one document."""
        return self._languages[document % 2].texts(count, self._random)


class Given(Maker):
    """Made texts beside the real vectors, each once and in their order."""

    def __init__(self, real: Real) -> None:
        super().__init__(real)
        self._rest = iter(real.vectors)

    def vectors(self, count: int) -> Vectors:
        """The next `count`, or what is left of them."""
        return np.stack(list(islice(self._rest, count)))


def noise_root(vectors: Vectors) -> Vectors:
    """A matrix that turns standard normal rows into the differences of nearest neighbours."""
    differences = vectors - vectors[_nearest(vectors, vectors)]
    covariance = differences.T @ differences / len(differences)
    values, axes = np.linalg.eigh(covariance)
    root: Vectors = (np.sqrt(np.maximum(values, 0))[:, None] * axes.T).astype(np.float32)
    return root


def spread(vectors: Vectors, among: Vectors) -> float:
    """The median cosine of some vectors to their nearest other one."""
    place = _nearest(vectors, among)
    return float(np.median(np.einsum("nd,nd->n", vectors, among[place])))


def _nearest(vectors: Vectors, among: Vectors) -> NDArray[np.int64]:
    """The nearest of `among` for each that is not the same vector."""
    found = []
    for start in range(0, len(vectors), 500):
        scores = vectors[start : start + 500] @ among.T
        scores[scores > 0.9999] = -1
        found.append(scores.argmax(axis=1))
    return np.concatenate(found)


def _language(texts: Sequence[str], *, is_chinese: bool) -> _Language:
    random = np.random.default_rng(0)
    counts: Counter[str] = Counter()
    lengths = []
    for text in texts:
        if bool(re.search(f"[{CJK}]", text)) == is_chinese:
            words = _words(text, random)
            counts.update(words)
            lengths.append(len(words))
    words = np.array([word for word, _ in counts.most_common()], dtype=object)
    weights = 1 / np.arange(1, len(words) + 1)
    return _Language(words, np.cumsum(weights / weights.sum()), np.array(lengths), "" if is_chinese else " ")


def _words(text: str, random: np.random.Generator) -> list[str]:
    words = []
    for match in _WORD.finditer(_PUNCTUATION.sub(" ", text)):
        run, place = match[0], 0
        while match["cjk"] and place < len(run):
            size = int(random.integers(2, 5))
            words.append(run[place : place + size])
            place += size
        if not match["cjk"]:
            words.append(run)
    return words


def fill(collection: Collection, maker: Maker, chunks: int, folder: Path) -> None:
    """Add documents until the collection has so many chunks, each with its vector."""
    folder.mkdir(parents=True, exist_ok=True)
    have = collection.store.connection.execute("SELECT count(*) FROM chunks").fetchone()[0]
    while have < chunks:
        number = have // CHUNKS_A_DOCUMENT
        vectors = maker.vectors(min(CHUNKS_A_DOCUMENT, chunks - have))
        path = folder / f"document {number}.txt"
        path.write_text(f"original of document {number}", encoding="utf-8")
        document, parts = made_document(path.name, maker.texts(len(vectors), number))
        collection.store.add(document, parts, Source("folder", str(path), str(folder)), path)
        _write(collection, vectors)
        have += len(vectors)


def made_document(name: str, texts: Sequence[str]) -> tuple[Document, list[Chunk]]:
    """Five chunks a page, each a block and a line of its own."""
    identity = hashlib.sha256(name.encode()).hexdigest()
    box = (72.0, 72.0, 500.0, 700.0)
    numbers = [place // CHUNKS_A_PAGE + 1 for place in range(len(texts))]
    chunks = [
        Chunk(identity, place, text, "", (Span(number, box, 0, len(text)),))
        for place, (text, number) in enumerate(zip(texts, numbers, strict=True))
    ]
    pages = []
    for number in range(1, numbers[-1] + 1):
        some = texts[(number - 1) * CHUNKS_A_PAGE : number * CHUNKS_A_PAGE]
        blocks = tuple(Block("text", text, number, box) for text in some)
        pages.append(Page(number, 595, 842, blocks, PageReport("text", sum(map(len, some)))))
    return Document(identity, name, "text/plain", tuple(pages)), chunks


def _write(collection: Collection, vectors: Vectors) -> None:
    connection, embedder = collection.store.connection, collection.embedder_id
    missing = connection.execute("SELECT id FROM chunks ORDER BY id DESC LIMIT ?", (len(vectors),)).fetchall()
    with transaction(connection):
        connection.executemany(
            "INSERT INTO vectors (chunk_id, embedder, part, vector) VALUES (?, ?, 0, ?)",
            [
                (row[0], embedder, one.astype("<f2").tobytes())
                for row, one in zip(reversed(missing), vectors, strict=True)
            ],
        )
