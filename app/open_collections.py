"""The collections that this process has open, each with its embedder. No door reaches one but through here."""

from __future__ import annotations

import threading
from pathlib import Path

from docent.app.catalog import Catalog
from docent.app.identity.access import Access, Role
from docent.app.settings import DEFAULT_COLLECTION, DEFAULT_EMBEDDER, Settings
from docent.retrieval import Collection, Embedder, EmbedderError, binding_of, make_embedder, make_store


class OpenCollections:
    """Opened at first use and kept open. Safe to share between threads."""

    def __init__(self, settings: Settings, catalog: Catalog, access: Access) -> None:
        self._settings = settings
        self._catalog = catalog
        self._access = access
        self._indexes = make_store(settings.store, settings.store_api_key)
        self._embedders: dict[str, Embedder] = {}
        self._open: dict[Path, Collection] = {}
        self._retired: list[Collection] = []
        self._guard = threading.Lock()
        self.embedder(settings.embedder)

    def close(self) -> None:
        """Close all of them."""
        with self._guard:
            for collection in (*self._open.values(), *self._retired):
                collection.close()
            self._open.clear()
            self._retired.clear()

    def get(self, name: str | None = None, role: Role = Role.READER, *, create: bool = False) -> Collection:
        """Open a collection for whoever is acting, who must have the role there. Only an admin makes one.

        Raises CollectionNotFound unless it may be created, NotSignedIn and Forbidden.
        """
        wanted = name or self._settings.collection
        with self._guard:
            if self._catalog.find(wanted) is None:  # who may not see all names is not told which there are
                self._access.require(Role.ADMIN, "", wanted)
            folder = self._catalog.folder(wanted, create=create)
            self._access.require(role, folder.name, wanted)
            found = self._open.get(folder)
            if found is not None and found.has_moved():  # another process has moved it to another embedder
                self._retire(folder)
                found = None
            if found is None:
                spec = self._spec_of(folder)
                found = self._open[folder] = Collection(
                    folder, self.embedder(spec), spec, make_index=self._indexes.open
                )
            return found

    def id_of(self, name: str | None = None, role: Role = Role.READER) -> str:
        """The id of a collection, without opening it; "" while nothing was stored in the default one.

        Raises CollectionNotFound, NotSignedIn and Forbidden.
        """
        wanted = name or self._settings.collection
        found = self._catalog.find(wanted)
        if found is None and wanted == DEFAULT_COLLECTION and role == Role.READER:
            return ""
        self._access.require(role, found.id if found else "", wanted)
        if found is None and wanted not in {DEFAULT_COLLECTION, self._settings.collection}:
            self._catalog.folder(wanted)  # raises, and says which there are
        return found.id if found else ""

    def embedder(self, spec: str) -> Embedder:
        """The embedder of a spec, made once. Raises EmbedderError."""
        if spec not in self._embedders:
            settings = self._settings
            self._embedders[spec] = make_embedder(spec, settings.cache_dir, settings.embedder_api_key)
        return self._embedders[spec]

    def require_embedder(self, spec: str, name: str | None = None) -> None:
        """Raises EmbedderError when the collection has another embedder than the one asked for by name."""
        opened = self.get(name, create=True)
        if opened.spec != spec and opened.embedder.fingerprint != self.embedder(spec).fingerprint:
            raise EmbedderError(
                f"this collection was embedded by {opened.spec}: leave --embedder out, or move it with"
                f" `python -m app reindex --embedder {spec}`."
            )

    def add(self, name: str, embedder: str | None = None) -> None:
        """An empty collection, with its own embedder if one is named.

        Raises CollectionExists, EmbedderError, NotSignedIn and Forbidden.
        """
        self._access.require_admin()
        spec = embedder or self._settings.embedder
        made = self.embedder(spec)

        def fill(folder: Path) -> None:
            Collection(folder, made, spec, is_chosen=embedder is not None).close()

        self._catalog.add(name, fill)

    def delete(self, name: str) -> None:
        """Delete a collection with all its files, and what a store elsewhere has of it.

        Raises CollectionNotFound, NotSignedIn and Forbidden, and StoreError while that store is down.
        """
        with self._guard:
            folder = self._catalog.folder(name)
            self._access.require(Role.ADMIN, folder.name, name)
            self._indexes.drop(folder)
            self._retire(folder)
            self._catalog.delete(name)

    def release(self, name: str | None = None) -> None:
        """Forget an open collection, so that the next call opens it as it stands."""
        with self._guard:
            self._retire(self._catalog.folder(name or self._settings.collection))

    def _spec_of(self, folder: Path) -> str:
        """The collection's own embedder, or the setting's where that must be the same (Collection sees to it)."""
        own = binding_of(folder)
        if own and own.spec and (own.is_chosen or self._settings.embedder == DEFAULT_EMBEDDER):
            return own.spec
        return self._settings.embedder

    def _retire(self, folder: Path) -> None:
        """Open it anew from now on. It is closed at the end, since another thread may be searching it."""
        found = self._open.pop(folder, None)
        if found is not None:
            self._retired.append(found)
