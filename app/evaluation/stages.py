"""Where an answer is lost: in searching, in reading and splitting, among the passages of its page, or in answering."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

from docent.app.errors import CollectionNotFound
from docent.retrieval import DocumentNotFound, Scope, fold

if TYPE_CHECKING:
    from docent.app.evaluation.measuring import Outcome
    from docent.app.library import Library

# `whole`: the answer stands word for word in one chunk of a right page. `cut`: only in the text of the page.
# `absent`: not even there, since it was read wrongly or the expected answer is said in other words.
# `unknown`: the question has no expected answer, or its page is not in the collection.
Split: TypeAlias = Literal["whole", "cut", "absent", "unknown"]
Stage: TypeAlias = Literal["none", "search", "splitting", "passage", "answering", "unknown"]

FIRST = 10  # hits that an answer is written from


def same_text(text: str) -> str:
    """Without case, width, spaces and grouping commas."""
    return "".join(fold(text).replace(",", "").split())


def contains(text: str, answers: Sequence[str]) -> bool:
    """Whether one of the answers stands in the text."""
    plain = same_text(text)
    return any(wanted in plain for one in answers if (wanted := same_text(one)))


def split_of(
    library: Library, doc: str | None, pages: Sequence[int], answers: Sequence[str], collection: str | None = None
) -> Split:
    """How the text of the right pages holds the answer."""
    if not doc or not pages or not answers:
        return "unknown"
    texts = []
    try:
        store = library.collection(collection).store
        named = store.resolve((doc,))
        for page in pages:
            ids = store.allowed(Scope(tuple(named), (page, page))) or []
            texts += [chunk.text for chunk, _ in store.chunks(ids).values()]
        if any(contains(text, answers) for text in texts):
            return "whole"
        whole = "".join(store.page(one, page).text for one in named for page in sorted(pages))
    except (CollectionNotFound, DocumentNotFound):
        return "unknown"
    return "cut" if contains(whole, answers) else "absent"


def lost_in(outcome: Outcome) -> Stage:
    """What failed: `none` when the answer was cited, `unknown` when no expected text can tell.

    `search` is that no hit of a right page is among the first FIRST, as `page_hit@10` counts; `passage` that one is,
    and not the passage of that page which holds the answer. An answer that the pages say in other words cannot be
    looked for in a quote; only its page can be.
    """
    if outcome.is_cited:
        return "none"
    if outcome.page_rank is None or outcome.page_rank > FIRST:
        return "search"
    if outcome.split == "cut":
        return "splitting"
    if outcome.split != "whole":
        return "answering" if outcome.refused else "unknown"
    if outcome.passage_rank is None or outcome.passage_rank > FIRST:
        return "passage"
    return "answering"
