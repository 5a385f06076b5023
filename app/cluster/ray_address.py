"""The address of a Ray cluster, and whether one answers there.

Ray itself waits two minutes for an address at which nothing is, and then says so in the words of its own insides.
"""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass

from docent.ingest import DocentError

CONNECT_SECONDS = 3.0
# What a client of HTTP/2 says first, and an empty frame of settings (RFC 9113, 3.4 and 6.5): gRPC answers with its own.
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0"
_SETTINGS, _TLS_ALERT = 4, 0x15
_WRITTEN = re.compile(r"(?:ray://)?(?P<host>\[[0-9a-fA-F:.]+\]|[^\s:/\[\]]+):(?P<port>\d{1,5})")


class ClusterError(DocentError):
    """The Ray cluster is not there, is gone, or cannot run what it is given."""


@dataclass(frozen=True, slots=True)
class RayAddress:
    """`text` as Ray takes it; `host` is "" for `auto` and `local`."""

    text: str
    host: str = ""
    port: int = 0


def parse_address(text: str) -> RayAddress:
    """`auto`, `local`, `host:port` or `ray://host:port`. Raises ClusterError."""
    if text in ("auto", "local"):
        return RayAddress(text)
    match = _WRITTEN.fullmatch(text)
    if match is None or not 0 < int(match["port"]) < 65536:
        raise ClusterError(f"{text!r} is no address of a Ray cluster: give auto, local, host:6379 or ray://host:10001.")
    return RayAddress(text, match["host"].strip("[]"), int(match["port"]))


def require_answer(address: RayAddress) -> None:
    """Raises ClusterError where no server of Ray's kind answers within some seconds."""
    try:
        is_grpc = speaks_grpc(address.host, address.port)
    except OSError as error:
        why = error.strerror or str(error)
        raise ClusterError(
            f"no Ray cluster answers at {address.text} ({why}): check the address, and that `ray status` knows it."
        ) from error
    if not is_grpc:
        raise ClusterError(
            f"what answers at {address.text} is no Ray cluster: give the port of `ray start --head` (6379 as a rule)"
            " or ray:// with that of its clients (10001)."
        )


def speaks_grpc(host: str, port: int, seconds: float = CONNECT_SECONDS) -> bool:
    """Whether a gRPC server listens; one that wants TLS counts. Raises OSError where nothing does in that time."""
    with socket.create_connection((host, port), seconds) as connection:
        connection.sendall(PREFACE)
        try:
            said = connection.recv(9)
        except ConnectionResetError:
            return True  # TLS that does not like what it heard
    return not said or said[0] == _TLS_ALERT or (len(said) > 3 and said[3] == _SETTINGS)
