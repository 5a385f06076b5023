"""Every view of the page by axe-core: no serious violation, and a picture of it to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from chromium import MARKS, PASSWORD, PATIENCE
from screenshots import shoot
from test_browser import DESKTOP, PHONE, ask, drawn, manual
from test_browser_conversations import serving

from docent.app import Library, open_library

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = MARKS
GRAVE = {"serious", "critical"}
ASKED = {"en-US": "What is the tightening torque of TH-01?", "zh-CN": "保修期是多久？"}
# The last value: whether axe looks, too. Two looks have all that differs; of the others there are pictures.
LOOKS = [
    pytest.param(DESKTOP, "light", "en-US", True, id="desktop-light-en"),
    pytest.param(PHONE, "dark", "zh-CN", True, id="phone-dark-zh"),
    pytest.param(DESKTOP, "dark", "zh-CN", False, id="desktop-dark-zh"),
    pytest.param(PHONE, "light", "en-US", False, id="phone-light-en"),
]


@dataclass(frozen=True)
class Views:
    """A page in one look; `seen` checks what is shown now, and keeps a picture of it."""

    page: Page
    look: str
    is_checked: bool

    def seen(self, view: str) -> None:
        from axe_playwright_python.sync_playwright import Axe

        self.page.mouse.move(0, 0)
        shoot(self.page, f"{view}-{self.look}")
        if not self.is_checked:
            return
        found = Axe().run(self.page).response["violations"]
        grave = [
            (one["id"], one["help"], [node["target"] for node in one["nodes"]])
            for one in found
            if one["impact"] in GRAVE
        ]
        assert grave == [], f"{view}, {self.look}"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Library]]:
    """A server with accounts, the manual, and an empty collection."""
    folder = tmp_path_factory.mktemp("house")
    library = open_library(data_dir=folder / "data", embedder="hash:64", port=0)
    library.add_upload(manual(folder / "manual.pdf"), "manual.pdf")
    library.collection().fill_vectors()
    library.create_collection("empty")
    library.people.accounts.add("Ada", PASSWORD)
    library.people.accounts.add("Bob", None)
    with serving(library) as address:
        yield address, library


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[[tuple[int, int], str, str], Page]]:
    contexts = []

    def make(size: tuple[int, int], scheme: str, locale: str) -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale=locale,
            color_scheme="dark" if scheme == "dark" else "light",
        )  # fmt: skip
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context.new_page()

    yield make
    for one in contexts:
        one.close()


@pytest.mark.parametrize(("size", "scheme", "locale", "is_checked"), LOOKS)
def test_no_view_has_a_serious_violation(
    opened: Callable[[tuple[int, int], str, str], Page],
    house: tuple[str, Library],
    size: tuple[int, int],
    scheme: str,
    locale: str,
    is_checked: bool,
) -> None:
    address, library = house
    page = opened(size, scheme, locale)
    views = Views(page, f"{locale[:2]}-{scheme}-{'phone' if size == PHONE else 'desktop'}", is_checked)
    _forms(views, address, library)
    page.fill("#name", "Ada")
    page.fill("#password", PASSWORD)
    page.evaluate("localStorage.setItem('docent-collection', 'empty')")
    page.keyboard.press("Enter")
    page.locator('.welcome [data-action="choose"]').wait_for()
    drawn(page)
    views.seen("empty")
    page.evaluate("localStorage.setItem('docent-collection', 'default')")
    page.reload()
    page.locator(".document").wait_for(state="attached")
    drawn(page)
    _conversation(views, ASKED[locale])
    _lists(views, is_phone=size == PHONE)
    _settings(views)


def _forms(views: Views, address: str, library: Library) -> None:
    bob = library.people.accounts.named("Bob")
    views.page.goto(f"{address}/join?token={library.people.invitations.make(bob)}")
    views.seen("join")
    views.page.goto(f"{address}/join?token=none")
    views.seen("join-over")
    views.page.goto(address)
    views.page.fill("#name", "Ada")
    views.page.keyboard.press("Tab")
    views.seen("sign-in")


def _conversation(views: Views, question: str) -> None:
    page = views.page
    views.seen("welcome")
    ask(page, question)
    page.locator("#live .why summary").click()
    views.seen("answered")
    page.locator("#live .cite").first.click()
    page.wait_for_selector(".sheet.loaded")
    views.seen("source")
    page.keyboard.press("Escape")
    ask(page, "zzyzx qwfpgj")
    views.seen("refused")


def _lists(views: Views, *, is_phone: bool) -> None:
    page = views.page
    if is_phone:
        page.click('[data-action="open-documents"]')
    page.locator(".document").first.hover()
    page.locator('[data-action="ask-remove"]').first.click()
    views.seen("documents")
    page.locator('[data-action="keep"]').first.click()
    page.click("#tab-conversations")
    page.locator(".kept-row").first.wait_for()
    assert not page.locator("#drop").is_visible()
    views.seen("conversations")
    page.click("#tab-documents")
    if is_phone:
        page.click('[data-action="close-documents"]')


def _settings(views: Views) -> None:
    page = views.page
    page.click("#settings-button")
    for tab, filled in (("collection", ".facts-list"), ("models", ".in-use"), ("people", ".people"), ("me", ".rows")):
        page.click(f"#settings-tab-{tab}")
        page.locator(f"#settings-panel {filled}").first.wait_for()
        if tab == "models":
            page.locator(".setting summary").first.click()
        views.seen(f"settings-{tab}")
    page.keyboard.press("Escape")
