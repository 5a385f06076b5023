"""Draw the pictures of the page in docs/images: a question to the samples, in both languages, on a desk and a phone.

    python bench/pictures.py [--into docs/images]

Against `serve` in a process of its own, by the Chromium of this machine, two pixels to each that is shown.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from loads.server import serving
from PIL import Image
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
SHARP = 2
COLOURS = 256
SIZES = {"answer": (1280, 800), "phone": (390, 844)}
ASKED = {
    "en": ("en-US", "How much less water did the drift-aware terraces use?"),
    "zh": ("zh-CN", "2023年西北地区的营业收入是多少？"),
}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--into", type=Path, default=ROOT / "docs" / "images")
    into = arguments.parse_args().into
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DOCENT_")}
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        data = Path(name)
        command = [sys.executable, "-m", "docent.ingest", str(ROOT / "samples"), "--data-dir", str(data)]
        subprocess.run(command, env=environment, cwd=name, check=True)
        chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        if chromium is None:
            sys.exit("no Chromium is installed: apt-get install chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        with serving(data, environment) as server:
            for kind in SIZES:
                for language in ASKED:
                    draw(browser, server.address, kind, language, into / f"{kind}-{language}.png")
        browser.close()


def draw(browser: Browser, address: str, kind: str, language: str, path: Path) -> None:
    """An answer; on a desk beside the page that its first citation is from."""
    (width, height), (locale, question) = SIZES[kind], ASKED[language]
    view = {"width": width, "height": height}
    context = browser.new_context(viewport=view, locale=locale, device_scale_factor=SHARP)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("body.docent-ready .welcome")
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.wait_for_selector("#live .turn.finished .cite")
    page.wait_for_selector("#live .next")
    if kind == "answer":
        page.locator("#live .cite").first.click()
        page.wait_for_selector(".sheet.loaded .mark")
    page.evaluate("document.activeElement.blur()")
    page.mouse.move(0, 0)  # away from what it would light up
    page.screenshot(path=path, animations="disabled", caret="hide")
    with Image.open(path) as whole:
        few = whole.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE)  # rare colours stay
    few.save(path, optimize=True)  # a third of the bytes
    context.close()


if __name__ == "__main__":
    main()
