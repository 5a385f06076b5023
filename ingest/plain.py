"""Plain text and Markdown: no pages to draw, so a place is named by its heading."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from docent.ingest.errors import UnreadableFile
from docent.ingest.types import Block, BlockKind, Page
from docent.ingest.unpaged import block, page

if TYPE_CHECKING:
    from markdown_it.token import Token

_KINDS: dict[str, BlockKind] = {
    "paragraph_open": "text",
    "heading_open": "heading",
    "list_item_open": "list",
    "fence": "text",
    "code_block": "text",
    "html_block": "text",
    "tr_open": "table",
}


def decode(data: bytes, name: str) -> str:
    """Text of unknown encoding: UTF-8 first, then UTF-16 by its mark, then what reads best (GB18030, Big5 ...).

    Raises UnreadableFile when no encoding makes text of it.
    """
    text = _decoded(data)
    if text is None:
        raise UnreadableFile(f"the encoding of {name} is not known: save it as UTF-8.")
    if "\x00" in text:
        raise UnreadableFile(f"{name} is not text, whatever its name says: rename it to what it is.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes) -> str | None:
    marked = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "gb18030" or _looks_chinese(text):
            return text
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    return None if best is None else str(best)


def _looks_chinese(text: str) -> bool:
    """Most of what is not ASCII is in the block of common ideographs or Chinese punctuation."""
    other = [c for c in text if ord(c) > 127]
    common = sum("\u4e00" <= c <= "\u9fff" or "\u3000" <= c <= "\u303f" or "\uff00" <= c <= "\uffef" for c in other)
    return common > 0.9 * len(other)


def read_text(path: Path) -> tuple[Page, ...]:
    """One page of paragraphs, which a blank line separates."""
    text = decode(path.read_bytes(), path.name)
    return (page(1, _paragraphs(text)),)


def read_markdown(path: Path) -> tuple[Page, ...]:
    """One page of blocks as CommonMark has them, tables by row; markers of emphasis stay as they are written."""
    from markdown_it import MarkdownIt

    text = decode(path.read_bytes(), path.name)
    lines = text.split("\n")
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    return (page(1, _markdown_blocks(tokens, lines)),)


def _paragraphs(text: str) -> Iterator[Block]:
    for part in text.split("\n\n"):
        stripped = part.strip()
        if stripped:
            yield block("text", stripped)


def _markdown_blocks(tokens: list[Token], lines: list[str]) -> Iterator[Block]:
    """The innermost block of every source line, once."""
    taken = -1
    header: list[str] = []
    for index, token in enumerate(tokens):
        kind = _KINDS.get(token.type)
        if kind is None or token.map is None or token.map[0] <= taken:
            continue
        start, end = token.map
        if token.type == "list_item_open":
            end = _first_child_end(tokens, index, end)
        if kind == "table":
            cells = _cells(tokens, index)
            if not header or tokens[index - 1].type == "thead_open":
                header = cells
            taken = end - 1
            yield block("table", "\t".join(cells))
            continue
        taken = end - 1
        content = token.content if token.type in ("fence", "code_block") else "\n".join(lines[start:end])
        if kind == "heading":
            yield block("heading", tokens[index + 1].content, 1, int(token.tag[1]))
        elif content.strip():
            yield block(kind, content.strip())


def _first_child_end(tokens: list[Token], index: int, end: int) -> int:
    """A list item ends where a list inside it begins."""
    own = tokens[index].map
    for token in tokens[index + 1 :]:
        if token.map and token.type in ("bullet_list_open", "ordered_list_open") and token.map[0] < end:
            return max(token.map[0], own[0] + 1 if own else end)
        if token.type == "list_item_close":
            break
    return end


def _cells(tokens: list[Token], index: int) -> list[str]:
    cells = []
    for token in tokens[index:]:
        if token.type == "inline":
            cells.append(token.content)
        if token.type == "tr_close":
            break
    return cells
