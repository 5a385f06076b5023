"""How well and how fast documents are read, against bounds and against stock readers in the same run.

    DOCENT_EVALDATA=... python bench/reading.py [MEASURE ...] [--json FILE]

Prints one table; results are saved as bench/results/reading-COMMIT.json unless told otherwise.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
from dataclasses import asdict
from pathlib import Path

from readings.figure import Figure
from rich.console import Console
from rich.table import Table

MEASURES = ("hostile", "tables", "order", "scans", "speed", "memory")
RESULTS = Path(__file__).parent / "results"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("what", nargs="*", default=[], help="any of: " + " ".join(MEASURES))
    arguments.add_argument("--json", type=Path)
    options = arguments.parse_args()
    data = Path(os.environ["DOCENT_EVALDATA"])
    figures: list[Figure] = []
    for name in options.what or MEASURES:
        figures.extend(importlib.import_module(f"readings.{name}").measure(data))
    show(figures)
    target = options.json or RESULTS / f"reading-{_commit()}.json"
    rows = [{**asdict(figure), "holds": figure.holds} for figure in figures]
    target.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def show(figures: list[Figure]) -> None:
    """One table, what does not hold in red."""
    table = Table("what", "value", "bound", "holds", "beside", "note")
    for one in figures:
        bound = "" if one.bound is None else f"{'>=' if one.at_least else '<='} {one.bound:g}"
        holds = {None: "", True: "yes", False: "[red]no[/red]"}[one.holds]
        beside = ", ".join(f"{name} {value:.3g}" for name, value in one.beside.items())
        table.add_row(one.what, f"{one.value:.4g} {one.unit}", bound, holds, beside, one.note)
    Console(width=160).print(table)


def _commit() -> str:
    found = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True)
    return found.stdout.strip()


if __name__ == "__main__":
    main()
