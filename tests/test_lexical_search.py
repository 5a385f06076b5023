"""What a search by words remembers of the index, and that it does not outlive a commit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from contracts.store import document

from docent.retrieval import Collection, HashEmbedder, SearchOptions, Source, fold
from docent.retrieval.terms import query_terms, sought_terms

GULLS = "gulls nest on cliffs above the cold sea in spring"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "c"


@pytest.fixture
def collection(folder: Path) -> Iterator[Collection]:
    opened = Collection(folder, HashEmbedder(64))
    add(opened, "gulls.md", GULLS)
    yield opened
    opened.close()


def add(collection: Collection, name: str, *texts: str) -> str:
    """The id of the document that was added."""
    path = collection.store.folder.parent / name
    path.write_text(name, encoding="utf-8")
    collection.store.add(*document(name, *texts), Source("upload", name), path)
    return collection.store.named(name)[0].id


def test_a_word_is_known_as_soon_as_another_has_added_it_and_as_long_as_it_stays(
    collection: Collection, folder: Path
) -> None:
    question = "where do kestrels and gulls nest"
    assert "kestrel" in collection.search(question).unknown
    assert collection.lexical("kestrels", 5) == []
    other = Collection(folder, HashEmbedder(64))
    try:
        added = add(other, "kestrels.md", "kestrels nest in towers")
        other.refresh()
        assert "kestrel" not in collection.search(question).unknown
        assert len(collection.lexical("kestrels", 5)) == 1
        other.store.remove(added)
        other.refresh()
        assert "kestrel" in collection.search(question).unknown
        assert collection.lexical("kestrels", 5) == []
    finally:
        other.close()


def test_a_word_that_no_chunk_has_changes_no_score(collection: Collection) -> None:
    add(collection, "terns.md", "terns nest on sand", "gulls rest on sand")
    assert collection.lexical("gulls nest", 5) == collection.lexical("gulls quetzal nest axolotl", 5)
    assert collection.lexical("quetzal axolotl", 5) == []


def test_what_a_chinese_question_asks_with_outweighs_nothing(collection: Collection) -> None:
    for number, bird in enumerate(("苍鹭", "海鸥", "鸬鹚", "白鹭")):
        add(collection, f"{number}.md", f"{bird}的选项：换羽、筑巢和作用。")
    add(collection, "answer.md", "盲审选项开启后，封面上作者的姓名和致谢都会隐藏起来，这正是它的作用，默认不开启。")
    add(collection, "asks.md", "有什么？这有什么作用？那有什么作用？")
    (first, *_) = collection.lexical("盲审选项有什么作用？", 5)
    assert collection.store.chunks([first])[first][1].name == "answer.md"


@pytest.mark.parametrize(
    ("question", "sought", "left_out"),
    [
        ("销售费用为什么增加？", {"销售", "费用", "增加"}, {"用为", "什么", "么增"}),
        ("為什麼要編譯", {"编译"}, {"为什", "什么", "么要"}),
        ("博士有多少人", {"博士"}, {"有多", "多少", "少人", "人"}),
        ("请问服务器最少要多大磁盘", {"服务", "务器", "磁盘"}, {"请问", "多大"}),
        ("几何里怎样画圆", {"几何", "画圆"}, {"怎样"}),
    ],
)
def test_text_is_looked_for_by_what_is_asked_about(question: str, sought: set[str], left_out: set[str]) -> None:
    assert sought <= set(sought_terms(question))
    assert left_out.isdisjoint(sought_terms(question))


@pytest.mark.parametrize("question", ["什么是什么？", "谁", "how many gulls nest here?"])
def test_a_question_that_says_nothing_else_is_looked_for_as_it_is(question: str) -> None:
    assert sought_terms(question) == query_terms(question) != ()


def test_more_passages_are_read_where_the_first_are_copies(collection: Collection) -> None:
    for number in range(4):
        add(collection, f"copy{number}.md", GULLS)
    add(collection, "terns.md", "terns rest on sand, gulls beside them")
    first, second = collection.search("gulls nest on cliffs", SearchOptions(limit=2)).hits
    assert (first.chunk.text, len(first.copies)) == (GULLS, 4)
    assert second.document.name == "terns.md"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Crème Brûlée", "creme brulee"),
        ("Ｗｉｄｅ １２", "wide 12"),
        ("Việt", "viet"),
        ("a ≠ b", "a = b"),
        ("ガ ｶﾞ", "ガ ガ"),
        ("臺灣資料 data", "台湾资料 data"),
        ("“plain” — text…", "“plain” — text..."),
        ("İ", "i"),
    ],
)
def test_folding_takes_off_what_makes_no_difference(text: str, folded: str) -> None:
    assert fold(text) == folded
