"""What a search gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

from docent.ingest import Chunk

SourceKind: TypeAlias = Literal["folder", "upload"]
DateOrigin: TypeAlias = Literal["document", "file", "added"]


@dataclass(frozen=True, slots=True)
class DocumentRef:
    """The document a hit belongs to, without its text. `path` is where it was read from, or its name.

    `collection` is the name of its collection where several were asked together, "" where it goes without saying.
    """

    id: str
    name: str
    path: str
    collection: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a document came from. It stays as long as one source is left.

    `root` is the synced folder a path belongs to, "" for an upload; `mtime_ns` is in nanoseconds.
    """

    kind: SourceKind
    path: str
    root: str = ""
    mtime_ns: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """One line of the list of documents.

    `date` is a day, ISO 8601, and `date_from` says whose: the one that the document names, else that of its file, else
    that on which it was added.
    """

    id: str
    name: str
    media_type: str
    paths: tuple[str, ...]
    pages: int
    chunks: int
    vectors: int
    size: int
    added: str
    warnings: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    date: str = ""
    date_from: DateOrigin = "added"

    @property
    def status(self) -> Literal["ready", "searchable", "empty"]:
        """`searchable` by words while vectors are still missing, `empty` when nothing could be read."""
        if not self.chunks:
            return "empty"
        return "ready" if self.vectors >= self.chunks else "searchable"


@dataclass(frozen=True, slots=True)
class Copy:
    """Another place where the words of a hit stand."""

    document: DocumentRef
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that was found. `score` orders hits of one query only; `ranks` say why: 1 is the first.

    `copies` are places with the same words, which are no hits of their own. `also` are words of it that mean what the
    question says, by the user's own synonyms.
    """

    chunk_id: int
    chunk: Chunk
    document: DocumentRef
    score: float
    ranks: Mapping[str, int] = field(default_factory=dict)
    copies: tuple[Copy, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, int]:
        """What it is known by among hits of several collections, whose chunk ids may be the same."""
        return self.document.collection, self.chunk_id

    @property
    def location(self) -> str | None:
        """Where it stands in a file without pages: the slide, sheet, lines or chapter and headings, "" if none is said.

        None where its page can be drawn: then the page is the place.
        """
        return None if any(span.box for span in self.chunk.spans) else self.chunk.heading


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """Narrows a search to passages that fit all it says; empty means everything.

    `documents` are any of these, by name, path or id, by letter case or not. `pages` are the first and the last,
    physical. A document must have all `tags`, and a date neither before `since` nor after `until`, both days included.
    """

    documents: tuple[str, ...] = ()
    pages: tuple[int, int] | None = None
    tags: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None

    @property
    def active(self) -> bool:
        """Whether it excludes anything."""
        return bool(self.documents or self.tags) or any(one is not None for one in (self.pages, self.since, self.until))


@dataclass(frozen=True, slots=True)
class Scope:
    """What a filter lets through in a collection as it stands: documents by id, None for all, and pages."""

    documents: tuple[str, ...] | None = None
    pages: tuple[int, int] | None = None

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return self.documents is None and self.pages is None


@dataclass(frozen=True, slots=True)
class TagCount:
    """A tag as it was first written, and how many documents have it."""

    tag: str
    documents: int


@dataclass(frozen=True, slots=True)
class Move:
    """A collection on its way to another embedder: the spec, and `done` of `total` chunks."""

    embedder: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits, best first; milliseconds by stage; how many chunks still wait for their vector.

    `unknown` are the terms of the question that nothing searched has. `move` is there while the collection is moved to
    another embedder. `notice` says why an embedder or a reranker took no part, "" where all went well.
    """

    hits: tuple[Hit, ...]
    timings_ms: dict[str, float] = field(default_factory=dict)
    pending: int = 0
    move: Move | None = None
    unknown: frozenset[str] = frozenset()
    notice: str = ""
