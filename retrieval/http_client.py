"""What the clients of model servers share: the connection, and an address that may be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx


def connect_client(api_key: str) -> httpx.Client:
    """A client that sends the key in one header, where there is one, and follows nobody elsewhere."""
    import httpx

    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    return httpx.Client(headers=headers, follow_redirects=False)  # a redirect would carry the texts elsewhere


def without_password(url: str) -> str:
    """The address without a name and password that may stand in it, for messages."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rsplit('@', 1)[-1]}"
