"""A server in a process of its own, without the page, that can be ended in every way a server is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

LONG = 180.0  # seconds that anything may take on a busy machine
_SERVE = """
import json, sys
from docent.app import open_library
from docent.app.web.server import serve
with open_library(**json.loads(sys.argv[1])) as library:
    library.collection(create=True)
    serve(library, None, lambda address, _: print(address, flush=True))
"""


class OwnServer:
    """`address` answers; `pid` is its process."""

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        self.process = process
        self.address = address
        self.client = httpx.Client(base_url=address, timeout=LONG)

    @property
    def pid(self) -> int:
        return self.process.pid

    def upload(self, name: str, data: bytes) -> str:
        """Its job's id."""
        reply = self.client.post("/api/documents", files={"files": (name, data)})
        assert reply.status_code == 202, reply.text
        job_id: str = reply.json()["jobs"][0]["id"]
        return job_id

    def job(self, job_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(f"/api/jobs/{job_id}").json()
        return found

    def terminate(self) -> int:
        """As a service manager does; gives the exit status once it has ended."""
        self.client.close()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(LONG)

    def kill(self) -> None:
        """As the kernel does where memory is short."""
        self.client.close()
        self.process.kill()
        self.process.wait(LONG)


@contextmanager
def own_server(folder: Path, **settings: Any) -> Iterator[OwnServer]:
    """Serves until it is ended, or the block is left."""
    import json

    told = json.dumps({**settings, "port": 0})
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DOCENT_")}
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVE, told], stdout=subprocess.PIPE, text=True, cwd=folder, env=environment
    )
    assert process.stdout is not None
    watch = threading.Timer(LONG, process.kill)  # one that never says its address
    watch.start()
    address = process.stdout.readline().strip()
    watch.cancel()
    assert address.startswith("http://127.0.0.1:"), "the server did not start"
    try:
        yield OwnServer(process, address)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def descendants(pid: int) -> set[int]:
    """Processes below one, by `ps`."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    below = [tuple(map(int, line.split())) for line in listed.splitlines()]
    found, fresh = set[int](), {pid}
    while fresh:
        fresh = {one for one, parent in below if parent in fresh} - found
        found |= fresh
    return found


def alive(pid: int) -> bool:
    """Whether it runs; one that has ended and that nobody has waited for does not."""
    listed = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(listed.strip()) and not listed.strip().startswith("Z")
