"""Cards of sources below an answer, one for each page that is cited, and of the nearest passages below a refusal."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from html import escape
from typing import Any

from docent.llm import Citation, in_a_line, unbroken
from docent.retrieval import Hit
from docent.ui.places import citations_target, hit_target, name_of, place_of, target_attribute
from docent.ui.texts import Texts

SNIPPET = 220  # characters of a passage on a card
COPIES = 3  # places that are named
# Marks of Markdown that a reader would see in a line of plain text: of lists, headings and quotes, of bold and of code.
_MARKS = re.compile(r"^[ \t]*(?:[-*+]|#{1,6}|>)[ \t]+|\*\*(?P<bold>[^*\n]+)\*\*|`(?P<code>[^`\n]+)`", re.MULTILINE)


def citation_cards(citations: Sequence[Citation], said: str, words: Texts, missing: Collection[str]) -> str:
    """Citations of one page share a card, where the first of them would stand. `said` is the answer."""
    pages: dict[tuple[str, str, int, str], list[Citation]] = {}
    for one in citations:
        document = one.hit.document
        place = place_of(one.hit, one.page, words)
        pages.setdefault((document.collection, document.id, one.page, place), []).append(one)
    return "".join(_citation_card(found, place, said, words, missing) for (*_, place), found in pages.items())


def _citation_card(cited: list[Citation], place: str, said: str, words: Texts, missing: Collection[str]) -> str:
    """The quotes are left out where the answer itself is the quote."""
    numbers = [str(one.number) for one in cited]
    quotes = [(str(one.number), one.quote) for one in cited if in_a_line(one.quote) not in said]
    doubtful = [str(one.number) for one in cited if not one.verified]
    doubt = _doubt(_numbered(doubtful, len(cited), words.unverified)) if doubtful else ""
    document = cited[0].hit.document
    shown = "".join(_snippet(_numbered([number], len(cited), _flat(quote))) for number, quote in quotes)
    if document.id in missing:
        name = name_of(document) if document.name else words.purged
        return _lost_card(numbers, name, place, shown, doubt + _doubt(words.removed_since))
    copies = "".join(dict.fromkeys(_copies(one.hit, words) for one in cited))
    return _card(numbers, citations_target(cited), place, shown, doubt + copies)


def _numbered(numbers: list[str], count: int, text: str) -> str:
    """Which of several numbers a text is about."""
    return text if count in (1, len(numbers)) else f"[{', '.join(numbers)}] {text}"


def _doubt(text: str) -> str:
    return f'<span class="doubt">{escape(text)}</span>'


def hit_card(hit: Hit, number: int, words: Texts) -> str:
    """A passage that may be opened."""
    target = hit_target(hit, number)
    return _card([], target, place_of(hit, target["page"], words), _snippet(_flat(hit.chunk.text)), _copies(hit, words))


def _copies(hit: Hit, words: Texts) -> str:
    """Where else the words of a hit stand, the first few."""
    if not hit.copies:
        return ""
    places = [f"{name_of(one.document)}, {words.page.format(page=one.pages[0])}" for one in hit.copies[:COPIES]]
    more = ["…"] if len(hit.copies) > COPIES else []
    return f'<span class="also">{escape(words.copies.format(places="; ".join([*places, *more])))}</span>'


def _card(numbers: list[str], target: dict[str, Any], place: str, shown: str, more: str) -> str:
    inside = _inside(numbers, target["name"], place, shown, more)
    return f'<li><button type="button" class="card" data-cite="{target_attribute(target)}">{inside}</button></li>'


def _lost_card(numbers: list[str], name: str, place: str, shown: str, more: str) -> str:
    return f'<li><div class="card gone">{_inside(numbers, name, place, shown, more)}</div></li>'


def _inside(numbers: list[str], name: str, place: str, shown: str, more: str) -> str:
    badges = "".join(f'<span class="badge">{escape(one)}</span>' for one in numbers)
    return (
        f'{badges and f"""<span class="badges" aria-hidden="true">{badges}</span>"""}'
        f'<span class="where"><span class="name">{escape(name)}</span>'
        f'<span class="place">{_place(place)}</span></span>{shown}{more}'
    )


def _place(place: str) -> str:
    """Where there is no room for a chapter and a heading, the chapter is cut."""
    above, mark, last = place.rpartition(" › ")
    return f'<span class="above">{escape(above)}</span><span>{mark}{escape(last)}</span>' if above else escape(place)


def _snippet(text: str) -> str:
    return f'<span class="snippet">{escape(text)}</span>' if text else ""


def _flat(text: str) -> str:
    plain = _MARKS.sub(lambda mark: mark["bold"] or mark["code"] or "", text)
    flat = " ".join(unbroken(plain).split())
    return flat if len(flat) <= SNIPPET else flat[:SNIPPET].rstrip() + "…"
