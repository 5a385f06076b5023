"""The server's end of the worker's process: started when there is work, and ended when there is none for a while."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from docent.app.intake.child_process import ChildProcess, Ended
from docent.app.intake.work import Report, Task, report_from_dict, task_to_dict
from docent.app.intake.worker_process import GRACE, settings_to_dict
from docent.app.settings import Settings

log = logging.getLogger(__name__)

IDLE_SECONDS = 60.0  # then the process gives its memory back: with the embedder's model that is half a gigabyte
_START = "from docent.app.intake.worker_process import main; main()"


class WorkerHost:
    """Does tasks in a process of its own, niced, and says to `tell` how they go, also when the process dies.

    It is started again for the next task. `tell` is called by a thread that may call `start`.
    """

    def __init__(self, settings: Callable[[], Settings], tell: Callable[[Report], None]) -> None:
        self._settings = settings
        self._tell = tell
        self._guard = threading.Lock()
        self._process: ChildProcess | None = None
        self._listener: threading.Thread | None = None
        self._task = 0  # the number of the one under way, 0 for none
        self._idle: threading.Timer | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """Of the process, None while there is none."""
        process = self._process
        return process.pid if process else None

    def start(self, task: Task) -> None:
        """Begin with it; the one before has ended."""
        with self._guard:
            if self._closed:
                return
            self._stay()
            self._task = task.number
            if self._process is None:
                self._process = ChildProcess(_START, listens_in=False)
                self._send(settings_to_dict(self._settings()))
                self._listener = threading.Thread(target=self._listen, args=[self._process], daemon=True)
                self._listener.start()
            self._send(task_to_dict(task))

    def stop(self, number: int) -> None:
        """Leave the tasks up to this number at the next page or batch."""
        with self._guard:
            self._send({"stop": number})

    def close(self) -> None:
        """Leave what is being done; a page or batch that takes longer than some seconds is given up."""
        with self._guard:
            self._closed = True
            self._stay()
            process, listener = self._process, self._listener
        if process is not None and listener is not None:
            process.hang_up(GRACE + 1)
            listener.join()  # its last words count

    def _send(self, message: dict[str, object]) -> None:
        """A process that is gone is noticed by whoever listens to it."""
        if self._process is not None:
            try:
                self._process.send(message)
            except Ended:
                log.info("the worker has gone")

    def _listen(self, process: ChildProcess) -> None:
        while True:
            try:
                report = report_from_dict(process.receive())
            except Ended:
                break
            if report.kind != "progress":
                with self._guard:
                    self._task = 0
                    self._wait_idly(process)
            self._tell(report)
        with self._guard:
            lost, closed = 0, self._closed
            if self._process is process:
                lost, self._task = self._task, 0
                self._process = None
        process.end()
        if lost:
            if not closed:
                log.error("the process that reads uploads has ended in the middle of one")
            self._tell(Report(lost, "died"))

    def _wait_idly(self, process: ChildProcess) -> None:
        self._stay()
        self._idle = threading.Timer(IDLE_SECONDS, self._retire, [process])
        self._idle.daemon = True
        self._idle.start()

    def _stay(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _retire(self, process: ChildProcess) -> None:
        with self._guard:
            if self._task or self._process is not process:
                return
            self._process = None
        process.hang_up(GRACE + 1)
