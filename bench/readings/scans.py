"""Scanned pages: characters that are read wrong, seconds a page and memory, beside RapidOCR as it comes."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pymupdf
from figures import Figure

from docent.ingest import Line, Picture
from docent.ingest.pages.layout import reading_order
from docent.ingest.scans.ocr import recognise, render

RUNNING = 3  # last lines of a page's truth: title, volume and number, which stand in the margins
TIMED = 12  # pages that both engines read, spread over all
_PEAK = """
import resource, sys
import pymupdf
from docent.ingest.scans.ocr import recognise, render
for path in sys.argv[1:]:
    with pymupdf.open(path) as document:
        for page in document:
            recognise(render(page))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""  # KiB on Linux
_Reader = Callable[[Picture], Sequence[Line]]


@dataclass(slots=True)
class _Total:
    seconds: list[float] = field(default_factory=list)
    wrong: int = 0
    characters: int = 0

    @property
    def error(self) -> float:
        return self.wrong / self.characters


def measure(data: Path) -> list[Figure]:
    """Character error rate on `cmrc_zh` scans: edits by length of the truth, after NFKC and without spaces.

    Running heads and page numbers, which end each page's truth, are left out on both sides: furniture is no text.
    Both engines get the same pictures, in turns, and both results the same reading order.
    """
    scans = sorted((data / "cmrc_zh" / "scan_truth").glob("*.json"))
    paths = [data / "cmrc_zh" / "pdfs" / f"{scan.stem}.pdf" for scan in scans]
    pages: list[tuple[Picture, str]] = []
    for scan, path in zip(scans, paths, strict=True):
        truths = json.loads(scan.read_text(encoding="utf-8"))
        with pymupdf.open(path) as document:
            pages += [(render(page), truth) for page, truth in zip(document, truths, strict=True)]
    ours, ours_timed, stock = _Total(), _Total(), _Total()
    timed = {round(i * (len(pages) - 1) / (TIMED - 1)) for i in range(TIMED)}
    readers: dict[str, _Reader] = {"ours": lambda picture: recognise(picture).lines, "stock": _stock()}
    for reader in readers.values():
        reader(pages[0][0])  # loads the models
    for number, page in enumerate(pages):
        seconds, wrong, characters = _read(readers["ours"], *page)
        for total in (ours, ours_timed) if number in timed else (ours,):
            _add(total, seconds, wrong, characters)
        if number in timed:
            _add(stock, *_read(readers["stock"], *page))
    mine, theirs = np.mean(ours_timed.seconds), np.mean(stock.seconds)
    note = f"the same {TIMED} pages: ours {ours_timed.error:.4%}, stock {stock.error:.4%}"
    return [
        Figure("scans: character error rate", ours.error, "", 0.02, at_least=False,
               beside={"stock RapidOCR": stock.error}, note=note),
        Figure("OCR seconds a page", float(mine), "s", beside={"stock RapidOCR": float(theirs)}),
        Figure("OCR speed against stock RapidOCR", float(theirs / mine), "x", 1.5),
        Figure("OCR peak memory", _peak_megabytes(paths), "MB", 1500, at_least=False),
    ]  # fmt: skip


def _add(total: _Total, seconds: float, wrong: int, characters: int) -> None:
    total.seconds.append(seconds)
    total.wrong += wrong
    total.characters += characters


def _read(reader: _Reader, picture: Picture, truth: str) -> tuple[float, int, int]:
    began = time.perf_counter()
    lines = reader(picture)
    seconds = time.perf_counter() - began
    body, head = (truth.strip().split("\n")[part] for part in (slice(None, -RUNNING), slice(-RUNNING, None)))
    wanted = _plain("".join(body))
    kept = [line for line in lines if _plain(line.text) not in _plain("".join(head))]
    regions = reading_order(kept, float(np.median([line.size for line in kept]))) if kept else []
    found = _plain("".join(line.text for region in regions for row in region.rows for line in row))
    return seconds, edits(found, wanted), len(wanted)


def _stock() -> _Reader:
    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    engine = RapidOCR(params={"Global.log_level": "error"})

    def read(picture: Picture) -> list[Line]:
        image = np.frombuffer(picture.pixels, np.uint8).reshape(picture.height, picture.width)
        result: Any = engine(image)
        scale = 72 / picture.dpi
        made = []
        for corners, text in zip(result.boxes, result.txts, strict=True):
            x0, y0, x1, y1 = (float(one) * scale for one in (*corners.min(axis=0), *corners.max(axis=0)))
            made.append(Line(text, (x0, y0, x1, y1), (y1 - y0) * 0.8))
        return made

    return read


def _peak_megabytes(paths: list[Path]) -> float:
    """Peak resident memory of a process that draws and reads all pages."""
    command = [sys.executable, "-c", _PEAK, *map(str, paths)]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout) / 1024


def _plain(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def edits(one: str, other: str) -> int:
    """Levenshtein's distance, by bits of one long number (Myers 1999, in the form of Hyyrö 2003)."""
    if not one:
        return len(other)
    places: dict[str, int] = {}
    for i, character in enumerate(one):
        places[character] = places.get(character, 0) | 1 << i
    mask = (1 << len(one)) - 1
    more, fewer, distance = mask, 0, len(one)
    for character in other:
        same = places.get(character, 0)
        down = same | fewer
        across = (((same & more) + more) ^ more) | same
        up, less = (fewer | ~(across | more)) & mask, more & across
        distance += (up >> (len(one) - 1)) - (less >> (len(one) - 1))
        up, less = (up << 1 | 1) & mask, less << 1 & mask
        more, fewer = (less | ~(down | up)) & mask, up & down
    return distance
