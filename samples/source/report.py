"""A Chinese annual report: numbered chapters, running header and footer, a table that runs over a page end."""

from dataclasses import replace

import pymupdf
from flow import A4, Flow, TableStyle
from markup import pour
from report_text import COMPANY, FIGURES, REGIONS, TEXT, TITLE
from typeset import Style, draw_text, to_bytes

NAVY = (0.10, 0.22, 0.40)
GREY = (0.40, 0.40, 0.40)
BODY = Style(size=10.5, leading=17.5, indent=2, after=3)
SMALL = Style(size=9, leading=13, colour=GREY, align="left")
CELL = Style(size=9.5, leading=14, align="left")
STYLES = {
    "p": BODY,
    "note": Style(size=9, leading=15, colour=GREY, indent=2, before=2, after=8),
    "title": Style(size=14, leading=24, align="center", stroke=True, colour=NAVY),
    "name": Style(size=22, leading=36, align="center", stroke=True, colour=NAVY, after=2),
    "date": Style(size=10.5, leading=18, align="center", after=14),
    "caption": Style(size=10, leading=18, align="center", stroke=True, before=6, keep=75),
    "unit": Style(size=9, leading=15, align="right", keep=46),
    "#": Style(size=15, leading=25, align="left", stroke=True, colour=NAVY, before=12, after=4, keep=60),
    "##": Style(size=12, leading=21, align="left", stroke=True, before=7, after=2, keep=40),
}


def build() -> bytes:
    """Give the report as a PDF."""
    flow = Flow(lambda _page: [pymupdf.Rect(76, 88, A4.x1 - 76, A4.y1 - 84)])
    pour(TEXT, flow, STYLES, {"figures": figures_table, "regions": regions_table})
    for page in flow.pdf:
        decorate(page, len(flow.pdf))
    return to_bytes(flow.pdf, title=TITLE, author=COMPANY, date="D:20240328090000+08'00'", outline=flow.outline)


def decorate(page: pymupdf.Page, pages: int) -> None:
    top = pymupdf.Rect(76, 48, A4.x1 - 76, 61)
    draw_text(page, COMPANY, top, SMALL)
    draw_text(page, "2023年年度报告", top, replace(SMALL, align="right"))
    page.draw_line((top.x0, 66), (top.x1, 66), color=NAVY, width=0.8)
    foot = pymupdf.Rect(76, A4.y1 - 58, A4.x1 - 76, A4.y1 - 45)
    draw_text(page, f"第{page.number + 1}页 共{pages}页", foot, replace(SMALL, align="center"))


def table_style(shares: list[float], aligns: str) -> TableStyle:
    return TableStyle(shares, aligns, CELL, replace(CELL, stroke=True), padding=3.5)


def figures_table(flow: Flow) -> None:
    flow.table(FIGURES, table_style([34, 20, 20, 20], "lrrr"))
    flow.space(8)


def regions_table(flow: Flow) -> None:
    """Revenue by region; totals and growth are worked out here, so they cannot contradict the rows."""
    head = ["地区", "2021年", "2022年", "2023年", "2023年同比增长", "水厂数（座）"]
    _, before_last, last, this, plants = zip(*REGIONS, strict=True)
    total = region_row("合计", sum(before_last), sum(last), sum(this), sum(plants))
    flow.table([head, *(region_row(*row) for row in REGIONS), total], table_style([17, 16, 16, 16, 19, 16], "crrrrr"))
    flow.space(10)


def region_row(name: str, before_last: float, last: float, this: float, plants: int) -> list[str]:
    growth = this / last - 1
    return [name, f"{before_last:,.1f}", f"{last:,.1f}", f"{this:,.1f}", f"{growth:.1%}", str(plants)]
