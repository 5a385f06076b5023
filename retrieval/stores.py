"""From a spec string, `local` or `milvus:<uri>?option=value`, to what indexes collections."""

from __future__ import annotations

from docent.retrieval.errors import StoreError
from docent.retrieval.index import Indexed, MakeIndex, SearchIndex
from docent.retrieval.local_index import LocalIndex
from docent.retrieval.specs import Spec, parse_spec

DEFAULT = "local"
_FUSIONS = ("weighted", "rrf")


def make_store(spec: str = DEFAULT, api_key: str = "") -> MakeIndex:
    """What makes the index of a collection; a server is asked at first use. `api_key` is for a server.

    `?database=NAME` is one of a Milvus server's. `?fusion=rrf` lets Milvus join words and vectors, by reciprocal ranks
    without weights; `weighted`, the default, is done here. Raises StoreError for an unknown spec or option.
    """
    parsed = parse_spec(spec, "store", StoreError)
    if parsed.kind == "local" and not parsed.rest:
        parsed.allow()
        return LocalIndex
    if parsed.kind != "milvus" or not parsed.rest:
        raise StoreError(f"the store {spec!r} is unknown: there are local, and milvus:http://HOST:19530.")
    return _milvus(parsed, api_key)


def _milvus(spec: Spec, api_key: str) -> MakeIndex:
    from docent.retrieval.milvus import MilvusIndex
    from docent.retrieval.milvus_server import MilvusPlace, MilvusServer

    spec.allow("database", "fusion")
    fusion = spec.options.get("fusion", _FUSIONS[0])
    if fusion not in _FUSIONS:
        raise StoreError(f"fusion={fusion} in the store setting is unknown: there are {', '.join(_FUSIONS)}.")
    server = MilvusServer(MilvusPlace(spec.rest, api_key, spec.options.get("database", "")))

    def make(of: Indexed) -> SearchIndex:
        return MilvusIndex(server, of, rank_there=fusion == "rrf")

    return make
