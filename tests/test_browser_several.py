"""One question to several collections, and ways of asking, in a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from chromium import MARKS
from playwright.sync_api import expect
from test_browser import (
    DESKTOP,
    TORQUE,
    Site,
    again,
    ask,
    assert_quiet,
    manual,
    visit,
)
from test_browser_conversations import serving

from docent.app import open_library

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = MARKS
EVIL = "<b>shelf</b> & co"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two collections that say something of the same, and a third whose name would like to be markup."""
    folder = tmp_path_factory.mktemp("several")
    library = open_library(data_dir=folder / "data", embedder="hash:64", port=0, reading_processes=0)
    library.collection(create=True)
    for name in ("manuals", EVIL):
        library.create_collection(name)
    notes = folder / "notes.txt"
    notes.write_text("The drum has a warranty of two years.\n", encoding="utf-8")
    library.add_upload(notes, "notes.txt")
    library.add_upload(manual(folder / "manual.pdf"), "manual.pdf", collection="manuals")
    for one in library.collections():
        library.collection(one.name).fill_vectors()
    with serving(library) as address:
        yield Site(address, library)


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    opened = visit(browser, site, DESKTOP, "zh-CN")
    yield opened
    opened.context.close()


def test_another_collection_is_asked_as_well_and_its_page_opened(page: Page, site: Site) -> None:
    page.locator("#together summary", has_text="同时向其他资料库提问").click()
    choices = page.locator("#together-choices button")
    expect(choices).to_have_text([EVIL, "manuals"])
    choices.nth(1).click()
    choices.nth(0).click()
    expect(choices.nth(1)).to_have_attribute("aria-pressed", "true")
    assert page.locator("#narrowed").inner_text().split("\n") == ["同时提问", "manuals ×", f"{EVIL} ×"]
    page.get_by_role("button", name=f"不再同时问 {EVIL}").click()
    ask(page, "What is the tightening torque of TH-01?")
    assert TORQUE in page.locator("#live .said").inner_text()
    expect(page.locator("#live .card .name")).to_have_text(["manuals › manual.pdf"])
    page.locator("#live .cite").first.click()
    page.wait_for_selector(".sheet.loaded .mark")
    expect(page.locator("#source-name")).to_have_text("manuals › manual.pdf")
    with page.expect_download() as download:
        page.click("#source-original")
    assert download.value.suggested_filename == "manual.pdf"
    page.keyboard.press("Escape")
    page.locator("#live .why summary").click()
    page.locator("#live .why li", has_text="default › notes.txt").wait_for()

    again(page)
    page.locator("#past .card .name", has_text="manuals › manual.pdf").wait_for()
    page.locator("#past .cite").first.click()
    page.wait_for_selector(".sheet.loaded .mark")
    page.keyboard.press("Escape")
    site.library.remove("manual.pdf", "manuals")
    page.evaluate("dispatchEvent(new Event('focus'))")
    page.locator(".card.gone", has_text="该文档已被移除。").wait_for()
    site.library.restore("manual.pdf", "manuals")

    page.select_option("#collection", "manuals")
    page.locator('[data-collection="manuals"]').wait_for()
    expect(page.locator("#narrowed")).to_be_hidden()
    expect(choices).to_have_text([EVIL, "default"])
    assert_quiet(site)


def test_what_nothing_supports_is_left_out_where_a_model_writes(page: Page, site: Site) -> None:
    library, settings = site.library, site.library.settings
    expect(page.locator("#strict"), "what is quoted is supported").to_be_hidden()
    library.use_models(replace(settings, chat="echo:"))
    page.evaluate("dispatchEvent(new Event('focus'))")
    switch = page.get_by_role("button", name="略去没有段落支持的内容")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "true")
    ask(page, "How long is the warranty of the drum?")
    place = library.catalog.folder("default").name
    messages = library.conversations.messages(library.conversations.of(place)[0].id)
    assert [one.settings.get("strict", "") for one in messages] == ["true"]
    library.use_models(settings)
    assert_quiet(site)
