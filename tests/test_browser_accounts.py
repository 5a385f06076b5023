"""Two people sign in, in a real Chromium, and each sees what is theirs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from chromium import MARKS, PASSWORD, PATIENCE
from playwright.sync_api import expect
from test_browser import TORQUE, ask, drawn, manual, manual_site
from test_browser_conversations import ASKED, show_list, titles

from docent.app import Library
from docent.app.identity.access import LOCAL, Role, acting_as

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = MARKS


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Library]]:
    """A server with the manual, where Ada is an admin and Bob a reader."""
    with manual_site(tmp_path_factory.mktemp("house")) as found:
        library, place = found.library, found.library.collection_id()
        library.people.accounts.add("Ada", PASSWORD)
        library.people.access.grant(library.people.accounts.add("Bob", PASSWORD), place, Role.READER)
        yield found.address, library


@pytest.fixture
def window(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def sign_in(window: Page, address: str, name: str, password: str = PASSWORD) -> None:
    window.goto(f"{address}/?from=mail")
    window.locator("h2", has_text="登录").wait_for()
    window.fill("#name", name)
    window.fill("#password", password)
    window.keyboard.press("Enter")


def test_each_sees_what_is_theirs(window: Page, house: tuple[str, Library]) -> None:
    address, library = house
    sign_in(window, address, "Ada", "wrong password")
    window.locator('[role="alert"]', has_text="用户名或密码不正确。").wait_for()
    sign_in(window, address, "Ada")
    drawn(window)
    assert window.url == f"{address}/?from=mail"
    ask(window, ASKED)
    assert TORQUE in window.locator("#live .said, #past .said").first.inner_text()
    show_list(window)
    window.locator(".kept-row", has_text=ASKED).wait_for()
    window.click("#tab-documents")
    expect(window.locator("#drop")).to_be_visible()
    conversation = window.url
    window.locator("#account button", has_text="退出登录").click()
    window.locator("h2", has_text="登录").wait_for()

    sign_in(window, address, "Bob")
    drawn(window)
    window.locator('body[data-role="reader"]').wait_for()
    expect(window.locator("#drop"), "a reader is not offered what a reader may not do").to_be_hidden()
    expect(window.locator(".document .remove")).to_be_hidden()
    show_list(window)
    window.locator("#no-conversations", has_text="还没有对话").wait_for()
    expect(titles(window)).to_have_count(0)
    window.goto(conversation)
    window.locator(".problem", has_text="这个对话已不存在").wait_for()
    assert ASKED not in window.locator("#conversation-panel").inner_text()
    ask(window, ASKED)
    assert TORQUE in window.locator("#live .said, #past .said").first.inner_text()
    window.locator("#live .cite, #past .cite").first.click()
    window.wait_for_selector(".sheet.loaded")
    assert [one.action for one in library.people.audit.lines(4)] == [
        "signed in", "signed out", "signed in", "sign-in refused",
    ]  # fmt: skip


def test_who_may_not_read_the_default_collection_begins_with_one_that_they_may(
    window: Page, house: tuple[str, Library], tmp_path: Path
) -> None:
    address, library = house
    cat = library.people.accounts.add("Cat", PASSWORD)
    with acting_as(LOCAL):
        library.create_collection("ferry")
        library.add_upload(manual(tmp_path / "manual.pdf"), "ferry rules.pdf", collection="ferry")
        library.people.access.grant(cat, library.collection_id("ferry"), Role.READER)
    sign_in(window, address, "Cat")
    drawn(window)
    window.locator(".document", has_text="ferry rules.pdf").wait_for()
    ask(window, ASKED)
    assert TORQUE in window.locator("#live .said, #past .said").first.inner_text()
