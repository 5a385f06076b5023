"""What can go wrong below a search. All are sentences for the reader (see docent.ingest.errors)."""

from docent.ingest import DocentError


class RetrievalError(DocentError):
    """The store, an index or an embedder cannot do what was asked."""


class StoreError(RetrievalError):
    """The database cannot be opened, or was written by a newer version."""


class EmbedderError(RetrievalError):
    """An embedder is unknown, not installed, or does not fit the collection."""


class RerankerError(RetrievalError):
    """A reranker is unknown, not installed, or does not answer."""


class DocumentNotFound(RetrievalError):
    """No document of this name or id in the collection."""


class NothingSelected(DocumentNotFound):
    """A filter lets no document or page through."""


class BadFilter(RetrievalError):
    """A filter that is written wrongly."""


class SynonymError(RetrievalError):
    """The user's file of synonyms cannot be read, or a line of it is wrong."""


class BadTag(RetrievalError):
    """A text that cannot be a tag."""
