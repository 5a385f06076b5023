"""Set paragraphs in Chinese and English: fonts, line breaking, justification.

Every glyph is placed by hand with PyMuPDF's built-in fonts, so the same text gives the same page on every machine.
Between asterisks, text is set in the italic face: ``the *Journal of Probes*``.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby

import pymupdf

Colour = tuple[float, float, float]
OutlineEntry = list[int | str]  # level, title, page: what PyMuPDF asks for

CJK_FACE = "china-s"
BLACK: Colour = (0.0, 0.0, 0.0)
NOT_AT_LINE_START = frozenset("，。、；：？！）》」』”’％%…—〕】,.;:?!)")
NOT_AT_LINE_END = frozenset("（《「『“‘〔【(")
SHARED_PUNCTUATION = frozenset("“”‘’—…")  # Chinese text takes them from the Chinese face, English from its own


@dataclass(frozen=True, slots=True)
class Style:
    """How a paragraph is set; lengths are points, `indent` counts ems of the first line."""

    size: float
    leading: float
    latin: str = "helv"
    italic: str = "heit"
    chinese: bool = True
    align: str = "justify"  # justify, left, center, right
    indent: float = 0.0
    hang: float = 0.0  # points by which every line but the first is moved in
    before: float = 0.0
    after: float = 0.0
    keep: float = 0.0  # room that must follow on the same page, for headings
    stroke: bool = False  # thickens the glyphs: the built-in Chinese face has no bold
    colour: Colour = BLACK


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character with the face that sets it."""

    char: str
    face: str

    def width(self, size: float) -> float:
        """Advance of the glyph at a font size."""
        return float(font(self.face).glyph_advance(ord(self.char)) * size)


@dataclass(frozen=True, slots=True)
class Atom:
    """Glyphs that never part at a line end, and whether a space stands before them."""

    glyphs: tuple[Glyph, ...]
    space: bool

    def width(self, size: float) -> float:
        """Advance of all glyphs, without the space."""
        return sum(glyph.width(size) for glyph in self.glyphs)


Line = list[Atom]


@cache
def font(face: str) -> pymupdf.Font:
    return pymupdf.Font(face)


def face_of(char: str, style: Style, *, italic: bool) -> str:
    latin = style.italic if italic else style.latin
    if style.chinese and char in SHARED_PUNCTUATION:
        return CJK_FACE
    return latin if font(latin).has_glyph(ord(char)) else CJK_FACE


def to_atoms(text: str, style: Style) -> list[Atom]:
    """Cut text into atoms: a Latin word or a Chinese character, with the punctuation that clings to it."""
    result: list[Atom] = []
    space = False
    for char, italic in marked_chars(text):
        if char == " ":
            space = True
            continue
        glyph = Glyph(char, face_of(char, style, italic=italic))
        if result and not space and clings(result[-1].glyphs[-1].char, char):
            result[-1] = Atom((*result[-1].glyphs, glyph), result[-1].space)
        else:
            result.append(Atom((glyph,), space))
        space = False
    return result


def marked_chars(text: str) -> Iterator[tuple[str, bool]]:
    for number, piece in enumerate(text.split("*")):
        for char in piece:
            yield char, number % 2 == 1


def clings(left: str, right: str) -> bool:
    if left in NOT_AT_LINE_END or right in NOT_AT_LINE_START:
        return True
    return not (is_cjk(left) or is_cjk(right))


def is_cjk(char: str) -> bool:
    return ord(char) >= 0x2E80 or char in SHARED_PUNCTUATION


class Breaker:
    """Breaks paragraphs into lines, first fit, hyphenating the English words it was given points for."""

    def __init__(self, hyphenated_words: str = "") -> None:
        """Take words like ``cal-i-bra-tion``, separated by white space."""
        words = hyphenated_words.split()
        self._points = {word.replace("-", ""): word.split("-") for word in words}

    def lines(self, text: str, style: Style, width: float) -> list[Line]:
        """Lines that fit the width."""
        queue = to_atoms(text, style)[::-1]
        lines: list[Line] = [[]]
        room = width - style.indent * style.size
        while queue:
            atom = queue.pop()
            need = atom.width(style.size) + (space_width(style) if atom.space and lines[-1] else 0.0)
            if need <= room + 0.01:
                lines[-1].append(atom)
                room -= need
                continue
            room -= need - atom.width(style.size)
            head, rest = self._hyphenate(atom, room, style) if queue else (None, atom)
            if head:
                lines[-1].append(head)
            queue.append(rest)
            lines.append([])
            room = width - style.hang
        return lines

    def _hyphenate(self, atom: Atom, room: float, style: Style) -> tuple[Atom | None, Atom]:
        text = "".join(glyph.char for glyph in atom.glyphs)
        match = re.search(r"[A-Za-z]+", text)
        parts = self._points.get(match.group().lower(), []) if match else []
        hyphen = Glyph("-", atom.glyphs[0].face)
        for count in range(len(parts) - 1, 0, -1):
            cut = match.start() + len("".join(parts[:count])) if match else 0
            head = Atom((*atom.glyphs[:cut], hyphen), atom.space)
            if head.width(style.size) <= room:
                return head, Atom(atom.glyphs[cut:], space=False)
        return None, atom


def space_width(style: Style) -> float:
    return Glyph(" ", style.latin).width(style.size)


def line_width(line: Line, style: Style) -> float:
    spaces = sum(atom.space for atom in line[1:])
    return sum(atom.width(style.size) for atom in line) + spaces * space_width(style)


def draw_line(
    page: pymupdf.Page, line: Line, left: float, top: float, width: float, style: Style, *, last: bool = True
) -> None:
    """Draw one line whose line box begins at `top`; a last line is not stretched."""
    slack = width - line_width(line, style)
    stretch = slack / (len(line) - 1) if style.align == "justify" and not last and len(line) > 1 else 0.0
    x = left + {"center": slack / 2, "right": slack}.get(style.align, 0.0)
    baseline = top + style.leading / 2 + style.size * 0.36
    writer = pymupdf.TextWriter(page.rect)
    for number, (text, face, advance, gap) in enumerate(runs(line, style, stretch)):
        x += gap if number else 0.0
        writer.append((x, baseline), text, font=font(face), fontsize=style.size)
        x += advance
    writer.write_text(page, color=style.colour, render_mode=2 if style.stroke else 0)


def runs(line: Line, style: Style, stretch: float) -> Iterator[tuple[str, str, float, float]]:
    """Give (text, face, advance, gap before) of every stretch of glyphs in one face."""
    for number, atom in enumerate(line):
        gap = stretch if number else 0.0
        if atom.space and number:
            face = line[number - 1].glyphs[-1].face
            yield " ", style.latin if face == CJK_FACE else face, space_width(style), 0.0
        for face, group in groupby(atom.glyphs, key=lambda glyph: glyph.face):
            glyphs = list(group)
            yield "".join(g.char for g in glyphs), face, sum(g.width(style.size) for g in glyphs), gap
            gap = 0.0


def draw_text(page: pymupdf.Page, text: str, box: pymupdf.Rect, style: Style) -> None:
    """Draw a single line in a box, for running headers, labels and charts."""
    draw_line(page, to_atoms(text, style), box.x0, box.y0, box.width, style)


def to_bytes(
    pdf: pymupdf.Document, *, title: str, author: str, date: str, outline: Iterable[OutlineEntry] = ()
) -> bytes:
    """Close a document: fixed metadata, subset fonts, no random identifier."""
    pdf.set_metadata({"title": title, "author": author, "creationDate": date, "modDate": date})
    pdf.set_toc(list(outline))
    pdf.subset_fonts()
    for page in pdf:
        merge_contents(pdf, page)
    return bytes(pdf.tobytes(garbage=3, deflate=True, no_new_id=True))


def merge_contents(pdf: pymupdf.Document, page: pymupdf.Page) -> None:
    """Leave a page one content stream and one name for each font; every text writer adds its own."""
    name_of: dict[int, str] = {}
    merged = {entry[4]: name_of.setdefault(entry[0], entry[4]) for entry in page.get_fonts()}
    streams = page.get_contents()
    if not merged or not streams:
        return
    content = re.sub(rb"(?<=/)F\d+(?= )", lambda match: merged[match[0].decode()].encode(), page.read_contents())
    pdf.update_stream(streams[0], content)
    pdf.xref_set_key(page.xref, "Contents", f"{streams[0]} 0 R")
    fonts = " ".join(f"/{name} {xref} 0 R" for xref, name in name_of.items())
    resources = int(pdf.xref_get_key(page.xref, "Resources")[1].split()[0])  # always a reference on our pages
    pdf.xref_set_key(resources, "Font", f"<<{fonts}>>")
