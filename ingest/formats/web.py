"""Web pages by lxml: headings, paragraphs, lists and tables of what is shown; nothing is fetched or run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

from docent.ingest.errors import UnreadableFile
from docent.ingest.formats.encodings import decode
from docent.ingest.formats.unpaged import block, in_one_line, pages, unwrapped
from docent.ingest.tables.tabular import MAX_CELLS, placed, table_blocks
from docent.ingest.types import Block, BlockKind, Page

_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]*(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_UNSEEN = re.compile(r"<(script|style|template|head)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_NOT_SHOWN = """
script style noscript template nav head title button select datalist input textarea svg canvas object iframe embed
audio video map dialog rp rt"""
_ON_OWN_LINES = """
address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4
h5 h6 header hr html li main menu ol p pre section summary table tbody td tfoot th thead tr ul caption"""
_DROPPED = frozenset(_NOT_SHOWN.split())
_BLOCKS = frozenset(_ON_OWN_LINES.split())
_KINDS: dict[str, BlockKind] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    "li": "list",
    "dt": "list",
    "dd": "list",
    "figcaption": "caption",
    "caption": "caption",
}
MAX_SPAN = 1000  # rows or columns of one cell
CHINESE = ("gb2312", "gbk", "x-gbk", "gb_2312-80")  # all are read as what contains them


def read_html(path: Path) -> Iterator[Page]:
    """One page, or several if it is long. Raises UnreadableFile."""
    _, blocks = html_blocks(decoded(path.read_bytes(), path.name), path.name)
    return pages(blocks)


def decoded(data: bytes, name: str) -> str:
    """Its text, by the charset it names if that fits. Raises UnreadableFile."""
    declared = _CHARSET.search(data[:4096])
    if declared and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = declared[1].decode().lower()
        try:
            return data.decode("gb18030" if encoding in CHINESE else encoding)
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data, name)


def html_blocks(text: str, name: str, number: int = 1) -> tuple[str, list[Block]]:
    """The title and the blocks; the title is the first heading where the text has none of the first level."""
    from lxml import etree, html

    cleaned = _CONTROLS.sub("", _DECLARATION.sub("", text))
    too_deep = False
    try:
        for huge in (False, True):  # 256 elements in one another, then 2,048
            parser = html.HTMLParser(no_network=True, remove_pis=True, huge_tree=huge)
            root = html.document_fromstring(cleaned, parser=parser)
            too_deep = any(one.type_name == "ERR_RESOURCE_LIMIT" for one in parser.error_log)
            if not too_deep:
                break
    except (etree.LxmlError, ValueError) as error:
        raise UnreadableFile(f"{name} cannot be read as a web page: try to save it anew.") from error
    title = in_one_line(root.findtext(".//title") or "")
    blocks = list(_unnested(cleaned, number)) if too_deep else _Flow(number).of(root)
    if title and not any(one.kind == "heading" and one.level == 1 for one in blocks):
        blocks.insert(0, block("heading", title, number, 1))
    return title, blocks


def _unnested(text: str, number: int) -> Iterator[Block]:
    """What stands between the tags, where there are too many of them in one another."""
    for part in _TAG.split(_UNSEEN.sub(" ", text)):
        line = in_one_line(unescape(part))
        if line:
            yield block("text", line, number)


class _Flow:
    """Gathers text and closes a block wherever an element begins or ends that stands on lines of its own."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._blocks: list[Block] = []
        self._parts: list[str] = []
        self._open: list[tuple[BlockKind, int]] = [("text", 0)]
        self._preformatted = 0

    def of(self, root: Any) -> list[Block]:
        """The blocks below `root`."""
        from lxml import etree

        walk = etree.iterwalk(root, events=("start", "end", "comment"))
        tables: set[Any] = set()
        for event, element in walk:
            if event == "start":
                if _is_dropped(element):
                    walk.skip_subtree()
                elif element.tag == "table" and _is_data(element):
                    walk.skip_subtree()
                    tables.add(element)
                    self._close()
                    self._blocks.extend(_table(element, self._number))
                else:
                    self._begin(element)
                continue
            if event == "end" and element not in tables and not _is_dropped(element):
                self._end(element.tag)
            if element is not root:
                self._add(element.tail)
        self._close()
        return self._blocks

    def _begin(self, element: Any) -> None:
        tag = element.tag
        if tag == "br":
            self._parts.append("\n")
        if tag in _BLOCKS:
            self._close()
            kind = _KINDS.get(tag, self._open[-1][0])
            level = int(tag[1]) if kind == "heading" and tag[0] == "h" and tag[1:].isdigit() else self._open[-1][1]
            self._open.append((kind, level))
            self._preformatted += tag == "pre"
        self._add(element.text)

    def _end(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._close()
            self._open.pop()
            self._preformatted -= tag == "pre"

    def _add(self, text: str | None) -> None:
        if text:
            self._parts.append(text if self._preformatted else unwrapped(text))

    def _close(self) -> None:
        raw = "".join(self._parts)
        self._parts.clear()
        lines = raw.split("\n")
        tidy = (line.rstrip() for line in lines) if self._preformatted else (" ".join(line.split()) for line in lines)
        text = "\n".join(line for line in tidy if line)
        kind, level = self._open[-1]
        if kind == "heading" and text.strip():
            self._blocks.append(block("heading", in_one_line(text), self._number, level))
        elif text.strip():
            self._blocks.append(block(kind, text.strip(), self._number))


def _is_dropped(element: Any) -> bool:
    """What is not shown, or leads elsewhere."""
    tag = element.tag
    if tag in _DROPPED or not isinstance(tag, str):
        return True
    if tag == "footer" and not any(above.tag in ("article", "main", "section") for above in element.iterancestors()):
        return True
    get = element.get
    if get("hidden") is not None or get("aria-hidden") == "true" or get("role") in ("navigation", "search"):
        return True
    return _INVISIBLE.search(get("style") or "") is not None


def _is_data(table: Any) -> bool:
    """Whether it is a table, and no frame that a page or mail is laid out with."""
    rows = list(table.iter("tr"))
    if table.find(".//table") is not None or len(rows) < 2:
        return False
    return max(sum(1 for _ in row.iterchildren("td", "th")) for row in rows) > 1


def _table(table: Any, number: int) -> Iterator[Block]:
    heads = 0
    leading = True
    rows: list[list[tuple[str, int, int]]] = []
    filled = 0
    for caption in table.iterchildren("caption"):
        text = _cell_text(caption)
        if text:
            yield block("caption", text, number)
    for row in table.iter("tr"):
        cells = list(row.iterchildren("td", "th"))
        leading = leading and (row.getparent().tag == "thead" or (bool(cells) and all(c.tag == "th" for c in cells)))
        heads += leading
        rows.append([(_cell_text(one), _span(one, "rowspan"), _span(one, "colspan")) for one in cells])
        filled += len(cells)
        if filled > MAX_CELLS:
            break
    yield from table_blocks(placed(rows), number, heads or None)


def _cell_text(cell: Any) -> str:
    if not len(cell):
        return in_one_line(cell.text or "")
    return in_one_line("\n".join(one.text for one in _Flow(1).of(cell)))


def _span(cell: Any, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return max(1, min(int(value), MAX_SPAN)) if value.isascii() and value.isdigit() else 1
