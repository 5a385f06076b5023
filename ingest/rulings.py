"""Lattices: the grids that rules, boxes and shaded cells draw on a page, whether or not all lines are there.

Own code instead of pdfplumber's: heads need to know which columns a cell spans, outer rules are often missing,
and a page of a 10-K may have hundreds of shaded rectangles (a lattice takes about a millisecond here).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from docent.ingest.types import Box

Rule: TypeAlias = tuple[float, float, float]
"""Where it stands across its direction, where it begins and where it ends, in points."""

SNAP = 2.5  # points: rules nearer than this are one rule (double rules, borders of neighbouring cells)
THIN = 2.5  # a rectangle thinner than this is a rule
MAX_STROKE = 6.0  # points: a stroked box thinner than this is one line with a pen of up to half of it
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
        x0, y0, x1, y1 = self.box
        if not (x0 - SNAP <= x <= x1 + SNAP and y0 - SNAP <= y <= y1 + SNAP):
            return None
        return self.areas[_field(self.ys, y)][_field(self.xs, x)]


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


def vector_boxes(vectors: Iterable[dict[str, Any]]) -> tuple[list[Box], list[Box]]:
    """Lines and outlined or thin rectangles, then shaded ones, of the vectors that MuPDF puts beside a page's text.

    The box of what is stroked is wider than the path by the width of the pen on each side.
    """
    drawn: list[Box] = []
    shaded: list[Box] = []
    for vector in vectors:
        box = vector["bbox"]
        if vector["stroked"]:
            drawn.append(_unstroked(box))
        elif is_thin(box):  # not only rectangles: a border may be drawn as a polygon
            drawn.append(box)
        elif vector["isrect"]:
            shaded.append(box)
    return list(dict.fromkeys(drawn)), list(dict.fromkeys(shaded))


def _unstroked(box: Box) -> Box:
    """A line as thin as it would be with the finest pen; rectangles keep the width of theirs."""
    x0, y0, x1, y1 = box
    if y1 - y0 < MAX_STROKE and y1 - y0 < x1 - x0:
        return x0, (y0 + y1) / 2, x1, (y0 + y1) / 2
    if x1 - x0 < MAX_STROKE:
        return (x0 + x1) / 2, y0, (x0 + x1) / 2, y1
    return box


def drawn_boxes(drawings: Iterable[dict[str, Any]]) -> tuple[list[Box], list[Box]]:
    """The same from drawings, which hold each line of a path."""
    drawn: list[Box] = []
    shaded: list[Box] = []
    for drawing in drawings:
        filled = drawing["type"] == "f"
        if filled and len(drawing["items"]) > 1 and drawing["items"][0][0] == "l":
            if is_thin(drawing["rect"]):
                drawn.append(tuple(drawing["rect"]))
            continue
        for box in map(_item_box, drawing["items"]):
            if box is not None:
                (shaded if filled and not is_thin(box) else drawn).append(box)
    return drawn, shaded


def is_thin(box: Box) -> bool:
    """Whether a box is a rule."""
    return min(box[2] - box[0], box[3] - box[1]) < THIN


def _item_box(item: tuple[Any, ...]) -> Box | None:
    if item[0] == "re":
        xs, ys = (item[1][0], item[1][2]), (item[1][1], item[1][3])
    elif item[0] in ("l", "qu"):
        xs, ys = zip(*(item[1:3] if item[0] == "l" else item[1]), strict=True)
    else:
        return None
    box = (min(xs), min(ys), max(xs), max(ys))
    return box if item[0] == "re" or is_thin(box) or item[0] == "qu" else None


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
    return min(places[max(0, at - 1) : at + 1], key=lambda place: abs(place - value))


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

    for i, (y, x0, x1) in enumerate(across):
        for j, (x, y0, y1) in enumerate(down, start=len(across)):
            if x0 - SNAP <= x <= x1 + SNAP and y0 - SNAP <= y <= y1 + SNAP:
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
        for step in range(len(steps) - 1):
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
