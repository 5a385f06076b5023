"""Outlines of lines on a map of likely text, and the pictures cut out by them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from docent.ingest.scans.outlines import cut_out, outlines


def test_a_bar_is_outlined_larger_than_the_map_has_it_and_on_the_scale_of_the_picture() -> None:
    likely = np.zeros((64, 160), np.float32)
    likely[20:30, 20:120] = 0.9

    (corners,) = outlines(likely, (128, 320))

    more = 1.6 * 99 * 9 / (99 + 9) / 2  # DB grows a rectangle by 1.6 times area over circumference on each side
    left, top, right, bottom = (2 * one for one in (20 - more, 20 - more, 120 + more, 30 + more))
    assert corners == pytest.approx(np.array([[left, top], [right, top], [right, bottom], [left, bottom]]), abs=4)


def test_what_is_hardly_likely_too_thin_or_too_small_is_no_line() -> None:
    likely = np.zeros((64, 160), np.float32)
    likely[5:15, 10:100] = 0.4  # text, but the mean is below that of a line
    likely[30, 10:100] = 0.9
    likely[50:52, 50:52] = 0.9

    assert outlines(likely, (64, 160)).shape == (0, 4, 2)


def test_a_line_at_the_edge_stays_on_the_picture() -> None:
    likely = np.zeros((64, 160), np.float32)
    likely[0:12, 0:160] = 0.9

    (corners,) = outlines(likely, (64, 160))

    assert corners.min() == 0
    assert corners[:, 0].max() == 159


@pytest.mark.parametrize("degrees", [-8, 0, 8])
def test_a_slanted_line_is_cut_out_straight_and_begins_at_its_left(degrees: int) -> None:
    picture = np.full((200, 400), 255, np.uint8)
    cv2.rectangle(picture, (100, 90), (300, 110), 0, -1)
    cv2.rectangle(picture, (100, 90), (140, 110), 128, -1)  # marks where it begins
    turned = cv2.warpAffine(picture, cv2.getRotationMatrix2D((200, 100), degrees, 1), (400, 200), borderValue=255)

    (corners,) = outlines((turned < 200).astype(np.float32), turned.shape)
    cut = cut_out(turned, corners)

    height, width = cut.shape
    assert 8 < width / height < 12 or width > 4 * height
    assert abs(int(cut[height // 2, round(width * 0.15)]) - 128) < 16
    assert cut[height // 2, round(width * 0.6)] < 16


def test_a_standing_line_is_laid_on_its_left_side() -> None:
    picture = np.full((200, 100), 255, np.uint8)
    picture[20:60, 40:60] = 128
    picture[60:180, 40:60] = 0
    corners = np.array([[40, 20], [60, 20], [60, 180], [40, 180]], np.float32)

    cut = cut_out(picture, corners)

    assert cut.shape == (20, 160)
    assert cut[10, 10] == 128  # the top is at the left
    assert cut[10, 100] == 0
