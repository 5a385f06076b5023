"""Answers by every kind of answerer, and what happens when a model fails."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
from contracts.chat import AnswererContract, hit

from docent.app.terminal.text import answer_text
from docent.llm import (
    Answer,
    Answerer,
    AnswerError,
    ModelOptions,
    Notice,
    Retrieved,
    Statement,
    Token,
    Turn,
    answer_events,
    fold_events,
    make_answerer,
)
from docent.retrieval import SearchResult

HITS = AnswererContract.hits


class TestExtractive(AnswererContract):
    @pytest.fixture
    def answerer(self) -> Answerer:
        return make_answerer("extractive")

    def test_the_best_sentence_comes_first(self, answerer: Answerer) -> None:
        answer = fold_events(answerer.stream(self.question, self.question, self.hits, ()))
        assert answer.citations[0].quote == "Green tea needs water of 80 degrees."
        assert answer.citations[0].page == 3

    def test_what_no_sentence_is_about_is_refused(self, answerer: Answerer) -> None:
        answer = fold_events(answerer.stream("Who won the cup?", "Who won the cup?", self.hits, ()))
        assert answer.refused
        assert answer.hits == self.hits

    def test_a_table_row_is_shown_with_bars_and_quoted_verbatim(self, answerer: Answerer) -> None:
        row = hit(1, "地区\t营业收入\n西北\t1,234")
        answer = fold_events(answerer.stream("西北营业收入", "西北营业收入", (row,), ()))
        assert answer.text.startswith("西北 | 1,234 [1]")
        assert answer.citations[0].quote == "西北\t1,234"


class TestEcho(AnswererContract):
    @pytest.fixture
    def answerer(self) -> Answerer:
        return make_answerer("echo:")


@pytest.mark.weights
class TestOpenAI(AnswererContract):
    @pytest.fixture
    def answerer(self, model_url: str) -> Answerer:
        return make_answerer(f"openai:smollm2@{model_url}?context=2048&max_tokens=60")

    def test_it_really_generates_and_remembers_the_conversation(self, answerer: Answerer) -> None:
        history = [Turn("What is this document about?", "It is about tea. [1]")]
        found = SearchResult(tuple(self.hits))
        events = list(answer_events("How hot must water for green tea be?", lambda _: found, answerer, history))
        assert isinstance(events[0], Retrieved)
        assert sum(isinstance(event, Token) for event in events) > 3
        assert fold_events(events).text


@pytest.mark.parametrize(
    ("reply", "text", "pages"),
    [
        ("Green tea needs water of 80 degrees [1].", "Green tea needs water of 80 degrees. [1]", [3]),
        ("Green tea needs water of 80 degrees. [1]", "Green tea needs water of 80 degrees. [1]", [3]),
        ("It needs boiling water for three minutes [2][9]!", "It needs boiling water for three minutes! [1]", [7]),
        ("Green tea needs water of 80 degrees.", "Green tea needs water of 80 degrees. [1]", [3]),
        ("Tea is nice.", "Tea is nice.", []),
    ],
)
def test_markers_become_citations(reply: str, text: str, pages: list[int]) -> None:
    answer = fold_events(make_answerer(f"echo:{reply}").stream("tea?", "tea?", HITS, ()))
    assert answer.text == text
    assert [citation.page for citation in answer.citations] == pages
    assert all(citation.verified for citation in answer.citations)


@pytest.mark.parametrize("reply", ["Green tea needs water of 95 degrees [1].", "Elephants sing [2]."])
def test_what_the_passage_does_not_say_is_not_verified(reply: str) -> None:
    (citation,) = fold_events(make_answerer(f"echo:{reply}").stream("tea?", "tea?", HITS, ())).citations
    assert not citation.verified


def test_an_unknown_marker_never_reaches_the_reader() -> None:
    events = list(make_answerer("echo:Boil it [12] or [ 3 ], see 【1】 and [x].").stream("tea?", "tea?", HITS, ()))
    shown = "".join(event.text for event in events if isinstance(event, Token))
    assert shown == "Boil it or, see [1] and [x]."


def test_the_refusal_word_is_never_shown() -> None:
    events = list(make_answerer("echo:NOT_IN_DOCUMENTS").stream("tea?", "tea?", HITS, ()))
    assert not [event for event in events if isinstance(event, Token)]
    assert fold_events(events).refused


@pytest.fixture
def silent_server() -> Iterator[str]:
    """Accepts a connection and never says a word."""
    server = socket.create_server(("127.0.0.1", 0))
    kept: list[socket.socket] = []
    is_over = threading.Event()

    def accept() -> None:
        while not is_over.is_set():
            kept.append(server.accept()[0])

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/v1"
    is_over.set()
    socket.create_connection(server.getsockname()).close()  # the last one it accepts
    thread.join()
    server.close()
    for one in kept:
        one.close()


@pytest.mark.parametrize("question", ["What temperature does green tea need?", "tea 的水温是多少度 (degrees)？"])
def test_a_model_that_is_down_is_replaced_and_the_reader_told(question: str) -> None:
    answerer = make_answerer("openai:m@http://127.0.0.1:9/v1")
    events = list(answer_events(question, lambda _: SearchResult(tuple(HITS)), answerer))
    answer = fold_events(events)
    assert any(isinstance(event, Notice) for event in events)
    assert answer.notice.startswith("模型 m" if "的" in question else "The model m")
    assert answer.model == "extractive"
    assert answer.citations


def test_a_model_that_hangs_is_given_up(silent_server: str) -> None:
    answerer = make_answerer(f"openai:m@{silent_server}", ModelOptions(timeout=0.5))
    answer = fold_events(answer_events("How hot is green tea?", lambda _: SearchResult(tuple(HITS)), answerer))
    assert answer.notice
    assert answer.citations


@pytest.mark.parametrize("spec", ["", "gpt", "openai:", "openai:@http://x", "magic:x", "openai:m?colour=red"])
def test_an_unknown_model_is_a_sentence(spec: str) -> None:
    with pytest.raises(AnswerError, match=r"\.$"):
        make_answerer(spec)


def test_a_key_is_never_shown() -> None:
    assert "sk-1" not in repr(ModelOptions(api_key="sk-1"))


@pytest.mark.parametrize(
    ("question", "told"), [("How hot?", " (no passage supports this)"), ("多少度？", "（这句话没有文档依据）")]
)
def test_the_terminal_says_behind_a_sentence_that_nothing_supports_it(question: str, told: str) -> None:
    text = "It is wet. [1] It is 80 degrees."
    statements = (Statement(0, 10, (1,), verified=True), Statement(15, 32, (), verified=False))
    answer = Answer(question, text, (), (), refused=False, query=question, model="m", statements=statements)
    assert answer_text(answer).plain == text + told


def test_the_terminal_says_that_an_answer_was_corrected() -> None:
    answer = Answer("几度？", "八十度。", (), (), refused=False, query="几度？", model="curated")
    assert answer_text(answer).plain == "本回答经人工修订。\n\n八十度。"
