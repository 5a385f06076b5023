"""What a search costs as a collection grows, how much of the exact result it finds, and what LangChain's takes."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from figures import Figure

from docent.retrieval import Collection, Vectors
from docent.retrieval.search.asked import asked
from scales.real import Real
from scales.remembered import collection_of
from scales.synthetic import Given, Maker, fill, spread

SEARCHES, DEPTH = 300, 10
BENCH = Path(__file__).resolve().parent.parent
BOUNDS = {200_000: (5.0, None), 1_000_000: (20.0, 400.0)}  # milliseconds, megabytes


def measure(real: Real, folder: Path, sizes: Sequence[int]) -> list[Figure]:
    """Each size is a collection of its own in `folder`, kept for the next run."""
    figures = []
    for size in sizes:
        made_collection(real, folder, size).close()
        found = _in_process("scales.probe", folder / str(size), folder, SEARCHES)
        figures += _cost(found, size, _stock(folder, size) if size == 200_000 else {})
    figures.append(_real_recall(real, folder))
    collection = made_collection(real, folder, sizes[-1])
    figures.append(_recall(collection, real, f"recall@10 of the vectors, {sizes[-1]:,} made ones", 0.95))
    figures.append(_spread(real))
    collection.close()
    return figures


def made_collection(real: Real, folder: Path, size: int) -> Collection:
    """The collection of so many chunks, caught up."""
    collection = collection_of(folder / str(size), real.questions, real.question_vectors)
    if collection.store.connection.execute("SELECT count(*) FROM chunks").fetchone()[0] < size:
        fill(collection, Maker(real), size, folder / str(size) / "sources")
    collection.refresh()
    return collection


def _cost(found: dict[str, Any], size: int, stock: dict[str, float]) -> list[Figure]:
    p50, p95 = (float(one) for one in np.percentile(found["ms"], [50, 95]))
    most, megabytes = BOUNDS.get(size, (None, None))
    stages = {name: float(np.median([one[name] for one in found["stages"]])) for name in found["stages"][0]}
    beside = {**stock, **{f"{name}, ms": value for name, value in stages.items()}}
    note = f"p95 {p95:.1f} ms"
    figures = [
        Figure(f"search without embedding, {size:,} chunks, p50", p50, "ms", most, False, beside, note),
        Figure(f"memory of it, {size:,} chunks", found["megabytes"], "MB", megabytes, False),
    ]
    if stock:
        figures.append(Figure("the same against EnsembleRetriever", min(stock.values()) / p50, "x", 100))
    return figures


def _stock(folder: Path, size: int) -> dict[str, float]:
    if importlib.util.find_spec("rank_bm25") is None or importlib.util.find_spec("langchain_community") is None:
        return {}
    return {"EnsembleRetriever, ms": _in_process("scales.stock", folder / str(size), folder, 20)["p50"]}


def _in_process(module: str, *arguments: object) -> dict[str, Any]:
    command = [sys.executable, "-m", module, *map(str, arguments)]
    done = subprocess.run(command, cwd=BENCH, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _real_recall(real: Real, folder: Path) -> Figure:
    """All real vectors in a collection of their own; what text stands beside them does not matter here."""
    collection = collection_of(folder / "real", real.questions, real.question_vectors)
    if not collection.store.documents():
        fill(collection, Given(real), len(real.vectors), folder / "real" / "sources")
    figure = _recall(collection, real, f"recall@10 of the vectors, {len(real.vectors):,} real ones", 0.98)
    collection.close()
    return figure


def _recall(collection: Collection, real: Real, what: str, bound: float) -> Figure:
    # Measures move a question towards their lines.
    queries = np.stack([collection._queries.of(asked(one)) for one in real.questions])
    shares = [
        len(best & set(collection.dense(question, DEPTH))) / DEPTH
        for question, best in zip(real.questions, _exact(collection, queries), strict=True)
    ]
    note = f"{len(shares)} questions, worst {min(shares):.1f}"
    return Figure(what, float(np.mean(shares)), "", bound, note=note)


def _exact(collection: Collection, questions: Vectors) -> list[set[int]]:
    """The ten chunks that are really nearest to each question."""
    best = np.full((len(questions), 0), 0.0, np.float32)
    ids = np.full((len(questions), 0), 0, np.int64)
    rows = collection.store.connection.execute("SELECT chunk_id, vector FROM vectors")
    while batch := rows.fetchmany(20_000):
        vectors = np.frombuffer(b"".join(row[1] for row in batch), "<f2").reshape(len(batch), -1).astype(np.float32)
        scores = np.concatenate([best, questions @ vectors.T], axis=1)
        known = np.concatenate([ids, np.broadcast_to([row[0] for row in batch], (len(questions), len(batch)))], axis=1)
        places = np.argpartition(-scores, DEPTH, axis=1)[:, :DEPTH]
        best, ids = np.take_along_axis(scores, places, 1), np.take_along_axis(known, places, 1)
    return [set(row) for row in ids.tolist()]


def _spread(real: Real) -> Figure:
    """Whether the made vectors lie as the real ones do."""
    some = len(real.texts)
    made = Maker(real).vectors(10 * some)
    beside = {"of the real ones": spread(real.vectors[:some], real.vectors[:some])}
    what = "cosine of a made vector to its nearest, median"
    return Figure(what, spread(made[:some], made), "", beside=beside, note=f"among {len(made):,}; {some:,} real ones")
