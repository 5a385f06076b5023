"""A collection by its id, for whoever is acting: names may hold anything, so addresses of the API hold ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docent.app.identity.access import Role

if TYPE_CHECKING:
    from docent.app.catalog import CollectionInfo
    from docent.app.identity.access import Principal
    from docent.app.library import Library


def administered(library: Library, collection_id: str) -> tuple[CollectionInfo, Principal]:
    """The collection, and which of its admins is acting. What somebody may not read has no name for them.

    Raises NotSignedIn, CollectionNotFound and Forbidden.
    """
    access = library.people.access
    shown = collection_id
    if access.role(collection_id):
        shown = library.catalog.get(collection_id).name
    actor = access.require(Role.ADMIN, collection_id, shown)
    return library.catalog.get(collection_id), actor
