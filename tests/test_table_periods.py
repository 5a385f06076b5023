"""Heads of two storeys over periods, and columns of amounts that alternate with their shares."""

from __future__ import annotations

from pathlib import Path

import pymupdf
from pdfs import A4

from docent.ingest import parse, row_sentence

SIZE = 8.0


class Statement:
    """A page of a statement without rules, on which numbers end where their column does."""

    def __init__(self) -> None:
        self.document = pymupdf.open()
        self.page = self.document.new_page(width=A4[0], height=A4[1])

    def left(self, x: float, y: float, text: str) -> None:
        self.page.insert_text((x, y), text, fontname="helv", fontsize=SIZE)

    def right(self, x: float, y: float, text: str) -> None:
        self.left(x - pymupdf.get_text_length(text, fontname="helv", fontsize=SIZE), y, text)

    def middle(self, x: float, y: float, text: str) -> None:
        self.left(x - pymupdf.get_text_length(text, fontname="helv", fontsize=SIZE) / 2, y, text)

    def told(self, path: Path) -> list[str]:
        """The sentences of the rows of its only table."""
        self.document.save(path)
        (block,) = (block for page in parse(path).pages for block in page.blocks if block.kind == "table")
        return [row_sentence(block.text, row) for row in block.rows if not row.is_head]


def test_shares_beside_amounts_are_columns_of_their_own(tmp_path: Path) -> None:
    sheet = Statement()
    sheet.middle(396, 100, "13 Weeks Ended")
    sheet.middle(354, 112, "April 30, 2022")
    sheet.middle(439, 112, "May 1, 2021")
    rows = [
        ("Net sales", "1,945,910", "100.0%", "1,938,520", "100.0%"),
        ("Cost of sales", "1,165,300", "59.9%", "1,184,090", "61.1%"),
        ("Gross profit", "780,610", "40.1%", "754,430", "38.9%"),
        ("Other income", "2,130", "0.1%", "1,020", "0.1%"),
    ]
    for number, (label, *values) in enumerate(rows):
        y = 130 + 12 * number
        sheet.left(60, y, label)
        for x, value in zip((355, 389, 440, 474), values, strict=True):  # the shares begin 8 points further right
            sheet.right(x, y, value)
    found = sheet.told(tmp_path / "shares.pdf")
    assert found[0] == (
        "Net sales: 13 Weeks Ended April 30, 2022 1,945,910; 13 Weeks Ended April 30, 2022 100.0%; "
        "13 Weeks Ended May 1, 2021 1,938,520; 13 Weeks Ended May 1, 2021 100.0%"
    )


def test_days_over_years_are_heads(tmp_path: Path) -> None:
    sheet = Statement()
    for x, day, year in ((300, "28,", "2023"), (370, "29,", "2022"), (440, "30,", "2021")):
        sheet.middle(x, 100, "January")
        sheet.middle(x, 112, day)
        sheet.middle(x, 124, year)
    for number, label in enumerate(("Net sales", "Cost of sales", "Gross profit", "Expenses", "Net income")):
        sheet.left(60, 140 + 12 * number, label)
        for x in (300, 370, 440):
            sheet.right(x + 15, 140 + 12 * number, f"{x + number},{100 + number}")
    found = sheet.told(tmp_path / "days.pdf")
    assert found[0] == "Net sales: January 28, 2023 300,100; January 29, 2022 370,100; January 30, 2021 440,100"


def two_years_twice(sheet: Statement, outer: tuple[str, str], at: tuple[float, float]) -> None:
    """Two years below each of two heads that stand where they are put, and three rows."""
    for x, head in zip(at, outer, strict=True):
        sheet.left(x, 100, head)
    for number, label in enumerate(("", "Net sales", "Cost of sales", "Gross profit")):
        sheet.left(60, 114 + 14 * number, label)
        for column, x in enumerate((250, 330, 410, 490)):
            year = ("2022", "2023")[column % 2]
            sheet.right(x, 114 + 14 * number, f"{1 + column},{300 + number}" if number else year)


def test_a_head_over_the_first_of_two_years_is_over_both(tmp_path: Path) -> None:
    sheet = Statement()
    two_years_twice(sheet, ("Three Months Ended June 30,", "Twelve Months Ended June 30,"), (160, 320))
    found = sheet.told(tmp_path / "twice.pdf")
    assert found[0] == (
        "Net sales: Three Months Ended June 30, 2022 1,301; Three Months Ended June 30, 2023 2,301; "
        "Twelve Months Ended June 30, 2022 3,301; Twelve Months Ended June 30, 2023 4,301"
    )


def test_a_head_over_the_first_of_its_years_is_over_the_others(tmp_path: Path) -> None:
    sheet = Statement()
    sheet.left(215, 100, "Year Ended June 30,")
    for number, label in enumerate(("", "Net sales", "Cost of sales", "Gross profit")):
        sheet.left(60, 114 + 14 * number, label)
        for column, x in enumerate((250, 370)):
            year = ("2023", "2022")[column]
            sheet.right(x, 114 + 14 * number, f"{1 + column},{300 + number}" if number else year)
    found = sheet.told(tmp_path / "once.pdf")
    assert found[0] == "Net sales: Year Ended June 30, 2023 1,301; Year Ended June 30, 2022 2,301"
