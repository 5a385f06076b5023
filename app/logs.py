"""What a server and the processes it starts log to stderr: text, or JSON with the id of a request."""

from __future__ import annotations

import json
import logging
import time
from contextvars import ContextVar
from typing import Any

request_id: ContextVar[str] = ContextVar("docent_request", default="")


def log_to_stderr(kind: str) -> None:
    """From now on what Docent logs goes to stderr: as `text`, or as `json`, an object a line."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if kind == "json" else logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    ours = logging.getLogger("docent")
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)
    ours.propagate = False


class JsonLines(logging.Formatter):
    """A log record as one line of JSON, with the id of the request it belongs to."""

    def format(self, record: logging.LogRecord) -> str:
        """`at` is ISO 8601, UTC."""
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z"
        told: dict[str, Any] = {"at": at, "level": record.levelname.lower(), "logger": record.name}
        told["message"] = record.getMessage()
        if request := request_id.get():
            told["request"] = request
        if record.exc_info:
            told["error"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)
