"""A bilingual equipment manual: three levels of headings, an outline, part numbers, error codes, warnings."""

from dataclasses import replace
from functools import partial

import pymupdf
from flow import A4, Flow, TableStyle
from manual_text import ERRORS, MAKER, PARTS, SPECIFICATIONS, TEXT, TITLE, TORQUES, WARNINGS
from markup import pour
from typeset import Colour, Style, draw_text, to_bytes

TEAL = (0.02, 0.36, 0.40)
RED = (0.72, 0.12, 0.10)
AMBER = (0.80, 0.50, 0.02)
GREY = (0.42, 0.42, 0.42)
LEFT, RIGHT = 62.0, A4.x1 - 62

CHINESE = Style(size=10, leading=16, after=1)
ENGLISH = Style(size=9.2, leading=12.6, chinese=False, colour=(0.22, 0.22, 0.22), after=4)
CELL = Style(size=9, leading=12.6, align="left")
SMALL = Style(size=8.5, leading=12, align="left", colour=GREY)
STYLES = {
    "p": CHINESE,
    "e": ENGLISH,
    "name": Style(size=22, leading=30, align="left", stroke=True, colour=TEAL),
    "ename": Style(size=13, leading=20, align="left", colour=TEAL),
    "version": Style(size=9, leading=16, align="left", colour=GREY, after=6),
    "caption": Style(size=9.5, leading=17, align="left", stroke=True, before=3, keep=105),
    "#": Style(size=15, leading=23, align="left", stroke=True, colour=TEAL, before=11, after=3, keep=90),
    "##": Style(size=12, leading=19, align="left", stroke=True, before=6, after=1, keep=50),
    "###": Style(size=10.5, leading=17, align="left", stroke=True, colour=GREY, before=4, after=1, keep=34),
}


def build() -> bytes:
    """Give the manual as a PDF."""
    flow = Flow(lambda _page: [pymupdf.Rect(LEFT, 70, RIGHT, A4.y1 - 58)])
    inserts = {name: partial(warning, texts=texts) for name, texts in WARNINGS.items()}
    inserts |= {
        "specifications": partial(table, rows=SPECIFICATIONS, shares=[40, 60], aligns="ll"),
        "torques": partial(table, rows=TORQUES, shares=[50, 22, 28], aligns="lcr"),
        "errors": partial(table, rows=ERRORS, shares=[13, 35, 52], aligns="cll"),
        "parts": partial(table, rows=PARTS, shares=[26, 44, 30], aligns="lll"),
    }
    pour(TEXT, flow, STYLES, inserts)
    for page in flow.pdf:
        decorate(page, len(flow.pdf))
    return to_bytes(flow.pdf, title=TITLE, author=MAKER, date="D:20240115100000+08'00'", outline=flow.outline)


def table(flow: Flow, rows: list[list[str]], shares: list[float], aligns: str) -> None:
    flow.table(rows, TableStyle(shares, aligns, CELL, replace(CELL, stroke=True), padding=3.2, fill=(0.88, 0.95, 0.95)))
    flow.space(9)


def warning(flow: Flow, texts: tuple[str, str, str]) -> None:
    title, chinese, english = texts
    mark: Colour = RED if "WARNING" in title else AMBER
    head = Style(size=10, leading=16, align="left", stroke=True, colour=mark)
    fill = (0.99, 0.94, 0.93) if mark == RED else (1.0, 0.97, 0.89)
    flow.boxed([(title, head), (chinese, CHINESE), (english, replace(ENGLISH, after=0))], mark, fill)


def decorate(page: pymupdf.Page, pages: int) -> None:
    head = pymupdf.Rect(LEFT, 40, RIGHT, 52)
    draw_text(page, MAKER, head, SMALL)
    draw_text(page, "TM-TH01-05", head, replace(SMALL, align="right"))
    page.draw_line((LEFT, 56), (RIGHT, 56), color=TEAL, width=0.8)
    foot = pymupdf.Rect(LEFT, A4.y1 - 48, RIGHT, A4.y1 - 36)
    draw_text(page, "TH-01 操作手册 Operating Manual", foot, SMALL)
    draw_text(page, f"{page.number + 1} / {pages}", foot, replace(SMALL, align="right"))
