"""Words in one document: found however they are printed, with the page and the lines that they stand in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pdfs import write_pdf

from docent.app import Library, Settings, open_library
from docent.app.finding import find_in
from docent.app.web.server import create_app
from docent.retrieval import DocumentNotFound


@pytest.fixture
def written(settings: Settings, tmp_path: Path) -> Iterator[tuple[Library, str, str]]:
    """A library with a PDF of two pages and a text; their ids."""
    first = "The drift-\naware arm used less water.\nＡＢＣ 阀门。"
    write_pdf(tmp_path / "trial.pdf", [first, "水库总库容为三\n亿立方米。\nThe Arm rests."])
    (tmp_path / "notes.md").write_text("# Notes\n\nThe arm is long.\n\nThe old arm rests (a+)+.\n", encoding="utf-8")
    with open_library(settings) as library:
        ids = [library.add_upload(tmp_path / name, name).document_id for name in ("trial.pdf", "notes.md")]
        yield library, ids[0], ids[1]


@pytest.mark.parametrize(
    ("words", "pages"),
    [
        ("arm", [1, 2]),
        ("drift-aware ARM", [1]),
        ("abc 閥門", [1]),
        ("三亿立方米", [2]),
        ("水庫 總庫容", [2]),
        ("used  less", [1]),
        ("the", [1, 2]),
        ("zebra", []),
    ],
)
def test_words_are_found_across_lines_widths_and_scripts(
    written: tuple[Library, str, str], words: str, pages: list[int]
) -> None:
    library, trial, _ = written
    found = list(find_in(library, trial, words))
    assert [one.page for one in found] == pages
    for one in found:
        assert one.boxes
        assert {page for page, _ in one.boxes} == {one.page}


def test_the_lines_that_hold_the_words_are_marked(written: tuple[Library, str, str]) -> None:
    library, trial, notes = written
    (found,) = find_in(library, trial, "三亿")
    assert found.text == "水库总库容为三亿立方米。"
    assert len(found.boxes) == 2
    (old,) = find_in(library, notes, "(a+)+")
    assert (old.text, old.boxes) == ("The old arm rests (a+)+.", ())
    with pytest.raises(DocumentNotFound):
        list(find_in(library, "0" * 64, "arm"))


def test_programs_and_the_page_ask_for_them(written: tuple[Library, str, str]) -> None:
    library, trial, _ = written
    address = f"/api/documents/{trial}/find"
    with TestClient(create_app(library), base_url="http://127.0.0.1") as client:
        told = client.get(address, params={"text": "arm"}).json()
        assert (len(told["places"]), told["more"]) == (2, False)
        assert set(told["places"][0]) == {"page", "text", "boxes"}
        assert set(told["places"][0]["boxes"][0]) == {"page", "rect"}
        assert client.get(address, params={"text": "  "}).status_code == 422
        assert client.get(f"/api/documents/{'0' * 64}/find", params={"text": "arm"}).status_code == 404
