"""What a summary without a model leaves out: contents, lists of works, pointers, questions, and what is cut off."""

from __future__ import annotations

from dataclasses import replace

import pytest
from contracts.chat import hit

from docent.llm import digest_events, fold_events, make_answerer
from docent.llm.digest.literal import Whole
from docent.llm.digest.telling import is_apart, is_usual, tells
from docent.retrieval import Hit

TOLD = "The pilots of Lindholm bring all ships to the berth of Lindholm."


def below(text: str, heading: str) -> Hit:
    found = hit(1, text)
    return replace(found, chunk=replace(found.chunk, heading=heading))


def summary(*hits: Hit, most: int = 6) -> str:
    return fold_events(digest_events([Whole("a.md", hits)], make_answerer("extractive"), most)).text


@pytest.mark.parametrize(
    "sentence",
    [
        "Where do the pilots of Lindholm wait for ships?",
        "See the guide to the pilots of Lindholm for more information.",
        "For more information on the pilots of Lindholm, ask the harbour.",
        "Figure 3: the pilots of Lindholm at the berth.",
        "Keywords: pilots, ships, harbour, Lindholm, berth.",
        "3.1 Cables for the pilots of Lindholm .",
        "WHY ARE THE PILOTS OF LINDHOLM …",
        "Pilots, A. Ships of Lindholm and their berths[M]. Lindholm Press.",
        "港口引航的详细说明请参见 https://lindholm.example/pilots。",
        "引航员的名册详见港口的公告栏。",
    ],
)
def test_what_tells_nothing_by_itself_is_left_out(sentence: str) -> None:
    assert not tells(sentence)
    assert sentence not in summary(hit(1, f"{sentence} {TOLD}"))
    assert TOLD in summary(hit(1, f"{sentence} {TOLD}"))


def test_sentences_that_name_an_address_or_a_figure_still_tell() -> None:
    assert tells("The harbour keeps its tables at https://lindholm.example and prints them every spring.")
    assert tells("港口在图书馆的网站上公布船期，读者可以随时查看（参见第 3 章）。")


def test_contents_and_lists_of_works_are_left_out() -> None:
    contents = below("Pilots of ships . . . . . . 3\nShips of Lindholm. . . . . 5\nBerths! . . . . . . 9", "Contents")
    works = below("Pilots and ships of Lindholm, a history of all pilots and ships of Lindholm.", "References")
    text = summary(contents, below(TOLD, "Pilots"), works)
    assert TOLD in text
    assert "history" not in text
    assert "Berths" not in text


def test_a_document_of_nothing_else_is_still_told() -> None:
    assert TOLD in summary(below(TOLD, "References"))


@pytest.mark.parametrize(
    "heading", ["References", "7. References", "Guide > Bibliography", "第5 节参考文献", "目 录", "版本历史"]
)
def test_parts_beside_the_matter_are_known_by_their_headings(heading: str) -> None:
    assert is_apart(heading)


def test_headings_that_every_paper_has_are_no_common_ground() -> None:
    assert is_usual("1. Introduction")
    assert is_usual("摘要")
    assert is_usual("Aﬃliation:")
    assert not is_usual("Ships of the introduction")
    assert not is_apart("Reference voltage")


def test_a_sentence_that_leans_on_another_is_worth_less() -> None:
    leaning = "It brings all the ships to the berth of Lindholm in the harbour."
    free = "Lindholm brings all the ships to the berth of Lindholm in the harbour."
    assert free in summary(hit(1, f"Ships wait. {leaning}"), hit(2, free), most=1)
