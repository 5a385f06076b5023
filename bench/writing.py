"""What the one process that writes a collection can do, where reading and embedding cost it nothing, and what it keeps.

    DOCENT_EVALDATA=... python bench/writing.py [--set NAME] [--files N] [--json FILE]

With `ingest --ray` files are read and chunks embedded elsewhere; this bounds what any number of workers can bring.
Files are read beforehand; vectors are made up.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

import numpy as np
from figures import Figure, save, show

from docent.app import load_settings, open_library
from docent.app.intake.reading import ReadRequest, ReadResult, read_file
from docent.retrieval import Collection, Embedded, PassageRow, Source


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--set", default="finance_en")
    arguments.add_argument("--files", type=int, help="only the first so many files of the set")
    arguments.add_argument("--json", type=Path)
    options = arguments.parse_args()
    paths = sorted((Path(os.environ["DOCENT_EVALDATA"]) / options.set / "pdfs").glob("*.pdf"))[: options.files]
    with tempfile.TemporaryDirectory() as name, open_library(load_settings(data_dir=Path(name) / "data")) as library:
        collection = library.collection(create=True)
        read = [_read(path, collection, Path(name), library.settings.cache_dir) for path in paths]
        figures = measure(collection, paths, read, Path(name) / "data")
    show(figures)
    save(figures, "writing", options.json)


def measure(collection: Collection, paths: Sequence[Path], read: Sequence[ReadResult], data: Path) -> list[Figure]:
    started = time.perf_counter()
    for path, one in zip(paths, read, strict=True):
        stat = path.stat()
        source = Source("folder", str(path), str(path.parent), stat.st_mtime_ns, stat.st_size)
        collection.store.take(one.spooled.path, source, path, None)
    committing = time.perf_counter() - started
    started = time.perf_counter()
    chunks = collection.fill_vectors(elsewhere=lambda batches: _made_up(batches, collection))
    writing = time.perf_counter() - started
    started = time.perf_counter()
    collection.refresh()
    indexing = time.perf_counter() - started
    collection.store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    pages = sum(one.spooled.pages for one in read)
    originals = sum(path.stat().st_size for path in paths)
    sizes = {
        "originals": _size(data, "files"),
        "database": sum(path.stat().st_size for path in data.rglob("library.db*")),
        "index of words": _size(data, "lexical"),
        "index of vectors": _size(data, "vectors"),
    }
    return [
        Figure("pages/s committed", pages / committing, "", note=f"{len(paths)} files, {pages} pages"),
        Figure("chunks/s whose vectors are written", chunks / writing, "", note=f"{chunks} chunks"),
        Figure("chunks/s indexed, words and vectors", chunks / indexing, ""),
        Figure("chunks a page", chunks / pages, ""),
        Figure("kept for a chunk, all of it", sum(sizes.values()) / chunks, "bytes",
               beside={name: size / chunks for name, size in sizes.items()},
               note=f"originals of {originals / pages:,.0f} bytes a page"),
    ]  # fmt: skip


def _read(path: Path, collection: Collection, folder: Path, cache_dir: Path) -> ReadResult:
    target = Path(tempfile.mkdtemp(dir=folder))
    return read_file(ReadRequest(path, path.name, target, collection.spec, cache_dir, collection.chunk_options()))


def _made_up(batches: Iterator[Sequence[PassageRow]], collection: Collection) -> Generator[Embedded, None, None]:
    """A vector for each chunk, as workers would give them."""
    random = np.random.default_rng(1)
    dimension = collection.embedder.fingerprint.dimension
    for rows in batches:
        vectors = random.standard_normal((len(rows), dimension), dtype=np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        yield Embedded(tuple((row[0], 0) for row in rows), vectors)


def _size(data: Path, folder: str) -> int:
    return sum(path.stat().st_size for path in data.rglob(f"{folder}/**/*") if path.is_file())


if __name__ == "__main__":
    main()
