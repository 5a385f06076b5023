"""The sources of an answer as a list in Markdown, for readers who see text and nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from docent.llm import Answer, Citation, in_a_line, language_of

if TYPE_CHECKING:
    from docent.retrieval import Hit

LONGEST_QUOTE = 200  # characters
NEAREST = 3
_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+!|~&-])")
_WORDS = {
    "en": {"sources": "Sources", "nearest": "The nearest passages", "page": "p. {}", "unverified": "not verified"},
    "zh": {"sources": "出处", "nearest": "最接近的段落", "page": "第 {} 页", "unverified": "未经核实"},
}


def sources(answer: Answer, base_url: str, collection: str) -> str:
    """A heading and a line for each citation, with a link to the picture of its page; for a refusal what came nearest.

    Empty where there is neither. What a document says cannot become markup.
    """
    words = _WORDS[language_of(answer.question)]
    lines = [_line(one, words, base_url, collection) for one in answer.citations]
    if answer.refused:
        lines = [
            f"- {_place(hit, hit.chunk.pages[0], words, base_url, collection)}: {_plain(hit.chunk.text)}"
            for hit in answer.hits[:NEAREST]
        ]
    title = words["nearest" if answer.refused else "sources"]
    return f"**{title}**\n\n" + "\n".join(lines) if lines else ""


def _line(citation: Citation, words: dict[str, str], base_url: str, collection: str) -> str:
    place = _place(citation.hit, citation.page, words, base_url, collection)
    doubt = "" if citation.verified else f" ({words['unverified']})"
    return f"- [{citation.number}] {place}{doubt}: {_plain(citation.quote)}"


def _place(hit: Hit, page: int, words: dict[str, str], base_url: str, collection: str) -> str:
    where = words["page"].format(page) if hit.location is None else hit.location
    shown = _plain(f"{hit.document.name}, {where}" if where else hit.document.name)
    if hit.location is not None:
        return shown
    picture = f"{base_url}api/documents/{hit.document.id}/pages/{page}.png?collection={quote(collection, safe='')}"
    return f"[{shown}]({picture})"


def _plain(text: str) -> str:
    line = in_a_line(text)
    cut = line if len(line) <= LONGEST_QUOTE else f"{line[:LONGEST_QUOTE].rstrip()}…"
    return _MARKUP.sub(r"\\\1", cut)
