"""Blocks and pages of files that have no pages to draw."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from docent.ingest.cjk import CJK
from docent.ingest.pages.lines import joint
from docent.ingest.types import Block, BlockKind, Page, PageReport, Span

FULL = 3000  # characters, about a printed page: a long text is cut so that a reader finds the place
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]")
_BROKEN_CJK = re.compile(rf"(?<=[{CJK}])[ \t]*\n\s*(?=[{CJK}])")


def cleaned(text: str) -> str:
    """Without what is no text (control characters, lone surrogates), and with one line end for all."""
    return _NO_TEXT.sub("", _LINE_ENDS.sub("\n", text))


_PLACE = re.compile(r"(?:^|, |(?<=> ))(?:page|rows|lines|Slide) \d+(?:[–-]\d+)?(?=$|,| >)")


def without_places(text: str) -> str:
    """A location or path of headings without the numbers that only count: `Costs, rows 51–100` is `Costs`."""
    return _PLACE.sub("", text)


def block(kind: BlockKind, text: str, page: int = 1, level: int = 0) -> Block:
    """A block that stands nowhere but on its page. `text` is not empty and has no blanks around it."""
    text = _NO_TEXT.sub("", text)
    return Block(kind, text, page, None, level, (Span(page, None, 0, len(text)),))


def page(number: int, blocks: Iterable[Block], location: str = "", warnings: Iterable[str] = ()) -> Page:
    """A slide, a sheet, a chapter, or a whole text."""
    made = tuple(blocks)
    characters = sum(len(one.text) for one in made)
    tables = sum(one.kind == "table" for one in made)
    report = PageReport("text" if characters else "none", characters, 1, tables, (), tuple(warnings))
    return Page(number, 0.0, 0.0, made, report, location)


def pages(blocks: Iterable[Block], location: str = "", number: int = 1, warnings: Iterable[str] = ()) -> Iterator[Page]:
    """A long text as pages: one ends before a heading when it is full, and anywhere when it is very full.

    All are one place, so headings hold from page to page. The first page carries the warnings.
    """
    held: list[Block] = []
    size = 0
    for one in blocks:
        if held and (size > 3 * FULL or (size > FULL and one.kind == "heading")):
            yield page(number, held, location, warnings)
            number, held, size, warnings = number + 1, [], 0, ()
        held.append(moved(one, number))
        size += len(one.text)
    yield page(number, held, location, warnings)


def lines_named(first: int, last: int, what: str = "line") -> str:
    """`lines 3–8`, `line 3`."""
    return f"{what}s {first}–{last}" if last > first else f"{what} {first}"


def moved(one: Block, number: int) -> Block:
    """The same block on another page, on which it cannot be drawn."""
    if one.box is None and one.page == number:
        return one
    return replace(one, page=number, box=None, spans=tuple(Span(number, None, s.start, s.end) for s in one.spans))


def placed(one: Page, number: int, name: str, *, several: bool) -> Page:
    """A page of the file `name` inside another one, as page `number` of that: its location says where it stands.

    `several` says that the file has other pages, too. It cannot be drawn from there, so its boxes go.
    """
    inner = one.location or (f"page {one.number}" if several else "")
    blocks = tuple(moved(part, number) for part in one.blocks)
    location = f"{name}, {inner}" if inner else name
    return replace(one, number=number, width=0.0, height=0.0, blocks=blocks, location=location)


def unwrapped(text: str) -> str:
    """Line ends that are only white space in the source: nothing between CJK characters, else a blank."""
    return re.sub(r"\s+", " ", _BROKEN_CJK.sub("", text))


def in_one_line(text: str) -> str:
    """Its lines joined as a reader joins them; no tabs, no line breaks."""
    made = ""
    for line in _NO_TEXT.sub("", text).splitlines():
        part = " ".join(line.split())
        made += joint(made, part) + part if part else ""
    return made
