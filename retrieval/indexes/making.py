"""From a spec string, `local` or `milvus:<uri>?option=value`, to what indexes collections."""

from __future__ import annotations

from docent.retrieval.errors import StoreError
from docent.retrieval.indexes.local import LocalIndexes
from docent.retrieval.indexes.seam import Indexes
from docent.retrieval.specs import parse_spec

FUSIONS = ("weighted", "rrf")


def make_store(spec: str = "local", api_key: str = "") -> Indexes:
    """Where collections are indexed; a server is asked at first use. `api_key` is for a server.

    `?database=NAME` is one of a Milvus server's. `?fusion=rrf` lets Milvus join words and vectors, by reciprocal ranks
    without weights; `weighted`, the default, is done here. Raises StoreError for an unknown spec or option.
    """
    parsed = parse_spec(spec, "store", StoreError)
    if parsed.kind == "local" and not parsed.rest:
        parsed.allow()
        return LocalIndexes()
    if parsed.kind != "milvus" or not parsed.rest:
        raise StoreError(f"the store {spec!r} is unknown: there are local, and milvus:http://HOST:19530.")
    parsed.allow("database", "fusion")
    fusion = parsed.options.get("fusion", FUSIONS[0])
    if fusion not in FUSIONS:
        raise StoreError(f"fusion={fusion} in the store setting is unknown: there are {', '.join(FUSIONS)}.")
    from docent.retrieval.milvus.index import MilvusIndexes
    from docent.retrieval.milvus.server import MilvusPlace

    place = MilvusPlace(parsed.rest, api_key, parsed.options.get("database", ""))
    return MilvusIndexes(place, rank_there=fusion == "rrf")
