"""Which one is the highest: the row of a whole table with the largest or smallest figure of a column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from docent.ingest import Cell, TableRow
from docent.llm.extractive.evidence import Evidence, names_end, names_row
from docent.llm.extractive.years import years_in
from docent.llm.questions.periods import PERIOD
from docent.llm.questions.phrases_en import LEAST, MOST
from docent.retrieval import Hit, fold, query_terms, terms

ROOM = 500  # characters of a passage, which might have been twice as long
LOW = 600  # points from the top of a page: further down a table may go on overleaf
MIN_ROWS = 3  # of which one can be said to stand out
_MOST_ZH, _LEAST_ZH = "高大多快长重贵强久远深宽", "低小少慢短轻便浅近窄"
_ZH = re.compile(rf"最(?P<way>[{_MOST_ZH}{_LEAST_ZH}])")
_WHICH_ZH = re.compile(r"哪一?[个家种类项款座名位支只条部台届门处]?(?P<rest>[一-龥]{1,12})|什么(?P<kind>[一-龥]{1,12})")
_EN = re.compile(rf"\b(?P<most>{MOST})\b|\b(?P<least>{LEAST})\b", re.IGNORECASE)
_WHICH_EN = re.compile(
    r"\b(?:which|what)\s+(?P<rest>(?:[a-z-]+\s){1,3}?)(?=ha[sd]\b|is\b|was\b|did\b|does\b|show|record|use|report|saw\b|grew\b)",
    re.IGNORECASE,
)
_TIME = re.compile(r"^(?:年度?|月份?|季度?|(?:fiscal\s)?years?\b|months?\b|quarters?\b)", re.IGNORECASE)
_WHICH_TIME = re.compile("哪一?个?(?:年度?|月份?|季度)")
_TOTAL = re.compile(
    r"^其中|(?:合计|总计|小计|总额|共计|总和|平均值?)$|\b(?:sub)?total|^(?:all|sum|average|mean|overall|consolidated)\b",
    re.IGNORECASE,
)
_HEAD_FRAME = re.compile(r"^分|(?:名称|类别|类型|项目|[（(].*)$")
_VALUE = re.compile(
    r"(?P<open>[(（])?\s*(?P<sign>[-−–])?\s*(?P<before>[$€£¥]?)\s*(?P<digits>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>[^\d(（)）]*?)[)）]?"
)
_ROUND = Decimal("0.002")  # of a sum, by which its parts may miss it


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of data in passage `index`, in section `section` of its table."""

    index: int
    row: TableRow
    section: str
    name: str


def extreme(question: str, hits: Sequence[Hit]) -> Evidence | None:
    """The row that answers which one has the most or least; None unless a whole table of the hits says it for sure.

    Its kind must be what the question calls it, its column what the question measures, all its figures of one unit.
    """
    is_most = _way(question)
    if is_most is None:
        return None
    if _asks_when(question):
        return _of_periods(question, hits, is_most=is_most)
    found = (_of_rows(question, hits, group, is_most=is_most) for group in _tables(hits))
    return next((one for one in found if one), None)


def _way(question: str) -> bool | None:
    found = _ZH.search(question) if _WHICH_ZH.search(question) else None
    if found:
        return found["way"] in _MOST_ZH
    english = _EN.search(question) if _WHICH_EN.search(question) else None
    return english["most"] is not None if english else None


def _asked(question: str) -> str:
    """What stands after the asking word: `地区的营业收入最高`, `region`."""
    chinese = _WHICH_ZH.search(question)
    if chinese:
        return chinese["rest"] or chinese["kind"]
    english = _WHICH_EN.search(question)
    return english["rest"].strip() if english else ""


def _asks_when(question: str) -> bool:
    return _TIME.match(_asked(question)) is not None


def _tables(hits: Sequence[Hit]) -> Iterator[list[int]]:
    """The hits that together show a whole table, its first rows to its last, best first."""
    by_place = {(hit.document.id, hit.chunk.ordinal): index for index, hit in enumerate(hits)}
    for hit in hits:
        if not hit.chunk.rows or not _begins(hit):
            continue
        group = [by_place[hit.document.id, hit.chunk.ordinal]]
        while not _ends(hits[group[-1]]):
            last = hits[group[-1]].chunk
            following = by_place.get((hit.document.id, last.ordinal + 1))
            if following is None or not _goes_on(hits[following], last.rows[-1]):
                break
            group.append(following)
        else:
            yield group


def _begins(hit: Hit) -> bool:
    first = hit.chunk.rows[0]
    return first.is_head or bool(hit.chunk.text[: first.start].strip())


def _ends(hit: Hit) -> bool:
    """Whether more than rows stands below, a sum, or room for more."""
    chunk = hit.chunk
    last = chunk.rows[-1]
    if chunk.text[last.end :].strip() or _TOTAL.search(_name(last)):
        return True
    boxes = [line.box for line in chunk.lines(last.start, last.end)]
    return len(chunk.text) < ROOM and all(box is None or box[3] < LOW for box in boxes)


def _goes_on(hit: Hit, last: TableRow) -> bool:
    """Whether a passage begins with more rows below the same heads."""
    rows = hit.chunk.rows
    return bool(rows) and not _begins(hit) and _heads(rows[0]) == _heads(last)


def _heads(row: TableRow) -> list[tuple[str, ...]]:
    return [cell.heads for cell in row.cells]


def _name(row: TableRow) -> str:
    return row.label.split(" / ")[-1].strip()


def _lines(hits: Sequence[Hit], group: Sequence[int]) -> dict[str, list[_Line]]:
    """The rows of a table that are no sums, by their section."""
    found: dict[str, list[_Line]] = {}
    for index in group:
        for row in hits[index].chunk.rows:
            section = " / ".join(row.label.split(" / ")[:-1])
            if not row.is_head and row.label and not _TOTAL.search(_name(row)):
                found.setdefault(section, []).append(_Line(index, row, section, _name(row)))
    return found


def _of_rows(question: str, hits: Sequence[Hit], group: Sequence[int], *, is_most: bool) -> Evidence | None:
    for lines in _lines(hits, group).values():
        if len(lines) < MIN_ROWS or not _is_kind(question, lines, hits):
            continue
        for column in _columns(question, lines, hits[group[0]]):
            best = _best([(line, _cell(line, column)) for line in lines], hits, is_most=is_most)
            if best:
                return _evidence(*best)
            return None
    return None


def _is_kind(question: str, lines: Sequence[_Line], hits: Sequence[Hit]) -> bool:
    """Whether the rows are what the question calls them, by the head or section over their labels, or their endings."""
    asked = fold(_asked(question))
    first = lines[0]
    text = hits[first.index].chunk.text
    over = [
        head for cell in first.row.cells if text[cell.start : cell.end].strip() == first.name for head in cell.heads
    ]
    names = [one for head in [*over, *first.section.split(" / ")[-1:]] for one in (head, *head.split())]
    names = [_HEAD_FRAME.sub("", fold(one).strip()) for one in names]
    ending = fold(first.name)[-2:]
    if not ending.isascii() and all(fold(line.name).endswith(ending) for line in lines):
        names.append(ending)
    if asked.isascii():
        return bool(set(terms(asked)) & {term for one in names for term in terms(one)})
    return any(one and (asked.startswith(one) or one == asked.split("的")[0]) for one in names)


def _columns(question: str, lines: Sequence[_Line], hit: Hit) -> list[tuple[str, ...]]:
    """The heads of the column that the question measures: one that it names; or the newest, where all are periods."""
    heads = [cell.heads for cell in lines[0].row.cells[1:] if cell.heads]
    own = {one: frozenset(terms(PERIOD.sub(" ", " ".join(one)))) for one in heads}
    years = years_in(question)
    if years:
        heads = [one for one in heads if years_in(" ".join(one)) & years or (not years_in(" ".join(one)) and own[one])]
    asked = frozenset(query_terms(PERIOD.sub(" ", question)))
    named = [one for one in heads if own[one] & asked]
    if named:
        best = max(len(own[one] & asked) - 0.01 * len(own[one] - asked) for one in named)
        named = [one for one in named if len(own[one] & asked) - 0.01 * len(own[one] - asked) == best]
        return sorted(named, key=lambda one: -max(years_in(" ".join(one)), default=0))[:1]
    above = frozenset(terms(f"{hit.chunk.heading} {hit.chunk.context} {hit.chunk.text[: hit.chunk.rows[0].start]}"))
    periods = [one for one in heads if not own[one] and years_in(" ".join(one))]
    label = frozenset(terms(" ".join([*lines[0].row.cells[0].heads, _asked(question).split("的")[0]])))
    if not (asked & above) - label:
        return []
    return sorted(periods, key=lambda one: -max(years_in(" ".join(one))))[:1]


def _cell(line: _Line, heads: tuple[str, ...]) -> Cell | None:
    return next((cell for cell in line.row.cells if cell.heads == heads), None)


def _of_periods(question: str, hits: Sequence[Hit], *, is_most: bool) -> Evidence | None:
    """The cell of the row that the question names, below the period in which it is the largest."""
    lines = [line for index in range(len(hits)) for group in _lines(hits, [index]).values() for line in group]
    measure = _ZH.sub("", _WHICH_TIME.sub("", question)).strip(" 的是？?")
    for is_named in (names_row, names_end):
        for line in (one for one in lines if is_named(measure, one.row)):
            cells = [cell for cell in line.row.cells if cell.heads and PERIOD.fullmatch(cell.heads[-1].strip())]
            best = _best([(line, cell) for cell in cells], hits, is_most=is_most) if len(cells) > 1 else None
            if best:
                return _evidence(*best)
    return None


def _best(
    pairs: Sequence[tuple[_Line, Cell | None]], hits: Sequence[Hit], *, is_most: bool
) -> tuple[_Line, Cell] | None:
    """The pair of the largest or smallest figure; None where figures are missing, of several units, or equal."""
    found: list[tuple[Decimal, _Line, Cell]] = []
    units = set()
    for line, cell in pairs:
        text = hits[line.index].chunk.text[cell.start : cell.end].strip() if cell else ""
        match = _VALUE.fullmatch(fold(text))
        if cell is None or match is None:
            return None
        units.add((match["before"], match["unit"].strip()))
        value = Decimal(match["digits"].replace(",", ""))
        found.append((-value if match["sign"] or match["open"] else value, line, cell))
    found.sort(key=lambda one: -one[0] if is_most else one[0])
    whole = sum((value for value, _, _ in found[1:]), Decimal(0))
    is_sum = is_most and len(found) > MIN_ROWS and abs(whole - found[0][0]) <= _ROUND * abs(whole)
    if len(units) != 1 or is_sum or (len(found) > 1 and found[0][0] == found[1][0]):
        return None
    return found[0][1:]


def _evidence(line: _Line, cell: Cell) -> Evidence:
    return Evidence(line.index, line.row.start, line.row.end, 1.0, 1.0, line.row, told=(cell,))
