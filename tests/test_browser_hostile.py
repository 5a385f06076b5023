"""Names, tags, titles and texts that would like to be markup, in a real Chromium: all are words, and nothing runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from chromium import MARKS
from test_browser import DESKTOP, PHONE, Site, again, ask, assert_quiet, visit
from test_browser_conversations import serving, show_list

from docent.app import ask_in, open_library, start_conversation
from docent.app.history.dialogue import correct
from docent.llm import fold_events

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = MARKS
# Each would set `owned`, in the ways that elements, attributes, templates and scripts take text.
SHAPES = (
    "<img src=x onerror=owned=1>",
    "\"'><script>owned=1<\\/script>",
    "<svg onload=owned=1>",
    "' onmouseover='owned=1' x='",
    '" onfocus="owned=1" autofocus tabindex="1',
    "${owned=1}{{owned=1}}",
    "javascript:owned=1",
    "`;owned=1;`",
)
NAME = "".join(SHAPES).replace("/", "").replace("\\", "")[:150]
MARKUP = " ".join(SHAPES)
ASKED = "How long is the warranty?"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Everything that somebody can name is named so: documents, tags, collections, conversations, notes, answers."""
    folder = tmp_path_factory.mktemp("hostile")
    library = open_library(data_dir=folder / "data", embedder="hash:64", port=0)
    for number, text in enumerate((f"The warranty is two years long. {MARKUP}\n", f"# {MARKUP}\n\n{MARKUP}\n")):
        path = folder / f"{number}.md"
        path.write_text(text, encoding="utf-8")
        taken = library.add_upload(path, f"{number} {NAME}.md")
        library.collection().store.tag(taken.document_id, [tag.replace(";", "") for tag in SHAPES])
    library.collection().fill_vectors()
    library.create_collection(NAME)
    conversation = start_conversation(library, f"{ASKED} {MARKUP}").id
    fold_events(ask_in(library, conversation, f"{ASKED} {MARKUP}"))
    library.conversations.rename(conversation, NAME)
    message = library.conversations.messages(conversation)[0].id
    library.feedback.give(message, "down", MARKUP)
    correct(library, message, f"{MARKUP} [1]")
    with serving(library) as address:
        yield Site(address, library)


def assert_nothing_ran(page: Page, site: Site) -> None:
    assert page.evaluate("typeof owned") == "undefined"
    assert page.locator("img[src=x], [onerror], [onload], [onmouseover]").count() == 0
    assert page.locator("a[href^='javascript:']").count() == 0
    assert_quiet(site)


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_no_name_and_no_text_runs(browser: Browser, site: Site, size: tuple[int, int]) -> None:
    page = visit(browser, site, size)
    page.locator(".document", has_text="owned").first.wait_for(state="attached")
    assert_nothing_ran(page, site)
    if size == PHONE:
        page.click('[data-action="open-documents"]')
    row = page.locator(".document").first
    row.hover()
    assert_nothing_ran(page, site)
    show_list(page)
    page.locator(".kept-row .title", has_text="owned").first.click()
    page.locator("#past .asked", has_text="owned").first.wait_for()
    assert "<img src=x onerror=owned=1>" in page.locator("#past").inner_text()
    assert_nothing_ran(page, site)
    ask(page, f"{ASKED} {MARKUP}")
    assert_nothing_ran(page, site)
    page.locator("#live .cite, #past .cite").first.click()
    page.locator(".sheet.loaded, .text-sheet").wait_for()
    assert_nothing_ran(page, site)
    page.keyboard.press("Escape")
    page.context.close()


def test_a_refused_upload_leaves_no_markup(browser: Browser, site: Site) -> None:
    page = visit(browser, site)
    page.set_input_files("#files", [{"name": f"{NAME}.exe", "mimeType": "text/html", "buffer": b"MZ"}])
    page.locator(".job.failed").wait_for()
    assert "owned" in page.locator(".job.failed").inner_text()
    assert page.evaluate("typeof owned") == "undefined"
    assert page.locator("img[src=x], [onerror], [onload], [onmouseover]").count() == 0
    again(page)
    assert page.evaluate("typeof owned") == "undefined"
    page.context.close()
