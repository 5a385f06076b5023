"""What changing a large collection costs: a cold start, one document more, one less, one file changed of a thousand."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pymupdf
from figures import Figure

from docent.app import Library, open_library
from scales.real import Real
from scales.searching import made_collection
from scales.synthetic import Maker

SIZE = 200_000
STARTS = 9
FILES = 1_000
QUESTION = "zyzzyva quotient"  # in the added document alone


def measure(real: Real, folder: Path) -> list[Figure]:
    made_collection(real, folder, SIZE).close()
    figures = [_cold_start(folder / str(SIZE))]
    with open_library(data_dir=folder / str(SIZE), cache_dir=folder / "cache") as library:
        library.search(real.questions[0])  # as a server that has been asked before
        figures += _one_document(library, Maker(real, seed=2))
    return [*figures, *_unchanged_folder(Maker(real, seed=3), folder / "cache")]


def _cold_start(data_dir: Path) -> Figure:
    """From exec to printed hits, alternating with the imports that it cannot do without."""
    search = [sys.executable, "-m", "docent.app", "search", "revenue of the segment", "--json"]
    imports = [sys.executable, "-c", "import numpy, faiss, tantivy"]
    environment = {**os.environ, "DOCENT_DATA_DIR": str(data_dir)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # what pip installs is compiled, and so is what is beside
    environment["PYTHONPYCACHEPREFIX"] = str(data_dir.parent / "compiled")
    for command in (search, imports):
        subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    seconds: dict[str, list[float]] = {"search": [], "imports": []}
    for _ in range(STARTS):
        for name, command in (("search", search), ("imports", imports)):
            started = time.perf_counter()
            subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
            seconds[name].append(time.perf_counter() - started)
    ours, least = (float(np.median(seconds[name])) for name in ("search", "imports"))
    beside = {"import numpy, faiss, tantivy; s": least}
    return Figure(f"python -m app search, {SIZE:,} chunks", ours / least, "x", 2, False, beside, f"{ours:.2f} s")


def _one_document(library: Library, maker: Maker) -> list[Figure]:
    """Added as an upload: found by its words, then by its vectors; removed again."""
    figures = []
    found: list[float] = []
    embedded: list[float] = []
    written: list[float] = []
    removed: list[float] = []
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(3):
            path = Path(scratch) / f"added {number}.pdf"
            _write_pdf(path, maker, number)
            before, started = _written(), time.perf_counter()
            library.add_upload(path, path.name)
            _until(lambda name=path.name: _is_found(library, name), "the added document is not found")
            found.append(time.perf_counter() - started)
            library.collection().fill_vectors()
            library.search(QUESTION)
            embedded.append(time.perf_counter() - started)
            written.append((_written() - before) / 1e6)
            started = time.perf_counter()
            library.remove(path.name)
            _until(lambda name=path.name: not _is_found(library, name), "the removed document is still found")
            removed.append(time.perf_counter() - started)
    note = f"{np.median(embedded):.1f} s with its vectors; the first took {found[0]:.1f} s, with the start of a reader"
    figures.append(Figure(f"10 pages more to {SIZE:,} chunks, until found", float(np.median(found)), "s", 2, False,
                          note=note))  # fmt: skip
    figures.append(Figure("bytes written for it, vectors too", max(written), "MB", 20, False))
    what = f"one document less of {SIZE:,} chunks, until never found"
    return [*figures, Figure(what, float(np.median(removed)), "s", 0.3, False)]


def _write_pdf(path: Path, maker: Maker, number: int) -> None:
    with pymupdf.open() as document:
        for text in maker.texts(10, 1):
            page = document.new_page()
            plain = f"{QUESTION} {number} " + text.encode("latin-1", "ignore").decode("latin-1")
            page.insert_textbox(pymupdf.Rect(72, 72, 523, 770), plain * 2, fontsize=10)
        document.save(path)


def _is_found(library: Library, name: str) -> bool:
    return any(hit.document.name == name for hit in library.search(QUESTION).hits)


def _until(holds: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        if time.monotonic() > deadline:
            raise SystemExit(otherwise)


def _written() -> int:
    """Bytes that this process and those it has begun have written, not counting what was read by them."""
    own = psutil.Process()
    return sum(one.io_counters().write_bytes for one in (own, *own.children(recursive=True)))


def _unchanged_folder(maker: Maker, cache: Path) -> list[Figure]:
    """A thousand text files: one paragraph of one file changed, then nothing."""
    with tempfile.TemporaryDirectory() as scratch:
        root, data = Path(scratch) / "files", Path(scratch) / "data"
        root.mkdir()
        for number in range(FILES):
            paragraphs = "\n\n".join(maker.texts(6, 1))
            (root / f"{number:04}.md").write_text(f"# File {number}\n\n{paragraphs}\n", encoding="utf-8")
        with open_library(data_dir=data, cache_dir=cache, embedder="hash:64") as library:
            _sync(library, root)
            changed = root / "0500.md"
            first, *rest = changed.read_text(encoding="utf-8").split("\n\n")
            chunks = library.collection().store.find(changed.name)
            changed.write_text("\n\n".join([first, "An afterthought, " + rest[0], *rest[1:]]), encoding="utf-8")
            embedded = _sync(library, root)
            of = next(one.chunks for one in library.documents() if one.name == changed.name) if chunks else 0
            before = _state(data)
            started = time.perf_counter()
            _sync(library, root)
            seconds = time.perf_counter() - started
            touched = [name for name, state in _state(data).items() if before.get(name) != state]
    note = f"{seconds:.2f} s for the {FILES:,} files; " + ", ".join(touched)
    return [
        Figure(f"passages embedded when 1 of {FILES:,} files changes", embedded, "", 2, False, note=f"it has {of}"),
        Figure("files of the data directory that a second sync touches", len(touched), "", 0, False, note=note),
    ]


def _sync(library: Library, root: Path) -> int:
    for result in library.sync([root]):
        if result.status == "failed":
            raise SystemExit(f"{result.path}: {result.reason}")
    done = library.collection().fill_vectors()
    library.collection().refresh()
    return done


def _state(data: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path.relative_to(data)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in data.rglob("*")
        if path.is_file()
    }
