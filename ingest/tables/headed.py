"""Which rows of a table are titles and heads, and which columns name its rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from docent.ingest.tables.grid import is_blank, is_value

LABEL_COLUMNS = 3  # that name a row at most: 地区, 季度, 产品
LONG = 40  # characters on average from which a column is prose and names nothing
UNIQUE = 0.95  # share of rows that differ in their labels, from which no further column is needed
MAX_SECTION = 60  # characters of a row alone that names those below it
_TIME = re.compile(
    r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}(?:\s*[-/.月]\s*\d{1,2}\s*日?)?月?(?:[ T]\d\d?:\d\d(?::\d\d)?)?"
    r"|\d{1,2}\s*(?:月(?:\s*\d{1,2}\s*日)?|季度|周|号|日)|\d{1,2}[-/]\d{1,2}[-/](?:19|20)\d\d"
)


@dataclass(frozen=True, slots=True)
class Item:
    """A filled cell: where it begins, counted from 0, and how far it spans."""

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1


Row = Sequence[Item]


@dataclass(slots=True)
class Heads:
    """What stands above the columns, and the titles above it all."""

    above: dict[int, tuple[str, ...]] = field(default_factory=dict)
    titles: tuple[str, ...] = ()

    def of(self, item: Item) -> tuple[str, ...]:
        """The heads of a cell, the outermost first."""
        if item.columns == 1:
            return self.above.get(item.column, ())
        covered = range(item.column, item.column + min(item.columns, 100))
        return tuple(dict.fromkeys(text for column in covered for text in self.above.get(column, ())))


def is_amount(text: str) -> bool:
    """Whether it is a value and no day, month or quarter, which name rows and columns."""
    return is_value(text) and _TIME.fullmatch(text.strip()) is None


def heads_of(rows: Sequence[Row], head_rows: int | None = None) -> tuple[int, Heads]:
    """How many rows are no data, and what they say. Without `head_rows` the first row without amounts is the head."""
    titles = _title_rows(rows)
    titles = titles if head_rows is None else min(titles, head_rows - 1)
    end = titles + _head_height(rows[titles:]) if head_rows is None else head_rows
    if end >= len(rows):
        end = titles = 0
    above: dict[int, tuple[str, ...]] = {}
    for number, row in enumerate(rows[titles:end], titles):
        below = rows[number + 1] if number + 1 < end else ()
        for item in _spread(row, below):
            for column in range(item.column, item.column + item.columns):
                if item.text not in above.get(column, ()):
                    above[column] = (*above.get(column, ()), item.text)
    return end, Heads(above, tuple(" ".join(item.text for item in row) for row in rows[:titles]))


def names_heads(rows: Sequence[Row]) -> bool:
    """A first full row of words above a row with an amount."""
    full = [row for row in rows if len(row) > 1][:2]
    return len(full) == 2 and not any(is_amount(o.text) for o in full[0]) and any(is_amount(o.text) for o in full[1])


def _title_rows(rows: Sequence[Row]) -> int:
    """Rows at the top with a single cell, or with few where the table has many: what it is, its unit, its date."""
    width = max((len(row) for row in rows), default=0)
    left = min((item.column for row in rows for item in row), default=0)
    usual = Counter(len(row) for row in rows).most_common(1)[0][0] if rows else 0
    titles = 0
    while titles + 1 < len(rows):
        row, below = rows[titles], rows[titles + 1]
        alone = len(row) == 1 < width and row[0].column == left
        adjoining = [item.column for item in row] == list(range(left, left + len(row)))
        few = 2 * len(row) <= usual and adjoining and below[0].column == left and len(below) > len(row)
        if not (alone or (few and all(item.columns == 1 for item in row))):
            break
        titles += 1
    return titles


def _head_height(rows: Sequence[Row]) -> int:
    """Heads reach as deep as their merged cells, and one row below heads that span columns or leave gaps."""
    if not rows or any(is_amount(item.text) for item in rows[0]):
        return 0
    height = min(max(item.rows for item in rows[0]), len(rows))
    if height == 1 and len(rows) > 2 and not any(is_amount(item.text) for item in rows[1]):
        spans = any(item.columns > 1 for item in rows[0])
        height += spans or _fills_gaps(rows[0], rows[1]) or _is_head_too(rows[1], rows[2:40])
    return height


def _fills_gaps(row: Row, below: Row) -> bool:
    """Whether the row below names columns that this one leaves out between two of its own, or at its end."""
    own = {item.column for item in row}
    more = [item.column for item in below if item.column not in own and item.column > min(own)]
    return len(row) > 1 and bool(more) and below[-1].column - below[0].column + 1 == len(below) >= 2


def _is_head_too(row: Row, rows: Sequence[Row]) -> bool:
    """Whether every column of amounts has words here, such as its unit."""
    if len(rows) < 2:
        return False
    words = {item.column: item.text for item in row}
    filled = Counter(item.column for one in rows for item in one)
    amounts = Counter(item.column for one in rows for item in one if is_amount(item.text))
    columns = [column for column, count in amounts.items() if 2 * count > filled[column]]
    return bool(columns) and all(column in words and not is_blank(words[column]) for column in columns)


def _spread(row: Row, below: Row) -> Iterator[Item]:
    """Heads as wide as what stands below them: a file of plain cells says the outer head once, then leaves gaps."""
    names = {item.column for item in below}
    for item, after in zip(row, [*row[1:], None], strict=True):
        columns = item.columns
        end = after.column if after else max(names, default=item.column) + 1
        while item.columns == 1 and item.column + columns < end and item.column + columns in names:
            columns += 1
        spread = columns > 1 and item.column in names
        yield Item(item.row, item.column, item.text, item.rows, columns if spread else item.columns)


def label_columns(rows: Sequence[Row]) -> tuple[int, ...]:
    """The leading columns of words or days that name a row: as many as it takes until rows differ by them."""
    full = [row for row in rows if len(row) > 1]
    columns = sorted({item.column for row in full for item in row})
    filled = Counter(item.column for row in full for item in row)
    amounts = Counter(item.column for row in full for item in row if is_amount(item.text))
    length = Counter[int]()
    for item in (item for row in full for item in row):
        length[item.column] += len(item.text)
    chosen: list[int] = []
    seen: list[list[str]] = []
    for place, column in enumerate(columns[:-1]):
        is_name = 2 * amounts[column] <= filled[column]
        if chosen and (not is_name or length[column] > LONG * filled[column] or len(chosen) == LABEL_COLUMNS):
            break
        if not is_name and place >= LABEL_COLUMNS - 1:
            break
        if is_name:
            chosen.append(column)
            seen.append(_filled_down(full, column))
            if len(set(zip(*seen, strict=True))) >= UNIQUE * len(full):
                break
    return tuple(chosen)


def _filled_down(rows: Sequence[Row], column: int) -> list[str]:
    """The texts of a column, blanks filled with what stands above them."""
    found = []
    last = ""
    for row in rows:
        last = next((item.text for item in row if item.column == column), last)
        found.append(last)
    return found


class Labels:
    """Labels row after row: the section, merged or blank cells that hold from above, then the row's own."""

    def __init__(self, columns: tuple[int, ...], width: int) -> None:
        self._columns = columns
        self._width = width
        self._section = ""
        self._open: list[Item] = []
        self._held: dict[int, str] = {}

    def of(self, row: Row) -> str:
        """The path of labels of the next row, joined by " / "."""
        first = row[0]
        self._open = [item for item in self._open if item.row + item.rows > first.row]
        if len(row) == 1 and self._width > 2 and not self._open and not is_amount(first.text):
            self._held.clear()
            if len(first.text) <= MAX_SECTION:
                self._section = first.text
            return first.text
        own = {item.column: item for item in row if item.column in self._columns}
        parts = [text for column in self._columns if (text := self._part(column, own))]
        self._open += [item for item in own.values() if item.rows > 1]
        return " / ".join(dict.fromkeys(part for part in (self._section, *(parts or [first.text])) if part))

    def _part(self, column: int, own: dict[int, Item]) -> str:
        if column in own:
            for deeper in [one for one in self._held if one > column]:
                del self._held[deeper]
            self._held[column] = own[column].text
            return own[column].text
        merged = [item.text for item in self._open if item.column == column]
        return merged[0] if merged else self._held.get(column, "") if any(one > column for one in own) else ""
