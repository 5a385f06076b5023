"""Lists in a passage: the sentence that leads in, and the items below it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from docent.llm.extractive.pieces import Piece
from docent.llm.readable import in_a_line

MAX_ITEMS = 12
MAX_LIST = 1200  # characters
MAX_AFTER = 240  # of the one line that a colon announces, where that is no item
BULLETS = "•●○◦▪■□◆◇►▶·‣⁃➢✓ "
_LEAD_IN = re.compile(r"[:：][”’」』\"')）]*$|(?:使用|执行|运行|输入)(?:以下|下列|下面的)?命令$|[例比]如$|如下$")
_NUMBER = r"(?:[(（]?(?:\d{1,2}|[a-z]|[一二三四五六七八九十]{1,3}|[ivx]{1,4})[)）.、．]\s*(?!\d)|[①-⑳]\s*)"
BULLET = re.compile(rf"^(?:[•●○◦▪■□◆◇►▶·‣⁃➢✓*–—-]\s*(?![\d–—-])|{_NUMBER})")
_NUMBERED = re.compile(_NUMBER)
_ARABIC = re.compile(r"(\d{1,2})[.)、]\s")
_DASH = re.compile(r"^[-*+–—]\s+")
_INNER = re.compile(r"(?<=\S)\s*[•●▪■◆]\s*(?=\S)")


def leads_in(text: str) -> bool:
    """Whether a sentence announces what stands below it."""
    return _LEAD_IN.search(text) is not None


def list_from(text: str, pieces: Sequence[Piece], place: int) -> int:
    """The end of what `pieces[place]` announces: of its last item, or of the line below; its own where neither is."""
    start, end = pieces[place].start, pieces[place].end
    items = 0
    for one in pieces[place + 1 :]:
        said = text[one.start : one.end]
        if one.row is not None or one.end - start > MAX_LIST:
            break
        if items and not _begins_line(text, one):  # another sentence of an item
            end = one.end
            continue
        if said[0] == text[start] and said[0] in BULLETS:  # the next item of the list that announces it
            break
        if not BULLET.match(said):
            return one.end if not items and len(said) <= MAX_AFTER else end
        items += 1
        if items > MAX_ITEMS:
            break
        end = one.end
    return end


def lead_of(text: str, pieces: Sequence[Piece], place: int, heading: str = "") -> int | None:
    """Which piece announces the list that item `place` stands in; None where it is no item or nothing announces it.

    The line `heading` right above a list does, like a sentence that ends in a colon.
    """
    at = place
    while at >= 0 and pieces[at].row is None:
        said = text[pieces[at].start : pieces[at].end]
        if not BULLET.match(said) and (at == 0 or _begins_line(text, pieces[at])):
            is_lead = leads_in(said) or (heading != "" and said == heading)
            return at if at != place and is_lead else None
        at -= 1
    return None


def _begins_line(text: str, piece: Piece) -> bool:
    return "\n" in text[: piece.start][-3:] or not text[: piece.start].strip()


def as_list(quote: str) -> str:
    """A quote with each of its items on a line of its own; "" where it is no list."""
    lines: list[str] = []
    items = quote.count("•") // 2
    for line in quote.split("\n"):
        first, *inner = [part.strip() for part in _INNER.split(line) if part.strip()] or [""]
        is_item = BULLET.match(first) is not None
        items += is_item and bool(lines)
        if lines and first and not is_item:  # the rest of a line that is too long
            lines[-1] = in_a_line(f"{lines[-1]}\n{first}")
        elif first:
            lines.append(first)
        lines += inner
    if not items or len(lines) < 3:
        return ""
    items_of_it = [_bare(line) for line in lines[1:]]
    dash = "" if _count_up(items_of_it) else "- "
    return "\n".join([lines[0], *(f"{dash}{item}" for item in items_of_it)])


def _count_up(items: Sequence[str]) -> bool:
    """Whether all items have numbers, which need no dash before them; a page counts on, so that none may be missing."""
    arabic = [int(one[1]) for item in items if (one := _ARABIC.match(item))]
    in_order = all(after == before + 1 for before, after in pairwise(arabic))
    return in_order and all(map(_NUMBERED.match, items))


def without_number(text: str) -> str:
    """An item that is told without its list, whose number says nothing there; 第五条 stays."""
    plain = without_bullet(text)
    number = _NUMBERED.match(plain)
    return plain[number.end() :] if number and number.end() < len(plain) else plain


def without_bullet(text: str) -> str:
    """An item that stands alone needs no dot or dash before it; its number stays."""
    return _DASH.sub("", text.lstrip(BULLETS))


def _bare(line: str) -> str:
    """An item without its dot; its number stays, since the text may speak of it."""
    return line.lstrip(f"{BULLETS}*-–—")
