"""A question that wants a whole document gets a summary or a comparison; every other one is searched as always."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from langchain_core.messages import AIMessage
from scripted import ScriptedModel

from docent.app import Library, Settings, open_conversation, open_library, start_conversation
from docent.app.history.dialogue import ask_in
from docent.app.web.server import create_app
from docent.app.whole_documents import ask_whole
from docent.llm import Answer, fold_events
from docent.llm.chat import ChatAnswerer
from docent.llm.models.chat_model import ChatModel
from docent.retrieval import EVERYTHING, SearchFilter

HARBOUR = """# The Harbour of Lindholm

## Trade

The harbour of Lindholm handled 412 ships in 2021. Most ships of the harbour brought timber and grain.

## Ice

Ice closed the harbour of Lindholm for 23 days in the winter of 2021.
"""
AIRFIELD = """# The Airfield of Lindholm

## Trade

The airfield of Lindholm handled 9,100 flights in 2021. Most flights of the airfield carried mail.
"""
WATER = "# 水库手册\n\n## 概况\n\n水库总库容为三亿立方米。水库每年为下游供水两亿立方米。\n"


@pytest.fixture
def lindholm(settings: Settings, tmp_path: Path) -> Iterator[Library]:
    folder = tmp_path / "lindholm"
    folder.mkdir()
    for name, text in (("harbour.md", HARBOUR), ("airfield.md", AIRFIELD), ("水库.md", WATER)):
        (folder / name).write_text(text, encoding="utf-8")
    with open_library(settings) as library:
        list(library.sync([folder]))
        yield library


def asked(library: Library, question: str, where: SearchFilter = EVERYTHING) -> Answer | None:
    events = ask_whole(library, question, question, where, library.settings.collection)
    return fold_events(events) if events else None


def sources(answer: Answer | None) -> list[str]:
    assert answer is not None
    return list(dict.fromkeys(one.hit.document.name for one in answer.citations))


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Summarize harbour.md", ["harbour.md"]),
        ("Please summarise the document “harbour”.", ["harbour.md"]),
        ("Can you give me a short summary of airfield.md?", ["airfield.md"]),
        ("What is harbour.md about?", ["harbour.md"]),
        ("Give me an overview of all the documents", ["airfield.md", "harbour.md", "水库.md"]),
        ("Summarize harbour.md and airfield.md, please", ["harbour.md", "airfield.md"]),
        ("总结《水库.md》", ["水库.md"]),
        ("请帮我概括一下水库的主要内容", ["水库.md"]),
        ("水库.md 主要讲了什么？", ["水库.md"]),
        ("給我寫一份 水库.md 的摘要", ["水库.md"]),
        ("Compare harbour.md and airfield.md", ["harbour.md", "airfield.md"]),
        ("比较《harbour.md》和《airfield.md》的异同", ["harbour.md", "airfield.md"]),
        ("这三份文档有什么区别？", ["airfield.md", "harbour.md", "水库.md"]),
    ],
)
def test_the_documents_that_are_named_are_read_whole(lindholm: Library, question: str, names: list[str]) -> None:
    answer = asked(lindholm, question)
    assert sorted(sources(answer)) == sorted(names)
    assert answer is not None
    assert (answer.question, answer.query, answer.refused) == (question, question, False)
    assert all(one.verified and one.citations for one in answer.statements)


@pytest.mark.parametrize(
    "question",
    [
        "Summarize the trade of the harbour",
        "What is the winter about?",
        "Compare the harbour with the airfield",  # what they are about, not the documents
        "What are the differences between ships and flights?",
        "总结一下2021年的航班情况",
        "比较2021年和2022年的船只数量",
        "水库总库容是多少？",
        "What do the documents say about “Ice”?",
        "关于“概况”，文档是怎么说的？",
        "summarize " + "very " * 200 + "harbour.md",
    ],
)
def test_a_question_about_what_they_say_is_searched(lindholm: Library, question: str) -> None:
    assert asked(lindholm, question) is None


def test_a_word_means_the_document_that_is_asked_alone_and_else_it_is_asked_which(lindholm: Library) -> None:
    only = SearchFilter(documents=("harbour.md",))
    for question in ("Summarize this document", "总结一下", "What's this paper about?", "这份文档讲的是什么"):
        assert sources(asked(lindholm, question, only)) == ["harbour.md"]
    which = asked(lindholm, "Summarize this document")
    assert which is not None
    assert "Which document?" in which.text
    assert (which.citations, which.refused) == ((), False)
    assert "哪几份" in getattr(asked(lindholm, "比较这份文档", only), "text", "")
    assert asked(lindholm, "Summarize this document", replace(only, pages=(1, 1))) is None, "that is not all of it"


def test_a_summary_has_as_many_sentences_as_are_asked_for(lindholm: Library) -> None:
    for question in ("Summarize harbour.md in 2 sentences", "用2句话总结 harbour.md"):
        answer = asked(lindholm, question)
        assert answer is not None
        assert len(answer.statements) == 2


def test_a_model_reads_what_one_question_may_cost_and_the_rest_is_quoted(lindholm: Library) -> None:
    model = ScriptedModel(reply=lambda _: AIMessage("The harbour of Lindholm handled 412 ships in 2021 [1]."))
    lindholm.models.answer_by(ChatAnswerer(ChatModel("scripted", lambda: model)))
    answer = asked(lindholm, "Summarize harbour.md")
    assert answer is not None
    assert (answer.model, answer.notice) == ("scripted", "")
    lindholm.settings = replace(lindholm.settings, deep_tokens=1)
    heard = len(model.heard)
    answer = asked(lindholm, "Summarize harbour.md")
    assert answer is not None
    assert len(model.heard) == heard
    assert answer.notice.startswith("scripted would have to read")
    assert sources(answer) == ["harbour.md"]


def test_it_is_kept_in_a_conversation_and_told_by_rest(lindholm: Library) -> None:
    talk = start_conversation(lindholm, "Summarize harbour.md")
    told = fold_events(ask_in(lindholm, talk.id, "Summarize harbour.md"))
    (message,) = open_conversation(lindholm, talk.id).messages
    assert message.question == "Summarize harbour.md"
    assert message.answer is not None
    assert message.answer.text == told.text
    talk = start_conversation(lindholm, "总结《harbour.md》")
    list(ask_in(lindholm, talk.id, "总结《harbour.md》"))
    then = fold_events(ask_in(lindholm, talk.id, "那airfield.md呢？"))
    assert (then.question, sources(then)) == ("那airfield.md呢？", ["airfield.md"])
    with TestClient(create_app(lindholm), base_url="http://127.0.0.1") as client:
        said = client.post("/api/ask", json={"question": "Summarize harbour.md"}).json()
    assert said["answer"] == told.text
    assert {one["document"] for one in said["citations"]} == {"harbour.md"}
