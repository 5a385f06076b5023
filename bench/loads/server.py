"""A server in a process of its own, and what it and its children hold in memory while it works."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

EVERY = 1.0  # seconds between two looks at the memory
START_SECONDS = 180.0


@dataclass(slots=True)
class Memory:
    """Megabytes (RSS) second by second: of the server, of its worker, and of all processes below it together."""

    seconds: list[float] = field(default_factory=list)
    server: list[float] = field(default_factory=list)
    worker: list[float] = field(default_factory=list)
    below: list[float] = field(default_factory=list)


class Server:
    """`address` answers; `memory` grows while it is watched."""

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        self.address = address
        self.memory = Memory()
        self._process = psutil.Process(process.pid)
        self._ended = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def watch(self) -> None:
        """Look at the memory from now on."""
        self._watcher.start()

    def end(self) -> None:
        """Look no more."""
        self._ended.set()

    def cpu_seconds(self) -> float:
        """What the server alone has computed so far."""
        times = self._process.cpu_times()
        return float(times.user + times.system)

    def upload(self, paths: list[Path]) -> list[str]:
        """The ids of their jobs."""
        found = []
        for path in paths:
            files = {"files": (path.name, path.read_bytes())}
            reply = httpx.post(f"{self.address}/api/documents", files=files, timeout=60, trust_env=False)
            found.append(str(reply.raise_for_status().json()["jobs"][0]["id"]))
        return found

    def jobs(self) -> dict[str, dict[str, Any]]:
        """All that the server remembers, by id."""
        told = httpx.get(f"{self.address}/api/jobs", timeout=60, trust_env=False).json()["jobs"]
        return {one["id"]: one for one in told}

    def _watch(self) -> None:
        began = time.monotonic()
        while not self._ended.wait(EVERY):
            with suppress(psutil.NoSuchProcess):
                children = self._process.children(recursive=True)
                worker = [one for one in self._process.children() if "worker_process" in " ".join(one.cmdline())]
                self.memory.server.append(_megabytes(self._process))
                self.memory.worker.append(sum(map(_megabytes, worker)))
                self.memory.below.append(sum(map(_megabytes, children)))
                self.memory.seconds.append(round(time.monotonic() - began, 1))


def _megabytes(process: psutil.Process) -> float:
    try:
        return round(process.memory_info().rss / 1e6, 1)
    except psutil.NoSuchProcess:
        return 0.0


@contextmanager
def serving(data_dir: Path, environment: dict[str, str]) -> Iterator[Server]:
    """`python -m docent.app serve` on a free port, from an empty folder; ended as a service manager does."""
    folder = data_dir.parent / "empty"
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "docent.app", "serve", "--port", "0", "--data-dir", str(data_dir)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=folder, env=environment)
    watch = threading.Timer(START_SECONDS, process.kill)
    watch.start()
    try:
        if process.stderr is None:
            raise SystemExit("the server has no stderr")
        said = []
        for line in process.stderr:
            said.append(line)
            if found := re.search(r"answers at (http://\S+)", line):
                break
        else:
            raise SystemExit(f"the server did not start: {''.join(said)}")
        watch.cancel()
        threading.Thread(target=_pass_on, args=[process], daemon=True).start()
        yield Server(process, found[1])
    finally:
        watch.cancel()
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _pass_on(process: subprocess.Popen[str]) -> None:
    if process.stderr is not None:
        for line in process.stderr:
            sys.stderr.write(line)
