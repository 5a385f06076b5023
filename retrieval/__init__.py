"""Storage and search: SQLite is the truth, the lexical and the vector index are caches that catch up from it."""

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
from docent.retrieval.purge import Purged, compact_file, folder_size, purge
from docent.retrieval.questions import (
    QuestionCounts,
    drop_questions,
    keep_questions,
    publish_questions,
    question_counts,
    without_questions,
)
from docent.retrieval.reindex import give_up_move, reindex
from docent.retrieval.remote_models import forbids_remote_models, set_remote_models
from docent.retrieval.rerank import RERANKERS, Reranker, make_reranker
from docent.retrieval.snapshot import check_database, check_snapshot, copy_database, is_part, pieces, snapshot
from docent.retrieval.spool import Spooled, spool, sweep
from docent.retrieval.store import DocumentStore
from docent.retrieval.stores import make_store
from docent.retrieval.synonyms import SynonymFile
from docent.retrieval.tags import clean_tag, has_tag
from docent.retrieval.terms import fold, query_terms, terms
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
