"""The list of documents in a real Chromium: many files at once, found, sorted, asked while they are embedded."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from chromium import MARKS
from embedding_server import Reply
from embedding_server import serving as embeddings
from playwright.sync_api import expect
from test_browser import (
    DESKTOP,
    PHONE,
    Site,
    again,
    ask,
    assert_quiet,
    hold,
    release,
    until_held,
    visit,
)
from test_browser_conversations import serving
from test_formats import write_epub

from docent.app import open_library
from docent.retrieval import HashEmbedder

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = MARKS
MANY = 120  # more than the list shows at once


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One server; each test has a collection of its own."""
    folder = tmp_path_factory.mktemp("many")
    library = open_library(data_dir=folder / "data", embedder="hash:64", port=0, reading_processes=0)
    library.collection(create=True)
    with serving(library) as address:
        yield Site(address, library)


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    opened = visit(browser, site, DESKTOP, "zh-CN")
    yield opened
    opened.context.close()


def note(folder: Path, number: int, more: int = 0) -> Path:
    path = folder / f"note {number}.txt"
    path.write_text(f"The harbour number {number} opens at seven.\n" + "Nothing else.\n" * more, encoding="utf-8")
    return path


def names(page: Page) -> list[str]:
    return page.locator(".document .name").all_inner_texts()


def first_chunk(site: Site, collection: str, name: str) -> int:
    """A document has new ones when it is read anew. Two files are sent at once, so either may come first."""
    wanted = "SELECT min(c.id) FROM chunks c JOIN documents d ON d.id = c.document_id WHERE d.name = ?"
    (found,) = site.library.collection(collection).store.connection.execute(wanted, (name,)).fetchone()
    return int(found)


def open_collection(page: Page, name: str) -> None:
    """The page, with a collection chosen as it was by an earlier visit."""
    page.evaluate("name => localStorage.setItem('docent-collection', name)", name)
    again(page)
    page.locator(f'[data-collection="{name}"]').wait_for()


def test_twenty_files_at_once_end_in_the_list_of_their_own_collection(page: Page, site: Site, tmp_path: Path) -> None:
    site.library.create_collection("twenty")
    site.library.create_collection("other")
    open_collection(page, "twenty")
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 but no more than this")
    page.set_input_files("#files", [*(str(note(tmp_path, number)) for number in range(1, 21)), str(broken)])
    page.locator(".list-title .count", has_text="20").wait_for()
    page.locator(".job.failed .state", has_text="broken.pdf").wait_for()
    page.locator(".document .status.ready").nth(19).wait_for()
    expect(page.locator("#jobs .job:visible .name")).to_have_text(["broken.pdf"])
    expect(page.get_by_role("button", name="重试"), "it would say the same").to_have_count(0)
    assert names(page) == [f"note {number}.txt" for number in range(1, 21)], "2 stands before 10"

    first = page.locator(".document").first
    before = first_chunk(site, "twenty", "note 1.txt")
    first.hover()
    first.get_by_role("button", name="重新读取 note 1.txt").click()
    expect(page.locator("#jobs .job:not(.failed)")).to_have_count(0)  # the click has made one
    assert first_chunk(site, "twenty", "note 1.txt") > before, "it was read"
    assert len(names(page)) == 20

    page.select_option("#collection", "other")
    page.locator('[data-collection="other"]').wait_for()
    expect(page.locator("#jobs .job:visible"), "it did not fail here").to_have_count(0)
    page.select_option("#collection", "twenty")
    page.locator("#jobs .job.failed").wait_for()
    ask(page, "When does the harbour number 17 open?")
    page.locator("#live .cite").first.click()
    page.locator(".text-sheet mark", has_text="The harbour number 17 opens at seven.").wait_for()
    assert site.abroad == []


def test_whoever_adds_a_file_sees_how_far_it_is(browser: Browser, site: Site, tmp_path: Path) -> None:
    site.library.create_collection("seen")
    page = visit(browser, site)
    open_collection(page, "seen")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.locator('[data-action="open-documents"]').click()
    page.click("#tab-conversations")
    page.locator('[data-action="close-documents"]').click()
    hold(page, "POST", "/api/documents")
    page.set_input_files("#files", str(note(tmp_path, 1)))
    expect(page.locator("#jobs .job .name")).to_be_visible()
    until_held(page)
    release(page)
    page.locator(".document .status.ready").wait_for()
    page.context.close()


def test_what_is_read_before_its_upload_is_answered_does_not_wait_for_ever(
    page: Page, site: Site, tmp_path: Path
) -> None:
    site.library.create_collection("prompt")
    open_collection(page, "prompt")
    hold(page, "POST", "/api/documents")
    page.set_input_files("#files", str(note(tmp_path, 1)))
    until_held(page)
    page.set_input_files("#files", str(note(tmp_path, 2)))
    page.locator(".document", has_text="note 2.txt").locator(".status.ready").wait_for()  # read after the other
    expect(page.locator("#jobs .job .name")).to_have_text(["note 1.txt"])
    release(page)
    expect(page.locator("#jobs .job")).to_have_count(0)
    page.locator(".document", has_text="note 1.txt").locator(".status.ready").wait_for()
    assert_quiet(site)


def test_a_document_is_read_anew_once_however_often_one_clicks(page: Page, site: Site, tmp_path: Path) -> None:
    site.library.create_collection("again")
    site.library.add_upload(note(tmp_path, 1), "note 1.txt", collection="again")
    open_collection(page, "again")
    hold(page, "POST", "/read")
    row = page.locator(".document")
    row.hover()
    for _ in range(2):
        row.get_by_role("button", name="重新读取 note 1.txt").click()
        expect(page.locator("#jobs .job .name"), "before the server has answered").to_have_text(["note 1.txt"])
    until_held(page)
    release(page)
    expect(page.locator("#jobs .job")).to_have_count(0)
    page.locator(".document .status.ready").wait_for()
    assert page.evaluate("held") == 1
    assert_quiet(site)


def test_a_question_whether_to_remove_stays_while_others_come_in(page: Page, site: Site, tmp_path: Path) -> None:
    site.library.create_collection("growing")
    for number in (2, 1):
        site.library.add_upload(note(tmp_path, number), f"note {number}.txt", collection="growing")
        if number == 2:
            open_collection(page, "growing")
            page.locator(".document").hover()
            page.click('[data-action="ask-remove"]')
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator(".document")).to_have_count(2)
    keep = page.locator(".document", has_text="note 2.txt").locator('[data-action="keep"]')
    expect(keep).to_be_focused()
    expect(page.locator(".confirm:visible")).to_have_count(1)
    keep.click()
    expect(page.locator(".confirm:visible")).to_have_count(0)
    assert_quiet(site)


def test_what_was_removed_is_undone_though_its_row_is_another_s_meanwhile(
    page: Page, site: Site, tmp_path: Path
) -> None:
    site.library.create_collection("moving")
    site.library.add_upload(note(tmp_path, 2), "note 2.txt", collection="moving")
    open_collection(page, "moving")
    page.locator(".document").hover()
    page.click('[data-action="ask-remove"]')
    hold(page, "DELETE", "/api/documents/")
    page.click('[data-action="remove"]')
    until_held(page)
    site.library.add_upload(note(tmp_path, 1), "note 1.txt", collection="moving")
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator(".document .name")).to_have_text(["note 1.txt"])
    release(page)
    expect(page.locator("#undo .job .name")).to_have_text("note 2.txt")
    page.locator("#undo").get_by_role("button", name="撤销").click()
    expect(page.locator(".document .name")).to_have_text(["note 1.txt", "note 2.txt"])
    assert_quiet(site)


def test_a_document_is_asked_while_it_is_still_embedded(page: Page, site: Site, tmp_path: Path) -> None:
    released = threading.Event()
    with embeddings(HashEmbedder(64)) as backend:
        answer = backend.reply

        def hold(body: dict[str, Any], key: str | None) -> Reply:
            if any("Nothing else." in text for text in body["input"]):
                released.wait(120)
            return answer(body, key)

        backend.reply = hold  # type: ignore[method-assign]
        site.library.create_collection("slow", f"openai:some-model@{backend.url}")
        open_collection(page, "slow")
        page.set_input_files("#files", str(note(tmp_path, 7, more=1)))
        page.locator(".document .status.searchable", has_text="已可检索").wait_for()
        ask(page, "When does the harbour number 7 open?")
        page.locator("#live .cite").first.click()
        page.locator(".text-sheet mark", has_text="The harbour number 7 opens at seven.").wait_for()
        assert page.locator(".document .status.searchable").count() == 1, "it waits for its vectors still"
        released.set()
        page.locator(".document .status.ready").wait_for()
    assert_quiet(site)


def test_a_long_list_is_searched_sorted_and_shown_in_parts(page: Page, site: Site, tmp_path: Path) -> None:
    site.library.create_collection("long")
    for number in range(MANY):
        path = note(tmp_path, number, more=number % 3)
        taken = site.library.add_upload(path, path.name, collection="long")
    store = site.library.collection("long").store
    store.tag(taken.document_id, ["港口"])
    store.connection.execute("UPDATE documents SET added = '2124-02-03T12:00:00+00:00' WHERE name = 'note 5.txt'")
    open_collection(page, "long")
    expect(page.locator(".list-title .count")).to_have_text(str(MANY))
    expect(page.locator(".document")).to_have_count(100)
    page.get_by_role("button", name="再显示 20 份（还有 20 份）").click()
    page.locator(".document").nth(MANY - 1).wait_for()
    expect(page.locator(".more")).to_have_count(0)

    page.get_by_label("查找文档").fill("NOTE 11")
    page.locator(".list-title .count", has_text=f"{MANY} 份中的 11 份").wait_for()
    assert names(page) == ["note 11.txt", *(f"note 11{digit}.txt" for digit in range(10))]
    page.get_by_label("文档排序").select_option("size")
    page.locator(".document .name").first.get_by_text("note 110.txt").wait_for()
    sizes = page.locator(".document .facts span:nth-child(2)").all_inner_texts()
    assert [int(one.removesuffix(" B")) for one in sizes] == sorted((int(one[:-2]) for one in sizes), reverse=True)
    page.get_by_label("查找文档").fill("#港口")
    page.locator(".list-title .count", has_text=f"{MANY} 份中的 1 份").wait_for()
    page.get_by_label("查找文档").fill("nowhere")
    page.locator("#document-list .quiet", has_text="没有符合的文档。").wait_for()

    again(page)
    page.locator(".document").first.wait_for()
    expect(page.get_by_label("文档排序"), "it is remembered").to_have_value("size")
    page.get_by_label("文档排序").select_option("added")
    page.locator(".document").first.get_by_text("2124-02-03").wait_for()
    assert names(page)[0] == "note 5.txt"
    assert_quiet(site)


def test_a_book_is_read_chapter_by_chapter_with_the_quoted_line_marked(page: Page, site: Site, tmp_path: Path) -> None:
    site.library.create_collection("books")
    chapter = "<html><body><h1>归来</h1><p>船长在黄昏时分回到港口。</p></body></html>"
    book = write_epub(tmp_path / "book.epub", **{"OEBPS/text/b.xhtml": chapter.encode()})
    site.library.add_upload(book, "book.epub", collection="books")
    site.library.collection("books").fill_vectors()
    open_collection(page, "books")
    ask(page, "船长什么时候回到港口？")
    page.locator("#live .cite").first.click()
    page.locator(".text-sheet mark", has_text="船长在黄昏时分回到港口。").wait_for()
    expect(page.locator("#source-page")).to_have_text("归来 · 2/2")
    expect(page.locator('#source [data-action="next"]')).to_be_disabled()
    page.locator('#source [data-action="previous"]').press("Enter")
    page.locator(".text-sheet p", has_text="他走了。").wait_for()
    expect(page.locator(".text-sheet mark")).to_have_count(0)
    expect(page.locator("#source-page")).to_have_text("第一章 远行 · 1/2")
    expect(page.locator("#source-number"), "its quote is elsewhere").to_be_hidden()
    page.get_by_role("button", name="回到引文（2/2）").click()
    page.locator(".text-sheet mark", has_text="船长在黄昏时分回到港口。").wait_for()
    expect(page.locator("#source-number")).to_be_visible()
    expect(page.locator("#source-back")).to_be_hidden()
    with page.expect_download() as download:
        page.click("#source-original")
    assert download.value.suggested_filename == "book.epub"
    assert_quiet(site)


def test_a_folder_that_is_dropped_gives_the_files_in_it_that_can_be_read(
    page: Page, site: Site, tmp_path: Path
) -> None:
    site.library.create_collection("dropped")
    open_collection(page, "dropped")
    deep = tmp_path / "folder" / "deep"
    deep.mkdir(parents=True)
    (tmp_path / "nothing").mkdir()
    note(deep, 1)
    note(deep.parent, 2)
    for hidden in (deep / "setup.exe", deep / ".DS_Store", deep / "~$note 2.docx"):
        hidden.write_bytes(b"x")
    chrome = page.context.new_cdp_session(page)
    files = {"items": [], "files": [str(deep.parent), str(tmp_path / "nothing")], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        chrome.send("Input.dispatchDragEvent", {"type": kind, "x": 400, "y": 300, "data": files})
    page.locator(".document .status.ready").nth(1).wait_for()
    assert sorted(names(page)) == ["note 1.txt", "note 2.txt"]
    expect(page.locator("#jobs .job:visible")).to_have_text(["nothing知道了其中没有支持的文件。"])
    assert_quiet(site)


def test_markdown_is_shown_without_its_marks_and_still_marked_where_it_is_quoted(
    page: Page, site: Site, tmp_path: Path
) -> None:
    site.library.create_collection("marks")
    wrapped = "Every copy is written a second time, to the tapes in the cellar below the harbour\nand kept there."
    written = tmp_path / "runbook.md"
    items = "- The **harbour master** calls `larch-db` at seven.\n- Nobody"
    code = f"```\n{wrapped[:70]}\nstop db\nstart db\n```\n\n```\ncd /srv\n  tar -czf all.tgz .\n```"
    written.write_text(f"# Runbook\n\n{items}\n\n{wrapped}\n\n{code}\n", encoding="utf-8")
    site.library.add_upload(written, "runbook.md", collection="marks")
    open_collection(page, "marks")
    page.locator(".document .name").click()
    sheet = page.locator(".text-sheet")
    expect(sheet.locator("strong")).to_have_text("harbour master")
    expect(sheet.locator("code").first).to_have_text("larch-db")
    shown = sheet.inner_text()
    assert "• The harbour master calls larch-db at seven." in shown
    assert wrapped.replace("\n", " ") in shown, "a paragraph that was wrapped goes on"
    assert f"{wrapped[:70]}\nstop db\nstart db" in shown
    expect(sheet.locator("p.code")).to_have_text("cd /srv\n  tar -czf all.tgz .", use_inner_text=True)
    assert "monospace" in sheet.locator("p.code").evaluate("one => getComputedStyle(one).fontFamily")
    page.keyboard.press("Escape")
    ask(page, "Whom does the harbour master call at seven?")
    page.locator("#live .cite").first.click()
    expect(sheet.locator("mark")).to_contain_text("The harbour master calls larch-db at seven.")
