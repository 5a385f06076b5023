"""Word documents by python-docx: headings by their styles, lists, tables, text boxes and footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docent.ingest.formats.numbering import Numbering
from docent.ingest.formats.unpaged import block, in_one_line, pages
from docent.ingest.formats.zipped import damage_named, opened_zip, refuse_declarations, xml
from docent.ingest.options import ParseOptions
from docent.ingest.scans.embedded import EmbeddedPictures
from docent.ingest.tables.tabular import placed, table_blocks
from docent.ingest.types import Block, Page

MAX_TITLE = 60  # characters of a bold line that is a heading in a document without styles
FEW = 200  # characters below which the pictures of a document may be its text
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_IMAGE_DATA = "{urn:schemas-microsoft-com:vml}imagedata"
_CONTENTS = re.compile(r"toc \d", re.IGNORECASE)  # lines of a table of contents: headings, once more
_HEADING = re.compile(
    r"(?:heading|标题|標題|見出し|überschrift|titre|título|titolo|kop|заголовок)\s*([1-9])", re.IGNORECASE
)
_TITLE = re.compile(r"(?:title|标题|標題|titel|titre|título|titolo)", re.IGNORECASE)
_LIST = re.compile(r"list|列表|项目符号|编号", re.IGNORECASE)
_MARKS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": " "}
MAX_STYLES = 20  # that one is based on; they may be based on each other in a ring
BODY = 9  # an outline level of nothing


def read_docx(path: Path, options: ParseOptions) -> Iterator[Page]:
    """Where pages end, a Word file does not say: a long one has pages of sections. Raises UnreadableFile."""
    from docx import Document

    with opened_zip(path) as archive:
        refuse_declarations(archive, path.name)
    with damage_named(path.name):
        document = Document(str(path))
        pictures = EmbeddedPictures(options)
        reader = _Reader(document, pictures)
        blocks = list(reader.blocks(document.element.body))
        if not any(one.kind == "heading" for one in blocks):
            blocks = [_promoted(one, reader) for one in blocks]
        few = sum(len(one.text) for one in blocks) < FEW
        skipped = pictures.skipped and (few or options.ocr != "never")
        warnings = [f"{pictures.skipped} pictures were not read: save it as PDF"] if skipped else []
        for one in pages(blocks, warnings=warnings):
            yield pictures.marked(one)


def _promoted(one: Block, reader: _Reader) -> Block:
    """A short bold line as a heading."""
    return block("heading", one.text, 1, 1) if one.kind == "text" and one.text in reader.bold else one


class _Reader:
    """Blocks of a body, in order."""

    def __init__(self, document: Any, pictures: EmbeddedPictures) -> None:
        self._relations = document.part.rels
        self._pictures = pictures
        self._styles = {style.style_id: style for style in document.styles}
        self._notes = dict(_notes(document))
        self._numbering = Numbering(_numbering(document))
        self._levels: dict[str, int] = {}
        self._shift = 0  # headings stand one level below a title
        self.bold: set[str] = set()

    def blocks(self, parent: Any) -> Iterator[Block]:
        """Blocks of what stands below `parent`; content controls are looked into."""
        for child in _content(parent):
            if child.tag == _W + "p":
                yield from self._paragraph(child)
            elif child.tag == _W + "tbl":
                yield from self._table(child)

    def _paragraph(self, element: Any) -> Iterator[Block]:
        if _CONTENTS.fullmatch(self._style_name(element)):
            return
        text = _tidy(_text(element))
        if text:
            yield self._told(element, text)
        yield from self._beside(element)

    def _beside(self, element: Any) -> Iterator[Block]:
        """What a paragraph or table has at its side: pictures, text boxes, notes."""
        for mark in element.iter(_BLIP, _IMAGE_DATA):
            relation = self._relations.get(mark.get(_R + "embed") or mark.get(_R + "id"))
            if relation is not None and not relation.is_external and not _is_inner(mark, element):
                read = self._pictures.block(relation.target_part.blob)
                if read is not None:
                    yield read
        for box in element.iter(_W + "txbxContent"):
            if not _is_inner(box, element):
                yield from self.blocks(box)
        for mark in element.iter(_W + "footnoteReference", _W + "endnoteReference"):
            note = self._notes.get((mark.tag, mark.get(_W + "id")))
            if note and not _is_inner(mark, element):
                yield block("text", note)

    def _told(self, element: Any, text: str) -> Block:
        level = self._level(element)
        numbered = self._numbered(element)
        if numbered is not None:
            number = self._numbering.next(numbered)
            text = f"{number} {text}".strip()
        if level:
            return block("heading", in_one_line(text), 1, level)
        style = self._style_name(element)
        if numbered is not None or _LIST.match(style):
            return block("list", text)
        if style.lower() == "caption" or style == "题注":
            return block("caption", text)
        runs = [run for run in element.iter(_W + "r") if run.findtext(_W + "t")]
        if len(text) <= MAX_TITLE and text[-1] not in "。.;；:：,，" and all(_is_bold(run) for run in runs):
            self.bold.add(text)
        return block("text", text)

    def _numbered(self, element: Any) -> Any:
        """`w:numPr` of the paragraph or of its style; None where it is not numbered."""
        found = element.find(f"{_W}pPr/{_W}numPr")
        style = self._styles.get(self._style_id(element))
        for _ in range(MAX_STYLES):
            if found is not None or style is None:
                break
            found = style.element.find(f"{_W}pPr/{_W}numPr")
            style = getattr(style, "base_style", None)
        number = None if found is None else found.find(_W + "numId")
        return None if number is None or number.get(_W + "val") == "0" else found

    def _style_id(self, element: Any) -> str:
        found = element.find(f"{_W}pPr/{_W}pStyle")
        return "" if found is None else found.get(_W + "val", "")

    def _style_name(self, element: Any) -> str:
        style = self._styles.get(self._style_id(element))
        return "" if style is None else style.name or ""

    def _level(self, element: Any) -> int:
        """1 for the highest heading, 0 for none."""
        outline = _outline(element.find(_W + "pPr"))
        if outline is not None:
            return 0 if outline >= BODY else outline + 1 + self._shift
        style_id = self._style_id(element)
        if style_id not in self._levels:
            self._levels[style_id] = self._style_level(style_id)
        level = self._levels[style_id]
        if level < 0:
            self._shift = 1
            return 1
        return level + self._shift if level else 0

    def _style_level(self, style_id: str) -> int:
        """By its outline level, its name, or the style it is based on; -1 for the title of the document."""
        style = self._styles.get(style_id)
        for _ in range(MAX_STYLES):
            if style is None:
                break
            outline = _outline(style.element.find(_W + "pPr"))
            if outline is not None:
                return 0 if outline >= BODY else outline + 1
            name = style.name or ""
            match = _HEADING.match(name)
            if match:
                return int(match[1])
            if _TITLE.fullmatch(name):
                return -1
            style = getattr(style, "base_style", None)
        return 0

    def _table(self, table: Any) -> Iterator[Block]:
        rows = [row for row in _content(table) if row.tag == _W + "tr"]
        cells = [[cell for cell in _content(row) if cell.tag == _W + "tc"] for row in rows]
        if max((len(row) for row in cells), default=0) <= 1:  # a frame around text
            for cell in (cell for row in cells for cell in row):
                yield from self.blocks(cell)
            return
        heads = 0
        while heads < len(rows) and rows[heads].find(f"{_W}trPr/{_W}tblHeader") is not None:
            heads += 1
        yield from table_blocks(placed(_spans(cells, rows)), 1, heads or None)
        yield from self._beside(table)


def _is_inner(mark: Any, element: Any) -> bool:
    """Whether it is repeated for older programs, was deleted, or stands in a text box that is read for itself."""
    above = mark.getparent()
    while above is not None and above is not element:
        if above.tag in (_FALLBACK, _W + "txbxContent", _W + "del", _W + "moveFrom"):
            return True
        above = above.getparent()
    return False


def _content(parent: Any) -> Iterator[Any]:
    """Children, those in content controls, insertions and custom tags among them."""
    for child in parent:
        if child.tag == _W + "sdt":
            inner = child.find(_W + "sdtContent")
            if inner is not None:
                yield from _content(inner)
        elif child.tag in (_W + "ins", _W + "customXml", _W + "moveTo", _W + "smartTag"):
            yield from _content(child)
        else:
            yield child


def _text(element: Any) -> str:
    """What is printed of a paragraph: no deletions, field codes or hidden text; text boxes are read for themselves."""
    parts = []
    pending = [element]
    while pending:
        one = pending.pop()
        if one.tag in (_W + "txbxContent", _W + "del", _W + "moveFrom", _FALLBACK) or _is_hidden(one):
            continue
        if one.tag in (_W + "t", _MATH):
            parts.append(one.text or "")
        elif isinstance(one.tag, str) and one.tag.startswith(_W):
            parts.append(_MARKS.get(one.tag[len(_W) :], "") if one.getparent().tag == _W + "r" else "")
        pending.extend(reversed(one))
    return "".join(parts)


def _is_hidden(element: Any) -> bool:
    return element.tag == _W + "r" and _is_on(element.find(f"{_W}rPr/{_W}vanish"))


def _is_bold(run: Any) -> bool:
    return _is_on(run.find(f"{_W}rPr/{_W}b"))


def _is_on(switch: Any) -> bool:
    return switch is not None and switch.get(_W + "val", "1") not in ("0", "false", "none", "off")


def _outline(properties: Any) -> int | None:
    found = None if properties is None else properties.find(_W + "outlineLvl")
    return None if found is None else int(found.get(_W + "val", BODY))


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _spans(cells: list[list[Any]], rows: list[Any]) -> list[list[tuple[str, int, int]]]:
    """Text, rows and columns of each cell. A cell that goes on from above is left to the one that began it."""
    grid: list[list[list[Any]]] = []  # text, rows, columns, first column
    begun: dict[int, list[Any]] = {}
    for cells_of_row, row in zip(cells, rows, strict=True):
        column = _number(row.find(f"{_W}trPr/{_W}gridBefore"), 0)
        made = [["", 1, column, 0]] if column else []
        for cell in cells_of_row:
            across = _number(cell.find(f"{_W}tcPr/{_W}gridSpan"), 1)
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            if merge is not None and merge.get(_W + "val", "continue") == "continue" and column in begun:
                begun[column][1] += 1
            else:
                texts = (_text(one) for one in cell.iter(_W + "p"))
                one = [in_one_line("\n".join(texts)), 1, across, column]
                made.append(one)
                begun.pop(column, None)
                if merge is not None:
                    begun[column] = one
            column += across
        grid.append(made)
    return [[(text, down, across) for text, down, across, _ in row] for row in grid]


def _number(element: Any, default: int) -> int:
    return default if element is None else min(int(element.get(_W + "val", default)), 1000)


def _numbering(document: Any) -> Any:
    for relation in document.part.rels.values():
        if relation.reltype.endswith("/numbering") and not relation.is_external:
            return xml(relation.target_part.blob)
    return None


def _notes(document: Any) -> Iterator[tuple[tuple[str, str], str]]:
    """Footnotes and endnotes by the tag that refers to them and their number."""
    for relation in document.part.rels.values():
        kind = relation.reltype.rsplit("/", 1)[-1]
        if kind in ("footnotes", "endnotes") and not relation.is_external:
            for note in xml(relation.target_part.blob):
                text = in_one_line("\n".join(_text(one) for one in note.iter(_W + "p")))
                if text and note.get(_W + "type") is None:
                    yield (f"{_W}{kind[:-1]}Reference", note.get(_W + "id", "")), text
