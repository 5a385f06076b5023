"""A model's text as HTML: bold, code, lists, headings and line breaks. No raw HTML, no links, no pictures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from html import escape

Cite = Callable[[int], str | None]
"""Gives the HTML of a citation marker; None where the number is no citation but a part of the text."""

_INLINE = re.compile(r"`(?P<code>[^`\n]+)`|\*\*(?P<bold>[^*\n]+)\*\*|\s?\[(?P<number>\d{1,3})\]")
# The end of a text that goes with the citation after it: a word, or the last Chinese characters.
_LAST = re.compile(r"(?:[\u3000-\u9fff\uff00-\uffef]{1,2}|[^\s\u3000-\u9fff\uff00-\uffef]{1,24})$")
_KEPT, _END = '<span class="kept">', "</span>"
_BULLET = re.compile(r"\s*[-*•]\s+(?P<rest>.*)")
_ORDERED = re.compile(r"\s*(?P<start>\d{1,3})[.)、]\s+(?P<rest>.*)")
_HEADING = re.compile(r"#{1,6}\s+(?P<rest>.*)")
_FENCE = re.compile(r"\s*```")


def to_html(text: str, cite: Cite) -> str:
    """HTML of a text that nobody vouches for."""
    return "".join(_blocks(text.split("\n"), cite))


def _blocks(lines: list[str], cite: Cite) -> Iterator[str]:
    position = 0
    while position < len(lines):
        line = lines[position]
        if not line.strip():
            position += 1
            continue
        for opens, build in _BUILDERS:
            if opens.match(line):
                html, position = build(lines, position, cite)
                break
        else:
            html, position = _paragraph(lines, position, cite)
        yield html


def _code(lines: list[str], position: int, _: Cite) -> tuple[str, int]:
    end = position + 1
    while end < len(lines) and not _FENCE.match(lines[end]):
        end += 1
    return f"<pre><code>{escape(chr(10).join(lines[position + 1 : end]))}</code></pre>", end + 1


def _heading(lines: list[str], position: int, cite: Cite) -> tuple[str, int]:
    match = _HEADING.match(lines[position])
    return f"<p><strong>{inline(match['rest'] if match else '', cite)}</strong></p>", position + 1


def _bullets(lines: list[str], position: int, cite: Cite) -> tuple[str, int]:
    items, end = _items(lines, position, _BULLET)
    return f"<ul>{_list(items, cite)}</ul>", end


def _numbers(lines: list[str], position: int, cite: Cite) -> tuple[str, int]:
    match = _ORDERED.match(lines[position])
    items, end = _items(lines, position, _ORDERED)
    return f'<ol start="{match["start"] if match else 1}">{_list(items, cite)}</ol>', end


def _items(lines: list[str], position: int, pattern: re.Pattern[str]) -> tuple[list[str], int]:
    """The items of a list; an indented line goes on with the item before it."""
    items: list[str] = []
    while position < len(lines):
        match = pattern.match(lines[position])
        if match:
            items.append(match["rest"])
        elif items and lines[position].startswith(("  ", "\t")) and lines[position].strip():
            items[-1] += "\n" + lines[position].strip()
        else:
            break
        position += 1
    return items, position


def _list(items: Iterable[str], cite: Cite) -> str:
    return "".join(f"<li>{inline(item, cite)}</li>" for item in items)


def _paragraph(lines: list[str], position: int, cite: Cite) -> tuple[str, int]:
    end = position + 1
    while end < len(lines) and lines[end].strip() and not any(opens.match(lines[end]) for opens, _ in _BUILDERS):
        end += 1
    return f"<p>{inline(chr(10).join(lines[position:end]), cite)}</p>", end


_BUILDERS: tuple[tuple[re.Pattern[str], Callable[[list[str], int, Cite], tuple[str, int]]], ...] = (
    (_FENCE, _code),
    (_HEADING, _heading),
    (_BULLET, _bullets),
    (_ORDERED, _numbers),
)


def inline(text: str, cite: Cite) -> str:
    """One run of text with its marks; everything else is escaped."""
    parts: list[str] = []
    position = 0
    for match in _INLINE.finditer(text):
        before = text[position : match.start()]
        position = match.end()
        marker = cite(int(match["number"])) if match["number"] else None
        if marker:
            if not before and parts and parts[-1].startswith(_KEPT):
                parts[-1] = f"{parts[-1].removesuffix(_END)}{marker}{_END}"
            else:
                parts += _kept(before, marker)
            continue
        parts.append(_plain(before))
        if match["code"] is not None:
            parts.append(f"<code>{escape(match['code'])}</code>")
        elif match["bold"] is not None:
            parts.append(f"<strong>{inline(match['bold'], cite)}</strong>")
        else:
            parts.append(_plain(match[0]))
    parts.append(_plain(text[position:]))
    return "".join(parts)


def _kept(before: str, marker: str) -> tuple[str, str]:
    """A text, and its end with the citation, which never stands alone at the beginning of a line."""
    last = _LAST.search(before)
    start = last.start() if last else len(before)
    return _plain(before[:start]), f"{_KEPT}{_plain(before[start:])}{marker}{_END}"


def _plain(text: str) -> str:
    return escape(text).replace("\n", "<br>")
