"""What is typed and not sent outlives a reload of the page, in a real Chromium, and is shown to nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from chromium import MARKS, PASSWORD, PATIENCE
from playwright.sync_api import expect
from test_browser import Site, again, ask, drawn, manual_site, visit
from test_browser_settings import sign_in

from docent.app.identity.access import Role

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = MARKS
ASKED = "What is the tightening torque of TH-01?"
TYPED = "And how often\nis it checked?"
BOX = "#question textarea"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with manual_site(tmp_path_factory.mktemp("draft")) as found:
        yield found


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    opened = visit(browser, site)
    yield opened
    opened.context.close()


def taken_up(page: Page) -> None:
    """The page has looked for a draft, and put back what it may."""
    page.wait_for_selector("body[data-account]", state="attached")
    page.wait_for_function("() => sessionStorage.getItem('docent-draft') === null")


def test_a_draft_comes_back_until_it_is_sent(page: Page) -> None:
    page.fill(BOX, TYPED)
    for _ in range(2):
        again(page)
        expect(page.locator(BOX)).to_have_value(TYPED)
    page.click("#send")
    page.wait_for_selector("#live .turn.finished")
    expect(page.locator(BOX)).to_have_value("")
    again(page)
    taken_up(page)
    expect(page.locator("#past .asked")).to_contain_text("is it checked?")
    assert page.input_value(BOX) == ""


def test_a_question_that_was_sent_while_the_page_went_does_not_come_back(page: Page) -> None:
    ask(page, ASKED)
    page.fill(BOX, f"{ASKED} ")  # as where the reply that would empty the box never came
    again(page)
    taken_up(page)
    assert page.input_value(BOX) == ""


def test_a_draft_belongs_to_its_conversation(page: Page) -> None:
    ask(page, ASKED)
    page.fill(BOX, TYPED)
    conversation = page.url
    page.goto("about:blank")
    page.goto(conversation.partition("#")[0])
    drawn(page)
    taken_up(page)
    assert page.input_value(BOX) == "", "it was typed in another one"
    page.goto("about:blank")
    page.goto(conversation)
    drawn(page)
    page.fill(BOX, TYPED)
    again(page)
    expect(page.locator(BOX)).to_have_value(TYPED)


def test_a_draft_is_not_shown_to_whoever_signs_in_next(browser: Browser, tmp_path: Path) -> None:
    with manual_site(tmp_path) as site:
        people, place = site.library.people, site.library.collection_id()
        for name in ("Ada", "Bob"):
            people.access.grant(people.accounts.add(name, PASSWORD), place, Role.READER)
        context = browser.new_context()
        context.set_default_timeout(PATIENCE)
        page = context.new_page()

        def comes(name: str) -> None:
            """A session has ended, and somebody signs in."""
            page.goto("about:blank")
            people.tokens.end_sessions(people.accounts.named("Ada"))
            page.goto(site.address)
            sign_in(page, name, PASSWORD)
            taken_up(page)

        comes("Ada")
        page.fill(BOX, TYPED)
        comes("Ada")
        expect(page.locator(BOX)).to_have_value(TYPED)
        comes("Bob")
        assert page.input_value(BOX) == ""
        page.fill(BOX, TYPED)
        page.locator("#account button").click()
        page.wait_for_selector("#password")
        assert page.evaluate("sessionStorage.getItem('docent-draft')") is None, "nothing is left behind by signing out"
        context.close()
