"""What a large collection costs: to search, to keep, to change; beside LangChain's retrievers in the same run.

    DOCENT_EVALDATA=... python bench/scale.py [searching] [upkeep] [--data-dir DIR] [--sizes N ...] [--minutes M]
    DOCENT_EVALDATA=... python bench/scale.py --store milvus:FILE.db [--sizes 100000]

Collections are made of real vectors and words (see scales/synthetic.py), kept in the data folder, and used again by
the next run. Prints one table; saves it as bench/results/scale-COMMIT.json.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from figures import Figure, save, show
from scales import searching, stores, upkeep
from scales.real import load_real

SIZES = (50_000, 200_000, 1_000_000)
MINUTES = 20.0  # of embedding real passages, on all cores


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("what", nargs="*", default=["searching", "upkeep"])
    arguments.add_argument("--data-dir", type=Path)
    arguments.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    arguments.add_argument("--minutes", type=float, default=MINUTES)
    arguments.add_argument("--store", help="measure this one beside the local store, and nothing else")
    arguments.add_argument("--json", type=Path)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.data_dir or Path(scratch)
        real = load_real(Path(os.environ["DOCENT_EVALDATA"]), folder, options.minutes)
        figures: list[Figure] = []
        if options.store:
            figures = stores.measure(real, folder, options.store, options.sizes[0])
            options.what = []
        if "searching" in options.what:
            figures += searching.measure(real, folder, options.sizes)
        if "upkeep" in options.what:
            figures += upkeep.measure(real, folder)
    show(figures)
    save(figures, "stores" if options.store else "scale", options.json)


if __name__ == "__main__":
    main()
