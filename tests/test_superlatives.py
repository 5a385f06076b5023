"""Which one is the highest: answered from a whole table, or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from passages import passage, table

from docent.llm import answer_events, fold_events, make_answerer
from docent.retrieval import Hit, SearchResult

LINES = (
    "地区\t2021年\t2022年\t2022年同比增长\t门店数（家）",
    "城东地区\t310.5\t298.1\t-4.0%\t12",
    "城西地区\t205.0\t312.6\t52.5%\t9",
    "城北地区\t98.4\t101.2\t2.8%\t15",
    "合计\t613.9\t711.9\t16.0%\t36",
)
CAPTION = "分地区营业收入\n单位：万元"


def told(question: str, *hits: Hit) -> str:
    found = SearchResult(hits, {}, 0, None, frozenset())
    return fold_events(answer_events(question, lambda _: found, make_answerer("extractive"))).text


def shops(*lines: str) -> Hit:
    hit = table("年报.pdf", *(lines or LINES), context=CAPTION)
    rows = [replace(row, cells=(replace(row.cells[0], heads=("地区",)), *row.cells[1:])) for row in hit.chunk.rows[1:]]
    return replace(hit, chunk=replace(hit.chunk, rows=(hit.chunk.rows[0], *rows)))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("哪个地区的营业收入最高？", "城西地区，2022年：312.6（万元） [1]"),
        ("2021年哪个地区的营业收入最高？", "城东地区，2021年：310.5（万元） [1]"),
        ("2021年营业收入最低的是哪个地区？", "城北地区，2021年：98.4（万元） [1]"),
        ("哪个地区的营业收入增长最快？", "城西地区，2022年同比增长：52.5% [1]"),
        ("哪个地区的门店数最多？", "城北地区，门店数（家）：15 [1]"),
    ],
)
def test_the_row_of_the_largest_figure_and_never_the_sum(question: str, answer: str) -> None:
    assert told(question, shops()) == answer


@pytest.mark.parametrize(
    "lines",
    [
        (*LINES[:2], "城西地区\t205.0\t312.6万元\t52.5%\t9", *LINES[3:]),  # of another unit
        (*LINES[:2], "城西地区\t205.0\t未披露\t52.5%\t9", *LINES[3:]),  # unknown
        (*LINES[:2], "城西地区\t205.0\t298.1\t52.5%\t9", *LINES[3:]),  # as large as another
    ],
)
def test_no_row_stands_out_where_the_figures_do_not_say(lines: tuple[str, ...]) -> None:
    assert told("哪个地区的营业收入最高？", shops(*lines)).count("[") != 1


def test_a_sum_without_a_name_is_none_of_the_parts() -> None:
    hit = shops(*LINES[:4], "本公司地区\t613.9\t711.9\t16.0%\t36")
    assert "本公司地区，2022年：711.9" not in told("哪个地区的营业收入最高？", hit).split("\n\n")[0]


def test_rows_that_may_not_be_all_name_no_largest() -> None:
    low = table("年报.pdf", *LINES[:4])
    spans = tuple(replace(one, box=(72, 700, 300, 780)) for one in low.chunk.spans)
    whole = shops(*LINES[:4])
    cut = replace(whole, chunk=replace(whole.chunk, spans=spans))
    assert told("哪个地区的营业收入最高？", whole).startswith("城西地区，2022年")
    assert told("哪个地区的营业收入最高？", cut).count("[") != 1


def test_a_table_that_goes_on_overleaf_is_one() -> None:
    first, rest = shops(*LINES[:3]), shops(LINES[0], *LINES[3:])
    spans = tuple(replace(one, box=(72, 700, 300, 780)) for one in first.chunk.spans)
    first = replace(first, chunk=replace(first.chunk, spans=spans))
    rows, start = rest.chunk.rows[1:], rest.chunk.rows[1].start
    rest = replace(rest, chunk_id=2, chunk=replace(
        rest.chunk, ordinal=2, text=rest.chunk.text[start:], rows=tuple(row.moved(-start) for row in rows)
    ))  # fmt: skip
    assert told("哪个地区的门店数最多？", first, rest) == "城北地区，门店数（家）：15 [1]"
    assert told("哪个地区的门店数最多？", first).count("[") != 1


def test_rows_of_another_kind_are_not_compared() -> None:
    hit = table("年报.pdf", "指标\t2022年", "营业收入\t711.9", "总资产\t999.9", "净利润\t55.0", "合计\t1,766.8")
    assert not told("哪个地区的营业收入最高？", hit).startswith("总资产")


def test_the_period_in_which_a_row_is_largest() -> None:
    hit = table("年报.pdf", "指标\t2020年\t2021年\t2022年", "净利润\t55.0\t61.5\t58.2", "总资产\t310.0\t305.0\t399.0")
    assert told("哪一年的净利润最高？", hit) == "净利润，2021年：61.5 [1]"
    assert told("哪一年的总资产最少？", hit) == "总资产，2021年：305.0 [1]"


def test_in_english() -> None:
    hit = table(
        "report.pdf",
        "Region\tRevenue\tStores",
        "North\t$310\t12",
        "South\t$450\t9",
        "Coast\t$98\t15",
        "Total\t$858\t36",
    )
    rows = [
        replace(row, cells=(replace(row.cells[0], heads=("Region",)), *row.cells[1:])) for row in hit.chunk.rows[1:]
    ]
    hit = replace(hit, chunk=replace(hit.chunk, rows=(hit.chunk.rows[0], *rows)))
    assert told("Which region has the highest revenue?", hit) == "South, Revenue: $450 [1]"
    assert told("Which region has the fewest stores?", hit) == "South, Stores: 9 [1]"


def test_a_sentence_that_says_so_itself_needs_no_table() -> None:
    hit = passage("三家工厂中南湾工厂的产量最高，年产四万件。")
    assert told("哪家工厂的产量最高？", hit) == "三家工厂中南湾工厂的产量最高，年产四万件。 [1]"
