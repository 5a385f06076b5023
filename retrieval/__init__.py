"""Storage and search: SQLite is the truth, the lexical and the vector index are caches that catch up from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docent.ingest import loaded_from

# Small, and named like its module.
from docent.retrieval.terms import terms

if TYPE_CHECKING:
    from docent.retrieval.canaries import check_canaries
    from docent.retrieval.checkup import Finding, check_collection, damaged_models
    from docent.retrieval.collection import EVERYTHING, Collection, SearchOptions
    from docent.retrieval.embedders.hashed import HashEmbedder
    from docent.retrieval.embedders.making import EMBEDDERS, make_embedder
    from docent.retrieval.embedders.seam import Embedder, Fingerprint, Vectors
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
    from docent.retrieval.indexes.making import make_store
    from docent.retrieval.once import Once
    from docent.retrieval.reindexing import give_up_move, reindex
    from docent.retrieval.rerankers.seam import RERANKERS, Reranker, make_reranker
    from docent.retrieval.search.filters import filter_from
    from docent.retrieval.search.glossary import made_of
    from docent.retrieval.search.pooling import pooled
    from docent.retrieval.search.synonyms import SynonymFile
    from docent.retrieval.storage.binding import Binding, binding_of, describe
    from docent.retrieval.storage.database import Migration, connect, make_folder, migrate, transaction
    from docent.retrieval.storage.portable import archived_name, export_collection, import_collection
    from docent.retrieval.storage.purging import Purged, compact_file, folder_size, purge
    from docent.retrieval.storage.questions import (
        QuestionCounts,
        drop_questions,
        keep_questions,
        publish_questions,
        question_counts,
        without_questions,
    )
    from docent.retrieval.storage.remote_models import forbids_remote_models, set_remote_models
    from docent.retrieval.storage.snapshots import (
        check_database,
        check_snapshot,
        copy_database,
        is_part,
        pieces,
        snapshot,
    )
    from docent.retrieval.storage.spooling import Spooled, spool, sweep
    from docent.retrieval.storage.store import DocumentStore
    from docent.retrieval.storage.tags import clean_tag, has_tag
    from docent.retrieval.storage.trash import RemovedDocument
    from docent.retrieval.terms import fold, query_terms
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
    "EMBEDDERS": "embedders.making",
    "EVERYTHING": "collection",
    "RERANKERS": "rerankers.seam",
    "BadFilter": "errors",
    "BadTag": "errors",
    "Binding": "storage.binding",
    "Collection": "collection",
    "Copy": "types",
    "DocumentInfo": "types",
    "DocumentNotFound": "errors",
    "DocumentRef": "types",
    "DocumentStore": "storage.store",
    "Elsewhere": "vectorize",
    "Embedded": "vectorize",
    "Embedder": "embedders.seam",
    "EmbedderError": "errors",
    "Finding": "checkup",
    "Fingerprint": "embedders.seam",
    "HashEmbedder": "embedders.hashed",
    "Hit": "types",
    "Migration": "storage.database",
    "Move": "types",
    "NothingSelected": "errors",
    "Once": "once",
    "PassageRow": "vectorize",
    "Purged": "storage.purging",
    "QuestionCounts": "storage.questions",
    "RemovedDocument": "storage.trash",
    "Reranker": "rerankers.seam",
    "RerankerError": "errors",
    "RetrievalError": "errors",
    "Scope": "types",
    "SearchFilter": "types",
    "SearchOptions": "collection",
    "SearchResult": "types",
    "Source": "types",
    "Spooled": "storage.spooling",
    "StoreError": "errors",
    "SynonymError": "errors",
    "SynonymFile": "search.synonyms",
    "TagCount": "types",
    "Vectors": "embedders.seam",
    "archived_name": "storage.portable",
    "binding_of": "storage.binding",
    "check_canaries": "canaries",
    "check_collection": "checkup",
    "check_database": "storage.snapshots",
    "check_snapshot": "storage.snapshots",
    "clean_tag": "storage.tags",
    "compact_file": "storage.purging",
    "connect": "storage.database",
    "copy_database": "storage.snapshots",
    "damaged_models": "checkup",
    "describe": "storage.binding",
    "drop_questions": "storage.questions",
    "embed_rows": "vectorize",
    "export_collection": "storage.portable",
    "filter_from": "search.filters",
    "fold": "terms",
    "folder_size": "storage.purging",
    "forbids_remote_models": "storage.remote_models",
    "give_up_move": "reindexing",
    "has_tag": "storage.tags",
    "import_collection": "storage.portable",
    "is_part": "storage.snapshots",
    "keep_questions": "storage.questions",
    "made_of": "search.glossary",
    "make_embedder": "embedders.making",
    "make_folder": "storage.database",
    "make_reranker": "rerankers.seam",
    "make_store": "indexes.making",
    "migrate": "storage.database",
    "pieces": "storage.snapshots",
    "pooled": "search.pooling",
    "publish_questions": "storage.questions",
    "purge": "storage.purging",
    "query_terms": "terms",
    "question_counts": "storage.questions",
    "reindex": "reindexing",
    "set_remote_models": "storage.remote_models",
    "snapshot": "storage.snapshots",
    "spool": "storage.spooling",
    "sweep": "storage.spooling",
    "transaction": "storage.database",
    "without_questions": "storage.questions",
}

# Load on first use, so that a search does not wait for what moves, mends and exports collections.
__getattr__ = loaded_from(__name__, _HOMES)
