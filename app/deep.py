"""The library as a question over many documents sees it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import PurePath
from typing import TYPE_CHECKING

from docent.app.history.answer_records import hit_in
from docent.app.several import reachable
from docent.retrieval import DocumentNotFound, Hit, SearchFilter, SearchResult, fold

if TYPE_CHECKING:
    from docent.app.library import Library
    from docent.app.settings import Settings
    from docent.llm import DeepLimits, Event, Shelf, Turn
    from docent.retrieval import DocumentInfo

HITS = 10  # of each look


def ask_deep(
    library: Library,
    question: str,
    history: Sequence[Turn],
    where: SearchFilter,
    names: Sequence[str],
    *,
    strict: bool = False,
) -> Iterator[Event]:
    """Look around in the documents of a filter, then answer, as events; the last one is Done."""
    from docent.llm import deep_events

    shelf = shelf_of(library, where, *names)
    answerer = library.answerer_for(names[0], names[1:], strict=strict)
    return deep_events(question, shelf, answerer, history, deep_limits(library.settings))


def deep_limits(settings: Settings) -> DeepLimits:
    """What the settings allow one question."""
    from docent.llm import DeepLimits

    return DeepLimits(settings.deep_steps, settings.deep_tokens, settings.deep_seconds)


def shelf_of(library: Library, where: SearchFilter, *names: str) -> Shelf:
    """The documents of collections, by name, that a filter lets through. They are listed once, at the first need.

    Without a name that of the settings is meant.
    """
    from docent.llm import Shelf

    places = names or (library.settings.collection,)

    @cache
    def within() -> dict[str, tuple[DocumentInfo, str]]:
        """Documents with their collections, by id."""
        found: dict[str, tuple[DocumentInfo, str]] = {}
        for name, collection, narrowed in reversed(reachable(library, where, places)):
            ids = collection.store.scope(narrowed).documents
            known = (one for one in library.documents(name) if ids is None or one.id in ids)
            found |= {one.id: (one, name) for one in known}
        return found

    def documents() -> list[DocumentInfo]:
        return sorted((one for one, _ in within().values()), key=lambda one: (one.name, one.id))

    def search(query: str, asked: tuple[str, ...]) -> SearchResult:
        ids = tuple(_named(name, documents()).id for name in asked)
        narrowed = replace(where, documents=ids) if ids else where
        return library.search(query, HITS, narrowed, places[0], places[1:])

    def open_page(asked: str, page: int) -> tuple[Hit, ...]:
        document, name = within()[_named(asked, documents()).id]
        first, last = where.pages or (1, document.pages)
        if not max(first, 1) <= page <= min(last, document.pages):
            raise DocumentNotFound(f"{document.name} has no page {page} to open: there are {first} to {last}.")
        store = library.collection(name).store
        found = store.chunks(store.allowed(store.scope(SearchFilter((document.id,), (page, page)))) or ())
        hits = (Hit(one, *found[one], 0.0, {"opened": 1}) for one in sorted(found))
        return tuple(hit_in(hit, {"": name}) if places[1:] else hit for hit in hits)

    return Shelf(search, open_page, lambda: tuple((one.name, one.pages) for one in documents()))


def _named(name: str, known: Sequence[DocumentInfo]) -> DocumentInfo:
    """The document of a name as a person or a model writes it: without its ending, or only a part that is its alone."""
    wanted = fold(name).strip(" 《》\"“”'")
    for fits in (
        lambda one: wanted == fold(one.name) or name == one.id,
        lambda one: wanted == fold(PurePath(one.name).stem),
        lambda one: bool(wanted) and wanted in fold(one.name),
    ):
        found = [one for one in known if fits(one)]
        if len(found) == 1 or (found and wanted == fold(found[0].name)):
            return found[0]
    raise DocumentNotFound(f"there is no document called {name}: there are {_some(known)}.")


def _some(known: Sequence[DocumentInfo], most: int = 5) -> str:
    names = [one.name for one in known[:most]]
    return ", ".join([*names, "..."] if len(known) > most else names) or "none"
