"""Scans that lie as they were laid on the glass, pages that are half text and half picture, and text that lies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pymupdf
import pytest
from pdfs import A4

from docent.ingest import Page, ParseOptions, parse
from docent.ingest.pages.lines import Line
from docent.ingest.scans.garbled import is_suspicious
from docent.ingest.scans.ocr import Picture, Recognised, recognise, render

TEXT = (
    "关于调整营业时间的通知",
    "自三月十二日起，周末上午九点开门，",
    "中午不休息，下午六点闭馆。",
    "The reading room closes early.",
    "每位读者可以借阅五本图书，",
    "逾期每天收费两角。",
)
Save = Callable[[pymupdf.Document], Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    def saved(document: pymupdf.Document) -> Path:
        document.save(tmp_path / "made.pdf")
        return tmp_path / "made.pdf"

    return saved


def drawn(texts: tuple[str, ...] = TEXT, angle: float = 0.0, x: float = 72.0) -> bytes:
    """A picture of the lines, turned by `angle` degrees about the middle of the page."""
    document = pymupdf.open()
    page = document.new_page(width=A4[0], height=A4[1])
    middle = pymupdf.Point(A4[0] / 2, A4[1] / 2)
    for number, text in enumerate(texts):
        at = (x, 200 + 24 * number)
        page.insert_text(at, text, fontname="china-s", fontsize=15, morph=(middle, pymupdf.Matrix(angle)))
    pixels: bytes = page.get_pixmap(dpi=150).tobytes("png")
    return pixels


def scan(turn: int = 0, angle: float = 0.0) -> pymupdf.Document:
    """A page that shows the picture after `turn` quarter turns counter-clockwise."""
    document = pymupdf.open()
    size = A4[::-1] if turn % 2 else A4
    page = document.new_page(width=size[0], height=size[1])
    page.insert_image(page.rect, stream=drawn(angle=angle), rotate=90 * turn)
    return document


def only(path: Path, options: ParseOptions | None = None) -> Page:
    (page,) = parse(path, options=options).pages
    return page


def answering(*texts: str, turn: int = 0, confidence: float = 0.99) -> ParseOptions:
    """Options with a recogniser that sees these lines below each other in the middle of any picture."""

    def seen(picture: Picture) -> Recognised:
        top = picture.height * 36 / picture.dpi
        lines = (Line(text, (80.0, top + 20 * i, 300.0, top + 20 * i + 12), 10.0) for i, text in enumerate(texts))
        return Recognised(tuple(lines), turn, confidence)

    return ParseOptions(recognise=seen)


def forbidden(_: Picture) -> Recognised:
    raise AssertionError("this page needs no OCR")


@pytest.mark.weights
class TestTurned:
    @pytest.mark.parametrize("turn", [0, 1, 2, 3])
    def test_it_is_read_upright_and_marked_where_it_lies(self, turn: int, save: Save) -> None:
        path = save(scan(turn))
        page = only(path)
        text = page.text.replace("\n", "").replace(" ", "")
        assert text == "".join(TEXT).replace(" ", "")
        turned = f"turned upright by {180 if turn == 2 else 90} degrees to be read"
        assert page.report.warnings == ("a scan, read by OCR", turned) if turn else ("a scan, read by OCR",)
        with pymupdf.open(path) as document:
            assert (page.width, page.height) == tuple(document[0].rect)[2:]
        # Middle of the first line on the upright page, and where a turn counter-clockwise takes it.
        x, y = 154.5, 194.5
        where = [(x, y), (y, A4[0] - x), (A4[0] - x, A4[1] - y), (A4[1] - y, x)][turn]
        box = page.blocks[0].spans[0].box
        assert box is not None
        assert ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2) == pytest.approx(where, abs=8)

    @pytest.mark.parametrize("angle", [-2.0, 2.0])
    def test_lines_that_fall_or_rise_are_read_one_after_the_other(self, angle: float, save: Save) -> None:
        page = only(save(scan(angle=angle)))
        assert page.text.replace("\n", "").replace(" ", "") == "".join(TEXT).replace(" ", "")
        heights = [span.box[3] - span.box[1] for block in page.blocks for span in block.spans if span.box]
        assert max(heights) < 24

    def test_nothing_is_seen_on_white_and_on_specks(self) -> None:
        assert recognise(Picture(600, 800, 150.0, b"\xff" * 480_000)) == Recognised(())
        assert recognise(Picture(1, 1, 150.0, b"\x00")).lines == ()


def test_a_poster_is_drawn_no_larger_than_ocr_looks_at() -> None:
    document = pymupdf.open()
    picture = render(document.new_page(width=14_400, height=7_200))
    assert max(picture.width, picture.height) <= 2_001
    assert len(picture.pixels) == picture.width * picture.height
    assert picture.dpi == pytest.approx(10)


class TestMixed:
    def page(self, heading: str = "Annex A") -> pymupdf.Document:
        document = pymupdf.open()
        page = document.new_page(width=A4[0], height=A4[1])
        page.insert_image(page.rect, stream=drawn())
        page.insert_text((72, 60), heading, fontname="helv", fontsize=14)
        return document

    @pytest.mark.weights
    def test_typed_heading_over_a_scan(self, save: Save) -> None:
        page = only(save(self.page()))
        assert page.report.source == "mixed"
        assert page.report.warnings == ("text in a picture, read by OCR",)
        assert page.text.count("Annex A") == 1
        assert page.text.replace("\n", "").replace(" ", "") == "AnnexA" + "".join(TEXT).replace(" ", "")

    def test_a_turned_scan_takes_its_heading_along(self, save: Save) -> None:
        page = only(save(self.page()), answering("words of the scan", turn=2))
        assert "Annex A" in page.text
        assert "words of the scan" in page.text
        boxes = {span.box for block in page.blocks for span in block.spans if "Annex" in block.text}
        assert any(box and box[1] < 70 and box[0] < 80 for box in boxes)

    def test_only_the_picture_beside_the_text_is_looked_at(self, save: Save) -> None:
        document = pymupdf.open()
        page = document.new_page(width=A4[0], height=A4[1])
        where = pymupdf.Rect(100, 400, 500, 800)
        page.insert_image(where, stream=drawn(), keep_proportion=False)
        page.insert_text((72, 60), "Figure 3, and what it shows", fontname="helv", fontsize=14)
        looked_at: list[Picture] = []

        def seen(picture: Picture) -> Recognised:
            looked_at.append(picture)
            return Recognised((Line("an axis", (56.0, 106.0, 156.0, 126.0), 14.0),), 0, 0.99)

        read = only(save(document), ParseOptions(recognise=seen))
        (picture,) = looked_at
        assert picture.width * 72 / picture.dpi == pytest.approx(where.width, abs=20)
        assert picture.height * 72 / picture.dpi == pytest.approx(where.height, abs=20)
        boxes = [span.box for block in read.blocks for span in block.spans][-1:]
        assert boxes == [pytest.approx((150, 500, 250, 520), abs=1)]
        assert read.report.source == "mixed"

    def test_its_own_text_layer_is_kept(self, save: Save) -> None:
        document = pymupdf.open()
        page = document.new_page(width=A4[0], height=A4[1])
        page.insert_image(page.rect, stream=drawn())
        for number, text in enumerate(TEXT):
            page.insert_text((72, 200 + 24 * number), text, fontname="china-s", fontsize=15, render_mode=3)
        assert only(save(document), ParseOptions(recognise=forbidden)).report.source == "text"

    def test_a_photograph_is_not_read(self, save: Save) -> None:
        document = pymupdf.open()
        page = document.new_page(width=A4[0], height=A4[1])
        shades = bytes(255 * (x + y) // 1400 for y in range(700) for x in range(700))
        page.insert_image((72, 100, 500, 700), pixmap=pymupdf.Pixmap(pymupdf.csGRAY, 700, 700, shades, False))
        page.insert_text((72, 60), "The harbour at dawn", fontname="helv", fontsize=14)
        assert only(save(document), ParseOptions(recognise=forbidden)).report.source == "text"


class TestGarbled:
    @pytest.mark.parametrize(
        "text",
        [
            "6XPPD RI FRVWV SHU TXDUWHU",  # "Summa of costs per quarter", codes shifted by 29
            "ශ්ේ༻எٴϜᥲഡ࠵ϛຐᏘƥलЃᰊ",
            "À²Ëõ¹æ¸ñºÍ¼ÛÄ¿±í",  # GB 2312 taken for Latin-1
            "&#*!=<>+[]{}~^;;?'#&*",
        ],
    )
    def test_improbable_text_is_suspected(self, text: str) -> None:
        assert is_suspicious([Line(text, (0, 0, 100, 10), 10)])

    @pytest.mark.parametrize(
        "text",
        [
            "Revenue 2,104 (1,998) $ 33.1% | Q1 Q2 Q3 Q4",
            "净利润同比增长12.5%，ROE为8.3%。",
            "Годовой отчёт о прибылях и убытках",
            "التقرير السنوي للشركة",
            "決算短信（連結）について",
            "연결재무제표 주석",
            "Ετήσια οικονομική έκθεση",
            "Größenänderungen überprüfen für Übungsgeräte",
        ],
    )
    def test_languages_are_not(self, text: str) -> None:
        assert not is_suspicious([Line(text, (0, 0, 100, 10), 10)])

    def shifted(self, text: str) -> pymupdf.Document:
        document = pymupdf.open()
        page = document.new_page(width=A4[0], height=A4[1])
        page.insert_text((72, 120), text, fontname="helv", fontsize=14)
        return document

    def test_text_that_the_page_does_not_show_is_replaced(self, save: Save) -> None:
        page = only(save(self.shifted("6XPPD RI FRVWV")), answering("Summa of costs"))
        assert (page.text, page.report.source) == ("Summa of costs", "ocr")
        assert page.report.warnings == ("text that is not what the page shows, read by OCR",)

    @pytest.mark.weights
    def test_odd_text_that_the_page_shows_is_kept(self, save: Save) -> None:
        page = only(save(self.shifted("6XPPD RI FRVWV SHU TXDUWHU")))
        assert (page.text, page.report.source) == ("6XPPD RI FRVWV SHU TXDUWHU", "text")

    def test_ocr_that_is_not_sure_contradicts_nothing(self, save: Save) -> None:
        page = only(save(self.shifted("6XPPD RI FRVWV")), answering("Summa of costs", confidence=0.7))
        assert (page.text, page.report.source) == ("6XPPD RI FRVWV", "text")


class TestModes:
    def test_never(self, save: Save) -> None:
        page = only(save(scan()), ParseOptions(ocr="never", recognise=forbidden))
        assert page.report.source == "none"
        assert page.report.warnings == ("a scan, not read because OCR is off",)

    def test_always_reads_what_has_ink(self, save: Save) -> None:
        document = pymupdf.open()
        document.new_page(width=A4[0], height=A4[1]).insert_text((72, 120), "typed", fontname="helv")
        document.new_page(width=A4[0], height=A4[1])
        first, blank = parse(save(document), options=replace(answering("seen"), ocr="always")).pages
        assert (first.text, first.report.source) == ("seen", "ocr")
        assert (blank.text, blank.report.source, blank.report.warnings) == ("", "none", ())

    def test_low_confidence_is_said(self, save: Save) -> None:
        page = only(save(scan()), answering("blurred words", confidence=0.6))
        assert page.report.warnings == ("a scan, read by OCR", "doubtful: read by OCR with low confidence")

    def test_a_picture_that_would_not_fit_into_memory_is_not_decoded(self, save: Save) -> None:
        document = pymupdf.open()
        page = document.new_page(width=A4[0], height=A4[1])
        xref = page.insert_image(page.rect, stream=drawn(()))
        document.xref_set_key(xref, "Width", "100000")
        document.xref_set_key(xref, "Height", "100000")
        page = only(save(document), ParseOptions(recognise=forbidden))
        assert page.report.warnings == ("a picture on this page is too large to be read",)


@pytest.mark.weights
def test_one_short_line_on_a_large_page_is_seen() -> None:
    with pymupdf.open() as document:
        page = document.new_page(width=595, height=842)
        page.insert_text((72, 100), "Boil the tea water")
        found = recognise(render(page))
    assert [line.text for line in found.lines] == ["Boil the tea water"]
    x0, y0, x1, y1 = found.lines[0].box
    assert (64 < x0 < 74, 85 < y0 < 95, 155 < x1 < 175, 98 < y1 < 108) == (True,) * 4
