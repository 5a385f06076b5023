"""How long a browser that has never been here waits until the page can be used, and whether anything jumps meanwhile.

    python bench/first_view.py [--runs 5] [--documents 200] [--json FILE]

On loopback, against `serve` in a process of its own, by a Chromium with an empty cache that is started anew for each
run; the time is the browser's own, from the navigation to the moment when a question can be typed and the list of
documents stands there. Jumps are the cumulative layout shift (https://web.dev/articles/cls) of all that moves by itself
until a second after that; up to 0.1 counts as good there, and 0.02 is wanted here.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import pymupdf
from figures import Figure, save, show
from loads.server import serving
from playwright.sync_api import sync_playwright

USABLE_MS = 2000.0
SHIFT = 0.02
# Runs before any script of the page. What is waited for: the box, the welcome, and the list with its count.
WATCH = """
window.docentShift = 0;
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) window.docentShift += one.value;
}).observe({ type: 'layout-shift', buffered: true });
const usable = () => document.body?.classList.contains('docent-ready') && document.querySelector('.welcome')
  && document.querySelector('#question textarea') && document.querySelector('.list-title');
const look = () => { if (usable()) window.docentUsable = performance.now(); else requestAnimationFrame(look); };
requestAnimationFrame(look);
"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--documents", type=int, default=200)
    arguments.add_argument("--json", type=Path)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        figures = measure(Path(name), options.documents, options.runs)
    show(figures)
    save(figures, "first-view", options.json)


def measure(scratch: Path, documents: int, runs: int) -> list[Figure]:
    """An empty server, then one that holds documents, each seen by browsers that start cold."""
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("DOCENT_")},
        "DOCENT_CACHE_DIR": str(scratch / "cache"), "DOCENT_EMBEDDER": "hash:64",
    }  # fmt: skip
    fill(scratch / "filled", documents)
    figures = []
    for what, folder in (("empty", scratch / "empty"), (f"{documents} documents", scratch / "filled")):
        with serving(folder, environment) as server:
            first, *rest = [look(server.address) for _ in range(runs + 1)]
        times = [one["usable"] for one in rest]
        figures += [
            Figure(f"page usable, {what}", statistics.median(times), "ms", USABLE_MS, at_least=False,
                   beside={"longest": max(times), "first after the start": first["usable"],
                           "bytes": first["bytes"], "requests": first["requests"]},
                   note=f"median of {runs} browsers"),
            Figure(f"layout shift, {what}", max(one["shift"] for one in (first, *rest)), "", SHIFT, at_least=False),
        ]  # fmt: skip
    return figures


def look(address: str) -> dict[str, Any]:
    """One cold browser: milliseconds, layout shift, bytes and requests."""
    with sync_playwright() as playwright:
        found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        if found is None:
            sys.exit("no Chromium is installed: apt-get install chromium")
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="en-US")
        page.add_init_script(WATCH)
        page.goto(address, wait_until="commit")
        page.wait_for_function("window.docentUsable", timeout=120_000)
        page.wait_for_timeout(1000)
        told: dict[str, Any] = page.evaluate(
            """() => {
              const loaded = ["resource", "navigation"].flatMap((one) => performance.getEntriesByType(one));
              return { usable: window.docentUsable, shift: window.docentShift, requests: loaded.length,
                       bytes: loaded.reduce((sum, one) => sum + one.transferSize, 0) };
            }"""
        )
        browser.close()
    return told


def fill(folder: Path, documents: int) -> None:
    """A data directory with documents of a page each."""
    from docent.app import open_library

    files = folder.parent / "files"
    files.mkdir()
    for number in range(documents):
        with pymupdf.open() as document:
            page = document.new_page()
            page.insert_text((72, 96), f"Report {number}", fontsize=20)
            page.insert_text((72, 140), f"Machine {number} ran for {number * 7 + 3} hours in the year.", fontsize=11)
            document.save(files / f"report {number:03}.pdf")
    with open_library(data_dir=folder, embedder="hash:64", reading_processes=0) as library:
        for _ in library.sync([files]):
            pass
        library.collection().fill_vectors()


if __name__ == "__main__":
    main()
