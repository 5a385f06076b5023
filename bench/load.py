"""Many people at one server, while files are ingested: errors, waits, memory, and the highest rate that it holds.

    DOCENT_EVALDATA=... python bench/load.py [--corpus DIR] [--users 50] [--seconds 180] [--pages 200] [--json FILE]

On loopback alone, against `serve` in a process of its own. `--corpus` is a data directory that was ingested before and
is only copied; without it the samples and the real Chinese documents are ingested first, which takes minutes. Each user
searches or asks (extractively) once every ten seconds while files of English reports are read and embedded, the reader
and the worker niced, on one core. Then, with nothing to ingest, requests come at a rate that grows by steps until
it is not held any more. Prints one table; saves it as bench/results/load-COMMIT.json.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pymupdf
from figures import Figure, save_json, show
from loads.clients import Waits, crowd, people, percentile
from loads.server import Memory, Server, serving

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
SEARCH_MS = 400.0  # the 95th percentile that is wanted
STEP_SECONDS = 15.0
SETTLE_SECONDS = 120.0
RATES = (5.0, 8.0, 12.0, 18.0, 27.0, 40.0, 60.0, 90.0, 130.0, 200.0)
PAGES_A_FILE = 25


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--corpus", type=Path)
    arguments.add_argument("--users", type=int, default=50)
    arguments.add_argument("--every", type=float, default=10.0, help="seconds between two requests of one user")
    arguments.add_argument("--seconds", type=float, default=180.0)
    arguments.add_argument("--pages", type=int, default=200)
    arguments.add_argument("--rates", type=float, nargs="*", default=RATES)
    arguments.add_argument("--json", type=Path)
    options = arguments.parse_args()
    data = Path(os.environ["DOCENT_EVALDATA"])
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("DOCENT_")},
            "DOCENT_CACHE_DIR": str(scratch / "cache"), "DOCENT_READING_PROCESSES": "1",
        }  # fmt: skip
        corpus = options.corpus or _ingested(scratch / "corpus", data, environment)
        shutil.copytree(corpus, scratch / "data")
        questions = _questions(data)
        uploads = _reports(data, scratch, options.pages)
        with serving(scratch / "data", environment) as server:
            asyncio.run(crowd(server.address, questions, 2.0, 5.0))  # the first ones load what they need
            server.watch()
            held, embedded = _hold(server, questions, uploads, options)
            server.end()
            _settle(server)
            rates = _rates(server, questions, options.rates)
    figures = _figures(held, embedded, server.memory, rates, options)
    show(figures)
    told = [{**asdict(one), "holds": one.holds} for one in figures]
    save_json({"figures": told, "memory": asdict(server.memory), "cores": os.cpu_count()}, "load", options.json)


def _hold(
    server: Server, questions: Sequence[str], uploads: list[Path], options: argparse.Namespace
) -> tuple[Waits, float]:
    """What people wait while files come in, and when the last of these was embedded, in seconds; 0 where it was not."""
    ended = [0.0]

    def ingest() -> None:
        began = time.monotonic()
        ids = server.upload(uploads)
        while time.monotonic() - began < options.seconds:
            known = server.jobs()
            if all(known[one]["state"] in {"done", "failed"} for one in ids):
                ended[0] = time.monotonic() - began
                return
            time.sleep(1.0)

    ingesting = threading.Thread(target=ingest)
    if uploads:
        ingesting.start()
    waits = asyncio.run(people(server.address, questions, options.users, options.every, options.seconds))
    if uploads:
        ingesting.join()
        failed = [one["reason"] for one in server.jobs().values() if one["state"] == "failed"]
        waits.errors += failed
    return waits, ended[0]


def _settle(server: Server) -> None:
    """Wait until nothing is read or embedded any more, at most two minutes."""
    end = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < end and any(one["state"] not in {"done", "failed"} for one in server.jobs().values()):
        time.sleep(1.0)


def _rates(server: Server, questions: Sequence[str], rates: Sequence[float]) -> list[tuple[float, Waits, float]]:
    """Each rate that was tried, its waits, and the share of one core that the server took; the last did not hold."""
    found = []
    for rate in rates:
        before, began = server.cpu_seconds(), time.monotonic()
        waits = asyncio.run(crowd(server.address, questions, rate, STEP_SECONDS))
        share = (server.cpu_seconds() - before) / (time.monotonic() - began)
        found.append((rate, waits, share))
        if not _holds(waits):
            break
    return found


def _holds(waits: Waits) -> bool:
    return not waits.errors and percentile(waits.search, 0.95) <= SEARCH_MS


def _figures(
    held: Waits, embedded: float, memory: Memory, rates: list[tuple[float, Waits, float]], options: argparse.Namespace
) -> list[Figure]:
    what = f"{options.users} users, one request each {options.every:g} s, for {options.seconds:g} s"
    third = max(1, len(memory.server) // 3)
    first, last = statistics.median(memory.server[third : 2 * third] or [0]), statistics.median(memory.server[-third:])
    best = max((rate for rate, waits, _ in rates if _holds(waits)), default=0.0)
    tried = {
        f"{rate:g}/s: search p95 ms": percentile(waits.search, 0.95) for rate, waits, _ in rates
    } | {f"{rate:g}/s: server, cores": share for rate, _, share in rates}  # fmt: skip
    done = f"all embedded after {embedded:.0f} s" if embedded else "not all embedded in that time"
    return [
        Figure("errors", len(held.errors), "", 0, at_least=False,
               note=f"{what}; {held.count} answered; {', '.join(sorted(set(held.errors))[:3])}"),
        Figure("search, 95th percentile", percentile(held.search, 0.95), "ms", SEARCH_MS, at_least=False,
               beside={"median": percentile(held.search, 0.5)}, note=f"{options.pages} pages meanwhile: {done}"),
        Figure("question, 95th percentile", percentile(held.ask, 0.95), "ms",
               beside={"median": percentile(held.ask, 0.5)}),
        Figure("memory of the server, last third to second third", last / first if first else 0.0, "x", 1.05,
               at_least=False, beside={"MB at its end": last, "MB at most": max(memory.server, default=0.0)}),
        Figure("memory of the worker at most", max(memory.worker, default=0.0), "MB",
               beside={"with its readers": max(memory.below, default=0.0)}),
        Figure("highest rate that holds", best, "/s", beside=tried, note="nothing to ingest meanwhile"),
    ]  # fmt: skip


def _ingested(folder: Path, data: Path, environment: dict[str, str]) -> Path:
    """The samples and the real Chinese documents, but no scans, which take long to read."""
    source = folder.parent / "source"
    source.mkdir()
    for path in (*SAMPLES.glob("*.pdf"), *SAMPLES.glob("*.md"), *(data / "zh_real" / "pdfs").glob("*.pdf")):
        if "scan" not in path.name:
            shutil.copy(path, source)
    command = [sys.executable, "-m", "docent.ingest", str(source), "--data-dir", str(folder)]
    subprocess.run(command, env=environment, cwd=folder.parent, check=True)
    return folder


def _questions(data: Path) -> list[str]:
    rows = [
        json.loads(line)
        for path in (SAMPLES / "questions.jsonl", data / "zh_real" / "eval.jsonl")
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return [row["question"] for row in rows]


def _reports(data: Path, scratch: Path, pages: int) -> list[Path]:
    """So many pages of reports, in files of 25."""
    found: list[Path] = []
    for source in sorted((data / "finance_en" / "pdfs").glob("*.pdf")):
        with pymupdf.open(source) as document:
            for first in range(0, len(document), PAGES_A_FILE):
                if len(found) * PAGES_A_FILE >= pages:
                    return found
                with pymupdf.open() as part:
                    part.insert_pdf(document, from_page=first, to_page=first + PAGES_A_FILE - 1)
                    part.save(scratch / f"{source.stem}-{first}.pdf")
                found.append(scratch / f"{source.stem}-{first}.pdf")
    return found


if __name__ == "__main__":
    main()
