"""Searches narrowed by tag, date, document and page, and tags that stay with their documents."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from docent.app import Library, SyncOptions
from docent.app.upkeep import export_to, import_from
from docent.retrieval import BadTag, DocumentInfo, DocumentNotFound, NothingSelected, SearchFilter, StoreError

Search = Callable[..., list[str]]


@pytest.fixture
def filled(library: Library, tmp_path: Path) -> Library:
    """Three files of one folder that all speak of tea, of three days."""
    folder = tmp_path / "tea"
    folder.mkdir()
    for name, day in (("one.txt", "2021-03-04"), ("two.txt", "2022-05-06")):
        path = folder / name
        path.write_text(f"Green tea is drunk hot, says {name[:3]}.\n")
        moment = date.fromisoformat(day).toordinal() - date(1970, 1, 1).toordinal()
        os.utime(path, (moment * 86_400 + 43_200,) * 2)
    (folder / "three.md").write_text("---\ntitle: x\ndate: 2023-07-08\n---\n\nGreen tea is drunk hot, says three.\n")
    list(library.sync([folder]))
    library.collection().fill_vectors()
    return library


@pytest.fixture
def names(filled: Library) -> Search:
    def search(**where: object) -> list[str]:
        narrowed = SearchFilter(**where)  # type: ignore[arg-type]
        return sorted(hit.document.name for hit in filled.search("green tea", where=narrowed).hits)

    return search


def tag(library: Library, name: str, *add: str, remove: tuple[str, ...] = ()) -> tuple[str, ...]:
    store = library.collection().store
    return store.tag(store.named(name)[0].id, add, remove)


def info(library: Library, name: str) -> DocumentInfo:
    return next(one for one in library.documents() if one.name == name)


def test_tags_narrow_a_search_each_a_little_more(filled: Library, names: Search) -> None:
    assert tag(filled, "one.txt", "Café", "税务") == ("Café", "税务")
    tag(filled, "two.txt", "cafe")
    assert info(filled, "two.txt").tags == ("Café",), "two spellings are one tag"
    assert names(tags=("CAFÉ",)) == ["one.txt", "two.txt"]
    assert names(tags=("cafe", "稅務")) == ["one.txt"]
    assert names(tags=("cafe",), documents=("two.txt", "three.md")) == ["two.txt"]
    assert [(one.tag, one.documents) for one in filled.collection().store.tags()] == [("Café", 2), ("税务", 1)]
    assert tag(filled, "one.txt", remove=("CAFE",)) == ("税务",)
    assert names(tags=("café",)) == ["two.txt"]


def test_dates_are_the_document_s_own_or_else_of_its_file(filled: Library, names: Search) -> None:
    assert [(one.name, one.date, one.date_from) for one in filled.documents()] == [
        ("one.txt", "2021-03-04", "file"),
        ("three.md", "2023-07-08", "document"),
        ("two.txt", "2022-05-06", "file"),
    ]
    assert names(since=date(2022, 5, 6)) == ["three.md", "two.txt"]
    assert names(until=date(2022, 5, 6)) == ["one.txt", "two.txt"]
    assert names(since=date(2022, 1, 1), until=date(2022, 12, 31)) == ["two.txt"]


def test_an_upload_is_of_the_day_it_was_added(library: Library, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("Green tea.")
    library.add_upload(tmp_path / "x", "upload.txt")
    added = info(library, "upload.txt")
    assert added.date_from == "added"
    assert abs(date.fromisoformat(added.date) - date.fromisoformat(added.added[:10])) <= timedelta(days=1)
    assert library.search("tea", where=SearchFilter(since=date.fromisoformat(added.date))).hits


@pytest.mark.parametrize(
    ("where", "said"),
    [
        (SearchFilter(tags=("nothing",)), "no document has the tag nothing: there are hot"),
        (SearchFilter(tags=("hot",), since=date(2030, 1, 1)), r"fits the filter \(tag hot, since 2030-01-01\)"),
        (SearchFilter(documents=("two.txt",), tags=("hot",)), r"\(two.txt, tag hot\)"),
        (SearchFilter(pages=(9, 9)), r"\(page 9\)"),
        (SearchFilter(until=date(1999, 1, 1), pages=(1, 2)), r"\(until 1999-01-01, pages 1-2\)"),
    ],
)
def test_a_filter_that_fits_nothing_is_a_sentence(filled: Library, where: SearchFilter, said: str) -> None:
    tag(filled, "one.txt", "hot")
    with pytest.raises(NothingSelected, match=said):
        filled.search("green tea", where=where)


def test_a_filter_on_an_empty_collection_finds_nothing_and_says_no_more(library: Library) -> None:
    library.collection(create=True)
    assert library.search("tea", where=SearchFilter(pages=(3, 4))).hits == ()
    with pytest.raises(NothingSelected, match="none has any"):
        library.search("tea", where=SearchFilter(tags=("x",)))


@pytest.mark.parametrize("text", ["", " ", "-x", "a,b", "a，b", "a\u202eb", "x" * 61, "+x"])
def test_what_cannot_be_a_tag_is_refused_and_changes_nothing(filled: Library, text: str) -> None:
    tag(filled, "one.txt", "kept")
    with pytest.raises(BadTag, match="cannot be a tag"):
        tag(filled, "one.txt", "new", text, remove=("kept",))
    assert info(filled, "one.txt").tags == ("kept",)


def test_a_document_has_a_hundred_tags_at_most(filled: Library) -> None:
    tag(filled, "one.txt", *(f"tag {number}" for number in range(100)))
    with pytest.raises(BadTag, match="100"):
        tag(filled, "one.txt", "one more")
    assert len(tag(filled, "one.txt", "TAG 7")) == 100


def test_tags_stay_when_a_file_is_read_again_changes_or_moves(filled: Library, tmp_path: Path) -> None:
    folder = tmp_path / "tea"
    tag(filled, "one.txt", "kept")
    list(filled.sync([folder], SyncOptions(force=True)))
    assert info(filled, "one.txt").tags == ("kept",)
    (folder / "one.txt").write_text("Black tea is drunk hotter.")
    assert [one.status for one in filled.sync([folder]) if one.path.endswith("one.txt")] == ["updated"]
    assert info(filled, "one.txt").tags == ("kept",)
    (folder / "one.txt").rename(folder / "moved.txt")
    list(filled.sync([folder]))
    assert info(filled, "moved.txt").tags == ("kept",)
    assert info(filled, "two.txt").tags == ()


def test_a_file_that_becomes_one_that_is_known_brings_its_tags(filled: Library, tmp_path: Path) -> None:
    tag(filled, "one.txt", "first")
    tag(filled, "two.txt", "second")
    folder = tmp_path / "tea"
    (folder / "one.txt").write_bytes((folder / "two.txt").read_bytes())
    list(filled.sync([folder]))
    (both,) = (one for one in filled.documents() if len(one.paths) == 2)
    assert both.tags == ("first", "second")


def test_a_new_version_of_an_upload_keeps_its_tags(library: Library, tmp_path: Path) -> None:
    for text in ("Green tea.", "Black tea."):
        (tmp_path / "x").write_text(text)
        library.add_upload(tmp_path / "x", "tea.txt")
        if text.startswith("Green"):
            tag(library, "tea.txt", "drinks")
    (only,) = library.documents()
    assert only.tags == ("drinks",)


def test_tags_and_dates_come_back_with_a_removed_document(filled: Library) -> None:
    tag(filled, "three.md", "kept")
    before = info(filled, "three.md")
    filled.remove("three.md")
    assert filled.collection().store.tags() == []
    filled.restore("three.md")
    assert info(filled, "three.md") == before


def test_what_an_older_version_removed_comes_back_without_tags(filled: Library) -> None:
    filled.remove("one.txt")
    (entry,) = filled.collection().store.trash.glob("*.db")
    with closing(sqlite3.connect(entry, isolation_level=None)) as connection:
        connection.execute("DROP TABLE tags")
        connection.execute("ALTER TABLE documents DROP COLUMN dated")
    filled.restore("one.txt")
    assert (info(filled, "one.txt").tags, info(filled, "one.txt").date_from) == ((), "file")


def test_tags_and_days_are_in_an_export(filled: Library, tmp_path: Path) -> None:
    tag(filled, "one.txt", "kept")
    export_to(filled, "default", tmp_path / "x.zip")
    import_from(filled, tmp_path / "x.zip", "copy")
    shown = [(one.tags, one.date, one.date_from) for one in filled.documents("copy")]
    assert shown == [(("kept",), "2021-03-04", "file"), ((), "2023-07-08", "document"), ((), "2022-05-06", "file")]


def test_an_unknown_document_is_still_named(filled: Library) -> None:
    with pytest.raises(DocumentNotFound, match=r"missing\.txt"):
        filled.search("tea", where=SearchFilter(documents=("missing.txt",), tags=("x",)))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE documents SET dated = 'yesterday'",
        "UPDATE documents SET dated = 20240101",
        "UPDATE documents SET dated = '2024-02-31'",
        "INSERT INTO tags SELECT id, 'a', 'a,b' FROM documents",
        "INSERT INTO tags SELECT id, 'other', 'a' FROM documents",
        "INSERT INTO questions SELECT id, 'm', x'41' FROM chunks",
        "INSERT INTO tags SELECT id, x'41', x'41' FROM documents",
    ],
)
def test_a_stranger_s_tags_and_days_are_checked(filled: Library, tmp_path: Path, statement: str) -> None:
    filled.collection().store.connection.execute(statement)
    export_to(filled, "default", tmp_path / "x.zip")
    with pytest.raises(StoreError, match="tags, dates or questions that cannot be"):
        import_from(filled, tmp_path / "x.zip", "copy")
