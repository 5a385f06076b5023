"""Domain objects as escaped HTML. Pure: the same input gives the same text, and nothing is read or kept."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html import escape
from typing import Any

from docent.ingest import DRAWABLE
from docent.llm import Answer, Citation, in_a_line
from docent.retrieval import DocumentInfo, Hit
from docent.ui.conversation import Conversation, Exchange
from docent.ui.markup import to_html
from docent.ui.page_notes import is_routine, page_notes
from docent.ui.texts import Texts

SNIPPET = 220  # characters of a passage on a card
COPIES = 3  # places that are named
NEAREST = 3  # passages under a refusal
# Marks of Markdown that a reader would see in a line of plain text: of lists, headings and quotes, of bold and of code.
_MARKS = re.compile(r"^[ \t]*(?:[-*+]|#{1,6}|>)[ \t]+|\*\*(?P<bold>[^*\n]+)\*\*|`(?P<code>[^`\n]+)`", re.MULTILINE)


def render_conversation(conversation: Conversation, words: Texts) -> str:
    """Questions and answers, oldest first."""
    return "".join(render_exchange(exchange, words) for exchange in conversation)


def render_exchange(exchange: Exchange, words: Texts) -> str:
    """One question with its answer, or as much of it as there is."""
    state = "live" if exchange.live else "finished"
    return (
        f'<article class="turn {state}" aria-busy="{str(exchange.live).lower()}">'
        f'<div class="asked"><span class="sr">{escape(words.you)}: </span>{escape(exchange.question)}</div>'
        f'<div class="answer">{_searched(exchange, words)}{_notice(exchange.notice)}{_body(exchange, words)}</div>'
        "</article>"
    )


def _searched(exchange: Exchange, words: Texts) -> str:
    """What was searched, where that is not what was typed."""
    if exchange.query in ("", exchange.question):
        return ""
    return f'<p class="quiet searched">{escape(words.searched_for.format(query=exchange.query))}</p>'


def _body(exchange: Exchange, words: Texts) -> str:
    if exchange.answer is not None:
        return render_answer(exchange.answer, words)
    text = to_html(exchange.text, lambda number: f'<span class="cite pending">{number}</span>')
    if exchange.error:
        return f'{text}<p class="problem" role="alert">{escape(exchange.error)}</p>'
    if exchange.stopped:
        return f'{text}<p class="quiet">{escape(words.stopped)}</p>'
    if exchange.text:
        return f'<div class="growing">{text}</div>'
    step = exchange.step or (words.writing if exchange.found else words.searching)
    return f'<p class="quiet working">{escape(step)}<span class="dots" aria-hidden="true"></span></p>'


def render_answer(answer: Answer, words: Texts) -> str:
    """The text with citation buttons, then the sources; under a refusal the nearest passages."""
    if answer.refused:
        cards = "".join(_hit_card(hit, place, words) for place, hit in enumerate(answer.hits[:NEAREST], start=1))
        listed = f'<h3 class="label">{escape(words.nearest)}</h3><ul class="cards">{cards}</ul>' if cards else ""
        return f'<div class="refusal">{to_html(answer.text, lambda _: None)}</div>{listed}'
    known = {one.number: one for one in answer.citations}

    def cite(number: int) -> str | None:
        return _chip(known[number], words) if number in known else None

    text = f'<div class="said">{to_html(answer.text, cite)}</div>'
    if not known:
        return text
    cards = "".join(_citation_card(one, answer.text, words) for one in answer.citations)
    return f'{text}<h3 class="label">{escape(words.sources)}</h3><ul class="cards">{cards}</ul>'


def _notice(text: str) -> str:
    return f'<p class="notice" role="status">{escape(text)}</p>' if text else ""


def _chip(citation: Citation, words: Texts) -> str:
    doubtful = "" if citation.verified else " doubtful"
    label = words.open_source.format(
        number=citation.number, name=citation.hit.document.name, place=_place(citation.hit, citation.page, words)
    )
    title = label if citation.verified else f"{label}. {words.unverified}"
    return (
        f'<button type="button" class="cite{doubtful}" data-cite="{_attribute(citation_target(citation))}"'
        f' aria-label="{escape(title)}" title="{escape(title)}">{citation.number}</button>'
    )


def _citation_card(citation: Citation, said: str, words: Texts) -> str:
    """The quote is left out where the answer itself is the quote."""
    doubt = "" if citation.verified else f'<span class="doubt">{escape(words.unverified)}</span>'
    target = citation_target(citation)
    place = _place(citation.hit, citation.page, words)
    quote = "" if in_a_line(citation.quote) in said else citation.quote
    return _card(str(citation.number), target, place, quote, doubt + _copies(citation.hit, words))


def _hit_card(hit: Hit, number: int, words: Texts) -> str:
    target = hit_target(hit, number)
    return _card("", target, _place(hit, target["page"], words), hit.chunk.text, _copies(hit, words))


def _copies(hit: Hit, words: Texts) -> str:
    """Where else the words of a hit stand, the first few."""
    if not hit.copies:
        return ""
    places = [f"{one.document.name}, {words.page.format(page=one.pages[0])}" for one in hit.copies[:COPIES]]
    more = ["…"] if len(hit.copies) > COPIES else []
    return f'<span class="also">{escape(words.copies.format(places="; ".join([*places, *more])))}</span>'


def _card(number: str, target: dict[str, Any], place: str, text: str, more: str) -> str:
    snippet = f'<span class="snippet">{escape(_snippet(text))}</span>' if text else ""
    badge = f'<span class="badge" aria-hidden="true">{escape(number)}</span>' if number else ""
    return (
        f'<li><button type="button" class="card" data-cite="{_attribute(target)}">{badge}'
        f'<span class="where"><span class="name">{escape(target["name"])}</span>'
        f'<span class="place">{escape(place)}</span></span>'
        f"{snippet}{more}</button></li>"
    )


def citation_target(citation: Citation) -> dict[str, Any]:
    """What the page's script needs to open a citation."""
    boxes = [[one.page, *one.rect] for one in citation.boxes]
    return _target(citation.hit, citation.number, citation.page, citation.quote, boxes)


def hit_target(hit: Hit, number: int) -> dict[str, Any]:
    """The same for a whole passage."""
    boxes = [[span.page, *span.box] for span in hit.chunk.spans if span.box is not None]
    return _target(hit, number, hit.chunk.pages[0], hit.chunk.text, boxes)


def _target(hit: Hit, number: int, page: int, quote: str, boxes: Sequence[Sequence[float]]) -> dict[str, Any]:
    return {
        "id": hit.document.id,
        "name": hit.document.name,
        "number": number,
        "page": page,
        "quote": quote,
        "boxes": [list(one) for one in boxes],
    }


def _place(hit: Hit, page: int, words: Texts) -> str:
    """A page where there are pages, else the slide, sheet or chapter and the last heading above the text."""
    if hit.location is None:
        return words.page.format(page=page)
    parts = hit.location.split(" > ")
    return " › ".join(dict.fromkeys((parts[0], parts[-1]))) or words.location_text


def _snippet(text: str) -> str:
    flat = " ".join(_MARKS.sub(lambda mark: mark["bold"] or mark["code"] or "", text).split())
    return flat if len(flat) <= SNIPPET else flat[:SNIPPET].rstrip() + "…"


def _attribute(target: dict[str, Any]) -> str:
    return escape(json.dumps(target, ensure_ascii=False, separators=(",", ":")))


def render_empty(documents: int, topics: Sequence[str], words: Texts) -> str:
    """What stands where the conversation will be: what to do next."""
    if not documents:
        return (
            f'<div class="welcome"><h2>{escape(words.empty_title)}</h2><p>{escape(words.empty_body)}</p>'
            f'<button type="button" class="primary" data-action="choose">{escape(words.choose_files)}</button></div>'
        )
    asked = [words.example.format(topic=topic) for topic in topics]
    examples = "".join(
        f'<li><button type="button" class="example" data-ask="{escape(one)}">{escape(one)}</button></li>'
        for one in asked
    )
    listed = f'<h3 class="label">{escape(words.try_asking)}</h3><ul class="examples">{examples}</ul>' if asked else ""
    return f'<div class="welcome"><h2>{escape(words.ready_title)}</h2><p>{escape(words.ready_body)}</p>{listed}</div>'


def render_problem(sentence: str) -> str:
    """What stands there when the collection cannot be shown."""
    return f'<div class="welcome"><p class="problem" role="alert">{escape(sentence)}</p></div>'


def render_documents(documents: Sequence[DocumentInfo], words: Texts) -> str:
    """The list of documents, each with what is to know about it and a way to remove it."""
    count = words.documents_count.format(count=len(documents))
    title = f'<h2 class="list-title">{escape(words.documents)} <span class="count">{escape(count)}</span></h2>'
    if not documents:
        return f'{title}<p class="quiet">{escape(words.no_documents)}</p>'
    return f'{title}<ul class="documents">{"".join(_document(one, words) for one in documents)}</ul>'


def _document(document: DocumentInfo, words: Texts) -> str:
    name, key = escape(document.name), escape(document.id)
    quiet = page_notes((one for one in document.warnings if is_routine(one)), words)
    doubts = page_notes((one for one in document.warnings if not is_routine(one)), words)
    warnings = "".join(f"<li>{escape(one)}</li>" for one in doubts)
    warnings += "".join(f'<li class="quiet">{escape(one)}</li>' for one in quiet)
    listed = f'<ul class="warnings">{warnings}</ul>' if warnings else ""
    return (
        f'<li class="document" data-document="{key}"><div class="line"><span class="name" title="{name}">{name}</span>'
        f'<button type="button" class="icon remove" data-action="ask-remove"'
        f' aria-label="{escape(words.remove_named.format(name=document.name))}" title="{escape(words.remove)}">'
        f'<span aria-hidden="true">×</span></button></div>'
        f'<div class="facts"><span>{escape(_length(document, words))}</span>'
        f'<span class="status {document.status}">{escape(_status(document, words))}</span></div>{listed}'
        f'<div class="confirm" hidden><p>{escape(words.remove_question)}</p>'
        f'<button type="button" class="danger" data-action="remove">{escape(words.remove)}</button>'
        f'<button type="button" class="plain" data-action="keep">{escape(words.keep)}</button>'
        f'<p class="problem" role="alert"></p></div></li>'
    )


def _length(document: DocumentInfo, words: Texts) -> str:
    if document.media_type not in DRAWABLE:
        return words.no_pages
    return _counted("pages", document.pages, words)


def _status(document: DocumentInfo, words: Texts) -> str:
    if document.status == "searchable":
        return words.searchable.format(percent=100 * document.vectors // (document.chunks or 1))
    return words.ready if document.status == "ready" else words.empty_document


def _counted(kind: str, count: int, words: Texts, pages: str = "") -> str:
    template: str = getattr(words, f"{kind}_one" if count == 1 else f"{kind}_many")
    return template.format(count=count, pages=pages)
