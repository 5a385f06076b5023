"""Outlines of lines of text on the map that the detection model of OCR gives: for each pixel, how likely it is text.

The steps are those of DB (Liao et al., "Real-time Scene Text Detection with Differentiable Binarization", 2020), the
thresholds those of RapidOCR's config.yaml. Own code instead of RapidOCR's, whose import takes 1.1 s, mostly for what
downloads models.
"""

from __future__ import annotations

import math
from typing import Any

TEXT = 0.3  # from here on a pixel is text
LINE = 0.5  # mean over a line's pixels; less is no line
MOST = 1000  # lines on a page
GROWTH = 1.6  # the map shrinks lines: grown again by this times area over circumference
THINNEST = 3  # pixels of the map; a grown line is two more, at least
SMALLEST = 3  # pixels of the picture: a line no longer or no higher is noise
STANDING = 1.5  # times as high as wide, from which a line is cut out as one that lies on its side


def outlines(likely: Any, shape: tuple[int, int]) -> Any:
    """Corners of lines on a picture of `shape` (rows, columns), an array (lines, 4, 2) of whole pixels as floats.

    Clockwise, from the top left. `likely` has any number of rows and columns, values from 0 to 1.
    """
    import cv2
    import numpy as np

    text = cv2.dilate((likely > TEXT).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(text, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    scale = np.array([shape[1] / likely.shape[1], shape[0] / likely.shape[0]])
    edge = np.array([shape[1] - 1, shape[0] - 1])
    found = []
    for contour in contours[:MOST]:
        middle, (width, height), angle = cv2.minAreaRect(contour)
        if min(width, height) < THINNEST or _mean(likely, cv2.boxPoints((middle, (width, height), angle))) < LINE:
            continue
        more = GROWTH * width * height / (width + height)  # twice the offset, on both sides
        corners = cv2.boxPoints((middle, (width + more, height + more), angle))
        corners = _clockwise(np.clip(np.round(corners * scale), 0, edge))
        if min(math.dist(corners[0], corners[1]), math.dist(corners[0], corners[3])) > SMALLEST:
            found.append(corners)
    return np.array(found, dtype=np.float32).reshape(-1, 4, 2)


def cut_out(image: Any, corners: Any) -> Any:
    """The picture of one line; one that is taller than wide is laid on its left side, as if it read downwards."""
    import cv2
    import numpy as np

    a, b, c, d = corners
    width = int(max(math.dist(a, b), math.dist(c, d)))
    height = int(max(math.dist(a, d), math.dist(b, c)))
    straight = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, straight)
    cut = cv2.warpPerspective(image, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.rot90(cut) if height >= STANDING * width else cut


def _mean(likely: Any, corners: Any) -> float:
    """Of the pixels inside these corners."""
    import cv2
    import numpy as np

    rows, columns = likely.shape
    x0, y0 = np.clip(np.floor(corners.min(axis=0)).astype(int), 0, [columns - 1, rows - 1])
    x1, y1 = np.clip(np.ceil(corners.max(axis=0)).astype(int), 0, [columns - 1, rows - 1])
    inside = np.zeros((y1 - y0 + 1, x1 - x0 + 1), np.uint8)
    cv2.fillPoly(inside, [(corners - [x0, y0]).astype(np.int32)], 1)
    return float(cv2.mean(likely[y0 : y1 + 1, x0 : x1 + 1], inside)[0])


def _clockwise(corners: Any) -> Any:
    """From the top left: of the two left corners the upper one."""
    import numpy as np

    sides = corners[corners[:, 0].argsort()]
    left, right = (pair[pair[:, 1].argsort()] for pair in (sides[:2], sides[2:]))
    return np.array([left[0], right[0], right[1], left[1]], np.float32)
