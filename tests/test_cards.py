"""Sources below an answer: citations of one page share a card."""

from __future__ import annotations

import json
import re
from html import unescape

from docent.ingest import Chunk, Span
from docent.llm import Citation, CitedBox
from docent.retrieval import DocumentRef, Hit
from docent.ui.cards import citation_cards
from docent.ui.texts import CHINESE, ENGLISH


def cited(number: int, page: int, quote: str, *, document: str = "a", verified: bool = True) -> Citation:
    box = (10.0, 20.0 * number, 90.0, 20.0 * number + 10)
    chunk = Chunk(document * 64, 0, quote, "", (Span(page, box, 0, len(quote)),))
    hit = Hit(1, chunk, DocumentRef(document * 64, f"{document}.pdf", ""), 0.5, {})
    return Citation(number, hit, quote, page, (CitedBox(page, box),), verified)


def targets(html: str) -> list[dict[str, object]]:
    return [json.loads(unescape(one)) for one in re.findall(r'data-cite="([^"]+)"', html)]


def badges(html: str) -> list[list[str]]:
    return [re.findall(r'class="badge">([^<]+)<', card) for card in html.split("<li>")[1:]]


def test_a_card_for_each_page_where_the_first_of_its_citations_would_stand() -> None:
    citations = (cited(1, 2, "x"), cited(2, 1, "y"), cited(3, 2, "z"), cited(4, 2, "z", document="b"))
    html = citation_cards(citations, "", ENGLISH, ())
    assert badges(html) == [["1", "3"], ["2"], ["4"]]
    first, second, _ = targets(html)
    assert (first["number"], first["quote"], first["quotes"]) == ("1, 3", "x … z", ["x", "z"])
    assert first["boxes"] == [[2, 10.0, 20.0, 90.0, 30.0], [2, 10.0, 60.0, 90.0, 70.0]]
    assert (second["number"], second["quote"], "quotes" in second) == (2, "y", False)


def test_the_same_lines_are_marked_once() -> None:
    twice = (cited(1, 2, "x"), Citation(2, *_rest(cited(1, 2, "x"))))
    (target,) = targets(citation_cards(twice, "", ENGLISH, ()))
    assert (target["quotes"], target["boxes"]) == (["x"], [[2, 10.0, 20.0, 90.0, 30.0]])


def _rest(one: Citation) -> tuple[Hit, str, int, tuple[CitedBox, ...], bool]:
    return one.hit, one.quote, one.page, one.boxes, one.verified


def test_a_shared_card_says_which_number_a_quote_or_a_doubt_is_of() -> None:
    citations = (cited(1, 2, "one <b>"), cited(2, 2, "two", verified=False), cited(3, 2, "three"))
    html = citation_cards(citations, "It says three.", ENGLISH, ())
    assert re.findall(r'class="snippet">([^<]+)<', html) == ["[1] one &lt;b&gt;", "[2] two"]
    assert re.findall(r'class="doubt">([^<]+)<', html) == [f"[2] {ENGLISH.unverified}"]
    alone = citation_cards(citations[1:2], "", CHINESE, ())
    assert re.findall(r'class="doubt">([^<]+)<', alone) == [CHINESE.unverified]


def test_a_page_of_a_removed_document_opens_nothing() -> None:
    html = citation_cards((cited(1, 2, "x"), cited(2, 2, "y")), "", ENGLISH, {"a" * 64})
    assert targets(html) == []
    assert badges(html) == [["1", "2"]]
    assert html.count(ENGLISH.removed_since) == 1
