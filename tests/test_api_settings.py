"""Collections and models over HTTP: changed at once, kept for the next start, and no key ever shown."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pdfs import write_pdf

from docent.app import Library, Settings, SettingsError, load_settings, open_library
from docent.app.choices import FILE, choose
from docent.app.moves import Moves
from docent.app.web.server import create_app, listen
from docent.retrieval import EmbedderError, HashEmbedder

BASE = "http://127.0.0.1:7860"
KEY = "sk-very-secret"
PATIENCE = 180.0  # seconds


@pytest.fixture
def client(library: Library, tmp_path: Path) -> Iterator[TestClient]:
    write_pdf(tmp_path / "a.pdf", ["Green tea is brewed with water of 80 degrees.", "Black tea wants boiling water."])
    assert library.add_upload(tmp_path / "a.pdf", "a.pdf").status == "added"
    library.collection().fill_vectors()
    with TestClient(create_app(library), base_url=BASE) as opened:
        yield opened


def place(client: TestClient, name: str = "default") -> str:
    found = {one["name"]: one["id"] for one in client.get("/api/collections").json()["collections"]}
    return f"/api/collections/{found[name]}"


def settled(client: TestClient, address: str) -> dict[str, Any]:
    """The collection when no move is under way."""
    ends = time.monotonic() + PATIENCE
    while (found := client.get(address).json())["is_moving"]:
        assert time.monotonic() < ends
        time.sleep(0.02)
    return dict(found)


def test_a_collection_is_made_renamed_and_deleted(client: TestClient) -> None:
    name = '<b>"../x" 资料</b>'
    made = client.post("/api/collections", json={"name": name, "embedder": "hash:32"})
    assert made.status_code == 201
    assert client.post("/api/collections", json={"name": name}).status_code == 400
    assert "unknown" in client.post("/api/collections", json={"name": "x", "embedder": "nothing:y"}).json()["detail"]
    address = place(client, name)
    found = client.get(address).json()
    assert (found["documents"], found["spec"], found["remote_models"]) == (0, "hash:32", "allowed")
    changed = client.patch(address, json={"name": "tea", "remote_models": False}).json()
    assert (changed["name"], changed["remote_models"]) == ("tea", "forbidden")
    assert client.patch(address, json={"name": "default"}).status_code == 400
    assert client.delete(address).json() == {"deleted": "tea"}
    assert client.get(address).status_code == 404
    assert [one["name"] for one in client.get("/api/collections").json()["collections"]] == ["default"]


def test_what_a_collection_holds_is_counted(client: TestClient, library: Library, docs: Path) -> None:
    library.add_upload(docs / "birds.md", "birds.md")  # it has no pages
    library.collection().fill_vectors()
    found = client.get(place(client)).json()
    assert (found["documents"], found["pages"], found["pending"], found["move"]) == (2, 2, 0, None)
    assert found["passages"] >= 1
    assert found["bytes"] > 1000
    assert found["synonyms"] == ""


def test_a_collection_is_moved_behind_the_server(client: TestClient, library: Library) -> None:
    address = place(client)
    begun = client.post(f"{address}/move", json={"embedder": "hash:32"})
    assert begun.status_code == 202
    found = settled(client, address)
    assert (found["spec"], found["move"], found["move_failed"]) == ("hash:32", None, "")
    assert library.search("green tea").hits
    assert client.post(f"{address}/move", json={"embedder": "nothing:x"}).status_code == 409
    assert client.delete(f"{address}/move").json() == {"stopped": False}


def test_a_move_can_be_given_up_and_a_failed_one_says_why(library: Library, tmp_path: Path) -> None:
    is_stopped = threading.Event()

    class Slow(HashEmbedder):
        def embed_passages(self, texts: Any) -> Any:
            if self.fingerprint.dimension == 24:
                raise EmbedderError("the server of this embedder does not answer: start it.")
            assert is_stopped.wait(PATIENCE)
            return super().embed_passages(texts)

    write_pdf(tmp_path / "a.pdf", ["Green tea is brewed with water of 80 degrees."])
    library.add_upload(tmp_path / "a.pdf", "a.pdf")
    library._opened._embedders |= {"slow": Slow(32), "down": Slow(24)}
    [one] = library.collections()
    moves = Moves(library)
    moves.start(one.id, "slow")
    with pytest.raises(EmbedderError, match="being moved already"):
        moves.start(one.id, "slow")
    assert moves.stop(one.id)
    is_stopped.set()
    _wait(moves, one.id)
    assert library.collection().move() is None
    assert library.collection().spec == "hash:64"
    moves.start(one.id, "down")
    _wait(moves, one.id)
    assert moves.reason(one.id) == "the server of this embedder does not answer: start it."
    assert library.collection().move() is not None, "it can be gone on with"
    assert moves.stop(one.id)
    moves.close()


def _wait(moves: Moves, collection_id: str) -> None:
    ends = time.monotonic() + PATIENCE
    while moves.is_running(collection_id):
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_a_model_is_tried_used_and_dropped(client: TestClient, library: Library) -> None:
    before = client.get("/api/models").json()
    assert before["in_force"]["chat"] == {"spec": "extractive", "is_fixed": False, "is_chosen": False}
    assert {one["kind"] for one in before["kinds"]["chat"]} >= {"openai", "ollama", "hf"}
    tried = client.post("/api/models/try", json={"part": "chat", "spec": "echo:It is 80 degrees."}).json()
    assert (tried["said"], tried["reason"]) == ("It is 80 degrees.", "")
    wrong = client.post("/api/models/try", json={"part": "chat", "spec": "nothing:x"}).json()
    assert "is unknown" in wrong["reason"]
    embedder = client.post("/api/models/try", json={"part": "embedder", "spec": "hash:64"}).json()
    assert embedder["dimension"] == 64
    assert library.settings.chat == "extractive", "a try changes nothing"

    used = client.put("/api/models/chat", json={"spec": "echo:Said by the echo.", "api_key": KEY}).json()
    assert used["in_force"]["chat"] == {"spec": "echo:Said by the echo.", "is_fixed": False, "is_chosen": True}
    assert KEY not in json.dumps(used)
    asked = client.post("/api/ask", json={"question": "How hot is the water for green tea?"}).json()
    assert asked["model"] == "echo"
    kept = library.settings.data_dir / FILE
    assert kept.stat().st_mode & 0o777 == 0o600
    again = load_settings({}, library.settings.data_dir, data_dir=library.settings.data_dir)
    assert (again.chat, again.chat_api_key) == ("echo:Said by the echo.", KEY)
    assert KEY not in repr(again)
    assert KEY not in client.get("/api/models").text

    bad = client.put("/api/models/chat", json={"spec": "nothing:x"})
    assert (bad.status_code, library.settings.chat) == (400, "echo:Said by the echo.")
    assert client.put("/api/models/chat", json={"spec": "echo:", "api_key": "schlüssel"}).status_code == 400
    dropped = client.delete("/api/models/chat").json()
    assert dropped["in_force"]["chat"]["spec"] == "extractive"
    assert (library.settings.chat, library.settings.chat_api_key) == ("extractive", "")
    assert KEY not in kept.read_text()


def test_where_passages_go_is_said_as_soon_as_a_model_is_used(client: TestClient) -> None:
    assert client.get("/api/me").json()["leaves"] == ""
    client.put("/api/models/chat", json={"spec": "openai:any@https://llm.example.com/v1"})
    assert client.get("/api/me").json()["leaves"] == "llm.example.com"


def test_a_reranker_is_used_at_once(client: TestClient, library: Library) -> None:
    told = client.put("/api/models/reranker", json={"spec": "openai:any@http://user:pass@127.0.0.1:9/v1"}).json()
    assert told["in_force"]["reranker"]["spec"] == "openai:any@http://...@127.0.0.1:9/v1"
    found = client.post("/api/search", json={"query": "green tea"}).json()
    assert found["hits"]
    assert "rerank" in found["notice"]
    client.delete("/api/models/reranker")
    assert client.post("/api/search", json={"query": "green tea"}).json()["notice"] == ""


def test_what_is_set_where_docent_is_started_is_not_chosen_in_the_page(
    client: TestClient, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCENT_CHAT_API_KEY", "sk-of-the-operator")
    assert client.get("/api/models").json()["in_force"]["chat"]["is_fixed"]
    refused = client.put("/api/models/chat", json={"spec": "openai:x@https://elsewhere.example/v1"})
    assert (refused.status_code, "change it there" in refused.json()["detail"]) == (400, True)
    assert not (library.settings.data_dir / FILE).exists()


def test_an_argument_counts_as_set_where_docent_is_started(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", embedder="hash:64", chat="echo:", reading_processes=0)
    with open_library(settings) as library, TestClient(create_app(library), base_url=BASE) as client:
        assert client.get("/api/models").json()["in_force"]["chat"]["is_fixed"]
        assert client.delete("/api/models/chat").status_code == 400


def test_a_choice_comes_last_and_its_key_goes_nowhere_else(tmp_path: Path) -> None:
    data = tmp_path / "data"
    choose(data, "chat", "openai:mine@http://127.0.0.1:9/v1", KEY)
    choose(data, "reranker", "openai:order@http://127.0.0.1:9/v1", "")
    environ = {"OPENAI_API_KEY": "sk-general"}
    found = load_settings(environ, tmp_path, data_dir=data)
    assert (found.chat, found.chat_api_key) == ("openai:mine@http://127.0.0.1:9/v1", KEY)
    for name, value in (("CHAT", "ollama:x"), ("CHAT_API_KEY", "sk-env"), ("JUDGE", "ollama:y")):
        other = load_settings({f"DOCENT_{name}": value}, tmp_path, data_dir=data)
        assert KEY not in (other.chat_api_key, other.embedder_api_key)
        assert other.chat == ("ollama:x" if name == "CHAT" else "extractive")
        assert other.reranker == "openai:order@http://127.0.0.1:9/v1"
    (tmp_path / "docent.toml").write_text('chat = "ollama:file"', encoding="utf-8")
    assert load_settings({}, tmp_path, data_dir=data).chat == "ollama:file"


def test_the_operator_s_key_is_not_sent_to_a_server_that_the_page_names(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    from docent.app import model_choice
    from docent.llm import ModelOptions

    seen: list[str] = []

    def noted(spec: str, options: ModelOptions) -> Any:
        seen.append(options.api_key)
        raise SettingsError("stop here.")

    monkeypatch.setattr("docent.llm.make_chat_model", noted)
    own = load_settings(
        {"OPENAI_API_KEY": "sk-operator"}, library.settings.data_dir, data_dir=library.settings.data_dir
    )
    library.settings = own
    for spec, key in (("openai:x@https://elsewhere.example/v1", ""), ("openai:x@https://elsewhere.example/v1", KEY)):
        model_choice.try_out(library, "chat", spec, key)
    assert seen == ["", KEY]


@pytest.mark.parametrize("content", ["{", "[]", '{"chat": 1}', '{"data_dir": "/"}'])
def test_a_broken_choice_is_a_sentence(content: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"choices.json in the data directory .*: remove it\."):
        load_settings({}, tmp_path, data_dir=tmp_path)


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
def test_a_choice_replaces_the_one_before_and_leaves_no_other_file(tmp_path: Path) -> None:
    for spec in ("echo:a", "echo:b"):
        choose(tmp_path, "chat", spec, "")
    assert [one.name for one in tmp_path.iterdir()] == [FILE]
    assert json.loads((tmp_path / FILE).read_text()) == {"chat": "echo:b", "chat_api_key": ""}


def test_replies_are_sent_at_once_and_not_held_back_for_the_acknowledgement_before(library: Library) -> None:
    async def told() -> int:
        seen: list[int] = []
        accepted = asyncio.Event()

        def noted(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            seen.append(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()
            accepted.set()

        with listen(replace(library.settings, port=0)) as listener:
            async with await asyncio.start_server(noted, sock=listener):
                _, writer = await asyncio.open_connection(*listener.getsockname())
                await accepted.wait()
                writer.close()
        return seen[0]

    assert asyncio.run(told()) != 0, "Nagle's algorithm would hold the body back by 40 ms"
