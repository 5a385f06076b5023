"""What an answer may quote: the sentences of a passage, whole where a line or a list broke them, and its table rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from docent.ingest import Chunk, TableRow, is_cjk, statements
from docent.llm.questions.phrases_en import FUNCTION
from docent.retrieval import Hit, terms

MAX_PIECE = 600  # characters; a longer one is a table or a list without stops, and is no answer
FULL_LINE = 18  # CJK characters, or half the Latin ones; a shorter line without a stop is a heading or a label
MIN_LEADERS = 3  # lines of dots
_LEADERS = re.compile(r"(?:\.\s?){5,}|(?:…\s?){2,}|(?:·\s?){5,}")
_STOP = re.compile(r"[。！？!?；;：:.…][”’」』\"')）】》\]\d¹²³⁰-⁹]*$")
# Behind a semicolon: an exception to what stands before it, which means another thing without.
_BUT = re.compile(
    r"但|不过|然而|除[^，。；]{1,40}[之以]?外|[^，。；]{1,60}除外|(?:but|except|provided|unless|however|save)\b",
    re.IGNORECASE,
)
_LAST_WORD = re.compile(r"[A-Za-z]+$")
ITEM = re.compile(
    r"^(?:[•●○◦▪■□◆◇►▶·‣⁃*➢✓–—-]\s*|[(（]?(?:\d{1,3}|[a-zA-Z]|[一二三四五六七八九十]{1,3}|[ivx]{1,4})[)）.、．]\s*(?!\d)|第[一二三四五六七八九十百千\d]+[条章节款项]"
    r"|[①-⑳]|【|说明[:：]|[正反]例[:：])"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """`hits[index].chunk.text[start:end]`, a sentence or a row of a table, with its terms."""

    index: int
    start: int
    end: int
    row: TableRow | None
    words: frozenset[str]


def pieces_of(index: int, hit: Hit) -> list[Piece]:
    """The sentences and rows of one hit, in order. The words of a row are those beside and above it as well."""
    return [Piece(index, *one) for one in _with_words(hit.chunk)]


@lru_cache(maxsize=64)
def _with_words(chunk: Chunk) -> tuple[tuple[int, int, TableRow | None, frozenset[str]], ...]:
    """Cached, since each of the steps to an answer looks at the same few chunks."""
    return tuple(
        (start, end, row, frozenset(terms(f"{chunk.text[start:end]} {meaning_of(row)}")))
        for start, end, row in _whole(chunk)
    )


def meaning_of(row: TableRow | None) -> str:
    """What is printed beside and above a row."""
    if row is None or row.is_head:
        return ""
    return " ".join([row.label, *dict.fromkeys(head for cell in row.cells for head in cell.heads)])


def said_by(hit: Hit, text: str | None = None) -> str:
    """What a passage says, or `text` of it, after what it is called: its document, headings and context."""
    return f"{hit.document.name} {hit.chunk.heading} {hit.chunk.context} {hit.chunk.text if text is None else text}"


def said_by_those(hits: Sequence[Hit], indexes: Iterable[int]) -> list[str]:
    """What some of the hits say, each of them once."""
    return [said_by(hits[index]) for index in dict.fromkeys(indexes)]


def _whole(chunk: Chunk) -> Iterator[tuple[int, int, TableRow | None]]:
    """The statements of a text; those that a line break cut in two are one again."""
    text = chunk.text
    headings = frozenset(chunk.heading.split(" > "))
    held: tuple[int, int] | None = None
    for start, end, row in statements(text, chunk.rows):
        if held is not None and row is None and _goes_on(text, held, start, end, headings):
            held = (held[0], end)
            continue
        if held is not None:
            yield (*held, None)
        held = (start, end) if row is None else None
        if row is not None:
            yield start, end, row
    if held is not None:
        yield (*held, None)


def _goes_on(text: str, held: tuple[int, int], start: int, end: int, headings: frozenset[str]) -> bool:
    """Whether what begins at `start` is the rest of a sentence that a line break, a page or a semicolon has cut off."""
    first, rest = text[held[0] : held[1]], text[start:end]
    if first[-1] in "；;" and end - held[0] <= MAX_PIECE and _BUT.match(rest):
        return True
    if "\n" not in text[held[1] : start] or end - held[0] > MAX_PIECE or "\t" in first or "\t" in rest:
        return False
    if _STOP.search(first) or first in headings or rest in headings or ITEM.match(rest):
        return False
    line = held[1] - text.rfind("\n", 0, held[1]) - 1
    if is_cjk(first[-1]) or first[-1] in "，、":
        return line >= FULL_LINE and (is_cjk(rest[0]) or rest[0].isalnum()) and bool(_STOP.search(rest))
    last = _LAST_WORD.search(first)
    is_open = rest[0].islower() or first[-1] == "," or (last is not None and last[0].lower() in FUNCTION)
    return is_open and line >= 2 * FULL_LINE


@lru_cache(maxsize=64)
def is_of_contents(text: str) -> bool:
    """Whether a passage is of a table of contents, by its dots: what it names stands elsewhere."""
    return len(_LEADERS.findall(text)) >= MIN_LEADERS
