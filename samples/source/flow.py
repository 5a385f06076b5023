"""Let paragraphs, drawings and tables flow through the frames of as many pages as they need."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import pymupdf
from typeset import Breaker, Colour, Line, OutlineEntry, Style, draw_line

A4 = pymupdf.Rect(0, 0, 595, 842)

Painter = Callable[[pymupdf.Page, pymupdf.Rect], None]


@dataclass(frozen=True, slots=True)
class TableStyle:
    """How a table is ruled; `shares` are the columns' parts of the width, `aligns` one letter each (l, c, r)."""

    shares: Sequence[float]
    aligns: str
    body: Style
    head: Style
    grid: bool = True  # every cell ruled; otherwise three horizontal rules
    padding: float = 4.0
    fill: Colour | None = (0.91, 0.94, 0.97)


class Flow:
    """A cursor that sets one thing below the other and opens a frame or a page when room ends."""

    def __init__(
        self,
        frames: Callable[[int], list[pymupdf.Rect]],
        breaker: Breaker | None = None,
    ) -> None:
        """Start on page 1; `frames` gives the frames of a page from its 1-based number."""
        self.pdf = pymupdf.open()
        self.outline: list[OutlineEntry] = []
        self._frames = frames
        self._breaker = breaker or Breaker()
        self._left: list[pymupdf.Rect] = []
        self.next_frame()

    def next_frame(self) -> None:
        """Go on in the next frame, on a new page if need be."""
        if not self._left:
            self.page = self.pdf.new_page(width=A4.width, height=A4.height)
            self._left = self._frames(len(self.pdf))
        self.frame = self._left.pop(0)
        self.y = self.frame.y0

    @property
    def room(self) -> float:
        """Height left in the frame."""
        return float(self.frame.y1 - self.y)

    def need(self, height: float) -> None:
        """Move on unless this height is free."""
        if self.room < height:
            self.next_frame()

    def space(self, height: float) -> None:
        """Leave a gap, dropped at the top of a frame."""
        if self.y > self.frame.y0:
            self.y += height

    def heading(self, text: str, style: Style, level: int) -> None:
        """Set a heading and note it for the outline."""
        self.space(style.before)
        self.need(style.leading + style.keep)
        self.outline.append([level, text, len(self.pdf)])
        self.paragraph(text, replace(style, before=0.0))

    def paragraph(self, text: str, style: Style) -> None:
        """Set a paragraph; neither its first nor its last line stands alone in a frame."""
        self.space(style.before)
        if style.keep:
            self.need(style.leading + style.keep)
        lines = self._breaker.lines(text, style, self.frame.width)
        for number, line in enumerate(lines):
            starts_pair = len(lines) > 1 and number in (0, len(lines) - 2)
            self.need(style.leading * (2 if starts_pair else 1) - 0.01)
            move = style.indent * style.size if number == 0 else style.hang
            last = number == len(lines) - 1
            left, width = self.frame.x0 + move, self.frame.width - move
            draw_line(self.page, line, left, self.y, width, style, last=last)
            self.y += style.leading
        self.space(style.after)

    def drawing(self, height: float, painter: Painter) -> None:
        """Give a painter a box of this height."""
        self.need(height)
        painter(self.page, pymupdf.Rect(self.frame.x0, self.y, self.frame.x1, self.y + height))
        self.y += height

    def boxed(self, blocks: Sequence[tuple[str, Style]], mark: Colour, fill: Colour) -> None:
        """Set paragraphs on a tinted panel that stays in one piece."""
        pad = 8.0
        set_blocks = [(self._breaker.lines(text, s, self.frame.width - 2 * pad), s) for text, s in blocks]
        height = sum(s.leading * len(lines) + s.after for lines, s in set_blocks) + 2 * pad
        self.space(5)
        self.need(height)
        panel = pymupdf.Rect(self.frame.x0, self.y, self.frame.x1, self.y + height)
        self.page.draw_rect(panel, color=None, fill=fill)
        self.page.draw_rect(pymupdf.Rect(panel.tl, (panel.x0 + 3, panel.y1)), color=None, fill=mark)
        y = panel.y0 + pad
        for lines, style in set_blocks:
            draw_lines(self.page, lines, pymupdf.Rect(panel.x0 + pad, y, panel.x1 - pad, panel.y1), style)
            y += style.leading * len(lines) + style.after
        self.y += height
        self.space(4)

    def table(self, rows: Sequence[Sequence[str]], style: TableStyle) -> None:
        """Set a table row by row; its head stands once, where the table begins."""
        for number, row in enumerate(rows):
            text_style = style.head if number == 0 else style.body
            cells = self._cells(row, text_style, style)
            height = max(len(lines) for lines in cells) * text_style.leading + 2 * style.padding
            self.need(height)
            self._row(cells, height, text_style, style, head=number == 0, last=number == len(rows) - 1)
            self.y += height

    def _cells(self, row: Sequence[str], text: Style, style: TableStyle) -> list[list[Line]]:
        widths = [box.width - 2 * style.padding for box in self._boxes(0, style)]
        return [self._breaker.lines(cell, text, width) for cell, width in zip(row, widths, strict=True)]

    def _boxes(self, height: float, style: TableStyle) -> list[pymupdf.Rect]:
        edges = [self.frame.x0]
        for share in style.shares:
            edges.append(edges[-1] + self.frame.width * share / sum(style.shares))
        return [pymupdf.Rect(left, self.y, right, self.y + height) for left, right in pairwise(edges)]

    def _row(
        self, cells: list[list[Line]], height: float, text: Style, style: TableStyle, *, head: bool, last: bool
    ) -> None:
        boxes = self._boxes(height, style)
        whole = boxes[0] | boxes[-1]
        if head and style.fill:
            self.page.draw_rect(whole, color=None, fill=style.fill)
        for box, lines, letter in zip(boxes, cells, style.aligns, strict=True):
            if style.grid:
                self.page.draw_rect(box, color=(0.35, 0.35, 0.35), width=0.6)
            align = {"l": "left", "c": "center", "r": "right"}[letter]
            top = box.y0 + (height - len(lines) * text.leading) / 2
            inner = pymupdf.Rect(box.x0 + style.padding, top, box.x1 - style.padding, box.y1)
            draw_lines(self.page, lines, inner, replace(text, align="center" if head and style.grid else align))
        if not style.grid:
            draw_rules(self.page, whole, head=head, last=last)


def draw_lines(page: pymupdf.Page, lines: list[Line], box: pymupdf.Rect, style: Style) -> None:
    for number, line in enumerate(lines):
        last = number == len(lines) - 1
        move = style.indent * style.size if number == 0 else style.hang
        draw_line(page, line, box.x0 + move, box.y0 + number * style.leading, box.width - move, style, last=last)


def draw_rules(page: pymupdf.Page, row: pymupdf.Rect, *, head: bool, last: bool) -> None:
    if head:
        page.draw_line(row.tl, row.tr, width=0.9)
        page.draw_line(row.bl, row.br, width=0.5)
    if last:
        page.draw_line(row.bl, row.br, width=0.9)
