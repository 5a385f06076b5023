"""Which processes keep spooled files: each holds a lock in a folder, which ends with it however it ends."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from docent.ingest import DocentError

if TYPE_CHECKING:
    from filelock import FileLock

_PATTERN = "*.lock"
WAIT_SECONDS = 5.0  # the other one looks at a sign for less than a millisecond


class Presence:
    """The sign of this process in `folder`. Nothing is made before `announce`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._guard = threading.Lock()
        self._lock: FileLock | None = None

    def announce(self) -> str:
        """Hold the sign until `close`; returns its name."""
        import uuid

        from filelock import FileLock

        with self._guard:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                # Another process may take a sign for a dead one's in the moment before it is locked.
                while self._lock is None or not Path(self._lock.lock_file).exists():
                    lock = FileLock(self._folder / f"{uuid.uuid4().hex}.lock", thread_local=False)
                    lock.acquire(timeout=WAIT_SECONDS)
                    self._lock = lock
                return Path(self._lock.lock_file).stem
            except OSError as error:
                raise DocentError(
                    f"the folder {self._folder} cannot be written to ({error.strerror}): make it writable and make"
                    " room, or set DOCENT_DATA_DIR."
                ) from error

    def close(self) -> None:
        """Take the sign away."""
        with self._guard:
            if self._lock is not None:
                self._lock.release()
                Path(self._lock.lock_file).unlink(missing_ok=True)
                self._lock = None


def is_at_work(folder: Path, name: str) -> bool:
    """Whether the process with the sign of this name is there."""
    from filelock import FileLock, Timeout

    path = folder / f"{name}.lock"
    if not path.exists():
        return False
    try:
        with FileLock(path).acquire(timeout=0):
            return False
    except Timeout:
        return True


def others_at_work(folder: Path) -> bool:
    """Whether a process has its sign there. Signs of processes that are gone are deleted."""
    from filelock import FileLock, Timeout

    for path in folder.glob(_PATTERN):
        try:
            with FileLock(path).acquire(timeout=0):
                path.unlink(missing_ok=True)
        except Timeout:
            return True
    return False


def clear_spool(spool: Path, signs: Path) -> str:
    """Delete everything spooled; returns why something had to stay, "" when nothing did."""
    left = list(spool.glob("*"))
    if left and others_at_work(signs):
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
