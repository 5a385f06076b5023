"""The seam of rerankers: models that read question and passage together, and so judge better than any index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from docent.retrieval.errors import RerankerError
from docent.retrieval.specs import Spec, parse_spec


class Reranker(Protocol):
    """Scores passages for a question. Construction is cheap; weights load, and servers are asked, at first use."""

    @property
    def depth(self) -> int:
        """How many of the best passages it is given."""

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        """One number for each passage, higher for what answers better, on any scale. Raises RerankerError."""


def _sentence_transformer(spec: Spec, _: str) -> Reranker:
    from docent.retrieval.rerankers.cross_encoder import CrossEncoderReranker

    return CrossEncoderReranker(spec)


def _remote(spec: Spec, api_key: str) -> Reranker:
    from docent.retrieval.rerankers.server import ServerReranker

    return ServerReranker(spec, api_key)


RERANKERS: dict[str, Callable[[Spec, str], Reranker]] = {"openai": _remote, "st": _sentence_transformer}


def make_reranker(text: str, api_key: str = "") -> Reranker | None:
    """The reranker of a spec string, None for "none". `api_key` is for a server.

    Raises RerankerError for an unknown spec or option.
    """
    if text == "none":
        return None
    spec = parse_spec(text, "reranker", RerankerError)
    factory = RERANKERS.get(spec.kind)
    if factory is None or not spec.rest:
        known = ", ".join(f"{one}:" for one in sorted(RERANKERS))
        raise RerankerError(f"the reranker {text!r} is unknown: it must be none, or begin with one of {known}.")
    return factory(spec, api_key)
