"""A process of ours that is told what to do by lines of JSON, and answers by such lines. It ends with its stdin."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from typing import IO, Any, TypeAlias, cast

Message: TypeAlias = dict[str, Any]


END_SECONDS = 2.0  # between the end of what a process says and its own


class Ended(Exception):
    """The process is gone."""


class Late(Exception):
    """The process has said nothing for too long."""


class ChildProcess:
    """Runs `code`, with our own path of imports. Used by one thread at a time, but for `send` beside `receive`.

    What it writes to stderr goes to ours, or with `listens_in` into a file, for `last_words`.
    """

    def __init__(self, code: str, *, listens_in: bool) -> None:
        self._complaints = tempfile.TemporaryFile() if listens_in else None  # noqa: SIM115
        # A group of its own, so that Ctrl+C at a terminal is for us alone; but no session of its own: Linux shares
        # time out by sessions first, and in one of its own a process cannot be nice.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", f"import sys; sys.path[:] = {sys.path!r}\n{code}"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._complaints, text=True, encoding="utf-8",
            process_group=0,
        )  # fmt: skip
        self._stdin = cast(IO[str], self._process.stdin)
        self._stdout = cast(IO[str], self._process.stdout)
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    def send(self, message: Message) -> None:
        """One line to it. Raises Ended."""
        try:
            self._stdin.write(json.dumps(message, ensure_ascii=False) + "\n")
            self._stdin.flush()
        except (OSError, ValueError) as error:  # the pipe is broken, or we have closed it
            raise Ended from error

    def receive(self, seconds: float | None = None) -> Message:
        """The next message; None waits for ever. Raises Late or Ended."""
        try:
            line = self._lines.get(timeout=None if seconds is None else max(seconds, 0.0))
        except queue.Empty as error:
            raise Late from error
        if not line:
            raise Ended
        found: Message = json.loads(line)
        return found

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def last_words(self) -> str:
        """Of one that has `Ended`, for the log: how, and the end of what it wrote to stderr. "" if all was well."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(END_SECONDS)
        return " ".join(filter(None, (_ending(self._process.returncode), self._complaint())))

    def _complaint(self) -> str:
        if self._complaints is None:
            return ""
        size = self._complaints.seek(0, os.SEEK_END)
        self._complaints.seek(max(0, size - 2000))
        return self._complaints.read().decode("utf-8", "replace").strip()

    def hang_up(self, seconds: float) -> None:
        """Close its stdin and give it time to end; what has not ended then is killed."""
        with contextlib.suppress(OSError):
            self._stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        self.end()

    def end(self) -> None:
        """Kill it, and wait until it is gone."""
        self._process.kill()
        self._process.wait()
        with contextlib.suppress(OSError):
            self._stdin.close()
        if self._complaints is not None:
            self._complaints.close()

    def _listen(self) -> None:
        with self._stdout:
            for line in self._stdout:
                self._lines.put(line)
        self._lines.put("")
        self._process.wait()  # one that ended by itself would stay as a zombie


def _ending(status: int | None) -> str:
    if status is None:
        return "it says nothing any more"
    if status < 0:
        return f"signal {-status} ({signal.strsignal(-status)})"
    return f"status {status}" if status else ""
