"""What a document is once it has been read: pages of blocks with boxes, then chunks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Box: TypeAlias = tuple[float, float, float, float]
"""x0, y0, x1, y1 in points (1/72 inch) from the top left of the page as shown, after /Rotate."""

BlockKind: TypeAlias = Literal["heading", "text", "list", "table", "caption"]
PageSource: TypeAlias = Literal["text", "ocr", "mixed", "none"]


@dataclass(frozen=True, slots=True)
class Span:
    """One printed line (or table cell) inside a text: `text[start:end]` stands in `box` on `page`.

    `page` is physical and 1-based. `box` is None where there is no page to draw on (Markdown, plain text).
    """

    page: int
    box: Box | None
    start: int
    end: int

    def moved(self, by: int) -> Span:
        """The same line in a text that has `by` more characters before it."""
        return Span(self.page, self.box, self.start + by, self.end + by)


@dataclass(frozen=True, slots=True)
class Cell:
    """One filled cell of a table row: `text[start:end]` in `column` (from 0), below `heads`, the outermost first."""

    start: int
    end: int
    column: int = 0
    heads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table, `text[start:end]`, with what a reader sees beside and above it.

    `label` is the path of its labels, sections first, joined by " / " (分地区 / 西北地区). A row with `is_head` holds
    heads, titles or units and no data.
    """

    start: int
    end: int
    label: str = ""
    cells: tuple[Cell, ...] = ()
    is_head: bool = False

    def moved(self, by: int) -> TableRow:
        """The same row in a text that has `by` more characters before it."""
        cells = tuple(Cell(one.start + by, one.end + by, one.column, one.heads) for one in self.cells)
        return TableRow(self.start + by, self.end + by, self.label, cells, self.is_head)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item, table or caption, in reading order.

    `text` is the page's own; line ends became a space between words and nothing between CJK characters.
    `level` is 1 for the highest heading, 0 for what is not a heading. A table has `rows`, and in `context` its caption,
    unit and inherited heads, as far as they stand outside its text.
    """

    kind: BlockKind
    text: str
    page: int
    box: Box | None
    level: int = 0
    spans: tuple[Span, ...] = ()
    rows: tuple[TableRow, ...] = ()
    context: str = ""


@dataclass(frozen=True, slots=True)
class PageReport:
    """What was found on a page, and what is doubtful about it.

    `source` is "mixed" where OCR added lines to those of the text layer. `removed` are the running headers, footers
    and page numbers that were kept out of the text.
    """

    source: PageSource
    characters: int
    columns: int = 1
    tables: int = 0
    removed: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One physical page. Width and height are points, 0 where the file has no pages.

    `location` is what the place is called where there are no pages: "Slide 3", a sheet, a chapter.
    """

    number: int
    width: float
    height: float
    blocks: tuple[Block, ...]
    report: PageReport
    location: str = ""

    @property
    def text(self) -> str:
        """The text of all blocks, a line break between them."""
        return "\n".join(block.text for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Document:
    """A file that has been read. `id` is the SHA-256 of its bytes, in hex."""

    id: str
    name: str
    media_type: str
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage of one document that is searched and read as a unit.

    `heading` is the path of headings above it, joined by " > ". `spans` map any part of `text` to its lines. `context`
    is searched with the text but never quoted: what says what the rows of a table mean and stands elsewhere.
    """

    document_id: str
    ordinal: int
    text: str
    heading: str
    spans: tuple[Span, ...]
    context: str = ""
    rows: tuple[TableRow, ...] = ()

    @property
    def pages(self) -> tuple[int, ...]:
        """The physical pages it stands on, ascending."""
        return tuple(sorted({span.page for span in self.spans}))

    def lines(self, start: int, end: int) -> tuple[Span, ...]:
        """The spans that `text[start:end]` touches, in order."""
        return tuple(span for span in self.spans if span.start < end and span.end > start)
