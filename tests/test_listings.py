"""Listings keep their lines and their indentation; letters that fonts of TeX set as one sign are read."""

from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest

from docent.ingest import Chunk, ChunkOptions, chunk_document, parse
from docent.ingest.pages.signs import with_ligatures

_Row = tuple[float, str, str]


def _page(path: Path, rows: list[_Row]) -> Path:
    """Rows of (left, font, text), 12 points apart."""
    document = pymupdf.open()
    page = document.new_page(width=595, height=842)
    for number, (left, font, text) in enumerate(rows):
        page.insert_text((left, 120 + 12 * number), text, fontname=font, fontsize=10)
    document.save(path)
    document.close()
    return path


def _prose(*lines: str) -> list[_Row]:
    return [(72, "helv", line) for line in lines]


_FULL = "A line of prose that is set as wide as the column is, so that a word below it had no room"
_BELOW = "and so on in one more line of the same paragraph, which ends here."


def _texts(path: Path) -> list[str]:
    return [block.text for block in parse(path).pages[0].blocks]


def test_lines_of_code_are_not_run_together(tmp_path: Path) -> None:
    rows = [
        *_prose(_FULL, _BELOW, "Write this:"),
        (72, "cour", "[section]"),
        (96, "cour", "port = auto"),
        (96, "cour", "wait = 10"),
        *_prose("and restart it."),
    ]
    assert _texts(_page(tmp_path / "a.pdf", rows))[-2:] == [
        "[section]\n    port = auto\n    wait = 10",
        "and restart it.",
    ]


def test_each_line_of_code_has_its_box_and_chunks_keep_indentation(tmp_path: Path) -> None:
    rows = [*_prose(_FULL, _BELOW), (72, "cour", "if ready:"), (96, "cour", "stop(now)")]
    document = parse(_page(tmp_path / "a.pdf", rows))
    block = document.pages[0].blocks[-1]
    assert [block.text[span.start : span.end] for span in block.spans] == ["if ready:", "stop(now)"]
    (chunk,) = chunk_document(document, len, ChunkOptions(900, 1000))
    assert chunk.text.endswith("if ready:\n    stop(now)")
    assert _said(chunk) == [_FULL, _BELOW, "if ready:", "stop(now)"]


def _said(chunk: Chunk) -> list[str]:
    return [chunk.text[span.start : span.end].strip() for span in chunk.spans]


def test_columns_of_printed_output_stay_apart_and_are_no_table(tmp_path: Path) -> None:
    rows = [*_prose(_FULL, _BELOW, "It prints:")]
    rows += [(72, "cour", "2000 Q1    2000 Q2"), (72, "cour", "  0.841 -0.909"), (72, "cour", "  0.141  0.756")]
    blocks = parse(_page(tmp_path / "a.pdf", rows)).pages[0].blocks
    assert blocks[-1].kind == "text"
    assert blocks[-1].text.split("\n")[0] == "2000 Q1    2000 Q2"


def test_code_inside_a_sentence_stays_in_it(tmp_path: Path) -> None:
    rows = [*_prose(_FULL), (72, "cour", "/usr/share/doc/package/README"), *_prose("and is read by nobody.")]
    assert _texts(_page(tmp_path / "a.pdf", rows)) == [f"{_FULL} /usr/share/doc/package/README and is read by nobody."]


def test_a_document_in_a_typewriter_face_has_paragraphs(tmp_path: Path) -> None:
    lines = ["This whole report was typed, and its lines", "belong to one paragraph as they do in", "any other."]
    assert _texts(_page(tmp_path / "a.pdf", [(72, "cour", line) for line in lines])) == [" ".join(lines)]


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("the \x1crst di\x1berence", "the first difference"),
        ("speci\x0ced e\x0eciently \x0dow", "specified efficiently flow"),
        ("a\x00b \x1c 7", "a\x00b \x1c 7"),
    ],
)
def test_letters_that_a_font_of_tex_sets_as_one_sign(raw: str, read: str) -> None:
    assert with_ligatures(raw) == read


def test_a_word_that_begins_with_such_a_sign_keeps_it(tmp_path: Path) -> None:
    path = tmp_path / "t.pdf"
    path.write_text(_TYPE3)
    assert _texts(path) == ["first"]


_GLYPH = "600 0 0 0 500 700 d1 0 0 500 700 re f"
_STREAM = "BT /F1 20 Tf 72 500 Td <1C727374> Tj ET"
_TYPE3 = f"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj
4 0 obj<</Length {len(_STREAM)}>>stream
{_STREAM}
endstream endobj
5 0 obj<</Type/Font/Subtype/Type3/FontBBox[0 0 600 700]/FontMatrix[.001 0 0 .001 0 0]/FirstChar 28/LastChar 28
/Widths[600]/CharProcs<</a28 6 0 R/r 6 0 R/s 6 0 R/t 6 0 R>>/Encoding<</Differences[28/a28 114/r/s/t]>>>>endobj
6 0 obj<</Length {len(_GLYPH)}>>stream
{_GLYPH}
endstream endobj
trailer<</Root 1 0 R>>
"""
