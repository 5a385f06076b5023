"""What an operator sees of a server: a line for each request with its id, and `/metrics` for Prometheus."""

from __future__ import annotations

import logging
import re
import time
import uuid
from functools import partial
from typing import TYPE_CHECKING, get_args

from docent.app.intake.job_book import JobState
from docent.app.logs import request_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus_client import CollectorRegistry
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from docent.app.intake.jobs import JobQueue

log = logging.getLogger(__name__)

HEADER = "x-request-id"
_GIVEN = re.compile(r"[\w.-]{1,64}")  # what is taken from a proxy
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 2, 5, 15, 60)  # seconds


class Observer:
    """ASGI middleware, the outermost: it sees what the others refuse as well."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, measure it, and log it when its reply has ended."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(HEADER.encode(), b"").decode("latin-1")
        named = given if _GIVEN.fullmatch(given) else uuid.uuid4().hex[:16]
        token = request_id.set(named)
        status = 500
        started = time.perf_counter()

        async def with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (HEADER.encode(), named.encode())]
            await send(message)

        try:
            await self._app(scope, receive, with_id)
        finally:
            seconds = time.perf_counter() - started
            route = _route(scope)
            self._metrics.count(scope["method"], route, status, seconds)
            log.info("%s %s %d %.0f ms", scope["method"], route, status, seconds * 1000)
            request_id.reset(token)


def _route(scope: Scope) -> str:
    """The route's pattern and not its path: what somebody opened or asked stands in no log and no metric."""
    pattern = getattr(scope.get("route"), "path", None)
    return pattern if isinstance(pattern, str) else "other"


class Metrics:
    """Counts of one server."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector

        self.registry: CollectorRegistry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        labels = ["method", "route"]
        self._requests = Counter(
            "docent_requests", "Requests by what became of them.", [*labels, "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "docent_request_seconds",
            "From a request to the end of its reply, which of a stream is when it ends.",
            labels,
            buckets=_BUCKETS,
            registry=self.registry,
        )

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request that has ended."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def watch(self, jobs: JobQueue, collections: Callable[[], int]) -> None:
        """Also give how many uploads are in each state, and how many collections there are."""
        from prometheus_client import Gauge

        states = Gauge(
            "docent_uploads", "Uploads that the server remembers, by state.", ["state"], registry=self.registry
        )
        for state in get_args(JobState):
            states.labels(state).set_function(partial(_counted, jobs, state))
        total = Gauge("docent_collections", "Collections of the data directory.", registry=self.registry)
        total.set_function(collections)

    def text(self) -> bytes:
        """In Prometheus' format."""
        from prometheus_client import generate_latest

        return generate_latest(self.registry)


def _counted(jobs: JobQueue, state: JobState) -> int:
    return len(jobs.in_states(state))
