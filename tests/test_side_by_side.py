"""Questions that set things side by side: each is looked for and told, and what their figures come to is computed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from passages import pairs, passage, table
from scripted import ScriptedModel, in_turn

from docent.app import Library, Settings, open_library
from docent.llm import Answer, Done, Retrieved, Token, answer_events, fold_events, make_answerer
from docent.llm.chat import ChatAnswerer
from docent.llm.compound.difference import difference
from docent.llm.compound.figures import figures_in
from docent.llm.compound.narrowing import document_of
from docent.llm.compound.parts import parts_of, sides_of
from docent.llm.models.chat_model import ChatModel
from docent.retrieval import Hit, SearchResult

_ROWS = "| 项目 | 2023年 | 2022年 |\n|---|---|---|\n"
FILES = {
    "青禾年报.md": "# 青禾股份有限公司2023年年度报告\n\n青禾股份的主要会计数据如下。\n\n"
    f"{_ROWS}| 营业收入（万元） | 3,226 | 2,808 |\n| 净利润（万元） | 340 | 242 |\n",
    "岚汐年报.md": "# 岚汐水务有限公司2023年年度报告\n\n岚汐水务的主要会计数据如下。\n\n"
    f"{_ROWS}| 营业收入（万元） | 8,630 | 7,208 |\n| 净利润（元） | 9,850 | 7,420 |\n",
    "alpha.md": "# Alpha Works annual report 2022\n\nAlpha Works employs 120 people. Its key figures follow.\n\n"
    "| (Dollars in millions) | 2022 | 2021 |\n|---|---|---|\n"
    "| Total revenue | $140 | $120 |\n| Staff cost | $31 | $30 |\n",
    "beta.md": "# Beta Mills annual report 2022\n\nBeta Mills employs 300 people. Its key figures follow.\n\n"
    "| (Dollars in millions) | 2022 | 2021 |\n|---|---|---|\n"
    "| Total revenue | $280 | $260 |\n| Staff cost | $70 | $71 |\n",
}

SAID = (
    "sells paper to schools and offices",
    "was founded by two brothers in Leeds",
    "keeps its stores near harbours",
    "pays its staff at the end of each month",
    "insures all buildings against fire",
)


@pytest.fixture
def reports(settings: Settings, tmp_path: Path) -> Iterator[Library]:
    folder = tmp_path / "reports"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    with open_library(settings) as library:
        assert {one.status for one in library.sync([folder])} == {"added"}
        yield library


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("青禾和岚汐相比，2023 年谁的营业收入更高？", ["青禾，2023 年的营业收入？", "岚汐，2023 年的营业收入？"]),
        ("青禾2023年的营业收入比岚汐高吗？", ["青禾2023年的营业收入是多少？", "岚汐2023年的营业收入是多少？"]),
        ("青禾的净利润是否高于岚汐？", ["青禾的净利润是多少？", "岚汐的净利润是多少？"]),
        ("青禾比岚汐的员工人数多多少？", ["青禾的员工人数是多少？", "岚汐的员工人数是多少？"]),
        ("青禾2023年的营业收入比2022年高吗？", [f"青禾{year}年的营业收入是多少？" for year in (2023, 2022)]),
        (
            "青禾哪一年的营业收入更高，2022年还是2023年？",
            [f"青禾{year}年的营业收入是多少？" for year in (2022, 2023)],
        ),
        ("谁的营业收入更高，青禾还是岚汐？", ["青禾的营业收入是多少？", "岚汐的营业收入是多少？"]),
        ("青禾和岚汐2023年的营业收入分别是多少？", [f"{one}2023年的营业收入是多少？" for one in ("青禾", "岚汐")]),
        (
            "2023年青禾和岚汐的营业收入分别是多少？哪家更高？",
            [f"2023年{one}的营业收入是多少？" for one in ("青禾", "岚汐")],
        ),
        (
            "青禾股份有限公司和岚汐有限公司2023年营业收入分别是多少？",
            ["青禾股份有限公司2023年营业收入是多少？", "岚汐有限公司2023年营业收入是多少？"],
        ),
        (
            "青禾和岚汐2022年和2023年的净利润分别是多少？",
            [f"{one}{year}年的净利润是多少？" for year in (2022, 2023) for one in ("青禾", "岚汐")],
        ),
        (
            "Did Acme or Globex have higher revenue in 2022?",
            [f"What was the revenue of {one} in 2022?" for one in ("Acme", "Globex")],
        ),
        (
            "Which had higher total assets in 2022, Acme or Globex?",
            [f"What was the total assets of {one} in 2022?" for one in ("Acme", "Globex")],
        ),
        (
            "Is Acme's net income higher than Globex's?",
            [f"What was the net income of {one}?" for one in ("Acme", "Globex")],
        ),
        (
            "How much higher was the revenue of Acme than that of Globex in 2022?",
            [f"What was the revenue of {one} in 2022?" for one in ("Acme", "Globex")],
        ),
        (
            "Did Acme employ more people than Globex in 2022?",
            [f"How many people did {one} employ in 2022?" for one in ("Acme", "Globex")],
        ),
        ("Was Acme's revenue higher in 2022 than in 2021?", [f"Was Acme's revenue in {y}?" for y in (2022, 2021)]),
        (
            "Which year had higher revenue for Acme, 2021 or 2022?",
            [f"What was the revenue for Acme in {y}?" for y in (2021, 2022)],
        ),
        (
            "Between Acme and Globex, who had higher revenue in 2022?",
            [f"What was the revenue of {one} in 2022?" for one in ("Acme", "Globex")],
        ),
    ],
)
def test_a_comparison_is_taken_apart(question: str, parts: list[str]) -> None:
    assert [one.question for one in parts_of(question)] == parts
    assert sides_of(question) == parts_of(question)


@pytest.mark.parametrize(
    "question",
    [
        "青禾2023年的营业收入比上年增长多少？",
        "青禾的资产负债率比预期高吗？",
        "研发投入占比高于多少需要披露？",
        "同比增长率更高的原因是什么？",
        "为什么今年的净利润比去年高？",
        "哪个地区的营业收入更高？",
        "超过多少天需要审批？",
        "关于“普及率和参与率的比较”，文档是怎么说的？",
        "Why was revenue higher than in the prior year?",
        "Is the margin higher than expected?",
        "Which region had higher revenue?",
        "Who was more successful?",
        "What more is known of research and development?",
    ],
)
def test_a_question_about_one_thing_is_not(question: str) -> None:
    assert parts_of(question) == ()


@pytest.mark.parametrize(
    "question",
    [
        "Depends 和 Suggests 有什么区别？",
        "正式版和测试版的权限有什么区别？",
        "What is the difference between mirrors and snapshots?",
    ],
)
def test_how_two_things_differ_is_asked_of_the_whole(question: str) -> None:
    assert parts_of(question)
    assert sides_of(question) == ()


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (
            "岚汐水务和青禾股份2023年的营业收入哪家更高？",
            (
                "**岚汐水务**\n\n营业收入（万元），2023年：8,630 [1]\n\n"
                "**青禾股份**\n\n营业收入（万元），2023年：3,226 [2]\n\n"
                "按以上数字计算：岚汐水务高于青禾股份，相差 5,404（万元），为后者的 167.5%。 [1] [2]"
            ),
        ),
        (
            "Did Alpha Works have lower total revenue than Beta Mills in 2022?",
            (
                "**Alpha Works**\n\nTotal revenue, 2022: $140 (Dollars in millions) [1]\n\n"
                "**Beta Mills**\n\nTotal revenue, 2022: $280 (Dollars in millions) [2]\n\n"
                "Computed from these figures: Alpha Works is lower than Beta Mills by 140 (Dollars in millions),"
                " or 50% of the latter. [1] [2]"
            ),
        ),
    ],
)
def test_both_are_told_and_which_is_higher_is_computed(reports: Library, question: str, text: str) -> None:
    events = list(reports.ask(question))
    answer = fold_events(events)
    assert answer.text == text
    assert "".join(one.text for one in events if isinstance(one, Token)) == text
    assert [one.citations for one in answer.statements] == [(1,), (2,), (1, 2)]
    assert {one.hit.key for one in answer.citations} <= {hit.key for hit in answer.hits}
    (found,) = [one for one in events if isinstance(one, Retrieved)]
    assert found.hits == answer.hits


def test_figures_that_are_only_asked_for_are_not_compared(reports: Library) -> None:
    answer = fold_events(reports.ask("青禾股份和岚汐水务2023年的营业收入分别是多少？"))
    assert "3,226" in answer.text
    assert "8,630" in answer.text
    assert "按以上数字" not in answer.text


def test_amounts_are_compared_in_one_unit(reports: Library) -> None:
    answer = fold_events(reports.ask("青禾股份2023年的净利润比岚汐水务高吗？"))
    assert "340" in answer.text
    assert "9,850" in answer.text
    assert "青禾股份高于岚汐水务，相差 339.015（万元）" in answer.text  # 9,850 yuan are .985


def test_years_of_one_row_are_told_at_once(reports: Library) -> None:
    answer = fold_events(reports.ask("青禾股份哪一年的营业收入更高，2022年还是2023年？"))
    assert answer.text == (
        "营业收入（万元），2023年：3,226；2022年：2,808 [1]\n\n"
        "按以上数字计算：2023 年高于2022 年，相差 418（万元），为后者的 14.9%。 [1]"
    )


def test_a_question_about_one_thing_takes_one_search(reports: Library) -> None:
    asked: list[str] = []

    def search(query: str) -> SearchResult:
        asked.append(query)
        return reports.search(query)

    fold_events(answer_events("青禾股份2023年的营业收入是多少？", search, make_answerer("extractive")))
    assert len(asked) == 1


def test_a_part_that_is_not_found_is_said_to_be_so(reports: Library) -> None:
    answer = fold_events(reports.ask("青禾股份和Xylomat2023年的营业收入哪家更高？"))
    assert not answer.refused
    assert "3,226" in answer.text
    assert "**Xylomat**\n\n文档中没有找到这个问题的答案。" in answer.text
    assert "按以上数字" not in answer.text
    assert fold_events(reports.ask("Did Xylomat or Quorkon have higher total revenue in 2022?")).refused


def test_the_figures_of_others_are_not_told_of_what_no_passage_names(reports: Library) -> None:
    answer = fold_events(reports.ask("青禾股份、岚汐水务和白石能源2023年的营业收入分别是多少？"))
    assert "**白石能源**\n\n文档中没有找到这个问题的答案。最接近的段落都没有提到“白石能源”。" in answer.text
    assert answer.text.count("3,226") == answer.text.count("8,630") == 1
    answer = fold_events(reports.ask("白石能源和黑水电力2023年的营业收入哪家更高？"))
    assert answer.refused
    assert "白石能源" in answer.text
    assert "黑水电力" in answer.text
    assert answer.hits


def test_a_model_is_given_the_passages_of_each_part(reports: Library) -> None:
    model = ScriptedModel(reply=in_turn("Alpha Works employs 120 people [1]."))
    answerer = ChatAnswerer(ChatModel("scripted", lambda: model))
    asked: list[str] = []

    def search(query: str) -> SearchResult:
        asked.append(query)
        return reports.search(query, 2)

    answer = fold_events(answer_events("Did Alpha Works employ more people than Beta Mills?", search, answerer))
    assert asked[1:] == [f"How many people did {one} employ?" for one in ("Alpha Works", "Beta Mills")]
    assert {hit.document.name for hit in answer.hits} >= {"alpha.md", "beta.md"}
    assert len(model.heard) == 1


def told(question: str, *hits: Hit) -> Answer:
    return fold_events(make_answerer("extractive").stream(question, question, hits, ()))


def compared(question: str, *hits: Hit) -> str:
    """What is computed from the figures of parts, each of which is answered from one passage."""
    parts = sides_of(question)
    found = difference(question, parts, [told(part.question, hit) for part, hit in zip(parts, hits, strict=True)])
    return found.text if found else ""


ALPHA = table("alpha.pdf", "Item\t2022\t2021", "Net sales\t140\t120", "Staff\t31\t30", context="(in millions)")
BETA = table("beta.pdf", "Item\t2022\t2021", "Net sales\t280\t260", "Staff\t70\t71", context="(in thousands)")
GAMMA = table("gamma.pdf", "Item\t2022\t2021", "Net sales of spares\t20\t10", "Staff\t7\t6", context="(in millions)")
BARE = table("bare.pdf", "Item\t2022\t2021", "Net sales\t20\t10", "Staff\t7\t6")


def test_scales_count() -> None:
    text = compared("Did Alpha or Beta have higher net sales in 2022?", ALPHA, BETA)
    assert (
        text
        == "Computed from these figures: Alpha is higher than Beta by 139.72 (in millions), or 49,900% of the latter."
    )


@pytest.mark.parametrize("other", [GAMMA, BARE, passage("Beta had net sales of 20 tonnes of paper in 2022.")])
def test_what_is_not_of_one_measure_and_unit_is_not_compared(other: Hit) -> None:
    assert compared("Did Alpha or Beta have higher net sales in 2022?", ALPHA, other) == ""


def test_losses_are_below_zero_and_shares_differ_by_points() -> None:
    loss = table("beta.pdf", "Item\t2022\t2021", "Net income\t(50)\t10", "Staff\t7\t6", context="(in millions)")
    gain = table("alpha.pdf", "Item\t2022\t2021", "Net income\t20\t10", "Staff\t7\t6", context="(in millions)")
    text = compared("Did Alpha or Beta have higher net income in 2022?", gain, loss)
    assert text == "Computed from these figures: Alpha is higher than Beta by 70 (in millions)."
    first = table("a.pdf", "项目\t2022年\t2021年", "毛利率\t14.08%\t13%", "其他\t1%\t2%")
    second = table("b.pdf", "项目\t2022年\t2021年", "毛利率\t12.5%\t13%", "其他\t1%\t2%")
    text = compared("甲公司2022年的毛利率比乙公司高吗？", first, second)
    assert text == "按以上数字计算：甲公司高于乙公司，相差 1.58 个百分点。"


def test_sentences_with_one_amount_are_compared() -> None:
    first, second = passage("Alpha employs 120 people.", "a.pdf"), passage("Beta employs 300 people.", "b.pdf")
    text = compared("Did Alpha employ more people than Beta?", first, second)
    assert text == "Computed from these figures: Beta is higher than Alpha by 180, or 150% of the latter."


def test_pairs_without_heads_are_figures() -> None:
    answer = told("在职员工的数量合计是多少？", pairs("a.pdf", "在职员工的数量合计（人）\t4,651", "生产人员\t2,305"))
    (figure,) = figures_in(answer)
    assert (figure.value, figure.unit) == (Decimal(4651), "人")


def test_tokens_and_done_agree_where_parts_say_the_same(reports: Library) -> None:
    events = list(reports.ask("青禾股份2023年的营业收入比2022年高吗？"))
    done = events[-1]
    assert isinstance(done, Done)
    assert "".join(one.text for one in events if isinstance(one, Token)) == done.answer.text


def among(name: str, *texts: str) -> list[Hit]:
    """Passages of one document, in their order."""
    found = [passage(text, name) for text in texts]
    return [replace(hit, chunk=replace(hit.chunk, ordinal=place)) for place, hit in enumerate(found)]


def test_a_document_is_about_what_names_it_or_what_it_says_from_the_start() -> None:
    report = among("2023.pdf", *["青禾股份的年度报告。"] * 4)
    assert document_of("青禾股份", report) == report[0].document.id
    assert document_of("青禾股份", report[:3]) == ""
    assert document_of("青禾股份", [*report, passage("青禾股份是客户。", "other.pdf")]) == ""
    late = [replace(hit, chunk=replace(hit.chunk, ordinal=40)) for hit in report]
    assert document_of("青禾股份", late) == ""
    assert document_of("Best Buy", [passage("Sales.", "BESTBUY_2023_10K.pdf")])
    assert document_of("Buy", [passage("Sales.", "BESTBUY_2023_10K.pdf")]) == ""


def test_what_has_a_row_of_its_own_in_a_document_is_not_what_that_is_about() -> None:
    report = among("2023.pdf", *["青禾销售公司的情况。"] * 4)
    rows = table("2023.pdf", "子公司\t营业收入", "青禾销售公司\t1,168", "青禾运输公司\t900")
    assert document_of("青禾销售公司", report) != ""
    assert document_of("青禾销售公司", [*report, rows]) == ""


def test_tables_without_a_name_are_those_of_the_company_that_their_document_is_about(
    settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    for name, figure in (("acme", "3,226"), ("globex", "8,630")):
        rows = f"| (In millions) | 2022 | 2021 |\n|---|---|---|\n| Net sales | {figure} | 1,000 |\n"
        notes = "\n\n".join(f"## Note {number}\n\n{name.title()} {said}." for number, said in enumerate(SAID, start=1))
        (folder / f"{name}_2022.md").write_text(f"# Report\n\n{notes}\n\n## Statement\n\n{rows}", encoding="utf-8")
    with open_library(settings) as library:
        assert {one.status for one in library.sync([folder])} == {"added"}
        answer = fold_events(library.ask("Which had higher net sales in 2022, Acme or Globex?"))
        deep = fold_events(library.ask("Which had higher net sales in 2022, Acme or Globex?", deep=True))
    assert answer.text == (
        "**Acme**\n\nNet sales, 2022: 3,226 (In millions) [1]\n\n"
        "**Globex**\n\nNet sales, 2022: 8,630 (In millions) [2]\n\n"
        "Computed from these figures: Globex is higher than Acme by 5,404 (In millions),"
        " or 167.5% of the latter. [1] [2]"
    )
    assert deep.text == answer.text


def test_a_figure_that_is_not_told_first_or_of_another_table_is_not_compared() -> None:
    first = table("a.pdf", "项目\t2022年\t2021年", "营业收入（元）\t30\t20", "其他\t1\t2")
    parent = table("a.pdf", "母公司项目\t2022年\t2021年", "营业收入（元）\t7\t6", "其他\t1\t2")
    assert compared("哪一年的营业收入更高，2021年还是2022年？", first, first)
    assert compared("哪一年的营业收入更高，2021年还是2022年？", first, parent) == ""


def test_the_sum_of_a_line_is_the_line_and_of_the_whole_company() -> None:
    heads = "项目\t2022年 金额\t2021年 金额"
    first = table("a.pdf", heads, "营业收入合计\t3,500\t3,100", "其中：主营业务\t3,400\t3,000", context="单位：元")
    second = table("b.pdf", heads, "营业收入合计\t2,900\t2,700", "其中：主营业务\t2,800\t2,600", context="单位：元")
    parent = table("b.pdf", "项目\t2022年度\t2021年度", "一、营业收入\t812\t825", "其他\t1\t2", context="单位：元")
    question = "甲公司和乙公司相比，2022年谁的营业收入更高？"
    parts = sides_of(question)
    for others in ((second, parent), (parent, second)):
        found = difference(question, parts, [told(parts[0].question, first), told(parts[1].question, *others)])
        assert found is not None
        assert found.text == "按以上数字计算：甲公司高于乙公司，相差 600（元），为后者的 20.7%。"


def test_shares_of_a_whole_are_no_amounts() -> None:
    first = table("a.pdf", "项目\t2022年 占营业收入比重", "营业收入\t100%", "其他\t1%")
    second = table("b.pdf", "项目\t2022年 占营业收入比重", "营业收入\t90%", "其他\t1%")
    assert compared("甲公司2022年的营业收入比乙公司高吗？", first, second) == ""
