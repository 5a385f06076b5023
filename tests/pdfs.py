"""PDFs made for tests, by the page."""

from __future__ import annotations

from pathlib import Path

import pymupdf

A4 = (595.0, 842.0)


def write_pdf(path: Path, pages: list[str], *, rotation: int = 0, password: str = "") -> Path:
    """One text a page, a printed line for each line of it, with built-in fonts for Chinese and English."""
    document = pymupdf.open()
    for text in pages:
        page = document.new_page(width=A4[0], height=A4[1])
        for number, line in enumerate(text.splitlines()):
            font = "helv" if line.isascii() else "china-s"
            page.insert_text((72, 120 + 18 * number), line, fontname=font, fontsize=11)
        page.set_rotation(rotation)
    _save(document, path, password)
    return path


def write_columns(path: Path, left: list[str], right: list[str]) -> Path:
    """Two columns whose lines alternate in the content stream, as some producers write them."""
    document = pymupdf.open()
    page = document.new_page(width=A4[0], height=A4[1])
    for number in range(max(len(left), len(right))):
        for x, lines in ((60, left), (320, right)):
            if number < len(lines):
                page.insert_text((x, 100 + 14 * number), lines[number], fontname="helv", fontsize=9)
    _save(document, path, "")
    return path


def write_scan(path: Path, text: str) -> Path:
    """A page that is a picture of a text."""
    drawn = pymupdf.open()
    page = drawn.new_page(width=A4[0], height=A4[1])
    for number, line in enumerate(text.splitlines()):
        page.insert_text((72, 120 + 30 * number), line, fontname="china-s", fontsize=16)
    picture = page.get_pixmap(dpi=150).tobytes("png")
    document = pymupdf.open()
    document.new_page(width=A4[0], height=A4[1]).insert_image(pymupdf.Rect(0, 0, *A4), stream=picture)
    _save(document, path, "")
    return path


def _save(document: pymupdf.Document, path: Path, password: str) -> None:
    if password:
        document.save(path, encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw=password, owner_pw=password)
    else:
        document.save(path)
    document.close()
