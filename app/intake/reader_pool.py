"""A pool of processes that read files, and one that reads scans. A file that kills its reader costs itself alone."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docent.app.intake.child_process import ChildProcess, Ended, Late, Message
from docent.app.intake.reading import ReadRequest, ReadResult, read_file, request_to_dict, result_from_dict, workspace
from docent.ingest import IngestError, PasswordRequired, Progress, UnreadableFile, UnsupportedType

log = logging.getLogger(__name__)

PAGE_SECONDS = 120.0  # a reader that finishes no page for so long is given up
DRAW_SECONDS = 30.0
MAX_DRAWS = 2  # at once
OCR_MEGABYTES = 3000  # RapidOCR needs about 1 GB
START = "from docent.app.intake.reader_process import main; main({megabytes:d})"
_ERRORS = {one.__name__: one for one in (IngestError, UnreadableFile, UnsupportedType, PasswordRequired)}


@dataclass(frozen=True, slots=True)
class ReaderLimits:
    """How many processes read at once (0: none, read here), and what each may take for one document."""

    processes: int = 2
    seconds: float = 3600.0
    megabytes: int = 2000


class ReaderDied(UnreadableFile):
    """The process that read the file ended: by the file, or because something else ended it."""


class ReaderPool:
    """Reads files in processes of their own. Safe to use from several threads; `close` it at the end."""

    def __init__(self, limits: ReaderLimits, folder: Path) -> None:
        self.limits = limits
        self.folder = folder
        self._idle: list[ChildProcess] = []
        self._all: set[ChildProcess] = set()
        self._guard = threading.Lock()
        self._reads = threading.BoundedSemaphore(self.at_once)
        self._draws = threading.BoundedSemaphore(MAX_DRAWS)  # a person waits, so they never wait for a long read
        self._ocr: ChildProcess | None = None
        self._ocr_guard = threading.Lock()
        self._closed = False

    def close(self) -> None:
        """End all processes, also those that are reading."""
        with self._guard:
            self._closed = True
            for process in self._all:
                process.end()
            self._all.clear()
            self._idle.clear()

    @property
    def at_once(self) -> int:
        """How many files are read at a time."""
        return max(1, self.limits.processes)

    def read(self, request: ReadRequest, progress: Progress | None = None) -> ReadResult:
        """Read a file into its target. Raises IngestError, and passes on what `progress` raises."""
        if not self.limits.processes:
            return read_file(request, progress)
        message = {"do": "read", "request": request_to_dict(request)}
        with self._reads:
            return result_from_dict(self._call(message, request.name, self.limits.seconds, progress))

    def draw(self, path: Path, number: int, zoom: float) -> bytes:
        """A page as PNG; see `docent.ingest.draw_page`. Raises UnreadableFile."""
        from docent.ingest import draw_page

        if not self.limits.processes:
            return draw_page(path, number, zoom)
        with self._draws, workspace(self.folder) as folder:
            target = folder / "page.png"
            message = {"do": "draw", "path": str(path), "number": number, "zoom": zoom, "target": str(target)}
            self._call(message, f"page {number}", DRAW_SECONDS)
            return target.read_bytes()

    def warm(self) -> None:
        """Have a process ready that draws, since somebody is about to look at a page. Does not wait for it."""
        with self._guard:
            self._forget_ended()
            if self._idle or self._closed or not self.limits.processes:
                return
        process = self._start(self.limits.megabytes)
        with contextlib.suppress(Ended):  # then it is found out when it is wanted
            process.send({"do": "warm"})
        with self._guard:
            self._idle.append(process)

    def _call(self, message: Message, name: str, seconds: float, progress: Progress | None = None) -> Message:
        """One request to an idle process or a new one. An idle one that breaks gets one more try in a new one."""
        done = None
        while done is None:
            process, is_new = self._take()
            try:
                done = self._converse(process, message, seconds, progress)
            except Ended as error:
                reason = process.last_words()
                if is_new or reason:  # an idle one ends itself after a while, and may just have done so
                    log.error("the reader of %s ended: %s", name, reason or "nobody knows why")  # noqa: TRY400
                self._drop(process)
                if is_new:
                    raise ReaderDied(f"{name} broke the program that reads it: it may be damaged.") from error
            except Late as error:
                self._drop(process)
                limit = f"{min(seconds, PAGE_SECONDS):.0f} seconds went by without a page"
                raise UnreadableFile(f"{name} was given up ({limit}): split it, or save it anew as PDF.") from error
            except BaseException:
                self._drop(process)
                raise
        with self._guard:
            self._idle.append(process)
        if "failed" not in done:
            return done
        kind, reason = done["failed"]
        raise _ERRORS[kind](reason) if kind in _ERRORS else self._out_of_memory(name)

    def _converse(self, process: ChildProcess, message: Message, seconds: float, progress: Progress | None) -> Message:
        """Send a request and serve the process until it is done; time in which it waits for OCR is not its own."""
        process.send(message)
        left = seconds
        while True:
            asked = time.monotonic()
            reply = process.receive(min(left, PAGE_SECONDS))
            left -= time.monotonic() - asked
            if "progress" in reply:
                if progress:
                    progress(*reply["progress"])
            elif "recognise" in reply:
                process.send(self._recognise(reply["recognise"]))
            else:
                return reply

    def _recognise(self, picture: list[Any]) -> Message:
        """Ask the one process that holds the OCR models; one page at a time, since it uses all cores."""
        with self._ocr_guard:
            for _ in range(2):  # the idle one may have just ended itself
                if self._ocr is None:
                    self._ocr = self._start(max(OCR_MEGABYTES, self.limits.megabytes))
                try:
                    self._ocr.send({"do": "recognise", "picture": picture})
                    return self._ocr.receive(PAGE_SECONDS)
                except (Ended, Late):
                    self._drop(self._ocr)
                    self._ocr = None
        return {"failed": ["IngestError", "OCR failed on this page"]}

    def _take(self) -> tuple[ChildProcess, bool]:
        with self._guard:
            self._forget_ended()
            if self._idle:
                return self._idle.pop(), False
        return self._start(self.limits.megabytes), True

    def _forget_ended(self) -> None:
        """Idle ones end themselves after a while."""
        for process in [one for one in self._idle if not one.is_alive]:
            self._idle.remove(process)
            self._all.discard(process)
            process.end()

    def _start(self, megabytes: int) -> ChildProcess:
        process = ChildProcess(START.format(megabytes=megabytes), listens_in=True)
        with self._guard:
            self._all.add(process)
            if self._closed:
                process.end()
        return process

    def _drop(self, process: ChildProcess) -> None:
        process.end()
        with self._guard:
            self._all.discard(process)

    def _out_of_memory(self, name: str) -> UnreadableFile:
        limit = self.limits.megabytes
        return UnreadableFile(f"{name} needs more than {limit} MB to be read: set DOCENT_READING_MEGABYTES higher.")
