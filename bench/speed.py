"""From files to a collection that answers, beside the usual LangChain pipeline on the same files and weights.

    DOCENT_EVALDATA=... python bench/speed.py [--files N] [--words] [--json FILE]

Both sides are processes of their own, one after the other, timed from their start to their end with everything
embedded. Memory is the largest sum of what the processes of a side hold at once (PSS, so shared pages count once).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from figures import Figure, save, show
from speeds.e5_folder import write_folder

SET = "finance_en"
EVERY = 1.0  # seconds between two looks at the memory


@dataclass(frozen=True, slots=True)
class Run:
    """What a command printed, how long it took, and the most memory it held."""

    output: str
    seconds: float
    megabytes: float


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--files", type=int, help="only the first so many files of the set")
    arguments.add_argument("--words", action="store_true", help="only how soon documents are found by words: a minute")
    arguments.add_argument("--json", type=Path)
    options = arguments.parse_args()
    data = Path(os.environ["DOCENT_EVALDATA"]) / SET
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        pdfs = scratch / "pdfs"
        pdfs.mkdir()
        for path in sorted((data / "pdfs").glob("*.pdf"))[: options.files]:
            shutil.copy(path, pdfs)
        questions = scratch / "questions.jsonl"
        _select(data / "eval.jsonl", pdfs, questions)
        figures = [found_by_words(scratch, pdfs)] if options.words else measure(scratch, pdfs, questions)
    show(figures)
    save(figures, "speed", options.json)


def measure(scratch: Path, pdfs: Path, questions: Path) -> list[Figure]:
    write_folder(scratch / "e5")
    environment = {**os.environ, "DOCENT_DATA_DIR": str(scratch / "full"), "DOCENT_CACHE_DIR": str(scratch / "cache")}
    words = found_by_words(scratch, pdfs)
    ours = _run(["-m", "docent.ingest", str(pdfs), "--json"], environment)
    quality = json.loads(
        _run(["-m", "docent.app", "eval", str(questions), "-k", "1,5,10", "--json"], environment).output
    )
    stock = _run(["-m", "speeds.stock", str(pdfs), str(scratch / "e5"), str(questions)], environment)
    theirs = json.loads(stock.output)
    pages = _pages(ours.output)
    return [
        Figure("pages/s to fully embedded, against LangChain", stock.seconds / ours.seconds, "x", 2.5,
               beside={"Docent, pages/s": pages / ours.seconds, "LangChain, pages/s": pages / stock.seconds},
               note=f"{pages} pages; {theirs['chunks']} chunks there"),
        Figure("most memory, against LangChain", ours.megabytes / stock.megabytes, "x", 1, at_least=False,
               beside={"Docent, MB": ours.megabytes, "LangChain, MB": stock.megabytes}),
        *(
            Figure(f"page hit@{depth}", quality[f"page_hit@{depth}"], "", theirs[f"page_hit@{depth}"],
                   note="bound: LangChain's, same run")
            for depth in (1, 5, 10)
        ),
        words,
    ]  # fmt: skip


def found_by_words(scratch: Path, pdfs: Path) -> Figure:
    """How soon words of the documents are found, from the start of one command to the end of the next."""
    places = {"DOCENT_DATA_DIR": str(scratch / "words"), "DOCENT_CACHE_DIR": str(scratch / "cache")}
    environment = {**os.environ, **places}
    _build_model(pdfs, environment)
    read = _run(["-m", "docent.ingest", str(pdfs), "--no-wait", "--json"], environment)
    searched = _run(["-m", "docent.app", "search", "revenue", "--json"], environment)
    rate = _pages(read.output) / (read.seconds + searched.seconds)
    note = f"{read.seconds:.1f} s to commit, {searched.seconds:.1f} s to index and search"
    return Figure("pages/s until found by words, tables included", rate, "", 60, note=note)


def _build_model(pdfs: Path, environment: dict[str, str]) -> None:
    """What a machine does once: the embedder is built in the cache by the first file that it embeds."""
    smallest = min(pdfs.iterdir(), key=lambda path: path.stat().st_size)
    elsewhere = f"{environment['DOCENT_DATA_DIR']}-0"
    _run(["-m", "docent.ingest", str(smallest)], {**environment, "DOCENT_DATA_DIR": elsewhere})


def _select(source: Path, pdfs: Path, target: Path) -> None:
    """The questions to these files."""
    rows = [
        line for line in source.read_text(encoding="utf-8").splitlines() if (pdfs / json.loads(line)["doc"]).exists()
    ]
    target.write_text("\n".join(rows) + "\n", encoding="utf-8")


def _pages(output: str) -> int:
    return int(json.loads(output.splitlines()[-1])["summary"]["pages"])


def _run(command: list[str], environment: dict[str, str]) -> Run:
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *command], stdout=subprocess.PIPE, text=True, env=environment, cwd=Path(__file__).parent
    )
    most: list[float] = [0.0]
    watcher = threading.Thread(target=_watch, args=(process.pid, most), daemon=True)
    watcher.start()
    output, _ = process.communicate()
    seconds = time.perf_counter() - started
    watcher.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Run(output, seconds, most[0])


def _watch(pid: int, most: list[float]) -> None:
    try:
        process: Any = psutil.Process(pid)
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            held = 0.0
            for one in (process, *process.children(recursive=True)):
                try:
                    held += one.memory_full_info().pss / 1e6
                except psutil.NoSuchProcess:
                    continue
            most[0] = max(most[0], held)
            time.sleep(EVERY)
    except psutil.NoSuchProcess:
        return


if __name__ == "__main__":
    main()
