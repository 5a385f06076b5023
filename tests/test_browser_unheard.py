"""A question that is asked while the page does not listen, or does not send, in a real Chromium on a slow line."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from chromium import MARKS
from fastapi import FastAPI
from playwright.sync_api import expect
from test_browser import TORQUE, Site, ask, assert_quiet, manual_site, visit

from docent import ui
from docent.app import Library

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

pytestmark = MARKS
LATE = 3.0  # seconds


class Slow:
    """One kind of word of each stream of events arrives late."""

    def __init__(self, app: ASGIApp, word: bytes) -> None:
        self._app, self._word = app, word

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def late(message: Message) -> None:
            if self._word in message.get("body", b""):
                await asyncio.sleep(LATE)
            await send(message)

        await self._app(scope, receive, late if scope.get("path", "").endswith("/queue/data") else send)


@pytest.fixture(params=[b"close_stream", b"process_completed"], ids=["closing", "ending"])
def site(tmp_path: Any, request: pytest.FixtureRequest) -> Iterator[Site]:
    """The server has said the word, and the page has not heard it: that its stream is closed, or an answer over."""

    def slow_page(app: FastAPI, library: Library) -> FastAPI:
        mounted = ui.mount(app, library)
        mounted.add_middleware(Slow, word=request.param)
        return mounted

    with manual_site(tmp_path, slow_page) as found:
        yield found


def test_a_question_asked_before_the_page_has_heard_all_is_answered(browser: Browser, site: Site) -> None:
    page = visit(browser, site)
    ask(page, TORQUE)
    ask(page, "How is the pump cleaned?")
    expect(page.locator("#past .turn")).to_have_count(1)
    assert_quiet(site)
    page.context.close()


def test_a_question_that_reaches_nobody_says_so_and_stays(browser: Browser, tmp_path: Path) -> None:
    with manual_site(tmp_path) as site:
        page = visit(browser, site, locale="zh-CN")
        ask(page, TORQUE)
    page.fill("#question textarea", "How is the pump cleaned?")
    page.keyboard.press("Enter")
    page.locator("#unreachable", has_text="服务器没有响应").wait_for()
    expect(page.locator("#question textarea")).to_have_value("How is the pump cleaned?")
    page.context.close()
