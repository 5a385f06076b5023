"""Word, Excel and PowerPoint files, made here by the same libraries, then read."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from contracts.unpaged import OLE, Unpaged, table_rows, truncated

from docent.app import Library
from docent.app.wire import answer_to_dict
from docent.ingest import UnsupportedType, parse
from docent.ingest.formats.shown import shown
from docent.llm import Done


def test_a_workbook_is_read_whatever_its_path_is(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["Part", "Price"])
    book.active.append(["Gear", 12])
    book.save(tmp_path / "book.xlsx")
    (tmp_path / "book.xlsx").rename(tmp_path / "0a1b2c")
    assert "Gear" in parse(tmp_path / "0a1b2c", "book.xlsx").pages[0].text


class TestWord(Unpaged):
    @pytest.fixture
    def words(self) -> list[str]:
        return ["差旅制度", "第一章 总则", "本制度适用于全体员工", "Book early", "住宿标准", "地区", "一线城市", "600"]

    @pytest.fixture
    def good(self, tmp_path: Path) -> Path:
        import docx

        document = docx.Document()
        document.add_heading("差旅制度", 0)
        document.add_heading("第一章 总则", 1)
        document.add_paragraph("本制度适用于全体员工。")
        document.add_paragraph("Book early", style="List Bullet")
        document.add_heading("住宿标准", 2)
        table = document.add_table(4, 3)
        rows = [
            ("地区", "级别", "每晚上限（元）"),
            ("一线城市", "经理", "600"),
            ("", "员工", "450"),
            ("其他", "员工", "300"),
        ]
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
        table.cell(1, 0).merge(table.cell(2, 0))
        document.save(str(tmp_path / "差旅.docx"))
        return tmp_path / "差旅.docx"

    @pytest.fixture
    def broken(self, tmp_path: Path, good: Path) -> list[Path]:
        with zipfile.ZipFile(tmp_path / "archive.docx", "w") as archive:
            archive.writestr("a.txt", "a")
        (tmp_path / "page.docx").write_text("<html><p>not a document")
        (tmp_path / "old.docx").write_bytes(OLE + "WordDocument".encode("utf-16-le"))
        with_entities(good, tmp_path / "entities.docx")
        names = ("archive.docx", "page.docx", "old.docx", "entities.docx")
        return [truncated(good, "half.docx"), *(tmp_path / name for name in names)]

    def test_structure_is_kept(self, good: Path) -> None:
        blocks = parse(good).pages[0].blocks
        assert [(one.kind, one.level) for one in blocks] == [
            ("heading", 1), ("heading", 2), ("text", 0), ("list", 0), ("heading", 3), ("table", 0),
        ]  # fmt: skip
        assert table_rows(blocks) == [
            ("一线城市 / 经理", {"一线城市": ("地区",), "经理": ("级别",), "600": ("每晚上限（元）",)}),
            ("一线城市 / 员工", {"员工": ("级别",), "450": ("每晚上限（元）",)}),
            ("其他 / 员工", {"其他": ("地区",), "员工": ("级别",), "300": ("每晚上限（元）",)}),
        ]

    def test_what_stands_in_the_xml_alone(self, tmp_path: Path) -> None:
        import docx
        from docx.oxml import parse_xml

        ns = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
        document = docx.Document()
        body = document.element.body
        body.insert(
            0, parse_xml(f'<w:p {ns}><w:pPr><w:outlineLvl w:val="1"/></w:pPr><w:r><w:t>Outlined</w:t></w:r></w:p>')
        )
        body.insert(1, parse_xml(
            f"<w:p {ns}><w:r><w:t>kept </w:t></w:r><w:ins><w:r><w:t>inserted</w:t></w:r></w:ins>"
            "<w:del><w:r><w:delText>deleted</w:delText></w:r></w:del>"
            "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:r><w:br/><w:t>second line</w:t></w:r></w:p>"
        ))  # fmt: skip
        body.insert(2, parse_xml(
            f"<w:sdt {ns}><w:sdtContent><w:p><w:r><w:t>in a control</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        ))  # fmt: skip
        body.insert(3, parse_xml(
            f"<w:p {ns}><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>boxed</w:t></w:r></w:p></w:txbxContent></w:pict>"
            "</w:r></w:p>"
        ))  # fmt: skip
        document.save(str(tmp_path / "xml.docx"))
        blocks = parse(tmp_path / "xml.docx").pages[0].blocks
        assert [one.text for one in blocks] == ["Outlined", "kept inserted\nsecond line", "in a control", "boxed"]
        assert blocks[0].level == 2

    def test_numbers_that_word_counts_are_read(self, tmp_path: Path) -> None:
        import docx
        from docx.oxml import parse_xml

        ns = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
        document = docx.Document()
        levels = (("0", "chineseCountingThousand", "第%1条"), ("1", "decimal", "%1.%2"))
        inner = "".join(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:isLgl/>'
            f'<w:lvlText w:val="{text}"/></w:lvl>'
            for level, form, text in levels
        )
        root = document.part.numbering_part.element
        root.insert(0, parse_xml(f'<w:abstractNum {ns} w:abstractNumId="77">{inner}</w:abstractNum>'))
        root.append(parse_xml(f'<w:num {ns} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
        for level, text in ((0, "总则"), (0, "付款"), (1, "三十日内付清"), (0, "违约")):
            properties = document.add_paragraph(text)._p.get_or_add_pPr()
            properties.append(parse_xml(f'<w:numPr {ns}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>'))
        document.save(str(tmp_path / "contract.docx"))
        blocks = parse(tmp_path / "contract.docx").pages[0].blocks
        assert [one.text for one in blocks] == ["第一条 总则", "第二条 付款", "2.1 三十日内付清", "第三条 违约"]

    def test_bold_lines_are_headings_where_there_are_no_styles(self, tmp_path: Path) -> None:
        import docx

        document = docx.Document()
        document.add_paragraph().add_run("一、适用范围").bold = True
        document.add_paragraph("全体员工。")
        document.save(str(tmp_path / "plain.docx"))
        assert [one.kind for one in parse(tmp_path / "plain.docx").pages[0].blocks] == ["heading", "text"]


def with_entities(source: Path, target: Path) -> None:
    """The same office file with a billion laughs in each of its parts."""
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith(".xml") and not name.startswith("["):
                start, _, rest = data.partition(b"?>")
                data = start + b"?>" + laughs + rest
            new.writestr(name, data)


class TestWorkbook(Unpaged):
    @pytest.fixture
    def words(self) -> list[str]:
        return ["2024年销售", "地区", "上半年", "西北", "1,234.50", "45.6%", "2024-03-05", "备注"]

    @pytest.fixture
    def good(self, tmp_path: Path) -> Path:
        import openpyxl

        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = "销售"
        for row in [
            ("2024年销售（单位：万元）",),
            ("地区", "上半年", None, "签约日"),
            (None, "金额", "占比"),
            ("西北", 1234.5, 0.456, date(2024, 3, 5)),
            ("华东", 88, 0.1, date(2024, 4, 6)),
        ]:
            sheet.append(row)
        for cells in ("A1:D1", "A2:A3", "B2:C2", "D2:D3"):
            sheet.merge_cells(cells)
        sheet["B4"].number_format = "#,##0.00"
        sheet["C4"].number_format = "0.0%"
        sheet["D4"].number_format = sheet["D5"].number_format = "mm-dd-yy"
        other = book.create_sheet("说明 notes")
        other["A1"] = "备注：数据来自财务部。"
        other["B3"] = "=1+1"
        book.save(tmp_path / "销售.xlsx")
        return tmp_path / "销售.xlsx"

    @pytest.fixture
    def broken(self, tmp_path: Path, good: Path) -> list[Path]:
        (tmp_path / "locked.xlsx").write_bytes(OLE + "EncryptedPackage".encode("utf-16-le"))
        (tmp_path / "renamed.xlsx").write_bytes(b"a,b\n1,2\n")
        with_entities(good, tmp_path / "entities.xlsx")
        with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", bytes(30_000_000))
        names = ("locked.xlsx", "renamed.xlsx", "entities.xlsx", "bomb.xlsx")
        return [truncated(good, "half.xlsx"), *(tmp_path / name for name in names)]

    def test_rows_carry_merged_heads_and_values_as_shown(self, good: Path) -> None:
        first, second = parse(good).pages
        assert [first.location, second.location] == ["销售", "说明 notes"]
        assert table_rows(first.blocks)[0] == (
            "西北",
            {"西北": ("地区",), "1,234.50": ("上半年", "金额"), "45.6%": ("上半年", "占比"), "2024-03-05": ("签约日",)},
        )
        assert first.blocks[0].context == "2024年销售（单位：万元）"
        assert second.text == "备注：数据来自财务部。"
        assert second.report.warnings == ("1 formulas have no stored result: open and save it in Excel once",)

    def test_a_blank_row_ends_a_table_but_not_its_heads(self, tmp_path: Path) -> None:
        import openpyxl

        book = openpyxl.Workbook()
        for row in [("name", "days"), ("disk", 7), (), ("tape", 30), (), ("room", "seats"), ("A1", 12)]:
            book.active.append(row)
        book.save(tmp_path / "two.xlsx")
        rows = table_rows(parse(tmp_path / "two.xlsx").pages[0].blocks)
        assert [(label, list(cells.values())[-1]) for label, cells in rows] == [
            ("disk", ("days",)), ("tape", ("days",)), ("A1", ("seats",)),
        ]  # fmt: skip

    def test_too_many_rows_are_said(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, good: Path) -> None:
        monkeypatch.setattr("docent.ingest.formats.workbook.MAX_CELLS", 8)
        first, second = parse(good).pages
        assert first.report.warnings[0] == "only the first 3 rows were read"
        assert second.report.warnings[0] == "only the first 0 rows were read"

    def test_a_citation_names_the_sheet(self, good: Path, library: Library) -> None:
        list(library.sync([good]))
        *_, done = library.ask("西北上半年的金额是多少？")
        assert isinstance(done, Done)
        (citation, *_) = answer_to_dict(done.answer)["citations"]
        assert citation["location"].split(" > ")[0] == "销售"
        assert "1,234.50" in citation["quote"]
        assert library.page(citation["document_id"], citation["page"]).location == "销售"


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (0.1 + 0.2, "General", "0.3"),
        (1234567.0, "General", "1234567"),
        (-1234.5, "#,##0.00;(#,##0.00)", "(1,234.50)"),
        (0.256, "0%", "26%"),
        (12, '"¥"#,##0.00', "¥12.00"),
        (3, '0" 天"', "3 天"),
        (1500000, "#,##0.0,", "1,500.0"),
        (7, "00000", "00007"),
        (12345, "0.00E+00", "1.23E+04"),
        (5.5, "[$¥-804]#,##0.00", "¥5.50"),
        (date(2024, 3, 5), "yyyy年m月d日", "2024年3月5日"),
        (date(2024, 3, 5), 'yyyy"年"m"月"', "2024年3月"),
        (date(2024, 3, 5), "General", "2024-03-05"),
        (True, "General", "TRUE"),
    ],
)
def test_numbers_are_read_as_they_are_shown(value: Any, code: str, expected: str) -> None:
    assert shown(value, code) == expected


class TestSlides(Unpaged):
    @pytest.fixture
    def words(self) -> list[str]:
        return ["Roadmap", "Plan one", "left", "right", "below", "Say hello", "第二张", "部门", "研发", "12"]

    @pytest.fixture
    def good(self, tmp_path: Path) -> Path:
        import pptx
        from pptx.util import Inches

        show = pptx.Presentation()
        first = show.slides.add_slide(show.slide_layouts[1])
        first.shapes.title.text = "Roadmap"
        first.placeholders[1].text = "Plan one\nPlan two"
        for text, left, top in (("below", 1, 7.2), ("right", 5, 7), ("left", 1, 7.05)):
            first.shapes.add_textbox(Inches(left), Inches(top - (text != "below")), Inches(2), Inches(1)).text = text
        first.notes_slide.notes_text_frame.text = "Say hello."
        second = show.slides.add_slide(show.slide_layouts[5])
        second.shapes.title.text = "第二张"
        table = second.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table
        for row, texts in enumerate([("部门", "人数"), ("研发", "12")]):
            for column, text in enumerate(texts):
                table.cell(row, column).text = text
        show.save(str(tmp_path / "plan.pptx"))
        return tmp_path / "plan.pptx"

    @pytest.fixture
    def broken(self, tmp_path: Path, good: Path) -> list[Path]:
        (tmp_path / "word.pptx").write_bytes(TestWord.good.__wrapped__(TestWord(), tmp_path).read_bytes())
        return [truncated(good, "half.pptx"), tmp_path / "word.pptx"]

    def test_a_slide_is_a_page(self, good: Path) -> None:
        first, second = parse(good).pages
        assert [first.location, second.location] == ["Slide 1", "Slide 2"]
        assert [one.kind for one in first.blocks[:3]] == ["heading", "list", "list"]
        assert table_rows(second.blocks) == [("研发", {"研发": ("部门",), "12": ("人数",)})]

    def test_the_numbers_of_a_chart_are_read(self, tmp_path: Path) -> None:
        import pptx
        from pptx.chart.data import CategoryChartData
        from pptx.enum.chart import XL_CHART_TYPE
        from pptx.util import Inches

        show = pptx.Presentation()
        data = CategoryChartData()
        data.categories = ["Q1", "Q2"]
        data.add_series("Revenue", (1.5, 2))
        slide = show.slides.add_slide(show.slide_layouts[6])
        slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 0, Inches(4), Inches(3), data)
        show.save(str(tmp_path / "chart.pptx"))
        rows = table_rows(parse(tmp_path / "chart.pptx").pages[0].blocks)
        assert rows == [("Q1", {"Q1": (), "1.5": ("Revenue",)}), ("Q2", {"Q2": (), "2": ("Revenue",)})]


def test_a_missing_extra_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = TestWord.good.__wrapped__(TestWord(), tmp_path)
    monkeypatch.setitem(__import__("sys").modules, "docx", None)
    advice = "差旅.docx needs the office extra: in Docent's folder run pip install -e '.[office]'."
    with pytest.raises(UnsupportedType) as caught:
        parse(path)
    assert str(caught.value) == advice


@pytest.mark.parametrize("make", [TestWord, TestSlides, TestWorkbook])
def test_one_office_file_is_not_another(make: Callable[[], Any], tmp_path: Path) -> None:
    good: Path = make.good.__wrapped__(make(), tmp_path)  # type: ignore[attr-defined]
    wrong = tmp_path / ("a.xlsx" if good.suffix != ".xlsx" else "a.docx")
    wrong.write_bytes(good.read_bytes())
    with pytest.raises(
        UnsupportedType, match=rf"is named \{wrong.suffix} but is a .* inside: rename it to \{good.suffix}"
    ):
        parse(wrong)
