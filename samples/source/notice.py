"""A scanned Chinese notice: one slightly turned, grainy picture of a page, with no text layer."""

import io
import math
from dataclasses import replace

import numpy as np
import pymupdf
from flow import A4, Flow
from markup import pour
from PIL import Image
from typeset import Style, to_bytes

DPI = 150
TURN_DEGREES = 0.35
NOISE = 3.0  # standard deviation in grey levels
JPEG_QUALITY = 42
SEAL_INK = (0.62, 0.62, 0.62)

TITLE = Style(size=17, leading=30, align="center", stroke=True)
BODY = Style(size=14, leading=27, indent=2)
STYLES = {
    "p": BODY,
    "office": Style(size=24, leading=44, align="center", stroke=True),
    "number": Style(size=13, leading=30, align="center", after=4),
    "title": replace(TITLE, before=14),
    "title-end": TITLE,
    "to": Style(size=14, leading=27, align="left", before=8),
    "sign": Style(size=14, leading=27, align="right"),
}
TEXT = """
office| 青禾市政务服务中心文件

number| 青政服办〔2024〕17号

@rule

title| 关于办公楼供水管网检修期间

title-end| 停水安排及补贴发放的通知

to| 各处室、各进驻窗口单位：

为保障办公楼用水安全，定于2024年4月13日（星期六）8:00至4月14日（星期日）18:00对供水管网进行检修。现将有关事项
通知如下：

一、停水范围。A座1至6层及B座地下食堂停水，C座正常供水。食堂于4月15日早餐起恢复供餐。

二、临时办公。检修期间值班窗口迁至C座102室，服务时间为9:00至16:30。

三、补贴标准。值班人员每人每天发放补贴120元，误餐费每人每餐25元，由财务处于4月26日前统一发放。

四、检修费用。本次检修预算共计86,500元，其中管材42,300元，人工31,200元，水质检测13,000元。

五、名单报送。各单位请于4月10日（星期三）17:00前将值班人员名单报综合管理科。联系人：林晓岚，电话：5550-0136，
办公室：C座215室。

特此通知。

@signature
"""


def build() -> bytes:
    """Give the notice as a PDF that holds nothing but a picture."""
    picture = scan(printed_page())
    pdf = pymupdf.open()
    page = pdf.new_page(width=A4.width, height=A4.height)
    page.insert_image(page.rect, stream=picture)
    return to_bytes(pdf, title="Scan", author="", date="D:20240402153000+08'00'")


def printed_page() -> pymupdf.Page:
    flow = Flow(lambda _page: [pymupdf.Rect(80, 78, A4.x1 - 80, A4.y1 - 60)])
    pour(TEXT, flow, STYLES, {"rule": head_rule, "signature": signature})
    return flow.page


def head_rule(flow: Flow) -> None:
    flow.page.draw_line((flow.frame.x0, flow.y), (flow.frame.x1, flow.y), width=1.8, color=(0.4, 0.4, 0.4))


def signature(flow: Flow) -> None:
    """Sign at the right, with a worn seal beside the date."""
    flow.space(10)
    flow.paragraph("青禾市政务服务中心办公室", STYLES["sign"])
    flow.paragraph("2024年4月2日", STYLES["sign"])
    draw_seal(flow.page, pymupdf.Point(flow.frame.x1 - 215, flow.y - 22))


def draw_seal(page: pymupdf.Page, centre: pymupdf.Point) -> None:
    page.draw_circle(centre, 40, color=SEAL_INK, width=2.4)
    page.draw_circle(centre, 36, color=SEAL_INK, width=0.6)
    corners = []
    for corner in range(10):
        radius = 14 if corner % 2 == 0 else 5.4
        angle = math.pi * (corner / 5 - 0.5)
        corners.append((centre.x + radius * math.cos(angle), centre.y + radius * math.sin(angle)))
    page.draw_polyline(corners, color=SEAL_INK, fill=SEAL_INK, closePath=True)


def scan(page: pymupdf.Page) -> bytes:
    """Turn a printed page into what an office scanner would give: grey, turned a little, grainy, JPEG."""
    pixmap = page.get_pixmap(dpi=DPI, colorspace=pymupdf.csGRAY)
    picture = Image.frombytes("L", (pixmap.width, pixmap.height), pixmap.samples)
    turned = picture.rotate(TURN_DEGREES, resample=Image.Resampling.BICUBIC, fillcolor=255)
    grey = np.asarray(turned, dtype=np.float64) * 0.86 + 22  # ink is not black, paper is not white
    grain = np.random.default_rng(17).normal(0.0, NOISE, grey.shape)
    shade = np.linspace(0.0, -7.0, grey.shape[1])  # the lid did not close on the right
    result = np.clip(grey + grain + shade, 0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(result).save(file, "JPEG", quality=JPEG_QUALITY, dpi=(DPI, DPI))
    return file.getvalue()
