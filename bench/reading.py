"""How well and how fast documents are read, against bounds and against stock readers in the same run.

    DOCENT_EVALDATA=... python bench/reading.py [MEASURE ...] [--json FILE]

Prints one table; results are saved as bench/results/reading-COMMIT.json unless told otherwise.
"""

from __future__ import annotations

import argparse
import importlib
import os
from pathlib import Path

from figures import Figure, save, show

MEASURES = ("hostile", "tables", "order", "scans", "speed", "memory")


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
    save(figures, "reading", options.json)


if __name__ == "__main__":
    main()
