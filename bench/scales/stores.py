"""The same collection through another store: how fast it is indexed, and what a search takes, beside the local one."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from figures import Figure

from docent.retrieval import Collection, make_store
from scales.real import Real
from scales.remembered import collection_of
from scales.synthetic import Maker, fill

SEARCHES, DEPTH = 20, 10


def measure(real: Real, folder: Path, spec: str, size: int) -> list[Figure]:
    """Of one collection with both indexes; each is built anew from the same database."""
    data_dir = folder / f"stores-{size}"
    local = collection_of(data_dir, real.questions, real.question_vectors)
    if local.store.connection.execute("SELECT count(*) FROM chunks").fetchone()[0] < size:
        fill(local, Maker(real), size, data_dir / "sources")
    other = collection_of(data_dir, real.questions, real.question_vectors, make_store(spec).open)
    rates = [size / _seconds_to_build(one) for one in (local, other)]
    asked = real.questions[-SEARCHES:]
    (ours, ours_hits), (theirs, theirs_hits) = (_searched(one, asked) for one in (local, other))
    local.close()
    other.close()
    name = "Milvus Lite" if spec.partition("?")[0].endswith(".db") else spec.partition(":")[0]
    same = np.mean([len(a & b) / max(1, len(a)) for a, b in zip(ours_hits, theirs_hits, strict=True)])
    p50, p95 = (float(one) for one in np.percentile(theirs, [50, 95]))
    return [
        Figure(f"chunks/s into the index, {size:,} chunks, {name}", rates[1], "", beside={"local": rates[0]}),
        Figure(
            f"search without embedding, {size:,} chunks, p50, {name}", p50, "ms",
            beside={"local": float(np.median(ours))}, note=f"p95 {p95:.0f} ms; {len(asked)} questions",
        ),
        Figure(f"share of the first {DEPTH} hits that both find, {size:,} chunks", float(same), ""),
    ]  # fmt: skip


def _seconds_to_build(collection: Collection) -> float:
    started = time.perf_counter()
    collection.rebuild_indexes()
    return time.perf_counter() - started


def _searched(collection: Collection, questions: Sequence[str]) -> tuple[list[float], list[set[int]]]:
    """Milliseconds of each question, and the chunks that it finds; the first search warms up."""
    collection.search(questions[0])
    milliseconds, found = [], []
    for question in questions:
        started = time.perf_counter()
        result = collection.search(question)
        milliseconds.append(1000 * (time.perf_counter() - started))
        found.append({hit.chunk_id for hit in result.hits})
    return milliseconds, found
