"""The page's own event routes: what one browser does there is nobody else's, whatever number they send."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from serving import served

from docent import ui
from docent.app import Library, Settings, acting_as, ask_in, open_library, start_conversation
from docent.app.identity import accounts
from docent.app.identity.access import Role, principal_of
from docent.app.identity.people import COOKIE
from docent.app.web.windows import MOST_BYTES
from docent.llm import fold_events

PASSWORD = "correct horse battery"
ASKED = "Where does the common swift sleep, ALPHA?"
WINDOW = "a1b2c3d4e5"
PATIENCE = 120.0


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Library, str]]:
    """A server with its page, where Ada has asked something; Bob may read the same collection."""
    folder = tmp_path_factory.mktemp("house")
    settings = Settings(data_dir=folder / "data", embedder="hash:64", reading_processes=0, port=0)
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch, open_library(settings) as library:
        patch.setattr(accounts, "_hasher", lambda: quick)
        (folder / "birds.md").write_text("# Birds\n\nThe common swift sleeps in the air.\n", encoding="utf-8")
        library.add_upload(folder / "birds.md", "birds.md")
        ada = library.people.accounts.add("ada", PASSWORD)
        bob = library.people.accounts.add("bob", PASSWORD)
        library.people.access.grant(bob, library.collection_id(), Role.READER)
        with acting_as(principal_of(ada)):
            conversation = start_conversation(library, ASKED).id
            fold_events(ask_in(library, conversation, ASKED))
        with served(library, ui.mount) as address:
            yield address, library, conversation


@contextmanager
def signed_in(house: tuple[str, Library, str], name: str) -> Iterator[httpx.Client]:
    """A browser: two of one account have two sessions."""
    address, library, _ = house
    secret = library.people.tokens.begin_session(library.people.accounts.named(name))
    with httpx.Client(base_url=address, cookies={COOKIE: secret}, timeout=PATIENCE) as client:
        yield client


def event_of(client: httpx.Client, element: str) -> int:
    """The number of what a click on a component of the page runs."""
    config = client.get("/config").json()
    component = next(one["id"] for one in config["components"] if one["props"].get("elem_id") == element)
    return next(one["id"] for one in config["dependencies"] if [component, "click"] in map(list, one["targets"]))


def run(client: httpx.Client, element: str, wish: dict[str, Any]) -> str:
    """All that the page is told of one click."""
    body = {
        "fn_index": event_of(client, element), "session_hash": WINDOW, "data": ["en", json.dumps(wish), None],
        "event_data": None, "trigger_id": None,
    }  # fmt: skip
    joined = client.post("/gradio_api/queue/join", json=body)
    assert joined.status_code == 200, joined.text
    return client.get("/gradio_api/queue/data", params={"session_hash": WINDOW}).text


def test_another_s_window_is_a_window_of_one_s_own(house: tuple[str, Library, str]) -> None:
    wish = {"conversation": house[2], "collection": "", "deep": False, "only": {}}
    nothing = {**wish, "conversation": ""}
    with signed_in(house, "ada") as ada:
        assert "ALPHA" in run(ada, "open", wish)
        assert "ALPHA" in run(ada, "relabel", nothing), "what a window shows is kept where it is"
        for other in ("bob", "ada"):
            with signed_in(house, other) as browser:
                told = run(browser, "relabel", nothing)
                assert "process_completed" in told
                assert "ALPHA" not in told


def test_another_s_answers_cannot_be_listened_to(house: tuple[str, Library, str]) -> None:
    wish = {"conversation": house[2], "collection": "", "deep": False, "only": {}}
    with signed_in(house, "ada") as ada, signed_in(house, "bob") as bob:
        body = {"fn_index": event_of(ada, "open"), "session_hash": WINDOW, "data": ["en", json.dumps(wish), None]}
        assert ada.post("/gradio_api/queue/join", json=body).status_code == 200
        with bob.stream("GET", "/gradio_api/queue/data", params={"session_hash": WINDOW}) as stream:
            first = next(line for line in stream.iter_lines() if line.startswith("data:"))
        assert "session_not_found" in first
        assert "ALPHA" in ada.get("/gradio_api/queue/data", params={"session_hash": WINDOW}).text


@pytest.mark.parametrize("chunked", [True, False])
def test_an_event_is_no_place_for_much(house: tuple[str, Library, str], chunked: bool) -> None:
    def pieces() -> Iterator[bytes]:
        yield b'{"data": ["'
        for _ in range(MOST_BYTES // 1024 + 1):
            yield b"x" * 1024
        yield b'"]}'

    with signed_in(house, "bob") as bob:
        content: Any = pieces() if chunked else b"".join(pieces())
        reply = bob.post("/gradio_api/queue/join", content=content, headers={"content-type": "application/json"})
        assert reply.status_code == 413
        assert bob.post("/gradio_api/queue/join", content=b"[" * 100_000).status_code in {400, 422}
