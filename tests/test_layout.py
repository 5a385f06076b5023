"""Pages as a person reads them: the order of columns, notes and vertical lines, headings, furniture."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from pdfs import A4, write_columns, write_pdf

from docent.ingest import Block, ParseOptions, UnreadableFile, parse
from docent.ingest.pages.draw import draw_reading
from docent.ingest.pages.furniture import without_furniture
from docent.ingest.pages.headings import may_head, rank_of
from docent.ingest.pages.layout import reading_order
from docent.ingest.pages.lines import Line
from docent.retrieval.terms import terms

RIVER = (
    "The river rises in the northern hills and flows through three valleys before it reaches the plain where most of "
    "the farms stand. In the dry season the water is led through old canals that were dug by hand and are mended each "
    "spring by the people of the villages. Willows were planted along the banks so that the earth would hold. "
)
VERTICAL = (
    "北方的河流发源于山地，流经三道河谷之后才到达平原，多数农田就在那里。旱季里水由旧渠引来，这些渠是用手挖成的，"
    "每年春天由村里的人修补一次。渠边种着柳树，夏天可以遮荫，冬天可以挡风，2013年村里的老人常在树下说起从前的故事。"
)


def paragraph(page: Any, x: float, y: float, width: int, text: str, size: float = 10.0, font: str = "helv") -> float:
    """Lines of about `width` characters; returns where the next one would stand."""
    for line in textwrap.wrap(text, width):
        page.insert_text((x, y), line, fontname=font, fontsize=size)
        y += 1.3 * size
    return y


def drawn(tmp_path: Path, *draw: Callable[[Any], object], toc: Iterable[list[object]] = ()) -> Path:
    """A PDF with one page for each function."""
    document = pymupdf.open()
    for one in draw:
        one(document.new_page(width=A4[0], height=A4[1]))
    if toc:
        document.set_toc(list(toc))
    path = tmp_path / "drawn.pdf"
    document.save(path)
    document.close()
    return path


def blocks(path: Path, number: int = 1) -> tuple[Block, ...]:
    return parse(path).pages[number - 1].blocks


def headings(path: Path) -> list[tuple[int, str]]:
    return [(b.level, b.text) for page in parse(path).pages for b in page.blocks if b.kind == "heading"]


def assert_in_order(text: str, *parts: str) -> None:
    places = [text.index(part) for part in parts]
    assert places == sorted(places), dict(zip(parts, places, strict=True))


def assert_spans_fit(block: Block) -> None:
    """Every character of a block but blanks and joints stands in one of its spans."""
    for one, two in pairwise(block.spans):
        assert block.text[one.end : two.start].strip() == ""
    assert (block.spans[0].start, block.spans[-1].end) == (0, len(block.text))


def test_three_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    def draw(page: Any) -> None:
        page.insert_text((150, 60), "The Village Newsletter", fontname="hebo", fontsize=22)
        for number, x in enumerate((40, 220, 400), 1):
            paragraph(page, x, 90, 34, f"Column {number} begins here. {RIVER} Column {number} ends here.", 9)

    (page,) = parse(drawn(tmp_path, draw)).pages
    ends = [f"Column {n} {what} here" for n in (1, 2, 3) for what in ("begins", "ends")]
    assert_in_order(page.text, "Village", *ends)
    assert page.report.columns == 3


def test_a_few_lines_below_a_figure_keep_the_columns_of_the_page(tmp_path: Path) -> None:
    def draw(page: Any) -> None:
        for x in (60, 310):
            paragraph(page, x, 100, 50, RIVER + RIVER, 9)
        page.insert_text((150, 350), "Figure 1: The river and the canals, drawn from above.", fontsize=9)
        paragraph(page, 60, 400, 50, "Lower left begins with the farms of the plain and ends with the canals.", 9)
        paragraph(page, 310, 400, 50, "Lower right begins with the willows on the bank and ends with the earth.", 9)

    found = blocks(drawn(tmp_path, draw))
    assert_in_order("\n".join(b.text for b in found), "Figure 1", "Lower left", "canals.", "Lower right", "the earth.")
    assert [b.text for b in found if b.kind == "caption"] == ["Figure 1: The river and the canals, drawn from above."]


def test_a_line_left_over_for_the_last_column_is_read_last(tmp_path: Path) -> None:
    def full(page: Any) -> None:
        for x in (60, 310):
            paragraph(page, x, 100, 50, RIVER + RIVER, 9)

    def last(page: Any) -> None:
        paragraph(page, 60, 100, 50, RIVER + RIVER + "and in the end it reaches the", 9)
        page.insert_text((310, 100), "sea.", fontsize=9)

    assert blocks(drawn(tmp_path, full, last), 2)[-1].text.endswith("it reaches the sea.")


def test_a_sentence_goes_on_in_the_next_column(tmp_path: Path) -> None:
    left = [f"The left column talks about swifts, line {n} of it," for n in range(12)]
    right = [f"and the right column talks about tea, line {n} of it," for n in range(12)]
    (block,) = blocks(write_columns(tmp_path / "columns.pdf", left, right))
    assert "line 11 of it, and the right column talks about tea, line 0" in block.text
    assert_spans_fit(block)


def test_side_notes_stay_out_of_the_sentences_they_stand_beside(tmp_path: Path) -> None:
    def draw(page: Any) -> None:
        paragraph(page, 180, 110, 70, RIVER + RIVER)
        paragraph(page, 60, 140, 20, "Canals were dug by hand.", 8)
        paragraph(page, 60, 200, 20, "See also the map of the valleys.", 8)

    found = [block.text for block in blocks(drawn(tmp_path, draw))]
    assert found == [(RIVER + RIVER).strip(), "Canals were dug by hand.", "See also the map of the valleys."]


def test_numbers_that_differ_from_page_to_page_are_no_running_heads(tmp_path: Path) -> None:
    path = tmp_path / "invoices.pdf"
    with pymupdf.open() as document:
        for number in range(6):
            page = document.new_page(width=595, height=842)
            page.insert_text((60, 50), f"Invoice No. {10245 + number}")
            page.insert_text((300, 50), "Northwind Lamps Ltd")
            page.insert_text((60, 300), f"Lamps for customer {'ABCDEF'[number]}")
            page.insert_text((60, 790), f"Total to pay: {159 + 7 * number}.00 EUR")
            page.insert_text((60, 815), f"Page {number + 1} of 6")
        document.save(path)
    for number, page in enumerate(parse(path).pages):
        assert f"Invoice No. {10245 + number}" in page.text
        assert f"{159 + 7 * number}.00 EUR" in page.text
        assert set(page.report.removed) == {"Northwind Lamps Ltd", f"Page {number + 1} of 6"}


def test_line_numbers_stay_out_of_the_text(tmp_path: Path) -> None:
    def draw(page: Any) -> None:
        for number, line in enumerate(textwrap.wrap(RIVER + RIVER, 80), 1):
            page.insert_text((60, 100 + 20 * number), str(number), fontsize=8)
            page.insert_text((90, 100 + 20 * number), line, fontsize=11)

    assert blocks(drawn(tmp_path, draw))[0].text == (RIVER + RIVER).strip()


def test_a_footnote_comes_after_the_columns(tmp_path: Path) -> None:
    def draw(page: Any) -> None:
        y = paragraph(page, 60, 100, 50, "Left begins. " + RIVER, 10)
        paragraph(page, 60, y + 20, 60, "1 A note at the foot of the left column about hills.", 7)
        paragraph(page, 310, 100, 50, "Right begins. " + RIVER, 10)

    text = "\n".join(block.text for block in blocks(drawn(tmp_path, draw)))
    assert_in_order(text, "Left begins", "Right begins", "1 A note at the foot")


def test_a_drop_cap_belongs_to_its_word(tmp_path: Path) -> None:
    def draw(page: Any) -> None:
        page.insert_text((60, 130), "T", fontname="tibo", fontsize=36)
        first, second, *rest = textwrap.wrap(RIVER[1:], 60)
        page.insert_text((86, 110), first, fontsize=10)
        page.insert_text((86, 123), second, fontsize=10)
        paragraph(page, 60, 136, 60, " ".join(rest))

    (block,) = blocks(drawn(tmp_path, draw))
    assert block.text == RIVER.strip()


def draw_vertical(page: Any) -> None:
    page.insert_text((60, 40), "村中的水渠 第一册", fontname="china-s", fontsize=9)
    columns = textwrap.wrap(VERTICAL, 30)
    for number, column in enumerate(columns):
        for place, character in enumerate(column):
            page.insert_text((520 - 20 * number, 80 + 13 * place), character, fontname="china-s", fontsize=11)


def test_vertical_lines_are_one_paragraph_with_boxes_where_they_stand(tmp_path: Path) -> None:
    head, block = blocks(drawn(tmp_path, draw_vertical))
    assert head.text.startswith("村中的水渠")
    assert block.text == VERTICAL
    boxes = [span.box for span in block.spans if span.box]
    assert len(boxes) == len(block.spans) == len(textwrap.wrap(VERTICAL, 30))
    assert all(box[3] - box[1] > box[2] - box[0] for box in boxes[:-1])
    assert [box[0] for box in boxes] == sorted((box[0] for box in boxes), reverse=True)
    assert boxes[0] == pytest.approx((520, 70, 531, 460), abs=6)


def test_a_digit_at_the_foot_of_a_vertical_line_is_no_page_number(tmp_path: Path) -> None:
    def draw(page: Any) -> None:
        for number in range(12):
            for place, character in enumerate(
                "村里的老人常在树下说起从前的故事孩子们则在水边玩耍直到天黑以后才回家七"[: 35 + 1]
            ):
                shown = "7" if place in (0, 34) else character
                page.insert_text((500 - 20 * number, 60 + 21.5 * place), shown, fontname="china-s", fontsize=18)

    page = parse(drawn(tmp_path, draw)).pages[0]
    assert page.text.count("7") == 24
    assert page.report.removed == ()


def test_spaced_out_characters_across_the_page_are_not_vertical(tmp_path: Path) -> None:
    def draw(page: Any) -> None:
        for number, line in enumerate(textwrap.wrap(VERTICAL, 25)):
            for place, character in enumerate(line):
                page.insert_text((60 + 19 * place, 100 + 40 * number), character, fontname="china-s", fontsize=11)

    text = "".join(block.text for block in blocks(drawn(tmp_path, draw)))
    assert "".join(text.split()) == VERTICAL


def test_a_long_title_is_one_heading(tmp_path: Path) -> None:
    def draw(page: Any) -> None:
        page.insert_text(
            (72, 100), "ITEM 7. DISCUSSION AND ANALYSIS OF THE POSITION AND RESULTS OF", fontname="hebo", fontsize=12
        )
        page.insert_text((72, 115), "OPERATIONS", fontname="hebo", fontsize=12)
        page.insert_text((72, 130), "Overview", fontname="hebo", fontsize=12)
        paragraph(page, 72, 150, 86, RIVER, 11)

    title = "ITEM 7. DISCUSSION AND ANALYSIS OF THE POSITION AND RESULTS OF OPERATIONS"
    assert headings(drawn(tmp_path, draw)) == [(1, title), (2, "Overview")]


def test_a_bold_sentence_is_no_heading(tmp_path: Path) -> None:
    bold = "The persons in charge of the water and of the accounts declare that what this report says is true and"

    def draw(page: Any) -> None:
        page.insert_text((72, 80), "Declaration", fontname="hebo", fontsize=14)
        y = paragraph(page, 72, 100, 80, bold + " free of any error. " + RIVER[:120], 10, "hebo")
        paragraph(page, 72, y + 20, 84, RIVER * 4)

    assert headings(drawn(tmp_path, draw)) == [(1, "Declaration")]


def test_numbers_nest_headings_whatever_their_size(tmp_path: Path) -> None:
    def draw(page: Any) -> None:
        y = 80.0
        for text in ("第一节 重要事项", "一、利润分配", "（一）分配办法", "二、承诺履行", "第二节 股份变动"):
            page.insert_text((72, y), text, fontname="china-s", fontsize=14)
            page.insert_text(
                (72, y + 24),
                "本报告期内没有应当说明而未说明的情况，公司各项工作照常进行。" * 1,
                fontname="china-s",
                fontsize=10,
            )
            y += 60

    found = headings(drawn(tmp_path, draw))
    assert [level for level, _ in found] == [1, 2, 3, 2, 1]


def test_the_outline_of_a_document_tells_its_headings(tmp_path: Path) -> None:
    def draw(page: Any) -> None:
        y = 80.0
        for text in ("The river", "Its canals", "The farms"):
            page.insert_text((72, y), text, fontsize=10)
            y = paragraph(page, 72, y + 13, 84, RIVER) + 13

    toc = [[1, "The river", 1], [2, "Its canals", 1], [1, "The  farms", 1]]
    assert headings(drawn(tmp_path, draw, toc=toc)) == [(1, "The river"), (2, "Its canals"), (1, "The farms")]
    assert headings(drawn(tmp_path, draw)) == []


def test_a_table_of_contents_opens_no_sections(tmp_path: Path) -> None:
    def contents(page: Any) -> None:
        page.insert_text((250, 80), "目 录", fontname="china-s", fontsize=18)
        for number, name in enumerate(("第一章 河流", "第二章 水渠", "第三章 农田")):
            page.insert_text(
                (72, 120 + 20 * number), f"{name} {'.' * 60} {number + 2}", fontname="china-s", fontsize=10
            )

    def chapter(page: Any) -> None:
        page.insert_text((72, 80), "第一章 河流", fontname="china-s", fontsize=16)
        for number, line in enumerate(textwrap.wrap(VERTICAL, 40)):
            page.insert_text((72, 120 + 18 * number), line, fontname="china-s", fontsize=10)

    path = drawn(tmp_path, contents, chapter)
    assert headings(path) == [(1, "目 录"), (1, "第一章 河流")]
    assert len([b for b in blocks(path) if "...." in b.text]) == 3


def test_articles_of_a_law_begin_paragraphs(tmp_path: Path) -> None:
    first = "国家和社会帮助安排有残疾的公民的劳动、生活和教育。"
    article = ("第四十六条 公民有受教育的权利，这项权利由国家保障并且", "依照第十七条的规定执行。")
    path = write_pdf(tmp_path / "law.pdf", ["\n".join((first, *article))])
    assert [block.text for block in blocks(path)] == [first, "".join(article)]


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        ("第三章 国家机构", 2), ("第三章的规定", 0), ("PART II", 1), ("Appendix A Proofs", 2), ("Article 5. Water", 2),
        ("Section 3.1 Canals", 3), ("1.2.3 Canals", 4), ("1.2 万元", 3), ("3.5%", 0), ("（二）水渠", 5),
    ],
)  # fmt: skip
def test_what_a_number_says_about_a_heading(text: str, rank: int) -> None:
    assert rank_of(text) == rank


@pytest.mark.parametrize(
    "text",
    ["incorporation or organization)", "A sentence ends.", "所有董事均已出席。", "Canals ........ 7", "the farms of"],
)
def test_what_never_is_a_heading(text: str) -> None:
    assert not may_head(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Table 3: Water by village", "caption"), ("Table 3 shows the water by village", "text"),
        ("图 2-1 水渠", "caption"), ("表3所示的是水渠", "text"), ("表7-1：用水情况", "caption"),
    ],
)  # fmt: skip
def test_captions(tmp_path: Path, text: str, kind: str) -> None:
    (block,) = blocks(write_pdf(tmp_path / "caption.pdf", [text]))
    assert (block.kind, block.text) == (kind, text)


def test_the_number_of_a_heading_at_the_top_of_a_page_is_no_furniture(tmp_path: Path) -> None:
    def draw(number: int) -> Callable[[Any], None]:
        def page(made: Any) -> None:
            made.insert_text((72, 70), f"1.2.{number}", fontname="hebo", fontsize=14)
            made.insert_text(
                (116, 70), ("Canals", "Farms", "Willows", "Hills", "Valleys")[number], fontname="hebo", fontsize=14
            )
            paragraph(made, 72, 100, 84, RIVER)

        return page

    path = drawn(tmp_path, *(draw(number) for number in range(5)))
    assert [text for _, text in headings(path)][2] == "1.2.2 Willows"


def test_the_number_of_a_page_that_is_not_filled_is_furniture(tmp_path: Path) -> None:
    def draw(number: int) -> Callable[[Any], None]:
        def page(made: Any) -> None:
            y = paragraph(made, 72, 100, 84, RIVER * (1 + number % 3))
            made.insert_text((290, y + 30), str(number + 7), fontsize=10)

        return page

    pages = parse(drawn(tmp_path, *(draw(number) for number in range(6)))).pages
    assert [page.report.removed for page in pages] == [(str(number + 7),) for number in range(6)]


def test_values_of_a_table_in_the_margin_are_no_furniture() -> None:
    def page(values: list[str]) -> list[Line]:
        row = [Line(text, (60 + 100 * i, 800, 120 + 100 * i, 810), 10.0) for i, text in enumerate(values)]
        return [Line("Some text of the page", (60, 300, 400, 310), 10.0), *row]

    pages = [
        page(["1,234", "2,345", "345"]),
        page(["9,999", "8,888", "777"]),
        page(["1", "2", "3"]),
        page(["4", "5", "6"]),
    ]
    assert [len(kept) for kept in without_furniture(pages, [842.0] * 4)] == [4] * 4


def test_what_prints_nothing_is_left_out_and_a_hyphen_at_a_line_end_does_not_hide_a_word() -> None:
    assert Line("a\x00b\x07 c\u202e\u200b", (0, 0, 9, 9), 9.0).text == "ab c"
    assert Line("公 司 章 程", (0, 0, 9, 9), 9.0).text == "公司章程"
    assert Line("infor\xadma\xad", (0, 0, 9, 9), 9.0).text == "informa-"
    assert set(terms("regulations")) <= set(terms("the regula-tions hold"))
    assert set(terms("office")) <= set(terms("the o\ufb03ce"))


def test_a_reading_is_drawn_over_its_page(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "locked.pdf", ["One line of text", "Another line"], password="1234")
    target = tmp_path / "page.png"
    draw_reading(path, 2, target, ParseOptions(password="1234"))
    picture = pymupdf.Pixmap(target.read_bytes())
    assert picture.height > picture.width > A4[0]
    colours = {picture.pixel(x, y) for x in range(picture.width) for y in range(200, 280)}
    assert any(blue > red + 60 for red, _, blue in colours)
    with pytest.raises(UnreadableFile, match=r"locked\.pdf has no page 3"):
        draw_reading(path, 3, target, ParseOptions(password="1234"))


def test_items_of_a_chinese_list_stay_apart_where_they_begin_with_figures(tmp_path: Path) -> None:
    lines = [
        "2014年3月12日：v1.0.1",
        "1.将数学公式中的字体改回另一种字体，此前的版本中有所疏忽，只将特殊符号改",
        "回，现在公式中的字体和其他论文一致了。",
        "2.添加一个宏包，以支持希腊字母的粗体，这样它们和其他字母一样可以加粗显示，",
        "不需要别的办法。",
        "2014年3月8日：v0.6.9",
        "1.修复一个错误。",
    ]

    def draw(page: Any) -> None:
        for number, line in enumerate(lines):
            page.insert_text((72, 120 + 18 * number), line, fontname="china-s", fontsize=11)

    found = [block.text for block in blocks(drawn(tmp_path, draw))]
    assert found == [lines[0], lines[1] + lines[2], lines[3] + lines[4], *lines[5:]]


def test_chapters_of_a_table_of_contents_are_no_headings(tmp_path: Path) -> None:
    def draw(page: Any) -> None:
        page.insert_text((72, 110), "2 Before the first start", fontname="hebo", fontsize=11)
        page.insert_text((500, 110), "5", fontname="hebo", fontsize=11)
        for number in range(4):
            page.insert_text((90, 128 + 18 * number), f"2.{number} What is needed " + ". " * 40, fontsize=11)
            page.insert_text((500, 128 + 18 * number), "5", fontsize=11)
        paragraph(page, 72, 260, 80, RIVER)

    assert all(block.kind != "heading" for block in blocks(drawn(tmp_path, draw)))


def test_a_formula_and_its_number_are_no_table(tmp_path: Path) -> None:
    def draw(page: Any) -> None:
        paragraph(page, 72, 100, 80, RIVER)
        for number, y in ((1, 200), (2, 230), (3, 260)):
            page.insert_text((200, y), f"y = {number} x + b", fontsize=11)
            page.insert_text((500, y), f"({number})", fontsize=11)
        page.insert_text((72, 290), "where x is what was measured.", fontsize=11)

    found = blocks(drawn(tmp_path, draw))
    assert all(block.kind != "table" for block in found)
    assert [block.text for block in found][1:] == [
        "y = 1 x + b (1)",
        "y = 2 x + b (2)",
        "y = 3 x + b (3)",
        "where x is what was measured.",
    ]


def test_heads_of_two_columns_do_not_run_together_below_a_short_caption() -> None:
    def line(x: float, y: float, text: str) -> Line:
        return Line(text, (x, y, x + 5.2 * len(text), y + 10), 10.0)

    words = "words of a column that fills its width"
    lines = [line(203, 453, "Figure 1: Nothing at all to be seen")]
    lines += [line(54, 470, "ABSTRACT"), line(318, 470, "KEYWORDS")]
    lines += [line(x, 485 + 12 * row + x / 100, words) for row in range(10) for x in (54, 318)]
    regions = [[cell.text for row in region.rows for cell in row] for region in reading_order(lines, 10.0)]
    assert [region[0] for region in regions] == ["Figure 1: Nothing at all to be seen", "ABSTRACT", "KEYWORDS"]
