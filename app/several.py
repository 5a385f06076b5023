"""One question to several collections: each is searched as itself, and each hit says which it is from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from docent.app.history.answer_records import hit_in
from docent.retrieval import DocumentNotFound, SearchFilter, SearchOptions, SearchResult, pooled

if TYPE_CHECKING:
    from docent.app.library import Library
    from docent.llm import Language
    from docent.retrieval import Collection

MOST_TOGETHER = 20  # collections of one question at a server: each is opened and searched
MOST_TOLD = 10  # names in a sentence
POOL = 20  # hits of each collection that are put into one order; 10 to 40 did alike


def left_out(names: Sequence[str], language: Language) -> str:
    """What to say of the names beyond those that one question goes to, "" if there are none."""
    left = names[MOST_TOGETHER:]
    if not left:
        return ""
    is_chinese = language == "zh"
    told = ("、" if is_chinese else ", ").join(left[:MOST_TOLD])
    more = len(left) - MOST_TOLD
    if is_chinese:
        more_told = f" 等 {len(left)} 个" if more > 0 else ""
        return f"一个问题最多同时问 {MOST_TOGETHER} 个资料库，其余请另行提问：{told}{more_told}。"
    more_told = f" and {more} more" if more > 0 else ""
    asked = f"{MOST_TOGETHER} of {len(names)} collections were asked, as many as one question goes to"
    return f"{asked}: ask {told}{more_told} in another one."


def search_several(
    library: Library, question: str, options: SearchOptions, where: SearchFilter, names: Sequence[str]
) -> SearchResult:
    """The best passages of several collections. One that a filter shuts out wholly is left out.

    Raises CollectionNotFound and NotSignedIn, and DocumentNotFound where the filter shuts out all of them.
    """
    wide = replace(options, limit=max(POOL, options.limit))
    found: list[tuple[Collection, SearchResult]] = []
    for name, collection, narrowed in reachable(library, where, names):
        result = collection.search(question, wide, narrowed)
        hits = tuple(hit_in(hit, {"": name}) for hit in result.hits)
        found.append((collection, replace(result, hits=hits)))
    return pooled(question, found, options)


def reachable(
    library: Library, where: SearchFilter, names: Sequence[str]
) -> list[tuple[str, Collection, SearchFilter]]:
    """The collections in which the filter leaves something, each with what of the filter is about its own documents.

    Raises CollectionNotFound, NotSignedIn, and DocumentNotFound where one is named that none has, or nothing is left.
    """
    opened = {name: one for name in names if (one := library.existing(name)) is not None}
    own = {name: tuple(filter(one.store.find, where.documents)) for name, one in opened.items()}
    lost = [document for document in where.documents if not any(document in some for some in own.values())]
    found: list[tuple[str, Collection, SearchFilter]] = []
    refusal: DocumentNotFound | None = None
    for name, collection in opened.items():
        collection.store.resolve(lost)  # raises if there are any
        if where.documents and not own[name]:
            continue
        narrowed = replace(where, documents=own[name])
        try:
            collection.store.scope(narrowed)
        except DocumentNotFound as error:
            refusal = refusal or error
        else:
            found.append((name, collection, narrowed))
    if refusal and not found:
        raise refusal
    return found
