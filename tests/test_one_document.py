"""Answers where all passages are of one document: there is nothing that would tell what it is about as a whole."""

from __future__ import annotations

from passages import passage, table

from docent.llm import Answer, answer_events, fold_events, make_answerer
from docent.retrieval import Hit, SearchResult

NAME = "harbour.pdf"
ABOUT = tuple(
    passage(text, NAME)
    for text in (
        "Life jackets of the ferry are cleaned every night.",
        "A machine at the pier sells tickets of the ferry to the island.",
        "The ferry to the island has room for bicycles and for life jackets.",
        "The kiosk of the island sells ice.",
    )
)


def ask(question: str, *hits: Hit) -> Answer:
    found = SearchResult(hits, {}, 0, None, frozenset())
    return fold_events(answer_events(question, lambda _: found, make_answerer("extractive")))


def test_the_sentence_with_the_words_is_quoted_wherever_it_stands() -> None:
    told = passage("The captain of the ferry to the island sells life jackets on board.", NAME)
    answer = ask("Who sells life jackets on the ferry to the island?", *ABOUT, told)
    assert answer.text.startswith("The captain of the ferry")


def test_the_sum_is_told_where_a_row_has_the_name_of_the_document() -> None:
    lines = ("Revenues\t2022\t2021", "Harbour shops\t199\t272", "Ferries\t600\t500", "Total\t799\t772")
    hits = (table(NAME, *lines, context="The following table summarizes revenues:"), *ABOUT)
    assert ask("What is the revenue of Harbour in 2022?", *hits).text.startswith("Total, 2022: 799")
