"""Which rows of a table are heads, which columns are labels, and what its rows mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from docent.ingest.tables.grid import SOME_YEAR, Grid, Slot, is_blank, is_period, is_value, plain
from docent.ingest.tables.sections import MAX_SECTION, OpenSection, Sections, is_section

MAX_HEAD_ROWS = 8
BESIDE = 0.25  # share of the width: a label column that begins further right is that of another table
MAX_WORD_HEAD = 24  # characters of a head over words
MAX_LABEL = 240  # characters of one part of a label
_OF_PERIODS = re.compile(r"\b(?:ended|ending|as of|at)\b|截至|止(?:年度|期间|.{1,3}月)$", re.IGNORECASE)


@dataclass(slots=True)
class Meaning:
    """What the rows of a grid mean. `heads` has for each row the heads of its columns; None is a row of heads.

    `last` are the heads in force at the end, `sections` the sections open there and `carried` the last label of each
    label column, for a table that goes on.
    """

    labels: list[str] = field(default_factory=list)
    heads: list[list[tuple[str, ...]] | None] = field(default_factory=list)
    last: list[tuple[str, ...]] = field(default_factory=list)
    sections: Sections = field(default_factory=Sections)
    carried: list[str] = field(default_factory=list)
    label_columns: int = 1
    own_heads: bool = False


def meaning(grid: Grid, inherited: Meaning | None = None) -> Meaning:
    """Read the structure of a table. `inherited` is that of the table it goes on from."""
    rows = grid.rows()
    found = Meaning()
    found.last = [() for _ in range(grid.width)]
    if inherited is not None:
        found.last = list(inherited.last)
        found.sections = inherited.sections.copy()
    head = _head_rows(rows, grid, inherited)
    found.own_heads = bool(head)
    if head and (title := _title(rows, head, grid)):
        found.sections = Sections([OpenSection(title, 0.0)])
    first, found.label_columns = _label_columns(rows, grid, head)
    carried = [*_carried(rows, grid, head, inherited), *[""] * grid.width][: found.label_columns]
    number = 0
    while number < len(rows):
        count = len(head) if number in head else _head_again(rows, number, grid, head)
        if count:
            if number and rows[number][0].box[0] > grid.box[0] + BESIDE * (grid.box[2] - grid.box[0]):
                found.sections = Sections()  # the heads of a table that stood on the right of this one
            found.last = _heads(grid, number, number + count)
            found.heads += [None] * count
            found.labels += [""] * count
            number += count
            continue
        if is_section(rows, number, grid):
            found.sections.open(rows[number][0])
            found.heads.append(list(found.last))
            found.labels.append(rows[number][0].text.strip().rstrip(":："))
        else:
            found.sections.close(rows[number][0])
            above = list(filter(None, carried))
            parts = _parts(grid, number, first, found.label_columns, carried)
            if not parts and number == len(head) and not any(is_value(slot.text) for slot in rows[number]):
                parts = above  # the rest of a row that the end of a page has cut
            found.labels.append(" / ".join(dict.fromkeys([*found.sections.names(), *parts])))
            found.heads.append(list(found.last))
        number += 1
    found.carried = carried
    _share_labels(grid, found)
    return found


def _carried(rows: list[list[Slot]], grid: Grid, head: range, inherited: Meaning | None) -> list[str]:
    """The labels that the last page ended with, where the same columns go on: a row or its label may be cut in two."""
    if inherited is None or not grid.ruled or (head and not _same_heads(rows[: len(head)], inherited)):
        return []
    return inherited.carried


def has_heads(grid: Grid) -> bool:
    """Whether the table's first rows name its columns. Shades often begin below the heads that are printed on white."""
    return bool(_head_rows(grid.rows(), grid, None))


def _share_labels(grid: Grid, found: Meaning) -> None:
    """A row with values that hold for the next rows, too, has all their labels."""
    for slot in grid.slots:
        if slot.rows > 1 and slot.left >= found.label_columns and found.heads[slot.top] is not None:
            labels = found.labels[slot.top : slot.top + slot.rows]
            found.labels[slot.top] = " + ".join(dict.fromkeys(" + ".join(filter(None, labels)).split(" + ")))


def _head_rows(rows: list[list[Slot]], grid: Grid, inherited: Meaning | None) -> range:
    """The rows at the top that name the columns."""
    data = next((i for i, row in enumerate(rows) if any(is_value(slot.text) for slot in row if slot.left)), None)
    if data == 0:
        return range(0)
    if len(rows) == 1:
        return range(data is None)
    if not grid.ruled:
        if data is None and not (inherited and any(inherited.last)):
            return range(_names_columns(rows, grid))
        return _heads_over_values(rows, data, inherited)
    start = 0
    while start < len(rows) - 1 and len(rows[start]) == 1 and (data is None or start < data - 1):
        start += 1
    stop = _spanned(rows, grid, start, data if data is not None else len(rows))
    if not any(slot.left for row in rows[:stop] for slot in row):
        return range(0)
    if inherited is not None and any(inherited.last):
        return range(stop) if _same_heads(rows[:stop], inherited) or _stands_out(rows, stop) else range(0)
    if data is None and not (grid.width > 2 or _stands_out(rows, stop)):
        return range(0)
    return range(stop)


def _names_columns(rows: list[list[Slot]], grid: Grid) -> bool:
    """Whether the first row of a table of words is set apart, or short and above several others in three columns."""
    first = rows[0]
    if len(first) < grid.width or len(rows) < 3:
        return False
    short = all(len(slot.lines) == 1 and len(slot.text) <= MAX_WORD_HEAD for slot in first)
    return _stands_out(rows, 1) or (short and grid.width > 2 and len(rows) > 3)


def _heads_over_values(rows: list[list[Slot]], data: int | None, inherited: Meaning | None) -> range:
    """Without rules, heads are what stands over the values; a label alone before the first values opens a section."""
    stop = data or 0
    while stop and all(slot.left == 0 for slot in rows[stop - 1]):
        stop -= 1
    if stop > MAX_HEAD_ROWS or not any(slot.left for row in rows[:stop] for slot in row):
        return range(0)
    if (
        inherited is not None
        and any(inherited.last)
        and not (_same_heads(rows[:stop], inherited) or _stands_out(rows, stop))
    ):
        return range(0)
    return range(stop)


def _spanned(rows: list[list[Slot]], grid: Grid, start: int, data: int) -> int:
    """Heads go on while one of them reaches down or spans columns that the next row divides."""
    stop = start + 1
    while stop < min(data, start + MAX_HEAD_ROWS):
        reaching = any(slot.top + slot.rows > stop for row in rows[start:stop] for slot in row)
        spanning = any(1 < slot.columns < grid.width for slot in rows[stop - 1])
        bare = not grid.ruled and not any(slot.left == 0 for slot in rows[stop])
        if not (reaching or spanning or bare):
            break
        stop += 1
    return stop


def _title(rows: list[list[Slot]], head: range, grid: Grid) -> str:
    """What stands over all columns right above the heads names the first section."""
    over = [row[0].text.strip() for row in rows[: len(head)] if len(row) == 1 and row[0].columns == grid.width]
    return over[-1] if over and len(over[-1]) <= MAX_SECTION else ""


def _same_heads(rows: Sequence[Sequence[Slot]], inherited: Meaning) -> bool:
    known = {plain(text) for heads in inherited.last for text in heads}
    texts = [plain(slot.text) for row in rows for slot in row]
    return bool(texts) and sum(text in known for text in texts) > len(texts) / 2


def _stands_out(rows: list[list[Slot]], stop: int) -> bool:
    """Whether the first rows are set in bold and the others are not, or hold nothing but years."""
    own = [slot for row in rows[:stop] for slot in row]
    rest = [slot for row in rows[stop:] for slot in row if slot.left]
    if sum(is_period(slot.text) for slot in own) >= 2:
        return True
    return bool(own) and all(_bold(slot) for slot in own) and not (rest and all(_bold(slot) for slot in rest))


def _bold(slot: Slot) -> bool:
    return all(line.bold for line in slot.lines)


def _head_again(rows: list[list[Slot]], number: int, grid: Grid, head: range) -> int:
    """How many rows of heads begin in the middle of a table: other years, or the same heads once more."""
    row = rows[number]
    texts = [slot.text for slot in row if slot.left]
    if (
        number < len(head)
        or number + 1 >= len(rows)
        or len(texts) < min(2, grid.width - 1)
        or any(map(is_value, texts))
    ):
        return 0
    known = {plain(slot.text) for i in head for slot in rows[i]}
    periods = sum("年" in text or is_period(text) for text in texts)
    if not periods and sum(plain(text) in known for text in texts) < len(texts) / 2:
        return 0
    return _spanned(rows, grid, number, _next_data(rows, number)) - number


def _next_data(rows: list[list[Slot]], number: int) -> int:
    for i in range(number + 1, len(rows)):
        if any(is_value(slot.text) for slot in rows[i] if slot.left):
            return i
    return number + 1


def _heads(grid: Grid, start: int, stop: int) -> list[tuple[str, ...]]:
    """For each column the heads above it, the outermost first; a title over all columns is no head."""
    above = [
        [slot for slot in grid.slots if start <= slot.top < stop and slot.covers(column) and slot.columns < grid.width]
        for column in range(grid.width)
    ]
    return _told_apart(above)


def _told_apart(above: Sequence[Sequence[Slot]]) -> list[tuple[str, ...]]:
    """Heads that are printed again over other columns (y.o.y %) also name the column on their left that they belong to.

    Years share with that column only what stands over both; so they do below `Three Months Ended` and its like.
    """
    heads = [_texts(slots) for slots in above]
    made = []
    owner: Sequence[Slot] = ()
    for column, one in enumerate(heads):
        alike = any(other == one and above[place] != above[column] for place, other in enumerate(heads))
        own = [slot for slot in above[column] if slot.text.strip() not in _texts(owner)]
        shared: Sequence[Slot] = ()
        if own and any(SOME_YEAR.search(slot.text) for slot in own):
            shared = [slot for slot in owner if slot.top < own[0].top]
            shared = shared if alike or (own == above[column] and _OF_PERIODS.search(" ".join(_texts(shared)))) else ()
        elif own and alike:
            shared = owner
        made.append(_texts([*shared, *(own if shared else above[column])]))
        if not alike and column and not shared:
            owner = above[column]
    return made


def _texts(slots: Sequence[Slot]) -> tuple[str, ...]:
    """What stands in them, each text once."""
    return tuple(dict.fromkeys(slot.text.strip() for slot in slots))


def _label_columns(rows: list[list[Slot]], grid: Grid, head: range) -> tuple[int, int]:
    """The first label column and the column after the last: numbering goes before labels, values come after."""
    columns: list[list[str]] = [[] for _ in range(grid.width)]
    for row in rows[len(head) :]:
        for slot in row:
            columns[slot.left].append(slot.text)
    first = 1 if grid.width > 2 and _counts(columns[0]) else 0
    values = [_is_value_column(texts) for texts in columns]
    if True not in values[first + 1 :]:
        return first, first + 1
    return first, values.index(True, first + 1)


def _counts(texts: list[str]) -> bool:
    numbers = [int(text) for text in texts if text.strip().isdecimal()]
    steps = [b - a for a, b in pairwise(numbers)]
    return len(numbers) > max(1, 0.6 * len(texts)) and all(step == 1 for step in steps)


def _is_value_column(texts: list[str]) -> bool:
    said = [text for text in texts if not is_blank(text)]
    return bool(said) and sum(is_value(text) for text in said) >= 0.5 * len(said)


def _parts(grid: Grid, number: int, first: int, last: int, carried: list[str]) -> list[str]:
    """The labels of a row, those that span several rows among them."""
    parts: list[str] = []
    for column in range(first, last):
        slot = next((s for s in grid.slots if s.covers(column) and s.top <= number < s.top + s.rows), None)
        if slot is not None and slot.columns > 1:
            return list(dict.fromkeys([*parts, slot.text.strip()[:MAX_LABEL]]))
        if slot is None:
            filled = any(s.top == number and column < s.left < last for s in grid.slots)
            text = carried[column] if filled else ""
        else:
            text = slot.text.strip()[:MAX_LABEL]
            carried[column:] = [""] * (len(carried) - column)
        carried[column] = text
        if text:
            parts.append(text)
    return parts
