"""Reading order: how many characters of the source texts would have to be mended."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
from figures import Figure

from docent.ingest import parse

Reader: TypeAlias = Callable[[Path], list[str]]

BOUND = 0.01
BOUNDED = ("two_col", "two_colx", "vertical")
MIN_HEAD = 3  # characters of a line that repeats on every page and so counts as a running head


def measure(data: Path) -> list[Figure]:
    """Edit distance to the texts that a PDF was set from, by the length of those texts, for each way of setting them.

    NFKC, without white space. What repeats on every page, digits aside, is taken off what stock readers give; ours has
    to find it. Markdown marks are taken off too. Stock readers that are not installed are left out.
    """
    root = data / "cmrc_zh"
    rows = [json.loads(one) for one in (root / "pdf_manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    readers, missing = _stock()
    wrong: dict[str, Counter[str]] = defaultdict(Counter)
    total: Counter[str] = Counter()
    for row in rows:
        if not row["text_layer"]:
            continue
        kind = row["kind"].split(":")[0]
        path = root / "pdfs" / row["pdf"]
        truth = _plain("".join(_source(root, one["id"]) for one in row["contexts"]))
        total[kind] += len(truth)
        wrong[kind]["ours"] += distance(truth, _plain("".join(page.text for page in parse(path).pages)))
        for name, reader in readers.items():
            wrong[kind][name] += distance(truth, _plain("".join(_without_heads(reader(path)))))
    return [
        Figure(f"order: character error, {kind}", wrong[kind]["ours"] / total[kind], "share",
               BOUND if kind in BOUNDED else None, at_least=False,
               beside={name: wrong[kind][name] / total[kind] for name in readers},
               note="not installed: " + ", ".join(missing) if missing else "")
        for kind in total
    ]  # fmt: skip


def distance(one: str, two: str) -> int:
    """Levenshtein's, a row of the table (Wagner and Fischer, 1974) at a time."""
    left = np.frombuffer(one.encode("utf-32-le"), dtype=np.uint32)
    right = np.frombuffer(two.encode("utf-32-le"), dtype=np.uint32)
    columns = np.arange(len(right) + 1)
    row = columns.copy()
    for number, character in enumerate(left, 1):
        made = row + 1
        made[1:] = np.minimum(made[1:], row[:-1] + (right != character))
        made[0] = number
        row = np.minimum.accumulate(made - columns) + columns
    return int(row[-1])


def _source(root: Path, name: str) -> str:
    return (root / "contexts" / f"{name}.txt").read_text(encoding="utf-8")


def _plain(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def _without_heads(pages: list[str]) -> list[str]:
    """The pages without the lines that stand on all of them, digits aside."""
    split = [[line for line in page.splitlines() if line.strip()] for page in pages]
    counts = Counter(key for lines in split for key in {_key(line) for line in lines})
    heads = {key for key, count in counts.items() if count == len(pages) and len(key) >= MIN_HEAD}
    return ["\n".join(line for line in lines if _key(line) not in heads) for lines in split]


def _key(line: str) -> str:
    return re.sub(r"\d+", "#", _plain(line))


def _stock() -> tuple[dict[str, Reader], list[str]]:
    found: dict[str, Reader] = {}
    missing = []
    for name, load in _STOCK.items():
        try:
            found[name] = load()
        except ImportError:
            missing.append(name)
    return found, missing


def _pymupdf() -> Reader:
    import pymupdf

    return lambda path: [page.get_text() for page in pymupdf.open(path)]


def _pypdf() -> Reader:
    from pypdf import PdfReader

    return lambda path: [page.extract_text() for page in PdfReader(path).pages]


def _pdfplumber() -> Reader:
    import pdfplumber

    def read(path: Path) -> list[str]:
        with pdfplumber.open(path) as document:
            return [page.extract_text() or "" for page in document.pages]

    return read


def _pymupdf4llm() -> Reader:
    import pymupdf4llm

    def read(path: Path) -> list[str]:
        pages = pymupdf4llm.to_markdown(str(path), page_chunks=True, show_progress=False)
        return [re.sub(r"^#+ |\*\*|^- |`|<br>", "", page["text"], flags=re.MULTILINE) for page in pages]

    return read


def _markitdown() -> Reader:
    from markitdown import MarkItDown

    return lambda path: MarkItDown().convert(str(path)).text_content.split("\f")


_STOCK: dict[str, Callable[[], Reader]] = {
    "get_text": _pymupdf,
    "pypdf": _pypdf,
    "pdfplumber": _pdfplumber,
    "pymupdf4llm": _pymupdf4llm,
    "markitdown": _markitdown,
}
