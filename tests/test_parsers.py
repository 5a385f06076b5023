from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest
from contracts.parser import ParserContract
from pdfs import write_columns, write_pdf, write_scan

from docent.ingest import (
    Block,
    Chunk,
    ChunkOptions,
    Page,
    PageReport,
    ParseOptions,
    PasswordRequired,
    Span,
    UnsupportedType,
    chunk_pages,
    parse,
)

LEFT = [f"The left column talks about swifts, line {n} of it." for n in range(12)]
RIGHT = [f"The right column talks about tea, line {n} of it." for n in range(12)]


class TestPdf(ParserContract):
    @pytest.fixture
    def words(self) -> list[str]:
        return ["绿茶的最佳冲泡温度", "八十度", "red tea", "boiling water"]

    @pytest.fixture
    def good(self, tmp_path: Path) -> Path:
        text = ["绿茶的最佳冲泡温度\n是八十度。", "For red tea\ntake boiling water."]
        return write_pdf(tmp_path / "茶 tea.pdf", text)

    @pytest.fixture
    def broken(self, tmp_path: Path, good: Path) -> list[Path]:
        made = {
            "empty.pdf": b"",
            "random.pdf": b"%PDF-1.7\n" + bytes(range(256)),
            "html.pdf": b"<!doctype html><p>not found</p>",
            "half.pdf": good.read_bytes()[:300],
        }
        for name, data in made.items():
            (tmp_path / name).write_bytes(data)
        locked = write_pdf(tmp_path / "locked.pdf", ["secret"], password="1234")
        return [*(tmp_path / name for name in made), locked, tmp_path / "missing.pdf"]

    def test_lines_of_a_paragraph_join_without_losing_their_boxes(self, good: Path) -> None:
        first, second = parse(good).pages
        (block,) = first.blocks
        assert block.text == "绿茶的最佳冲泡温度是八十度。"
        assert [block.text[s.start : s.end] for s in block.spans] == ["绿茶的最佳冲泡温度", "是八十度。"]
        assert second.blocks[0].text == "For red tea take boiling water."

    def test_a_password_opens_it(self, tmp_path: Path) -> None:
        path = write_pdf(tmp_path / "locked.pdf", ["secret"], password="1234")
        assert parse(path, options=ParseOptions(password="1234")).pages[0].text == "secret"
        with pytest.raises(PasswordRequired, match=r"locked\.pdf"):
            parse(path, options=ParseOptions(password="wrong"))


class TestColumns(ParserContract):
    @pytest.fixture
    def words(self) -> list[str]:
        return [*LEFT, *RIGHT]

    @pytest.fixture
    def good(self, tmp_path: Path) -> Path:
        return write_columns(tmp_path / "columns.pdf", LEFT, RIGHT)

    @pytest.fixture
    def broken(self, tmp_path: Path) -> list[Path]:
        return [tmp_path / "missing.pdf"]

    def test_the_report_says_so(self, good: Path) -> None:
        assert parse(good).pages[0].report.columns == 2


@pytest.mark.weights
class TestScan(ParserContract):
    @pytest.fixture
    def words(self) -> list[str]:
        return ["关于调整营业时间的通知", "3月12日", "2100元"]

    @pytest.fixture(scope="class")
    @classmethod
    def good(cls, tmp_path_factory: pytest.TempPathFactory) -> Path:
        text = "关于调整营业时间的通知\n自3月12日起执行。\n补贴金额2100元。"
        return write_scan(tmp_path_factory.mktemp("scan") / "scan.pdf", text)

    @pytest.fixture
    def broken(self, tmp_path: Path) -> list[Path]:
        return [tmp_path / "missing.pdf"]

    def test_it_is_said_and_its_lines_have_boxes(self, good: Path) -> None:
        (page,) = parse(good).pages
        assert page.report.source == "ocr"
        assert page.report.warnings == ("a scan, read by OCR",)
        with pymupdf.open(good) as document:
            assert page.width == document[0].rect.width
        title = page.blocks[0].spans[0].box
        assert title is not None
        assert title[1] == pytest.approx(120 - 16, abs=8)


class TestMarkdown(ParserContract):
    paged = False

    @pytest.fixture
    def words(self) -> list[str]:
        return ["Backup", "every night", "tape", "恢复", "step one", "inner", "disk\t7", "rm -rf"]

    @pytest.fixture
    def good(self, tmp_path: Path) -> Path:
        path = tmp_path / "note.md"
        path.write_text(
            "# Backup\n\nRuns every night\nto tape.\n\n## 恢复\n\n- step one\n  - inner\n- step two\n\n"
            "| kind | days |\n|---|---|\n| disk | 7 |\n\n```\nrm -rf old\n```\n",
            encoding="utf-8",
        )
        return path

    @pytest.fixture
    def broken(self, tmp_path: Path) -> list[Path]:
        (tmp_path / "zeros.md").write_bytes(b"\x00\x01" * 50)
        (tmp_path / "empty.md").write_bytes(b"")
        return [tmp_path / "zeros.md", tmp_path / "empty.md"]

    def test_structure_is_kept(self, good: Path) -> None:
        blocks = parse(good).pages[0].blocks
        assert [(b.kind, b.level) for b in blocks[:3]] == [("heading", 1), ("text", 0), ("heading", 2)]
        assert [b.text for b in blocks if b.kind == "table"] == ["kind\tdays\ndisk\t7"]


class TestText(ParserContract):
    paged = False

    @pytest.fixture(params=["utf-8", "gb18030", "utf-16"])
    def good(self, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
        path = tmp_path / "茶.txt"
        path.write_bytes("绿茶的最佳冲泡温度是八十度。\r\n\r\n红茶需要沸水，时间三分钟。".encode(request.param))
        return path

    @pytest.fixture
    def words(self) -> list[str]:
        return ["八十度", "红茶", "三分钟"]

    @pytest.fixture
    def broken(self, tmp_path: Path) -> list[Path]:
        (tmp_path / "really.txt").write_bytes(b"%PDF-1.4 a pdf in disguise")
        (tmp_path / "empty.txt").write_bytes(b"")
        return [tmp_path / "really.txt", tmp_path / "empty.txt"]


def test_an_unknown_kind_lists_what_is_known(tmp_path: Path) -> None:
    path = tmp_path / "x.xyz"
    path.write_bytes(b"x")
    with pytest.raises(
        UnsupportedType, match=r"x\.xyz is of a kind that is not read \(\.xyz\); read are .*\.md .*\.pdf .*\.text"
    ):
        parse(path)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_boxes_are_those_of_the_page_as_shown(tmp_path: Path, rotation: int) -> None:
    path = write_pdf(tmp_path / "turned.pdf", ["One line of text"], rotation=rotation)
    (page,) = parse(path).pages
    with pymupdf.open(path) as document:
        shown = document[0]
        assert (page.width, page.height) == (shown.rect.width, shown.rect.height)
        expected = (shown.search_for("One line of text")[0] * shown.rotation_matrix).normalize()
    box = page.blocks[0].spans[0].box
    assert box is not None
    assert pymupdf.Rect(box).intersect(expected).get_area() > 0.8 * expected.get_area()


def test_running_heads_and_page_numbers_are_left_out(tmp_path: Path) -> None:
    document = pymupdf.open()
    for number in range(1, 6):
        page = document.new_page()
        page.insert_text((72, 40), "Annual report of Nobody Ltd", fontsize=9)
        page.insert_text((290, 820), f"- {number} -", fontsize=9)
        page.insert_text((72, 200), f"Chapter text number {number} is about something.", fontsize=11)
    document.save(tmp_path / "heads.pdf")
    text = "\n".join(page.text for page in parse(tmp_path / "heads.pdf").pages)
    assert "Annual report" not in text
    assert "- 3 -" not in text
    assert text.count("is about something.") == 5


def test_a_file_cut_off_in_the_middle_says_that_text_is_missing(tmp_path: Path) -> None:
    whole = write_pdf(tmp_path / "whole.pdf", [f"Page {n} says something." for n in range(1, 9)]).read_bytes()
    assert not parse(tmp_path / "whole.pdf").pages[0].report.warnings
    cut = tmp_path / "cut.pdf"
    cut.write_bytes(whole[: whole.rindex(b"startxref")].replace(b"stream\n", b"strXam\n", 3))
    pages = parse(cut).pages
    assert not all(page.blocks for page in pages)
    assert "text of some pages is missing" in pages[0].report.warnings[-1]


class TestChunksOfPages:
    """Sections and sentences that go on over a page."""

    @staticmethod
    def page(number: int, *texts: str, location: str = "", heading: str = "") -> Page:
        made = [Block("heading", heading, number, None, 1, (Span(number, None, 0, len(heading)),))] if heading else []
        for place, text in enumerate(texts):
            box = (72.0, 100.0 + 20 * place, 500.0, 112.0 + 20 * place)
            made.append(Block("text", text, number, box, 0, (Span(number, box, 0, len(text)),)))
        return Page(number, 595, 842, tuple(made), PageReport("text", 1), location)

    def chunks(self, *pages: Page) -> list[Chunk]:
        return list(chunk_pages("0" * 64, pages, len, ChunkOptions(target=300, limit=400)))

    def test_a_sentence_over_a_page_break_is_whole(self) -> None:
        one = self.page(1, "Tea is old.", "The first leaves were picked in the hills and")
        two = self.page(2, "dried by the fire. They were sold in the town.", "Another paragraph.")
        first, second = self.chunks(one, two)
        assert first.text == "Tea is old.\nThe first leaves were picked in the hills and dried by the fire."
        assert first.pages == (1, 2)
        assert second.text == "They were sold in the town.\nAnother paragraph."
        assert [span.page for span in first.lines(60, 70)] == [2]

    def test_a_break_that_a_block_keeps_is_kept(self) -> None:
        [chunk] = self.chunks(self.page(1, "热线：8820-1163\n单据须提交\nReceipts too."))
        assert chunk.text == "热线：8820-1163\n单据须提交\nReceipts too."

    def test_chinese_too(self) -> None:
        first, _ = self.chunks(self.page(1, "茶树喜欢温暖湿润的"), self.page(2, "气候。多生长在山地。"))
        assert first.text == "茶树喜欢温暖湿润的气候。"

    def test_a_new_sentence_stays_on_its_page(self) -> None:
        first, second = self.chunks(self.page(1, "One ends."), self.page(2, "Two begins."))
        assert (first.pages, second.pages) == ((1,), (2,))

    def test_headings_last_over_the_pages_of_a_file_in_an_archive(self) -> None:
        one = self.page(1, "Text.", location="a.pdf, page 1", heading="Costs")
        two = self.page(2, "More.", location="a.pdf, page 2")
        three = self.page(3, "Other.", location="b.pdf, page 1")
        headings = [chunk.heading for chunk in self.chunks(one, two, three)]
        assert headings == ["a.pdf, page 1 > Costs", "a.pdf, page 2 > Costs", "b.pdf, page 1"]
