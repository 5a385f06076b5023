"""Reading order from geometry alone: columns of prose are read one after the other, rows of cells across.

A page is swept from top to bottom in bands (lines that overlap in height). Bands that share a gutter, an empty
vertical strip with prose on both sides, form a region that is read column by column; everything else is read
band by band. A strip between the cells of a table is no gutter, because cells do not fill their column.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import TypeAlias

from docent.ingest.cjk import cjk_count
from docent.ingest.pages import notes, vertical
from docent.ingest.pages.apart import room_for
from docent.ingest.pages.lines import OBLIQUE, Line, shares_row, union

Interval: TypeAlias = tuple[float, float]
Row: TypeAlias = list[Line]

MIN_GUTTER_EMS = 0.8  # narrower strips occur between words of justified text
MIN_COLUMN_LINES = 4  # fewer lines side by side are as likely a signature block or a table
MIN_FILL = 0.6  # share of its column that the median line of prose covers
MIN_FLUSH = 0.5  # share of the lines of a column that begin at its left edge or are indented by up to INDENT_EMS
INDENT_EMS = 3.0
WIDER = 1.5  # a side so much wider than the other holds several columns like it
MIN_PROSE_CHARACTERS = 10  # in CJK characters; Latin letters count half
SAME_LEFT = 2.0  # points by which the head of a column stands off its lines
SHRINK = 0.2  # of a line's height: neighbouring baselines with touching boxes stay apart
ASIDE = (90, 270, OBLIQUE)  # degrees


@dataclass(frozen=True, slots=True)
class Region:
    """Rows from top to bottom that are read together. `back` leads from turned coordinates to those of the page.

    `gutter` is the strip beside the column, None where there is one column.
    """

    rows: list[Row]
    columns: int = 1
    back: tuple[float, ...] | None = None
    gutter: Interval | None = None


def reading_order(lines: list[Line], size: float, known: Sequence[Interval] = ()) -> list[Region]:
    """Regions in reading order; `size` is that of most text, in points. Notes come after the text of the page.

    `known` are the gutters of the page before: on the last page few lines may be left for the last column. Lines that
    are turned against the others (a stamp in the margin, what an axis counts) come last, each by itself.
    """
    turned = [line for line in lines if line.turn in ASIDE]
    if turned:
        lines = [line for line in lines if line.turn not in ASIDE]
        return [*_upright(lines, size, known), *(Region([[line]]) for line in turned)]
    return _upright(lines, size, known)


def _upright(lines: list[Line], size: float, known: Sequence[Interval]) -> list[Region]:
    if not lines:
        return []
    parted = vertical.split(lines)
    if parted is None:
        return _across(lines, size, known)
    columns, others = parted
    edge = min(line.box[0] for line in columns)  # the top of the columns, in turned coordinates
    above = [line for line in others if line.box[3] <= edge]
    below = [line for line in others if line.box[3] > edge]
    down = [replace(region, back=vertical.BACK) for region in _across(columns, size)]
    return _across(above, size) + down + _across(below, size)


def _across(lines: list[Line], size: float, known: Sequence[Interval] = ()) -> list[Region]:
    if not lines:
        return []
    text, aside = notes.side_notes(notes.with_drop_caps(lines))
    regions = _regions(text, _Prose(), known)
    foot: list[Region] = []
    if len(regions) > 1:
        parted = [(one, *notes.footnotes(one.rows, size)) for one in regions]
        regions = [replace(one, rows=rows) for one, rows, _ in parted]
        foot = [Region(rows) for _, _, rows in parted if rows]
    return [*regions, *(Region(_rows(side)) for side in aside), *foot]


def _regions(lines: list[Line], prose: _Prose, before: Sequence[Interval] = (), *, inner: bool = False) -> list[Region]:
    runs = [[line for band in run for line in band] for run in _split_at_gutters(_bands(lines))]
    gutters = [prose.gutter(run) for run in runs]
    if inner:
        gutters = [
            None if gutter and _pairs(run, gutter) else gutter for run, gutter in zip(runs, gutters, strict=True)
        ]
    known = [*(gutter for gutter in gutters if gutter), *before]
    found: list[Region] = []
    waiting: list[Line] = []
    for members, own in zip(runs, gutters, strict=True):
        gutter = own or next((one for one in known if _fits(one, members, prose)), None)
        if gutter is None:
            waiting += members  # neighbours without a gutter are one region, so paragraphs stay whole
            continue
        if waiting:
            found.append(Region(_rows(waiting)))
            waiting = []
        middle = (gutter[0] + gutter[1]) / 2
        sides = [line for line in members if line.box[0] < middle], [line for line in members if line.box[0] >= middle]
        wide = [max(line.box[2] for line in side) - min(line.box[0] for line in side) for side in sides]
        left = _regions(sides[0], prose, inner=wide[0] < WIDER * wide[1])
        right = _regions(sides[1], prose, inner=wide[1] < WIDER * wide[0])
        width = max(one.columns for one in left) + max(one.columns for one in right)
        found.extend(Region(one.rows, width, gutter=gutter) for one in left + right)
    if waiting:
        found.append(Region(_rows(waiting)))
    return found


def _pairs(lines: list[Line], gutter: Interval) -> bool:
    """Whether most lines on the right stand beside one on the left: labels, which end early, and what is set flush."""
    left = [line for line in lines if line.box[2] <= gutter[0]]
    right = [line for line in lines if line.box[0] >= gutter[1]]
    paired = sum(any(shares_row(line, other) for other in left) for line in right)
    edge = max(line.box[2] for line in left)
    early = sum(one.box[2] + room_for(two) + one.size < edge for one, two in itertools.pairwise(left))
    start = min(line.box[0] for line in right)
    flush = sum(line.box[0] - start <= INDENT_EMS * line.size for line in right)
    return 4 * paired > 3 * len(right) and (2 * early > len(left) or flush < MIN_FLUSH * len(right))


def _fits(gutter: Interval, lines: list[Line], prose: _Prose) -> bool:
    """Whether a few lines beside each other are the ends of columns whose gutter is known from the same page."""
    middle = (gutter[0] + gutter[1]) / 2
    left = [line for line in lines if line.box[2] <= middle]
    right = [line for line in lines if line.box[0] >= middle]
    if not left or not right or len(left) + len(right) != len(lines):
        return False
    if len(right) < MIN_COLUMN_LINES <= len(left) - len(right):
        return prose.holds(left) and min(line.box[1] for line in right) < min(line.box[3] for line in left)
    weights = [max(_weight(line.text) for line in side) for side in (left, right)]
    return min(weights) >= MIN_PROSE_CHARACTERS


def _bands(lines: list[Line]) -> list[list[Line]]:
    """Groups of lines whose heights overlap, from top to bottom."""
    bands: list[list[Line]] = []
    bottom = float("-inf")
    for line in sorted(lines, key=lambda one: one.box[1]):
        margin = line.height * SHRINK
        if line.box[1] + margin >= bottom:
            bands.append([])
        bands[-1].append(line)
        bottom = max(bottom, line.box[3] - margin)
    return bands


def _split_at_gutters(bands: list[list[Line]]) -> list[list[list[Line]]]:
    """Runs of bands with a strip in common that none of their lines crosses, and runs without one."""
    runs: list[list[list[Line]]] = []
    shared: list[Interval] = []
    for band in bands:
        common = _intersect(shared, _gaps(band))
        if runs and _crosses(common, runs[-1], band):
            runs[-1].append(band)
            shared = common
        else:
            runs.append([band])
            shared = _gaps(band)
    for above, below in itertools.pairwise(runs):
        if len(above) > 1 and _opens(above[-1], below):
            below.insert(0, above.pop())
    return runs


def _opens(band: list[Line], run: list[list[Line]]) -> bool:
    """Whether the two lines of a band are the heads of the two columns of a run."""
    if len(band) != 2 or len(run) < MIN_COLUMN_LINES:
        return False
    left, right = sorted(line.box[0] for line in band)
    members = [line for one in run for line in one]
    if any(line.box[0] < right - SAME_LEFT < line.box[2] for line in members):
        return False
    lefts = [line.box[0] for line in members if line.box[0] < right - SAME_LEFT]
    rights = [line.box[0] for line in members if line.box[0] >= right - SAME_LEFT]
    return all(side and abs(min(side) - edge) <= SAME_LEFT for side, edge in ((lefts, left), (rights, right)))


def _gaps(band: list[Line]) -> list[Interval]:
    """Empty strips of a band, the open ones at both ends included."""
    gaps = []
    edge = float("-inf")
    for x0, x1 in sorted((line.box[0], line.box[2]) for line in band):
        if x0 > edge:
            gaps.append((edge, x0))
        edge = max(edge, x1)
    return [*gaps, (edge, float("inf"))]


def _interior(gaps: list[Interval], band: list[Line]) -> list[Interval]:
    need = MIN_GUTTER_EMS * median(line.size for line in band)
    return [gap for gap in gaps[1:-1] if gap[1] - gap[0] >= need]


def _intersect(one: list[Interval], two: list[Interval]) -> list[Interval]:
    """What two lists of strips, each from left to right, have in common."""
    both = []
    i = j = 0
    while i < len(one) and j < len(two):
        start, end = max(one[i][0], two[j][0]), min(one[i][1], two[j][1])
        if start < end:
            both.append((start, end))
        if one[i][1] < two[j][1]:
            i += 1
        else:
            j += 1
    return both


def _crosses(common: list[Interval], run: list[list[Line]], band: list[Line]) -> bool:
    """Whether a strip in `common` still has text of the run or the band on both its sides."""
    if all(a == float("-inf") or b == float("inf") for a, b in common):
        return False  # as between most bands: nothing but the margins
    members = [line for one in [*run, band] for line in one]
    left, _, right, _ = union(line.box for line in members)
    need = MIN_GUTTER_EMS * median(line.size for line in members)
    return any(left < a and b < right and b - a >= need for a, b in common)


class _Prose:
    """Tells columns of prose from tables, and remembers: a page of many gaps asks for the same lines many times."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, ...], bool] = {}

    def gutter(self, lines: list[Line]) -> Interval | None:
        """The widest strip with prose on both sides, or None."""
        if len(lines) < 2 * MIN_COLUMN_LINES:
            return None
        candidates = _interior(_gaps(lines), lines)
        for gap in sorted(candidates, key=lambda one: one[0] - one[1]):
            left = [line for line in lines if line.box[2] <= gap[0]]
            right = [line for line in lines if line.box[0] >= gap[1]]
            if self.holds(left) and self.holds(right):
                return gap
        return None

    def holds(self, lines: list[Line]) -> bool:
        """Whether these lines, all of one page, are prose or columns of it."""
        if len(lines) < MIN_COLUMN_LINES:
            return False
        key = tuple(map(id, lines))
        if key not in self._known:
            self._known[key] = self._holds(lines)
        return self._known[key]

    def _holds(self, lines: list[Line]) -> bool:
        rows = _rows(lines)
        if len(rows) < MIN_COLUMN_LINES:
            return False
        x0, _, x1, _ = union(line.box for line in lines)
        fill = median(sum(line.width for line in row) for row in rows) / (x1 - x0)
        if fill < MIN_FILL:
            return self.gutter(lines) is not None
        return median(sum(_weight(line.text) for line in row) for row in rows) >= MIN_PROSE_CHARACTERS


def _weight(text: str) -> float:
    return 0.5 * (len(text) + cjk_count(text))


def _rows(lines: list[Line]) -> list[Row]:
    """Lines on one baseline, each row from left to right."""
    rows: list[Row] = []
    for line in sorted(lines, key=lambda one: (one.box[1] + one.box[3]) / 2):
        middle = (line.box[1] + line.box[3]) / 2
        if rows:
            last = rows[-1][-1]
            near = abs((last.box[1] + last.box[3]) / 2 - middle) < 0.4 * min(last.height, line.height)
            if near or _is_raised(last, line):
                rows[-1].append(line)
                continue
        rows.append([line])
    return [sorted(row, key=lambda one: one.box[0]) for row in rows]


def _is_raised(one: Line, two: Line) -> bool:
    """Whether one of two lines is a small mark of a footnote on the line of the other."""
    small, large = (one, two) if one.size <= two.size else (two, one)
    if small.size > 0.8 * large.size or len(small.text) > 6:
        return False
    shared = min(one.box[3], two.box[3]) - max(one.box[1], two.box[1])
    return shared > 0.6 * small.height
