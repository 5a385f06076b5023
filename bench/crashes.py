"""`kill -9` at random moments of ingest, delete, reindex and purge: what was lost, came back, or wanted a repair.

python bench/crashes.py [N] [--seed S]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))


def main() -> int:
    from crashes import crash

    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("kills", nargs="?", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tally = crash(Path(folder), options.kills, options.seed)
    print(f"{tally.kills} kills, {tally.committed} documents there at the end")
    for what in ("lost", "ghosts", "repairs"):
        found = getattr(tally, what)
        print(f"{what}: {len(found)}", *found[:10], sep="\n  ")
    return int(bool(tally.lost or tally.ghosts or tally.repairs))


if __name__ == "__main__":
    sys.exit(main())
