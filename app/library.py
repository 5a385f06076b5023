"""The library: everything a door needs, composed from settings."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from docent.app.catalog import Catalog, CollectionInfo
from docent.app.errors import CollectionNotFound
from docent.app.reader_pool import ReaderLimits, ReaderPool
from docent.app.settings import DEFAULT_COLLECTION, Settings, load_settings
from docent.app.sync import add_upload, sync
from docent.app.taking import FileResult, Reader, SyncOptions
from docent.ingest import DRAWABLE, Page, PageReport
from docent.llm import Event, ModelOptions, Turn, answer_events, make_answerer
from docent.retrieval import (
    EVERYTHING,
    Collection,
    DocumentInfo,
    DocumentNotFound,
    DocumentRef,
    DocumentStore,
    SearchFilter,
    SearchOptions,
    SearchResult,
    make_embedder,
)

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from docent.llm import Answer
    from docent.llm.langchain import DocentRetriever

ANSWER_FROM = 10  # hits an answer is written from


class Library:
    """One data directory. Safe to share between threads; close it, or use it in a `with`.

    Methods take `collection`, a name; the one of the settings is meant when it is left out.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.answerer = make_answerer(settings.chat, ModelOptions(settings.chat_api_key, settings.chat_timeout))
        self._embedder = make_embedder(settings.embedder, settings.cache_dir, settings.embedder_api_key)
        self._catalog = Catalog(settings.data_dir)
        limits = ReaderLimits(settings.reading_processes, settings.reading_seconds, settings.reading_megabytes)
        self.spool = settings.data_dir / "spool"
        self._pool = ReaderPool(limits, self.spool)
        self._reader = Reader(self._pool, settings.embedder, settings.cache_dir, settings.ocr)
        self._open: dict[str, Collection] = {}
        self._guard = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the processes that read, and close all databases."""
        self._pool.close()
        with self._guard:
            for collection in self._open.values():
                collection.close()
            self._open.clear()

    def collections(self) -> list[CollectionInfo]:
        """All collections by name."""
        return self._catalog.collections()

    def collection(self, name: str | None = None, *, create: bool = False) -> Collection:
        """Open a collection. Raises CollectionNotFound unless it may be created."""
        wanted = name or self.settings.collection
        with self._guard:
            found = self._open.get(wanted)
            if found is None:
                found = Collection(self._catalog.folder(wanted, create=create), self._embedder)
                self._open[wanted] = found
            return found

    def sync(
        self, roots: Sequence[Path], options: SyncOptions | None = None, collection: str | None = None
    ) -> Iterator[FileResult]:
        """Make the collection agree with the folders; vectors are filled in by `Collection.fill_vectors`."""
        return sync(self.collection(collection, create=True), self._reader, roots, options)

    def add_upload(
        self, path: Path, name: str, options: SyncOptions | None = None, collection: str | None = None
    ) -> FileResult:
        """Take one uploaded file."""
        return add_upload(self.collection(collection, create=True), self._reader, path, name, options)

    def documents(self, collection: str | None = None) -> list[DocumentInfo]:
        """All documents by name. Raises CollectionNotFound for any but the default collection."""
        found = self._existing(collection)
        return found.store.documents(found.embedder_id) if found else []

    def page_reports(
        self, name: str, collection: str | None = None
    ) -> list[tuple[DocumentRef, list[tuple[int, str, PageReport]]]]:
        """How each page of the documents of this name, path or id was read. Raises DocumentNotFound."""
        store = self.collection(collection).store
        return [(one, store.page_reports(one.id)) for one in self._found(store, name)]

    def remove(self, name: str, collection: str | None = None) -> list[str]:
        """Remove every document of this name, path or id. Returns their names. Raises DocumentNotFound."""
        store = self.collection(collection).store
        found = self._found(store, name)
        for one in found:
            store.remove(one.id)
        return [one.name for one in found]

    @staticmethod
    def _found(store: DocumentStore, name: str) -> list[DocumentRef]:
        found = store.find(name)
        if not found:
            raise DocumentNotFound(f"there is no document called {name}: `documents` lists what there is.")
        return found

    def search(
        self, question: str, limit: int = 10, where: SearchFilter = EVERYTHING, collection: str | None = None
    ) -> SearchResult:
        """The best passages. The default collection, where nothing was stored yet, is searched as an empty one."""
        found = self._existing(collection)
        return found.search(question, SearchOptions(limit=limit), where) if found else SearchResult(())

    def _existing(self, collection: str | None) -> Collection | None:
        """None for the default collection while nothing was stored; any other must exist."""
        try:
            return self.collection(collection)
        except CollectionNotFound:
            if (collection or self.settings.collection) != DEFAULT_COLLECTION:
                raise
            return None

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        where: SearchFilter = EVERYTHING,
        collection: str | None = None,
    ) -> Iterator[Event]:
        """Search and answer, as events; the last one is Done."""

        def hits(query: str) -> tuple[Any, ...]:
            return self.search(query, ANSWER_FROM, where, collection).hits

        return answer_events(question, hits, self.answerer, history)

    def page(self, document_id: str, number: int, collection: str | None = None) -> Page:
        """One page as it was read. Raises DocumentNotFound."""
        return self.collection(collection).store.page(document_id, number)

    def page_image(self, document_id: str, number: int, zoom: float = 1.5, collection: str | None = None) -> bytes:
        """The page as PNG, 72 dpi times `zoom`. Raises DocumentNotFound, also for what has no pages to draw."""
        store = self.collection(collection).store
        store.page(document_id, number)
        if store.media_type(document_id) not in DRAWABLE:
            raise DocumentNotFound("this document has no pages that can be drawn: its text is shown instead.")
        return self._pool.draw(store.drawable(document_id), number, zoom)


def open_library(settings: Settings | None = None, **arguments: Any) -> Library:
    """A library for these settings; keyword arguments are settings by name. Raises SettingsError."""
    return Library(settings or load_settings(**arguments))


def create_chain(library: Library | None = None, **arguments: Any) -> Runnable[Any, Answer]:
    """A LangChain Runnable from a question to an `Answer` with citations; `arguments` are settings by name."""
    from docent.llm.langchain import as_chain

    opened = library or open_library(**arguments)
    return as_chain(opened.ask)


def create_retriever(library: Library | None = None, *, k: int = 10, **arguments: Any) -> DocentRetriever:
    """A LangChain retriever over a collection; `arguments` are settings by name."""
    from docent.llm.langchain import DocentRetriever

    opened = library or open_library(**arguments)
    return DocentRetriever(search_function=lambda query, limit: opened.search(query, limit).hits, k=k)
