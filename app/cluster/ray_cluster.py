"""A connection to a Ray cluster: functions are called there, watched, called again elsewhere, and cancelled."""

from __future__ import annotations

import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from docent.app.cluster.ray_address import ClusterError, parse_address, require_answer, speaks_grpc
from docent.app.cluster.ray_worker import Board
from docent.app.settings import prepare_ray
from docent.ingest import DocentError

log = logging.getLogger(__name__)

RETRIES = 4  # times a call is made again after its worker died
TURN = 0.5  # seconds between two looks at whether a call is still wanted
WATCH_EVERY = 1.0  # seconds
HEALTH_EVERY = 5  # watches
HEALTH_SECONDS = 10.0  # that a cluster may take to answer when all its cores are busy
PATIENCE = 4  # failed looks at the cluster's health; Ray itself ends this process after a minute
MISSING_EXTRA = "Ray is not installed: pip install 'docent-qa[ray]', here and on the machines of the cluster."


_STARTING = (ImportError, OSError, RuntimeError, TimeoutError, ValueError)


class WorkerLost(ClusterError):
    """The workers that ran a call died, one after another."""


class Call:
    """A function that was called on the cluster."""

    def __init__(self, cluster: RayCluster, reference: Any) -> None:
        self._cluster = cluster
        self._reference = reference
        self._future: Future[Any] = reference.future()

    def result(self, meanwhile: Callable[[], None] | None = None) -> Any:
        """What it returns. Raises what it raised, WorkerLost, ClusterError, and what `meanwhile` raises."""
        while not wait([self._future], TURN).done:
            self._cluster.require()
            if meanwhile:
                meanwhile()
        return self._cluster.translated(self._future.result)

    def cancel(self) -> None:
        """Nobody wants it any more: its worker process is ended if it still runs."""
        if not self._future.done():
            self._cluster.cancel(self._reference)


class RayCluster:
    """One connection a process. Safe to use from several threads; `close` it, or use it in a `with`.

    `cpus` and `gpus` are what the cluster has now.
    """

    def __init__(self, address: str) -> None:
        """Connect, or start a cluster of this machine with `local`. Raises ClusterError within some seconds.

        A program that is connected to a cluster already stays with it.
        """
        self.address = parse_address(address)
        inherited = prepare_ray(is_named=bool(self.address.host))  # before Ray is imported, which reads it then
        try:
            import ray
        except ImportError as error:
            raise ClusterError(MISSING_EXTRA) from error
        self._ray: Any = ray
        self._gone = ""
        self._over = threading.Event()
        self._pages: dict[str, tuple[int, int]] = {}
        self._is_own = not ray.is_initialized()
        self._connect(inherited)
        resources = ray.cluster_resources()
        self.cpus, self.gpus = int(resources.get("CPU", 0)), int(resources.get("GPU", 0))
        if not self.cpus:
            log.error("the Ray cluster at %s has no CPU yet: what is to be done waits for a worker", address)
        self.board = ray.remote(Board).options(num_cpus=0, max_restarts=-1).remote()
        self._watcher = threading.Thread(target=self._watch, daemon=True, name="docent-ray")
        self._watcher.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave the cluster, which ends what still runs there for this process; a `local` one ends with it."""
        self._over.set()
        self._watcher.join()
        if self._is_own:
            self._ray.shutdown()

    def put(self, path: Path) -> Any:
        """The bytes of a file where workers find them, as an array. Raises OSError."""
        import numpy as np

        self.require()
        return self.translated(lambda: self._ray.put(np.fromfile(path, dtype=np.uint8)))

    def call(self, function: Callable[..., Any], *arguments: Any, gpus: int = 0) -> Call:
        """Call a function of a module on one core, and that many GPUs; one that holds a GPU keeps its process."""
        self.require()
        options: dict[str, Any] = {"num_gpus": gpus, "max_calls": 0} if gpus else {}
        task = self._ray.remote(function).options(num_cpus=1, max_retries=RETRIES, **options)
        return Call(self, self.translated(lambda: task.remote(*arguments)))

    def cancel(self, reference: Any) -> None:
        """Give a call up. What cannot be reached any more needs no cancelling."""
        try:
            self._ray.cancel(reference, force=True)
        except (self._ray.exceptions.RayError, ConnectionError) as error:
            log.info("a call on the Ray cluster was not cancelled: %s", error)

    def pages(self, key: str) -> tuple[int, int]:
        """Pages done and pages in all of a file that is read, (0, 0) while nothing is known."""
        return self._pages.get(key, (0, 0))

    def forget(self, key: str) -> None:
        """The file is read."""
        self.board.forget.remote(key)

    def require(self) -> None:
        """Raises ClusterError once the cluster does not answer any more."""
        if self._gone:
            raise ClusterError(self._gone)

    def translated(self, what: Callable[[], Any]) -> Any:
        """Its result; errors of Docent's and of the system come as they were raised there, Ray's as ClusterError."""
        errors = self._ray.exceptions
        try:
            return what()
        except errors.RayTaskError as error:
            cause = error.cause
            if isinstance(cause, (DocentError, OSError)):
                raise cause from None
            raise ClusterError(
                f"a Ray worker failed ({_last_line(cause or error)}): Docent must be installed there as it is here."
            ) from error
        except (errors.WorkerCrashedError, errors.NodeDiedError, errors.OutOfMemoryError) as error:
            raise WorkerLost("the Ray workers died one after another: look at their memory and logs.") from error
        except (errors.RayError, ConnectionError) as error:
            raise ClusterError(f"the Ray cluster at {self.address.text} failed: {_last_line(error)}") from error

    def _connect(self, inherited: str) -> None:
        address = self.address
        if self._is_own:
            if address.text == "auto" and inherited:
                address = parse_address(inherited)
            if address.host:
                require_answer(address)
            local = {"include_dashboard": False} if address.text == "local" else {}
            with _complaints() as said:
                try:
                    self._ray.init(address=address.text, log_to_driver=False, logging_level=logging.ERROR, **local)
                except Exception as error:
                    if type(error) is not Exception and not isinstance(error, _STARTING):  # Ray raises both kinds
                        raise
                    why = _why(error, said())
                    raise ClusterError(f"the Ray cluster at {address.text} cannot be used: {why}") from error
        if not address.host:
            address = parse_address(self._ray.get_runtime_context().gcs_address)
        self._server = address

    def _watch(self) -> None:
        """Ask for progress, and now and then whether the cluster is alive."""
        failed, turns = 0, 0
        while not self._over.wait(WATCH_EVERY):
            turns += 1
            if turns % HEALTH_EVERY == 0 or failed:
                failed = 0 if self._is_alive() else failed + 1
                if failed >= PATIENCE:
                    self._gone = (
                        f"the Ray cluster at {self._server.text} does not answer any more: what was finished is kept,"
                        " and the next run goes on from there."
                    )
                    return
            if not failed:
                self._ask_board()

    def _is_alive(self) -> bool:
        try:
            return speaks_grpc(self._server.host, self._server.port, HEALTH_SECONDS)
        except OSError:
            return False

    def _ask_board(self) -> None:
        started = time.monotonic()
        try:
            self._pages = self._ray.get(self.board.pages.remote(), timeout=WATCH_EVERY * HEALTH_EVERY)
        except (self._ray.exceptions.RayError, ConnectionError) as error:
            log.debug("no progress after %.1f s: %s", time.monotonic() - started, error)


@contextmanager
def _complaints() -> Iterator[Callable[[], str]]:
    """Keep from the terminal what Ray's C++ writes to stderr line by line while it tries; gives what was said."""
    with tempfile.TemporaryFile() as kept:
        before = os.dup(2)
        os.dup2(kept.fileno(), 2)

        def said() -> str:
            kept.seek(0)
            return kept.read().decode("utf-8", "replace")

        try:
            yield said
        finally:
            os.dup2(before, 2)
            os.close(before)


def _why(error: Exception, said: str) -> str:
    log.info("%s", said)
    if "InvalidAuthToken" in said:
        return "it asks for its token: set RAY_AUTH_TOKEN, or copy ~/.ray/auth_token from its head."
    return _last_line(error) if "Traceback" in str(error) else " ".join(str(error).split())


def _last_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
