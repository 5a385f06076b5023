"""How often the right page is found, the right answer cited and the unanswerable refused, on the evaluation sets.

    DOCENT_EVALDATA=... python bench/quality.py [COLLECTION ...] [--data-dir DIR]

Sets that are searched together are ingested into one library of a data folder (kept when it is given, so that a second
run only asks). The figures are those of `python -m app eval`, for each set, and for all of a library's questions with
those that it cannot answer; they are printed and saved as bench/results/quality-COMMIT.json.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from docent.app import Library, open_library
from docent.app.evaluation import Question, evaluate, read_questions

COLLECTIONS = {"real": ("zh_real", "finance_en"), "cmrc": ("cmrc_zh",)}
DEPTHS = (1, 3, 5, 10)
RESULTS = Path(__file__).parent / "results"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("collections", nargs="*", default=list(COLLECTIONS))
    arguments.add_argument("--data-dir", type=Path)
    options = arguments.parse_args()
    data = Path(os.environ["DOCENT_EVALDATA"])
    figures: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for name in options.collections:
            folder = (options.data_dir or Path(scratch)) / name
            with open_library(data_dir=folder) as library:
                figures.update(measure(library, data, name))
    print(json.dumps(figures, indent=1))
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"quality-{commit()}.json"
    path.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def measure(library: Library, data: Path, name: str) -> dict[str, dict[str, float]]:
    sets = COLLECTIONS[name]
    for result in library.sync([data / one / "pdfs" for one in sets]):
        if result.status == "failed":
            raise SystemExit(f"{result.path}: {result.reason}")
    library.collection().fill_vectors()
    questions = {one: read_questions(data / one / "eval.jsonl") for one in sets}
    figures = {one: evaluate(library, rows, DEPTHS) for one, rows in questions.items()}
    every = [row for rows in questions.values() for row in rows]
    return {**figures, f"{name} with unanswerable": evaluate(library, [*every, *unanswerable(data, sets)], DEPTHS)}


def unanswerable(data: Path, sets: tuple[str, ...]) -> Iterator[Question]:
    """Questions that the documents of these sets do not answer."""
    path = data / "refusal" / "eval.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for question, row in zip(read_questions(path), rows, strict=True):
        if row["collection"] in sets:
            yield question


def commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True)
    return done.stdout.strip()


if __name__ == "__main__":
    main()
