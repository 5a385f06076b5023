"""Answers as JSON that can be shown again: the passages, quotes and boxes that made them are kept with them.

Where a document has been removed, what an answer says of it can be taken out again (`without`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from docent.ingest import Chunk
from docent.llm import Answer, Citation, Language, language_of
from docent.retrieval import DocumentRef, Hit, StoreError

if TYPE_CHECKING:
    from pydantic import TypeAdapter

CURATED = "curated"  # the `model` of an answer that a person has written
LITERAL = ("extractive", CURATED)  # these say nothing but what they cite
_WITHDRAWN: dict[Language, str] = {
    "en": "This answer was deleted: a document that it came from has been purged.",
    "zh": "该回答已删除：它所依据的文档已被彻底清除。",
}


@cache
def _adapter() -> TypeAdapter[Answer]:
    from pydantic import TypeAdapter

    return TypeAdapter(Answer)


def write_answer(answer: Answer) -> str:
    """One JSON object. What was read from where on this machine is left out."""
    bare = replace(
        answer,
        hits=tuple(_without_path(one) for one in answer.hits),
        citations=tuple(replace(one, hit=_without_path(one.hit)) for one in answer.citations),
    )
    return _adapter().dump_json(bare).decode()


def read_answer(text: str) -> Answer:
    """What `write_answer` wrote, by this version or an earlier one. Raises StoreError."""
    from pydantic import ValidationError

    try:
        return _adapter().validate_json(text)
    except ValidationError as error:
        raise StoreError(
            "an answer in docent.db cannot be read: delete its conversation, or upgrade Docent."
        ) from error


def documents_of(answer: Answer) -> frozenset[str]:
    """The ids of all documents that it shows anything of."""
    hits = [*answer.hits, *(one.hit for one in answer.citations)]
    return frozenset(_ids(hits) | {copy.document.id for hit in hits for copy in hit.copies})


def places_of(answer: Answer) -> dict[str, frozenset[str]]:
    """The same by collection, as the answer names them: "" for that of its conversation."""
    hits = [*answer.hits, *(one.hit for one in answer.citations)]
    shown = [ref for hit in hits for ref in (hit.document, *(copy.document for copy in hit.copies))]
    return {
        name: frozenset(one.id for one in shown if one.collection == name) for name in {o.collection for o in shown}
    }


def in_collections(answer: Answer, names: Mapping[str, str]) -> Answer:
    """The answer with its collections called otherwise; what `names` does not say stays."""
    return replace(
        answer,
        hits=tuple(hit_in(one, names) for one in answer.hits),
        citations=tuple(replace(one, hit=hit_in(one.hit, names)) for one in answer.citations),
    )


def hit_in(hit: Hit, names: Mapping[str, str]) -> Hit:
    """The same for one hit."""

    def called(document: DocumentRef) -> DocumentRef:
        return replace(document, collection=names.get(document.collection, document.collection))

    copies = tuple(replace(one, document=called(one.document)) for one in hit.copies)
    return replace(hit, document=called(hit.document), copies=copies)


def rests_on(answer: Answer) -> frozenset[str]:
    """The ids of the documents that its text may repeat: for a model's answer all that it was given."""
    if answer.refused:
        return frozenset()
    cited = _ids(one.hit for one in answer.citations)
    return frozenset(cited if answer.model in LITERAL else cited | _ids(answer.hits))


def without(answer: Answer, gone: Collection[str], *, withdraw: bool = False) -> Answer:
    """The answer with nothing in it of the documents of these ids, not even a name.

    A text that came from one of them, or that is to be withdrawn, is replaced by a sentence that says so. Citations of
    them keep their number and page.
    """
    is_withdrawn = withdraw or bool(rests_on(answer).intersection(gone))
    changed = replace(
        answer,
        hits=tuple(_but_copies(one, gone) for one in answer.hits if one.document.id not in gone),
        citations=tuple(_cleaned(one, gone) for one in answer.citations),
    )
    if not is_withdrawn:
        return changed
    text = _WITHDRAWN[language_of(answer.question)]
    return replace(changed, text=text, query=answer.question, notice="", statements=())


def _cleaned(citation: Citation, gone: Collection[str]) -> Citation:
    hit = citation.hit
    if hit.document.id not in gone:
        return replace(citation, hit=_but_copies(hit, gone))
    chunk = Chunk(hit.document.id, hit.chunk.ordinal, "", "", ())
    bare = Hit(hit.chunk_id, chunk, DocumentRef(hit.document.id, "", "", hit.document.collection), 0.0)
    return replace(citation, hit=bare, quote="", boxes=())


def _but_copies(hit: Hit, gone: Collection[str]) -> Hit:
    return replace(hit, copies=tuple(one for one in hit.copies if one.document.id not in gone))


def _without_path(hit: Hit) -> Hit:
    copies = tuple(replace(one, document=replace(one.document, path="")) for one in hit.copies)
    return replace(hit, document=replace(hit.document, path=""), copies=copies)


def _ids(hits: Iterable[Hit]) -> set[str]:
    return {hit.document.id for hit in hits}
