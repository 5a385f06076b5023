"""What stands around an answer: what can be done with it, how it was found, and that a person has written it."""

from __future__ import annotations

from collections.abc import Collection
from html import escape

from docent.app import Feedback, answer_markdown
from docent.llm import Answer
from docent.retrieval import Hit
from docent.ui.conversation import Exchange
from docent.ui.icons import icon_button
from docent.ui.places import hit_target, name_of, place_of, target_attribute
from docent.ui.texts import Texts


def question_tools(exchange: Exchange, words: Texts, *, is_last: bool) -> str:
    """Beside the last question: a way to ask it otherwise."""
    if exchange.live or not is_last:
        return ""
    asked = f' data-question="{escape(exchange.question)}"'
    return f'<div class="asked-tools">{icon_button("edit", words.edit, "edit", asked)}</div>'


def answer_tools(exchange: Exchange, words: Texts, *, is_last: bool) -> str:
    """Below an answer; of one that never came only the way to ask again."""
    if exchange.live:
        return ""
    buttons = []
    if exchange.answer is not None:
        copied = escape(answer_markdown(exchange.answer, exchange.missing))
        said = escape(exchange.answer.text)
        buttons = [
            icon_button("copy", words.copy, "copy", f' data-copy="{copied}"'),
            _rating("up", words.good, exchange.feedback),
            _rating("down", words.bad, exchange.feedback),
            icon_button("correct", words.correct, "edit", f' data-text="{said}"'),
        ]
    if is_last and exchange.answer is None:  # the one thing that is left to do says itself
        buttons.append(f'<button type="button" class="plain framed" data-action="again">{escape(words.again)}</button>')
    elif is_last:
        buttons.append(icon_button("again", words.again, "again"))
    if not buttons:
        return ""
    label = escape(words.tools)
    return (
        f'<div class="tools" role="group" aria-label="{label}">{"".join(buttons)}'
        '<span class="told" role="status"></span></div><div class="tool-form" hidden></div>'
    )


def _rating(rating: str, label: str, given: Feedback | None) -> str:
    is_given = given is not None and given.rating == rating
    return icon_button("rate", label, rating, f' data-rating="{rating}" aria-pressed="{str(is_given).lower()}"')


def curated_badge(answer: Answer, words: Texts, *, is_last: bool) -> str:
    """Above an answer that a person has written, with the way round it."""
    if answer.model != "curated":
        return ""
    anyway = f'<button type="button" class="link" data-action="anyway">{escape(words.ask_documents)}</button>'
    return f'<p class="curated"><span class="seal">{escape(words.curated)}</span>{anyway if is_last else ""}</p>'


def how_found(answer: Answer, missing: Collection[str], words: Texts) -> str:
    """The question that was searched, what answered, and why each passage was found; folded up."""
    if not answer.hits:
        return ""
    is_searched = any(hit.ranks for hit in answer.hits)  # a whole document is only read
    searched = f"{words.searched_for.format(query=answer.query)} · " if is_searched else ""
    facts = f"{searched}{_author(answer, words)}"
    rows = "".join(_row(hit, words, missing) for hit in answer.hits if hit.document.name)
    return (
        f'<details class="why"><summary>{escape(words.why)}</summary><p class="quiet">{escape(facts)}</p>'
        f"<ol>{rows}</ol></details>"
    )


def _author(answer: Answer, words: Texts) -> str:
    known = {"extractive": words.quoted, "curated": words.curated}
    return known.get(answer.model, words.answered_by.format(model=answer.model))


def _row(hit: Hit, words: Texts, missing: Collection[str]) -> str:
    target = hit_target(hit, 0)
    place = f"{name_of(hit.document)}, {place_of(hit, target['page'], words)}"
    ranks = " · ".join(_rank(kind, rank, words) for kind, rank in sorted(hit.ranks.items()))
    if hit.document.id in missing:
        shown = f"{escape(place)} · {escape(words.removed_since)}"
    else:
        shown = f'<button type="button" class="link" data-cite="{target_attribute(target)}">{escape(place)}</button>'
    return f'<li>{shown} <span class="quiet">{escape(ranks)}</span></li>'


def _rank(kind: str, rank: int, words: Texts) -> str:
    templates = {"dense": words.rank_dense, "lexical": words.rank_lexical, "reranker": words.rank_reranker}
    return templates.get(kind, words.rank_other).format(kind=kind, rank=rank)


def place_attributes(conversation: str, exchange: Exchange) -> str:
    """What the script has to know of an exchange."""
    return f' data-conversation="{escape(conversation)}" data-message="{escape(exchange.id)}"'


def collection_attribute(name: str) -> str:
    """Which collection the lists on the left are of."""
    return f' data-collection="{escape(name)}"'
