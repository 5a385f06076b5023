"""Storage and search: SQLite is the truth, the lexical and the vector index are caches that catch up from it."""

from docent.retrieval.collection import EVERYTHING, Collection, SearchOptions, SearchResult
from docent.retrieval.database import Migration, connect, migrate, transaction
from docent.retrieval.embed import Embedder, Fingerprint, Vectors
from docent.retrieval.embedders import EMBEDDERS, make_embedder
from docent.retrieval.errors import DocumentNotFound, EmbedderError, RetrievalError, StoreError
from docent.retrieval.hashed import HashEmbedder
from docent.retrieval.spool import Spooled, spool, sweep
from docent.retrieval.store import DocumentStore
from docent.retrieval.terms import fold, query_terms, terms
from docent.retrieval.types import DocumentInfo, DocumentRef, Hit, SearchFilter, Source

__all__ = [
    "EMBEDDERS",
    "EVERYTHING",
    "Collection",
    "DocumentInfo",
    "DocumentNotFound",
    "DocumentRef",
    "DocumentStore",
    "Embedder",
    "EmbedderError",
    "Fingerprint",
    "HashEmbedder",
    "Hit",
    "Migration",
    "RetrievalError",
    "SearchFilter",
    "SearchOptions",
    "SearchResult",
    "Source",
    "Spooled",
    "StoreError",
    "Vectors",
    "connect",
    "fold",
    "make_embedder",
    "migrate",
    "query_terms",
    "spool",
    "sweep",
    "terms",
    "transaction",
]
