"""What all tests in a browser need: the browser, marks, patience, and a password."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NEEDED = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium")
MARKS = [pytest.mark.browser, NEEDED]
PATIENCE = 90_000  # milliseconds; a busy machine of two cores is slow, and a test that fails for that says nothing
PASSWORD = "correct horse battery"


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """A Chromium, with more options of its command line."""
    from playwright.sync_api import sync_playwright

    options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", *more]
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield found
        found.close()
