"""Tags on documents, for every door."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from docent.app.errors import CollectionNotFound
from docent.app.identity.access import Role
from docent.app.intake.taking import FileResult
from docent.app.library import Library
from docent.app.settings import DEFAULT_COLLECTION
from docent.retrieval import DocumentInfo, DocumentRef, TagCount, clean_tag, has_tag


@dataclass(frozen=True, slots=True)
class Tagged:
    """A document and the tags it has now."""

    document: DocumentRef
    tags: tuple[str, ...]


def tag_documents(
    library: Library, name: str, add: Sequence[str] = (), remove: Sequence[str] = (), collection: str | None = None
) -> list[Tagged]:
    """Take tags from every document of this name, path or id, and put others on it.

    Raises DocumentNotFound and BadTag, and has then changed nothing.
    """
    store = library.collection(collection, Role.EDITOR).store
    for one in add:
        clean_tag(one)
    return [Tagged(one, store.tag(one.id, add, remove)) for one in store.named(name)]


def tagged(library: Library, results: Iterable[FileResult], tags: Sequence[str]) -> Iterator[FileResult]:
    """Put tags on each document that a sync takes or finds unchanged; its results are passed on. Raises BadTag."""
    for one in tags:
        clean_tag(one)
    for result in results:
        if tags and result.document_id and result.status != "removed":
            library.collection(role=Role.EDITOR).store.tag(result.document_id, tags)
        yield result


def tags_in(library: Library, collection: str | None = None) -> list[TagCount]:
    """All tags in use, in order. Raises CollectionNotFound for any but the default collection."""
    try:
        return library.collection(collection).store.tags()
    except CollectionNotFound:
        if (collection or library.settings.collection) != DEFAULT_COLLECTION:
            raise
        return []


def having(documents: Sequence[DocumentInfo], tags: Sequence[str]) -> list[DocumentInfo]:
    """Those that have all of the tags, however they are spelled."""
    return [one for one in documents if all(has_tag(one.tags, tag) for tag in tags)]
