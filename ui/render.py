"""Domain objects as escaped HTML. Pure: the same input gives the same text, and nothing is read or kept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape

from docent.llm import Answer, Citation
from docent.ui.answer_tools import (
    answer_tools,
    curated_badge,
    how_found,
    place_attributes,
    question_tools,
)
from docent.ui.cards import citation_cards, hit_card
from docent.ui.conversation import Conversation, Exchange
from docent.ui.markup import to_html
from docent.ui.places import citation_target, name_of, place_of, target_attribute
from docent.ui.sentences import told
from docent.ui.texts import Texts
from docent.ui.unsupported import answer_html

NEAREST = 3  # passages under a refusal


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
        cards = "".join(hit_card(hit, place, words) for place, hit in enumerate(nearest, start=1))
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
    cards = citation_cards(answer.citations, answer.text, words, missing)
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


def render_empty(documents: int, topics: Sequence[str], words: Texts, role: str = "admin", latest: str = "") -> str:
    """What stands where the conversation will be: what to do next, for whoever has this role in the collection.

    `latest` is the name of a document to be summed up.
    """
    if not documents and role == "":
        return _welcome(words.unshared_title, words.unshared_body)
    if not documents and role == "reader":
        return _welcome(words.reader_empty_title, words.reader_empty_body)
    if not documents:
        choose = f'<button type="button" class="primary" data-action="choose">{escape(words.choose_files)}</button>'
        return _welcome(words.empty_title, words.empty_body, choose)
    asked = [words.summarize_named.format(name=latest)] if latest else []
    asked += [words.example.format(topic=topic) for topic in topics]
    examples = "".join(
        f'<li><button type="button" class="example" data-ask="{escape(one)}">{escape(one)}</button></li>'
        for one in asked
    )
    listed = f'<h3 class="label">{escape(words.try_asking)}</h3><ul class="examples">{examples}</ul>' if asked else ""
    return _welcome(words.ready_title, words.ready_body, listed)


def _welcome(title: str, body: str, more: str = "") -> str:
    return f'<div class="welcome"><h2>{escape(title)}</h2><p>{escape(body)}</p>{more}</div>'


def render_problem(sentence: str, words: Texts) -> str:
    """What stands there when the collection or a conversation cannot be shown."""
    return f'<div class="welcome"><p class="problem" role="alert">{escape(told(sentence, words))}</p></div>'
