"""Conversations, feedback and curated answers over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from test_api import TORQUE, add, client, events, library  # noqa: F401

from docent.app import Library

ASKED = "What is the tightening torque of TH-01?"
NOBODY = "0" * 32


@pytest.fixture
def begun(client: TestClient) -> str:  # noqa: F811
    add(client)
    return str(client.post("/api/conversations", json={"title": ASKED}).json()["id"])


def ask(client: TestClient, conversation: str, question: str = ASKED, **more: object) -> dict[str, Any]:  # noqa: F811
    answer = client.post("/api/ask", json={"question": question, "conversation": conversation, **more})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_a_conversation_is_kept_and_goes_on(client: TestClient, begun: str) -> None:  # noqa: F811
    first = ask(client, begun)
    assert first["conversation"] == begun
    stream = client.post("/api/ask", json={"question": "And how often?", "conversation": begun, "stream": True})
    last = events(stream.text)[-1][1]
    assert (last["type"], last["conversation"]) == ("done", begun)
    kept = client.get(f"/api/conversations/{begun}").json()
    assert [one["question"] for one in kept["messages"]] == [ASKED, "And how often?"]
    assert [one["id"] for one in kept["messages"]] == [first["message"], last["message"]]
    assert kept["messages"][0]["answer"]["statements"] == first["statements"]
    citation = kept["messages"][0]["answer"]["citations"][0]
    assert {**citation, "removed": None} == {**first["citations"][0], "removed": None}
    assert citation["removed"] is False
    assert kept["collection"] == "default"
    client.delete(f"/api/documents/{citation['document_id']}")
    kept = client.get(f"/api/conversations/{begun}").json()
    assert kept["messages"][0]["answer"]["citations"][0]["removed"] is True


def test_conversations_are_listed_searched_renamed_and_deleted(client: TestClient, begun: str) -> None:  # noqa: F811
    ask(client, begun)
    assert client.patch(f"/api/conversations/{begun}", json={"title": "Torques"}).json()["title"] == "Torques"
    listed = client.get("/api/conversations", params={"search": "42 nm"}).json()["conversations"]
    assert [(one["id"], one["title"]) for one in listed] == [(begun, "Torques")]
    assert client.get("/api/conversations", params={"search": "zebra"}).json() == {"conversations": []}
    assert client.delete(f"/api/conversations/{begun}").json() == {"deleted": "Torques", "undo_days": 7.0}
    assert client.get("/api/conversations").json() == {"conversations": []}
    assert client.get(f"/api/conversations/{begun}").status_code == 404
    assert client.post(f"/api/conversations/{begun}/restore").json()["title"] == "Torques"
    assert len(client.get(f"/api/conversations/{begun}").json()["messages"]) == 1


def test_an_export_is_markdown_that_does_nothing(client: TestClient, library: Library) -> None:  # noqa: F811
    evil = "![x](http://evil.example/a.png) <img src=x> [y](javascript:z)"
    add(client)
    conversation = client.post("/api/conversations", json={"title": f"a/b {evil}"}).json()["id"]
    ask(client, conversation)
    ask(client, conversation, evil)
    answer = client.get(f"/api/conversations/{conversation}/export")
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=utf-8''a-b%20")
    assert f"## {ASKED}" in answer.text
    assert f"- [1] manual.pdf, p. 1\n  > {TORQUE}" in answer.text
    for active in ("](", "<img", "![", " http:"):
        assert active not in answer.text
    document = library.documents()[0].id
    client.delete(f"/api/documents/{document}")
    assert "(this document was removed since)" in client.get(f"/api/conversations/{conversation}/export").text


def test_feedback(client: TestClient, begun: str) -> None:  # noqa: F811
    message = ask(client, begun)["message"]
    assert client.put(f"/api/messages/{message}/feedback", json={"rating": "up"}).status_code == 200
    told = client.put(f"/api/messages/{message}/feedback", json={"rating": "down", "note": "no"}).json()
    assert (told["rating"], told["note"]) == ("down", "no")
    (rated,) = client.get("/api/feedback", params={"rating": "down"}).json()["feedback"]
    assert (rated["message"], rated["conversation"], rated["question"]) == (message, begun, ASKED)
    assert client.get("/api/feedback", params={"rating": "up"}).json() == {"feedback": []}
    assert client.get(f"/api/conversations/{begun}").json()["messages"][0]["feedback"] == told
    client.delete(f"/api/messages/{message}/feedback")
    assert client.get("/api/feedback").json() == {"feedback": []}


def test_a_curated_answer_goes_first_at_this_door_too(client: TestClient, begun: str) -> None:  # noqa: F811
    first = ask(client, begun)
    made = client.post("/api/curated", json={"message": first["message"], "text": "42 Nm, twice. [1]"})
    assert made.status_code == 201
    asked = client.post("/api/ask", json={"question": ASKED}).json()
    assert (asked["model"], asked["answer"]) == ("curated", "42 Nm, twice. [1]")
    assert asked["citations"][0]["quote"] == first["citations"][0]["quote"]
    anyway = client.post("/api/ask", json={"question": ASKED, "curated": False}).json()
    assert anyway["answer"] == first["answer"]
    wrong = client.post("/api/curated", json={"message": first["message"], "text": "42 Nm [5]"})
    assert (wrong.status_code, wrong.json()["detail"][:36]) == (400, "the corrected answer cites [5], whic")
    (listed,) = client.get("/api/curated").json()["curated"]
    assert (listed["question"], listed["usable"]) == (ASKED, True)
    client.delete(f"/api/documents/{asked['citations'][0]['document_id']}")
    assert client.get("/api/curated").json()["curated"][0]["usable"] is False
    assert client.delete(f"/api/curated/{listed['id']}").json() == {"deleted": ASKED}
    assert client.get("/api/curated").json() == {"curated": []}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", f"/api/conversations/{NOBODY}", None),
        ("PATCH", f"/api/conversations/{NOBODY}", {"title": "x"}),
        ("DELETE", f"/api/conversations/{NOBODY}", None),
        ("POST", f"/api/conversations/{NOBODY}/restore", None),
        ("GET", f"/api/conversations/{NOBODY}/export", None),
        ("PUT", f"/api/messages/{NOBODY}/feedback", {"rating": "up"}),
        ("POST", "/api/curated", {"message": NOBODY, "text": "x"}),
        ("DELETE", f"/api/curated/{NOBODY}", None),
        ("POST", "/api/ask", {"question": "x", "conversation": NOBODY}),
        ("POST", "/api/conversations", {"title": "x", "collection": "nowhere"}),
        ("GET", "/api/conversations?collection=nowhere", None),
    ],
)
def test_what_is_not_there_is_a_sentence(client: TestClient, method: str, path: str, body: object) -> None:  # noqa: F811
    answer = client.request(method, path, json=body)
    assert answer.status_code == 404
    assert answer.json()["detail"].endswith((".", ":", "first."))


def test_a_conversation_has_its_own_history(client: TestClient, begun: str) -> None:  # noqa: F811
    body = {"question": "x", "conversation": begun, "history": [{"question": "a", "answer": "b"}]}
    answer = client.post("/api/ask", json=body)
    assert (answer.status_code, "its own history" in answer.json()["detail"]) == (422, True)


def test_looking_makes_no_database(client: TestClient, library: Library) -> None:  # noqa: F811
    for path in ("conversations", "feedback", "curated"):
        assert client.get(f"/api/{path}").json() == {path: []}
    assert not library.database.path.exists()
