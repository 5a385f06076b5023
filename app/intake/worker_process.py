"""The process that reads uploads and fills in vectors for a server, so that its searches stay quick.

It is told what to do by lines of JSON (docent.app.intake.worker_host), and ends when its parent does, however that
ended.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docent.app.intake.work import Report, Task, Worker
from docent.app.settings import EXTRACTIVE

if TYPE_CHECKING:
    from docent.app.settings import Settings

NICE = 5  # searches and answers go first; with 10 it would starve beside other programs
GRACE = 3.0  # seconds for the present page or batch after the parent has gone; what is lost then is done again


def main() -> None:
    """Do what stdin says until it is closed: settings in the first line, then tasks and numbers up to which to stop."""
    from docent.app.library import Library

    _be_nice()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, _pass_over)
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print must not be taken for a report
    settings = settings_from_dict(json.loads(sys.stdin.readline()))
    _log(settings.log)
    guard = threading.Lock()

    def tell(report: Report) -> None:
        with guard, contextlib.suppress(BrokenPipeError):
            replies.write(json.dumps(asdict(report), ensure_ascii=False) + "\n")
            replies.flush()

    with Library(settings) as library:
        worker = Worker(library, tell)
        for line in sys.stdin:
            told = json.loads(line)
            if "stop" in told:
                worker.stop(told["stop"])
            else:
                worker.start(Task(**told))
        given_up = threading.Timer(GRACE, os._exit, [0])
        given_up.daemon = True
        given_up.start()
        worker.close()


def settings_to_dict(settings: Settings) -> dict[str, Any]:
    """As JSON for the process. Keys of embedders go with them, so it is written into a pipe and nowhere else."""
    told = asdict(settings) | {"chat": EXTRACTIVE, "chat_api_key": "", "judge": "", "reranker": "none"}
    return {key: str(value) if isinstance(value, Path) else value for key, value in told.items()}


def settings_from_dict(found: dict[str, Any]) -> Settings:
    """The same settings; environment and file have no say. Raises SettingsError."""
    from docent.app.settings import load_settings

    return load_settings({}, Path(os.devnull), **found)


def _be_nice() -> None:
    if hasattr(os, "sched_setscheduler"):
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))  # a server's real time is not for us
    if hasattr(os, "nice"):
        os.nice(NICE)


def _pass_over(*_: object) -> None:
    """A service manager, or Ctrl+C, ends our parent as well, who then tells us."""


def _log(kind: str) -> None:
    from docent.app.logs import log_to_stderr

    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    if kind != "errors":
        log_to_stderr(kind)
