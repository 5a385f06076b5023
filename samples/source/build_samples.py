"""Build the sample documents one folder up: ``python samples/source/build_samples.py``.

Every run writes the same bytes. ``--check`` writes nothing and fails if a file differs from what would be built.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import manual
import notice
import paper
import report
import runbook

SAMPLES = Path(__file__).parent.parent
BUILDERS: dict[str, Callable[[], bytes]] = {
    "岚汐水务2023年年度报告.pdf": report.build,
    "soil-moisture-paper.pdf": paper.build,
    "scanned-notice.pdf": notice.build,
    "th01-manual.pdf": manual.build,
    "backup-runbook.md": runbook.build,
}


def main() -> int:
    parser = argparse.ArgumentParser(description="Build the sample documents.")
    parser.add_argument("--check", action="store_true", help="only compare with the files that are there")
    check = parser.parse_args().check
    stale = 0
    for name, build in BUILDERS.items():
        path, content = SAMPLES / name, build()
        same = path.exists() and path.read_bytes() == content
        stale += not same
        if not check:
            path.write_bytes(content)
        print(f"{len(content):>8,} bytes  {'same   ' if same else 'changed'}  {name}")
    return int(check and stale > 0)


if __name__ == "__main__":
    sys.exit(main())
