"""Text of scanned pages, set upright first, by the models in RapidOCR's package.

A page is drawn where its document is open, and the picture is read elsewhere if one likes: nothing of MuPDF is in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from docent.ingest.pages.lines import Line
from docent.ingest.scans.outlines import cut_out
from docent.ingest.types import Box

DPI = 150  # print of 10 points is read almost without error at this resolution; more only costs time
MAX_SIDE = 2000  # pixels: RapidOCR's own max_side_len; larger pages are drawn at less than DPI
MIN_SIDE = 32  # pixels: less holds no line
INK = 128  # of 255: darker is print
MIN_CONFIDENCE = 0.5  # RapidOCR's own text_score
SAMPLE = 4  # lines that are read to learn how a page is turned
SURE = 0.85  # mean confidence of a sample that stands upright; on its head it has 0.4 to 0.7
BETTER = 0.05  # by which the other way must be more confident
TALL = 1.5  # times as high as wide, from which a line is taken to lie on its side
MIN_ASPECT = 5  # width by height of lines that tell how askew a page is
MAX_SKEW = 6.0  # degrees; more is no careless scan


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as shown, in grey: `pixels` holds rows from the top, a byte a pixel, 255 for white."""

    width: int
    height: int
    dpi: float
    pixels: bytes


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was read from a picture that was set upright by `turn` quarter turns clockwise.

    The boxes of `lines` are points from the top left of the upright picture. `confidence` is the mean over lines by
    their length, from 0 to 1; 0 when nothing is seen.
    """

    lines: tuple[Line, ...]
    turn: int = 0
    confidence: float = 0.0


def render(page: Any, clip: Box | None = None) -> Picture:
    """A `pymupdf.Page` as shown or a part of it, at DPI or as much less as MAX_SIDE asks. Raises what MuPDF raises."""
    import pymupdf

    area = pymupdf.Rect(clip) if clip else page.rect
    dpi = min(float(DPI), 72 * MAX_SIDE / max(area.width, area.height, 1.0))
    matrix = pymupdf.Matrix(dpi / 72, dpi / 72)
    pixmap = page.get_pixmap(matrix=matrix, colorspace=pymupdf.csGRAY, alpha=False, clip=area if clip else None)
    return Picture(pixmap.width, pixmap.height, dpi, bytes(pixmap.samples))


def recognise(picture: Picture) -> Recognised:
    """The lines seen on a picture. Empty when nothing is seen."""
    import numpy as np

    from docent.ingest.scans.models import models

    image = np.frombuffer(picture.pixels, dtype=np.uint8).reshape(picture.height, picture.width)
    if min(image.shape) < MIN_SIDE:
        image = np.pad(image, [(0, max(0, MIN_SIDE - side)) for side in image.shape], constant_values=255)
    corners = _find(image)
    turn = _turn(image, corners)
    if turn:
        image = np.ascontiguousarray(np.rot90(image, -turn))
        corners = models().find(image)
    crops = [cut_out(image, one) for one in corners]
    read = models().read(crops)
    tall = [i for i, one in enumerate(corners) if _is_tall(one) and read[i].confidence < SURE]
    for i, other in zip(tall, models().read([np.rot90(crops[i], 2) for i in tall]), strict=True):
        read[i] = max(read[i], other, key=lambda one: one.confidence)
    boxes = _boxes(corners, image.shape, 72 / picture.dpi)
    kept = [i for i, one in enumerate(read) if one.text and one.confidence >= MIN_CONFIDENCE]
    lines = tuple(_line(read[i].text, boxes[i]) for i in kept)
    weights = [len(read[i].text) for i in kept]
    sure = sum(read[i].confidence * weight for i, weight in zip(kept, weights, strict=True))
    return Recognised(lines, turn, sure / max(sum(weights), 1))


def _find(image: Any) -> Any:
    """Outlines of lines. One short line on a large page is overseen, but seen in what is left without the margins."""
    import numpy as np

    from docent.ingest.scans.models import models

    corners = models().find(image)
    inked = image < INK
    if len(corners) or not inked.any():
        return corners
    (top, bottom), (left, right) = (np.flatnonzero(inked.any(axis=side))[[0, -1]] for side in (1, 0))
    top, left = max(0, top - MIN_SIDE), max(0, left - MIN_SIDE)
    corners = models().find(image[top : bottom + MIN_SIDE, left : right + MIN_SIDE])
    return corners + np.array([left, top], corners.dtype) if len(corners) else corners


def _line(text: str, box: Box) -> Line:
    return Line(text, box, min(box[3] - box[1], box[2] - box[0]) * 0.8)


def _is_tall(corners: Any) -> bool:
    width, height = _sides(corners)
    return height > TALL * width


def _sides(corners: Any) -> tuple[float, float]:
    """Width and height of a line's outline."""
    import numpy as np

    return float(np.linalg.norm(corners[1] - corners[0])), float(np.linalg.norm(corners[3] - corners[0]))


def _turn(image: Any, corners: Any) -> int:
    """Quarter turns clockwise that set the picture upright, told by which way a few of its lines are read best."""
    import numpy as np

    from docent.ingest.scans.models import models

    if not len(corners):
        return 0
    tall = [one for one in corners if _is_tall(one)]
    lying = 2 * sum(max(_sides(one)) for one in tall) > sum(max(_sides(one)) for one in corners)
    asked = tall if lying else [one for one in corners if not _is_tall(one)]
    asked = sorted(asked, key=lambda one: abs(max(_sides(one)) - 12 * min(_sides(one))))[:SAMPLE]
    sample = [cut_out(image, one) for one in asked]
    first = _confidence(models().read(sample))
    if not lying and first >= SURE:
        return 0
    second = _confidence(models().read([np.rot90(crop, 2) for crop in sample]))
    if lying:  # `cut_out` has turned each counter-clockwise
        return 0 if max(first, second) < SURE else 3 if first >= second else 1
    return 2 if second > first + BETTER and second >= SURE else 0


def _confidence(read: Any) -> float:
    return float(sum(one.confidence for one in read)) / max(len(read), 1)


def _boxes(corners: Any, shape: tuple[int, int], scale: float) -> list[Box]:
    """Boxes in points. Those of a page that was laid askew are as high as its lines, and moved as if it were straight.

    They are moved up or down only, and least in the middle of the page, so that they still mark the lines.
    """
    import numpy as np

    slope = _slope(corners)
    middle = shape[1] / 2
    made = []
    for one in corners:
        straight = one.copy()
        straight[:, 1] -= slope * (one[:, 0] - middle)
        x0, y0 = np.clip(straight.min(axis=0), 0, shape[::-1]) * scale
        x1, y1 = np.clip(straight.max(axis=0), 0, shape[::-1]) * scale
        made.append((float(x0), float(y0), float(x1), float(y1)))
    return made


def _slope(corners: Any) -> float:
    """By how much lines fall for each pixel to the right, as most long ones do; 0 where none is long."""
    import numpy as np

    slopes = []
    for one in corners:
        width, height = _sides(one)
        if width > MIN_ASPECT * height:
            across = (one[1] + one[2] - one[0] - one[3]) / 2
            slopes.append(across[1] / max(across[0], 1.0))
    slope = float(np.median(slopes)) if slopes else 0.0
    return slope if abs(slope) <= np.tan(np.radians(MAX_SKEW)) else 0.0
