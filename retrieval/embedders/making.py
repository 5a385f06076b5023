"""From a spec string, `kind:rest?option=value`, to an embedder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from docent.retrieval.embedders.seam import Embedder
from docent.retrieval.errors import EmbedderError
from docent.retrieval.specs import Spec, parse_spec


def _bundled(spec: Spec, cache_dir: Path, _: str) -> Embedder:
    spec.allow("threads")
    if spec.rest != "e5-small":
        raise EmbedderError(f"there is no bundled embedder {spec.rest!r}: bundled:e5-small is the one.")
    from docent.retrieval.embedders.e5 import E5Embedder

    return E5Embedder(cache_dir, threads=spec.number("threads", 1) if "threads" in spec.options else None)


def _hashed(spec: Spec, _: Path, __: str) -> Embedder:
    spec.allow()
    from docent.retrieval.embedders.hashed import HashEmbedder

    try:
        return HashEmbedder(int(spec.rest))
    except ValueError as error:
        raise EmbedderError(
            f"hash:{spec.rest} is no embedder: give a dimension of at least 8, such as hash:64."
        ) from error


def _sentence_transformer(spec: Spec, _: Path, __: str) -> Embedder:
    from docent.retrieval.embedders.sentence_transformer import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder(spec)


def _remote(spec: Spec, cache_dir: Path, api_key: str) -> Embedder:
    from docent.retrieval.embedders.remote import RemoteEmbedder

    return RemoteEmbedder(spec, cache_dir, api_key)


EMBEDDERS: dict[str, Callable[[Spec, Path, str], Embedder]] = {
    "bundled": _bundled,
    "hash": _hashed,
    "openai": _remote,
    "st": _sentence_transformer,
}


def make_embedder(spec: str, cache_dir: Path, api_key: str = "") -> Embedder:
    """The embedder of a spec string; weights are loaded, and servers asked, at first use. `api_key` is for a server.

    Raises EmbedderError for an unknown spec or option.
    """
    parsed = parse_spec(spec)
    factory = EMBEDDERS.get(parsed.kind)
    if factory is None or not parsed.rest:
        known = ", ".join(f"{one}:" for one in sorted(EMBEDDERS) if one != "hash")  # which is for tests
        raise EmbedderError(f"the embedder {spec!r} is unknown: it must begin with one of {known}.")
    return factory(parsed, cache_dir, api_key)
