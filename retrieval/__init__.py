"""Storage and search: SQLite is the truth, the lexical and the vector index are caches that catch up from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docent.ingest import loaded_from

# Small, and named like its module.
from docent.retrieval.terms import terms

if TYPE_CHECKING:
    from docent.retrieval.binding import Binding, binding_of, describe
    from docent.retrieval.canaries import check_canaries
    from docent.retrieval.checkup import Finding, check_collection, damaged_models
    from docent.retrieval.collection import EVERYTHING, Collection, SearchOptions
    from docent.retrieval.database import Migration, connect, make_folder, migrate, transaction
    from docent.retrieval.embed import Embedder, Fingerprint, Vectors
    from docent.retrieval.embedders import EMBEDDERS, make_embedder
    from docent.retrieval.errors import (
        BadFilter,
        BadTag,
        DocumentNotFound,
        EmbedderError,
        NothingSelected,
        RerankerError,
        RetrievalError,
        StoreError,
        SynonymError,
    )
    from docent.retrieval.filters import filter_from
    from docent.retrieval.glossary import made_of
    from docent.retrieval.hashed import HashEmbedder
    from docent.retrieval.once import Once
    from docent.retrieval.pooling import pooled
    from docent.retrieval.portable import archived_name, export_collection, import_collection
    from docent.retrieval.purging import Purged, compact_file, folder_size, purge
    from docent.retrieval.questions import (
        QuestionCounts,
        drop_questions,
        keep_questions,
        publish_questions,
        question_counts,
        without_questions,
    )
    from docent.retrieval.reindexing import give_up_move, reindex
    from docent.retrieval.remote_models import forbids_remote_models, set_remote_models
    from docent.retrieval.rerank import RERANKERS, Reranker, make_reranker
    from docent.retrieval.snapshots import check_database, check_snapshot, copy_database, is_part, pieces, snapshot
    from docent.retrieval.spooling import Spooled, spool, sweep
    from docent.retrieval.store import DocumentStore
    from docent.retrieval.stores import make_store
    from docent.retrieval.synonyms import SynonymFile
    from docent.retrieval.tags import clean_tag, has_tag
    from docent.retrieval.terms import fold, query_terms
    from docent.retrieval.trash import RemovedDocument
    from docent.retrieval.types import (
        Copy,
        DocumentInfo,
        DocumentRef,
        Hit,
        Move,
        Scope,
        SearchFilter,
        SearchResult,
        Source,
        TagCount,
    )
    from docent.retrieval.vectorize import Elsewhere, Embedded, PassageRow, embed_rows

__all__ = [
    "EMBEDDERS",
    "EVERYTHING",
    "RERANKERS",
    "BadFilter",
    "BadTag",
    "Binding",
    "Collection",
    "Copy",
    "DocumentInfo",
    "DocumentNotFound",
    "DocumentRef",
    "DocumentStore",
    "Elsewhere",
    "Embedded",
    "Embedder",
    "EmbedderError",
    "Finding",
    "Fingerprint",
    "HashEmbedder",
    "Hit",
    "Migration",
    "Move",
    "NothingSelected",
    "Once",
    "PassageRow",
    "Purged",
    "QuestionCounts",
    "RemovedDocument",
    "Reranker",
    "RerankerError",
    "RetrievalError",
    "Scope",
    "SearchFilter",
    "SearchOptions",
    "SearchResult",
    "Source",
    "Spooled",
    "StoreError",
    "SynonymError",
    "SynonymFile",
    "TagCount",
    "Vectors",
    "archived_name",
    "binding_of",
    "check_canaries",
    "check_collection",
    "check_database",
    "check_snapshot",
    "clean_tag",
    "compact_file",
    "connect",
    "copy_database",
    "damaged_models",
    "describe",
    "drop_questions",
    "embed_rows",
    "export_collection",
    "filter_from",
    "fold",
    "folder_size",
    "forbids_remote_models",
    "give_up_move",
    "has_tag",
    "import_collection",
    "is_part",
    "keep_questions",
    "made_of",
    "make_embedder",
    "make_folder",
    "make_reranker",
    "make_store",
    "migrate",
    "pieces",
    "pooled",
    "publish_questions",
    "purge",
    "query_terms",
    "question_counts",
    "reindex",
    "set_remote_models",
    "snapshot",
    "spool",
    "sweep",
    "terms",
    "transaction",
    "without_questions",
]

_HOMES = {
    "EMBEDDERS": "embedders",
    "EVERYTHING": "collection",
    "RERANKERS": "rerank",
    "BadFilter": "errors",
    "BadTag": "errors",
    "Binding": "binding",
    "Collection": "collection",
    "Copy": "types",
    "DocumentInfo": "types",
    "DocumentNotFound": "errors",
    "DocumentRef": "types",
    "DocumentStore": "store",
    "Elsewhere": "vectorize",
    "Embedded": "vectorize",
    "Embedder": "embed",
    "EmbedderError": "errors",
    "Finding": "checkup",
    "Fingerprint": "embed",
    "HashEmbedder": "hashed",
    "Hit": "types",
    "Migration": "database",
    "Move": "types",
    "NothingSelected": "errors",
    "Once": "once",
    "PassageRow": "vectorize",
    "Purged": "purging",
    "QuestionCounts": "questions",
    "RemovedDocument": "trash",
    "Reranker": "rerank",
    "RerankerError": "errors",
    "RetrievalError": "errors",
    "Scope": "types",
    "SearchFilter": "types",
    "SearchOptions": "collection",
    "SearchResult": "types",
    "Source": "types",
    "Spooled": "spooling",
    "StoreError": "errors",
    "SynonymError": "errors",
    "SynonymFile": "synonyms",
    "TagCount": "types",
    "Vectors": "embed",
    "archived_name": "portable",
    "binding_of": "binding",
    "check_canaries": "canaries",
    "check_collection": "checkup",
    "check_database": "snapshots",
    "check_snapshot": "snapshots",
    "clean_tag": "tags",
    "compact_file": "purging",
    "connect": "database",
    "copy_database": "snapshots",
    "damaged_models": "checkup",
    "describe": "binding",
    "drop_questions": "questions",
    "embed_rows": "vectorize",
    "export_collection": "portable",
    "filter_from": "filters",
    "fold": "terms",
    "folder_size": "purging",
    "forbids_remote_models": "remote_models",
    "give_up_move": "reindexing",
    "has_tag": "tags",
    "import_collection": "portable",
    "is_part": "snapshots",
    "keep_questions": "questions",
    "made_of": "glossary",
    "make_embedder": "embedders",
    "make_folder": "database",
    "make_reranker": "rerank",
    "make_store": "stores",
    "migrate": "database",
    "pieces": "snapshots",
    "pooled": "pooling",
    "publish_questions": "questions",
    "purge": "purging",
    "query_terms": "terms",
    "question_counts": "questions",
    "reindex": "reindexing",
    "set_remote_models": "remote_models",
    "snapshot": "snapshots",
    "spool": "spooling",
    "sweep": "spooling",
    "transaction": "database",
    "without_questions": "questions",
}

# Load on first use, so that a search does not wait for what moves, mends and exports collections.
__getattr__ = loaded_from(__name__, _HOMES)
