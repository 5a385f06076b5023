"""Plain text and Markdown: no pages to draw, so a place is named by its lines or its headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from docent.ingest.cjk import CJK
from docent.ingest.formats.encodings import decode
from docent.ingest.formats.unpaged import FULL, block, in_one_line, lines_named, page, pages
from docent.ingest.pages.lines import joint
from docent.ingest.tables.headed import Item
from docent.ingest.tables.tabular import table_blocks
from docent.ingest.types import Block, BlockKind, Page

if TYPE_CHECKING:
    from markdown_it.token import Token

MAX_PARAGRAPH = 2000  # characters of a block; a log or a file in one line is cut
WIDEST = 130  # columns of a line that was broken by a program, CJK counted as two
NARROWEST = 50
_NUMBER = r"[0-9０-９〇零一二三四五六七八九十百千]+"
_CHAPTER = re.compile(
    rf"\s*(?:(第\s*{_NUMBER}\s*[编編篇部卷]|(?:PART|Part|BOOK|Book)\s+[\dIVXLC]+\b)"
    rf"|(第\s*{_NUMBER}\s*[章回]|(?:CHAPTER|Chapter)\s+[\dIVXLC]+\b)|(第\s*{_NUMBER}\s*[节節]))[^。；;，,]{{0,40}}"
)
_BREAK = re.compile(r"[。！？!?；;]|[.,，、]?\s")
_ENDED = re.compile(r"[。！？!?.:：；;…][”’」』\"')）】》]*$")
_GOES_ON = re.compile(rf"[a-z\"'“‘(A-Z{CJK}]")
_KINDS: dict[str, BlockKind] = {
    "paragraph_open": "text",
    "heading_open": "heading",
    "list_item_open": "list",
    "fence": "text",
    "code_block": "text",
    "html_block": "text",
    "table_open": "table",
}


def read_text(path: Path) -> Iterator[Page]:
    """Paragraphs, which a blank line separates; a long text has pages that name its lines. Raises UnreadableFile."""
    text = decode(path.read_bytes(), path.name)
    if len(text) <= 3 * FULL:
        yield page(1, (one for one, _, _ in _paragraphs(text)))
        return
    number, size, first, last = 1, 0, 1, 1
    blocks: list[Block] = []
    for one, begin, end in _paragraphs(text):
        if blocks and (size + len(one.text) > FULL or (one.kind == "heading" and size > FULL // 2)):
            yield from pages(blocks, lines_named(first, last), number)
            number, size, blocks = number + 1, 0, []
        first = first if blocks else begin
        last = end
        size += len(one.text)
        blocks.append(one)
    yield from pages(blocks, lines_named(first, last), number)


def read_markdown(path: Path) -> Iterator[Page]:
    """Blocks as CommonMark has them; markers of emphasis stay as they are written. Raises UnreadableFile."""
    from markdown_it import MarkdownIt

    text = _without_front_matter(decode(path.read_bytes(), path.name))
    lines = text.split("\n")
    parser = MarkdownIt("commonmark").enable("table")
    parser.core.ruler.disable(["inline", "text_join"])  # only blocks matter, and brackets in brackets take for ever
    tokens = parser.parse(text)
    blocks = list(_markdown_blocks(tokens, lines))
    return pages(blocks or (one for one, _, _ in _paragraphs(text)))  # nested deeper than CommonMark is read: as text


def _without_front_matter(text: str) -> str:
    """What stands above the text for programs becomes blank lines."""
    match = re.match(r"---\n(?:[\w-]+:.*\n|[ \t-].*\n)+---(?:\n|$)", text)
    return "\n" * match[0].count("\n") + text[match.end() :] if match else text


def _paragraphs(text: str) -> Iterator[tuple[Block, int, int]]:
    """Blocks with their first and last line."""
    held: list[str] = []
    size = first = 0
    for number, line in enumerate(_lines(text), 1):
        is_heading = len(line) < 60 and _CHAPTER.fullmatch(line) is not None
        if held and (not line.strip() or is_heading or size + len(line) > MAX_PARAGRAPH):
            yield from ((one, first, number - 1) for one in _paragraph(held))
            held, size = [], 0
        if is_heading:
            match = _CHAPTER.fullmatch(line)
            yield block("heading", in_one_line(line), 1, match.lastindex or 1 if match else 1), number, number
        elif line.strip():
            first = first if held else number
            held.append(line)
            size += len(line)
    if held:
        yield from ((one, first, first + len(held) - 1) for one in _paragraph(held))


def _lines(text: str) -> Iterator[str]:
    """One after another, so that a long text is not held twice."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield text[start:end]
        start = end + 1


def _paragraph(lines: list[str]) -> Iterator[Block]:
    text = _rejoined(lines) if _is_wrapped(lines) else "\n".join(line.rstrip() for line in lines).strip()
    start = 0
    while len(text) - start > 2 * MAX_PARAGRAPH:
        cuts = [match.end() for match in _BREAK.finditer(text, start + MAX_PARAGRAPH // 2, start + MAX_PARAGRAPH)]
        end = cuts[-1] if cuts else start + MAX_PARAGRAPH
        if text[start:end].strip():
            yield block("text", text[start:end].strip())
        start = end
    if text[start:].strip():
        yield block("text", text[start:].strip())


def _is_wrapped(lines: list[str]) -> bool:
    """Whether a program broke the lines: all but the last are about as wide, and most end inside a sentence."""
    if len(lines) < 3:
        return False
    widths = [len(line) + len(re.findall(f"[{CJK}]", line)) for line in lines]
    widest = max(widths)
    if not NARROWEST <= widest <= WIDEST or min(widths[:-1]) < 0.75 * widest:
        return False
    if any(not _GOES_ON.match(line.lstrip()) or "\t" in line or "   " in line.strip() for line in lines):
        return False
    return 2 * sum(_ENDED.search(line.rstrip()) is not None for line in lines[:-1]) < len(lines)


def _rejoined(lines: Iterable[str]) -> str:
    text = ""
    for line in lines:
        part = line.strip()
        text += joint(text, part) + part
    return text


def _markdown_blocks(tokens: list[Token], lines: list[str]) -> Iterator[Block]:
    """The innermost block of every source line, once."""
    taken = -1
    for index, token in enumerate(tokens):
        kind = _KINDS.get(token.type)
        if kind is None or token.map is None or token.map[0] <= taken:
            continue
        start, end = token.map
        if token.type == "list_item_open":
            end = _first_child_end(tokens, index, end)
        taken = end - 1
        if kind == "table":
            yield from table_blocks(_rows(tokens, index), 1, 1)
            continue
        content = token.content if token.type in ("fence", "code_block") else "\n".join(lines[start:end])
        if kind == "heading":
            if tokens[index + 1].content:
                yield block("heading", tokens[index + 1].content, 1, int(token.tag[1]))
        elif content.strip():
            yield block(kind, content.strip())


def _first_child_end(tokens: list[Token], index: int, end: int) -> int:
    """A list item ends where a list or a table inside it begins."""
    own = tokens[index].map
    for place in range(index + 1, len(tokens)):
        token = tokens[place]
        begins = token.type in ("bullet_list_open", "ordered_list_open", "table_open")
        if token.map and begins and token.map[0] < end:
            return max(token.map[0], own[0] + 1 if own else end)
        if token.type == "list_item_close":
            break
    return end


def _rows(tokens: list[Token], index: int) -> list[list[Item]]:
    rows: list[list[Item]] = []
    column = 0
    for place in range(index, len(tokens)):
        token = tokens[place]
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            rows.append([])
            column = 0
        elif token.type == "inline":
            text = in_one_line(re.sub(r"<br\s*/?>", " ", token.content))
            if text:
                rows[-1].append(Item(len(rows) - 1, column, text))
            column += 1
    return rows
