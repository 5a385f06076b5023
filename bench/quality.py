"""How often the right page is found and the right answer cited, on the evaluation sets.

    DOCENT_EVALDATA=... python bench/quality.py [SET ...] [--data-dir DIR]

Each set is ingested into one collection of a data folder (kept when it is given, so that a second run only asks).
The figures are those of `python -m app eval`; they are printed and saved as bench/results/quality-COMMIT.json.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path

from docent.app import Library, open_library
from docent.app.evaluation import evaluate, read_questions

SETS = ("zh_real", "finance_en")
DEPTHS = (1, 3, 5, 10)
RESULTS = Path(__file__).parent / "results"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("sets", nargs="*", default=SETS)
    arguments.add_argument("--data-dir", type=Path)
    options = arguments.parse_args()
    data = Path(os.environ["DOCENT_EVALDATA"])
    figures = {}
    with tempfile.TemporaryDirectory() as scratch:
        for name in options.sets:
            folder = (options.data_dir or Path(scratch)) / name
            with open_library(data_dir=folder) as library:
                figures[name] = measure(library, data / name)
            print(name, json.dumps(figures[name], indent=1))
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"quality-{commit()}.json"
    path.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def measure(library: Library, folder: Path) -> dict[str, float]:
    for result in library.sync([folder / "pdfs"]):
        if result.status == "failed":
            raise SystemExit(f"{result.path}: {result.reason}")
    library.collection().fill_vectors()
    return evaluate(library, read_questions(folder / "eval.jsonl"), DEPTHS)


def commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True)
    return done.stdout.strip()


if __name__ == "__main__":
    main()
