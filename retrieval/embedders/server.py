"""An embedding server that speaks OpenAI's `/embeddings`: requests, retries and what its refusals mean."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from docent.retrieval.errors import EmbedderError
from docent.retrieval.http_client import connect_client, without_password
from docent.retrieval.once import Once

if TYPE_CHECKING:
    import httpx

log = logging.getLogger(__name__)

CONNECT_SECONDS = 5.0
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})  # statuses that may be gone in a moment
FIRST_WAIT, LONGEST_WAIT = 0.5, 60.0  # seconds; doubled at each attempt, and never longer than a server asks for
LARGE = ("too large", "too long", "maximum context", "context length", "max_tokens", "exceed", "token")
"""Words in a refusal of one text for its length: llama.cpp (as status 500), vLLM, TEI and OpenAI, in this order."""


@dataclass(frozen=True, slots=True)
class Patience:
    """`attempts` in all, each with `seconds` for the reply."""

    attempts: int
    seconds: float


PATIENT = Patience(7, 120.0)  # half a minute of waiting between attempts: a restart of the server is outlived
HURRIED = Patience(2, 15.0)  # somebody waits


class TooLarge(EmbedderError):
    """The server refused a request for its size, or perhaps did: a smaller one may pass."""


class EmbeddingServer:
    """One model on one server. `url` ends before `/embeddings`. The key goes into one header and nowhere else.

    Safe to use from several threads. `sleep` is how it waits between attempts.
    """

    def __init__(self, model: str, url: str, api_key: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self.model = model
        self._url = url.rstrip("/")
        self._api_key = api_key
        self._sleep = sleep
        self._client: Once[httpx.Client] = Once(lambda: connect_client(api_key))

    @property
    def shown(self) -> str:
        """The address without a password that may stand in it, for messages."""
        return without_password(self._url)

    def vectors(self, texts: Sequence[str], patience: Patience, **options: Any) -> list[list[float]]:
        """One vector for each text, as the server gave it. Raises TooLarge, and EmbedderError with a sentence."""
        import httpx

        body = {"model": self.model, "input": list(texts), "encoding_format": "float", **options}
        for attempt in range(1, patience.attempts + 1):
            last = attempt == patience.attempts
            try:
                timeout = httpx.Timeout(patience.seconds, connect=CONNECT_SECONDS)
                response = self._client().post(f"{self._url}/embeddings", json=body, timeout=timeout)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                if last or isinstance(error, (httpx.UnsupportedProtocol, httpx.InvalidURL)):
                    raise EmbedderError(
                        f"the embedding server {self.shown} does not answer ({type(error).__name__}):"
                        " start it, or check the address in DOCENT_EMBEDDER."
                    ) from error
                self._wait(attempt, None, type(error).__name__)
                continue
            if response.is_success:
                return self._parse(response, len(texts))
            if last or not _may_pass(response):
                raise self._refusal(response, len(texts))
            self._wait(attempt, response.headers.get("retry-after"), f"status {response.status_code}")
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _wait(self, attempt: int, retry_after: str | None, why: str) -> None:
        """As long as the server asks; else twice as long each time, at random below, so that clients spread out."""
        longest = min(LONGEST_WAIT, FIRST_WAIT * 2**attempt)
        asked = _seconds(retry_after)
        wait = min(asked, LONGEST_WAIT) if asked is not None else random.uniform(longest / 2, longest)  # noqa: S311
        log.log(
            logging.WARNING if attempt > 1 else logging.INFO,
            "the embedding server %s: %s; trying again in %.1f s", self.shown, why, wait,
        )  # fmt: skip
        self._sleep(wait)

    def _parse(self, response: httpx.Response, count: int) -> list[list[float]]:
        try:
            data = sorted(response.json()["data"], key=lambda one: one["index"])
            found = [one["embedding"] for one in data]
        except (ValueError, KeyError, TypeError) as error:
            raise EmbedderError(
                f"what answers at {self.shown} is no embedding server: the address mostly ends in /v1."
            ) from error
        if len(found) != count:
            raise EmbedderError(f"the embedding server {self.shown} gave {len(found)} vectors for {count} texts.")
        return found

    def _refusal(self, response: httpx.Response, count: int) -> EmbedderError:
        status, said = response.status_code, self._said(response)
        where = f"the embedding server {self.shown}"
        if status in (401, 403):
            return EmbedderError(f"{where} refuses the key (status {status}): set DOCENT_EMBEDDER_API_KEY.")
        if status == 404 or (status == 400 and "model" in said.lower() and "not" in said.lower()):
            return EmbedderError(
                f"{where} has no model {self.model}, or no /embeddings at this address: check both in DOCENT_EMBEDDER."
            )
        if status == 413 or (status in (400, 422) and count > 1) or _is_large(response):
            return TooLarge(f"{where} refuses a text for its length ({said}): lower ?max_tokens= in DOCENT_EMBEDDER.")
        return EmbedderError(f"{where} failed with status {status} ({said}): look at its log.")

    def _said(self, response: httpx.Response) -> str:
        """The server's own words, shortened, with nothing in them that is secret."""
        try:
            body = response.json()
        except ValueError:
            body = response.text
        if isinstance(body, dict):
            body = body.get("error") or body.get("detail") or body.get("message") or body
        if isinstance(body, dict):
            body = body.get("message") or body
        text = " ".join(str(body).split())[:200]
        return text.replace(self._api_key, "***") if self._api_key else text


def _may_pass(response: httpx.Response) -> bool:
    """Whether the same request may succeed later: not when money has run out, nor when a text is too long."""
    return response.status_code in PASSING and "insufficient_quota" not in response.text and not _is_large(response)


def _is_large(response: httpx.Response) -> bool:
    if response.status_code not in (400, 413, 422, 500):
        return False
    words = LARGE[:1] if response.status_code == 500 else LARGE
    return any(word in response.text.lower() for word in words)


def _seconds(retry_after: str | None) -> float | None:
    """A Retry-After header, in seconds or as a date."""
    if not retry_after:
        return None
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        pass
    try:
        when = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, (when - datetime.now(UTC)).total_seconds())
