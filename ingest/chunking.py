"""Chunks: whole sentences of one section, bounded by the embedder's own count of tokens."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from docent.ingest.formats.unpaged import without_places
from docent.ingest.options import ChunkOptions
from docent.ingest.pages.paragraphs import goes_on
from docent.ingest.splitting import statements
from docent.ingest.types import Block, Cell, Chunk, Document, Page, Span, TableRow


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence, a row of a table, or a part of one that alone would be too long."""

    text: str
    spans: tuple[Span, ...]
    tokens: int
    opens_block: bool
    block: Block
    row: TableRow | None = None

    @property
    def page(self) -> int:
        return self.spans[0].page


@dataclass(slots=True)
class _Builder:
    """The chunk that is being filled."""

    pieces: list[_Piece] = field(default_factory=list)
    tokens: int = 0

    def add(self, piece: _Piece) -> None:
        self.pieces.append(piece)
        self.tokens += piece.tokens

    def clear(self) -> None:
        self.pieces.clear()
        self.tokens = 0


def chunk_document(document: Document, count_tokens: Callable[[str], int], options: ChunkOptions) -> tuple[Chunk, ...]:
    """Split a document. A chunk never leaves its section, and leaves its page only inside a sentence."""
    return tuple(chunk_pages(document.id, document.pages, count_tokens, options))


def chunk_pages(
    document_id: str, pages: Iterable[Page], count_tokens: Callable[[str], int], options: ChunkOptions
) -> Iterator[Chunk]:
    """The same from pages as they come."""
    builder = _Builder()
    ordinals = itertools.count()

    def close(heading: str) -> Iterator[Chunk]:
        if any(character.isalnum() for piece in builder.pieces for character in piece.text):
            yield _chunk(document_id, next(ordinals), heading, builder.pieces)
        builder.clear()

    place = _Place()
    for page in pages:
        for block in page.blocks:
            above = place.heading
            if place.enter(block, page.location):
                yield from close(above)
            rest = _pieces(block, count_tokens, options.limit)
            if builder.pieces and block is page.blocks[0] and goes_on(builder.pieces[-1].block, block):
                builder.add(replace(next(rest), opens_block=False))
                yield from close(place.heading)
            for piece in rest:
                if builder.pieces and _is_full(builder, piece, options):
                    yield from close(place.heading)
                builder.add(piece)
    yield from close(place.heading)


def _is_full(builder: _Builder, piece: _Piece, options: ChunkOptions) -> bool:
    if builder.tokens + piece.tokens > options.limit:
        return True
    if piece.page != builder.pieces[-1].page:
        return True
    return builder.tokens + piece.tokens > options.target


class _Place:
    """Where in the outline we are. A title without text belongs to the section that follows."""

    def __init__(self) -> None:
        self._path: list[Block] = []
        self._location = ""
        self._has_text = False

    @property
    def heading(self) -> str:
        """The path of headings here."""
        return _path(self._path, self._location)

    def enter(self, block: Block, location: str) -> bool:
        """Go on to the next block; whether a section begins with it."""
        begins = location != self._location
        if without_places(location) != without_places(self._location):
            self._path, self._has_text = [], False
        self._location = location
        if block.kind != "heading":
            self._has_text = True
            return begins
        begins, self._has_text = begins or self._has_text, False
        while self._path and self._path[-1].level >= block.level:
            self._path.pop()
        self._path.append(block)
        return begins


def _path(path: list[Block], location: str) -> str:
    """Headings from the highest on, after what the place is called where that is no heading itself."""
    headings = [block.text for block in path]
    return " > ".join([location, *headings] if location and headings[:1] != [location] else headings)


def _pieces(block: Block, count_tokens: Callable[[str], int], limit: int) -> Iterator[_Piece]:
    opens, done = True, 0
    for start, end, row in statements(block.text, block.rows):
        line = block.text.rfind("\n", done, start) + 1
        begins = not row and bool(line or not done)
        opens, done = opens or begins, end
        # Its indentation belongs to a line of a listing.
        for a, b, tokens in _within(block.text, line if begins else start, end, count_tokens, limit):
            part = _row_part(row, a, b) if row else None
            yield _Piece(block.text[a:b], _cut(block.spans, a, b), tokens, opens, block, part)
            opens = False


def _row_part(row: TableRow, start: int, end: int) -> TableRow:
    """What of a row stands in `start:end`, in offsets of that part; a cell that was cut keeps its heads."""
    cells = tuple(
        Cell(max(cell.start, start) - start, min(cell.end, end) - start, cell.column, cell.heads)
        for cell in row.cells
        if cell.start < end and cell.end > start
    )
    return TableRow(0, end - start, row.label, cells, row.is_head)


def _within(
    text: str, start: int, end: int, count_tokens: Callable[[str], int], limit: int
) -> Iterator[tuple[int, int, int]]:
    """Halve what is too long, at a blank or comma near the middle if there is one; each part with its tokens."""
    tokens = count_tokens(text[start:end]) + 1  # for the joint
    if tokens <= limit or end - start < 2:
        yield start, end, tokens
        return
    middle = (start + end) // 2
    reach = (end - start) // 4
    cuts = [i for i in range(middle - reach, middle + reach) if text[i - 1] in " \t,，、;；:："]
    cut = min(cuts, key=lambda i: abs(i - middle)) if cuts else middle
    yield from _within(text, start, cut, count_tokens, limit)
    yield from _within(text, cut, end, count_tokens, limit)


def _cut(spans: tuple[Span, ...], start: int, end: int) -> tuple[Span, ...]:
    """The spans inside `start:end`, in offsets of the piece."""
    return tuple(
        Span(span.page, span.box, max(span.start, start) - start, min(span.end, end) - start)
        for span in spans
        if span.start < end and span.end > start
    )


def _chunk(document_id: str, ordinal: int, heading: str, pieces: list[_Piece]) -> Chunk:
    text = ""
    spans: list[Span] = []
    rows: list[TableRow] = []
    for piece in pieces:
        if text:
            text += "\n" if piece.opens_block or piece.row or "\t" in piece.text else _gap(text, piece.text)
        spans.extend(span.moved(len(text)) for span in piece.spans)
        if piece.row:
            rows.append(piece.row.moved(len(text)))
        text += piece.text
    return Chunk(document_id, ordinal, text, heading, tuple(spans), _context(pieces, rows, text), tuple(rows))


def _context(pieces: list[_Piece], rows: list[TableRow], text: str) -> str:
    """What says what the rows mean and does not stand in the text: caption, unit, heads, sections; each once."""
    if not rows:
        return ""
    parts = [line for piece in pieces if piece.row for line in piece.block.context.split("\n")]
    heads = [" ".join(cell.heads) for row in rows for cell in row.cells]
    labels = [part for row in rows for part in row.label.split(" / ")]
    return "\n".join(part for part in dict.fromkeys([*parts, *heads, *labels]) if part and not _stands_in(part, text))


def _stands_in(part: str, text: str) -> bool:
    return all(word in text for word in part.split(" | ")) or all(word in text for word in part.split())


def _gap(left: str, right: str) -> str:
    """Between sentences of one block: a blank where Latin is written."""
    return " " if left[-1].isascii() and right[0].isascii() else ""
