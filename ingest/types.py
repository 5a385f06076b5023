"""What a document is once it has been read: pages of blocks with boxes, then chunks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Box: TypeAlias = tuple[float, float, float, float]
"""x0, y0, x1, y1 in points (1/72 inch) from the top left of the page as shown, after /Rotate."""

BlockKind: TypeAlias = Literal["heading", "text", "list", "table", "caption"]
PageSource: TypeAlias = Literal["text", "ocr", "none"]


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
class Block:
    """A paragraph, heading, list item, table or caption, in reading order.

    `text` is the page's own; line ends became a space between words and nothing between CJK characters.
    `level` is 1 for the highest heading, 0 for what is not a heading.
    """

    kind: BlockKind
    text: str
    page: int
    box: Box | None
    level: int = 0
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class PageReport:
    """What was found on a page, and what is doubtful about it."""

    source: PageSource
    characters: int
    columns: int = 1
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One physical page. Width and height are points, 0 where the file has no pages."""

    number: int
    width: float
    height: float
    blocks: tuple[Block, ...]
    report: PageReport

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

    `heading` is the path of headings above it, joined by " > ". `spans` map any part of `text` to its lines.
    """

    document_id: str
    ordinal: int
    text: str
    heading: str
    spans: tuple[Span, ...]

    @property
    def pages(self) -> tuple[int, ...]:
        """The physical pages it stands on, ascending."""
        return tuple(sorted({span.page for span in self.spans}))

    def lines(self, start: int, end: int) -> tuple[Span, ...]:
        """The spans that `text[start:end]` touches, in order."""
        return tuple(span for span in self.spans if span.start < end and span.end > start)
