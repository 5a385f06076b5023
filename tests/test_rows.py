"""Spans as the JSON of their rows."""

from __future__ import annotations

import json

import pytest

from docent.ingest import Span
from docent.retrieval.storage.rows import spans_from_json, spans_to_json


def test_boxes_come_back_to_a_tenth_of_a_point_and_none_as_none() -> None:
    spans = (Span(3, (1.04, 2.06, 300, 1e-9), 0, 12), Span(4, None, 12, 20))

    text = spans_to_json(spans)

    assert json.loads(text) == [[3, 0, 12, 1.0, 2.1, 300.0, 0.0], [4, 12, 20]]
    assert spans_from_json(text) == (Span(3, (1.0, 2.1, 300.0, 0.0), 0, 12), Span(4, None, 12, 20))


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_box_that_no_drawing_could_use_is_left_out(number: float) -> None:
    assert json.loads(spans_to_json((Span(1, (0.0, number, 10.0, 20.0), 0, 5),))) == [[1, 0, 5]]


def test_no_spans_are_an_empty_list() -> None:
    assert spans_from_json(spans_to_json(())) == ()
