"""Tables of plain cells: which rows are titles and heads, what names a row, and where a citation points."""

from __future__ import annotations

from pathlib import Path

import pytest
from contracts.unpaged import table_rows

from docent.ingest import Document, UnreadableFile, parse


def read_csv(folder: Path, text: str) -> Document:
    (folder / "table.csv").write_text(text, encoding="utf-8")
    return parse(folder / "table.csv")


def labels(document: Document) -> list[str]:
    return [label for page in document.pages for label, _ in table_rows(page.blocks)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("地区,季度,销售额\n华东,Q1,120\n华东,Q2,90\n华北,Q1,70\n", ["华东 / Q1", "华东 / Q2", "华北 / Q1"]),
        ("地区,季度,销售额\n华东,Q1,120\n,Q2,90\n华北,Q1,70\n,Q2,60\n合计,,340\n",
         ["华东 / Q1", "华东 / Q2", "华北 / Q1", "华北 / Q2", "合计"]),
        ("序号,地区,月份,销售额\n1,华东,1月,120\n2,华东,2月,90\n3,华北,1月,70\n",
         ["华东 / 1月", "华东 / 2月", "华北 / 1月"]),
        ("日期,收盘,成交\n2024-03-05,12.5,100\n2024-03-06,12.7,120\n", ["2024-03-05", "2024-03-06"]),
        ("2024.03.05,12.5\n2024.03.06,12.7\n", ["2024.03.05", "2024.03.06"]),
        ("month,rain,sun\n1月,30,5\n2月,20,7\n", ["1月", "2月"]),
        ("姓名,部门,电话\n张三,研发,8001\n李四,研发,8002\n", ["张三", "李四"]),
        ("问题,答案\n怎么退货,七天之内联系客服\n怎么换货,十五天之内联系客服\n", ["怎么退货", "怎么换货"]),
        ("a,b,c,d\nx,p,u,1\nx,p,u,2\nx,q,u,3\n", ["x / p / u", "x / p / u", "x / q / u"]),
        ("产品,价格\n手机类\n甲,100\n乙,200\n", ["手机类", "甲", "乙"]),
    ],
)  # fmt: skip
def test_a_row_is_named_by_its_leading_columns(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert labels(read_csv(tmp_path, text)) == expected


@pytest.mark.parametrize(
    ("text", "heads"),
    [
        ("地区,1月,2月\n华东,10,20\n", {"10": ("1月",), "20": ("2月",)}),
        ("地区,上半年,,下半年,\n,金额,占比,金额,占比\n华东,10,20%,30,40%\n华北,1,2%,3,4%\n",
         {"10": ("上半年", "金额"), "20%": ("上半年", "占比"), "30": ("下半年", "金额"), "40%": ("下半年", "占比")}),
        ("项目,收入,成本\n,（万元）,（元）\n甲,10,20\n乙,30,40\n丙,1,2\n",
         {"10": ("收入", "（万元）"), "20": ("成本", "（元）")}),
        ("2024年销售报表\n单位：万元,制表：财务部\n地区,第一季度,第二季度,第三季度\n华东,10,20,30\n华北,1,2,3\n",
         {"10": ("第一季度",), "20": ("第二季度",), "30": ("第三季度",)}),
        ("name,Jan,Feb\ndisk,1,2\n", {"1": ("Jan",), "2": ("Feb",)}),
    ],
)  # fmt: skip
def test_heads_in_one_line_or_two(tmp_path: Path, text: str, heads: dict[str, tuple[str, ...]]) -> None:
    cells = table_rows(read_csv(tmp_path, text).pages[0].blocks)[0][1]
    assert {value: found for value, found in cells.items() if value in heads} == heads


def test_titles_above_the_heads_are_their_context(tmp_path: Path) -> None:
    document = read_csv(tmp_path, "2024年销售报表,,\n单位：万元,,\n地区,Q1,Q2\n华东,1,2\n")
    assert document.pages[0].blocks[0].context == "2024年销售报表\n单位：万元"


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk", "utf-16", "utf-16-le"])
def test_any_delimiter_in_any_encoding(tmp_path: Path, mark: str, encoding: str) -> None:
    rows = [("品名", "说明", "单价"), ("螺丝", f'"长{mark} ""特"" 硬"', "1.5"), ("螺母", "短", "2.5")]
    (tmp_path / "t.csv").write_bytes("\r\n".join(mark.join(row) for row in rows).encode(encoding))
    found = table_rows(parse(tmp_path / "t.csv").pages[0].blocks)
    assert [label for label, _ in found] == ["螺丝", "螺母"]
    assert "".join(list(found[0][1])[1].split()) == "".join(f'长{mark}"特"硬'.split())


def test_a_stray_quote_does_not_hold_the_rest(tmp_path: Path) -> None:
    assert labels(read_csv(tmp_path, 'screen,price\n"24 inch,100\n27 inch,200\n32 inch,300\n'))[1:] == [
        "27 inch", "32 inch",
    ]  # fmt: skip


class TestPlaces:
    def test_a_page_names_its_rows(self, tmp_path: Path) -> None:
        pages = read_csv(tmp_path, "k,v\n" + "".join(f"n{number},{number}\n" for number in range(2, 122))).pages
        assert [page.location for page in pages] == ["rows 1–50", "rows 51–100", "rows 101–121"]
        assert table_rows(pages[2].blocks)[0] == ("n101", {"n101": ("k",), "101": ("v",)})

    def test_rows_are_counted_as_a_spreadsheet_counts_them(self, tmp_path: Path) -> None:
        body = "".join(f"n{number},{number}\n" for number in range(4, 60))
        (page, other) = read_csv(tmp_path, "title\n\nk,v\n" + body).pages
        assert page.text.endswith("\nn51\t51")
        assert [page.location, other.location] == ["rows 1–51", "rows 52–59"]

    def test_a_long_sheet_names_its_rows_too(self, tmp_path: Path) -> None:
        import openpyxl

        book = openpyxl.Workbook()
        book.active.title = "库存"
        for number in range(1, 61):
            book.active.append((f"n{number}", number))
        book.create_sheet("空")
        book.create_sheet("注").append(("只有一句话。",))
        book.save(tmp_path / "long.xlsx")
        pages = parse(tmp_path / "long.xlsx").pages
        assert [page.location for page in pages] == ["库存, rows 1–50", "库存, rows 51–60", "空", "注"]
        assert [page.number for page in pages] == [1, 2, 3, 4]


def test_what_is_too_much_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docent.ingest.formats.sheets.MAX_CELLS", 121)
    pages = read_csv(tmp_path, "k,v\n" + "a,1\n" * 100).pages
    assert [page.report.warnings for page in pages] == [(), ("only the first 60 rows were read",)]


def test_blank_lines_after_every_row_separate_nothing(tmp_path: Path) -> None:
    assert labels(read_csv(tmp_path, "地区,季度,额\n\n华东,Q1,1\n\n华东,Q2,2\n\n")) == ["华东 / Q1", "华东 / Q2"]


def test_no_cells_at_all_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"table\.csv has no cells"):
        read_csv(tmp_path, ",,,\n,,\n")
