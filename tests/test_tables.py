"""Tables in PDFs: rows that carry their heads and labels, whatever draws them and wherever the page ends."""

from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest
from contracts.chat import hit
from pdfs import A4

from docent.ingest import Block, Chunk, ChunkOptions, chunk_document, parse, row_sentence, table_markdown, unit_of
from docent.llm import fold_events, make_answerer
from docent.retrieval import DocumentRef, Hit

Cells = list[list[str]]
SIZE = 10.0


class Sheet:
    """A page that tables and texts are drawn on."""

    def __init__(self) -> None:
        self.document = pymupdf.open()
        self.turn_page()

    def turn_page(self) -> None:
        self.page = self.document.new_page(width=A4[0], height=A4[1])

    def text(self, x: float, y: float, text: str, *, right: bool = False) -> None:
        font = "helv" if text.isascii() else "china-s"
        width = pymupdf.get_text_length(text, fontname=font, fontsize=SIZE)
        self.page.insert_text((x - width if right else x, y), text, fontname=font, fontsize=SIZE)

    def ruled(self, top: float, xs: list[float], rows: Cells) -> float:
        """Rows of cells with lines around each; a line break in a cell is one on the page. Returns the lower edge."""
        y = top
        for row in rows:
            lines = max(cell.count("\n") + 1 for cell in row)
            bottom = y + 6 + 14 * lines
            for x0, x1, cell in zip(xs, xs[1:], row, strict=False):
                self.page.draw_rect(pymupdf.Rect(x0, y, x1, bottom), width=0.5)
                parts = cell.split("\n")
                first = y + 3 + (14 * (lines - len(parts))) / 2
                for number, part in enumerate(parts):
                    self.text(x0 + 3, first + 11 + 14 * number, part)
            y = bottom
        return y

    def save(self, path: Path) -> Path:
        self.document.save(path)
        return path


def tables(path: Path) -> list[Block]:
    return [block for page in parse(path).pages for block in page.blocks if block.kind == "table"]


def told(block: Block) -> list[str]:
    return [row_sentence(block.text, row) for row in block.rows if not row.is_head]


def chunks(path: Path) -> tuple[Chunk, ...]:
    return chunk_document(parse(path), len, ChunkOptions(target=2000, limit=4000))


def check_offsets(block: Block) -> None:
    assert "\n".join(block.text[row.start : row.end] for row in block.rows) == block.text
    assert all(row.start <= cell.start < cell.end <= row.end for row in block.rows for cell in row.cells)
    assert {span.page for span in block.spans} == {block.page}


def test_cells_of_several_lines_stay_in_their_row(tmp_path: Path) -> None:
    sheet = Sheet()
    rows = [["项目", "2019 年", "2018 年"], ["归属于上市公司股东的净利润\n（元）", "402,233,891.06", "358,950,104.80"]]
    sheet.ruled(100, [60, 240, 360, 480], rows)
    (block,) = tables(sheet.save(tmp_path / "lines.pdf"))
    assert block.text == "项目\t2019 年\t2018 年\n归属于上市公司股东的净利润（元）\t402,233,891.06\t358,950,104.80"
    assert told(block) == ["归属于上市公司股东的净利润（元）: 2019 年 402,233,891.06; 2018 年 358,950,104.80"]
    assert [block.text[span.start : span.end] for span in block.spans][3:5] == ["归属于上市公司股东的净利润", "（元）"]
    check_offsets(block)


def test_a_number_broken_inside_a_narrow_cell_is_whole(tmp_path: Path) -> None:
    sheet = Sheet()
    rows = [["项目", "股本", "盈余公积"], ["本期提取", "6,610,192\n.47", "429,00\n0,000.\n00"]]
    sheet.ruled(100, [60, 160, 230, 300], rows)
    (block,) = tables(sheet.save(tmp_path / "narrow.pdf"))
    assert told(block) == ["本期提取: 股本 6,610,192.47; 盈余公积 429,000,000.00"]


def test_spanning_heads_stand_over_all_their_columns(tmp_path: Path) -> None:
    sheet = Sheet()
    xs = [60.0, 180.0, 260.0, 340.0, 420.0]
    for box in ((60, 100, 180, 140), (180, 100, 340, 120), (340, 100, 420, 140)):
        sheet.page.draw_rect(pymupdf.Rect(*box), width=0.5)
    sheet.text(240, 114, "2018")
    sheet.text(350, 124, "Change")
    for x0, x1, text in ((180, 260, "before"), (260, 340, "after")):
        sheet.page.draw_rect(pymupdf.Rect(x0, 120, x1, 140), width=0.5)
        sheet.text(x0 + 4, 134, text)
    sheet.ruled(
        140,
        xs,
        [["Revenue", "36,683", "37,036", "1.0%"], ["By region", "", "", ""], ["North", "1,001", "1,002", "0.1%"]],
    )
    (block,) = tables(sheet.save(tmp_path / "spans.pdf"))
    assert told(block)[0] == "Revenue: 2018 before 36,683; 2018 after 37,036; Change 1.0%"
    assert told(block)[2].startswith("By region / North: 2018 before 1,001")


@pytest.fixture
def broken_over(tmp_path: Path) -> Path:
    """A table of which only the first page has the head, with caption and unit above."""
    sheet = Sheet()
    xs = [60.0, 200.0, 300.0, 400.0]
    sheet.text(180, 640, "表3-1 分地区营业收入")
    sheet.text(330, 660, "单位：万元")
    sheet.ruled(
        670,
        xs,
        [["地区", "2022年", "2023年"], ["华东地区", "106,735.2", "118,264.9"], ["华中地区", "58,902.4", "63,118.7"]],
    )
    sheet.turn_page()
    sheet.ruled(90, xs, [["西北地区", "18,672.5", "23,486.1"], ["海外地区", "4,562.3", "6,981.5"]])
    sheet.text(60, 300, "以上数据未经审计，仅供参考，最终结果以公司披露的年度报告为准。")
    return sheet.save(tmp_path / "over.pdf")


def test_heads_go_on_over_a_page_break(broken_over: Path) -> None:
    first, second = tables(broken_over)
    assert told(first)[0] == "华东地区: 2022年 106,735.2; 2023年 118,264.9"
    assert second.page == 2
    row = second.rows[0]
    assert row.label == "西北地区"
    assert [cell.heads for cell in row.cells[1:]] == [("2022年",), ("2023年",)]
    assert "单位：万元" in second.context
    assert "2023年" not in second.text


def test_chunks_know_the_heads_they_do_not_hold(broken_over: Path) -> None:
    last = next(chunk for chunk in chunks(broken_over) if "西北地区" in chunk.text)
    assert last.pages == (2,)
    assert "2023年" in last.context
    assert "表3-1 分地区营业收入" in last.context
    assert last.rows[0].label == "西北地区"
    cell = last.rows[0].cells[2]
    assert last.text[cell.start : cell.end] == "23,486.1"


def test_the_answer_is_the_cell_and_the_quote_is_the_row(broken_over: Path) -> None:
    found = tuple(
        Hit(n, chunk, DocumentRef(chunk.document_id, "报告.pdf", "报告.pdf"), 1 / n)
        for n, chunk in enumerate(chunks(broken_over), start=1)
    )
    question = "2023年西北地区的营业收入是多少？"
    answer = fold_events(make_answerer("extractive").stream(question, question, found, ()))
    assert answer.text.startswith("西北地区，2023年：23,486.1（万元） [1]")
    assert answer.citations[0].quote == "西北地区\t18,672.5\t23,486.1"
    assert answer.citations[0].page == 2
    assert len(answer.citations[0].boxes) == 3


def test_a_head_that_is_repeated_is_no_data(tmp_path: Path) -> None:
    sheet = Sheet()
    xs = [60.0, 200.0, 300.0, 400.0]
    head = ["Region", "Sales", "Staff"]
    sheet.ruled(700, xs, [head, ["North", "1,234", "12"]])
    sheet.turn_page()
    sheet.ruled(100, xs, [head, ["South", "5,678", "34"]])
    _, second = tables(sheet.save(tmp_path / "again.pdf"))
    assert [row.is_head for row in second.rows] == [True, False]
    assert told(second) == ["South: Sales 5,678; Staff 34"]


def statement(sheet: Sheet, top: float) -> None:
    """An income statement without rules, with signs set apart, a wrapped label and a spanning head."""
    rights = (360.0, 440.0, 520.0)
    sheet.text(390, top, "Years ended December 31,")
    for right, year in zip(rights, ("2022", "2021", "2020"), strict=True):
        sheet.text(right, top + 14, year, right=True)
    rows = [
        ("Net sales", "$|34,229", "$|35,355", "$|32,184"),
        ("Operating expenses:",),
        ("  Cost of sales", "19,232", "18,795", "16,605"),
        ("  Gain on business divestitures", "(2,724|)", "-", "(389|)"),
        ("Cash and cash equivalents at", "", "", ""),
        ("end of year", "3,655", "4,564", "4,634"),
        ("Share of sales", "9.5|%", "9.1|%", "8.8|%"),
    ]
    for number, (label, *values) in enumerate(rows):
        y = top + 34 + 14 * number
        sheet.text(60 + 10 * (len(label) - len(label.lstrip())) / 2, y, label.strip())
        for right, value in zip(rights, values, strict=False):
            sign, _, rest = value.partition("|")
            if sign == "$":
                sheet.text(right - 55, y, "$")
                sheet.text(right, y, rest, right=True)
            elif value:
                sheet.text(right, y, sign, right=True)
                sheet.text(right, y, rest)


def test_columns_without_rules(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.text(60, 80, "(Dollars in millions)")
    statement(sheet, 100)
    (block,) = tables(sheet.save(tmp_path / "statement.pdf"))
    years = [f"Years ended December 31, {year}" for year in (2022, 2021, 2020)]
    rows = {
        "Net sales": ("$34,229", "$35,355", "$32,184"),
        "Operating expenses / Cost of sales": ("19,232", "18,795", "16,605"),
        "Operating expenses / Gain on business divestitures": ("(2,724)", "-", "(389)"),
        "Cash and cash equivalents at end of year": ("3,655", "4,564", "4,634"),
        "Share of sales": ("9.5%", "9.1%", "8.8%"),
    }
    expected = [f"{label}: " + "; ".join(map(" ".join, zip(years, row, strict=True))) for label, row in rows.items()]
    assert told(block) == [expected[0], "Operating expenses", *expected[1:]]
    assert block.context == "(Dollars in millions)"
    check_offsets(block)


def test_a_label_beside_running_text_is_one_row(tmp_path: Path) -> None:
    sheet = Sheet()
    first = "报告期内公司首次执行新金融工具准则，\n调减应收票据，调增应收款项融资，\n主要原因是结算货款收到的汇票增加。"
    second = "期末存货较年初增长百分之三十四，\n一是订单较好，二是新设子公司所致。"
    sheet.ruled(100, [60, 160, 480], [["应收款项融资", first], ["存货", second]])
    (block,) = tables(sheet.save(tmp_path / "beside.pdf"))
    assert block.text == f"应收款项融资\t{first}\n存货\t{second}".replace("，\n", "，")
    (chunk,) = chunk_document(parse(tmp_path / "beside.pdf"), len, ChunkOptions())
    assert [row.label for row in chunk.rows] == ["应收款项融资", "存货"]


def test_two_columns_of_prose_are_no_table(tmp_path: Path) -> None:
    sheet = Sheet()
    for number in range(12):
        sheet.text(60, 100 + 14 * number, f"The left column of {2010 + number} talks about swifts.")
        sheet.text(320, 100 + 14 * number, f"In {1990 + number} the right one talked about tea.")
    path = sheet.save(tmp_path / "prose.pdf")
    assert tables(path) == []
    text = parse(path).pages[0].text
    assert text.index("of 2021 talks") < text.index("In 1990")


def test_a_frame_with_prose_is_no_table(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.page.draw_rect(pymupdf.Rect(50, 80, 540, 200), width=1)
    for number in range(6):
        sheet.text(60, 100 + 14 * number, f"Line {number} of a notice in a frame, which is read as a paragraph is.")
    assert tables(sheet.save(tmp_path / "frame.pdf")) == []


def test_a_table_on_its_side_is_read_upright(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.ruled(
        100, [60, 200, 300, 400], [["State", "1975", "1996"], ["Kerala", "5,738", "8,864"], ["Goa", "1,301", "1,302"]]
    )
    side = pymupdf.open()
    page = side.new_page(width=A4[1], height=A4[0])
    page.show_pdf_page(page.rect, sheet.document, 0, rotate=90)
    side.save(tmp_path / "side.pdf")
    (block,) = tables(tmp_path / "side.pdf")
    assert told(block)[0] == "Kerala: 1975 5,738; 1996 8,864"
    place = page.search_for("8,864")[0]
    cell = block.rows[1].cells[2]
    box = next(span.box for span in block.spans if span.start == cell.start)
    assert box is not None
    assert pymupdf.Rect(box).intersect(place).get_area() > 0.6 * place.get_area()


def test_without_rows_a_row_is_still_shown_with_bars() -> None:
    row = hit(1, "地区\t营业收入\n西北\t1,234")
    answer = fold_events(make_answerer("extractive").stream("西北营业收入", "西北营业收入", (row,), ()))
    assert answer.text.startswith("西北 | 1,234 [1]")


def laid_out(sheet: Sheet, left: float, top: float, widths: list[float], rows: Cells) -> None:
    """Rows of cells without rules."""
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell:
                sheet.text(left + sum(widths[:column]), top + 16 * number, cell)


def test_tables_side_by_side_do_not_share_labels(tmp_path: Path) -> None:
    sheet = Sheet()
    widths = [90.0, 50.0, 50.0]
    laid_out(sheet, 60, 100, widths, [["Region", "2021", "2022"], ["North", "101", "111"], ["Total", "101", "111"]])
    laid_out(sheet, 330, 100, widths, [["Product", "2021", "2022"], ["Tea", "57", "58"], ["Total", "57", "58"]])
    blocks = tables(sheet.save(tmp_path / "beside.pdf"))
    sentences = [sentence for block in blocks for sentence in told(block)]
    assert sentences == [
        "North: 2021 101; 2022 111",
        "Total: 2021 101; 2022 111",
        "Tea: 2021 57; 2022 58",
        "Total: 2021 57; 2022 58",
    ]


def test_the_halves_of_a_ruled_balance_sheet_have_their_own_labels_and_sections(tmp_path: Path) -> None:
    sheet = Sheet()
    rows = [
        ["资产", "期末余额", "负债", "期末余额"],
        ["流动资产：", "", "流动负债：", ""],
        ["货币资金", "1,201", "短期借款", "3,402"],
        ["合计", "1,201", "合计", "3,402"],
    ]
    sheet.ruled(100, [60, 160, 260, 360, 460], rows)
    (block,) = tables(sheet.save(tmp_path / "balance.pdf"))
    assert told(block) == [
        "流动资产",
        "流动资产 / 货币资金: 期末余额 1,201",
        "流动资产 / 合计: 期末余额 1,201",
        "流动负债",
        "流动负债 / 短期借款: 期末余额 3,402",
        "流动负债 / 合计: 期末余额 3,402",
    ]
    check_offsets(block)


WORDS = [
    ["Term", "Meaning", "Source"],
    ["Aquifer", "Layer that holds water", "Survey"],
    ["Weir", "Low dam across a river", "Board"],
    ["", "or a canal", ""],
    ["Sluice", "Gate in a channel", "Board"],
    ["Culvert", "Covered drain below a road", "Roads"],
]


def test_a_table_of_words_without_rules(tmp_path: Path) -> None:
    sheet = Sheet()
    laid_out(sheet, 60, 100, [100, 190, 90], WORDS)
    (block,) = tables(sheet.save(tmp_path / "words.pdf"))
    assert told(block)[:2] == [
        "Aquifer: Meaning Layer that holds water; Source Survey",
        "Weir: Meaning Low dam across a river or a canal; Source Board",
    ]
    check_offsets(block)


def test_terms_beside_their_meanings_are_labels(tmp_path: Path) -> None:
    sheet = Sheet()
    laid_out(sheet, 60, 100, [150, 90], [["Housing", "Aluminium"], ["Seal", "Silicone ring"], ["Supply", "Mains"]])
    (block,) = tables(sheet.save(tmp_path / "terms.pdf"))
    assert told(block) == ["Housing: Aluminium", "Seal: Silicone ring", "Supply: Mains"]


def test_rules_at_the_right_of_columns_alone_leave_labels_and_numbers_their_own_cells(tmp_path: Path) -> None:
    """As word processors draw a report: lines above and below, and a thin box at the right end of each column."""
    sheet = Sheet()
    heads = {220: "2021", 300: "2022", 380: "2023", 460: "2024"}
    rows = [
        ["Patents", "546", "443", "554", "321"],
        ["Know-how", "52", "41", "53", "13"],
        ["Customers", "356", "77", "36", "72"],
    ]
    for y in (100, 128, 142):
        sheet.page.draw_rect(pymupdf.Rect(60, y, 460, y + 1), color=None, fill=(0, 0, 0))
    for x, head in heads.items():
        sheet.text(x - 3, 96, head, right=True)
        sheet.page.draw_rect(pymupdf.Rect(x - 1, 101, x, 143), color=None, fill=(0.8, 0.9, 1))
    for number, row in enumerate(rows):
        sheet.text(63, 112 + 14 * number, row[0])
        for x, cell in zip(heads, row[1:], strict=True):
            sheet.text(x - 3, 112 + 14 * number, cell, right=True)

    (block,) = tables(sheet.save(tmp_path / "right.pdf"))

    assert told(block)[0] == "Patents: 2021 546; 2022 443; 2023 554; 2024 321"
    assert told(block)[2] == "Customers: 2021 356; 2022 77; 2023 36; 2024 72"


def test_one_frame_may_hold_several_tables_and_the_last_goes_on_over_the_page(tmp_path: Path) -> None:
    """As annual reports of Chinese companies list their shareholders."""
    sheet = Sheet()
    sheet.text(500, 640, "单位：股", right=True)
    y = sheet.ruled(650, [60, 200, 300, 440, 530], [["股东总数", "71,441", "上月末股东总数", "70,002"]])
    y = sheet.ruled(y, [60, 530], [["前十名股东持股情况"]])
    holders = [60, 240, 340, 420, 530]
    sheet.ruled(
        y, holders, [["股东名称", "股东性质", "持股比例", "持股数量"], ["东港投资", "境内法人", "34.20%", "553,982"]]
    )
    sheet.turn_page()
    y = sheet.ruled(60, holders, [["海上基金", "其他", "1.32%", "21,438"], ["王丽", "自然人", "0.89%", "14,350"]])
    y = sheet.ruled(y, [60, 530], [["前十名无限售条件股东持股情况"]])
    sheet.ruled(y, [60, 280, 400, 530], [["股东名称", "股份种类", "无限售股份"], ["东港投资", "普通股", "553,000"]])

    total, first, more, unlimited = tables(sheet.save(tmp_path / "holders.pdf"))

    assert told(total) == ["股东总数: 71,441; 上月末股东总数; 70,002"]
    assert told(first) == ["前十名股东持股情况 / 东港投资 / 境内法人: 持股比例 34.20%; 持股数量 553,982"]
    assert told(more)[0] == "前十名股东持股情况 / 海上基金 / 其他: 持股比例 1.32%; 持股数量 21,438"
    assert told(unlimited) == ["前十名无限售条件股东持股情况 / 东港投资 / 普通股: 无限售股份 553,000"]
    assert [unit_of(block.context) for block in (total, first, more, unlimited)] == ["股"] * 4


def test_titles_over_the_same_columns_are_sections_of_one_table(tmp_path: Path) -> None:
    sheet = Sheet()
    xs = [60, 240, 340, 440]
    y = sheet.ruled(100, xs, [["姓名", "职务", "年龄"], ["张三", "董事", "51"]])
    y = sheet.ruled(y, [60, 440], [["离任"]])
    sheet.ruled(y, xs, [["李四", "监事", "不适用"], ["王五", "监事", "47"]])

    (block,) = tables(sheet.save(tmp_path / "people.pdf"))

    assert told(block)[-1] == "离任 / 王五 / 监事: 年龄 47"


def test_shades_of_every_other_row_make_a_table(tmp_path: Path) -> None:
    sheet = Sheet()
    for number in (1, 3):
        sheet.page.draw_rect(pymupdf.Rect(55, 89 + 16 * number, 500, 105 + 16 * number), color=None, fill=(0.9,) * 3)
    rows = [["Model", "Finish", "Colour"], ["A1", "matt", "red"], ["A2", "gloss", "blue"], ["B1", "matt", "green"]]
    laid_out(sheet, 60, 100, [150, 100, 90], rows)
    (block,) = tables(sheet.save(tmp_path / "zebra.pdf"))
    assert told(block)[1] == "A2: Finish gloss; Colour blue"


@pytest.mark.parametrize(
    "entries",
    [
        [
            ["1 Introduction " + "." * 60, "3"],
            ["2 Methods of the survey " + "." * 50, "7"],
            ["3 Results " + "." * 64, "9"],
        ],
        [["第一节 重要提示", "3"], ["第二节 公司简介", "7"], ["第三节 经营情况", "15"], ["第四节 重要事项", "22"]],
    ],
    ids=["leaders", "numbered"],
)
def test_a_table_of_contents_is_no_table(tmp_path: Path, entries: Cells) -> None:
    sheet = Sheet()
    laid_out(sheet, 60, 100, [420, 40], entries)
    path = sheet.save(tmp_path / "contents.pdf")
    assert tables(path) == []
    assert entries[1][0][:6] in parse(path).pages[0].text


def test_items_with_a_mark_of_any_font_are_no_table(tmp_path: Path) -> None:
    sheet = Sheet()
    laid_out(sheet, 60, 100, [30, 90], [["◆", "咨询与培训服务"], ["◆", "设备安装与调试"], ["◆", "长期维护合同"]])
    laid_out(sheet, 60, 200, [30, 90], [["§", "Advice and training"], ["§", "Installation"], ["§", "Maintenance"]])
    assert tables(sheet.save(tmp_path / "marks.pdf")) == []


def test_a_line_of_two_parts_is_no_table_and_gives_the_unit_of_the_one_below(tmp_path: Path) -> None:
    sheet = Sheet()
    laid_out(sheet, 60, 80, [250, 90], [["单位：万元", "币种：人民币"]])
    sheet.ruled(100, [60, 160, 260], [["项目", "期末余额"], ["货币资金", "1,201"]])
    (block,) = tables(sheet.save(tmp_path / "unit.pdf"))
    assert unit_of(block.context) == "万元"


def test_numbered_rows_below_a_head_are_a_table(tmp_path: Path) -> None:
    sheet = Sheet()
    rows = [["Item", "Pieces"], ["1. Bolts", "3"], ["2. Nuts", "7"], ["3. Pins", "9"], ["4. Rings", "12"]]
    laid_out(sheet, 60, 100, [150, 90], rows)
    (block,) = tables(sheet.save(tmp_path / "numbered.pdf"))
    assert told(block)[3] == "4. Rings: Pieces 12"


def test_a_word_that_reaches_into_the_next_cell_is_not_cut(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.ruled(100, [60, 140, 200, 300], [["File", "Size", "Use"], ["archive-of-all-letters.zip", "", "3 MB"]])
    (block,) = tables(sheet.save(tmp_path / "wide.pdf"))
    assert block.rows[1].label == "archive-of-all-letters.zip"


def test_an_underline_breaks_no_line(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.text(60, 100, "See the ")
    sheet.page.draw_line((100, 102), (150, 102))
    sheet.text(97, 100, "annual report of the board.")
    assert "See the annual report of the board." in parse(sheet.save(tmp_path / "link.pdf")).pages[0].text


def test_the_markdown_of_a_whole_table(tmp_path: Path) -> None:
    sheet = Sheet()
    rows = [["Mode", "Range", "Note"], ["A|B", "1-5", "slow,\nthen fast"], ["C", "6-9", ""]]
    sheet.ruled(100, [60, 160, 260, 400], rows)
    (block,) = tables(sheet.save(tmp_path / "markdown.pdf"))
    assert table_markdown(block) == (
        "| Mode | Range | Note |\n| --- | --- | --- |\n| A\\|B | 1-5 | slow, then fast |\n| C | 6-9 |  |"
    )
    boxed = [(span.start, span.end) for span in block.spans if span.box]
    assert all(any(cell.start <= a < cell.end for a, _ in boxed) for row in block.rows for cell in row.cells)
    with pytest.raises(ValueError, match="no table"):
        table_markdown(Block("text", "a", 1, None))
