"""How much one account may ask: at every door, and no other account waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from docent.app import Library, Settings, acting_as, open_library, start_conversation
from docent.app.errors import TooMany
from docent.app.identity import accounts
from docent.app.identity.access import LOCAL, Principal, principal_of
from docent.app.identity.people import People
from docent.app.identity.rates import Rates
from docent.app.web.server import create_app
from docent.ui.answering import Answers
from docent.ui.conversation import Exchange

BASE = "http://127.0.0.1:7860"
QUESTION = "When does the harbour open?"
CHAT = {"model": "default", "messages": [{"role": "user", "content": QUESTION}]}
# What is asked of a model or an index; the second time within a third of a minute is too much where one a minute is
# allowed.
DOORS: dict[str, dict[str, Any]] = {
    "/api/search": {"query": QUESTION},
    "/api/ask": {"question": QUESTION},
    "/api/summarize": {"documents": ["notes.txt"]},
    "/api/compare": {"documents": ["notes.txt", "more.txt"]},
    "/v1/chat/completions": CHAT,
    "/v1/embeddings": {"model": "default", "input": "text"},
}
# Other things that are sent by POST.
UNCOUNTED = (
    "/collections", "/conversations", "/documents", "/curated", "/jobs", "/me", "/messages", "/people", "/eval",
    "/models", "/settings", "/sign-", "/set-up", "/reindex", "/tags", "/import", "/invitation",
)  # fmt: skip


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def people(library: Library) -> People:
    return library.people


def test_a_third_of_a_minute_at_once_then_as_it_fills(people: People) -> None:
    clock = Clock()
    rates = Rates(60, people.access, clock)
    with acting_as(Principal("a", "Ada", is_admin=True)):
        for _ in range(20):
            rates.take()
        with pytest.raises(TooMany, match="go on in 1 s") as refused:
            rates.take()
        assert refused.value.seconds == 1
        clock.now = 2.5
        rates.take()
        rates.take()
        with pytest.raises(TooMany):
            rates.take()
        clock.now = 3600
        for _ in range(20):
            rates.take()
        with pytest.raises(TooMany):
            rates.take()
    with acting_as(Principal("b", "Bob", is_admin=False)):
        rates.take()


def test_the_user_at_this_machine_and_no_limit(people: People) -> None:
    none, one = Rates(0, people.access, Clock()), Rates(1, people.access, Clock())
    for _ in range(100):
        with acting_as(LOCAL):
            one.take()
        with acting_as(Principal("a", "Ada", is_admin=False)):
            none.take()


@pytest.fixture
def house(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Library, TestClient, Principal]]:
    """A server that answers each account once a minute, and a client of one."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "_hasher", lambda: quick)
    with open_library(replace(settings, questions_per_minute=1)) as library:
        library.collection(create=True)
        account = library.people.accounts.add("Ada", "correct horse battery")
        key = library.people.tokens.add_key(account, "test")[1]
        with TestClient(create_app(library), base_url=BASE, headers={"authorization": f"Bearer {key}"}) as client:
            yield library, client, principal_of(account)


@pytest.mark.parametrize("path", DOORS)
def test_every_door_says_when_to_come_again(house: tuple[Library, TestClient, Principal], path: str) -> None:
    _, client, _ = house
    first, second = (client.post(path, json=DOORS[path]) for _ in range(2))
    assert first.status_code != 429
    assert second.status_code == 429
    assert 1 <= int(second.headers["retry-after"]) <= 60
    told = second.json()
    assert "go on in" in (told["error"]["message"] if path.startswith("/v1") else told["detail"])


def test_every_route_that_asks_is_counted(house: tuple[Library, TestClient, Principal]) -> None:
    paths = [path for path, methods in house[1].get("/openapi.json").json()["paths"].items() if "post" in methods]
    assert set(DOORS) <= set(paths)
    assert [path for path in paths if path not in DOORS and not any(word in path for word in UNCOUNTED)] == []


def test_the_tools_of_agents_are_counted(house: tuple[Library, TestClient, Principal]) -> None:
    _, client, _ = house
    headers = {"accept": "application/json, text/event-stream"}
    said = []
    for name, arguments in (("search", {"query": QUESTION}), ("ask", {"question": QUESTION})):
        call = {"name": name, "arguments": arguments}
        request = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
        said.append(client.post("/mcp", json=request, headers=headers).text)
    assert ["go on in" in one for one in said] == [False, True]


def test_the_page_is_counted(house: tuple[Library, TestClient, Principal]) -> None:
    library, _, ada = house
    with acting_as(ada):
        answers, conversation = Answers(library), start_conversation(library, QUESTION).id
        said = [list(answers.stream(Exchange(QUESTION), conversation))[-1].error for _ in range(2)]
    assert said[0] == ""
    assert "go on in" in said[1]
