"""Tables that go on over a page break, heads that stand close together, and lines of prose that are no table."""

from __future__ import annotations

from pathlib import Path

import pymupdf
from test_tables import Sheet, tables, told


def _pieces(sheet: Sheet, y: float, *parts: tuple[float, str], gap: float = 0.0) -> None:
    """Texts written with one command, so that MuPDF takes narrow gaps for blanks."""
    writer = pymupdf.TextWriter(sheet.page.rect)
    font = pymupdf.Font("helv")
    for x, text in parts:
        writer.append((x, y), text, font=font, fontsize=10)
    writer.write_text(sheet.page)
    del gap


def test_heads_close_together_are_those_of_two_columns(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.text(60, 80, "Earlier sales of 10 20 30 in the north")
    _pieces(sheet, 100, (300, "January 28,"), (355, " "), (363, "January 29,"))
    _pieces(sheet, 114, (322, "2023"), (385, "2022"))
    for number, (label, one, two) in enumerate(
        [("Cash", "737,877", "431,560"), ("Goods", "199,422", "233,682"), ("Debts", "30,246", "10,814")]
    ):
        _pieces(sheet, 128 + 14 * number, (60, label), (346 - 5 * len(one), one), (413 - 5 * len(two), two))
        sheet.text(60, 300 + 14 * number, f"In 20{number}1 {number} 55 66 and 77 88 were counted")
    (block,) = tables(sheet.save(tmp_path / "close.pdf"))
    assert told(block)[0] == "Cash: January 28, 2023 737,877; January 29, 2022 431,560"


def test_a_table_goes_on_below_its_caption_once_more(tmp_path: Path) -> None:
    sheet = Sheet()
    xs = [60, 200, 300, 400]
    sheet.text(
        60, 660, "Table 4: Sales and staff of every region that the company has had since it was founded in the north"
    )
    sheet.ruled(680, xs, [["Region", "Sales", "Staff"], ["North", "1,234", "12"], ["East", "2,345", "23"]])
    sheet.turn_page()
    sheet.text(
        60, 100, "Table 4: Sales and staff of every region that the company has had since it was founded (continued)"
    )
    sheet.ruled(110, xs, [["South", "3,456", "34"], ["West", "4,567", "45"]])
    _, second = tables(sheet.save(tmp_path / "again.pdf"))
    assert told(second) == ["South: Sales 3,456; Staff 34", "West: Sales 4,567; Staff 45"]


def test_another_table_with_the_same_unit_and_columns_does_not_go_on(tmp_path: Path) -> None:
    sheet = Sheet()
    xs = [60, 200, 300, 400]
    sheet.text(60, 660, "单位：元")
    sheet.ruled(680, xs, [["项目", "本期", "上期"], ["收入", "1,234", "12"], ["成本", "2,345", "23"]])
    sheet.turn_page()
    sheet.text(60, 100, "单位：元")
    sheet.ruled(110, xs, [["债权人", "本金", "利息"], ["甲", "3,456", "34"], ["乙", "4,567", "45"]])
    _, second = tables(sheet.save(tmp_path / "other.pdf"))
    assert told(second)[0] == "甲: 本金 3,456; 利息 34"


def test_the_rest_of_a_row_that_a_page_break_cuts_has_its_label(tmp_path: Path) -> None:
    sheet = Sheet()
    xs = [60, 160, 300, 440]
    rows = [
        ["Name", "Duty", "Where"],
        ["Anna", "keeps the books", "in the north"],
        ["Bert", "mends the pumps and", "in every"],
    ]
    sheet.ruled(690, xs, rows)
    sheet.turn_page()
    sheet.ruled(60, xs, [["", "paints the doors", "village"], ["Carl", "drives the cart", "in the south"]])
    _, second = tables(sheet.save(tmp_path / "cut.pdf"))
    assert told(second)[0] == "Bert: Duty paints the doors; Where village"
    assert told(second)[1].startswith("Carl: ")


def test_a_justified_line_is_no_table(tmp_path: Path) -> None:
    sheet = Sheet()
    x = 60.0
    for word in ("Extraordinarily", "long", "words", "drew", "this", "apart"):
        sheet.text(x, 114, word)
        x += pymupdf.get_text_length(word, fontname="helv", fontsize=10) + 40
    right = x - 40
    sheet.text(right, 100, "A line of prose that ends where the one below it ends, as the column does", right=True)
    sheet.text(60, 128, "and the last line of the paragraph ends here.")
    assert tables(sheet.save(tmp_path / "wide.pdf")) == []
