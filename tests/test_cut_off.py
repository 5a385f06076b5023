"""A PDF whose end is missing, as a download leaves it that broke off."""

from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest
from pdfs import write_pdf

from docent.ingest import Document, UnreadableFile, parse
from docent.ingest.pages import pdf
from docent.ui.page_notes import page_notes
from docent.ui.texts import CHINESE

NOTHING = "damaged: nothing could be read from this page"
PAGES = [f"Page {number} speaks of tea.\nThen it stops." for number in range(1, 8)]


def cut(path: Path, page: int, *, within: bool = False) -> Document:
    """A PDF without its pages from this one on; `within`: the last line of the page before it is missing, too."""
    write_pdf(path, PAGES)
    with pymupdf.open(path) as document:
        xref = document[page - 2].get_contents()[-1] if within else document.page_xref(page - 1)
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"\n%d 0 obj" % xref)])
    return parse(path)


def warnings(document: Document) -> dict[int, tuple[str, ...]]:
    return {page.number: page.report.warnings for page in document.pages if page.report.warnings}


@pytest.mark.parametrize("run", [2, 100])
def test_it_says_how_many_pages_could_be_read(tmp_path: Path, run: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "RUN", run)
    document = cut(tmp_path / "cut.pdf", 5)
    assert [bool(page.text) for page in document.pages] == [True] * 4 + [False] * 3
    said = "the file is damaged or cut off: 4 of its 7 pages could be read"
    assert warnings(document) == {1: (said,), 5: (NOTHING,), 6: (NOTHING,), 7: (NOTHING,)}
    assert page_notes([said], CHINESE) == ["文件已损坏或不完整：共 7 页，读出 4 页"]


def test_a_page_of_which_a_part_is_left(tmp_path: Path) -> None:
    document = cut(tmp_path / "cut.pdf", 5, within=True)
    assert document.pages[3].text == "Page 4 speaks of tea."
    assert warnings(document)[4] == ("damaged: a part of this page is missing",)
    assert warnings(document)[1] == ("the file is damaged or cut off: 3 of its 7 pages could be read",)


def test_an_empty_page_is_not_missing(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf", ["Tea.", "", "Milk."])
    data = path.read_bytes()
    path.write_bytes(data[: data.rindex(b"startxref")])
    assert [page.text for page in parse(path).pages] == ["Tea.", "", "Milk."]
    assert not any(NOTHING in page.report.warnings for page in parse(path).pages)


def test_one_that_cannot_be_opened_is_to_be_got_again(tmp_path: Path) -> None:
    whole = write_pdf(tmp_path / "whole.pdf", PAGES).read_bytes()
    (tmp_path / "cut.pdf").write_bytes(whole[:40])
    with pytest.raises(UnreadableFile, match=r"cut\.pdf .* its end is missing, so get it again\."):
        parse(tmp_path / "cut.pdf")
    (tmp_path / "hollow.pdf").write_bytes(whole[:40] + b"\n%%EOF\n")
    with pytest.raises(UnreadableFile, match=r"hollow\.pdf .* try to save it anew\."):
        parse(tmp_path / "hollow.pdf")
