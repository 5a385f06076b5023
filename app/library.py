"""The library: everything a door needs, composed from settings."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docent.app.catalog import CollectionInfo
from docent.app.errors import CollectionNotFound
from docent.app.identity.access import Role
from docent.app.parts import Parts
from docent.app.settings import DEFAULT_COLLECTION, Settings, keep_quiet, load_settings
from docent.retrieval import EVERYTHING, DocumentNotFound, SearchResult

if TYPE_CHECKING:
    from docent.app.intake.reading import Readers
    from docent.app.intake.taking import FileResult, Reader, SyncOptions
    from docent.ingest import Page, PageReport
    from docent.llm import Answerer, Event, Turn
    from docent.retrieval import (
        Collection,
        DocumentInfo,
        DocumentRef,
        DocumentStore,
        Embedder,
        RemovedDocument,
        SearchFilter,
    )


class Library(Parts):
    """One data directory. Safe to share between threads; close it, or use it in a `with`.

    Methods take `collection`, a name; the one of the settings is meant when it is left out.
    """

    def use_models(self, settings: Settings) -> None:
        """From now on answer, and order hits, as these settings say; nothing is loaded yet.

        Raises AnswerError, RerankerError and SynonymError, and leaves everything as it was.
        """
        self.models.use(settings)
        self.settings = settings

    def collections(self) -> list[CollectionInfo]:
        """All collections by name that whoever is acting may read. Raises NotSignedIn."""
        return [one for one in self.catalog.collections() if self.people.access.role(one.id)]

    def collection(self, name: str | None = None, role: Role = Role.READER, *, create: bool = False) -> Collection:
        """Open a collection for whoever is acting, see docent.app.open_collections.

        Raises CollectionNotFound unless it may be created, NotSignedIn and Forbidden.
        """
        return self._opened.get(name, role, create=create)

    def collection_id(self, name: str | None = None, role: Role = Role.READER) -> str:
        """The id of a collection for whoever is acting; "" for the default one while nothing was stored.

        Raises CollectionNotFound, NotSignedIn and Forbidden.
        """
        return self._opened.id_of(name, role)

    def embedder(self, spec: str) -> Embedder:
        """The embedder of a spec, made once. Raises EmbedderError."""
        return self._opened.embedder(spec)

    def require_embedder(self, spec: str, collection: str | None = None) -> None:
        """Raises EmbedderError when the collection has another embedder than the one asked for by name."""
        self._opened.require_embedder(spec, collection)

    def create_collection(self, name: str, embedder: str | None = None) -> None:
        """An empty collection, with its own embedder if one is named. Raises CollectionExists and EmbedderError."""
        self._opened.add(name, embedder)

    def delete_collection(self, name: str) -> None:
        """Delete a collection with all its files. Raises CollectionNotFound."""
        from docent.app.history.redaction import forget

        forget(self, name)
        self._opened.delete(name)

    def release(self, collection: str | None = None) -> None:
        """Have the next call open a collection as it stands."""
        self._opened.release(collection)

    def announce(self) -> str:
        """Say that this process keeps files in the spool folder, so that no other deletes them; returns its sign."""
        return self._presence.announce()

    def sync(
        self,
        roots: Sequence[Path],
        options: SyncOptions | None = None,
        collection: str | None = None,
        readers: Readers | None = None,
    ) -> Iterator[FileResult]:
        """Make the collection agree with the folders; vectors are filled in by `Collection.fill_vectors`.

        `readers` are others than the processes of the settings, such as those of a cluster.
        """
        from docent.app.intake.sync import sync

        opened = self._prepared(collection)
        return _of_what(opened.store, sync(opened, self._reader(opened, readers), roots, options))

    def add_upload(
        self, path: Path, name: str, options: SyncOptions | None = None, collection: str | None = None, again: str = ""
    ) -> FileResult:
        """Take one uploaded file; or the document of the id `again`, from a copy of its original, as it is read now."""
        from docent.app.intake.sync import add_upload

        opened = self._prepared(collection)
        return add_upload(opened, self._reader(opened), path, name, options, again)

    def _prepared(self, collection: str | None) -> Collection:
        """A collection that is about to take files; what killed runs and old removals have left is deleted."""
        from docent.retrieval import sweep

        self.announce()
        sweep(self.spool)
        opened = self.collection(collection, Role.EDITOR, create=True)
        opened.store.sweep_trash(self.settings.undo_days)
        return opened

    def _reader(self, opened: Collection, readers: Readers | None = None) -> Reader:
        from docent.app.intake.taking import Reader

        said = self.settings
        return Reader(readers or self.pool, self.spool, opened.spec, said.cache_dir, said.ocr)

    def documents(self, collection: str | None = None) -> list[DocumentInfo]:
        """All documents by name. Raises CollectionNotFound for any but the default collection."""
        found = self.existing(collection)
        return found.store.documents(found.embedder_id) if found else []

    def page_reports(
        self, name: str, collection: str | None = None
    ) -> list[tuple[DocumentRef, list[tuple[int, str, PageReport]]]]:
        """How each page of the documents of this name, path or id was read. Raises DocumentNotFound."""
        store = self.collection(collection).store
        return [(one, store.page_reports(one.id)) for one in store.named(name)]

    def remove(self, name: str, collection: str | None = None) -> list[DocumentRef]:
        """Remove every document of this name, path or id. Raises DocumentNotFound.

        For `undo_days` it can be restored, unless its bytes come back or the collection is purged. A file that still
        stands in a synced folder is taken again by the next sync.
        """
        store = self.collection(collection, Role.EDITOR).store
        found = store.named(name)
        for one in found:
            store.remove(one.id, undo=self.settings.undo_days > 0)
        return found

    def removed(self, collection: str | None = None, most: int | None = None) -> list[RemovedDocument]:
        """What `restore` can bring back, the last one removed first, `most` of them."""
        found = self.existing(collection)
        return found.store.removed(self.settings.undo_days, most) if found else []

    def restore(self, name: str, collection: str | None = None) -> list[str]:
        """Undo the removal of every document of this name, path or id. Returns the names they have now.

        `Collection.fill_vectors` embeds them where the collection has moved to another embedder meanwhile. Raises
        DocumentNotFound and StoreError.
        """
        found = [one for one in self.removed(collection) if one.is_called(name)]
        if not found:
            raise DocumentNotFound(f"no document called {name} can be restored: look in the list of removed ones.")
        store = self.collection(collection, Role.EDITOR).store
        return [store.restore(one.id) for one in found]

    def search(
        self,
        question: str,
        limit: int = 10,
        where: SearchFilter = EVERYTHING,
        collection: str | None = None,
        also: Sequence[str] = (),
    ) -> SearchResult:
        """The best passages of a collection, and of those named in `also`: then each hit says which it is from.

        The default collection, where nothing was stored yet, is searched as an empty one.
        """
        options = replace(self.models.search_options, limit=limit)
        if len(names := self._names(collection, also)) > 1:
            from docent.app.several import search_several

            return search_several(self, question, options, where, names)
        found = self.existing(collection)
        return found.search(question, options, where) if found else SearchResult(())

    def _names(self, collection: str | None, also: Sequence[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys((collection or self.settings.collection, *also)))

    def existing(self, collection: str | None) -> Collection | None:
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
        also: Sequence[str] = (),
        *,
        curated: bool = True,
        deep: bool = False,
        strict: bool = False,
        settle: bool = False,
    ) -> Iterator[Event]:
        """Search and answer, as events; the last one is Done. A curated answer to the question goes first.

        The collections named in `also` are asked together with the one; each citation then says which it is from.
        With `deep` many documents are looked into, one after the other, see docent.llm.deep. With `strict` what no
        passage supports of a chat model's answer is left out, as with the setting of that name. With `settle` its
        tokens come sentence by sentence, for readers whose text cannot be changed at the end.
        """
        from docent.app.asking import ask_collections

        return ask_collections(
            self, question, history, where, self._names(collection, also), curated=curated, deep=deep, strict=strict,
            settle=settle,
        )  # fmt: skip

    def answerer_for(
        self, collection: str | None = None, also: Sequence[str] = (), *, strict: bool = False
    ) -> Answerer:
        """The one of the settings, or one that only says why where a collection forbids what is remote."""
        places = map(self.catalog.find, self._names(collection, also))
        return self.models.answerer_in((self.catalog.root / one.id for one in places if one), strict=strict)

    def missing(self, documents: Iterable[str], collection: str | None = None) -> frozenset[str]:
        """Those of the documents of these ids that are not in the collection, or not any more."""
        store = self.collection(collection).store
        return frozenset(one for one in documents if not store.find(one))

    def page(self, document_id: str, number: int, collection: str | None = None) -> Page:
        """One page as it was read. Raises DocumentNotFound."""
        return self.collection(collection).store.page(document_id, number)

    def page_image(self, document_id: str, number: int, zoom: float = 1.5, collection: str | None = None) -> bytes:
        """The page as PNG, 72 dpi times `zoom`. Raises DocumentNotFound, also for what has no pages to draw."""
        from docent.ingest import DRAWABLE

        store = self.collection(collection).store
        store.page(document_id, number)
        if store.media_type(document_id) not in DRAWABLE:
            raise DocumentNotFound("this document has no pages that can be drawn: its text is shown instead.")
        self.announce()
        return self.pool.draw(store.drawable(document_id), number, zoom)


def _of_what(store: DocumentStore, results: Generator[FileResult, None, None]) -> Iterator[FileResult]:
    """Results that say of a duplicate which file is there already. Closed, it stops the run behind them."""
    with closing(results):
        for result in results:
            others: list[str] = []
            if result.status == "duplicate":
                with suppress(DocumentNotFound):  # it was removed meanwhile
                    others = [one.path for one in store.sources_of(result.document_id) if one.path != result.path]
            yield replace(result, reason=f"the same as {others[0]}") if others else result


def open_library(settings: Settings | None = None, **arguments: Any) -> Library:
    """A library for these settings; keyword arguments are settings by name. Raises SettingsError."""
    keep_quiet()
    return Library(settings or load_settings(**arguments))
