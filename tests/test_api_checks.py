"""Summaries, comparisons, evaluations and what `doctor` finds, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from docent.app import Library, Settings, open_library
from docent.app.web.server import create_app

BASE = "http://127.0.0.1:7860"


@pytest.fixture
def filled(library: Library, docs: Path) -> Library:
    (docs / "bees.md").write_text("# Bees\n\n## Swifts\n\nThe honey bee sleeps in the hive.\n", encoding="utf-8")
    list(library.sync([docs]))
    library.create_collection("other")
    library.add_upload(docs / "bees.md", "bees.md", collection="other")
    return library


@pytest.fixture
def client(filled: Library) -> Iterator[TestClient]:
    with TestClient(create_app(filled), base_url=BASE) as opened:
        yield opened


def events(text: str) -> list[dict[str, Any]]:
    return [json.loads(line.removeprefix("data: ")) for line in text.splitlines() if line.startswith("data: ")]


def test_documents_are_summarized_and_compared(client: TestClient) -> None:
    told = client.post("/api/summarize", json={"documents": ["birds.md"], "sentences": 1}).json()
    assert "swift" in told["answer"]
    assert told["citations"][0]["document"] == "birds.md"
    told = client.post("/api/compare", json={"documents": ["birds.md", "bees.md"]}).json()
    assert {one["document"] for one in told["citations"]} == {"birds.md", "bees.md"}
    told = client.post("/api/summarize", json={"documents": ["bees.md"], "collection": "other"}).json()
    assert told.get("citations"), told


def test_a_summary_can_be_streamed(client: TestClient) -> None:
    told = events(client.post("/api/summarize", json={"documents": ["birds.md"], "stream": True}).text)
    assert told[-1]["type"] == "done"
    assert told[-1]["citations"]


@pytest.mark.parametrize(
    ("path", "body", "status", "why"),
    [
        ("summarize", {"documents": ["none.md"]}, 404, "none.md"),
        ("compare", {"documents": ["birds.md"]}, 400, "needs two documents"),
        ("summarize", {"documents": []}, 422, "documents"),
        ("eval", {"questions": []}, 422, "questions"),
        ("eval", {"questions": [{"question": "x", "documents": ["none.md"]}]}, 404, "none.md"),
        ("eval", {"questions": [{"question": "x"}], "collection": "nothing"}, 404, "nothing"),
    ],
)
def test_what_cannot_be_done_is_said(
    client: TestClient, path: str, body: dict[str, Any], status: int, why: str
) -> None:
    reply = client.post(f"/api/{path}", json=body)
    assert reply.status_code == status
    assert why in reply.json()["detail"]


def test_a_model_is_not_asked_before_its_cost_was_agreed_to(filled: Library) -> None:
    settings = replace(filled.settings, chat="echo:")
    with open_library(settings) as library, TestClient(create_app(library), base_url=BASE) as client:
        reply = client.post("/api/summarize", json={"documents": ["birds.md"]})
        assert reply.status_code == 409
        assert "passages" in reply.json()["detail"]
        assert '"agreed": true' in reply.json()["detail"]
        assert client.post("/api/summarize", json={"documents": ["birds.md"], "agreed": True}).status_code == 200


ROWS = [
    {"question": "Where does the honey bee sleep?", "doc": "bees.md", "pages": [1], "answers": ["in the hive"]},
    {"question": "What is the capital of Peru?", "unanswerable": True},
]


def test_a_collection_is_measured(client: TestClient) -> None:
    found = client.post("/api/eval", json={"questions": ROWS, "k": [1], "collection": "other"}).json()
    assert (found["n"], found["page_hit@1"], found["answer_hit"]) == (2, 1.0, 1.0)
    streamed = events(client.post("/api/eval", json={"questions": ROWS, "k": [1], "stream": True}).text)
    assert [one["type"] for one in streamed] == ["progress", "progress", "done"]
    assert streamed[1]["done"] == streamed[1]["total"] == 2
    assert streamed[-1]["page_hit@1"] == 1.0


def test_an_error_in_the_middle_of_a_run_is_its_last_event(client: TestClient) -> None:
    rows = [*ROWS, {"question": "x", "documents": ["none.md"]}]
    streamed = events(client.post("/api/eval", json={"questions": rows, "stream": True}).text)
    assert streamed[-1]["type"] == "error"
    assert "none.md" in streamed[-1]["detail"]


def test_the_doctor_is_for_admins(client: TestClient, filled: Library, settings: Settings) -> None:
    for original in filled.collection("other").store.originals.iterdir():
        original.unlink()
    told = client.get("/api/doctor", params={"collection": "other"}).json()
    assert "originals" in [one["check"] for one in told["findings"]]
    assert told["healthy"] is False
    ada = filled.people.accounts.add("ada", "correct horse battery")
    bob = filled.people.accounts.add("bob", "correct horse battery")
    status = []
    for who in (ada, bob):
        key = filled.people.tokens.add_key(who, "test")[1]
        status.append(client.get("/api/doctor", headers={"authorization": f"Bearer {key}"}).status_code)
    assert status == [200, 403]
