"""Real passages and questions of the evaluation sets, with their vectors by the bundled embedder; kept in a folder.

More passages than the sets have chunks are had by cutting the same text elsewhere: from the middle of one chunk to
the middle of the next, then in halves, until the minutes are over.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from docent.app import open_library
from docent.app.evaluation.measuring import read_questions
from docent.retrieval import Vectors, make_embedder
from docent.retrieval.vectorize import passage_text
from scales.remembered import SPEC, questions_of

SETS = ("zh_real", "finance_en", "cmrc_zh")
BATCH = 512
_ROWS = """SELECT d.id, d.name, c.heading, c.context, c.text FROM chunks c JOIN documents d ON d.id = c.document_id
ORDER BY d.id, c.ordinal"""


@dataclass(frozen=True, slots=True)
class Real:
    """`texts` are the chunks alone; `vectors` (n, 384) theirs first, then those of the other cuts; one a question."""

    texts: list[str]
    vectors: Vectors
    questions: list[str]
    question_vectors: Vectors


def load_real(data: Path, folder: Path, minutes: float) -> Real:
    """Embed for so many minutes of all cores, once; the next call finds what was embedded in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "real.npy").exists():
        _embed(data, folder, minutes)
    if not (folder / "questions.npy").exists():
        _embed_questions(data, folder)
    questions, asked = questions_of(folder)
    found: NDArray[np.float16] = np.load(folder / "real.npy")
    return Real(json.loads((folder / "real.json").read_bytes()), found.astype(np.float32), questions, asked)


def _embed_questions(data: Path, folder: Path) -> None:
    questions = list(dict.fromkeys(row.question for one in SETS for row in read_questions(data / one / "eval.jsonl")))
    np.random.default_rng(1).shuffle(questions)  # so that any part of them has all sets
    embedder = make_embedder(SPEC, folder / "cache")
    (folder / "questions.json").write_text(json.dumps(questions, ensure_ascii=False), encoding="utf-8")
    np.save(folder / "questions.npy", np.stack([embedder.embed_query(one) for one in questions]))


def _embed(data: Path, folder: Path, minutes: float) -> None:
    with open_library(data_dir=folder / "library", cache_dir=folder / "cache") as library:
        for result in library.sync([data / one / "pdfs" for one in SETS]):
            if result.status == "failed":
                raise SystemExit(f"{result.path}: {result.reason}")
        rows = library.collection().store.connection.execute(_ROWS).fetchall()
        embedder = library.collection().embedder
        passages = [passage_text(row[1], row[2], row[4], embedder.count_tokens, row[3]) for row in rows]
        chunks = [(str(row[0]), str(row[4])) for row in rows]
        seconds = 60 * minutes * (os.cpu_count() or 1) + time.process_time()  # of CPU, so that noise costs nothing
        found: list[Vectors] = []
        queue = [*passages, *_between(chunks), *_halves(chunks)]
        for start in range(0, len(queue), BATCH):
            if start >= len(passages) and time.process_time() > seconds:
                break
            found.append(embedder.embed_passages(queue[start : start + BATCH]))
    (folder / "real.json").write_text(json.dumps([text for _, text in chunks], ensure_ascii=False), encoding="utf-8")
    np.save(folder / "real.npy", np.concatenate(found).astype(np.float16))


def _between(chunks: list[tuple[str, str]]) -> Iterator[str]:
    for (one, text), (other, following) in pairwise(chunks):
        if one == other:
            yield text[len(text) // 2 :] + "\n" + following[: len(following) // 2]


def _halves(chunks: list[tuple[str, str]]) -> Iterator[str]:
    for _, text in chunks:
        yield text[: len(text) // 2]
        yield text[len(text) // 2 :]
