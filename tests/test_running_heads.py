"""Running heads that name the section of one page: told by the row they stand in."""

from __future__ import annotations

from docent.ingest.pages.furniture import without_furniture
from docent.ingest.pages.lines import Line

_SIZE = 10.0


def _at(x: float, y: float, text: str, size: float = _SIZE) -> Line:
    return Line(text, (x, y, x + 0.5 * size * len(text), y + size), size)


def _body(title: str = "Some title") -> list[Line]:
    return [_at(72, 200 + 12 * number, title if number == 8 else "Some words of the text") for number in range(20)]


def _kept(heads: list[list[Line]], titles: str = "") -> list[set[str]]:
    """What is kept of the first rows, by page; one of `titles` is a line of each page."""
    bodies = [_body(f"{n}.1 What {title} is") for n, title in enumerate(titles or "xxxxxx")]
    pages = without_furniture([[*row, *body] for row, body in zip(heads, bodies, strict=True)], [842.0] * len(heads))
    return [
        {line.text for line in page} - {line.text for line in body} for page, body in zip(pages, bodies, strict=True)
    ]


def test_the_section_beside_the_name_of_the_book_is_left_out() -> None:
    heads = [[_at(72, 40, "Name of the Book"), _at(400, 40, f"{n}.1. What {'ABCDEF'[n]} …")] for n in range(6)]
    assert _kept(heads, "abcdef") == [set()] * 6


def test_its_number_may_stand_apart() -> None:
    heads = [
        [_at(72, 40, "Name of the Book"), _at(300, 40, f"{n}.1"), _at(330, 40, f"What {'abcdef'[n]} is")]
        for n in range(6)
    ]
    assert _kept(heads, "abcdef") == [set()] * 6


def test_the_number_right_before_a_running_head_goes_with_it() -> None:
    heads = [[_at(72, 40, "5.4"), _at(95, 40, "Name of the Section")] for _ in range(6)]
    assert _kept(heads) == [set()] * 6


def test_a_page_number_that_counts_takes_its_row_along_below_a_wide_margin_too() -> None:
    heads = [[_at(72, 120, str(n + 10)), _at(400, 120, f"第{'一二三四五六'[n]}章 入门")] for n in range(6)]
    assert _kept(heads) == [set()] * 6


def test_titles_beside_numbers_stay() -> None:
    large = [[_at(72, 120, str(n + 1)), _at(200, 120, f"Title {'abcdef'[n]}", 20)] for n in range(6)]
    assert all(f"Title {'abcdef'[n]}" in kept for n, kept in enumerate(_kept(large)))
    near = [[_at(72, 120, str(n + 1)), _at(90, 120, f"Section {'abcdef'[n]}")] for n in range(6)]
    assert all(f"Section {'abcdef'[n]}" in kept for n, kept in enumerate(_kept(near)))


def test_what_no_line_of_the_document_begins_with_stays() -> None:
    heads = [[_at(72, 40, "Name of the Shop"), _at(400, 40, f"Invoice No. {n + 10245}")] for n in range(6)]
    assert _kept(heads) == [{f"Invoice No. {n + 10245}"} for n in range(6)]


def test_a_sum_alone_beside_its_label_is_no_page_number() -> None:
    heads = [[_at(72, 40, f"Sum {'abcdef'[n]}"), _at(400, 40, f"-{n * 37},123.50")] for n in range(6)]
    assert all(f"-{n * 37},123.50" in kept for n, kept in enumerate(_kept(heads)))


def test_values_beside_a_label_that_repeats_stay() -> None:
    heads = [
        [_at(72, 40, "Total"), _at(250, 40, f"{n * 37},123.5"), _at(400, 40, f"{'abcdef'[n]} thing")] for n in range(6)
    ]
    assert all(f"{n * 37},123.5" in kept for n, kept in enumerate(_kept(heads)))


def test_a_row_that_the_text_follows_closely_stays() -> None:
    heads = [[_at(72, 188, "Name of the Book"), _at(400, 188, f"word {'abcdef'[n]}")] for n in range(6)]
    assert all(f"word {'abcdef'[n]}" in kept for n, kept in enumerate(_kept(heads)))
