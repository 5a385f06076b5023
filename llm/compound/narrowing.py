"""Things that each have a document of their own are looked for there: tables seldom say whose figures they give."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from docent.llm.compound.part import Part
from docent.llm.extractive.across import is_across
from docent.llm.extractive.pieces import said_by
from docent.llm.language import language_of
from docent.llm.questions.short_names import in_long
from docent.retrieval import Hit, SearchResult, fold, query_terms, terms

Within = Callable[[str, tuple[str, ...]], SearchResult]
"""A search of documents by their ids."""

Looked: TypeAlias = tuple[Part, SearchResult]
"""A part, and what was found for it."""

OFTEN = 4  # passages that say a name, none of them of another document
FRONT = 4  # the first passages of a document, one of which says what it is about
_OWNER_ZH = re.compile(r"^([^，,。的在\d]{2,20}?)\s*(?=的|在|(?:19|20)\d\d|哪)")
_NAME = r"((?:[A-Z]|\d+[A-Z])[\w&.-]*(?:\s(?:of\s|the\s)?[A-Z][\w&.-]*)*)"
_OWNER_EN = re.compile(rf"(?<!^)\b{_NAME}['’]s?\s|\b(?:of|for|at|by|did|does)\s+(?:the\s+)?{_NAME}")
_DIGIT = re.compile(r"\d")
_EDGES = " ，,、的：:"


def narrowed(looked: Sequence[Looked], search: Callable[[str], SearchResult], within: Within | None) -> list[Looked]:
    """Each part with what was found for it; one that is what a document is about, with what that says of the rest.

    Several things of one document are told apart by their names alone, and all things without `within`.
    """
    if within is None:
        return list(looked)
    parts, found = [part for part, _ in looked], [one for _, one in looked]
    names = [_owner(part.question) if part.about.isdigit() else part.about for part in parts]
    known = {name: document_of(name, one.hits) for name, one in zip(names, found, strict=True) if name}
    known = {name: document or document_of(name, search(name).hits) for name, document in known.items()}
    alone = [document for document in known.values() if document]
    told = []
    for part, one, name in zip(parts, found, names, strict=True):
        rest, document = _without(name, part.question), known.get(name, "")
        if rest and alone.count(document) == 1 and not part.documents:
            told.append((replace(part, question=rest, documents=(document,)), within(rest, (document,))))
        else:
            told.append((part, one))
    return told


def is_said(part: Part, hits: Sequence[Hit]) -> bool:
    """Whether a passage says the name of a part: else what was found is of others. Of another language none need to."""
    wanted = set() if part.about.isdigit() or part.documents else set(query_terms(part.about))
    if not wanted or is_across(part.question, hits) or in_long(part.about, hits) != part.about:
        return True
    return any(wanted <= {*terms(said_by(hit)), *hit.also} for hit in hits)


def document_of(name: str, hits: Sequence[Hit]) -> str:
    """The id of the only document that is about something, by its name, or by its first passages and many others."""
    flat = "".join(fold(name).split())
    if not flat or flat.isdigit():
        return ""
    named = {hit.document.id for hit in hits if _names(hit.document.name, flat)}
    if len(named) == 1:
        return named.pop()
    said = [hit for hit in hits if flat in "".join(fold(hit.chunk.text).split())]
    documents = {hit.document.id for hit in said}
    is_subject = len(said) >= OFTEN and any(hit.chunk.ordinal < FRONT for hit in said)
    is_clear = len(documents) == 1 and is_subject and not named and not any(_has_row(hit, flat) for hit in hits)
    return documents.pop() if is_clear else ""


def _has_row(hit: Hit, name: str) -> bool:
    """Whether a table gives the figures of something: then it is a part of what the document is about."""
    rows = [row for row in hit.chunk.rows if row.cells and _DIGIT.search(hit.chunk.text[row.cells[0].end : row.end])]
    return any("".join(fold(row.label.split(" / ")[-1]).split()).startswith(name) for row in rows)


def _owner(question: str) -> str:
    """Whose figures a question about a year asks for: `Acme` of `What were Acme's sales in 2021?`."""
    match = (_OWNER_ZH if language_of(question) == "zh" else _OWNER_EN).search(question)
    return next((one for one in match.groups() if one), "") if match else ""


def _names(file: str, name: str) -> bool:
    if name.isascii():
        return name in re.split(r"[^a-z0-9]+", fold(file)) or fold(file).startswith(f"{name}.")
    return name in "".join(fold(file).split())


def _without(name: str, question: str) -> str:
    """What is asked of a thing, without its name; "" where that is all."""
    if not name:
        return ""
    around = rf"(?:\b(?:of|for|at|by)\s+)?(?:\bthe\s+)?{re.escape(name)}(?:['’]s?(?!\w))?"
    text = " ".join(re.sub(around, "", question, count=1).split()).strip(_EDGES)
    return re.sub(r"\s+(?=[?,.])", "", text) if re.search(r"\w", text) and text != question else ""
