"""Whoever leaves takes their work along: at every door that streams, the model is hung up on."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from chromium import NEEDED, chromium
from endless_model import Endless, endless_model
from serving import served
from test_browser import drawn

from docent.app import Library, Settings, open_library, start_conversation
from docent.ui import mount
from docent.ui.answering import Answers
from docent.ui.conversation import Exchange

LONG = 180.0
QUESTION = "What does the common swift do in the air?"


@pytest.fixture(scope="module")
def _warm() -> None:
    """What takes seconds once."""
    import langchain_openai  # noqa: F401


@pytest.fixture
def model(_warm: None) -> Iterator[Endless]:
    with endless_model() as found:
        yield found


@pytest.fixture
def library(settings: Settings, model: Endless, docs: Path) -> Iterator[Library]:
    with open_library(replace(settings, port=0, chat=model.spec, chat_timeout=2 * LONG)) as opened:
        list(opened.sync([docs]))
        yield opened


CALL = {
    "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "ask", "arguments": {"question": QUESTION}},
}  # fmt: skip
CHAT = {"model": "default", "stream": True, "messages": [{"role": "user", "content": QUESTION}]}


def request(path: str, body: dict[str, Any]) -> bytes:
    """As it goes over the wire, for a client that hangs up before the reply begins."""
    sent = json.dumps(body).encode()
    lines = (
        f"POST {path} HTTP/1.1", "Host: localhost", "Accept: application/json, text/event-stream",
        "Content-Type: application/json", f"Content-Length: {len(sent)}", "", "",
    )  # fmt: skip
    return "\r\n".join(lines).encode() + sent


@pytest.mark.parametrize(
    ("path", "body"),
    [("/api/ask", {"question": QUESTION, "stream": True}), ("/v1/chat/completions", CHAT)],
    ids=["rest", "openai"],
)
def test_a_reader_of_a_stream_who_leaves(library: Library, model: Endless, path: str, body: dict[str, Any]) -> None:
    with served(library) as address:
        with httpx.stream("POST", address + path, json=body, timeout=LONG) as reply:
            assert reply.status_code == 200
            lines = (line for line in reply.iter_lines() if "word" in line)
            next(lines)
        assert model.left.wait(LONG)


@pytest.mark.parametrize(
    ("path", "body"),
    [("/api/ask", {"question": QUESTION}), ("/v1/chat/completions", {**CHAT, "stream": False}), ("/mcp", CALL)],
    ids=["rest", "openai", "agents"],
)
def test_somebody_who_waits_for_the_whole_answer_and_leaves(
    library: Library, model: Endless, path: str, body: dict[str, Any]
) -> None:
    with served(library) as address:
        with socket.create_connection(("127.0.0.1", int(address.rsplit(":", 1)[1]))) as client:
            client.sendall(request(path, body))
            assert model.asked.wait(LONG)
        assert model.left.wait(LONG)


def test_searches_do_not_wait_for_answers(library: Library, model: Endless) -> None:
    """More answers are under way than a server has threads for all else, which is 40 of anyio's."""
    model.is_silent = True
    with served(library) as address, ExitStack() as stack:
        port = int(address.rsplit(":", 1)[1])
        for _ in range(45):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            client.sendall(request("/api/ask", {"question": QUESTION, "stream": True}))
        end = time.monotonic() + LONG
        while model.count < 45 and time.monotonic() < end:
            time.sleep(0.05)
        assert model.count == 45, model.count
        found = httpx.post(f"{address}/api/search", json={"query": "swift"}, timeout=LONG / 2)
        assert found.json()["hits"]
        model.ended.set()


def test_the_page_that_is_closed(library: Library, model: Endless) -> None:
    answers = Answers(library)
    steps = answers.stream(Exchange(QUESTION), start_conversation(library, QUESTION).id)
    assert next(one for one in steps if one.text)
    steps.close()  # type: ignore[attr-defined]
    assert model.left.wait(LONG)


@pytest.mark.browser
@NEEDED
def test_a_browser_that_is_closed(library: Library, model: Endless) -> None:
    with served(library, mount) as address:
        with chromium() as browser:
            page = browser.new_page()
            page.set_default_timeout(LONG * 1000)
            page.goto(address)
            drawn(page)
            page.fill("#question textarea", QUESTION)
            page.press("#question textarea", "Enter")
            assert model.asked.wait(LONG)
        assert model.left.wait(LONG)
