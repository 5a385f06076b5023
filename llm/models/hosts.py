"""Whether a model server is on this machine or its own network, told from the address alone: nothing is looked up."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

# RFC 6761 (localhost), 6762 (local), 8375 (home.arpa), and what ICANN keeps for private use (internal); lan is custom.
_PRIVATE_ENDINGS = (".localhost", ".local", ".internal", ".home.arpa", ".lan")


def host_of(url: str) -> str:
    """The host of an address, without name, password and port; empty where there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def is_loopback(host: str) -> bool:
    """Whether it is this machine itself."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def is_remote_host(host: str) -> bool:
    """Neither this machine nor its own network. A name without a dot is one of the own network (`vllm` in Compose)."""
    name = host.rstrip(".").lower()
    if is_loopback(name):
        return False
    try:
        address = ip_address(name)
    except ValueError:
        return "." in name and not name.endswith(_PRIVATE_ENDINGS)
    return not (address.is_private or address.is_link_local)
