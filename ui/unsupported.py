"""Sentences of an answer that the documents do not support are marked in its HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from docent.llm import Statement
from docent.ui.markup import Cite, to_html
from docent.ui.texts import Texts

# Code points that are no characters, so that no text has them (Unicode, 23.7).
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
_NEUTRAL = str.maketrans({_OPEN: "\ufffd", _CLOSE: "\ufffd"})
_MARKS = re.compile(r"\s*(?:[-*•]\s+|\d{1,3}[.)、]\s+|#{1,6}\s+|```.*)?")
_TOKEN = re.compile(rf"<[^>]*>|[{_OPEN}{_CLOSE}]|[^<{_OPEN}{_CLOSE}]+")


def answer_html(text: str, statements: Iterable[Statement], cite: Cite, words: Texts) -> str:
    """`to_html` of a text with every statement underlined that is not verified."""
    doubtful = [one for one in statements if not one.verified]
    if not doubtful:
        return to_html(text, cite)
    parts: list[str] = []
    position = 0
    for start, end in _pieces(text, doubtful):
        parts += [text[position:start].translate(_NEUTRAL), _OPEN, text[start:end].translate(_NEUTRAL), _CLOSE]
        position = end
    parts.append(text[position:].translate(_NEUTRAL))
    return "".join(_wrapped(to_html("".join(parts), cite), words))


def _pieces(text: str, statements: Iterable[Statement]) -> Iterator[tuple[int, int]]:
    """Each line of each statement, without the marks that make it an item or a heading."""
    for one in statements:
        start = one.start
        for line in text[one.start : one.end].split("\n"):
            end = start + len(line)
            marks = _MARKS.match(text, start, end) if start == 0 or text[start - 1] == "\n" else None
            first = marks.end() if marks else start
            if text[first:end].strip():
                yield first, end
            start = end + 1


def _wrapped(html: str, words: Texts) -> Iterator[str]:
    """The signs become spans around the text between tags, so that elements stay well nested."""
    is_inside, in_button = False, False
    for token in _TOKEN.findall(html):
        if token == _OPEN:
            is_inside = True
        elif token == _CLOSE:
            is_inside = False
            yield f'<span class="sr"> ({escape(words.unsupported_mark)})</span>'
        elif token.startswith("<"):
            in_button = token.startswith("<button") or (in_button and not token.startswith("</button"))
            yield token
        elif is_inside and not in_button:
            yield f'<span class="unsupported" title="{escape(words.unsupported_mark)}">{token}</span>'
        else:
            yield token
