"""Asking only some documents of a collection, in a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from chromium import MARKS
from playwright.sync_api import expect
from test_browser import DESKTOP, Site, ask, assert_quiet, visit
from test_browser_conversations import serving

from docent.app import open_library

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = MARKS
ASKED = "How long is the warranty?"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two documents that say different things about the same."""
    folder = tmp_path_factory.mktemp("narrow")
    library = open_library(data_dir=folder / "data", embedder="hash:64", port=0)
    for name, years, tag in (("pump.txt", "two", "old"), ("valve.txt", "five", "new & <b>shiny</b>")):
        path = folder / name
        path.write_text(f"The warranty is {years} years long.\n", encoding="utf-8")
        taken = library.add_upload(path, name)
        library.collection().store.tag(taken.document_id, [tag])
    library.collection().fill_vectors()
    with serving(library) as address:
        yield Site(address, library)


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    opened = visit(browser, site, DESKTOP, "zh-CN")
    yield opened
    opened.context.close()


def said(page: Page) -> str:
    return page.locator("#live .said").inner_text()


def test_one_document_or_one_tag_is_asked_alone(page: Page, site: Site) -> None:
    for name, years, other in (("pump.txt", "two", "five"), ("valve.txt", "five", "two")):
        row = page.locator(".document", has_text=name)
        row.hover()
        row.locator(".only").click()
        assert page.locator("#narrowed").inner_text().split() == ["只问", name, "×", "总结全文"]
        ask(page, f"{ASKED} ({name})")
        assert years in said(page)
        assert other not in said(page)
        page.locator("#narrowed .chip").click()
        expect(page.locator("#narrowed")).to_be_hidden()
    page.locator(".tag", has_text="#old").click()
    ask(page, "The warranty is how many years long?")
    assert "two" in said(page)
    assert "five" not in said(page)
    page.locator(".tag", has_text="shiny").click()
    expect(page.locator("#narrowed .chip")).to_have_text(["#old ×", "#new & <b>shiny</b> ×"])
    ask(page, "What warranty is there?")
    page.locator("#live .problem", has_text="fits the filter").wait_for()
    assert_quiet(site)


def test_what_is_narrowed_to_is_summed_up_and_compared(page: Page, site: Site) -> None:
    for name in ("pump.txt", "valve.txt"):
        row = page.locator(".document", has_text=name)
        row.hover()
        row.locator(".only").click()
        if name == "pump.txt":
            page.get_by_role("button", name="总结全文").click()
            page.locator("#live .turn.finished .asked", has_text="总结《pump.txt》").wait_for()
            assert said(page).startswith("The warranty is two years long.")
            assert "检索" not in page.locator("#live .why p").text_content(), "nothing was searched"
    page.get_by_role("button", name="比较", exact=True).click()
    page.locator("#live .turn.finished .asked", has_text="比较《pump.txt》和《valve.txt》").wait_for()
    assert {"two", "five"} <= set(said(page).split())
    page.locator(".tag", has_text="#old").click()
    expect(page.get_by_role("button", name="比较", exact=True), "tags are not names").to_have_count(0)
    assert_quiet(site)
