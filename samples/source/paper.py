"""An English research paper: two columns, hyphenated lines, a chart, a ruled summary table, a footnote."""

from dataclasses import replace

import pymupdf
from flow import A4, Flow, TableStyle, draw_lines
from markup import pour
from paper_text import AUTHORS, ERRORS, FOOTNOTE, HYPHENATION, OUTCOMES, TEXT, TITLE
from typeset import Breaker, Colour, Style, draw_text, to_bytes

FIRST_PRINTED_PAGE = 41
LEFT, RIGHT, TOP, BOTTOM = 54.0, A4.x1 - 54, 66.0, A4.y1 - 62
GUTTER = 18.0
COLUMN = (RIGHT - LEFT - GUTTER) / 2
FOOTNOTE_TOP = BOTTOM - 28
LAST_PAGE, LAST_BOTTOM = 3, 462.0  # the columns of the last page end at one height

BODY = Style(9.9, 12.4, latin="tiro", italic="tiit", chinese=False, indent=1.1)
CENTRED = replace(BODY, align="center", indent=0)
SMALL = replace(BODY, size=8.2, leading=10.2, indent=0)
STYLES = {
    "p": BODY,
    "more": replace(BODY, indent=0),  # goes on after a formula
    "title": replace(CENTRED, size=17, leading=21, latin="tibo", after=5),
    "authors": replace(CENTRED, size=11, leading=15),
    "place": replace(CENTRED, size=10, leading=14, after=8),
    "abstract-head": replace(CENTRED, latin="tibo", size=10, leading=14),
    "abstract": replace(BODY, indent=0),
    "#": replace(BODY, size=11.5, leading=15, latin="tibo", align="left", indent=0, before=9, after=3, keep=26),
    "##": replace(BODY, size=10, leading=13, latin="tibo", align="left", indent=0, before=6, after=2, keep=26),
    "plain": replace(BODY, size=10, leading=13, latin="tibo", align="left", indent=0, before=9, after=2, keep=26),
    "formula": replace(CENTRED, size=10.5, leading=15, before=3, after=3),
    "caption": replace(SMALL, size=8.8, leading=10.8, before=3, after=9),
    "tablecaption": replace(SMALL, size=8.8, leading=10.8, before=8, after=3, keep=120),
    "ref": replace(SMALL, hang=14, after=2),
}
INKS: dict[str, Colour] = {
    "Factory": (0.75, 0.25, 0.15),
    "Laboratory": (0.80, 0.58, 0.10),
    "Drift-aware": (0.10, 0.35, 0.60),
}


def build() -> bytes:
    """Give the paper as a PDF."""
    flow = Flow(frames, Breaker(HYPHENATION))
    inserts = {"columns": Flow.next_frame, "figure": figure, "outcomes": outcomes_table}
    pour(TEXT, flow, STYLES, inserts)
    for page in flow.pdf:
        decorate(page)
    return to_bytes(flow.pdf, title=TITLE, author=AUTHORS, date="D:20240215120000Z", outline=flow.outline)


def frames(page: int) -> list[pymupdf.Rect]:
    """Two columns; page 1 begins with a frame over both and keeps room for the footnote."""
    top = 270.0 if page == 1 else TOP
    bottom = LAST_BOTTOM if page == LAST_PAGE else BOTTOM
    left = pymupdf.Rect(LEFT, top, LEFT + COLUMN, bottom)
    right = pymupdf.Rect(RIGHT - COLUMN, top, RIGHT, bottom)
    if page > 1:
        return [left, right]
    front = pymupdf.Rect(LEFT + 30, TOP + 10, RIGHT - 30, top)
    return [front, left, pymupdf.Rect(right.x0, right.y0, right.x1, FOOTNOTE_TOP - 4)]


def decorate(page: pymupdf.Page) -> None:
    number = page.number + 1
    head = pymupdf.Rect(LEFT, 40, RIGHT, 50)
    if number == 1:
        draw_text(
            page, "Proceedings of the Northmere Workshop on Field Sensing, 2024", head, replace(SMALL, align="left")
        )
        draw_footnote(page)
    else:
        draw_text(page, "Halvorsen, Okafor-Reyes and Lin", head, replace(SMALL, align="left"))
        draw_text(page, "Drift-Aware Calibration", head, replace(SMALL, align="right"))
    foot = pymupdf.Rect(LEFT, A4.y1 - 46, RIGHT, A4.y1 - 36)
    draw_text(page, str(FIRST_PRINTED_PAGE + page.number), foot, replace(SMALL, size=9, align="center"))


def draw_footnote(page: pymupdf.Page) -> None:
    x = RIGHT - COLUMN
    page.draw_line((x, FOOTNOTE_TOP), (x + 70, FOOTNOTE_TOP), width=0.4)
    style = replace(SMALL, size=7.8, leading=9.6)
    lines = Breaker().lines(FOOTNOTE, style, COLUMN)
    draw_lines(page, lines, pymupdf.Rect(x, FOOTNOTE_TOP + 4, RIGHT, BOTTOM), style)


def outcomes_table(flow: Flow) -> None:
    cell = replace(SMALL, size=8.8, leading=11, align="left")
    style = TableStyle([32, 20, 24, 24], "lrrr", cell, replace(cell, latin="tibo"), grid=False, padding=2, fill=None)
    flow.table(OUTCOMES, style)
    flow.space(9)


def figure(flow: Flow) -> None:
    flow.drawing(160, draw_chart)


def draw_chart(page: pymupdf.Page, box: pymupdf.Rect) -> None:
    """Draw the error of every arm over the months, with labelled axes."""
    plot = pymupdf.Rect(box.x0 + 30, box.y0 + 14, box.x1 - 6, box.y1 - 30)
    label = replace(SMALL, size=7.5, leading=9, latin="helv", align="center")
    for error in range(8):
        y = plot.y1 - plot.height * error / 7
        page.draw_line((plot.x0, y), (plot.x1, y), color=(0.85, 0.85, 0.85), width=0.4)
        draw_text(page, str(error), pymupdf.Rect(plot.x0 - 16, y - 4.5, plot.x0 - 4, y), replace(label, align="right"))
    for month in range(1, 15):
        x = plot.x0 + plot.width * month / 15
        draw_text(page, str(month), pymupdf.Rect(x - 8, plot.y1 + 2, x + 8, plot.y1), label)
    page.draw_line(plot.bl, plot.br, width=0.7)
    page.draw_line(plot.tl, plot.bl, width=0.7)
    draw_text(page, "Month of the trial", pymupdf.Rect(plot.x0, plot.y1 + 13, plot.x1, plot.y1), label)
    draw_text(page, "MAE", pymupdf.Rect(box.x0 - 4, plot.y0 - 12, box.x0 + 22, plot.y0), label)
    for arm, errors in ERRORS.items():
        points = [
            pymupdf.Point(plot.x0 + plot.width * (month + 1) / 15, plot.y1 - plot.height * error / 7)
            for month, error in enumerate(errors)
        ]
        page.draw_polyline(points, color=INKS[arm], width=1.3)
        end = pymupdf.Rect(points[-1].x - 60, points[-1].y - 13, points[-1].x + 8, points[-1].y)
        draw_text(page, arm, end, replace(label, colour=INKS[arm], align="right"))
