"""The two FAISS indexes that are used: exact while it costs little, then codes in lists.

Codes are of 1 bit a dimension (RaBitQ, Gao and Long, SIGMOD 2024), 56 bytes for a vector of 384. They stand in lists
around centres, of which the PROBES nearest to a question are looked through. The share of the exact top 10 among 200
candidates was measured as .9990 of 200,000 vectors in 0.5 ms, and .9943 of a million in 1.0 ms; without lists it takes
five times as long.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

PROBES = 48  # 64 find .9993 and .9947 of these two and no other hits for 656 questions, 32 find .9963 and .9930
READ = 1 << 22  # bytes at a time of a file


def exact_index(dimension: int) -> Any:
    """For a few: inner products with float16 vectors."""
    import faiss

    return faiss.index_factory(dimension, "IDMap2,SQfp16", faiss.METRIC_INNER_PRODUCT)


def coded_index(dimension: int, count: int) -> Any:
    """For about `count` vectors; it has to be trained."""
    import faiss

    lists = 1 << max(0, round(math.log2(math.sqrt(count) / 2)))
    index: Any = faiss.index_factory(dimension, f"IVF{lists},RaBitQfs", faiss.METRIC_INNER_PRODUCT)
    index.nprobe = PROBES
    index.cp.min_points_per_centroid = 1  # else FAISS warns on stderr
    return index


def read_index(path: Path) -> Any:
    """Either kind as `faiss.serialize_index` wrote it, looked through as it is now. Raises RuntimeError and OSError.

    FAISS takes it from the file into place: as one array, 13 MB are read in twice the time.
    """
    import faiss

    with path.open("rb", buffering=0) as stream:  # by its path FAISS finds no file of any name on every system
        reader = faiss.PyCallbackIOReader(stream.read, READ)  # type: ignore[attr-defined]  # its stubs lack it
        index: Any = faiss.read_index(reader)
    if isinstance(index, faiss.IndexIVF):
        index.nprobe = PROBES
    return index


def ids_of(index: Any) -> set[int]:
    """What either kind of index holds."""
    import faiss

    whole: Any = faiss.downcast_index(index)
    if not isinstance(whole, faiss.IndexIVF):
        return set(faiss.vector_to_array(whole.id_map).tolist())
    lists: Any = whole.invlists
    each = (faiss.rev_swig_ptr(lists.get_ids(one), lists.list_size(one)) for one in range(whole.nlist))
    return {found for ids in each for found in ids.tolist()}
