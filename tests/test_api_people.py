"""Accounts, roles, links, keys and sessions over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from test_entrance import forms

from docent.app import Library, Settings, open_library
from docent.app.database import now
from docent.app.identity import accounts
from docent.app.identity.access import Role
from docent.app.identity.people import COOKIE
from docent.app.web.server import create_app

BASE = "http://127.0.0.1:7860"
PASSWORD = "correct horse battery"
OTHER = "another long password"


@pytest.fixture(autouse=True)
def _quick_digests(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "_hasher", lambda: quick)
    accounts._nobodys.cache_clear()


@dataclass(frozen=True)
class House:
    """A server with a collection `default` and nobody in it yet."""

    library: Library
    app: Any

    def client(self, key: str = "") -> TestClient:
        headers = {"authorization": f"Bearer {key}"} if key else {}
        return TestClient(self.app, base_url=BASE, headers=headers, follow_redirects=False)

    def signed_in(self, name: str, password: str = PASSWORD) -> TestClient:
        client = self.client()
        assert client.post("/sign-in", data={"name": name, "password": password}).status_code == 303
        return client


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    settings = Settings(data_dir=tmp_path / "data", embedder="hash:64", reading_processes=0)
    with open_library(settings) as library:
        library.collection(create=True)
        app = create_app(library, forms)
        yield House(library, app)
        app.state.jobs.close()


@pytest.fixture
def ada(house: House) -> TestClient:
    assert house.client().post("/api/people", json={"name": "Ada", "password": PASSWORD}).status_code == 201
    return house.signed_in("Ada")


def joined(house: House, ada: TestClient, name: str) -> tuple[str, TestClient]:
    """Somebody who came by a link: their id, and their browser."""
    made = ada.post("/api/people", json={"name": name}).json()
    client = house.client()
    done = client.post("/join", data={"token": made["link"].split("token=")[1], "password": OTHER})
    assert (done.status_code, done.headers["location"]) == (303, "/")
    return made["id"], client


def test_the_first_account_needs_a_password_and_closes_the_house(house: House) -> None:
    client = house.client()
    assert client.get("/api/people").json() == {"people": []}
    refused = client.post("/api/people", json={"name": "Ada"})
    assert (refused.status_code, "needs a password" in refused.json()["detail"]) == (400, True)
    assert client.get("/api/me").json()["name"] == ""
    assert "no accounts here" in client.get("/api/me/keys").json()["detail"]
    made = client.post("/api/people", json={"name": "Ada", "password": PASSWORD})
    assert made.json()["admin"]
    assert client.get("/api/people").status_code == 401
    [first] = house.signed_in("ada").get("/api/people").json()["people"]
    assert (first["name"], first["admin"], first["waits"], first["sessions"]) == ("Ada", True, False, 1)


def test_a_link_sets_a_password_once(house: House, ada: TestClient) -> None:
    made = ada.post("/api/people", json={"name": "Bob <b>"})
    assert made.headers["cache-control"] == "no-store"
    link = made.json()["link"]
    assert made.json()["days"] == 3
    assert ada.get("/api/people").json()["people"][1]["waits"]
    for password in ("", "anything at all"):
        assert house.client().post("/sign-in", data={"name": "Bob <b>", "password": password}).status_code == 401
    client = house.client()
    form = client.get(link, headers={"accept-language": "zh"})
    assert "欢迎，Bob &lt;b&gt;" in form.text
    token = link.split("token=")[1]
    weak = client.post("/join", data={"token": token, "password": "short"})
    assert (weak.status_code, "10 to 1000 characters" in weak.text) == (422, True)
    assert client.post("/join", data={"token": token, "password": OTHER}).status_code == 303
    assert client.get("/api/me").json()["name"] == "Bob <b>"
    again = client.post("/join", data={"token": token, "password": PASSWORD})
    assert (again.status_code, "used already" in again.text) == (403, True)
    assert client.get(link).status_code == 403
    assert house.client().post("/sign-in", data={"name": "Bob <b>", "password": PASSWORD}).status_code == 401
    assert ("Bob <b>", "set a password by a link") in [
        (one.actor, one.action) for one in house.library.people.audit.lines(5)
    ]


def test_an_old_link_and_a_replaced_one_are_refused(house: House, ada: TestClient) -> None:
    bob, _ = joined(house, ada, "Bob")
    first = ada.post(f"/api/people/{bob}/link").json()["link"]
    second = ada.post(f"/api/people/{bob}/link").json()["link"]
    assert house.client().get(first).status_code == 403
    assert house.client().get(second).status_code == 200
    assert house.signed_in("Bob", OTHER).get("/api/me").json()["name"] == "Bob"
    with house.library.database.write() as connection:
        connection.execute("UPDATE invitations SET expires = ?", (now()[:10],))
    assert house.client().get(second).status_code == 403


def test_roles_are_given_and_taken(house: House, ada: TestClient) -> None:
    bob, client = joined(house, ada, "Bob")
    place = house.library.catalog.folder("default").name
    address = f"/api/collections/{place}/people"
    assert client.get("/api/collections").json()["collections"] == []
    assert ada.put(address, json={"name": "bob", "role": "reader"}).json() == {"name": "Bob", "role": "reader"}
    assert client.get("/api/me").json()["role"] == "reader"
    assert client.get(address).status_code == 403
    assert ada.put(address, json={"name": "Bob", "role": "admin"}).status_code == 200
    assert client.get(address).json() == {"people": [{"name": "Bob", "role": "admin"}]}
    assert client.get("/api/people").status_code == 403
    assert ada.get("/api/people").json()["people"][1]["roles"] == {"default": "admin"}
    assert ada.delete(address, params={"name": "Bob"}).json() == {"name": "Bob", "role": ""}
    hidden = client.get(address)
    assert (hidden.status_code, "default" in hidden.text) == (404, False)
    assert ada.delete(address, params={"name": "Bob"}).status_code == 400
    assert ada.delete(f"/api/people/{bob}").json() == {"removed": "Bob"}
    assert client.get("/api/me").status_code == 401


def test_the_only_admin_stays_one_though_another_was_invited(house: House, ada: TestClient) -> None:
    eve = ada.post("/api/people", json={"name": "Eve", "admin": True}).json()["id"]
    own = ada.get("/api/people").json()["people"][0]["id"]
    for refused in (ada.delete(f"/api/people/{own}"), ada.patch(f"/api/people/{own}", json={"admin": False})):
        assert (refused.status_code, "only admin" in refused.json()["detail"]) == (400, True)
    link = ada.post(f"/api/people/{eve}/link").json()["link"]
    house.client().post("/join", data={"token": link.split("token=")[1], "password": OTHER})
    assert ada.patch(f"/api/people/{own}", json={"admin": False}).json()["admin"] is False
    assert ada.get("/api/people").status_code == 403


def test_a_key_is_shown_once_and_ended_by_its_owner_or_an_admin(house: House, ada: TestClient) -> None:
    bob, client = joined(house, ada, "Bob")
    made = client.post("/api/me/keys", json={"name": "laptop"})
    key = made.json()["key"]
    assert made.headers["cache-control"] == "no-store"
    assert house.client(key).get("/api/me").json()["name"] == "Bob"
    [listed] = client.get("/api/me/keys").json()["keys"]
    assert (listed["name"], bool(listed["used"]), key in str(listed)) == ("laptop", True, False)
    assert ada.delete(f"/api/me/keys/{listed['id']}").status_code == 400, "it is another's"
    assert ada.get(f"/api/people/{bob}/keys").json()["keys"] == [listed]
    assert ada.delete(f"/api/people/{bob}/keys/{listed['id']}").json() == {"revoked": listed["id"]}
    assert house.client(key).get("/api/me").status_code == 401
    assert client.delete(f"/api/me/keys/{listed['id']}").status_code == 400


def test_a_password_is_changed_by_who_knows_it(house: House, ada: TestClient) -> None:
    elsewhere = house.signed_in("Ada")
    wrong = ada.put("/api/me/password", json={"current": "wrong password", "password": OTHER})
    assert wrong.status_code == 400
    assert OTHER not in wrong.text
    weak = ada.put("/api/me/password", json={"current": PASSWORD, "password": "Ada"})
    assert weak.status_code == 400
    assert elsewhere.get("/api/me").status_code == 200
    assert ada.put("/api/me/password", json={"current": PASSWORD, "password": OTHER}).json() == {"changed": "Ada"}
    assert [one.get("/api/me").status_code for one in (ada, elsewhere)] == [401, 401]
    house.signed_in("Ada", OTHER)


def test_sessions_are_listed_and_ended(house: House, ada: TestClient) -> None:
    elsewhere = house.signed_in("Ada")
    found = ada.get("/api/me/sessions").json()["sessions"]
    assert [one["this"] for one in found] == [False, True]
    assert not [one for one in found if ada.cookies[COOKIE] in str(one)]
    assert ada.delete(f"/api/me/sessions/{found[0]['id']}").json() == {"ended": 1}
    assert elsewhere.get("/api/me").status_code == 401
    assert ada.get("/api/me").status_code == 200
    own = ada.get("/api/people").json()["people"][0]["id"]
    assert ada.delete(f"/api/people/{own}/sessions").json() == {"ended": 1}
    assert ada.get("/api/me").status_code == 401


def test_a_role_of_one_collection_gives_nothing_of_another(house: House, ada: TestClient) -> None:
    house.library.people.access.guard()
    _, client = joined(house, ada, "Bob")
    made = ada.post("/api/collections", json={"name": "other"}).json()
    bob = house.library.people.accounts.named("Bob")
    house.library.people.access.grant(bob, house.library.catalog.folder("default").name, Role.ADMIN)
    for reply in (
        client.get(f"/api/collections/{made['id']}"),
        client.patch(f"/api/collections/{made['id']}", json={"name": "mine"}),
        client.delete(f"/api/collections/{made['id']}"),
        client.put(f"/api/collections/{made['id']}/people", json={"name": "Bob", "role": "admin"}),
    ):
        assert (reply.status_code, "other" in reply.text) == (404, False)
    assert client.post("/api/collections", json={"name": "third"}).status_code == 403
