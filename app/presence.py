"""Which processes keep files in the spool folder: each holds a lock there, which ends with it however it ends."""

from __future__ import annotations

import shutil
import threading
import uuid
from pathlib import Path

from filelock import FileLock, Timeout

from docent.ingest import DocentError

_PATTERN = "owner-*.lock"


class Presence:
    """The sign of this process in the spool folder. Nothing is made before `announce`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._guard = threading.Lock()
        self._lock: FileLock | None = None

    def announce(self) -> None:
        """Hold the sign until `close`."""
        with self._guard:
            if self._lock is None:
                try:
                    self._folder.mkdir(parents=True, exist_ok=True)
                    lock = FileLock(self._folder / f"owner-{uuid.uuid4().hex}.lock", thread_local=False)
                    lock.acquire(timeout=0)
                except OSError as error:
                    raise DocentError(
                        f"the folder {self._folder} cannot be written to ({error.strerror}): make it writable and make"
                        " room, or set DOCENT_DATA_DIR."
                    ) from error
                self._lock = lock

    def close(self) -> None:
        """Take the sign away."""
        with self._guard:
            if self._lock is not None:
                self._lock.release()
                Path(self._lock.lock_file).unlink(missing_ok=True)
                self._lock = None


def owned_by_others(folder: Path) -> bool:
    """Whether another process keeps files there. Signs of processes that are gone are deleted."""
    for path in folder.glob(_PATTERN):
        try:
            with FileLock(path).acquire(timeout=0):
                path.unlink(missing_ok=True)
        except Timeout:
            return True
    return False


def spooled(folder: Path) -> list[Path]:
    """What lies in the spool folder, signs left out."""
    return sorted(path for path in folder.glob("*") if not path.match(_PATTERN))


def clear_spool(folder: Path) -> str:
    """Delete everything spooled; returns why something had to stay, "" when nothing did."""
    left = spooled(folder)
    if left and owned_by_others(folder):
        return (
            "a server or another ingest is at work, so what it has spooled stays: run `python -m app purge` again when"
            " it has ended."
        )
    for path in left:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return ""
