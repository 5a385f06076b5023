"""Questions offered after an answer: about what stands near it, and only such as the documents answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from docent.app import Library, acting_as, ask_in, open_library, start_conversation
from docent.app.errors import ConversationNotFound
from docent.app.identity.access import Role, principal_of
from docent.app.next_questions import next_questions
from docent.app.web.server import create_app
from docent.llm import fold_events

GUIDE = """# Guide to the harbour

## Opening times

The opening times of the harbour are from seven to nine.

## The old lighthouse

The old lighthouse is red and stands on the northern pier.

## Fees and fines

## Contents

## Mooring of boats

Mooring of boats is allowed at the western quay.
"""
CHINESE = """# 港口指南

## 开放时间

港口的开放时间为早上七点到晚上九点。

## 旧灯塔的位置

旧灯塔的位置在北侧码头，塔身为红色。
"""


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    folder = tmp_path
    with open_library(data_dir=folder / "data", embedder="hash:64", reading_processes=0) as opened:
        for name, text in (("guide.md", GUIDE), ("指南.md", CHINESE)):
            path = Path(folder / name)
            path.write_text(text, encoding="utf-8")
            opened.add_upload(path, name)
        opened.collection().fill_vectors()
        yield opened


def asked(library: Library, *questions: str) -> list[str]:
    conversation = start_conversation(library, questions[0]).id
    for question in questions:
        fold_events(ask_in(library, conversation, question))
    return [one.id for one in library.conversations.messages(conversation)]


def test_headings_near_the_answer_are_asked_about_if_the_documents_answer(library: Library) -> None:
    (message,) = asked(library, "What are the opening times of the harbour?")
    offered = next_questions(library, message)
    assert offered == [
        "What do the documents say about “The old lighthouse”?",
        "What do the documents say about “Mooring of boats”?",
    ]
    for question in offered:
        assert not fold_events(library.ask(question)).refused
    first, second = asked(library, "What are the opening times of the harbour?", offered[0])
    assert next_questions(library, second) == [offered[1]], "not what was asked already"
    assert next_questions(library, first) == [offered[1]]


LIGHTS = """# The harbour at night

## Opening times

The opening times of the harbour are from seven to nine.

## Lamps of the piers

They burn from dusk to dawn.

## Paying for lamps of piers

The lamps of the piers are paid for by the owners of fishing boats.
"""


def test_what_another_section_answers_is_not_offered(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "night.md"
    path.write_text(LIGHTS, encoding="utf-8")
    library.remove("guide.md")
    library.add_upload(path, "night.md")
    library.collection().fill_vectors()
    pressed = "What do the documents say about “{}”?"
    first = fold_events(library.ask(pressed.format("Lamps of the piers"))).citations[0]
    assert first.hit.chunk.heading.endswith("Paying for lamps of piers"), "or this shows nothing"
    (message,) = asked(library, "What are the opening times of the harbour?")
    assert next_questions(library, message) == [pressed.format("Paying for lamps of piers")]


def test_they_are_in_the_language_of_the_question(library: Library) -> None:
    (message,) = asked(library, "港口的开放时间是几点？")
    assert "关于“旧灯塔的位置”，文档是怎么说的？" in next_questions(library, message)


def test_a_heading_in_another_language_changes_none(library: Library) -> None:
    pressed = "What do the documents say about “旧灯塔的位置”?"
    own, second = asked(library, "What are the opening times of the harbour?", pressed)
    assert {one[:4] for one in [*next_questions(library, own), *next_questions(library, second)]} == {"What"}
    (only,) = asked(library, pressed)
    assert {one[:4] for one in next_questions(library, only)} == {"What"}
    client = TestClient(create_app(library), base_url="http://127.0.0.1")
    there = f"/api/messages/{only}/follow-ups"
    assert {one[:2] for one in client.get(f"{there}?language=zh").json()["questions"]} == {"关于"}
    assert client.get(f"{there}?language=fr").status_code == 422


def test_a_question_without_an_answer_has_none_and_nobody_sees_those_of_others(library: Library) -> None:
    conversation = start_conversation(library, "x").id
    stopped = library.conversations.begin(conversation, "x", {})
    assert next_questions(library, stopped) == []
    place = library.collection_id()
    client = TestClient(create_app(library), base_url="http://127.0.0.1")
    assert client.get(f"/api/messages/{stopped}/follow-ups").json() == {"questions": []}
    assert client.get(f"/api/messages/{'0' * 32}/follow-ups").status_code == 404
    library.people.accounts.add("Ada", "correct horse battery")
    bob = library.people.accounts.add("Bob", "correct horse battery")
    library.people.access.grant(bob, place, Role.READER)
    with acting_as(principal_of(bob)), pytest.raises(ConversationNotFound):
        next_questions(library, stopped)
