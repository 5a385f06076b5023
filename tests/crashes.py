"""Kills a process at random moments, and looks after each whether anything was lost or has come back."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

from crash_worker import number_of

from docent.app import Library, Settings, open_library
from docent.app.doctor import examine

WORKER = Path(__file__).with_name("crash_worker.py")


@dataclass
class Tally:
    """What was seen over all kills. `lost`, `ghosts` and `repairs` must stay empty."""

    kills: int = 0
    committed: int = 0
    restored: int = 0
    lost: list[str] = field(default_factory=list)
    ghosts: list[str] = field(default_factory=list)
    repairs: list[str] = field(default_factory=list)


def crash(folder: Path, kills: int, seed: int, longest: float = 0.5) -> Tally:
    """Kill the worker `kills` times on one data directory; each worker goes on with what the last one left."""
    rng = random.Random(seed)  # noqa: S311
    tally = Tally()
    settings = Settings(data_dir=folder / "data", cache_dir=folder, embedder="hash:64", reading_processes=0)
    there: set[int] = set()
    for turn in range(kills):
        first = turn * 10_000
        lines = _run(folder, rng.randrange(10**9), first, rng.uniform(0.0, longest))
        doubtful = _replay(lines, there)
        tally.kills += 1
        with open_library(settings) as library:
            _look(library, there, doubtful, tally, turn)
    tally.committed = len(there)
    with open_library(settings) as library:
        for one in library.removed():
            library.restore(one.id)
            if one.name not in _found(library, number_of(one.name)):
                tally.lost.append(f"the removed {one.name}")
            tally.restored += 1
        library.collection().fill_vectors()
        findings = examine(library).findings
        # Files of killed processes are waste and wait for `purge`; anything else would be a repair.
        tally.repairs += [one.sentence for _, one in findings if one.check not in ("spool", "files")]
    return tally


def _run(folder: Path, seed: int, first: int, seconds: float) -> list[str]:
    """The worker's words, from its start to a kill `seconds` after it was ready."""
    command = [sys.executable, str(WORKER), str(folder / "data"), str(folder), str(seed), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        lines = [worker.stdout.readline()]
        threading.Timer(seconds, lambda: worker.send_signal(signal.SIGKILL)).start()
        lines += worker.stdout.readlines()
    assert lines[0].startswith("ready"), "the worker did not start"
    assert worker.returncode == -signal.SIGKILL, f"the worker ended by itself: {worker.returncode}"
    return [line for line in lines if line.endswith("\n")]


def _replay(lines: list[str], there: set[int]) -> set[int]:
    """Bring `there` up to what was reported; returns what was under way, and may be so or so."""
    doubtful: set[int] = set()
    for line in lines:
        what, number = line.split()[0], int(line.split()[1])
        if what in ("adding", "removing", "restoring"):
            doubtful = {number}
        elif what in ("added", "removed", "restored"):
            doubtful = set()
            (there.discard if what == "removed" else there.add)(number)
    return doubtful


def _look(library: Library, there: set[int], doubtful: set[int], tally: Tally, turn: int) -> None:
    documents = {number_of(one.name) for one in library.documents()}
    for number in doubtful:  # from here on it is what the database says
        (there.add if number in documents else there.discard)(number)
    tally.lost += [f"turn {turn}: document {number}" for number in there - documents]
    tally.ghosts += [f"turn {turn}: document {number}" for number in documents - there]
    store = library.collection().store
    for one in library.documents():
        if not store.original(one.id).is_file():
            tally.lost.append(f"turn {turn}: the original of {one.name}")
    recent = [number for number in sorted(there) if number >= turn * 10_000] + sorted(there)[:3]
    for number in recent:
        if f"doc{number}.txt" not in _found(library, number):
            tally.lost.append(f"turn {turn}: {number} is not found")
    for number in range(turn * 10_000, turn * 10_000 + 50):
        if number not in there and f"doc{number}.txt" in _found(library, number):
            tally.ghosts.append(f"turn {turn}: {number} is found")
    held = set.union(*library.collection().indexed())
    if held - set(store.chunks(sorted(held))):
        tally.ghosts.append(f"turn {turn}: an index holds removed passages")


def _found(library: Library, number: int) -> list[str]:
    """By its own words; `hash:16` puts too many strangers beside it for the first three of both branches."""
    collection = library.collection()
    found = collection.store.chunks(collection.lexical(f"item{number}x3", 5))
    hits = library.search(f"item{number}x3", limit=100).hits
    return [document.name for one, (_, document) in found.items() if any(hit.chunk_id == one for hit in hits)]
