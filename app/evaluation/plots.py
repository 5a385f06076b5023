"""Plots of an evaluation as inline SVG, coloured by the page's own style. Every text in them is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 560, 280
LEFT, RIGHT, TOP, BOTTOM = 46, 14, 14, 40
_INNER = WIDTH - LEFT - RIGHT
_DEPTH = HEIGHT - TOP - BOTTOM
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Series:
    """A line of shares (y from 0 to 1). `band` has the low and high end of each interval; `style` is a class."""

    name: str
    style: str
    points: tuple[Point, ...]
    band: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar: how many, what they are, and the class that colours it."""

    count: int
    name: str
    style: str


def curve(series: Sequence[Series], label: str, x_name: str) -> str:
    """Shares by depth: a line with its points, and the band of its intervals behind."""
    depths = [x for x, _ in series[0].points]
    first, last = min(depths), max(depths)

    def across(x: float) -> float:
        return LEFT + _INNER * ((x - first) / (last - first) if last > first else 0.5)

    drawn = [_shares_grid()]
    drawn += [_text(across(x), HEIGHT - BOTTOM + 18, f"{x:g}", "middle") for x in depths]
    drawn.append(_text(LEFT + _INNER / 2, HEIGHT - 4, x_name, "middle"))
    for one in series:
        if one.band:
            upper = [(across(x), _down(high)) for (x, _), (_, high) in zip(one.points, one.band, strict=True)]
            lower = [(across(x), _down(low)) for (x, _), (low, _) in zip(one.points, one.band, strict=True)]
            drawn.append(f'<polygon class="band {one.style}" points="{_path([*upper, *lower[::-1]])}"/>')
    for one in series:
        places = [(across(x), _down(y)) for x, y in one.points]
        drawn.append(f'<polyline class="line {one.style}" points="{_path(places)}"/>')
        for (x, y), (px, py) in zip(one.points, places, strict=True):
            title = escape(f"{one.name}: {y:.1%} @ {x:g}")
            drawn.append(
                f'<circle class="dot {one.style}" cx="{px:.1f}" cy="{py:.1f}" r="3.5"><title>{title}</title></circle>'
            )
    return _svg(drawn, label)


def roc(series: Sequence[Series], label: str, names: tuple[str, str]) -> str:
    """The ROC curve of each series on a square, with the line of chance."""
    side = 250
    left, top = 60, 12

    def place(x: float, y: float) -> Point:
        return left + side * x, top + side * (1 - y)

    drawn = [f'<rect class="frame" x="{left}" y="{top}" width="{side}" height="{side}"/>']
    drawn.append(f'<polyline class="chance" points="{_path([place(0, 0), place(1, 1)])}"/>')
    for share in (0, 0.5, 1):
        x, y = place(share, share)
        drawn += [_text(x, top + side + 16, f"{share:.0%}", "middle"), _text(left - 6, y + 4, f"{share:.0%}", "end")]
    for one in series:
        points = _path([place(x, y) for x, y in one.points])
        drawn.append(
            f'<polyline class="line {one.style}" points="{points}"><title>{escape(one.name)}</title></polyline>'
        )
    drawn.append(_text(left + side / 2, top + side + 34, names[0], "middle"))
    turned = f'<text class="label" text-anchor="middle" transform="translate(14 {top + side / 2}) rotate(-90)">'
    drawn.append(f"{turned}{escape(names[1])}</text>")
    return _svg(drawn, label, left + side + 22, top + side + 44)


def histogram(
    groups: Sequence[tuple[str, str, Sequence[float]]], bounds: Point, bins: int, label: str, x_name: str
) -> str:
    """Groups (name, class, values) side by side in each bin, each group as shares of its own number."""
    low, high = bounds
    step = (high - low) / bins or 1.0
    counts = [[0] * bins for _ in groups]
    for row, (_, _, values) in zip(counts, groups, strict=True):
        for value in values:
            row[min(bins - 1, max(0, int((value - low) / step)))] += 1
    tallest = max((n / (len(g[2]) or 1) for row, g in zip(counts, groups, strict=True) for n in row), default=0) or 1.0
    wide = _INNER / bins
    drawn = [f'<line class="axis" x1="{LEFT}" x2="{LEFT + _INNER}" y1="{TOP + _DEPTH}" y2="{TOP + _DEPTH}"/>']
    for share in (tallest / 2, tallest):
        y = TOP + _DEPTH * (1 - share / tallest)
        drawn.append(f'<line class="grid" x1="{LEFT}" x2="{LEFT + _INNER}" y1="{y:.1f}" y2="{y:.1f}"/>')
        drawn.append(_text(LEFT - 6, y + 4, f"{share:.0%}", "end"))
    for number, (row, (name, style, values)) in enumerate(zip(counts, groups, strict=True)):
        for place, count in enumerate(row):
            tall = _DEPTH * count / (len(values) or 1) / tallest
            thin = (wide - 3) / len(groups)
            x = LEFT + place * wide + 1.5 + number * thin
            start = low + place * step
            title = escape(f"{name}: {count} ({start:.3g} – {start + step:.3g})")
            drawn.append(
                f'<rect class="fill {style}" x="{x:.1f}" y="{TOP + _DEPTH - tall:.1f}" width="{thin:.1f}"'
                f' height="{tall:.1f}" rx="1.5"><title>{title}</title></rect>'
            )
    for share in (0, 0.25, 0.5, 0.75, 1):
        words = f"{low + (high - low) * share:.4g}"
        drawn += [_text(LEFT + _INNER * share, HEIGHT - BOTTOM + 18, words, "middle")]
    drawn.append(_text(LEFT + _INNER / 2, HEIGHT - 4, x_name, "middle"))
    return _svg(drawn, label)


def bar(parts: Sequence[Part]) -> str:
    """One bar cut into its parts, each with its number; `legend` names them below."""
    total = sum(part.count for part in parts) or 1
    pieces = []
    for part in parts:
        if part.count:
            title = escape(f"{part.name}: {part.count / total:.0%}")
            size = f"flex-grow:{part.count}"
            pieces.append(f'<b class="{part.style}" style="{size}" title="{title}">{part.count}</b>')
    return f'<div class="bar">{"".join(pieces)}</div>'


def legend(parts: Sequence[tuple[str, str]]) -> str:
    """Names with their colours, as (name, class)."""
    items = "".join(f'<li><i class="swatch {style}"></i>{escape(name)}</li>' for name, style in parts)
    return f'<ul class="legend">{items}</ul>'


def _shares_grid() -> str:
    lines = []
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = _down(share)
        lines.append(f'<line class="grid" x1="{LEFT}" x2="{LEFT + _INNER}" y1="{y:.1f}" y2="{y:.1f}"/>')
        lines.append(_text(LEFT - 6, y + 4, f"{share:.0%}", "end"))
    return "".join(lines)


def _down(share: float) -> float:
    return TOP + _DEPTH * (1 - share)


def _path(points: Sequence[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text class="label" text-anchor="{anchor}" x="{x:.1f}" y="{y:.1f}">{escape(words)}</text>'


def _svg(drawn: Sequence[str], label: str, width: float = WIDTH, height: float = HEIGHT) -> str:
    return f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{escape(label)}">{"".join(drawn)}</svg>'
