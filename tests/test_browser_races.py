"""Two things at once in the page, and replies that come late or in another order, in a real Chromium."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from chromium import MARKS, PASSWORD
from pdfs import write_pdf
from playwright.sync_api import expect
from test_browser import (
    TORQUE,
    WARRANTY,
    Site,
    again,
    ask,
    assert_quiet,
    drawn,
    hold,
    manual_site,
    release,
    until_held,
    visit,
)
from test_browser_conversations import show_list, titles
from test_browser_settings import open_settings, sign_in

from docent.ui import handlers

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page, Route

pytestmark = MARKS
ASKED = "What is the tightening torque of TH-01?"
OTHER = "保修期是多久？"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A server of its own for each test, with the manual."""
    with manual_site(tmp_path, reading_processes=0) as found:
        yield found


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    opened = visit(browser, site)
    yield opened
    opened.context.close()


class Gate:
    """Requests of the page that wait until they are let through: `most` of them, the others pass."""

    def __init__(self, page: Page, address: str, method: str = "", most: int = 1000) -> None:
        self._page, self._method, self._most, self._is_open = page, method, most, False
        self.held: list[Route] = []
        page.route(address, self._take)

    def _take(self, route: Route) -> None:
        is_other = self._method and route.request.method != self._method
        if self._is_open or is_other or len(self.held) == self._most:
            route.continue_()
        else:
            self.held.append(route)

    def until(self, count: int = 1) -> None:
        while len(self.held) < count:
            self._page.wait_for_timeout(20)

    def open(self) -> None:
        self._is_open = True
        for route in self.held:
            route.continue_()


class Held:
    """A function whose first call comes back when it is let go."""

    def __init__(self, real: Callable[..., Any]) -> None:
        self._real, self._calls = real, itertools.count()
        self.begun, self.let_go = threading.Event(), threading.Event()

    def __call__(self, *given: Any, **named: Any) -> Any:
        found = self._real(*given, **named)
        if next(self._calls) == 0:
            self.begun.set()
            self.let_go.wait(200)
        return found


def settled(page: Page) -> None:
    """What was answered before now has been taken in by the page's script."""
    page.evaluate("fetch('/api/me').then((reply) => reply.text())")


def test_a_page_that_is_open_stays_while_something_else_is_drawn(page: Page, site: Site) -> None:
    ask(page, ASKED)
    again(page)
    page.locator("#past .cite").first.click()
    page.wait_for_selector(".sheet.loaded")
    page.click('#past [data-rating="up"]')
    page.locator("#past .tool-form textarea").wait_for()
    expect(page.locator(".sheet.loaded")).to_be_visible()
    assert_quiet(site)


def test_a_rating_stays_in_sight_when_the_next_question_is_asked(page: Page, site: Site) -> None:
    ask(page, ASKED)
    page.click('#live [data-rating="up"]')
    page.locator('#live [data-rating="up"][aria-pressed="true"]').wait_for()
    ask(page, OTHER)
    page.locator('#past [data-rating="up"][aria-pressed="true"]').wait_for()
    expect(page.locator('#live [aria-pressed="true"]')).to_have_count(0)
    assert_quiet(site)


def test_ratings_are_given_in_the_order_of_the_clicks(page: Page, site: Site) -> None:
    ask(page, ASKED)
    gate = Gate(page, "**/feedback")
    page.click('#live [data-rating="up"]')
    gate.until()
    page.click('#live [data-rating="down"]')
    settled(page)
    assert [one.request.post_data_json["rating"] for one in gate.held] == ["up"]
    gate.open()
    page.locator('#live [data-rating="down"][aria-pressed="true"]').wait_for()
    expect(page.locator('#live [data-rating="up"]')).to_have_attribute("aria-pressed", "false")
    (rated,) = site.library.feedback.of(site.library.catalog.folder("default").name)
    assert rated.feedback.rating == "down"
    assert_quiet(site)


def test_a_rating_that_is_answered_late_is_not_the_next_answer_s(page: Page, site: Site) -> None:
    ask(page, ASKED)
    hold(page, "PUT", "/feedback")
    page.click('#live [data-rating="up"]')
    until_held(page)
    ask(page, OTHER)
    release(page)
    settled(page)
    expect(page.locator('#live [aria-pressed="true"]')).to_have_count(0)
    expect(page.locator(".tool-form textarea")).to_have_count(0)
    assert_quiet(site)


def test_what_is_typed_while_a_new_conversation_begins_stays(page: Page, site: Site) -> None:
    ask(page, ASKED)
    page.fill("#question textarea", "a draft")
    gate = Gate(page, "**/queue/join**")
    page.click('[data-action="new"]')
    gate.until()
    expect(page.locator("#question textarea")).to_have_value("")
    expect(page.locator("#question textarea")).to_be_focused()
    page.keyboard.type("how long")
    gate.open()
    page.locator(".welcome").wait_for()
    settled(page)
    expect(page.locator("#question textarea")).to_have_value("how long")
    assert_quiet(site)


def test_a_question_whose_request_takes_long_is_asked_once(page: Page, site: Site) -> None:
    gate = Gate(page, "**/queue/join**")
    page.fill("#question textarea", ASKED)
    page.press("#question textarea", "Enter")
    gate.until(3)  # the page has clicked a second time and a third: nudges, not questions
    assert sum(ASKED in (one.request.post_data or "") for one in gate.held) == 1
    gate.open()
    page.locator("#live .said", has_text=TORQUE).wait_for()
    expect(page.locator("#question textarea")).to_have_value("")
    expect(page.locator(".turn")).to_have_count(1)
    assert_quiet(site)


def test_what_is_asked_before_the_page_is_filled_is_answered(browser: Browser, site: Site) -> None:
    page = browser.new_context(locale="en-US").new_page()
    gate = Gate(page, "**/queue/join**", most=1)
    page.goto(site.address)
    page.wait_for_selector("body.docent-ready")
    gate.until()  # it asks to be filled
    ask(page, ASKED)
    gate.open()
    page.locator(".document").wait_for()
    page.locator("#past .said", has_text=TORQUE).wait_for()
    expect(page.locator(".turn")).to_have_count(1)
    page.context.close()


def test_of_two_conversations_opened_at_once_the_last_is_shown(page: Page, site: Site) -> None:
    for question in (ASKED, OTHER):
        ask(page, question)
        page.click('[data-action="new"]')
        page.locator(".welcome").wait_for()
    show_list(page)
    expect(titles(page)).to_have_text([OTHER, ASKED])
    gate = Gate(page, "**/queue/join**")
    titles(page).nth(0).click()
    gate.until()
    titles(page).nth(1).click()
    wanted = page.url
    gate.open()
    page.locator("#past .said", has_text=TORQUE).wait_for()
    assert page.url == wanted
    expect(page.locator(".turn")).to_have_count(1)
    page.go_back()
    page.locator("#past .said", has_text=WARRANTY).wait_for()
    assert_quiet(site)


def test_a_conversation_deleted_by_two_clicks_can_be_brought_back(page: Page, site: Site) -> None:
    ask(page, ASKED)
    show_list(page)
    gate = Gate(page, "**/api/conversations/*", "DELETE")
    button = page.get_by_role("button", name=f"Delete {ASKED}")
    button.click()
    gate.until()
    button.click()
    settled(page)
    gate.open()
    page.locator(".kept-row.gone", has_text="Undo works for 7 days").wait_for()
    page.locator(".welcome").wait_for()
    expect(page.locator(".kept-row.gone", has_text="Undo works for 7 days")).to_have_count(1)
    assert_quiet(site)


def test_a_title_stays_when_another_one_is_written(page: Page, site: Site) -> None:
    for question in (ASKED, OTHER):
        ask(page, question)
        page.click('[data-action="new"]')
        page.locator(".welcome").wait_for()
    show_list(page)
    expect(titles(page)).to_have_text([OTHER, ASKED])
    page.get_by_role("button", name=f"Rename {OTHER}").click()
    page.get_by_role("button", name=f"Rename {ASKED}").click()
    page.get_by_label("Title").first.press("Escape")
    expect(titles(page)).to_have_text([OTHER])
    page.get_by_label("Title").press("Escape")
    expect(titles(page)).to_have_text([OTHER, ASKED])
    assert_quiet(site)


def test_the_welcome_does_not_stand_above_an_answer(page: Page, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    topics = Held(handlers.topics_of)
    monkeypatch.setattr(handlers, "topics_of", topics)
    page.evaluate("dispatchEvent(new Event('focus'))")
    assert topics.begun.wait(200), "the list is being drawn anew"
    ask(page, ASKED)
    topics.let_go.set()
    page.locator("#past .welcome").wait_for(state="attached")
    expect(page.locator(".welcome")).to_be_hidden()
    expect(page.locator("#live .said")).to_be_visible()
    assert_quiet(site)


def test_a_list_that_comes_after_another_collection_was_chosen_does_not_stay(
    page: Page, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.library.create_collection("other")
    again(page)
    page.locator(".document").wait_for()
    page.evaluate(
        """() => {
          window.shown = [];
          const list = document.getElementById('document-list');
          new MutationObserver(() => shown.push(list.querySelector('[data-collection]')?.dataset.collection))
            .observe(list, { childList: true, subtree: true, attributes: true });
        }"""
    )
    rendered = Held(handlers.render_documents)
    monkeypatch.setattr(handlers, "render_documents", rendered)
    page.evaluate("dispatchEvent(new Event('focus'))")
    assert rendered.begun.wait(200)
    page.select_option("#collection", "other")
    page.locator('[data-collection="other"]').wait_for()
    page.evaluate("shown.length = 0")
    rendered.let_go.set()
    page.wait_for_function("shown.includes('default')")
    page.locator('[data-collection="other"]').wait_for()
    expect(page.locator(".document")).to_have_count(0)
    expect(page.locator("#collection")).to_have_value("other")
    assert_quiet(site)


def test_what_was_removed_is_undone_in_its_own_collection(page: Page, site: Site) -> None:
    site.library.create_collection("other")
    again(page)
    page.locator(".document").hover()
    page.click('[data-action="ask-remove"]')
    hold(page, "DELETE", "/api/documents/")
    page.click('[data-action="remove"]')
    until_held(page)
    page.select_option("#collection", "other")
    page.locator('[data-collection="other"]').wait_for()
    release(page)
    page.locator("#undo .job").wait_for(state="attached")
    expect(page.locator("#undo .job")).to_be_hidden()
    page.select_option("#collection", "default")
    page.locator("#undo").get_by_role("button", name="Undo").click()
    expect(page.locator(".document .name")).to_have_text(["manual.pdf"])
    assert_quiet(site)


def test_a_file_sent_before_the_page_knows_its_jobs_is_told_of_once(
    browser: Browser,
    site: Site,
    tmp_path: Path,
) -> None:
    locked = write_pdf(tmp_path / "locked.pdf", ["The secret is tea."], password="k3y-of-mine")
    page = browser.new_context(locale="en-US").new_page()
    jobs = Gate(page, "**/api/jobs")
    page.goto(site.address)
    drawn(page)
    jobs.until()
    page.set_input_files("#files", str(locked))
    page.locator(".job.locked").wait_for()
    with page.expect_response("**/api/jobs"):
        jobs.open()
    settled(page)
    expect(page.locator(".job.locked")).to_have_count(1)
    page.context.close()


def test_what_comes_of_a_file_is_told_though_its_events_were_refused_once(page: Page, tmp_path: Path) -> None:
    refused: list[Route] = []

    def refuse(route: Route) -> None:
        if refused:
            route.continue_()
            return
        refused.append(route)
        route.fulfill(status=503)

    page.route("**/api/jobs/events", refuse)
    locked = write_pdf(tmp_path / "locked.pdf", ["The secret is tea."], password="k3y-of-mine")
    page.set_input_files("#files", str(locked))
    page.locator(".job.locked").wait_for()
    assert len(refused) == 1


def test_the_settings_open_though_their_words_did_not_come_at_first(page: Page) -> None:
    page.route("**/ui/settings-texts.json", lambda route: route.abort(), times=1)
    with page.expect_event("requestfailed", lambda one: "settings-texts" in one.url):
        page.click("#settings-button")
    page.locator("#settings").wait_for(state="detached")
    open_settings(page, "models")
    page.context.close()


def test_people_who_are_changed_at_once_are_listed_once_and_no_link_is_lost(page: Page, site: Site) -> None:
    for name in ("Ada", "Bob", "Cat"):
        site.library.people.accounts.add(name, PASSWORD, is_admin=name == "Ada")
    page.goto(f"{site.address}/?")
    sign_in(page, "Ada", PASSWORD)
    open_settings(page, "people")
    page.get_by_role("button", name="Link for a new password: Bob").click()
    link = page.locator(".people .once input").input_value()
    changes, lists = Gate(page, "**/api/people/*", "PATCH"), Gate(page, "**/api/people")
    for name in ("Bob", "Cat"):
        page.get_by_role("button", name=f"Make admin: {name}").click()
    changes.until(2)
    changes.open()
    lists.until(2)
    lists.open()
    page.get_by_role("button", name="No longer admin: Cat").wait_for()
    settled(page)
    expect(page.locator(".people > li .name")).to_have_text(["Ada", "Bob", "Cat"])
    expect(page.locator(".people .once input")).to_have_value(link)


def test_an_answer_under_way_is_told_in_the_language_that_is_chosen_meanwhile(
    page: Page, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Held(site.library.ask)
    monkeypatch.setattr(site.library, "ask", asked)
    page.fill("#question textarea", ASKED)
    page.press("#question textarea", "Enter")
    page.locator("#live .turn.live").wait_for()
    assert asked.begun.wait(200)
    page.click('[data-action="language"]')
    page.locator(".list-title", has_text="文档").wait_for()
    asked.let_go.set()
    page.locator("#thread .label", has_text="出处").wait_for()
    expect(page.locator("#thread .said")).to_have_count(1)
    expect(page.locator("#thread .label", has_text="Sources")).to_have_count(0)
    page.click('[data-action="language"]')
    page.locator("#thread .label", has_text="Sources").wait_for()
    assert_quiet(site)
