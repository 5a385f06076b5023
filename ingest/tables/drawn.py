"""The lines, boxes and shaded rectangles that are drawn on a page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from docent.ingest.types import Box

THIN = 2.5  # points: a rectangle thinner than this is a rule
MAX_STROKE = 6.0  # points: a stroked box thinner than this is one line with a pen of up to half of it


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
