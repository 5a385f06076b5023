"""Who may reach what over HTTP: every route is tried by a stranger and by somebody without a role."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pdfs import write_pdf

from docent import ui
from docent.app import Library, Settings, acting_as, open_library
from docent.app.errors import ServerError
from docent.app.history.dialogue import correct
from docent.app.identity import accounts
from docent.app.identity.access import Role, principal_of
from docent.app.identity.accounts import Account
from docent.app.identity.people import COOKIE
from docent.app.web.doorkeeper import TRIES, Doorkeeper
from docent.app.web.entrance import OPEN, SET_UP, SIGN_IN
from docent.app.web.server import create_app, listen
from docent.llm import fold_events
from docent.retrieval import forbids_remote_models
from docent.ui.sign_in import sign_in_router

BASE = "http://127.0.0.1:7860"
PASSWORD = "correct horse battery"
SECRET = "The code of the vault is 7731 ALPHA."
ASKED = "What is the code of the vault?"
FORBIDDEN = ("7731", "ALPHA", "vault-plan")
ENDLESS = "/api/jobs/events"
BROWSER = {"accept": "text/html"}


@dataclass(frozen=True)
class House:
    """A server with a collection that Ada fills and Bob may not see, and what is kept of it by id."""

    library: Library
    app: Any
    ada: Account
    bob: Account
    ids: dict[str, Any]

    def client(self, who: Account | None = None) -> TestClient:
        key = self.library.people.tokens.add_key(who, "test")[1] if who else ""
        headers = {"authorization": f"Bearer {key}"} if key else {}
        return TestClient(self.app, base_url=BASE, headers=headers, follow_redirects=False)


@pytest.fixture(autouse=True)
def _quick_digests(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "_hasher", lambda: quick)
    accounts._nobodys.cache_clear()


def forms(app: FastAPI, _: Library) -> FastAPI:
    """The forms to sign in with, without the page, which takes seconds to build."""
    app.include_router(sign_in_router(app.state.keeper))
    return app


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    settings = Settings(data_dir=tmp_path / "data", embedder="hash:64", reading_processes=0)
    with open_library(settings) as library:
        library.collection(create=True)
        library.create_collection("secret")
        write_pdf(tmp_path / "vault-plan.pdf", [SECRET])
        taken = library.add_upload(tmp_path / "vault-plan.pdf", "vault-plan.pdf", collection="secret")
        assert taken.status == "added"
        ada = library.people.accounts.add("Ada", PASSWORD)
        bob = library.people.accounts.add("Bob", PASSWORD)
        library.people.access.grant(bob, library.collection_id("default"), Role.READER)
        app = create_app(library, forms)
        with acting_as(principal_of(ada)):
            ids = _keep(library, taken.document_id)
            job = app.state.jobs.reject("vault-plan.pdf", "secret", "it is about the vault")
            places = {"account_id": ada.id, "collection_id": library.collection_id("secret")}
            key = library.people.tokens.add_key(ada, "hers")[0].id
        more = {"job_id": job.id, "key_id": key, "session_id": "0" * 16}
        yield House(library, app, ada, bob, {**ids, **places, **more})
        app.state.jobs.close()


def _keep(library: Library, document_id: str) -> dict[str, str]:
    from docent.app import ask_in, start_conversation

    conversation = start_conversation(library, ASKED, "secret").id
    answer = fold_events(ask_in(library, conversation, ASKED))
    assert "7731" in answer.text
    message = library.conversations.messages(conversation)[0].id
    curated = correct(library, message, "It is 7731 ALPHA. [1]").id
    return {
        "document_id": document_id, "conversation_id": conversation, "message_id": message, "curated_id": curated,
    }  # fmt: skip


def operations(house: House) -> list[tuple[str, str, dict[str, Any]]]:
    """Every method of every route, with what it takes."""
    paths: dict[str, Any] = house.app.openapi()["paths"]
    return [(path, method.upper(), told) for path, methods in paths.items() for method, told in methods.items()]


def values(house: House) -> dict[str, Any]:
    """What to send for each name that a route knows."""
    return {
        **house.ids, "conversation": house.ids["conversation_id"], "message": house.ids["message_id"], "number": 1,
        "collection": "secret", "name": "secret", "model": "secret", "question": ASKED, "query": ASKED, "title": "x",
        "rating": "up", "text": "It is open. [1]", "password": "open sesame", "input": "vault", "stream": False,
        "questions": [{"question": ASKED}], "documents": ["vault-plan.pdf"],
        "messages": [{"role": "user", "content": ASKED}], "add": ["seen"], "remove": [], "note": "seen",
        "admin": True, "role": "admin", "current": PASSWORD, "embedder": "hash:32", "remote_models": False,
        "part": "chat", "spec": "echo:",
    }  # fmt: skip


def call(client: TestClient, house: House, path: str, method: str, told: dict[str, Any]) -> Any:
    known = values(house)
    filled = re.sub(r"\{(\w+)(?::path)?\}", lambda match: str(known[match[1]]), path)
    wanted = [one["name"] for one in told.get("parameters", []) if one["in"] == "query"]
    query = {name: known[name] for name in wanted if name in known}
    content = told.get("requestBody", {}).get("content", {})
    body = None
    if "application/json" in content:
        schema = house.app.openapi()["components"]["schemas"]
        model = schema[content["application/json"]["schema"]["$ref"].rsplit("/", 1)[-1]]
        missing = [name for name in model.get("required", []) if name not in known]
        assert not missing, f"say in values() what to send to {path} as {missing}"
        body = {name: known[name] for name in model["properties"] if name in known}
    return client.request(method, filled, params=query, json=body)


def state(house: House) -> Any:
    """All that somebody could have changed."""
    with acting_as(principal_of(house.ada)):
        opened = house.library.collection("secret")
        return (
            [(one.name, one.tags) for one in opened.store.documents(opened.embedder_id)],
            house.library.conversations.get(house.ids["conversation_id"]),
            house.library.conversations.messages(house.ids["conversation_id"]),
            [(one.id, one.answer.text) for one in house.library.curated.of(house.library.collection_id("secret"))],
            _who_may_what(house.library),
        )


def _who_may_what(library: Library) -> Any:
    people = library.people
    accounts = [(one, people.access.grants(one)) for one in people.accounts.all()]
    keys = [people.tokens.keys(one)[:1] for one in people.accounts.all() if one.is_admin]
    rule = forbids_remote_models(library.catalog.folder("secret"))
    return accounts, keys, library.catalog.collections(), rule, library.settings


def test_every_route_turns_strangers_away(house: House) -> None:
    client = house.client()
    before = state(house)
    tried = 0
    for path, method, told in operations(house):
        if path in OPEN:
            continue
        reply = call(client, house, path, method, told)
        assert reply.status_code == 401, (method, path)
        assert reply.headers["www-authenticate"] == "Bearer"
        tried += 1
    assert tried > 25
    assert state(house) == before


def test_what_is_no_route_of_the_api_turns_strangers_away_too(house: House) -> None:
    client = TestClient(create_app(house.library, ui.mount), base_url=BASE, follow_redirects=False)
    for path in (
        "/openapi.json",
        "/mcp",
        "/ui/docent.js",
        "/gradio_api/queue/join",
        "/theme.css",
        "/config",
        "/nothing",
    ):
        for method in ("GET", "POST"):
            assert client.request(method, path).status_code in {401, 404}, (method, path)
    page = client.get("/?x=1", headers=BROWSER)
    assert (page.status_code, page.headers["location"]) == (303, f"{SIGN_IN}?next=/%3Fx%3D1")


def test_no_route_gives_somebody_without_a_role_what_is_secret(house: House) -> None:
    client = house.client(house.bob)
    before = state(house)
    for path, method, told in operations(house):
        if path == ENDLESS:
            continue
        reply = call(client, house, path, method, told)
        assert reply.status_code != 500, (method, path, reply.text)
        asked = reply.text.replace(ASKED, "")
        assert not [word for word in FORBIDDEN if word in asked], (method, path, reply.text)
    assert state(house) == before


def test_a_reader_reads_and_changes_nothing(house: House) -> None:
    house.library.people.access.grant(house.bob, house.library.catalog.folder("secret").name, Role.READER)
    client = house.client(house.bob)
    before = state(house)
    for path, method, told in operations(house):
        if path != ENDLESS:
            assert call(client, house, path, method, told).status_code != 500, (method, path)
    assert state(house) == before
    asked = client.post("/api/ask", json={"question": ASKED, "collection": "secret"}).json()
    assert "7731" in asked["answer"]
    upload = client.post("/api/documents", params={"collection": "secret"}, files={"files": ("a.txt", b"text")})
    assert upload.status_code == 403
    assert "ask one of its admins" in upload.json()["detail"]


def test_an_editor_adds_tags_and_removes(house: House) -> None:
    house.library.people.access.grant(house.bob, house.library.catalog.folder("secret").name, Role.EDITOR)
    client = house.client(house.bob)
    document = house.ids["document_id"]
    to = {"collection": "secret"}
    assert client.post(f"/api/documents/{document}/tags", params=to, json={"add": ["seen"]}).json()["tags"] == ["seen"]
    upload = client.post("/api/documents", params=to, files={"files": ("a.txt", b"text")})
    assert upload.status_code == 202
    assert client.get(f"/api/jobs/{upload.json()['jobs'][0]['id']}").status_code == 200
    assert client.delete(f"/api/documents/{document}", params=to).status_code == 200
    assert client.post(f"/api/documents/{document}/restore", params=to).status_code == 200


def test_collections_and_models_are_those_one_may_read(house: House) -> None:
    for who, names in ((house.bob, ["default"]), (house.ada, ["default", "secret"])):
        client = house.client(who)
        assert [one["name"] for one in client.get("/api/collections").json()["collections"]] == names
        assert [one["id"] for one in client.get("/v1/models").json()["data"]] == names


def test_the_tools_of_agents_know_who_calls_them(house: House) -> None:
    headers = {"accept": "application/json, text/event-stream"}
    arguments = {"name": "ask", "arguments": {"question": ASKED, "collection": "secret"}}
    request = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": arguments}
    said = {}
    with house.client() as client:
        for who in (house.ada, house.bob):
            key = house.library.people.tokens.add_key(who, "agent")[1]
            bearer = {**headers, "authorization": f"Bearer {key}"}
            said[who.name] = client.post("/mcp", json=request, headers=bearer).text
    assert "7731" in said["Ada"]
    assert "7731" not in said["Bob"]
    assert "that you may read" in said["Bob"]


def test_signing_in_and_out_in_a_browser(house: House) -> None:
    client = house.client()
    form = client.get(SIGN_IN, params={"next": "/?c=law"}, headers={"accept-language": "zh-CN,zh;q=0.9"})
    assert "<h2>登录</h2>" in form.text
    assert 'value="/?c=law"' in form.text
    wrong = client.post(SIGN_IN, data={"name": '"><script>', "password": "wrong password"})
    assert (wrong.status_code, "<script>" in wrong.text) == (401, False)
    done = client.post(SIGN_IN, data={"name": "ada", "password": PASSWORD, "next": "/?c=law"})
    assert (done.status_code, done.headers["location"]) == (303, "/?c=law")
    cookie = done.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=lax", "Path=/"))
    assert "secret" in client.get("/api/collections").text
    client.post("/sign-out")
    client.cookies.set(COOKIE, cookie.split("=", 1)[1].split(";")[0])
    assert client.get("/api/collections").status_code == 401
    actions = [(one.actor, one.action) for one in house.library.people.audit.lines(3)]
    assert actions == [("Ada", "signed out"), ("Ada", "signed in"), ("", "sign-in refused")]


@pytest.mark.parametrize("aim", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x", "/a\nb"])
def test_after_signing_in_nobody_is_sent_elsewhere(house: House, aim: str) -> None:
    done = house.client().post(SIGN_IN, data={"name": "ada", "password": PASSWORD, "next": aim})
    assert done.headers["location"] == "/"


def test_guessing_is_slowed_down(house: House) -> None:
    client = house.client()
    seen = [client.post(SIGN_IN, data={"name": f"n{i}", "password": "x"}).status_code for i in range(TRIES + 1)]
    assert seen == [401] * TRIES + [429]
    assert "Too many tries" in client.post(SIGN_IN, data={"name": "ada", "password": PASSWORD}).text


@pytest.mark.parametrize("key", ["", "none", "docent-", "docent-" + "a" * 43, "x" * 5000, "é", "docent-\\u0000"])
def test_forged_keys_and_cookies_open_nothing(house: House, key: str) -> None:
    client = house.client()
    assert client.get("/api/collections", headers={"authorization": f"Bearer {key}".encode()}).status_code == 401
    assert client.get("/api/collections", headers={"cookie": f"{COOKIE}={key}".encode()}).status_code == 401
    told = client.get("/v1/models", headers={"authorization": f"Bearer {key}".encode()})
    assert told.json()["error"]["type"] == "invalid_request_error"


def test_a_key_that_was_revoked_ends_at_once(house: House) -> None:
    tokens = house.library.people.tokens
    made, secret = tokens.add_key(house.bob, "laptop")
    client = house.client()
    headers = {"authorization": f"Bearer {secret}"}
    assert client.get("/api/collections", headers=headers).status_code == 200
    tokens.revoke_key(house.bob, made.id)
    assert client.get("/api/collections", headers=headers).status_code == 401


def test_another_web_site_cannot_use_a_session(house: House) -> None:
    client = house.client()
    client.post(SIGN_IN, data={"name": "ada", "password": PASSWORD})
    path = f"/api/documents/{house.ids['document_id']}"
    foreign = client.delete(path, params={"collection": "secret"}, headers={"origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert client.get(path + "/pages/1", params={"collection": "secret"}).status_code == 200


def test_an_account_that_is_made_while_the_server_runs_closes_it(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", embedder="hash:64", reading_processes=0)
    with open_library(settings) as library, TestClient(create_app(library), base_url=BASE) as client:
        assert client.get("/api/documents").status_code == 200
        with open_library(settings) as other:
            other.people.accounts.add("Ada", PASSWORD)
        assert client.get("/api/documents").status_code == 401


def test_other_machines_are_let_in_only_to_sign_in() -> None:
    for host in ("0.0.0.0", "::", "192.168.1.5", "example.org"):
        with pytest.raises(ServerError, match="python -m app users add"):
            listen(Settings(host=host, port=0))
    with pytest.raises(ServerError, match=r"docs\.example\.org is open to other machines"):
        listen(Settings(names="docs.example.org", port=0))
    for settings, has_accounts in (
        (Settings(host="0.0.0.0", port=0, set_up=True), False),
        (Settings(host="0.0.0.0", port=0), True),
    ):
        listen(settings, has_accounts=has_accounts).close()


def test_a_proxy_asks_under_the_names_that_were_given(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path / "data", embedder="hash:64", reading_processes=0, names="docs.example.org, docs2.example.org"
    )
    with open_library(settings) as library:
        library.people.accounts.add("Ada", PASSWORD)
        client = TestClient(create_app(library, forms), follow_redirects=False)
        for name, status in (("docs.example.org", 401), ("docs2.example.org", 401), ("evil.example", 403)):
            headers = {"host": name, "origin": f"https://{name}"}
            assert client.get("/api/documents", headers=headers).status_code == status


def test_the_first_account_can_be_made_in_a_browser(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", embedder="hash:64", reading_processes=0, host="0.0.0.0")
    with open_library(settings) as library:
        app = create_app(library, forms, "a-token")
        client = TestClient(app, base_url="http://docent.example", follow_redirects=False)
        assert client.get("/api/documents").status_code == 401
        assert client.get("/", headers=BROWSER).headers["location"].startswith(SIGN_IN)
        assert client.get(SIGN_IN).headers["location"] == SET_UP
        assert "Set-up token" in client.get(SET_UP).text
        given = {"name": "Ada", "password": PASSWORD}
        assert client.post(SET_UP, data={**given, "token": "guess"}).status_code == 403
        assert "10" in client.post(SET_UP, data={"name": "Ada", "password": "short", "token": "a-token"}).text
        assert not library.people.accounts.exist()
        assert client.post(SET_UP, data={**given, "token": "a-token"}).status_code == 303
        assert client.get("/api/documents").status_code == 200
        assert library.people.accounts.named("Ada").is_admin
        again = client.post(SET_UP, data={"name": "Eve", "password": PASSWORD, "token": "a-token"})
        assert (again.headers["location"], len(library.people.accounts.all())) == ("/", 1)


def test_a_set_up_that_is_over_takes_no_token(house: House) -> None:
    keeper = Doorkeeper(house.library.people, "a-token")
    assert not keeper.is_setting_up()
    assert house.client().get(SET_UP).status_code == 303
