"""Conversations in a real Chromium: kept, found, renamed, deleted, rated, corrected, and asked anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from chromium import MARKS, PATIENCE
from playwright.sync_api import expect
from serving import served as serve
from test_browser import (
    PHONE,
    TORQUE,
    WARRANTY,
    Site,
    add,
    again,
    ask,
    assert_quiet,
    drawn,
    manual,
    manual_site,
    visit,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page, Request

    from docent.app import Library

pytestmark = MARKS
ASKED = "What is the tightening torque of TH-01?"


@contextmanager
def serving(library: Library) -> Iterator[str]:
    """The address of a server, which is stopped at the end, and with it the library."""
    from docent import ui

    with library, serve(library, ui.mount) as address:
        yield address


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One server for the tests here."""
    with manual_site(tmp_path_factory.mktemp("shared")) as found:
        yield found


@pytest.fixture
def site(shared: Site) -> Iterator[Site]:
    """The server, its conversations and curated answers emptied after each test."""
    yield Site(shared.address, shared.library)
    with shared.library.database.write() as connection:
        connection.execute("DELETE FROM conversations")
        connection.execute("DELETE FROM curated")


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    opened = visit(browser, site)
    yield opened
    opened.context.close()


def show_list(page: Page) -> None:
    page.click("#tab-conversations")
    page.locator("#find-conversation").wait_for()


def titles(page: Page) -> Locator:
    return page.locator(".kept-row:not(.gone) .title")


def test_a_conversation_outlives_a_reload_and_goes_on(page: Page, site: Site) -> None:
    ask(page, "保修期是多久？")
    address = page.url
    assert "#c=" in address
    again(page)
    page.locator("#past .said", has_text=WARRANTY).wait_for()
    page.locator("#past .cite").click()
    page.wait_for_selector(".sheet.loaded")
    page.keyboard.press("Escape")
    ask(page, ASKED)
    assert page.url == address
    page.click('[data-action="new"]')
    page.locator(".welcome").wait_for()
    assert "#c=" not in page.url
    page.go_back()
    page.locator("#past .said", has_text=TORQUE).wait_for()
    expect(page.locator(".turn")).to_have_count(2)
    assert_quiet(site)


def test_the_list_is_searched_and_a_row_opened_renamed_deleted_and_brought_back(page: Page, site: Site) -> None:
    for question in (ASKED, "保修期是多久？"):
        ask(page, question)
        page.click('[data-action="new"]')
        page.locator(".welcome").wait_for()
    show_list(page)
    expect(titles(page)).to_have_text(["保修期是多久？", ASKED])
    page.fill("#find-conversation", "42 nm")
    expect(titles(page)).to_have_text([ASKED])
    page.get_by_role("button", name=ASKED, exact=True).click()
    page.locator("#past .said", has_text=TORQUE).wait_for()
    page.get_by_role("button", name=f"Rename {ASKED}").click()
    page.get_by_label("Title").fill("Torque")
    page.keyboard.press("Enter")
    page.locator(".kept-row .title", has_text="Torque").wait_for()
    page.fill("#find-conversation", "")
    expect(titles(page)).to_have_count(2)
    page.get_by_role("button", name="Delete Torque").click()
    page.locator(".kept-row.gone", has_text="Deleted. Undo works for 7 days.").wait_for()
    page.locator(".welcome").wait_for()
    page.get_by_role("button", name="Undo the deletion of Torque").click()
    row = page.locator(".kept-row:has(button.title)", has_text="Torque")
    row.click(position={"x": 130, "y": 45})  # beside its words
    page.locator("#past .said", has_text=TORQUE).wait_for()
    with page.expect_download() as download:
        page.locator(".kept-row", has_text="Torque").locator("a").click()
    assert download.value.suggested_filename == "Torque.md"
    assert TORQUE in Path(download.value.path()).read_text(encoding="utf-8")
    assert_quiet(site)


def test_a_deep_question_is_asked_by_a_switch(page: Page, site: Site) -> None:
    switch = page.get_by_role("button", name="Look into many documents")
    assert switch.get_attribute("aria-pressed") == "false"
    switch.click()
    ask(page, ASKED)
    assert TORQUE in page.locator("#live .said").inner_text()
    switch.click()
    ask(page, "保修期是多久？")
    place = site.library.catalog.folder("default").name
    messages = site.library.conversations.messages(site.library.conversations.of(place)[0].id)
    assert [one.settings.get("deep", "") for one in messages] == ["true", ""]
    assert_quiet(site)


def test_an_answer_is_copied_rated_and_asked_anew(page: Page, site: Site) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, ASKED)
    page.click('#live [data-action="copy"]')
    page.locator("#live .told", has_text="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert f"- [1] manual.pdf, p. 1\n  > {TORQUE}" in copied

    page.click('#live [data-rating="down"]')
    page.locator(".tool-form textarea").fill("too short")
    page.locator(".tool-form .primary").click()
    page.locator("#live .told", has_text="Thank you").wait_for()
    (rated,) = site.library.feedback.of(site.library.catalog.folder("default").name)
    assert (rated.feedback.rating, rated.feedback.note) == ("down", "too short")
    with page.expect_response("**/follow-ups?*"):  # of what is then asked anew there is nothing to follow
        again(page)
    page.locator('#past [data-rating="down"][aria-pressed="true"]').wait_for()

    with page.expect_response("**/follow-ups?*"):
        page.click('#past [data-action="again"]')
        page.wait_for_selector("#live .turn.finished")
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.locator('#live [aria-pressed="true"]')).to_have_count(0)
    page.click('#live [data-action="edit"]')
    page.locator(".edit-question textarea").fill("保修期是多久？")
    page.keyboard.press("Enter")
    page.locator("#live .said", has_text=WARRANTY).wait_for()
    expect(page.locator(".turn")).to_have_count(1)
    show_list(page)
    page.locator(".kept-row .title", has_text="保修期是多久？").wait_for()
    assert_quiet(site)


def test_a_corrected_answer_goes_first_and_marks_what_nothing_supports(page: Page, site: Site) -> None:
    ask(page, ASKED)
    page.click('#live [data-action="correct"]')
    box = page.locator(".tool-form textarea")
    expect(box).to_have_value(f"{TORQUE} [1]")
    box.fill("See [9].")
    page.locator(".tool-form .primary").click()
    page.locator(".tool-form .problem", has_text="cites [9]").wait_for()
    box.fill("It is 42 Nm. [1] Nobody knows why.")
    page.locator(".tool-form .primary").click()
    page.locator("#live .told", has_text="Kept").wait_for()
    ask(page, f"Please tell me: {ASKED}")
    expect(page.locator("#live .seal")).to_have_text("Corrected by a person")
    expect(page.locator("#live .unsupported")).to_have_text(["Nobody knows why."])
    expect(page.locator("#live .legend")).to_be_visible()
    page.locator("#live .cite").click()
    page.wait_for_selector(".sheet.loaded .mark")
    page.keyboard.press("Escape")
    page.click('#live [data-action="anyway"]')
    page.locator("#live .said", has_text=TORQUE).wait_for()
    expect(page.locator("#live .seal")).to_have_count(0)
    page.locator("#live .why summary").click()
    page.locator("#live .why", has_text="words: no. 1").wait_for()
    ask(page, ASKED)
    expect(page.locator("#live .seal"), "that was wished of the one question alone").to_have_count(1)
    assert site.abroad == []
    assert all("400" in one for one in site.errors), "the browser tells of the one refusal"


def test_a_citation_of_a_removed_document_opens_nothing(browser: Browser, site: Site, tmp_path: Path) -> None:
    site.library.create_collection("other")
    page = visit(browser, site)
    page.select_option("#collection", "other")
    page.locator(".list-title .count", has_text="0").wait_for()
    notes = tmp_path / "notes.md"
    notes.write_text("# Notes\n\nThe harbour opens at seven.\n", encoding="utf-8")
    add(page, notes)
    assert [one.name for one in site.library.documents("other")] == ["notes.md"]
    ask(page, "When does the harbour open?")
    page.locator("#live .cite").click()
    page.locator(".text-sheet mark", has_text="The harbour opens at seven.").wait_for()
    page.keyboard.press("Escape")
    page.hover(".document")
    page.click('[data-action="ask-remove"]')
    page.click('[data-action="remove"]')
    page.locator("#live .card.gone", has_text="This document was removed since.").wait_for()
    expect(page.locator("#live [data-cite]")).to_have_count(0)
    page.locator("#undo").get_by_role("button", name="Undo").click()
    page.locator("#live button.cite").wait_for()
    page.select_option("#collection", "default")
    page.locator(".document .name", has_text="manual.pdf").wait_for()
    expect(page.locator(".turn")).to_have_count(0)
    show_list(page)
    page.locator("#no-conversations", has_text="No conversations yet").wait_for()
    assert_quiet(site)
    page.context.close()
    site.library.delete_collection("other")


def test_chinese_on_a_phone_in_the_dark(browser: Browser, site: Site) -> None:
    width, height = PHONE
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="zh-CN", color_scheme="dark", has_touch=True
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(site.address)
    drawn(page)
    ask(page, "保修期是多久？")
    labels = page.locator("#live .tools button").evaluate_all("all => all.map((one) => one.ariaLabel)")
    assert labels == ["连同出处复制", "回答得好", "回答得不好", "修订此回答", "重新回答"]
    page.click('[data-action="open-documents"]')
    page.click("#tab-conversations")
    page.locator(".kept-row").wait_for()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#tab-documents")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="删除 保修期是多久？").click()
    page.locator(".kept-row.gone", has_text="已删除，7 天内可撤销。").wait_for()
    page.locator(".welcome").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(f"{site.address}/#c={'0' * 32}")
    again(page)
    page.locator(".problem", has_text="这个对话已不存在，可能已被删除。").wait_for()
    ask(page, ASKED)
    assert "#c=000" not in page.url
    context.close()


def test_an_open_page_goes_on_after_a_restart_of_the_server(browser: Browser, tmp_path: Path) -> None:
    from docent.app import open_library

    library = open_library(data_dir=tmp_path / "data", embedder="hash:64", port=0)
    library.add_upload(manual(tmp_path / "manual.pdf"), "manual.pdf")
    with serving(library) as address:
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        streams: list[Request] = []
        page.on("request", lambda one: streams.append(one) if "queue/data" in one.url else None)
        page.on("requestfinished", lambda one: streams.remove(one) if one in streams else None)
        page.on("requestfailed", lambda one: streams.remove(one) if one in streams else None)
        page.goto(address)
        drawn(page)
        ask(page, ASKED)
        shown = page.url
        while streams:  # a page that sees its stream break off loads itself anew, with what stands in its box
            page.wait_for_timeout(50)
    again = open_library(data_dir=tmp_path / "data", embedder="hash:64", port=int(address.rsplit(":", 1)[1]))
    with serving(again) as same:
        assert same == address
        page.evaluate("dispatchEvent(new Event('focus'))")
        page.fill("#question textarea", "保修期是多久？")
        page.press("#question textarea", "Enter")
        page.locator(".said", has_text=WARRANTY).wait_for()
        expect(page.locator(".turn")).to_have_count(2)
        assert page.url == shown
        page.context.close()
