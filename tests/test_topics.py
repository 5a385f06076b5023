"""What the empty page offers to ask: found in the documents added last, however many there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from docent.app import Library, topics_of
from docent.app.topics import LOOK_AMONG


def test_only_so_many_documents_are_looked_into(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "notes.md").write_text("# Notes\n\n## Green tea\n\nWater of 80 degrees.\n", encoding="utf-8")
    for number in range(LOOK_AMONG + 5):
        (tmp_path / f"{number:02}.txt").write_text(f"Line {number} without any heading.\n", encoding="utf-8")
    library.add_upload(tmp_path / "notes.md", "notes.md")
    assert topics_of(library, library.documents(), chinese=False) == ["Green tea"]
    for path in tmp_path.glob("*.txt"):
        library.add_upload(path, path.name)
    looked: list[str] = []
    page = library.page

    def noted(document_id: str, number: int, collection: str | None = None) -> object:
        looked.append(document_id)
        return page(document_id, number, collection)

    monkeypatch.setattr(library, "page", noted)
    topics_of(library, library.documents(), chinese=False)
    assert len(set(looked)) == LOOK_AMONG


def test_a_heading_is_asked_about_without_its_marks(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "recipes.md"
    path.write_text("# Recipes\n\n## 2. Bread **dough** and `yeast`\n\nLet it rest.\n", encoding="utf-8")
    library.add_upload(path, path.name)
    assert topics_of(library, library.documents(), chinese=False) == ["Bread dough and `yeast`"]


def test_a_heading_that_begins_as_the_question_does_is_not_doubled(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "通知.md"
    path.write_text("# 通知\n\n## 一、关于供水管网检修\n\n检修期间停水两天。\n", encoding="utf-8")
    library.add_upload(path, path.name)
    assert topics_of(library, library.documents(), chinese=True) == ["供水管网检修"]


def test_lines_of_a_cover_and_of_contents_are_no_topics(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "thesis.md"
    path.write_text(
        "# Thesis\n\n## Supervised by\n\n## Prof. Ada Green\n\nPorto\n\n## Introduction of methods 3\n\nIt begins.\n\n"
        "## How tides are measured\n\nA gauge is read every hour.\n",
        encoding="utf-8",
    )
    library.add_upload(path, path.name)
    assert topics_of(library, library.documents(), chinese=False) == ["How tides are measured"]
