"""Pages a second read into chunks, against MuPDF's text alone and against the stock readers on a sample."""

from __future__ import annotations

import importlib.util
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from figures import Figure

from docent.ingest import ChunkOptions, Page, ParseOptions, chunk_pages, read
from docent.retrieval import make_embedder

PROCESSES = 2
STEP = 12  # of the pages of each document every twelfth is in the sample for the slow readers
SLOW_STEP = 4  # of the sample, for readers that need seconds for a page
_count: Callable[[str], int] | None = None


def measure(data: Path) -> list[Figure]:
    """All of finance_en, then a sample of it for the slow readers; ours in two processes, stock readers in one.

    Imports and warming up are left out.
    """
    paths = sorted(data.glob("finance_en/pdfs/*.pdf"), key=lambda path: -path.stat().st_size)
    with tempfile.TemporaryDirectory() as folder:
        sample, slow = Path(folder) / "sample.pdf", Path(folder) / "slow.pdf"
        _sampled(paths, sample, STEP)
        _sampled([sample], slow, SLOW_STEP)
        halves = [Path(folder) / f"half-{i}.pdf" for i in range(PROCESSES)]
        for first, half in enumerate(halves):
            _sampled([sample], half, PROCESSES, first)
        return [_against_text(paths), _against_stock(sample, slow, halves)]


def _against_text(paths: list[Path]) -> Figure:
    """MuPDF's text is taken before and after, so that both see the same noise of the machine."""
    with ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("spawn")) as pool:
        list(pool.map(_into_chunks, [min(paths, key=lambda path: path.stat().st_size)] * PROCESSES))
        before = _clocked(_text, paths)
        started = time.perf_counter()
        found = list(pool.map(_into_chunks, paths))
        wall = time.perf_counter() - started
        after = _clocked(_text, paths)
    pages, cpu = sum(one for one, _ in found), sum(seconds for _, seconds in found)
    text, text_of_cpu = (2 * pages / (a + b) for a, b in zip(before, after, strict=True))
    note = f"{pages / wall:.0f} pages/s in {PROCESSES} processes, {pages / cpu:.0f} a second of CPU"
    beside = {"MuPDF get_text, pages/s": text, "share on idle cores": PROCESSES * pages / cpu / text_of_cpu}
    return Figure("pages/s into chunks, share of MuPDF's text", pages / wall / text, "x", 0.2, beside=beside, note=note)


def _clocked(reader: Callable[[Path], int], paths: list[Path]) -> tuple[float, float]:
    """Seconds by the clock on the wall, and seconds of CPU."""
    started = time.perf_counter(), time.process_time()
    for path in paths:
        reader(path)
    return time.perf_counter() - started[0], time.process_time() - started[1]


def _against_stock(sample: Path, slow: Path, halves: list[Path]) -> Figure:
    """Seconds by the clock on the wall, for all of them."""
    speeds: dict[str, float] = {}
    missing = []
    for name, reader, module, path in (
        ("pdfplumber text and tables", _pdfplumber, "pdfplumber", sample),
        ("pypdf", _pypdf, "pypdf", sample),
        ("pymupdf4llm", _pymupdf4llm, "pymupdf4llm", slow),
        ("markitdown", _markitdown, "markitdown", sample),
    ):
        if importlib.util.find_spec(module) is None:
            missing.append(name)
            continue
        reader(slow if path is sample else None)
        started = time.perf_counter()
        speeds[name] = reader(path) / (time.perf_counter() - started)
    with ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("spawn")) as pool:
        list(pool.map(_into_chunks, [slow] * PROCESSES))
        started = time.perf_counter()
        pages = sum(one for one, _ in pool.map(_into_chunks, halves))
        seconds = time.perf_counter() - started
    stock = speeds.get("pdfplumber text and tables", float("nan"))
    note = f"{pages / seconds:.0f} pages/s on the same {pages} pages in {PROCESSES} processes; stock in one"
    note += f"; not installed: {', '.join(missing)}" if missing else ""
    beside = {f"{name}, pages/s": speed for name, speed in speeds.items()}
    return Figure("pages/s against pdfplumber's text and tables", pages / seconds / stock, "x", 20, beside=beside,
                  note=note)  # fmt: skip


def _into_chunks(path: Path) -> tuple[int, float]:
    """Pages, and seconds of CPU. The token counter is the bundled embedder's and stays loaded in its process."""
    global _count
    if _count is None:
        _count = make_embedder("bundled:e5-small", Path(tempfile.gettempdir())).count_tokens
        _count("warm")
    started = time.process_time()
    numbers: list[int] = []
    reading = read(path, options=ParseOptions(ocr="never"))

    def counted() -> Iterator[Page]:
        for page in reading.pages:
            numbers.append(page.number)
            yield page

    for _ in chunk_pages(reading.id, counted(), _count, ChunkOptions()):
        pass
    return len(numbers), time.process_time() - started


def _sampled(paths: list[Path], target: Path, step: int, first: int = 0) -> None:
    import pymupdf

    with pymupdf.open() as made:
        for path in paths:
            with pymupdf.open(path) as document:
                for number in range(first, document.page_count, step):
                    made.insert_pdf(document, from_page=number, to_page=number, links=False, annots=False)
        made.save(target, garbage=3, deflate=True)


def _text(path: Path) -> int:
    import pymupdf

    with pymupdf.open(path) as document:
        return sum(1 for page in document if page.get_text() is not None)


def _pdfplumber(path: Path | None) -> int:
    import pdfplumber

    if path is None:
        return 0
    with pdfplumber.open(path) as document:
        for page in document.pages:
            page.extract_text()
            page.extract_tables()
            page.close()
        return len(document.pages)


def _pypdf(path: Path | None) -> int:
    import pypdf

    if path is None:
        return 0
    pages = pypdf.PdfReader(path).pages
    for page in pages:
        page.extract_text()
    return len(pages)


def _pymupdf4llm(path: Path | None) -> int:
    import pymupdf4llm

    return len(pymupdf4llm.to_markdown(path, page_chunks=True, show_progress=False)) if path else 0


def _markitdown(path: Path | None) -> int:
    import markitdown
    import pymupdf

    if path is None:
        return 0
    markitdown.MarkItDown().convert(path)
    with pymupdf.open(path) as document:
        return int(document.page_count)
