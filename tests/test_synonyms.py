"""A user's own synonyms: what a line of the file may be, and what a question then finds."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from docent.app import Library, Settings, open_library
from docent.llm import fold_events
from docent.retrieval import SearchFilter, SynonymError
from docent.retrieval.search.synonyms import parse_synonyms

WORDS = """\
# what our papers call it
WFH, remote work = telework，远程办公
GPU => graphics card, accelerator   # who asks for an accelerator means more
IT, information technology
Tàx, levy
税负＝稅收負擔、赋税
"""


def others(question: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    return {one.phrase: one.others for one in parse_synonyms(WORDS, "words.txt").in_question(question)}


def test_a_group_means_each_other_and_an_arrow_one_way() -> None:
    assert others("May I wfh?") == {("wfh",): ("remote work", "telework", "远程办公")}
    assert others("May I work remotely, as remote works go?") == {("remot", "work"): ("WFH", "telework", "远程办公")}
    assert others("公司的遠程辦公制度") == {("远程", "程办", "办公"): ("WFH", "remote work", "telework")}
    assert others("Which GPU?") == {("gpu",): ("graphics card", "accelerator")}
    assert others("Which accelerator?") == {}
    assert others("the TAX") == {("tax",): ("levy",)}
    assert others("税收负担多重？") == {("税收", "收负", "负担"): ("税负", "赋税")}


def test_a_word_that_says_nothing_is_one_only_as_it_is_written() -> None:
    assert others("How is it done?") == {}
    assert others("Who leads IT?") == {("it",): ("information technology",)}
    assert others("谁负责IT部门？") == {("it",): ("information technology",)}


def test_the_longest_phrase_is_meant() -> None:
    found = parse_synonyms("net, mesh\nnet income, profit after tax", "x").in_question("net income of the net maker")
    assert [one.phrase for one in found] == [("net", "incom"), ("net",)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a1, b1\n\nalone", r"line 3 of words.txt: 'alone' stands alone"),
        ("x1 => ", "line 1 of words.txt: a one-way line has words on both sides"),
        ("x1 => y1 => z1", "both sides of one arrow"),
        ("税, 赋", "line 1 of words.txt: '税' is a single character"),
        ("!!!, word", "'!!!' is no word"),
        ("word, " + "x" * 101, "is no word or phrase of up to 100"),
        ("word, " + ", ".join(f"w{n}" for n in range(21)), "line 1 of words.txt: 'word' has more than 20"),
        ("a1, b1\n" * 50_001, "more than 50000 lines"),
    ],
)
def test_a_wrong_line_is_named(text: str, said: str) -> None:
    with pytest.raises(SynonymError, match=said):
        parse_synonyms(text, "words.txt")


@pytest.mark.parametrize("text", ["", "# nothing\n", "same, SAME\n"])
def test_a_file_may_say_nothing(text: str) -> None:
    assert parse_synonyms(text, "words.txt").in_question("same") == ()


@pytest.fixture
def words(tmp_path: Path) -> Path:
    path = tmp_path / "words.txt"
    path.write_text(WORDS, encoding="utf-8-sig")
    return path


@pytest.fixture
def opened(settings: Settings, words: Path, tmp_path: Path) -> Iterator[Callable[[bool], Library]]:
    """The same documents with and without the file of synonyms; meaning has no say, so that words alone decide."""
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "staff.txt").write_text("Telework is allowed on two days a week. Ask the head of your team.\n")
    (folder / "car.txt").write_text("The car park is open on all days. A card opens the gate.\n")
    (folder / "税.txt").write_text("企业的税收负担在2021年下降了三个百分点。\n", encoding="utf-8")
    (folder / "parts.txt").write_text("A graphics card costs 900 dollars. A work lamp costs 20 dollars.\n")
    plain = replace(settings, dense_weight=0.0)
    libraries = [open_library(replace(plain, synonyms=words)), open_library(plain)]
    list(libraries[0].sync([folder]))
    yield lambda has: libraries[0 if has else 1]
    for library in libraries:
        library.close()


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Is WFH allowed?", "Telework is allowed on two days a week."),
        ("远程办公", "Telework is allowed on two days a week."),
        ("企业的税负", "企业的税收负担在2021年下降了三个百分点。"),
        ("What does a GPU cost?", "A graphics card costs 900 dollars."),
    ],
)
def test_another_word_finds_answers_and_is_not_refused(
    opened: Callable[[bool], Library], question: str, answer: str
) -> None:
    found = fold_events(opened(True).ask(question))
    assert (found.refused, found.citations[0].quote) == (False, answer)
    assert found.query == question


def test_without_the_file_the_same_is_refused(opened: Callable[[bool], Library]) -> None:
    assert fold_events(opened(False).ask("Is WFH allowed?")).refused
    assert fold_events(opened(False).ask("What does a GPU cost?")).refused


def test_a_synonym_counts_only_whole_and_only_where_it_is_searched(opened: Callable[[bool], Library]) -> None:
    library = opened(True)
    assert library.search("GPU").unknown == frozenset()
    assert [hit.document.name for hit in library.search("GPU").hits] == ["parts.txt"], "a card is no graphics card"
    elsewhere = library.search("GPU", where=SearchFilter(documents=("car.txt",)))
    assert (elsewhere.hits, elsewhere.unknown) == ((), {"gpu"})
    assert library.search("accelerator").unknown == {"accelerator"}


def test_a_hit_says_by_which_synonym_it_was_found(opened: Callable[[bool], Library]) -> None:
    (hit,) = opened(True).search("GPU").hits
    assert hit.also == ("graphics card",)
    assert all(hit.also == () for hit in opened(False).search("graphics card").hits)


def test_the_word_that_was_asked_for_comes_first(library: Library, words: Path, tmp_path: Path) -> None:
    folder = tmp_path / "two"
    folder.mkdir()
    for name in ("telework", "wfh"):
        (folder / f"{name[0]}.txt").write_text(f"Rules for {name} are these.\n")
    with open_library(replace(library.settings, synonyms=words, dense_weight=0.0)) as widened:
        list(widened.sync([folder]))
        for asked, first in (("telework", "t.txt"), ("wfh", "w.txt")):
            assert widened.search(f"rules for {asked}").hits[0].document.name == first


def test_a_changed_file_counts_at_once_and_a_spoiled_one_is_said(
    opened: Callable[[bool], Library], words: Path
) -> None:
    library = opened(True)

    def write(text: str) -> None:
        stat = words.stat()
        words.write_text(text)
        os.utime(words, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1_000_000_000))

    write("lorry, car\n")
    assert library.search("lorry").hits[0].document.name == "car.txt"
    assert library.search("WFH").unknown == {"wfh"}
    write("lorry\n")
    spoiled = library.search("lorry")
    assert spoiled.hits[0].document.name == "car.txt"
    assert "line 1 of words.txt: 'lorry' stands alone" in spoiled.notice
    words.unlink()
    assert "cannot be read" in library.search("lorry").notice
    write_again = words.write_text("truck, car\n")
    assert write_again
    found = library.search("truck")
    assert (found.hits[0].document.name, found.notice) == ("car.txt", "")


@pytest.mark.parametrize("data", [None, b"\xff\xfe\x00\xd8", b"alone\n"])
def test_a_file_that_cannot_be_used_stops_the_program(settings: Settings, tmp_path: Path, data: bytes | None) -> None:
    path = tmp_path / "bad.txt"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(SynonymError, match=r"bad\.txt"):
        open_library(replace(settings, synonyms=path))
