"""The page in a real Chromium: add a file, ask, open the citation, see the very lines marked."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pymupdf
import pytest
from chromium import MARKS, PATIENCE
from pdfs import write_pdf
from playwright.sync_api import expect
from serving import served

from docent.ui.texts import Texts, texts

if TYPE_CHECKING:
    from fastapi import FastAPI
    from playwright.sync_api import Browser, Page, Request

    from docent.app import Library

pytestmark = MARKS

DESKTOP, PHONE = (1280, 800), (390, 844)
TORQUE = "The tightening torque of TH-01 is 42 Nm."
WARRANTY = "保修期为三十六个月，自购买之日起计算。"
EVIL = "<img src=x onerror=document.title='owned'> ${document.title='owned'} {{value}}"
WIDTH, HEIGHT = 480, 640
CLOSE = 3.0  # points between a mark and the line that MuPDF finds
expect.set_options(timeout=PATIENCE)


@dataclass
class Site:
    """A running server, and what its pages asked for and told."""

    address: str
    library: Library
    abroad: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    pictures: list[Request] = field(default_factory=list)  # that are under way


def manual(path: Path) -> Path:
    """Three pages: English, Chinese, and text that would like to be markup."""
    filler = ["The box is blue and stands upright.", "Keep the packaging for later use.", "Wear gloves at all times."]
    pages = (
        ("helv", [*filler, TORQUE, *reversed(filler)]),
        ("china-s", [WARRANTY, "包装盒的颜色为蓝色。"]),
        ("helv", [f"Hostile: {EVIL}"]),
    )
    with pymupdf.open() as document:
        for font, lines in pages:
            page = document.new_page(width=WIDTH, height=HEIGHT)
            for number, line in enumerate(lines):
                page.insert_text((40, 80 + 40 * number), line, fontsize=10, fontname=font)
        document.save(path)
    return path


@contextmanager
def manual_site(
    folder: Path, mount: Callable[[FastAPI, Library], FastAPI] | None = None, **settings: Any
) -> Iterator[Site]:
    """A server over a library of its own that has read the manual; both end with the block. `mount` brings the page."""
    from docent import ui
    from docent.app import open_library

    with open_library(data_dir=folder / "data", embedder="hash:64", port=0, **settings) as library:
        assert library.add_upload(manual(folder / "manual.pdf"), "manual.pdf").status == "added"
        library.collection().fill_vectors()
        with served(library, mount or ui.mount) as address:
            yield Site(address, library)


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return manual(tmp_path_factory.mktemp("files") / "手册 manual.pdf")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:

    from docent import ui
    from docent.app import open_library

    library = open_library(data_dir=tmp_path / "data", embedder="hash:64", port=0)
    with library, served(library, ui.mount) as address:
        found = Site(address, library)
        yield found
        for one in found.pages:  # no page of an ended server stays behind, to ask for it
            one.context.close()


def visit(browser: Browser, site: Site, size: tuple[int, int] = DESKTOP, locale: str = "en-US") -> Page:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale=locale)
    page = context.new_page()
    site.pages.append(page)
    page.set_default_timeout(PATIENCE)
    own = (site.address, "data:", "blob:")
    page.on("request", lambda request: None if request.url.startswith(own) else site.abroad.append(request.url))
    page.on("request", lambda one: site.pictures.append(one) if ".png?" in one.url else None)
    for ending in ("requestfinished", "requestfailed"):
        page.on(ending, lambda one: site.pictures.remove(one) if one in site.pictures else None)
    page.on("pageerror", lambda error: site.errors.append(str(error)))
    page.on("console", lambda told: site.errors.append(told.text) if told.type == "error" else None)
    page.goto(site.address)
    drawn(page)
    page.wait_for_selector(".welcome")
    return page


def drawn(page: Page) -> None:
    """A page that was asked for: its script hears clicks, and the server has filled it."""
    page.wait_for_selector("body.docent-ready")
    page.wait_for_selector(".welcome, .turn, #past .problem")


def again(page: Page) -> None:
    """Loads it anew. What Gradio says of a stream of events that is cut off by this is no fault."""
    page.evaluate("console.error = () => {}")
    page.reload()
    drawn(page)


HOLD = """([method, part]) => {
  const real = window.fetch;
  window.held = 0;
  window.fetch = async (...given) => {
    const answer = await real(...given);
    const isMeant = (given[1]?.method || 'GET') === method && String(given[0]).includes(part);
    if (isMeant && (window.held += 1) === 1) await new Promise((then) => { window.release = then; });
    return answer;
  };
}"""


def hold(page: Page, method: str, part: str) -> None:
    """Keep the page's script waiting for the first reply to such a request of its own until `release`.

    `part` is of its address. The server has done what it was asked for once the script's `release` is there.
    """
    page.evaluate(HOLD, [method, part])


def until_held(page: Page) -> None:
    page.wait_for_function("() => Boolean(window.release)")


def release(page: Page) -> None:
    page.evaluate("release()")


def add(page: Page, *paths: Path) -> None:
    page.set_input_files("#files", [str(path) for path in paths])
    page.wait_for_selector(".document .status.ready, .job.failed", state="attached")
    assert page.locator(".job.failed .state").all_inner_texts() == []


def ask(page: Page, question: str) -> None:
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.locator("#live .asked", has_text=question).wait_for()
    page.wait_for_selector("#live .turn.finished")


def open_citation(page: Page) -> None:
    page.locator("#live .cite").first.click()
    page.wait_for_selector(".sheet.loaded")


def marks(page: Page) -> list[pymupdf.Rect]:
    """The marked boxes in points of the page, from where they stand on the screen."""
    found: list[dict[str, float]] = page.evaluate(
        """() => {
          const sheet = document.querySelector('.sheet').getBoundingClientRect();
          return [...document.querySelectorAll('.sheet .mark')].map((mark) => {
            const box = mark.getBoundingClientRect();
            return { x0: (box.left - sheet.left) / sheet.width, x1: (box.right - sheet.left) / sheet.width,
                     y0: (box.top - sheet.top) / sheet.height, y1: (box.bottom - sheet.top) / sheet.height };
          });
        }"""
    )
    return [pymupdf.Rect(one["x0"] * WIDTH, one["y0"] * HEIGHT, one["x1"] * WIDTH, one["y1"] * HEIGHT) for one in found]


def assert_marked(page: Page, pdf: Path, number: int, text: str) -> None:
    with pymupdf.open(pdf) as document:
        expected = document[number - 1].search_for(text)
    found = marks(page)
    assert len(found) == len(expected) == 1
    for mark, line in zip(found, expected, strict=True):
        assert all(abs(a - b) < CLOSE for a, b in zip(mark, line, strict=True)), (mark, line)
    inside: bool = page.evaluate(
        """() => {
          const view = document.getElementById('source-view').getBoundingClientRect();
          const mark = document.querySelector('.mark').getBoundingClientRect();
          return mark.top >= view.top && mark.bottom <= view.bottom;
        }"""
    )
    assert inside


def assert_quiet(site: Site) -> None:
    """Nothing went elsewhere, and nothing broke, since this was asked last."""
    told = (site.abroad, site.errors)
    site.abroad, site.errors = [], []
    assert told == ([], [])


def test_add_ask_open_and_remove(browser: Browser, site: Site, pdf: Path) -> None:
    page = visit(browser, site)
    assert page.locator(".welcome h2").inner_text() == "Ask your own documents"
    add(page, pdf)
    expect(page.locator(".document .name")).to_have_text("手册 manual.pdf")
    expect(page.locator(".welcome h2")).to_have_text("What would you like to know?")
    ask(page, "What is the tightening torque of TH-01?")
    assert TORQUE in page.locator("#live .said").inner_text()
    open_citation(page)
    assert page.locator("#source-page").inner_text() == "Page 1 of 3"
    assert_marked(page, pdf, 1, TORQUE)
    page.click('[data-action="zoom-in"]')
    assert_marked(page, pdf, 1, TORQUE)
    page.click('[data-action="next"]')
    page.locator('.sheet.loaded img[alt="Page 2 of 3"]').wait_for()
    expect(page.locator("#source-page")).to_have_text("Page 2 of 3")
    page.keyboard.press("Escape")
    expect(page.locator("#source")).to_be_hidden()
    page.wait_for_function("document.activeElement.classList.contains('cite')")

    while site.pictures:  # of a document that is removed there is none
        page.wait_for_timeout(20)
    page.hover(".document")
    page.click('[data-action="ask-remove"]')
    page.click('[data-action="keep"]')
    expect(page.locator(".document")).to_have_count(1)
    page.click('[data-action="ask-remove"]')
    page.click('[data-action="remove"]')
    page.locator(".document").wait_for(state="detached")
    assert_quiet(site)


def remove(page: Page) -> None:
    page.hover(".document")
    page.click('[data-action="ask-remove"]')
    page.click('[data-action="remove"]')
    page.locator(".document").wait_for(state="detached")


def test_a_removal_is_undone(browser: Browser, site: Site, pdf: Path) -> None:
    page = visit(browser, site)
    add(page, pdf)
    assert page.locator(".removed").count() == 0
    remove(page)
    line = page.locator("#undo .job")
    assert line.locator(".name").inner_text() == "手册 manual.pdf"
    assert line.locator(".state").inner_text() == "Removed. Undo works for 7 days."
    page.click('[data-action="language"]')
    assert line.locator(".state").inner_text() == "已移除，7 天内可撤销。"
    assert line.get_by_role("button").all_inner_texts() == ["撤销", "知道了"]
    line.get_by_role("button", name="撤销").click()
    page.locator(".document .status.ready").wait_for()
    line.wait_for(state="detached")
    expect(page.locator(".removed")).to_have_count(0)
    ask(page, "What is the tightening torque of TH-01?")
    open_citation(page)
    assert_marked(page, pdf, 1, TORQUE)
    assert_quiet(site)
    remove(page)
    site.library.collection().store.sweep_trash(0)
    line.get_by_role("button", name="撤销").click()
    line.locator(".problem", has_text="已无法撤销这次移除").wait_for()


def test_what_was_removed_lately_can_be_restored_after_a_reload(
    browser: Browser, site: Site, pdf: Path, tmp_path: Path
) -> None:
    (tmp_path / f"{EVIL.replace('/', '')}.md").write_text("# Notes", encoding="utf-8")
    page = visit(browser, site)
    title = page.title()
    for path in (pdf, *tmp_path.glob("*.md")):
        add(page, path)
        remove(page)
    page.locator("#undo .job").first.get_by_role("button", name="Dismiss").click()
    expect(page.locator("#undo .job")).to_have_count(1)
    again(page)
    page.locator(".removed summary", has_text="Recently removed 2").click()
    assert page.locator("#undo .job").count() == 0
    page.get_by_role("button", name="Undo the removal of 手册 manual.pdf").click()
    page.locator(".removed summary", has_text="Recently removed 1").wait_for()
    expect(page.locator(".document .name")).to_have_text("手册 manual.pdf")
    assert page.locator(".removed .name").inner_text().startswith("<img src=x"), "it stays unfolded"
    assert page.title() == title
    site.library.collection().store.sweep_trash(0)
    page.locator(".removed").get_by_role("button").click()
    page.locator(".removed").wait_for(state="detached")
    assert site.abroad == []


def test_chinese_on_a_phone(browser: Browser, site: Site, pdf: Path) -> None:
    page = visit(browser, site, PHONE, "zh-CN")
    assert page.locator(".welcome h2").inner_text() == "向你自己的文档提问"
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    add(page, pdf)  # the drawer opens, where it is told how far it is
    page.locator(".document .facts", has_text="3 页").wait_for()
    page.click('[data-action="close-documents"]')
    ask(page, "保修期是多久？")
    assert WARRANTY in page.locator("#live .said").inner_text()
    open_citation(page)
    assert page.locator("#source-page").inner_text() == "第 2 页，共 3 页"
    assert_marked(page, pdf, 2, WARRANTY)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    box = page.locator("#source").bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, PHONE[0])
    page.click('[data-action="close-source"]')
    assert_quiet(site)


def test_the_list_is_in_the_reader_s_language_before_the_first_reply(
    browser: Browser, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    asked_again = threading.Event()

    def slow_texts(language: str) -> Texts:
        heard.append(language)
        if len(heard) == 1:  # the page's first request is answered last
            asked_again.wait(PATIENCE / 1000)
        else:
            asked_again.set()
        return texts(language)

    monkeypatch.setattr("docent.ui.handlers.texts", slow_texts)
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    site.pages.append(page)
    page.set_default_timeout(PATIENCE)
    with page.expect_request(lambda request: "queue/join" in request.url):
        page.goto(site.address)
    page.wait_for_selector("body.docent-ready")
    page.evaluate("dispatchEvent(new Event('focus'))")
    page.locator(".list-title", has_text="文档").wait_for()
    assert heard[1:]
    assert set(heard) == {"zh"}
    expect(page.locator(".welcome h2")).to_have_text("向你自己的文档提问")


def test_the_language_switch_keeps_the_conversation(browser: Browser, site: Site, pdf: Path) -> None:
    page = visit(browser, site)
    add(page, pdf)
    ask(page, "What is the tightening torque of TH-01?")
    page.click('[data-action="language"]')
    page.locator("#past .label", has_text="出处").wait_for()
    expect(page.locator(".turn")).to_have_count(1)
    assert page.locator("#question textarea").get_attribute("placeholder") == "就文档内容提问"
    page.click('[data-action="new"]')
    page.wait_for_selector(".welcome")
    again(page)
    expect(page.locator(".welcome h2")).to_have_text("想了解什么？")
    assert_quiet(site)


def test_hostile_text_stays_text(browser: Browser, site: Site, pdf: Path) -> None:
    page = visit(browser, site)
    add(page, pdf)
    title = page.title()
    ask(page, f"Hostile {EVIL}")
    assert "onerror" in page.locator("#live .asked").inner_text()
    assert "{{value}}" in page.locator("#live .answer").inner_text()
    open_citation(page)
    assert "<img src=x" in page.locator("#source-quote").inner_text()
    assert page.title() == title
    assert page.locator("img[src=x]").count() == 0
    assert_quiet(site)


def test_a_refusal_and_a_text_document(browser: Browser, site: Site, tmp_path: Path) -> None:
    notes = tmp_path / "notes.md"
    notes.write_text("# Notes\n\nThe harbour opens at seven.\n\nThe lighthouse is *red*.\n", encoding="utf-8")
    page = visit(browser, site)
    add(page, notes)
    ask(page, "When does the harbour open?")
    page.locator("#live .cite").first.click()
    page.locator(".text-sheet mark", has_text="The harbour opens at seven.").wait_for()
    ask(page, "zzyzx qwfpgj")
    expect(page.locator("#live .refusal")).to_be_visible()
    expect(page.locator("#live .cite")).to_have_count(0)
    expect(page.locator("#past .turn")).to_have_count(1)
    assert_quiet(site)


def test_a_wrong_file_says_why_and_can_be_dismissed(browser: Browser, site: Site, tmp_path: Path) -> None:
    wrong = tmp_path / "picture.pdf"
    wrong.write_bytes(b"not a pdf")
    page = visit(browser, site)
    page.route("**/api/documents?*", lambda route: route.abort())
    page.set_input_files("#files", str(wrong))
    page.locator(".job.failed .state", has_text="The server does not answer").wait_for()
    page.unroute("**/api/documents?*")
    page.get_by_role("button", name="Try again").click()
    page.locator(".job.failed .state", has_text="is not a PDF").wait_for()
    expect(page.get_by_role("button", name="Try again"), "it would say the same").to_have_count(0)
    page.set_input_files("#files", str(wrong))
    page.locator(".job:not(.failed)").wait_for(state="detached")
    expect(page.locator(".job.failed"), "added once more, it has one card").to_have_count(1)
    page.get_by_role("button", name="Dismiss").click()
    expect(page.locator(".job")).to_have_count(0)
    assert site.abroad == []


def test_a_locked_file_asks_for_its_password(browser: Browser, site: Site, tmp_path: Path) -> None:
    locked = write_pdf(tmp_path / "locked.pdf", ["The secret is tea."], password="k3y-of-mine")
    page = visit(browser, site)
    page.set_input_files("#files", str(locked))
    page.locator(".job.locked .state", has_text="Protected by a password").wait_for()
    for password in ("wrong", "k3y-of-mine"):
        page.get_by_label("Password: locked.pdf").fill(password)
        page.get_by_role("button", name="Open", exact=True).click()
        if password == "wrong":
            page.locator(".job.locked .state", has_text="This password does not open it").wait_for()
    page.wait_for_selector(".document .status.ready")
    ask(page, "What is the secret?")
    open_citation(page)
    assert len(marks(page)) == 1
    assert_quiet(site)


def test_shift_enter_makes_a_line_and_an_input_method_does_not_send(browser: Browser, site: Site) -> None:
    page = visit(browser, site)
    page.fill("#question textarea", "one")
    page.press("#question textarea", "Shift+Enter")
    page.keyboard.type("two")
    expect(page.locator("#question textarea")).to_have_value("one\ntwo")
    composing: Any = {"key": "Enter", "code": "Enter", "bubbles": True, "isComposing": True}
    page.dispatch_event("#question textarea", "keydown", composing)
    page.dispatch_event("#question textarea", "keypress", composing)
    page.wait_for_timeout(400)
    assert page.locator(".turn").count() == 0
    page.press("#question textarea", "Enter")
    page.wait_for_selector("#live .turn.finished")
    assert_quiet(site)


def test_an_answer_can_be_stopped_and_another_question_asked(
    browser: Browser, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from docent.llm import Token

    def slow(*_: object, **__: object) -> Iterator[Token]:
        end = time.monotonic() + PATIENCE / 1000
        for number in itertools.takewhile(lambda _: time.monotonic() < end, itertools.count()):
            time.sleep(0.05)
            yield Token(f"word{number} ")

    page = visit(browser, site)
    with monkeypatch.context() as patch:
        patch.setattr(site.library, "ask", slow)
        page.fill("#question textarea", "Go on for ever")
        page.click("#send")
        page.locator("#live .growing", has_text="word3").wait_for()
        expect(page.locator("#send")).to_be_hidden()
        page.click("#stop")
        page.locator("#live .quiet", has_text="Stopped.").wait_for()
    assert "word3" in page.locator("#live .answer").inner_text()
    expect(page.locator("#send")).to_be_visible()
    ask(page, "And now?")
    expect(page.locator("#past .turn")).to_have_count(1)
    assert_quiet(site)


def test_an_example_is_asked_by_a_click_and_what_may_come_next_by_a_key(
    browser: Browser, site: Site, tmp_path: Path
) -> None:
    notes = tmp_path / "notes.md"
    sections = (
        "The old harbour\n\nThe old harbour opens at seven.",
        "The red lighthouse\n\nThe red lighthouse is high.",
    )
    notes.write_text("# Notes\n\n" + "".join(f"## {one}\n\n" for one in sections), encoding="utf-8")
    page = visit(browser, site)
    add(page, notes)
    page.locator(".example", has_text="The old harbour").click()
    page.locator("#live .asked", has_text="The old harbour").wait_for()
    page.wait_for_selector("#live .turn.finished")
    offered = page.get_by_role("button", name="What do the documents say about “The red lighthouse”?")
    page.locator("#live .next .label", has_text="Ask next").wait_for()
    page.click('[data-action="language"]')
    page.locator("#past .next .label", has_text="接着问").wait_for()
    offered.press("Enter")
    page.locator("#live .said", has_text="The red lighthouse is high.").wait_for()
    expect(offered, "the last answer alone has them").to_have_count(0)
    assert_quiet(site)


def test_an_unforeseen_error_ends_the_answer(browser: Browser, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    page = visit(browser, site)
    monkeypatch.setattr(site.library, "ask", lambda *_, **__: iter([1 // 0]))
    page.fill("#question textarea", "Break")
    page.press("#question textarea", "Enter")
    page.locator("#live .problem", has_text="Something went wrong").wait_for()
    expect(page.locator("#send")).to_be_visible()
    assert site.abroad == []
