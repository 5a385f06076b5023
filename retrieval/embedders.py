"""From a spec string, `kind:rest`, to an embedder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from docent.retrieval.embed import Embedder
from docent.retrieval.errors import EmbedderError


def _bundled(rest: str, cache_dir: Path) -> Embedder:
    if rest != "e5-small":
        raise EmbedderError(f"there is no bundled embedder {rest!r}: bundled:e5-small is the one.")
    from docent.retrieval.e5 import E5Embedder

    return E5Embedder(cache_dir)


def _hashed(rest: str, _: Path) -> Embedder:
    from docent.retrieval.hashed import HashEmbedder

    try:
        return HashEmbedder(int(rest))
    except ValueError as error:
        raise EmbedderError(f"hash:{rest} is no embedder: give a dimension of at least 8, such as hash:64.") from error


EMBEDDERS: dict[str, Callable[[str, Path], Embedder]] = {"bundled": _bundled, "hash": _hashed}


def make_embedder(spec: str, cache_dir: Path) -> Embedder:
    """The embedder of a spec string; weights are loaded at first use. Raises EmbedderError for an unknown one."""
    kind, _, rest = spec.partition(":")
    factory = EMBEDDERS.get(kind)
    if factory is None or not rest:
        known = ", ".join(f"{one}:" for one in sorted(EMBEDDERS))
        raise EmbedderError(f"the embedder {spec!r} is unknown: it must begin with one of {known}.")
    return factory(rest, cache_dir)
