"""Which paragraphs are headings, by outline, numbering and type, and how deep they stand below one another."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from docent.ingest.cjk import cjk_count
from docent.ingest.pages.lines import Line

Style: TypeAlias = tuple[float, bool]

HEADING_SIZE = 1.12  # against the size of most text of the document
MUCH_LARGER = 1.3  # what makes a line without a number stand above a numbered chapter
MAX_HEADING = 120  # characters; a CJK one counts twice
MAX_PLAIN = 40  # characters of a heading that only its number tells
COMMON_SHARE = 0.15  # of all characters: headings never are so much of a document ...
COMMON_CHARACTERS = 500  # ... unless it is very short
MAX_OUTLINE = 20_000  # entries: more are no help to a reader either
_HAN = "[一二三四五六七八九十百零〇两\\d]+"
_ENDS_SENTENCE = re.compile(r"[。！？；.!?;][”’\"')）】]*$")
_STOPS = re.compile(r"[。；！？]")
_LEADERS = re.compile(r"(?:[.．…⋯·・_]\s?){4,}\s*[\divxlcIVXLC]*\s*$")
_CONTENTS = re.compile(r"(?:目\s*[录錄次]|(?:table of )?contents|index)\W*", re.IGNORECASE)
_NOT_FIRST = re.compile(r"[a-z,.;:)\]}%，。；：、）】》’”•●○■□☐☒▪◆◇➢➤✓·]")
_ASIDE = re.compile(r"[(（][^)）]*[)）]")
_GOES_ON = re.compile(r"(?:[,，、]|\b(?:and|or|of|the))$")
STRONG = 3  # ranks up to which a number makes a heading in any type
_RANKS = (
    (re.compile(rf"第{_HAN}[编編篇]|第{_HAN}部分"), 1),
    (re.compile(r"(?:PART|Part)\s+[IVXLC\d]+\b"), 1),
    (re.compile(rf"第{_HAN}章(?![的中所规])"), 2),
    (re.compile(r"(?:CHAPTER|Chapter)\s+[IVXLC\d]+\b"), 2),
    (re.compile(r"(?:ITEM|Item)\s+\d+[A-C]?\."), 2),
    (re.compile(r"(?:APPENDIX|Appendix|ANNEX|Annex)\s+[A-Z\d]{1,3}(?:[.:]|\s+[A-Z]|$)"), 2),
    (re.compile(r"附[录錄件]\s*[A-Z\d一二三四五六七八九十]{1,3}(?:[\s:：、.]|$)"), 2),
    (re.compile(r"(?:ARTICLE|Article)\s+[IVXLC\d]+(?:[.:]|\s+[A-Z]|$)"), 2),
    (re.compile(rf"第{_HAN}[节節](?![的中所规])"), 3),
    (re.compile(r"(?:SECTION|Section)\s+\d+(?:\.\d+)*(?:[.:]|\s+[A-Z]|$)"), 3),
    (re.compile(r"[一二三四五六七八九十]{1,3}、"), 4),
    (re.compile(r"[（(][一二三四五六七八九十]{1,3}[)）]"), 5),
    (re.compile(r"\d{1,2}\.\d{1,2}\.\d{1,2}\.\d{1,2}(?![\d.])"), 5),
    (re.compile(r"\d{1,2}\.\d{1,2}\.\d{1,2}\.?\s*[^\d\s.%]"), 4),
    (re.compile(r"\d{1,2}\.\d{1,2}\.?\s+[^\d\s.%]"), 3),
    (re.compile(r"\d{1,2}[、．]|\d{1,2}\.\s*[\u4e00-\u9fff]"), 6),
    (re.compile(r"\d{1,2}\.?\s+[A-Z\u4e00-\u9fff]"), 2),
    (re.compile(r"[（(]\d{1,2}[)）]"), 7),
    (re.compile(rf"第{_HAN}[条條](?:\s|$)"), 8),
)


@dataclass(frozen=True, slots=True)
class BodyText:
    """What most of a document looks like; headings are told by how they differ. `size` in points.

    What is set in one of the `common` styles is text as well: rules and their explanations may differ in size. `code`
    says that most of it is set in a typewriter face.
    """

    size: float
    bold: bool
    common: frozenset[Style] = frozenset()
    code: bool = False


def body_text(lines: Iterable[Line]) -> BodyText:
    """The size and weight that most characters are set in, and every style that sets a good part of them."""
    weights: dict[Style, int] = {}
    code = 0
    for line in lines:
        key = style_of(line)
        weights[key] = weights.get(key, 0) + len(line.text)
        code += len(line.text) if line.code else 0
    if not weights:
        return BodyText(10.0, bold=False)
    size, bold = max(weights, key=lambda key: weights[key])
    every = sum(weights.values())
    least = max(COMMON_SHARE * every, COMMON_CHARACTERS)
    common = frozenset(style for style, weight in weights.items() if weight >= least)
    return BodyText(size, bold, common, code=2 * code > every)


def style_of(line: Line) -> Style:
    """Size to half a point, and weight."""
    return round(line.size * 2) / 2, line.bold


def rank_of(text: str) -> int:
    """How high its number puts a heading, 1 for a part of a book; 0 without a number."""
    return next((rank for pattern, rank in _RANKS if pattern.match(text)), 0)


def is_styled(line: Line, body: BodyText) -> bool:
    """Whether a line is set larger or heavier than text is."""
    if style_of(line) in body.common:
        return False
    return line.size >= body.size * HEADING_SIZE or (line.bold and not body.bold)


def is_leader(text: str) -> bool:
    """Whether a line belongs to a table of contents: dots that lead to a page number."""
    return _LEADERS.search(text) is not None


def may_head(text: str) -> bool:
    """Whether the words could be a heading: short, no sentence, no end of one, no entry of a table of contents."""
    length = len(text) + cjk_count(text)
    if len(text) < 2 or length > MAX_HEADING or not any(c.isalpha() for c in text):
        return False
    if _NOT_FIRST.match(text) or _STOPS.search(text) or _GOES_ON.search(text) or is_leader(text):
        return False
    if rank_of(text):
        return _ENDS_SENTENCE.search(text) is None or length <= MAX_HEADING / 2
    return _ENDS_SENTENCE.search(text) is None and not _ASIDE.fullmatch(text)


def is_plain_heading(text: str) -> bool:
    """第三章 and PART II are headings in any type, when they stand alone on a short line."""
    return len(text) <= MAX_PLAIN and 0 < rank_of(text) <= STRONG and text[0] not in "0123456789" and may_head(text)


@dataclass(frozen=True, slots=True)
class _Open:
    """A heading that what follows stands below. `outline` is its level in the document's own outline, 0 if absent."""

    rank: int
    outline: int
    size: float
    bold: bool


class Outline:
    """The headings of a document as they come. `toc` is what `pymupdf.Document.get_toc` gives.

    What else a page says about the next one stands here too: `gutters`, the strips between its columns.
    """

    def __init__(self, body: BodyText, toc: Sequence[Sequence[Any]] = ()) -> None:
        self.body = body
        self.gutters: tuple[tuple[float, float], ...] = ()
        self._titles: dict[int, dict[str, int]] = {}
        self._open: list[_Open] = []
        for level, title, page, *_ in toc[:MAX_OUTLINE]:
            key = _key(str(title))
            if key:
                self._titles.setdefault(int(page), {}).setdefault(key, int(level))

    def listed(self, text: str, page: int) -> int:
        """The level that the document's outline gives to a heading of that page, 0 where it has none."""
        titles = self._titles.get(page)
        if not titles or len(text) > 2 * MAX_HEADING or is_leader(text):
            return 0
        key = _key(text)
        return titles.get(key, 0) or titles.get(key.lstrip("0123456789"), 0)

    def level(self, text: str, line: Line, page: int) -> int:
        """1 for the highest, and opens the section; `line` is how it is set. Nothing stands below "Contents"."""
        if _CONTENTS.fullmatch(text):
            self._open.clear()
            return 1
        size, bold = style_of(line)
        new = _Open(rank_of(text), self.listed(text, page), size, bold)
        while self._open and _closes(new, self._open[-1]):
            self._open.pop()
        self._open.append(new)
        return len(self._open)


def _closes(new: _Open, last: _Open) -> bool:
    """Whether a heading stands beside or above the last one and not below it."""
    if new.rank and last.rank:
        return new.rank <= last.rank
    if new.outline and last.outline:
        return new.outline <= last.outline
    if not last.rank and (new.outline == 1 or 0 < new.rank < STRONG):
        return True
    if 0 < last.rank <= STRONG and new.size <= MUCH_LARGER * last.size:
        return False
    if new.size != last.size:
        return new.size > last.size
    if new.bold != last.bold:
        return new.bold
    return not last.rank


def _key(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
