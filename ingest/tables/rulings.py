"""Lattices: the grids that rules, boxes and shaded cells draw on a page, whether or not all lines are there.

Own code instead of pdfplumber's: heads need to know which columns a cell spans, outer rules are often missing,
and a page of a 10-K may have hundreds of shaded rectangles (a lattice takes about a millisecond here).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from docent.ingest.tables.drawn import THIN
from docent.ingest.types import Box

Rule: TypeAlias = tuple[float, float, float]
"""Where it stands across its direction, where it begins and where it ends, in points."""

SNAP = 2.5  # points: rules nearer than this are one rule (double rules, borders of neighbouring cells)
MIN_RULE = 4.0
MIN_CELL = 3.0  # a column or row narrower than this is a double rule
MAX_RULES = 6000  # a drawing or a map, no table
MAX_PAGE_SHARE = 0.97  # a rectangle as wide and high as this is the paper


@dataclass(frozen=True, slots=True)
class Area:
    """A cell of a lattice: from row `top` and column `left`, over `rows` and `columns` of the grid."""

    top: int
    left: int
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Lattice:
    """The grid of one table. `xs` and `ys` are its rules; `areas` the cell each field of the grid belongs to.

    `shaded` says that shades made it and no lines.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    areas: tuple[tuple[Area, ...], ...]
    shaded: bool = False

    @property
    def box(self) -> Box:
        """What it covers on the page."""
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]

    def area_at(self, x: float, y: float) -> Area | None:
        """The cell at a point of the page."""
        xs, ys = self.xs, self.ys
        if not (xs[0] - SNAP <= x <= xs[-1] + SNAP and ys[0] - SNAP <= y <= ys[-1] + SNAP):
            return None
        return self.areas[_field(ys, y)][_field(xs, x)]


def lattices(drawn: list[Box], shaded: list[Box], width: float, height: float) -> list[Lattice]:
    """The grids with at least two columns that lines and shaded rectangles make on a page of that size.

    Shaded rectangles make a grid only where no lines do: in a ruled table they are the ground of lines of text.
    """
    if not 2 <= len(drawn) + len(shaded) <= MAX_RULES:
        return []
    paper = (MAX_PAGE_SHARE * width, MAX_PAGE_SHARE * height)
    ruled = _found(drawn, paper)
    if not shaded:
        return ruled
    both = [
        replace(one, shaded=True)
        for one in _found([*drawn, *shaded], paper)
        if not any(_covers(other.box, one.box) for other in ruled)
    ]
    return _outermost([*ruled, *both])


def _found(boxes: Iterable[Box], paper: tuple[float, float]) -> list[Lattice]:
    across: list[Rule] = []
    down: list[Rule] = []
    for x0, y0, x1, y1 in boxes:
        if x1 - x0 > paper[0] and y1 - y0 > paper[1]:
            continue
        if y1 - y0 < THIN:
            across.append(((y0 + y1) / 2, x0, x1))
        elif x1 - x0 < THIN:
            down.append(((x0 + x1) / 2, y0, y1))
        else:
            across += [(y0, x0, x1), (y1, x0, x1)]
            down += [(x0, y0, y1), (x1, y0, y1)]
    found = (_lattice(*part) for part in _parts(_joined(across), _joined(down)))
    return _outermost([one for one in found if one is not None])


def _joined(rules: list[Rule]) -> list[Rule]:
    """Rules on one line that touch become one."""
    places = _clusters([rule[0] for rule in rules])
    rows: dict[float, list[Rule]] = {}
    for at, start, end in rules:
        rows.setdefault(_nearest(places, at), []).append((at, start, end))
    joined: list[Rule] = []
    for at, members in rows.items():
        members.sort(key=lambda rule: rule[1])
        start, end = members[0][1:]
        for _, a, b in members[1:]:
            if a <= end + SNAP:
                end = max(end, b)
                continue
            joined.append((at, start, end))
            start, end = a, b
        joined.append((at, start, end))
    return [rule for rule in joined if rule[2] - rule[1] >= MIN_RULE]


def _clusters(values: Iterable[float], reach: float = SNAP) -> list[float]:
    """Sorted means of values that lie close together."""
    groups: list[list[float]] = []
    for value in sorted(values):
        if groups and value - groups[-1][0] <= reach:
            groups[-1].append(value)
        else:
            groups.append([value])
    return [sum(group) / len(group) for group in groups]


def _nearest(places: Sequence[float], value: float) -> float:
    at = bisect_right(places, value)
    if at in (0, len(places)):
        return places[at and -1]
    below, above = places[at - 1], places[at]
    return below if value - below <= above - value else above


def _field(places: Sequence[float], value: float) -> int:
    return min(max(bisect_right(places, value) - 1, 0), len(places) - 2)


def _parts(across: list[Rule], down: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Rules that touch one another, directly or through others."""
    leader = list(range(len(across) + len(down)))

    def find(one: int) -> int:
        while leader[one] != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    standing = sorted((x, y0 - SNAP, y1 + SNAP, j) for j, (x, y0, y1) in enumerate(down, start=len(across)))
    xs = [x for x, *_ in standing]
    for i, (y, x0, x1) in enumerate(across):
        for _, top, bottom, j in standing[bisect_left(xs, x0 - SNAP) : bisect_right(xs, x1 + SNAP)]:
            if top <= y <= bottom:
                leader[find(i)] = find(j)
    parts: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for i, rule in enumerate(across):
        parts.setdefault(find(i), ([], []))[0].append(rule)
    for j, rule in enumerate(down, start=len(across)):
        parts.setdefault(find(j), ([], []))[1].append(rule)
    return list(parts.values())


def _lattice(across: list[Rule], down: list[Rule]) -> Lattice | None:
    if not across or not down:
        return None
    xs = _places([x for x, _, _ in down] + [x for _, a, b in across for x in (a, b)])
    ys = _places([y for y, _, _ in across] + [y for _, a, b in down for y in (a, b)])
    if len(xs) < 3 or len(ys) < 2:
        return None
    return Lattice(tuple(xs), tuple(ys), _areas(xs, ys, across, down))


def _places(values: list[float]) -> list[float]:
    places = _clusters(values)
    kept = places[:1]
    for place in places[1:]:
        if place - kept[-1] >= MIN_CELL:
            kept.append(place)
    return kept


def _areas(xs: list[float], ys: list[float], across: list[Rule], down: list[Rule]) -> tuple[tuple[Area, ...], ...]:
    """Fields of the grid without a rule between them are one cell."""
    rows, columns = len(ys) - 1, len(xs) - 1
    leader = list(range(rows * columns))

    def find(one: int) -> int:
        while leader[one] != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    walls = _walls(down, xs, ys)
    floors = _walls(across, ys, xs)
    for r in range(rows):
        for c in range(columns):
            if c + 1 < columns and (c + 1, r) not in walls:
                leader[find(r * columns + c + 1)] = find(r * columns + c)
            if r + 1 < rows and (r + 1, c) not in floors:
                leader[find((r + 1) * columns + c)] = find(r * columns + c)
    members: dict[int, list[tuple[int, int]]] = {}
    for r in range(rows):
        for c in range(columns):
            members.setdefault(find(r * columns + c), []).append((r, c))
    area = {}
    for leading, fields in members.items():
        tops, lefts = zip(*fields, strict=True)
        top, left = min(tops), min(lefts)
        area[leading] = Area(top, left, max(tops) - top + 1, max(lefts) - left + 1)
    return tuple(tuple(area[find(r * columns + c)] for c in range(columns)) for r in range(rows))


def _walls(rules: list[Rule], places: list[float], steps: list[float]) -> set[tuple[int, int]]:
    """(index of the place, index of the step) for each side of a field along which a rule runs."""
    walls = set()
    for at, start, end in rules:
        place = places.index(_nearest(places, at))
        for step in range(_field(steps, start), _field(steps, end) + 1):
            covered = min(end, steps[step + 1]) - max(start, steps[step])
            if covered > 0.6 * (steps[step + 1] - steps[step]):
                walls.add((place, step))
    return walls


def _outermost(found: list[Lattice]) -> list[Lattice]:
    """Without those that lie inside another, from top to bottom."""
    kept: list[Lattice] = []
    for one in sorted(found, key=lambda lattice: -_size(lattice.box)):
        if not any(_covers(other.box, one.box) for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda lattice: (lattice.ys[0], lattice.xs[0]))


def _covers(outer: Box, inner: Box) -> bool:
    """Whether most of one box lies in another."""
    shared = (max(outer[0], inner[0]), max(outer[1], inner[1]), min(outer[2], inner[2]), min(outer[3], inner[3]))
    return shared[0] < shared[2] and shared[1] < shared[3] and _size(shared) > 0.8 * _size(inner)


def _size(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
