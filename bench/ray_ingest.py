"""What a Ray cluster gives ingest, and whether its result is that of one machine.

    DOCENT_EVALDATA=... python bench/ray_ingest.py [--set NAME] [--files N] [--embed N] [--json FILE]

The cluster is two nodes of one core on this machine, so it can be no faster than the two processes it is held against:
the figure is what Ray costs. Three runs read the whole set (one machine; the cluster; the cluster while one of its
workers is killed with all that it has started), and three embed the N smallest files. All are compared chunk for chunk
and vector for vector.
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
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from figures import Figure, save, show

from docent.app import load_settings, open_library

NODES = 2
BUSY = 3.0  # seconds of work after which a worker is killed
PATIENCE = 300.0  # seconds until there is such a one
QUERIES = (
    "SELECT id, name, media_type, parser_version, dated FROM documents",
    "SELECT document_id, number, width, height, report, blocks, location FROM pages",
    "SELECT document_id, ordinal, heading, context, text, spans, table_rows, first_page, last_page FROM chunks",
    "SELECT document_id, ordinal, part, vector FROM vectors JOIN chunks ON chunks.id = chunk_id",
)


@dataclass(frozen=True, slots=True)
class Run:
    """How long a run took, from its start to its end, and everything it left behind, without row numbers."""

    seconds: float
    pages: int
    contents: tuple[tuple[tuple[Any, ...], ...], ...]


class Nodes:
    """A cluster of this machine whose head has no core, so that all work is done on nodes that may be killed."""

    def __init__(self) -> None:
        from ray.cluster_utils import Cluster

        self._cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
        for _ in range(NODES):
            self._cluster.add_node(num_cpus=1)
        self.address: str = self._cluster.address

    def close(self) -> None:
        """End all of it."""
        self._cluster.shutdown()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--set", default="finance_en")
    arguments.add_argument("--files", type=int, help="only the first so many files of the set")
    arguments.add_argument("--embed", type=int, default=3, help="files to embed (default: 3)")
    arguments.add_argument("--json", type=Path)
    options = arguments.parse_args()
    source = Path(os.environ["DOCENT_EVALDATA"]) / options.set / "pdfs"
    paths = sorted(source.glob("*.pdf"))[: options.files]
    os.environ.update(RAY_USAGE_STATS_ENABLED="0", RAY_AUTH_MODE="disabled", RAY_BACKEND_LOG_LEVEL="error")
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        small = sorted(paths, key=lambda path: path.stat().st_size)[: options.embed]
        nodes = Nodes()
        try:
            figures = [
                *measure(scratch, nodes, _copied(paths, scratch / "all"), ["--no-wait"], "read"),
                *measure(scratch, nodes, _copied(small, scratch / "small"), [], "read and embedded"),
            ]
        finally:
            nodes.close()
    show(figures)
    save(figures, "ray", options.json)


def measure(scratch: Path, nodes: Nodes, folder: Path, options: list[str], what: str) -> list[Figure]:
    ray = ["--ray", nodes.address]
    here = _run(scratch, folder, options)
    there = _run(scratch, folder, [*options, *ray])
    deaths: list[int] = []
    killed = _run(scratch, folder, [*options, *ray], lambda: _kill_one(deaths))
    if not deaths:
        raise SystemExit("no worker was found that could be killed")
    chunks, vectors = len(here.contents[2]), len(here.contents[3])
    kept = f"{vectors} vectors" if vectors else f"{chunks} chunks"
    return [
        Figure(f"pages/s {what} by {NODES} Ray workers", there.pages / there.seconds, "",
               beside={"by 2 processes": here.pages / here.seconds,
                       "by Ray with a worker killed": killed.pages / killed.seconds},
               note=f"{len(list(folder.iterdir()))} files, {here.pages} pages"),
        Figure(f"of {kept} the same, {what}", _same(here, there), "", 1),
        Figure(f"and with a worker killed, {what}", _same(here, killed), "", 1),
    ]  # fmt: skip


def _kill_one(killed: list[int]) -> None:
    """The first worker that reads or embeds for some seconds, and what it has started, as a machine that fails does."""
    until = time.monotonic() + PATIENCE
    while not killed and time.monotonic() < until:
        time.sleep(0.05)
        for worker in _workers():
            with suppress(psutil.NoSuchProcess):
                family = [*worker.children(recursive=True), worker]
                if sum(one.cpu_times().user for one in family) > BUSY:
                    for one in family:
                        one.kill()
                    killed.append(worker.pid)
                    break


def _workers() -> list[psutil.Process]:
    found = []
    for one in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            if one.cmdline() and one.cmdline()[0].startswith(("ray::read_there", "ray::embed_there")):
                found.append(one)
    return found


def _same(one: Run, other: Run) -> float:
    """The share of rows of all tables that both have, of those that either has."""
    pairs = [(set(mine), set(others)) for mine, others in zip(one.contents, other.contents, strict=True)]
    return sum(len(mine & others) for mine, others in pairs) / sum(len(mine | others) for mine, others in pairs)


def _copied(paths: list[Path], folder: Path) -> Path:
    folder.mkdir()
    for path in paths:
        shutil.copy(path, folder)
    return folder


def _run(scratch: Path, folder: Path, options: list[str], meanwhile: Callable[[], None] | None = None) -> Run:
    data = Path(tempfile.mkdtemp(dir=scratch))
    environment = {**os.environ, "DOCENT_DATA_DIR": str(data)}
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "docent.ingest", str(folder), "--json", *options],
        stdout=subprocess.PIPE, text=True, env=environment, cwd=scratch,
    )  # fmt: skip
    thread = threading.Thread(target=meanwhile) if meanwhile else None
    if thread:
        thread.start()
    output, _ = process.communicate()
    seconds = time.perf_counter() - started
    if thread:
        thread.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(options)} ended with {process.returncode}")
    pages = int(json.loads(output.splitlines()[-1])["summary"]["pages"])
    with open_library(load_settings(data_dir=data)) as library:
        connection = library.collection().store.connection
        contents = tuple(tuple(map(tuple, connection.execute(query))) for query in QUERIES)
    return Run(seconds, pages, contents)


if __name__ == "__main__":
    main()
