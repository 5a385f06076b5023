"""What a newcomer stumbled over, in a real Chromium: waits, groups of sources, and words where something is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from chromium import MARKS, PASSWORD, PATIENCE
from playwright.sync_api import expect
from screenshots import shoot
from test_browser import (
    PHONE,
    Site,
    ask,
    assert_quiet,
    manual,
    visit,
)
from test_browser_conversations import serving
from test_browser_settings import open_settings, sign_in, the

from docent.app import Library, open_library
from docent.app.identity.access import Role

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page, Route

pytestmark = MARKS
TEAS = """# Teas

## Kinds

Green tea is brewed at 80 degrees. Black tea wants boiling water. White tea is left for five minutes.

## Prices

| Sort | Weight | Price |
|---|---|---|
| Oolong | 50 g | **9 euros** |
| Sencha | 80 g | 12 euros |
"""


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Library]]:
    """A server without accounts, with the manual and a text."""
    folder = tmp_path_factory.mktemp("shelf")
    library = open_library(data_dir=folder / "data", embedder="hash:64", port=0)
    (folder / "teas.md").write_text(TEAS, encoding="utf-8")
    library.add_upload(manual(folder / "manual.pdf"), "manual.pdf")
    library.add_upload(folder / "teas.md", "teas.md")
    library.collection().fill_vectors()
    with serving(library) as address:
        yield address, library


@pytest.fixture
def site(shelf: tuple[str, Library]) -> Site:
    return Site(*shelf)


def test_a_page_that_takes_time_says_so_and_nothing_jumps(browser: Browser, site: Site) -> None:
    page = visit(browser, site)
    ask(page, "What is the tightening torque?")
    held: list[Route] = []
    is_slow = True
    page.route("**/pages/*.png?*", lambda route: held.append(route) if is_slow else route.continue_())
    page.locator("#live .cite").first.click()
    page.locator("#source-waiting", has_text="Drawing page 1").wait_for()
    page.locator(".sheet img").wait_for(state="attached")
    before = page.locator(".sheet").bounding_box()
    assert before is not None
    assert before["height"] / before["width"] == pytest.approx(640 / 480, rel=0.01)
    assert page.locator(".sheet .mark").first.evaluate("mark => getComputedStyle(mark).opacity") == "0"
    shoot(page, "source-waiting-en-light-desktop")
    while not held:  # the picture is asked for, and this is told a moment later
        page.wait_for_timeout(20)
    is_slow = False
    for route in held:
        route.continue_()
    page.wait_for_selector(".sheet.loaded")
    page.wait_for_selector("#source-waiting:empty", state="attached")
    assert page.locator(".sheet").bounding_box() == before
    expect(page.locator("#source:not([aria-busy])")).to_be_visible()
    assert_quiet(site)


def test_in_a_narrow_window_nothing_of_a_document_lies_under_its_buttons(browser: Browser, site: Site) -> None:
    page = visit(browser, site, PHONE)
    page.click('[data-action="open-documents"]')
    row = page.locator(".document", has_text="teas.md")
    row.wait_for()
    covered = row.evaluate(
        """(row) => {
          row.querySelector('.status').textContent = 'No text was found in it, whatever was tried';
          const boxes = (what) => [...row.querySelectorAll(what)].map((one) => one.getBoundingClientRect());
          const meet = (one, other) =>
            one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
          const buttons = boxes('.line .icon');
          const rest = boxes('.name, .facts');
          return buttons.some((one, at) => [...rest, ...buttons.slice(at + 1)].some((other) => meet(one, other)));
        }"""
    )
    assert not covered
    assert_quiet(site)


def test_a_page_that_cannot_be_drawn_says_so_in_place_of_the_wait(browser: Browser, site: Site) -> None:
    page = visit(browser, site, locale="zh-CN")
    ask(page, "What is the tightening torque?")
    page.route("**/pages/*.png?*", lambda route: route.fulfill(status=200, content_type="image/png", body=b"none"))
    page.locator("#live .cite").first.click()
    page.locator(".sheet", has_text="无法显示这一页").wait_for()
    page.wait_for_selector("#source-waiting:empty", state="attached")
    assert_quiet(site)


def test_sources_of_one_page_share_a_card_that_marks_them_all(browser: Browser, site: Site) -> None:
    page = visit(browser, site)
    ask(page, "What is said about the box, the packaging and the gloves?")
    expect(page.locator("#live .said .cite")).to_have_text(["1", "2", "3"])
    assert [one.split() for one in page.locator("#live .card").all_inner_texts()] == [
        ["1", "2", "3", "manual.pdf", "page", "1"]
    ]
    page.locator("#live .card").click()
    page.wait_for_selector(".sheet.loaded")
    assert page.locator("#source-number").inner_text() == "1, 2, 3"
    assert page.locator(".sheet .mark").count() == 3
    assert page.locator("#live .cite.open").count() == 3
    page.locator("#live .said .cite").nth(1).click()
    page.wait_for_function("() => document.querySelectorAll('.sheet.loaded .mark').length === 1")
    assert page.locator("#live .card.open").count() == 1
    assert page.locator("#live .cite.open").all_inner_texts() == ["2"]

    ask(page, "What is said of green tea, black tea and white tea?")
    page.locator("#live .card").click()
    marked = page.locator(".text-sheet mark")
    marked.nth(2).wait_for()
    assert marked.all_inner_texts() == [
        "Green tea is brewed at 80 degrees.",
        "Black tea wants boiling water.",
        "White tea is left for five minutes.",
    ]
    assert_quiet(site)


def test_a_long_name_leaves_room_for_its_page_and_a_line_of_chinese_goes_on(browser: Browser, site: Site) -> None:
    page = visit(browser, site)
    ask(page, "What is the tightening torque?")
    is_cut = page.evaluate(  # at once, so that nothing is drawn anew meanwhile
        """() => {
          const card = document.querySelector('#live .card');
          const [name, place] = [card.querySelector('.name'), card.querySelector('.place')];
          name.textContent = 'A_REPORT_WITH_A_VERY_LONG_NAME_'.repeat(4);
          const quote = '如果存储长度大于此 \\n值 a\\nb';
          card.dataset.cite = JSON.stringify({ ...JSON.parse(card.dataset.cite), quote });
          card.click();
          return [name, place].map((one) => one.scrollWidth > one.clientWidth);
        }"""
    )
    assert is_cut == [True, False], "the name, not its page"
    page.wait_for_selector(".sheet.loaded")
    expect(page.locator("#source-quote")).to_have_text("如果存储长度大于此值 a b", use_inner_text=True)
    assert_quiet(site)


def test_a_table_of_a_text_is_a_table_with_its_cells_marked(browser: Browser, site: Site) -> None:
    page = visit(browser, site)
    ask(page, "What is the price of Sencha?")
    page.locator("#live .said .cite").first.click()
    page.locator(".text-sheet td mark", has_text="Sencha").wait_for()
    assert page.locator(".text-sheet tr").nth(2).locator("mark").all_inner_texts() == ["Sencha", "80 g", "12 euros"]
    assert page.locator(".text-sheet tr").nth(1).locator("mark").count() == 0
    assert_quiet(site)


def test_on_a_small_screen_the_page_takes_the_place_of_the_documents(browser: Browser, site: Site) -> None:
    page = visit(browser, site, (1024, 768))
    ask(page, "What is the tightening torque?")
    page.locator("#live .cite").first.click()
    page.wait_for_selector(".sheet.loaded")
    talk, source = page.locator("#conversation-panel").bounding_box(), page.locator("#source").bounding_box()
    assert talk is not None
    assert source is not None
    assert (talk["x"], talk["y"]) == (0, source["y"])
    assert source["x"] == pytest.approx(talk["width"], abs=1)
    assert source["x"] + source["width"] == pytest.approx(1024, abs=1)
    expect(page.locator("#documents-panel")).to_be_hidden()
    page.keyboard.press("Escape")
    page.locator("#documents-panel").wait_for()


def test_a_model_that_is_not_named_or_wrong_is_told_where_it_is_written(browser: Browser, site: Site) -> None:
    for locale, heading, label, button, first, wrong in (
        ("en-US", "Answers", "Model", "Try it", "Choose a kind above", "is unknown"),
        ("zh-CN", "回答", "模型", "试一试", "请先在上面选择类型", "无法识别聊天模型"),
    ):
        page = visit(browser, site, locale=locale)
        open_settings(page, "models")
        chat = page.locator(the(page, heading))
        chat.locator("summary").click()
        assert "echo:" not in chat.locator(".kinds").inner_text(), "it is for tests"
        chat.get_by_role("button", name=button).click()
        chat.locator(".outcome.problem", has_text=first).wait_for()
        field = chat.get_by_label(label, exact=True)
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_be_focused()
        field.fill("nothing:x")
        chat.get_by_role("button", name=button).click()
        chat.locator(".outcome.problem", has_text=wrong).wait_for()
        assert "echo" not in chat.locator(".outcome").inner_text()
        page.context.close()
    assert_quiet(site)


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[tuple[str, Library]]:
    """An empty collection where Ada is an admin and Bob a reader, and which Carl does not see."""
    library = open_library(data_dir=tmp_path / "data", embedder="hash:64", port=0)
    library.collection(create=True)
    library.people.accounts.add("Ada", PASSWORD)
    bob = library.people.accounts.add("Bob", PASSWORD)
    library.people.access.grant(bob, library.collection_id(), Role.READER)
    library.people.accounts.add("Carl", PASSWORD)
    with serving(library) as address:
        yield address, library


@pytest.fixture
def window(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 620}, locale="en-US")
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def test_a_reader_of_nothing_is_told_who_adds_documents(window: Page, shared: tuple[str, Library]) -> None:
    window.goto(f"{shared[0]}/?")
    sign_in(window, "Bob", PASSWORD)
    window.locator(".welcome", has_text="Editors and admins of this collection can add documents.").wait_for()
    assert window.locator(".welcome button").count() == 0
    window.wait_for_selector('body[data-role="reader"]')
    expect(window.locator("#drop")).to_be_hidden()
    window.context.clear_cookies()
    window.goto(f"{shared[0]}/?")
    sign_in(window, "Carl", PASSWORD)
    window.locator(".welcome", has_text="Nothing is shared with you yet").wait_for()
    assert window.locator(".welcome button").count() == 0


def test_a_tab_chosen_while_its_first_look_is_on_its_way_is_drawn(window: Page, shared: tuple[str, Library]) -> None:
    window.goto(f"{shared[0]}/?")
    sign_in(window, "Ada", PASSWORD)
    window.locator(".welcome", has_text="Ask your own documents").wait_for()
    held: list[Route] = []
    window.route("**/api/collections", lambda route: route.continue_() if held else held.append(route))
    window.route("**/api/collections/*", lambda route: route.continue_() if len(held) > 1 else held.append(route))
    window.click("#settings-button")
    while not held:
        window.wait_for_timeout(20)
    window.click("#settings-tab-collection")
    while len(held) < 2:  # the second look is at the collection itself, the first has not come that far
        window.wait_for_timeout(20)
    first, second = held
    with window.expect_response("**/api/collections/*"):  # the first look's
        first.continue_()
    second.continue_()
    window.locator(the(window, "Who may use it")).wait_for()


def test_a_mistyped_account_is_told_beside_its_field(window: Page, shared: tuple[str, Library]) -> None:
    window.goto(f"{shared[0]}/?")
    sign_in(window, "Ada", PASSWORD)
    window.locator(".welcome", has_text="Ask your own documents").wait_for()
    open_settings(window, "collection")
    sharing = window.locator(the(window, "Who may use it"))
    name = sharing.get_by_label("Name", exact=True)
    name.fill("Bobb")
    sharing.get_by_role("button", name="Share").click()
    told = sharing.locator(".outcome.problem", has_text="Bobb")
    told.wait_for()
    assert name.get_attribute("aria-invalid") == "true"
    assert name.get_attribute("aria-describedby") == told.get_attribute("id")
    panel, line = window.locator("#settings-panel").bounding_box(), told.bounding_box()
    assert panel is not None
    assert line is not None
    assert panel["y"] <= line["y"]
    assert line["y"] + line["height"] <= panel["y"] + panel["height"] + 1, "it is in sight"
    name.fill("Bob")
    sharing.get_by_label("Role").select_option("editor")
    sharing.get_by_role("button", name="Share").click()
    sharing.locator(".rows li", has_text="Bob").locator(".quiet", has_text="Editor").wait_for()
    expect(name).not_to_have_attribute("aria-invalid", "true")
    window.locator("#settings-tab-people").click()
    window.get_by_role("button", name="No longer admin: Ada").click()
    last = window.locator(".outcome.problem", has_text="the only admin")
    last.wait_for()
    assert "users admin" not in last.inner_text()


def test_a_document_opens_by_its_name_and_turns_to_the_page_that_is_written(browser: Browser, site: Site) -> None:
    page = visit(browser, site)
    page.locator(".document .name", has_text="manual.pdf").click()
    expect(page.locator("#source-page")).to_have_text("Page 1 of 3")
    page.locator(".sheet.loaded").wait_for()
    assert page.locator(".sheet .mark").count() == 0
    assert not page.locator("#source-quote").is_visible()
    shoot(page, "document-en-light-desktop")
    there = page.get_by_label("Go to page")
    there.fill("３")  # as an input method writes it
    there.press("Enter")
    expect(page.locator("#source-page")).to_have_text("Page 3 of 3")
    there.fill("4")
    there.press("Enter")
    expect(there).to_have_value("3")
    with page.expect_response("**/queue/join*"):
        page.evaluate("dispatchEvent(new Event('focus'))")  # the list and the welcome are drawn anew
    page.wait_for_timeout(1000)
    expect(page.locator("#source-page"), "it stays open").to_have_text("Page 3 of 3")
    page.locator(".document .name", has_text="teas.md").click()
    page.locator(".text-sheet", has_text="Green tea").wait_for()
    assert not there.is_visible()
    page.get_by_role("button", name="Summarize", exact=True).click()
    page.locator("#live .turn.finished .asked", has_text="Summarize teas.md").wait_for()
    assert "Green tea is brewed at 80 degrees." in page.locator("#live .said").inner_text()
    page.locator(".text-sheet").wait_for()
    assert_quiet(site)
    page.context.close()


def test_words_are_found_in_the_document_that_is_open(browser: Browser, site: Site) -> None:
    page = visit(browser, site)
    page.locator(".document .name", has_text="manual.pdf").click()
    page.locator(".sheet.loaded").wait_for()
    page.keyboard.press("Control+f")
    box, told = page.get_by_label("Find in this document").and_(page.locator("input")), page.locator("#source-found")
    expect(box).to_be_focused()
    box.fill("keep  the PACKAGING")
    box.press("Enter")
    expect(told).to_have_text("1 of 2")
    first = page.locator(".sheet.loaded .mark").bounding_box()
    box.press("Enter")
    expect(told).to_have_text("2 of 2")
    page.wait_for_function(
        "top => document.querySelector('.sheet.loaded .mark')?.getBoundingClientRect().top > top + 5",
        arg=first and first["y"],
    )
    box.fill("保修期")
    page.get_by_role("button", name="The next place").click()
    expect(page.locator("#source-page")).to_have_text("Page 2 of 3")
    expect(told).to_have_text("1 of 1")
    box.fill("zebra")
    box.press("Enter")
    expect(told).to_have_text("Not in it")
    box.press("Escape")
    expect(box).to_be_hidden()
    expect(page.locator("#source"), "it closes what was opened last").to_be_visible()
    page.locator(".document .name", has_text="teas.md").click()
    page.get_by_role("button", name="Find in this document").click()
    box.fill("boiling")
    box.press("Enter")
    expect(page.locator(".text-sheet mark")).to_have_text("Black tea wants boiling water.")
    shoot(page, "find-en-light-desktop")
    assert_quiet(site)
    page.context.close()


def test_on_a_phone_the_drawer_makes_room_for_the_document(browser: Browser, site: Site) -> None:
    page = visit(browser, site, PHONE)
    page.locator('[data-action="open-documents"]').click()
    page.locator(".document .name", has_text="manual.pdf").click()
    page.locator(".sheet.loaded").wait_for()
    expect(page.locator("body")).not_to_have_class("documents-open")
    shoot(page, "document-en-light-phone")
    page.get_by_role("button", name="Summarize", exact=True).click()
    expect(page.locator("#source"), "so that the answer is seen").to_be_hidden()
    page.locator("#live .turn.finished .said").wait_for()
    page.context.close()
