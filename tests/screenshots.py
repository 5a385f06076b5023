"""Pictures of the page, kept in `build/screenshots` so that somebody can look at them after a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conftest import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page

FOLDER = ROOT / "build" / "screenshots"


def shoot(page: Page, name: str) -> None:
    """Save what is seen as `build/screenshots/NAME.png`, once nothing moves any more."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=FOLDER / f"{name}.png", animations="disabled", caret="hide")
