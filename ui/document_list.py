"""The list of documents as escaped HTML. Pure, like docent.ui.render."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

from docent.ingest import DRAWABLE
from docent.retrieval import DocumentInfo
from docent.ui.answer_tools import collection_attribute
from docent.ui.icons import icon
from docent.ui.listing import PAGE, Listing, chosen
from docent.ui.page_notes import is_routine, page_notes, telling
from docent.ui.places import document_target, target_attribute
from docent.ui.texts import Texts

KILOBYTE = 1000  # as file managers count


def render_documents(
    documents: Sequence[DocumentInfo],
    words: Texts,
    collection: str = "",
    listing: Listing | None = None,
    *,
    writes: bool = False,
    undo_days: float = 0,
) -> str:
    """The list of documents of a collection, each with what is to know about it and a way to remove it.

    `writes` where a model writes the answers: then the page offers to leave out what nothing supports. A removal can be
    undone for `undo_days`.
    """
    listing = listing or Listing()
    found = chosen(documents, listing)
    shown = f'{collection_attribute(collection)} data-writes="{str(writes).lower()}"'
    title = _title(len(documents), len(found), words, shown, listing)
    if not documents:
        return f'{title}<p class="quiet">{escape(words.no_documents)}</p>'
    if not found:
        return f'{title}<p class="quiet">{escape(words.no_such_documents)}</p>'
    asking = (words.remove_question if undo_days else words.remove_for_good).format(days=f"{undo_days:g}")
    rows = "".join(_document(one, words, listing, asking) for one in found[: listing.most])
    return f'{title}<ul class="documents">{rows}</ul>{_more(len(found) - listing.most, words)}'


def _title(total: int, found: int, words: Texts, shown: str, listing: Listing) -> str:
    """`data-whole` tells the script whether each document of the collection has its row."""
    count = words.documents_count.format(count=total)
    if listing.find:
        count = words.documents_found.format(found=found, count=total)
    whole = str(found == total <= listing.most).lower()
    return (
        f'<h2 class="list-title"{shown} data-total="{total}" data-whole="{whole}">'
        f'{escape(words.documents)} <span class="count">{escape(count)}</span></h2>'
    )


def _more(hidden: int, words: Texts) -> str:
    if hidden <= 0:
        return ""
    told = escape(words.more_documents.format(count=min(hidden, PAGE), hidden=hidden))
    return f'<button type="button" class="plain more" data-action="more-documents">{told}</button>'


def _document(document: DocumentInfo, words: Texts, listing: Listing, asking: str) -> str:
    name, key = escape(document.name), escape(document.id)
    quiet = page_notes((one for one in document.warnings if is_routine(one)), words)
    doubts = page_notes(telling(document.warnings), words)
    warnings = "".join(f"<li>{escape(one)}</li>" for one in doubts)
    warnings += "".join(f'<li class="quiet">{escape(one)}</li>' for one in quiet)
    listed = f'<ul class="warnings">{warnings}</ul>' if warnings else ""
    return (
        f'<li class="document" data-document="{key}"><div class="line">'
        f'<button type="button" class="name" data-cite="{_target(document)}" title="{name}">'
        f"<span>{name}</span></button>"
        f"{_tools(document, words)}</div>{_facts(document, words, listing)}{listed}"
        f'<div class="confirm" hidden><p>{escape(asking)}</p>'
        f'<button type="button" class="danger" data-action="remove">{escape(words.remove)}</button>'
        f'<button type="button" class="plain" data-action="keep">{escape(words.keep)}</button></div>'
        f'<p class="problem" role="alert"></p></li>'
    )


def _target(document: DocumentInfo) -> str:
    """Its name opens it at the first page; it is of the collection that is shown."""
    return target_attribute(document_target(document.id, document.name, drawn=document.media_type in DRAWABLE))


def _tools(document: DocumentInfo, words: Texts) -> str:
    name, key = escape(document.name), escape(document.id)
    only = escape(words.only_this.format(name=document.name))
    again = escape(words.reread_named.format(name=document.name))
    return (
        f'<button type="button" class="icon reread" data-action="reread" aria-label="{again}" title="{again}">'
        f"{icon('again', 14)}</button>"
        f'<button type="button" class="icon only" data-action="narrow" data-only="documents" data-value="{key}"'
        f' data-shown="{name}" aria-label="{only}" title="{only}">{icon("only", 15)}</button>'
        f'<button type="button" class="icon remove" data-action="ask-remove"'
        f' aria-label="{escape(words.remove_named.format(name=document.name))}" title="{escape(words.remove)}">'
        f"{icon('close', 15)}</button>"
    )


def _facts(document: DocumentInfo, words: Texts, listing: Listing) -> str:
    said = [_length(document, words), size_of(document.size)]
    if listing.order == "added":
        said.append(f"{datetime.fromisoformat(document.added).astimezone():%Y-%m-%d}")
    tags = "".join(_tag(one, words) for one in document.tags)
    return (
        f'<div class="facts">{"".join(f"<span>{escape(one)}</span>" for one in said)}'
        f'<span class="status {document.status}">{escape(_status(document, words))}</span>{tags}</div>'
    )


def _tag(tag: str, words: Texts) -> str:
    only = escape(words.only_this.format(name=f"#{tag}"))
    return (
        f'<button type="button" class="tag" data-action="narrow" data-only="tags" data-value="{escape(tag)}"'
        f' data-shown="#{escape(tag)}" title="{only}">#{escape(tag)}</button>'
    )


def _length(document: DocumentInfo, words: Texts) -> str:
    if document.media_type not in DRAWABLE:
        return words.no_pages
    return (words.pages_one if document.pages == 1 else words.pages_many).format(count=document.pages)


def size_of(count: int) -> str:
    """Bytes as a reader takes them in: `840 B`, `12 kB`, `3.4 MB`."""
    size, unit = float(count), "B"
    for larger in ("kB", "MB", "GB"):
        if size < KILOBYTE:
            break
        size, unit = size / KILOBYTE, larger
    return f"{size:.1f} {unit}" if unit not in {"B", "kB"} and size < 10 else f"{size:.0f} {unit}"


def _status(document: DocumentInfo, words: Texts) -> str:
    if document.status == "searchable":
        return words.searchable.format(percent=100 * document.vectors // (document.chunks or 1))
    return words.ready if document.status == "ready" else words.empty_document
