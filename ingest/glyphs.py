"""The printed lines of a page as MuPDF finds them, cut where a rule of a table runs through them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from docent.ingest.lines import Line, union
from docent.ingest.rulings import Area, Lattice, lattices
from docent.ingest.types import Box

_BOLD_FLAG = 16  # bit 4 of a span's flags (PyMuPDF, "Font flags")
_BOLD_NAME = re.compile(r"bold|black|heavy|semibold|demi|hei\b|黑", re.IGNORECASE)
_UNMOVED = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_NUMBERS = re.compile(r"[\d)%—]\s+(?:[$(]\s*)?[\d—]")
_ENDS_NUMBER = "0123456789)%—-"
_BEGINS_NUMBER = "0123456789($—-"
MIN_ROWS_OF_NUMBERS = 3  # lines with several numbers, from which a page is taken to have columns of them
NUMBER_GAP_EMS = 0.6
CELL_GAP_EMS = 1.2  # a wider gap on one baseline separates cells, a narrower one words
_CROSSING = 1.5  # points that a line reaches into the next cell before it is cut


def quarter_turn(lines: Sequence[Line], width: float, height: float) -> Any:
    """The matrix that sets a page upright whose text lies on its side, as in a wide table; None when it stands."""
    import pymupdf

    counts: dict[int, int] = {}
    for line in lines:
        counts[line.turn] = counts.get(line.turn, 0) + len(line.text)
    turn = max(counts, key=lambda one: counts[one], default=0)
    if turn == 90:
        return pymupdf.Matrix(0, -1, 1, 0, 0, width)
    if turn == 270:
        return pymupdf.Matrix(0, 1, -1, 0, height, 0)
    return None


def moved(box: Box, matrix: Sequence[float]) -> Box:
    """A box after a turn of the page. Plain numbers: MuPDF's own rectangles cost ten times as much."""
    a, b, c, d, e, f = matrix
    xs = (box[0] * a + box[1] * c + e, box[2] * a + box[3] * c + e)
    ys = (box[0] * b + box[1] * d + f, box[2] * b + box[3] * d + f)
    return min(xs), min(ys), max(xs), max(ys)


def page_lines(page: Any, matrix: Any) -> list[Line]:
    """Lines of text with their boxes, moved by `matrix`."""
    import pymupdf

    flags = pymupdf.TEXTFLAGS_DICT & ~pymupdf.TEXT_PRESERVE_IMAGES
    plain = tuple(matrix)
    lines = (_line(line, plain) for line in _raw_lines(page.get_text("dict", flags=flags)))
    return [line for line in lines if line.text]


def page_lattices(page: Any, matrix: Any) -> list[Lattice]:
    """The ruled tables that may be on a page."""
    plain = tuple(matrix)

    def turned(box: Box) -> Box:
        return box if plain == _UNMOVED else moved(box, plain)

    return lattices(page.get_cdrawings(), page.rect.width, page.rect.height, turned)


def cut_lines(page: Any, matrix: Any, lines: list[Line], found: Sequence[Lattice]) -> list[Line]:
    """The lines again, in pieces where they run through a side of a cell or through columns of numbers.

    It takes each character's box, so it is done for pages with such lines only.
    """
    in_rows = sum(_NUMBERS.search(line.text) is not None for line in lines) >= MIN_ROWS_OF_NUMBERS
    if not in_rows and not any(_crosses(line, found) for line in lines):
        return lines
    import pymupdf

    flags = pymupdf.TEXTFLAGS_DICT & ~pymupdf.TEXT_PRESERVE_IMAGES
    made: list[Line] = []
    plain = tuple(matrix)
    for raw in _raw_lines(page.get_text("rawdict", flags=flags)):
        line = _line(raw, plain)
        if line.text:
            cut = _pieces(raw, line, plain, found) if in_rows or _crosses(line, found) else []
            made += cut if len(cut) > 1 else [line]
    return made


def _raw_lines(content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for block in content["blocks"]:
        yield from block.get("lines", ())


def _line(line: dict[str, Any], matrix: Sequence[float]) -> Line:
    parts = [(_text(span), span) for span in line["spans"]]
    text = "".join(part for part, _ in parts).replace("\xa0", " ").strip()
    visible = [span["bbox"] for part, span in parts if part.strip()]
    if not text or not visible:
        return Line("", (0.0, 0.0, 0.0, 0.0), 0.0)
    first = max(parts, key=lambda one: len(one[0]))[1]
    bold = bool(first["flags"] & _BOLD_FLAG) or _BOLD_NAME.search(first["font"]) is not None
    turn = 0 if line["wmode"] else _turn(line["dir"], matrix)
    return Line(text, moved(union(visible), matrix), first["size"], bold, turn)


def _text(span: dict[str, Any]) -> str:
    text: str = span["text"] if "text" in span else "".join(char["c"] for char in span["chars"])
    return text


def _turn(direction: tuple[float, float], matrix: Sequence[float]) -> int:
    x = direction[0] * matrix[0] + direction[1] * matrix[2]
    y = direction[0] * matrix[1] + direction[1] * matrix[3]
    if abs(x) >= abs(y):
        return 0 if x >= 0 else 180
    return 90 if y > 0 else 270


def _crosses(line: Line, found: Sequence[Lattice]) -> bool:
    x0, y0, x1, y1 = line.box
    if line.turn in (90, 270) or x1 - x0 < 2 * _CROSSING:
        return False
    for lattice in found:
        left = lattice.area_at(x0 + _CROSSING, (y0 + y1) / 2)
        if left is not None:
            return left != lattice.area_at(x1 - _CROSSING, (y0 + y1) / 2)
    return False


_Char: TypeAlias = tuple[Area | None, str, Box]


def _runs(chars: list[_Char], size: float) -> Iterator[list[_Char]]:
    """Characters of one cell without a wide gap between them; between two numbers a narrower gap is wide."""
    run: list[_Char] = []
    last: _Char | None = None
    for char in chars:
        if char[1].isspace():
            run.append(char)
            continue
        if last is not None:
            numbers = last[1] in _ENDS_NUMBER and char[1] in _BEGINS_NUMBER
            need = NUMBER_GAP_EMS if numbers else CELL_GAP_EMS
            if char[0] != last[0] or char[2][0] - last[2][2] >= need * size:
                yield run
                run = []
        run.append(char)
        last = char
    if run:
        yield run


def _pieces(raw: dict[str, Any], line: Line, matrix: Sequence[float], found: Sequence[Lattice]) -> list[Line]:
    chars: list[_Char] = []
    for span in raw["spans"]:
        for char in span["chars"]:
            box = moved(char["bbox"], matrix)
            x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
            area = next((one for lattice in found if (one := lattice.area_at(x, y)) is not None), None)
            chars.append((area, char["c"].replace("\xa0", " "), box))
    made = []
    for part in _runs(chars, line.size):
        text = "".join(char for _, char, _ in part).strip()
        if text:
            box = union(box for _, char, box in part if not char.isspace())
            made.append(Line(text, box, line.size, line.bold, line.turn))
    return made
