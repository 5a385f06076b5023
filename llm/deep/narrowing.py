"""Things that each have a document of their own are looked for there: tables seldom say whose figures they give."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from docent.llm.deep.part import Part
from docent.llm.language import language_of
from docent.retrieval import Hit, SearchResult, fold

Within = Callable[[str, tuple[str, ...]], SearchResult]
"""A search of documents by their ids."""

OFTEN = 4  # passages that say a name, none of them of another document: then it is what theirs is about
_OWNER_ZH = re.compile(r"^([^，,。的在\d]{2,20}?)\s*(?=的|在|(?:19|20)\d\d|哪)")
_NAME = r"((?:[A-Z]|\d+[A-Z])[\w&.-]*(?:\s(?:of\s|the\s)?[A-Z][\w&.-]*)*)"
_OWNER_EN = re.compile(rf"(?<!^)\b{_NAME}['’]s?\s|\b(?:of|for|at|by|did|does)\s+(?:the\s+)?{_NAME}")
_EDGES = " ，,、的：:"


def narrowed(
    parts: Sequence[Part], found: Sequence[SearchResult], search: Callable[[str], SearchResult], within: Within
) -> list[tuple[Part, SearchResult]]:
    """Each part with what was found for it; one that is what a document is about, with what that says of the rest.

    Several things of one document are told apart by their names alone.
    """
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


def document_of(name: str, hits: Sequence[Hit]) -> str:
    """The id of the only document that is about something, by its own name or by what most of its passages say."""
    flat = "".join(fold(name).split())
    if not flat or flat.isdigit():
        return ""
    named = {hit.document.id for hit in hits if _names(hit.document.name, flat)}
    if len(named) == 1:
        return named.pop()
    said = Counter(hit.document.id for hit in hits if flat in "".join(fold(hit.chunk.text).split()))
    (document, count), *others = said.most_common() or [("", 0)]
    return document if count >= OFTEN and not others and not named else ""


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
