"""The settings in a real Chromium: collections, models, people and oneself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from chromium import MARKS, PASSWORD, PATIENCE
from playwright.sync_api import expect
from screenshots import shoot
from test_browser import (
    PHONE,
    Site,
    assert_quiet,
    drawn,
    hold,
    manual_site,
    release,
    until_held,
    visit,
)
from test_browser_conversations import serving

from docent.app import Library, open_library
from docent.app.identity.access import Role

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = MARKS
EVIL = '<img src=x onerror="document.title=1">'


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server without accounts, with the manual."""
    with manual_site(tmp_path_factory.mktemp("alone")) as found:
        yield found


@pytest.fixture
def site(alone: Site) -> Site:
    return Site(alone.address, alone.library)


def open_settings(page: Page, tab: str) -> None:
    page.click("#settings-button")
    page.locator(f"#settings-tab-{tab}").click()
    page.locator(f'#settings-panel[aria-labelledby="settings-tab-{tab}"] .setting').first.wait_for()


def the(page: Page, heading: str) -> str:
    """The section of this heading, as a selector."""
    return f'.setting:has(h3:text-is("{heading}"))'


def test_a_collection_is_made_renamed_moved_and_deleted(browser: Browser, site: Site) -> None:
    page = visit(browser, site)
    open_settings(page, "collection")
    page.locator(".facts-list", has_text="Documents: 1, pages: 3").wait_for()
    shoot(page, "settings-collection-en-light-desktop")
    fresh = page.locator('details.setting:has(summary:text-is("New collection"))')
    fresh.locator("summary").click()
    fresh.get_by_label("Name").fill(EVIL)
    fresh.get_by_label("Embedder").fill("nothing:x")
    fresh.get_by_role("button", name="Create").click()
    fresh.locator(".outcome.problem", has_text="is unknown").wait_for()
    fresh.get_by_label("Embedder").fill("")
    fresh.get_by_role("button", name="Create").click()
    page.locator("#collection").wait_for()
    page.wait_for_function("name => document.getElementById('collection')?.value === name", arg=EVIL)

    open_settings(page, "collection")
    expect(page.get_by_label("Collection").last.locator("option:checked")).to_have_text(EVIL)
    renaming = page.locator(the(page, "Name"))
    renaming.get_by_label("Name").fill("tea 茶")
    renaming.get_by_role("button", name="Rename").click()
    renaming.locator(".outcome", has_text="Renamed.").wait_for()
    box = page.get_by_label("Its passages may be sent to models on other machines")
    with page.expect_response(lambda reply: reply.request.method == "PATCH"):
        box.uncheck()
    moving = page.locator(the(page, "Another embedder"))
    moving.get_by_label("Embedder").fill("hash:32")
    moving.get_by_role("button", name="Move").click()
    page.locator(".facts-list", has_text="hash:32").wait_for()
    page.keyboard.press("Escape")
    page.wait_for_function("() => document.getElementById('collection')?.value === 'tea 茶'")
    page.wait_for_selector(".welcome")
    assert page.title() == "Docent"

    open_settings(page, "collection")
    expect(page.get_by_label("Its passages may be sent to models on other machines")).not_to_be_checked()
    page.get_by_role("button", name="Delete this collection").click()
    page.locator(".sure", has_text="Delete tea 茶 for ever, with its documents (0)").wait_for()
    expect(page.get_by_role("button", name="Keep")).to_be_focused()
    page.get_by_role("button", name="Keep").click()
    page.get_by_role("button", name="Delete this collection").click()
    page.get_by_role("button", name="Delete for ever").click()
    page.wait_for_selector("#settings", state="detached")
    page.wait_for_selector(".document")
    assert [one.name for one in site.library.collections()] == ["default"]
    assert site.abroad == []


def test_the_settings_of_one_collection_are_not_mixed_with_another_s(browser: Browser, site: Site) -> None:
    site.library.create_collection("slow")
    page = visit(browser, site)
    open_settings(page, "collection")
    which, name = page.get_by_label("Collection").last, page.locator(the(page, "Name")).get_by_label("Name")
    expect(name).to_have_value("default")
    hold(page, "GET", "/api/collections/")
    which.select_option("slow")
    until_held(page)
    which.select_option("default")
    expect(name).to_have_value("default")
    page.wait_for_function("held === 2")
    release(page)
    page.evaluate("fetch('/api/me').then((reply) => reply.text())")  # by then it has read what was released
    expect(page.locator(the(page, "Name"))).to_have_count(1)
    expect(name).to_have_value("default")
    page.context.close()
    site.library.delete_collection("slow")
    assert_quiet(site)


def test_a_model_is_tried_and_used_in_chinese(browser: Browser, site: Site) -> None:
    page = visit(browser, site, locale="zh-CN")
    open_settings(page, "models")
    chat = page.locator(the(page, "回答"))
    expect(chat.locator("code").first).to_have_text("extractive")
    chat.locator("summary").click()
    shoot(page, "settings-models-zh-light-desktop")
    chat.get_by_role("button", name="ollama").click()
    expect(chat.get_by_label("模型")).to_have_value("ollama:")
    expect(chat.get_by_label("模型")).to_be_focused()
    chat.get_by_label("模型").fill("nothing:x")
    chat.get_by_role("button", name="试一试").click()
    chat.locator(".outcome.problem", has_text="nothing:x").wait_for()
    chat.get_by_label("模型").fill("echo:Said by the echo.")
    chat.get_by_label("密钥").fill("sk-secret")
    chat.get_by_role("button", name="试一试").click()
    chat.locator(".outcome", has_text="它的回答：Said by the echo.").wait_for()
    assert site.library.settings.chat == "extractive"
    chat.get_by_role("button", name="使用", exact=True).click()
    page.locator(".outcome", has_text="已开始使用。").wait_for()
    expect(chat.locator("code").first).to_have_text("echo:Said by the echo.")
    assert "sk-secret" not in page.content()
    assert site.library.settings.chat_api_key == "sk-secret"
    chat.locator("summary").click()
    chat.get_by_label("模型").fill("openai:any@https://llm.example.com/v1")
    chat.get_by_role("button", name="使用", exact=True).click()
    page.locator(".leaving", has_text="llm.example.com").wait_for(state="attached")
    page.keyboard.press("Escape")
    expect(page.locator("#settings")).to_have_count(0)
    expect(page.locator(".leaving")).to_be_visible()
    open_settings(page, "models")
    chat.locator("summary").click()
    chat.get_by_role("button", name="恢复默认").click()
    page.locator(".leaving").wait_for(state="hidden")
    assert site.library.settings.chat == "extractive"
    assert_quiet(site)


def test_the_dialog_is_used_by_keyboard_and_gives_the_focus_back(browser: Browser, site: Site) -> None:
    page = visit(browser, site, PHONE)
    page.focus("#settings-button")
    page.keyboard.press("Enter")
    page.locator("#settings-tab-collection").wait_for()
    page.locator(".facts-list").wait_for()
    expect(page.locator("#settings-tab-collection")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#settings-tab-models")).to_be_focused()
    page.locator(the(page, "Answers")).wait_for()
    for _ in range(30):  # it does not leave the dialog
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('#settings')"
        )
    assert page.evaluate("document.getElementById('settings').scrollWidth") <= PHONE[0]
    shoot(page, "settings-models-en-light-phone")
    page.keyboard.press("Escape")
    expect(page.locator("#settings")).to_have_count(0)
    expect(page.locator("#settings-button")).to_be_focused()
    assert_quiet(site)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[tuple[str, Library]]:
    library = open_library(data_dir=tmp_path / "data", embedder="hash:64", port=0)
    with library, serving(library) as address:
        yield address, library


def test_the_first_account_an_invited_one_and_a_key(browser: Browser, empty: tuple[str, Library]) -> None:
    site = Site(*empty)
    page = visit(browser, site)
    library = site.library
    library.collection(create=True)
    open_settings(page, "people")
    first = page.locator(the(page, "Make the first account"))
    shoot(page, "settings-people-first-en-light-desktop")
    first.get_by_label("Name").fill("Ada")
    first.get_by_label("Password").fill("short")
    first.get_by_role("button", name="Create").click()
    first.locator(".outcome.problem", has_text="10 to 1000 characters").wait_for()
    first.get_by_label("Password").fill(PASSWORD)
    first.get_by_role("button", name="Create").click()
    page.locator("#name").wait_for()
    sign_in(page, "Ada", PASSWORD)

    open_settings(page, "people")
    adding = page.locator(the(page, "Add somebody"))
    adding.get_by_label("Name").fill(EVIL)
    adding.get_by_role("button", name="Make a link").click()
    link = page.locator(".once input").input_value()
    assert re.fullmatch(rf"{re.escape(site.address)}/join\?token=[\w-]{{43}}", link)
    page.locator(".people .name", has_text=EVIL).wait_for()
    shoot(page, "settings-people-en-light-desktop")
    page.locator("#settings-tab-collection").click()
    sharing = page.locator(the(page, "Who may use it"))
    sharing.get_by_label("Name", exact=True).fill(EVIL)
    sharing.get_by_label("Role").select_option("editor")
    sharing.get_by_role("button", name="Share").click()
    sharing.locator(".rows .name", has_text=EVIL).wait_for()
    bob = library.people.accounts.named(EVIL)
    assert list(library.people.access.grants(bob).values()) == [Role.EDITOR]

    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, locale="zh-CN", color_scheme="dark")
    other = context.new_page()
    other.set_default_timeout(PATIENCE)
    other.goto(link)
    other.locator("h2", has_text=f"欢迎，{EVIL}").wait_for()
    shoot(other, "join-zh-dark-phone")
    other.fill("#password", PASSWORD)
    other.keyboard.press("Enter")
    other.locator(".welcome").wait_for()
    assert other.evaluate("document.title") == "Docent"
    other.goto(link)
    other.locator(".problem", has_text="这个链接已用过").wait_for()
    other.goto(site.address)
    drawn(other)
    other.click("#settings-button")
    other.locator(".who", has_text=f"已登录：{EVIL}").wait_for()
    expect(other.locator('#settings [role="tab"]')).to_have_count(1)
    keys = other.locator(the(other, "程序密钥"))
    keys.get_by_label("用途").fill("laptop")
    keys.get_by_role("button", name="生成密钥").click()
    key = other.locator(".once input").input_value()
    assert library.people.tokens.of_key(key) == bob
    keys.locator(".rows .name", has_text="laptop").wait_for()
    shoot(other, "settings-me-zh-dark-phone")
    assert other.evaluate("document.getElementById('settings').scrollWidth") <= PHONE[0]
    keys.get_by_role("button", name="撤销: laptop").click()
    keys.locator(".rows", has_text="还没有密钥。").wait_for()
    assert library.people.tokens.of_key(key) is None
    expect(other.locator(the(other, "登录中的设备")).locator(".rows li")).to_have_count(1)
    change = other.locator(the(other, "修改密码"))
    change.get_by_label("当前密码").fill(PASSWORD)
    change.get_by_label("新密码").fill("another long password")
    change.get_by_role("button", name="修改").click()
    other.locator("#name").wait_for()
    context.close()

    page.locator("#settings-tab-people").click()
    page.get_by_role("button", name=f"Remove: {EVIL}").click()
    page.locator(".sure").get_by_role("button", name="Remove").click()
    page.locator(".people .name", has_text=EVIL).wait_for(state="detached")
    assert [one.name for one in library.people.accounts.all()] == ["Ada"]
    assert site.abroad == []


def sign_in(page: Page, name: str, password: str) -> None:
    page.fill("#name", name)
    page.fill("#password", password)
    page.keyboard.press("Enter")
    drawn(page)
