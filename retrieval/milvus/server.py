"""A Milvus server, or a Milvus Lite file that this process opens, and what goes wrong there as a sentence.

Milvus Lite is one process's alone: whoever opens its file first is its owner until it ends.
"""

from __future__ import annotations

import contextlib
import logging
import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from docent.retrieval.errors import StoreError

T = TypeVar("T")

OLDEST = (2, 5)  # the first that searches by words itself, with BM25
REACH_SECONDS = 1.5  # for a TCP connection, which a server that is there takes at once
CONNECT_SECONDS = 3.0  # for the first words with it; both together stay below 5
FILE_SECONDS = 3.0  # for another process that only brings a file up to date
CALL_SECONDS = 60.0  # for a call to a server that was reached a moment ago
PORTS = {"http": 19530, "https": 443, "tcp": 19530}
_HERE = ".db"
_VERSION = re.compile(r"v?(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True)
class MilvusPlace:
    """Where a Milvus is: `uri` is `http://HOST:PORT`, `https://`, `tcp://`, or the path of a file ending in .db.

    `token` is `user:password` or a token, `database` one of a server's, "" for its default one.
    """

    uri: str
    token: str = field(default="", repr=False)
    database: str = ""

    @property
    def is_file(self) -> bool:
        """Whether it is opened by this process rather than reached."""
        return self.uri.endswith(_HERE)

    def check(self) -> None:
        """Raise StoreError where nothing can be there, or where its packages are missing."""
        parts = urlsplit(self.uri)
        if parts.username or parts.password:
            raise StoreError("a password does not belong into the address of Milvus: set DOCENT_STORE_API_KEY to it.")
        if not self.is_file and (parts.scheme not in PORTS or not parts.hostname or not _has_port(self.uri)):
            raise StoreError(
                f"the store milvus:{self.uri} is no address: give milvus:http://HOST:19530, or milvus:FILE.db."
            )
        wanted = ("pymilvus", "milvus_lite") if self.is_file else ("pymilvus",)
        missing = [one for one in wanted if find_spec(one) is None]
        if missing:
            raise StoreError(f"the store milvus: needs {missing[0]}: run `pip install 'docent-qa[milvus]'`.")


class MilvusServer:
    """One place for all indexes of a process. It is connected to at first use, and anew after it failed."""

    def __init__(self, place: MilvusPlace) -> None:
        place.check()
        self.place = place
        self._guard = threading.Lock()
        self._client: Any = None
        self._users = 0

    def call(self, work: Callable[[Any], T]) -> T:
        """What `work` gives with a client. Raises StoreError where the server cannot be reached or refuses."""
        from grpc import RpcError
        from pymilvus import MilvusException

        self._reach()
        try:
            return work(self._connected())
        except (MilvusException, RpcError) as error:
            told = sentence(self.place, error)
            if told == _silent(self.place):
                self._forget()
            raise StoreError(told) from error

    @property
    def is_open(self) -> bool:
        """Whether there is a connection."""
        return self._client is not None

    def rest(self) -> None:
        """End the connection; the next call makes another one."""
        self._forget()

    def join(self) -> None:
        """Say that an index uses it, which has to `leave` it again."""
        with self._guard:
            self._users += 1

    def leave(self) -> None:
        """End the connection with its last user; a file is then left to other processes."""
        with self._guard:
            self._users -= 1
            is_last = not self._users
        if is_last:
            self._forget()

    def _reach(self) -> None:
        """A server that is down is found by one connection, where a call would be tried again for a minute."""
        if self.place.is_file:
            return
        parts = urlsplit(self.place.uri)
        try:
            socket.create_connection((parts.hostname, parts.port or PORTS[parts.scheme]), REACH_SECONDS).close()
        except OSError as error:
            self._forget()
            raise StoreError(_silent(self.place)) from error

    def _connected(self) -> Any:
        with self._guard:
            if self._client is None:
                self._client = _open_file(self.place) if self.place.is_file else _connect(self.place)
            return self._client

    def _forget(self) -> None:
        with self._guard:
            client, self._client = self._client, None
        if client is not None:
            client.close()
            if self.place.is_file:
                _release(self.place)


def sentence(place: MilvusPlace, error: Exception) -> str:
    """What a failed call means to the reader."""
    told = " ".join(str(getattr(error, "message", "") or error).split())
    if re.search(r"unauthenticated|auth check failure|permission ?deny|permission ?denied", told, re.IGNORECASE):
        return f"Milvus at {place.uri} refuses the key: set DOCENT_STORE_API_KEY to user:password or to a token."
    if re.search(r"unavailable|deadline|timeout|fail connecting", told, re.IGNORECASE):
        return _silent(place)
    return f"Milvus at {place.uri} cannot do it: {told[:200].rstrip('.')}."


def check_version(place: MilvusPlace, version: str) -> None:
    """Raise StoreError for a server that is too old; a name without numbers, as of a build, is let through."""
    found = _VERSION.match(version)
    if found and (int(found[1]), int(found[2])) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise StoreError(
            f"Milvus at {place.uri} is version {version}, which is too old: install {oldest} or a newer one."
        )


def _silent(place: MilvusPlace) -> str:
    return (
        f"Milvus at {place.uri} does not answer: start it, or look at DOCENT_STORE. What was taken in is kept, and is"
        " sent there with the next search."
    )


def _has_port(uri: str) -> bool:
    try:
        return urlsplit(uri).port != 0
    except ValueError:
        return False


def _connect(place: MilvusPlace) -> Any:
    from pymilvus import MilvusClient

    _quiet()
    client = MilvusClient(place.uri, token=place.token, db_name=place.database, timeout=CONNECT_SECONDS)
    try:
        check_version(place, str(client.get_server_version(timeout=CONNECT_SECONDS)))
    except BaseException:
        client.close()
        raise
    return client


# How often each file is open in this process, by its path; the package keeps one server for each.
_FILES: dict[str, int] = {}
_FILES_GUARD = threading.Lock()


def _open_file(place: MilvusPlace) -> Any:
    from pymilvus import MilvusClient

    _quiet()
    path = Path(place.uri).absolute()
    with _FILES_GUARD:
        if not _FILES.get(str(path)):
            with _not_elsewhere(path):
                path.parent.mkdir(parents=True, exist_ok=True)
        client = MilvusClient(str(path), timeout=CONNECT_SECONDS)
        _FILES[str(path)] = _FILES.get(str(path), 0) + 1
    return client


def _release(place: MilvusPlace) -> None:
    from milvus_lite.server_manager import server_manager_instance

    path = str(Path(place.uri).absolute())
    with _FILES_GUARD:
        _FILES[path] -= 1
        if not _FILES[path]:
            server_manager_instance.release_server(path)


@contextlib.contextmanager
def _not_elsewhere(path: Path) -> Iterator[None]:
    if path.is_file():
        raise StoreError(f"{path} is a file of another kind: name one that is not there yet, for Milvus Lite to make.")
    try:
        with FileLock(path / "LOCK", timeout=FILE_SECONDS) if path.is_dir() else contextlib.nullcontext():
            yield
    except Timeout as error:
        raise StoreError(
            f"{path} is open in another process, and Milvus Lite is one process's alone: ask through that one, which"
            " takes in what was committed here, or use a Milvus server."
        ) from error
    except OSError as error:
        raise StoreError(f"{path} cannot be opened ({error.strerror}): look at DOCENT_STORE.") from error


def _quiet() -> None:
    """These log what they raise as well, with tracebacks, and Milvus Lite also which calls it has not."""
    for name in ("pymilvus", "milvus_lite", "grpc._server"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
