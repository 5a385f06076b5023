"""`openai:<model>@<address>` as a reranker: a server with `/rerank`, which OpenAI's own API has not.

Jina, Cohere, vLLM, Xinference, llama.cpp and LocalAI take `documents` and give `relevance_score`; text-embeddings-
inference (TEI) takes `texts` and gives `score`. The first refusal tells which one it is.
"""

from __future__ import annotations

import logging
import math
import re
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from docent.retrieval.embedders.seam import speakable
from docent.retrieval.errors import RerankerError
from docent.retrieval.http_client import connect_client, without_password
from docent.retrieval.once import Once
from docent.retrieval.specs import Spec

if TYPE_CHECKING:
    import httpx

log = logging.getLogger(__name__)

DEPTH = 30  # passages: TEI takes 32 in a request as it comes
CONNECT_SECONDS, SECONDS = 2.0, 10  # somebody waits, and there is an order without it
REST_SECONDS = 30.0  # for which a server that failed is not asked
OTHER_SHAPE = frozenset({400, 422})


class ServerReranker:
    """Safe to use from several threads. The key goes into one header and nowhere else.

    After a failure it fails at once for half a minute, so that a dead server costs one question its time and not all.
    `clock` is in seconds.
    """

    def __init__(self, spec: Spec, api_key: str = "", clock: Callable[[], float] = time.monotonic) -> None:
        spec.allow("depth", "timeout")
        model, *url = re.split(r"@(?=https?://)", spec.rest, maxsplit=1)
        if not model or not url:
            raise RerankerError(f"openai:{spec.rest} is no reranker: write openai:<model>@http://<address>/v1.")
        self._model = model
        self._url = url[0].rstrip("/")
        self._depth = spec.number("depth", DEPTH)
        self._seconds = spec.number("timeout", SECONDS)
        self._clock = clock
        self._client: Once[httpx.Client] = Once(lambda: connect_client(api_key))
        self._takes_texts = False
        self._rests_until = -math.inf
        self._failure = ""

    @property
    def depth(self) -> int:
        """How many of the best passages it is given."""
        return self._depth

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        """The server's number for each passage; the lowest for one that it leaves out. Raises RerankerError."""
        if self._clock() < self._rests_until:
            raise RerankerError(self._failure)
        try:
            reply = self._ask(speakable(question), [speakable(one) for one in passages])
            return self._scores(reply, len(passages))
        except RerankerError as error:
            self._failure, self._rests_until = str(error), self._clock() + REST_SECONDS
            raise

    def _ask(self, question: str, passages: list[str]) -> Any:
        response = self._post(question, passages)
        if response.status_code in OTHER_SHAPE:
            self._takes_texts = not self._takes_texts
            other = self._post(question, passages)
            if other.is_success:
                response = other
            else:
                self._takes_texts = not self._takes_texts
        if not response.is_success:
            raise self._refusal(response)
        try:
            return response.json()
        except ValueError as error:
            raise self._stranger() from error

    def _post(self, question: str, passages: list[str]) -> httpx.Response:
        import httpx

        body: dict[str, Any] = {"model": self._model, "query": question}
        body |= {"texts": passages, "truncate": True} if self._takes_texts else {"documents": passages}
        try:
            timeout = httpx.Timeout(self._seconds, connect=CONNECT_SECONDS)
            return self._client().post(f"{self._url}/rerank", json=body, timeout=timeout)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise RerankerError(
                f"the reranking server {self._shown} does not answer ({type(error).__name__}):"
                " start it, or check the address in DOCENT_RERANKER."
            ) from error

    def _scores(self, reply: Any, count: int) -> list[float]:
        scores = [-math.inf] * count
        try:
            for one in reply["results"] if isinstance(reply, dict) else reply:
                score = float(one["relevance_score"] if "relevance_score" in one else one["score"])
                if not 0 <= one["index"] < count or not math.isfinite(score):
                    raise self._stranger()
                scores[one["index"]] = score
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise self._stranger() from error
        if count and not any(math.isfinite(one) for one in scores):
            raise self._stranger()
        return scores

    @property
    def _shown(self) -> str:
        """The address without a password that may stand in it."""
        return without_password(self._url)

    def _stranger(self) -> RerankerError:
        return RerankerError(
            f"what answers at {self._shown} is no reranking server: /rerank is asked below the address given."
        )

    def _refusal(self, response: httpx.Response) -> RerankerError:
        status = response.status_code
        where = f"the reranking server {self._shown}"
        if status in (401, 403):
            return RerankerError(f"{where} refuses the key (status {status}): set DOCENT_RERANKER_API_KEY.")
        if status == 404:
            return RerankerError(
                f"{where} has no model {self._model}, or no /rerank at this address: check both in DOCENT_RERANKER."
            )
        return RerankerError(f"{where} failed with status {status}: look at its log.")
