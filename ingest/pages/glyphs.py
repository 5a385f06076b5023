"""The printed lines of a page as MuPDF finds them, cut where a rule of a table runs through them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, TypeAlias

from docent.ingest.cjk import cjk_count
from docent.ingest.pages import signs
from docent.ingest.pages.lines import OBLIQUE, Line, union
from docent.ingest.tables.drawn import drawn_boxes, is_thin, vector_boxes
from docent.ingest.tables.rulings import Area, Lattice, lattices
from docent.ingest.types import Box

Matrix: TypeAlias = tuple[float, ...]
"""a, b, c, d, e, f of a turn of the page."""

_VECTOR = 3  # type of a block that is a rule or a shade
_NOTHING = Line("", (0.0, 0.0, 0.0, 0.0), 0.0)
_BOLD_FLAG = 16  # bit 4 of a span's flags (PyMuPDF, "Font flags")
_BOLD_NAME = re.compile(r"bold|black|heavy|semibold|demi|hei\b|黑", re.IGNORECASE)
_CODE_NAME = re.compile(
    r"mono(?!type)|nimbusmon|courier|typewriter|inconsol|consol[ae]|menlo|monaco|iosevka|tt\d|t1x[bi]?tt|(?<!bar)code(?!39|128)",
    re.IGNORECASE,
)
_CJK_PROSE = re.compile(r"[，。；：、]")
_UNMOVED = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_NUMBERS = re.compile(r"[\d)%—]\s+(?:[$(]\s*)?[\d—]")
_ENDS_NUMBER = "0123456789)%—-"
_BEGINS_NUMBER = "0123456789($—-"
MIN_ROWS_OF_NUMBERS = 3  # lines with several numbers, from which a page is taken to have columns of them
NUMBER_GAP_EMS = 0.6
PIECE_GAP_EMS = 0.7  # a narrower gap is one between words; a wider one separates cells that stand in two columns
CELL_GAP_EMS = 1.2  # a wider gap on one baseline separates cells, a narrower one words
_SLOPE = 0.17  # sine of the angle, 10 degrees, up to which a line runs along the page or down it: scans are skewed
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


class PageInk:
    """What is printed on a page, text and rules, run through once: most of the time of a page is spent on that.

    MuPDF gives rules and shades as vectors beside the text (TEXT_COLLECT_VECTORS) at hardly any cost, while
    `get_cdrawings` runs the page once more. Words, and for few pages characters, are taken when they are asked for.
    """

    __slots__ = ("_content", "_letters", "_made", "_page", "_text", "_words")

    def __init__(self, page: Any) -> None:
        import pymupdf

        vectors = pymupdf.TEXT_COLLECT_VECTORS | pymupdf.TEXT_LAZY_VECTORS  # lazy: an underline breaks no line
        kept = pymupdf.TEXTFLAGS_DICT & ~pymupdf.TEXT_PRESERVE_IMAGES | vectors
        self._page = page
        self._text = page.get_textpage(flags=kept)
        self._content: dict[str, Any] = self._text.extractDICT()
        self._made: dict[Matrix, list[tuple[tuple[int, int], Line]]] = {}
        self._words: dict[tuple[int, int], list[signs.Piece]] | None = None
        self._letters: dict[tuple[int, int], list[signs.Piece]] | None = None

    def lines(self, matrix: Any) -> list[Line]:
        """Lines of text with their boxes, moved by `matrix`."""
        return [line for _, line in self._numbered(tuple(matrix))]

    def lattices(self, matrix: Any) -> list[Lattice]:
        """The ruled tables that may be on the page, moved by `matrix`."""
        plain = tuple(matrix)
        vectors = [block for block in self._content["blocks"] if block["type"] == _VECTOR]
        if any(block["stroked"] and not block["isrect"] and not is_thin(block["bbox"]) for block in vectors):
            boxes = drawn_boxes(self._page.get_cdrawings())  # several lines in one path: each of them is wanted
        else:
            boxes = vector_boxes(vectors)
        if plain != _UNMOVED:
            boxes = ([moved(box, plain) for box in boxes[0]], [moved(box, plain) for box in boxes[1]])
        return lattices(*boxes, self._page.rect.width, self._page.rect.height)

    def cut_lines(self, matrix: Any, lines: list[Line], found: Sequence[Lattice]) -> list[Line]:
        """The lines again, in pieces where they run through a side of a cell or through columns of numbers."""
        in_rows = sum(_NUMBERS.search(line.text) is not None for line in lines) >= MIN_ROWS_OF_NUMBERS
        if not in_rows and not any(_crosses(line, found) for line in lines):
            return lines
        made: list[Line] = []
        plain = tuple(matrix)
        for key, line in self._numbered(plain):
            cut = self._pieces(key, line, plain, found) if in_rows or _crosses(line, found) else []
            made += cut if len(cut) > 1 else [line]
        return made

    def _numbered(self, matrix: Matrix) -> list[tuple[tuple[int, int], Line]]:
        """Made once, though asked for up to three times."""
        if matrix not in self._made:
            made = ((key, _line(raw, matrix)) for key, raw in _raw_lines(self._content))
            self._made[matrix] = [(key, line) for key, line in made if line.text]
        return self._made[matrix]

    def _pieces(self, key: tuple[int, int], line: Line, matrix: Matrix, found: Sequence[Lattice]) -> list[Line]:
        """By words, which may reach over a side; by characters where CJK runs through one, or words are no line."""
        words = [(text, moved(box, matrix)) for text, box in self._words_of(key)]
        whole = "".join(text for text, _ in words).split() == line.text.translate(signs.PLAIN).split()
        if not whole or any(cjk_count(text) and _crosses(replace(line, box=box), found) for text, box in words):
            words = [(text, moved(box, matrix)) for text, box in self._letters_of(key)]
        return _joined(signs.as_printed(words, line.text), line, found)

    def _words_of(self, key: tuple[int, int]) -> list[signs.Piece]:
        if self._words is None:
            self._words = {}
            for x0, y0, x1, y1, text, block, line, _ in self._text.extractWORDS():
                pieces = self._words.setdefault((block, line), [])
                pieces += [(" ", (x0, y0, x0, y1))] if pieces else []
                pieces.append((text if text.isprintable() else signs.with_ligatures(text), (x0, y0, x1, y1)))
        return self._words.get(key, [])

    def _letters_of(self, key: tuple[int, int]) -> list[signs.Piece]:
        if self._letters is None:
            self._letters = {
                one: [(char["c"].replace("\xa0", " "), char["bbox"]) for span in raw["spans"] for char in span["chars"]]
                for one, raw in _raw_lines(self._text.extractRAWDICT())
            }
        return self._letters[key]


def _raw_lines(content: dict[str, Any]) -> Iterator[tuple[tuple[int, int], dict[str, Any]]]:
    """Each line with the numbers that words have: of its block among those of text, and its own in the block."""
    texts = (block["lines"] for block in content["blocks"] if block["type"] != _VECTOR)
    for number, lines in enumerate(texts):
        yield from (((number, place), line) for place, line in enumerate(lines))


def _line(line: dict[str, Any], matrix: Matrix) -> Line:
    spans = line["spans"]
    text = spans[0]["text"] if len(spans) == 1 else signs.text_of(spans, line["dir"])
    text = (text if text.isprintable() else signs.with_ligatures(text.replace("\xa0", " "))).strip()
    if not text:
        return _NOTHING
    if not text.isascii():
        text = signs.with_accents(text, spans)
    elif len(text) == 1:
        text = signs.with_marks(text, spans[0]["font"])
    if len(spans) == 1:
        first, box = spans[0], spans[0]["bbox"]
    else:
        first = max(spans, key=lambda span: len(span["text"]))
        box = union(span["bbox"] for span in spans if span["text"].strip())
    bold = bool(first["flags"] & _BOLD_FLAG) or _is_bold(first["font"])
    turn = 0 if line["wmode"] else _turn(line["dir"], matrix)
    code = _is_code(first["font"]) and _all_code(spans)
    if code:
        box = _without_indent(spans[0], box)
    return Line(text, box if matrix == _UNMOVED else moved(box, matrix), first["size"], bold, turn, code)


def _all_code(spans: Sequence[dict[str, Any]]) -> bool:
    """Whether a line is set in a typewriter face, but for signs and for Chinese that is no sentence."""
    if not _is_code(spans[0]["font"]):
        return False
    for span in spans:
        text = span["text"]
        if not _is_code(span["font"]) and any(map(str.isalnum, text)) and cjk_count(text) < len(text.strip()):
            return False
        if _CJK_PROSE.search(text):
            return False
    return True


def _without_indent(span: dict[str, Any], box: Box) -> Box:
    """The box without the blanks at the beginning of a span, which are no text."""
    text = span["text"]
    blanks = len(text) - len(text.lstrip())
    if not blanks or blanks == len(text):
        return box
    x0, _, x1, _ = span["bbox"]
    return max(box[0], x0 + (x1 - x0) * blanks / len(text)), *box[1:]


@lru_cache(maxsize=1024)
def _is_bold(font: str) -> bool:
    return _BOLD_NAME.search(font) is not None


@lru_cache(maxsize=1024)
def _is_code(font: str) -> bool:
    return _CODE_NAME.search(font) is not None


def _turn(direction: tuple[float, float], matrix: Matrix) -> int:
    x = direction[0] * matrix[0] + direction[1] * matrix[2]
    y = direction[0] * matrix[1] + direction[1] * matrix[3]
    if min(abs(x), abs(y)) > _SLOPE:
        return OBLIQUE
    if abs(x) >= abs(y):
        return 0 if x >= 0 else 180
    return 90 if y > 0 else 270


def _crosses(line: Line, found: Sequence[Lattice]) -> bool:
    if not found or line.turn in (90, 270, OBLIQUE):
        return False
    x0, y0, x1, y1 = line.box
    if x1 - x0 < 2 * _CROSSING:
        return False
    for lattice in found:
        left = lattice.area_at(x0 + _CROSSING, (y0 + y1) / 2)
        if left is not None:
            return left != lattice.area_at(x1 - _CROSSING, (y0 + y1) / 2)
    return False


def _area(box: Box, found: Sequence[Lattice]) -> Area | None:
    """The cell that the middle of a box stands in."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return next((one for lattice in found if (one := lattice.area_at(x, y)) is not None), None)


def _joined(pieces: Sequence[signs.Piece], line: Line, found: Sequence[Lattice]) -> list[Line]:
    """What stands in one cell without a wide gap, as lines; between two numbers a narrower gap is wide."""
    gap = CELL_GAP_EMS if line.code else PIECE_GAP_EMS
    made: list[Line] = []
    run: list[signs.Piece] = []
    last: tuple[Area | None, str, Box] | None = None
    for text, box in pieces:
        if not text.isspace():
            area = _area(box, found)
            if last is not None:
                numbers = last[1][-1] in _ENDS_NUMBER and text[0] in _BEGINS_NUMBER
                need = NUMBER_GAP_EMS if numbers else gap
                if area != last[0] or box[0] - last[2][2] >= need * line.size:
                    made.append(_line_of(run, line))
                    run = []
            last = area, text, box
        run.append((text, box))
    return [*made, _line_of(run, line)] if last is not None else made


def _line_of(run: Sequence[signs.Piece], line: Line) -> Line:
    text = "".join(part for part, _ in run).strip()
    return Line(text, union(box for part, box in run if not part.isspace()), line.size, line.bold, line.turn)
