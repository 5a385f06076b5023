"""Domain objects as escaped HTML. Pure: the same input gives the same text, and nothing is read or kept."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from html import escape
from typing import Any

from docent.llm import Answer, Citation, in_a_line
from docent.retrieval import Hit
from docent.ui.answer_tools import (
    answer_tools,
    curated_badge,
    how_found,
    place_attributes,
    question_tools,
)
from docent.ui.conversation import Conversation, Exchange
from docent.ui.markup import to_html
from docent.ui.places import citation_target, hit_target, name_of, place_of, target_attribute
from docent.ui.sentences import told
from docent.ui.texts import Texts
from docent.ui.unsupported import answer_html

SNIPPET = 220  # characters of a passage on a card
COPIES = 3  # places that are named
NEAREST = 3  # passages under a refusal
# Marks of Markdown that a reader would see in a line of plain text: of lists, headings and quotes, of bold and of code.
_MARKS = re.compile(r"^[ \t]*(?:[-*+]|#{1,6}|>)[ \t]+|\*\*(?P<bold>[^*\n]+)\*\*|`(?P<code>[^`\n]+)`", re.MULTILINE)


def render_conversation(conversation: Conversation, words: Texts, identity: str = "", *, is_whole: bool = True) -> str:
    """Questions and answers, oldest first. `is_whole` when nothing comes after them. `identity` is the stored id."""
    last = len(conversation) - 1 if is_whole else -1
    turns = enumerate(conversation)
    return "".join(render_exchange(one, words, identity, is_last=place == last) for place, one in turns)


def render_exchange(exchange: Exchange, words: Texts, identity: str = "", *, is_last: bool = True) -> str:
    """One question with its answer, or as much of it as there is; the last one can be asked again and otherwise."""
    state = "live" if exchange.live else "finished"
    return (
        f'<article class="turn {state}" aria-busy="{str(exchange.live).lower()}"{place_attributes(identity, exchange)}>'
        f'<div class="asking">{question_tools(exchange, words, is_last=is_last)}'
        f'<div class="asked"><span class="sr">{escape(words.you)}: </span>{escape(exchange.question)}</div></div>'
        f'<div class="answer">{_searched(exchange, words)}{_notice(exchange.notice)}'
        f"{_body(exchange, words, is_last=is_last)}{answer_tools(exchange, words, is_last=is_last)}</div>"
        "</article>"
    )


def _searched(exchange: Exchange, words: Texts) -> str:
    """What was searched, where that is not what was typed."""
    if exchange.query in ("", exchange.question):
        return ""
    return f'<p class="quiet searched">{escape(words.searched_for.format(query=exchange.query))}</p>'


def _body(exchange: Exchange, words: Texts, *, is_last: bool) -> str:
    answer = exchange.answer
    if answer is not None:
        badge = curated_badge(answer, words, is_last=is_last)
        shown = render_answer(answer, words, exchange.missing)
        return f"{badge}{shown}{how_found(answer, exchange.missing, words)}"
    text = to_html(exchange.text, lambda number: f'<span class="cite pending">{number}</span>')
    if exchange.error:
        return f'{text}<p class="problem" role="alert">{escape(told(exchange.error, words))}</p>'
    if exchange.stopped:
        return f'{text}<p class="quiet">{escape(words.unanswered if exchange.kept else words.stopped)}</p>'
    if exchange.text:
        return f'<div class="growing">{text}</div>'
    step = exchange.step or (words.writing if exchange.found else words.searching)
    return f'<p class="quiet working">{escape(step)}<span class="dots" aria-hidden="true"></span></p>'


def render_answer(answer: Answer, words: Texts, missing: Collection[str] = ()) -> str:
    """The text with citation buttons, then the sources; under a refusal the nearest passages.

    What is of `missing` documents (ids) cannot be opened any more, and says so.
    """
    if answer.refused:
        nearest = [hit for hit in answer.hits if hit.document.id not in missing][:NEAREST]
        cards = "".join(_hit_card(hit, place, words) for place, hit in enumerate(nearest, start=1))
        listed = f'<h3 class="label">{escape(words.nearest)}</h3><ul class="cards">{cards}</ul>' if cards else ""
        return f'<div class="refusal">{to_html(answer.text, lambda _: None)}</div>{listed}'
    known = {one.number: one for one in answer.citations}

    def cite(number: int) -> str | None:
        return _chip(known[number], words, missing) if number in known else None

    text = f'<div class="said">{answer_html(answer.text, answer.statements, cite, words)}</div>'
    if not all(one.verified for one in answer.statements):
        text += f'<p class="legend" role="note">{escape(words.unsupported)}</p>'
    if not known:
        return text
    cards = "".join(_citation_card(one, answer.text, words, missing) for one in answer.citations)
    return f'{text}<h3 class="label">{escape(words.sources)}</h3><ul class="cards">{cards}</ul>'


def _notice(text: str) -> str:
    return f'<p class="notice" role="status">{escape(text)}</p>' if text else ""


def _chip(citation: Citation, words: Texts, missing: Collection[str]) -> str:
    document = citation.hit.document
    name, place = name_of(document) if document.name else words.purged, place_of(citation.hit, citation.page, words)
    label = words.open_source.format(number=citation.number, name=name, place=place)
    if document.id in missing:
        title = escape(f"{label}. {words.removed_since}")
        return f'<span class="cite gone" role="img" aria-label="{title}" title="{title}">{citation.number}</span>'
    doubtful = "" if citation.verified else " doubtful"
    title = label if citation.verified else f"{label}. {words.unverified}"
    return (
        f'<button type="button" class="cite{doubtful}" data-cite="{target_attribute(citation_target(citation))}"'
        f' aria-label="{escape(title)}" title="{escape(title)}">{citation.number}</button>'
    )


def _citation_card(citation: Citation, said: str, words: Texts, missing: Collection[str]) -> str:
    """The quote is left out where the answer itself is the quote."""
    doubt = "" if citation.verified else f'<span class="doubt">{escape(words.unverified)}</span>'
    place = place_of(citation.hit, citation.page, words)
    quote = "" if in_a_line(citation.quote) in said else citation.quote
    if citation.hit.document.id in missing:
        doubt += f'<span class="doubt">{escape(words.removed_since)}</span>'
        name = name_of(citation.hit.document) if citation.hit.document.name else words.purged
        return _lost_card(str(citation.number), name, place, quote, doubt)
    target = citation_target(citation)
    return _card(str(citation.number), target, place, quote, doubt + _copies(citation.hit, words))


def _hit_card(hit: Hit, number: int, words: Texts) -> str:
    target = hit_target(hit, number)
    return _card("", target, place_of(hit, target["page"], words), hit.chunk.text, _copies(hit, words))


def _copies(hit: Hit, words: Texts) -> str:
    """Where else the words of a hit stand, the first few."""
    if not hit.copies:
        return ""
    places = [f"{name_of(one.document)}, {words.page.format(page=one.pages[0])}" for one in hit.copies[:COPIES]]
    more = ["…"] if len(hit.copies) > COPIES else []
    return f'<span class="also">{escape(words.copies.format(places="; ".join([*places, *more])))}</span>'


def _card(number: str, target: dict[str, Any], place: str, text: str, more: str) -> str:
    inside = _inside(number, target["name"], place, text, more)
    return f'<li><button type="button" class="card" data-cite="{target_attribute(target)}">{inside}</button></li>'


def _lost_card(number: str, name: str, place: str, text: str, more: str) -> str:
    return f'<li><div class="card gone">{_inside(number, name, place, text, more)}</div></li>'


def _inside(number: str, name: str, place: str, text: str, more: str) -> str:
    snippet = f'<span class="snippet">{escape(_snippet(text))}</span>' if text else ""
    badge = f'<span class="badge" aria-hidden="true">{escape(number)}</span>' if number else ""
    return (
        f'{badge}<span class="where"><span class="name">{escape(name)}</span>'
        f'<span class="place">{escape(place)}</span></span>{snippet}{more}'
    )


def _snippet(text: str) -> str:
    flat = " ".join(_MARKS.sub(lambda mark: mark["bold"] or mark["code"] or "", text).split())
    return flat if len(flat) <= SNIPPET else flat[:SNIPPET].rstrip() + "…"


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


def render_problem(sentence: str, words: Texts) -> str:
    """What stands there when the collection or a conversation cannot be shown."""
    return f'<div class="welcome"><p class="problem" role="alert">{escape(told(sentence, words))}</p></div>'
