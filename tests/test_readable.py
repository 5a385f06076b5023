"""What readers see of a quote: no marks of Markdown, no hyphens of line ends; the citation keeps both."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import pytest
from passages import passage, table

from docent.app.terminal.text import answer_text
from docent.app.wire import citation_to_dict
from docent.ingest import Chunk, Span
from docent.llm import Answer, Done, Statement, answer_events, fold_events, ground, in_a_line, make_answerer
from docent.llm.langchain import as_tool
from docent.llm.readable import joined, words_of
from docent.retrieval import Hit, SearchResult


def ask(question: str, *hits: Hit) -> Answer:
    found = SearchResult(hits, {}, 0, None, frozenset())
    return fold_events(answer_events(question, lambda _: found, make_answerer("extractive")))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("## What **is** kept", "What is kept"),
        ("> It is **not *that* large**, says ~~he~~ she.", "It is not that large, says he she."),
        ("See [the *long* guide](docs/guide.md) and ![a gate](gate.png).", "See the long guide and a gate."),
        ("渡口**每天**开放，见[告示](https://example.org/a)。", "渡口每天开放，见告示。"),
        ("Run `rm **/*.tmp` first.", "Run `rm **/*.tmp` first."),
        ("Boats\t**41**\t*none*", "Boats | 41 | none"),
    ],
)
def test_marks_of_markdown_are_not_shown(text: str, shown: str) -> None:
    assert in_a_line(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Revenue* and profit* are unaudited.",
        "2 * 3 * 4 = 24, and 2**3**2 = 512.",
        "__init__ and snake_case_names stay.",
        "Section 4 [a](see below) applies, and so does [1].",
        "No. #4 of 9 > 8.",
        "> 85% full: prune.",
    ],
)
def test_stars_hyphens_and_brackets_of_other_texts_stay(text: str) -> None:
    assert in_a_line(text) == text


@pytest.mark.parametrize(
    ("question", "text", "told"),
    [
        (
            "How long may a restore take?",
            "- **Restore time** may take: 2 hours.",
            "Restore time may take: 2 hours. [1]",
        ),
        ("渡口几点开放？", "* **渡口**每天 7 点开放。", "渡口每天 7 点开放。 [1]"),
    ],
)
def test_an_answer_is_plain_and_its_citation_verbatim(question: str, text: str, told: str) -> None:
    answer = ask(question, passage(text, "notes.md"))
    assert answer.text == told
    assert answer.citations[0].quote == text


def lines(*parts: str) -> Chunk:
    """A paragraph whose lines were joined as a reader of PDFs does: nothing stands behind a hyphen."""
    text, spans = "", []
    for part in parts:
        start = len(text)
        text += part
        spans.append(Span(1, (72, 72, 300, 84), start, len(text)))
        text += "" if part.endswith("-") else " "
    return Chunk(hashlib.sha256(b"x").hexdigest(), 1, text.rstrip(), "", tuple(spans))


@pytest.mark.parametrize(
    ("parts", "known", "shown"),
    [
        (("The sig-", "nificant rise."), ["It was significant."], "The significant rise."),
        (("All opera-", "tions rest."), [], "All operations rest."),
        (("A long-", "term plan."), ["The long-term view."], "A long-term plan."),
        (("A wide-", "body boat."), ["It has a body."], "A wide-body boat."),
        (("The state-of-", "ment boats."), [], "The state-of-ment boats."),
        (("A pre-", "Roman sig-", "nificant wall."), ["significant"], "A pre-Roman significant wall."),
    ],
)
def test_a_hyphen_of_a_line_end_goes_where_the_word_is_known_without(
    parts: Sequence[str], known: Sequence[str], shown: str
) -> None:
    chunk = lines(*parts)
    assert joined(chunk, 0, len(chunk.text), words_of([lines(one) for one in known])) == shown


def test_a_hyphen_inside_a_line_stays() -> None:
    chunk = lines("The re-sent letters resent it.")
    assert joined(chunk, 0, len(chunk.text), words_of([lines("resent")])) == chunk.text


def test_an_answer_joins_what_a_line_end_cut_and_cites_it_as_printed() -> None:
    chunk = lines("Freight costs of Tarn saw a sig-", "nificant rise.")
    hit = passage("A significant rise of tolls is told of nowhere.", "b.pdf")
    cut = passage("", "a.pdf")
    answer = ask("What did freight costs of Tarn see?", Hit(2, chunk, cut.document, 1.0, {"lexical": 1}), hit)
    assert answer.text.startswith("Freight costs of Tarn saw a significant rise. [1]")
    assert answer.citations[0].quote == chunk.text


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (
            "渡口每天7点开放。[1]船票每人3元。[2]",
            "渡口每天7点开放。 [1] 船票每人3元。 [2]",
        ),
        (
            "The ferry opens at 7. [1]A ticket costs 3 euros. [2]",
            "The ferry opens at 7. [1] A ticket costs 3 euros. [2]",
        ),
        ("渡口每天7点开放[1]，船票每人3元[2]。", None),
    ],
)
def test_a_blank_parts_a_marker_and_the_next_sentence(reply: str, text: str | None) -> None:
    hits = [
        passage("渡口每天7点开放。The ferry opens at 7."),
        passage("船票每人3元。A ticket costs 3 euros.", "b.pdf"),
    ]
    grounded = ground(reply, hits)
    if text:
        assert grounded.text == text
    assert [grounded.text[one.start : one.end].strip() for one in grounded.statements] == [
        grounded.text[one.start : one.end] for one in grounded.statements
    ]


def test_the_terminal_shows_a_quote_that_is_the_answer_once_and_without_marks() -> None:
    said = answer_text(ask("What is the ferry called?", passage("- The **ferry** is called Ada.", "a.md"))).plain
    assert said == "The ferry is called Ada. [1]\n\nSources\n[1] a.md, p. 1"


def test_the_terminal_shows_the_quote_of_a_cell_that_is_told_in_other_words() -> None:
    sales = table("a.pdf", "Item\t2018\t2019", "**Net sales**\t41\t43", "Other costs\t7\t9")
    said = answer_text(ask("What were net sales in 2019?", sales)).plain
    assert said == "Net sales, 2019: 43 [1]\n\nSources\n[1] a.pdf, p. 1\n    Net sales | 41 | 43"


def test_the_terminal_shows_what_a_model_writes_in_markdown_as_text() -> None:
    text = "## Boats\n\n**The ferry. It is** called *Ada*, see [the list](https://example.org/a)."
    doubted = text.index(" It is")
    answer = Answer(
        "q", text, (), (), refused=False, query="q", model="m",
        statements=(Statement(0, doubted, (), verified=False), Statement(doubted + 1, len(text), (), verified=False)),
    )  # fmt: skip
    doubt = " (no passage supports this)"
    assert answer_text(answer).plain == f"Boats\n\nThe ferry.{doubt} It is called Ada, see the list.{doubt}"


def test_a_place_is_named_without_marks_wherever_a_reader_sees_it() -> None:
    hit = passage("The ferry is called Ada.", "a.md", "Boats > The **new** `one`")
    bare = replace(hit, chunk=replace(hit.chunk, spans=(Span(1, None, 0, len(hit.chunk.text)),)))
    answer = ask("What is the ferry called?", bare)
    place = "Boats > The new `one`"
    assert f"[1] a.md, {place}" in answer_text(answer).plain
    assert citation_to_dict(answer.citations[0])["location"] == place
    tool = as_tool(lambda question, history, where: iter((Done(answer),)))
    assert f"[1] a.md, {place}: " in tool.invoke({"question": "What is the ferry called?"})
    assert answer.citations[0].quote in hit.chunk.text
