"""Damaged bytes are refused in a sentence or read as far as they go; nothing else ever comes out of the reader."""

from __future__ import annotations

import random
from pathlib import Path

import pymupdf
import pytest
from conftest import SAMPLES
from pdfs import write_pdf

from docent.ingest import ChunkOptions, IngestError, ParseOptions, chunk_pages, read

KINDS = (".pdf", ".docx", ".xlsx", ".pptx", ".md", ".txt", ".csv", ".html", ".eml", ".epub", ".zip")


def damaged(data: bytes, seed: int) -> bytes:
    """Bytes changed, cut out and repeated at places that the seed decides."""
    dice = random.Random(seed)  # noqa: S311
    made = bytearray(data)
    for _ in range(dice.choice((1, 5, 30, 200))):
        at, what = dice.randrange(len(made)), dice.random()
        if what < 0.6:
            made[at] = dice.randrange(256)
        elif what < 0.8 and len(made) > 400:
            del made[at : at + dice.randrange(1, 200)]
        else:
            made[at:at] = made[dice.randrange(len(made)) :][: dice.randrange(1, 300)]
    return bytes(made)


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("originals")
    long = write_pdf(folder / "plain.pdf", [f"Page {n} speaks of tea and of nothing else." for n in range(5)])
    table = folder / "table.pdf"
    with pymupdf.open() as document:
        page = document.new_page()
        for row in range(6):
            page.draw_line((60, 100 + 20 * row), (400, 100 + 20 * row))
            page.insert_text((65, 114 + 20 * row), f"Row {row}        {row * 17}        a longer cell that goes over")
        for x in (60, 200, 300, 400):
            page.draw_line((x, 100), (x, 200))
        document.save(table)
    return [long, table, *sorted(path for path in SAMPLES.iterdir() if path.suffix in KINDS)]


@pytest.mark.parametrize("seed", range(150))
def test_damaged_files(originals: list[Path], tmp_path: Path, seed: int) -> None:
    original = originals[seed % len(originals)]
    path = tmp_path / original.name
    path.write_bytes(damaged(original.read_bytes(), seed))
    try:
        reading = read(path, options=ParseOptions(ocr="never"))
        list(chunk_pages(reading.id, reading.pages, len, ChunkOptions()))
    except IngestError as error:
        assert path.name in str(error)
        assert str(tmp_path) not in str(error)
