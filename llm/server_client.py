"""The HTTP clients of chat servers: proxies, silence, one second try, and what a failure means in words."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from docent.llm.hosts import is_loopback

if TYPE_CHECKING:
    import httpx

CONNECT_SECONDS = 5.0
BACK_OFF = 1.0  # seconds before the second try where the server names none
LONGEST_WAIT = 20.0  # seconds; a server that asks for more is not waited for
PASSING = frozenset({429, 500, 502, 503, 504, 529})  # 529 is "overloaded" of some providers


def server_clients(host: str, silence: float) -> tuple[httpx.Client, httpx.AsyncClient, httpx.Timeout]:
    """A client for each way of calling; `silence` is in seconds.

    Both take proxies from the environment, but for this machine none, and follow no redirect: it would carry the
    passages elsewhere. An answer that says "later" is asked for once more, before anything was streamed.
    """
    import httpx

    longest = min(LONGEST_WAIT, silence / 2)

    class Client(httpx.Client):
        def send(self, request: httpx.Request, **kwargs: Any) -> httpx.Response:
            response = super().send(request, **kwargs)
            wait = _wait(response, longest)
            if wait is None:
                return response
            response.close()
            time.sleep(wait)
            return super().send(request, **kwargs)

    class AsyncClient(httpx.AsyncClient):
        async def send(self, request: httpx.Request, **kwargs: Any) -> httpx.Response:
            response = await super().send(request, **kwargs)
            wait = _wait(response, longest)
            if wait is None:
                return response
            await response.aclose()
            await asyncio.sleep(wait)
            return await super().send(request, **kwargs)

    # Whoever reads the stream gives up first; this one ends the connection behind it.
    timeout = httpx.Timeout(silence + 1, connect=min(CONNECT_SECONDS, silence))
    options: dict[str, Any] = {"timeout": timeout, "trust_env": not is_loopback(host)}
    return Client(**options), AsyncClient(**options), timeout


def _wait(response: httpx.Response, longest: float) -> float | None:
    """Seconds before the second try; None where there is nothing to wait for."""
    if response.status_code not in PASSING:
        return None
    said = response.headers.get("retry-after", "").strip()
    wait = min(BACK_OFF, longest)
    if said:
        wait = _seconds(said)
    return wait if wait <= longest else None


def _seconds(retry_after: str) -> float:
    """RFC 9110, 10.2.3: seconds or a date."""
    if retry_after.replace(".", "", 1).isdecimal():
        return float(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return BACK_OFF
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


def server_failures() -> tuple[type[Exception], ...]:
    """What the client of a chat server raises."""
    import httpx
    import openai

    return openai.OpenAIError, httpx.HTTPError, ValueError  # ValueError: what is no JSON where some should be


def explain_server(error: Exception, model: str, host: str) -> str:
    """What happened, as the end of a sentence; no address, no key and nothing that the server wrote is in it."""
    import httpx
    import openai

    if isinstance(error, openai.APIStatusError):
        return _STATUS.get(error.status_code, f"did not answer: {host} gave status {error.status_code}").format(
            model=model, host=host
        )
    if isinstance(error, openai.APITimeoutError | httpx.TimeoutException):
        return f"did not answer in time: {host} was silent"
    if isinstance(error, openai.APIConnectionError | httpx.ConnectError):
        return f"cannot be reached: no server answers at {host}, or its name or certificate is wrong"
    if isinstance(error, httpx.TransportError):
        return f"broke off: {host} closed the connection"
    return f"did not answer: {host} is no OpenAI-compatible server, or broke off ({type(error).__name__})"


_STATUS = {
    400: "did not answer: {host} refused the request (status 400), perhaps as too long; see ?context=",
    401: "did not answer: {host} wants a key; set DOCENT_CHAT_API_KEY",
    403: "did not answer: {host} does not allow it (status 403); check the key",
    404: "did not answer: {host} knows no model {model}, or its address lacks /v1",
    429: "did not answer: {host} says that too much was asked (status 429); wait, or look at the account",
}
