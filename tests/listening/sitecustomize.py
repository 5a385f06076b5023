"""Found by PYTHONPATH, it writes down every connection and look-up of a process that is not of loopback."""

import ipaddress
import os
import socket
import sys
from typing import Any

_WATCHED = ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname")


def _is_here(host: object) -> bool:
    if host in (None, "", b"", "localhost", b"localhost", socket.gethostname()):
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback or str(host) in ("0.0.0.0", "::")
    except ValueError:
        return False


def _host(event: str, arguments: tuple[Any, ...]) -> object:
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        return arguments[0]
    address = arguments[-1]
    return address[0] if isinstance(address, tuple) else ""  # a socket that is a file


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _WATCHED and not _is_here(_host(event, arguments)):
        line = f"{os.getpid()} {event} {_host(event, arguments)}\n"
        file = os.open(os.environ["LISTENED_TO"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, line.encode())
        os.close(file)


if "LISTENED_TO" in os.environ:
    sys.addaudithook(_watch)
