"""Sentences of a model against the passages they cite: what may differ, and what must not."""

from __future__ import annotations

import pytest
from contracts.chat import hit

from docent.ingest import Chunk, Span
from docent.llm import Checks, ground
from docent.llm.checks.polarity import contrary, crossed, overstated
from docent.llm.checks.quantities import quantities
from docent.llm.checks.verification import verify, verify_together
from docent.retrieval import DocumentRef, Hit

ACME = hit(
    1,
    "Acme Corp reported revenue of $1,234.5 million in fiscal 2018, up 5.2% from 2017. Its CEO is John Miller."
    " Employees may not disclose secrets. The lease ends on March 5, 2019. Pump TH-01 needs 80 litres.",
    "acme.pdf",
)
HENGTONG = hit(
    2,
    "恒通电气股份有限公司2018年实现营业收入12.3亿元，同比增长百分之五。公司董事长为王建国。员工不得泄露商业秘密。公司位于浙江省。"
    "合同于二〇一九年三月五日到期。用水温度不超过八十度。",
    "hengtong.pdf",
)
RULES = hit(
    3,
    "It is recommended that files in /tmp be deleted at boot; FHS did not make it a requirement. The backup may have"
    " fewer drivers. The stub process can only shut down the system."
    " drvA can read Type1 fonts, but drvA cannot read TrueType fonts. Home files are shareable whereas lock files are"
    " not shareable.",
    "rules.pdf",
)
GUIZE = hit(
    4,
    "摘录部分内容时要注明来源。drvA 可以直接使用 Type1 字库。drvA 不能直接使用 TrueType 字库。",
    "guize.pdf",
)
TRUE = [
    (RULES, "It is advised, though not required, to delete files in /tmp at boot."),
    (RULES, "The backup may have fewer drivers."),
    (RULES, "The stub process can do nothing but shut down the system; it can only shut it down."),
    (RULES, "drvA can read Type1 fonts but cannot read TrueType fonts."),
    (RULES, "Lock files are not shareable, home files are shareable."),
    (GUIZE, "摘录部分内容时需要注明来源。"),
    (ACME, "Acme's revenue was $1.23 billion in 2018."),
    (ACME, "Acme's revenue was about $1,200 million in 2018."),
    (ACME, "In fiscal 2018, revenue rose 5.2% to $1,234.5 million."),
    (ACME, "- **Revenue** of Acme: $1234.5 million in fiscal 2018"),
    (ACME, "The CEO is John Miller."),
    (ACME, "Employees are not allowed to disclose secrets."),
    (ACME, "The lease ends on 5 March 2019."),
    (ACME, "Pump TH01 needs 80 litres."),
    (ACME, "2018财年营收为12.345亿美元。"),
    (HENGTONG, "2018年公司营业收入为12.3亿元，比上年增长5%。"),
    (HENGTONG, "２０１８年公司营业收入为123000万元。"),
    (HENGTONG, "公司董事长是王建国。"),
    (HENGTONG, "员工不能泄露商业秘密。"),
    (HENGTONG, "公司坐落在浙江省。"),
    (HENGTONG, "合同到期日为2019年3月5日。"),
    (HENGTONG, "水温不超过80度。"),
    (HENGTONG, "Revenue was 1.23 billion yuan in 2018."),
]
FALSE = [
    (RULES, "Files in /tmp must be deleted at boot."),
    (RULES, "The backup always has fewer drivers."),
    (RULES, "The stub process can do anything to the system."),
    (RULES, "drvA can read TrueType fonts, but not Type1 fonts."),
    (RULES, "Lock files are shareable, home files are not shareable."),
    (GUIZE, "摘录部分内容时不需要注明来源。"),
    (GUIZE, "drvA 可以直接使用 TrueType 字库。"),
    (ACME, "Acme's revenue was $1.24 billion in 2018."),
    (ACME, "Acme reported revenue of $1,234.5 billion in 2018."),
    (ACME, "Acme reported revenue of 1,234.5 million euros in 2018."),
    (ACME, "Acme reported revenue of $1,234.5 million in fiscal 2016, up 5.2% from 2017."),
    (ACME, "Globex reported revenue of $1,234.5 million in 2018."),
    (ACME, "The CEO is John Smith."),
    (ACME, "Employees may disclose secrets."),
    (ACME, "Revenue decreased 5.2% from 2017."),
    (ACME, "Acme revenue was not $1,234.5 million in fiscal 2018."),
    (ACME, "The lease ends on March 5, 2020."),
    (ACME, "The lease ends on May 3, 2019."),
    (ACME, "Pump TH-02 needs 80 litres."),
    (ACME, "The company will open a new plant in Ohio."),
    (ACME, "Its CEO is John Miller, who studied at Harvard and sails across the ocean every summer."),
    (ACME, "2018财年营收为12.345亿元。"),
    (HENGTONG, "2018年公司营业收入为12.4亿元。"),
    (HENGTONG, "2018年公司营业收入为12.3万元。"),
    (HENGTONG, "2016年公司营业收入为12.3亿元。"),
    (HENGTONG, "公司董事长是李明远。"),
    (HENGTONG, "员工可以泄露商业秘密。"),
    (HENGTONG, "公司位于江苏省。"),
    (HENGTONG, "公司没有实现营业收入。"),
    (HENGTONG, "合同于2019年5月3日到期。"),
    (HENGTONG, "用水温度不超过九十度。"),
    (HENGTONG, "Revenue was 1.24 billion yuan in 2018."),
]


@pytest.mark.parametrize(("passage", "sentence"), TRUE)
def test_what_a_passage_says_in_other_words_is_supported(passage: Hit, sentence: str) -> None:
    verdict = verify(sentence, passage)
    assert verdict.supported, verdict


@pytest.mark.parametrize(("passage", "sentence"), FALSE)
def test_what_a_passage_does_not_say_is_not_supported(passage: Hit, sentence: str) -> None:
    assert not verify(sentence, passage).supported


def test_the_quote_is_the_narrowest_place() -> None:
    assert ground("The CEO is John Miller. [1]", [ACME]).citations[0].quote == "Its CEO is John Miller."
    assert ground("董事长是王建国[1]。", [HENGTONG]).citations[0].quote == "公司董事长为王建国。"


def test_a_long_quote_is_cut_to_its_lines() -> None:
    lines = [f"item {n} of the list of spare parts that the plant keeps in store for repairs;" for n in range(9)]
    lines[4] = "the gearbox holds 14 litres of oil and must be drained before it is moved"
    text = " ".join(lines).replace(";", ",")
    spans, place = [], 0
    for number, line in enumerate(lines):
        spans.append(Span(1, (72, 100 + 14 * number, 500, 112 + 14 * number), place, place + len(line)))
        place += len(line) + 1
    chunk = Chunk("d" * 64, 1, text, "", tuple(spans))
    found = ground(
        "The gearbox holds 14 litres of oil. [1]", [Hit(1, chunk, DocumentRef("d" * 64, "a.pdf", "a.pdf"), 1)]
    )
    (citation,) = found.citations
    assert citation.verified
    assert citation.quote == lines[4]
    assert [box.rect[1] for box in citation.boxes] == [156]


def test_a_wrong_marker_is_mended_and_a_sentence_from_nowhere_flagged() -> None:
    found = ground("The CEO is John Miller. [2] Cats are nice animals. [1] 公司位于浙江省。", [ACME, HENGTONG])
    assert [(one.citations, one.verified) for one in found.statements] == [((1,), True), ((2,), False), ((3,), True)]
    assert [(one.hit, one.verified) for one in found.citations] == [(ACME, True), (ACME, False), (HENGTONG, True)]
    assert found.text == "The CEO is John Miller. [1] Cats are nice animals. [2] 公司位于浙江省。 [3]"
    said = [found.text[one.start : one.end] for one in found.statements]
    assert said == ["The CEO is John Miller.", "Cats are nice animals.", "公司位于浙江省。"]


def test_two_passages_can_support_a_sentence_together() -> None:
    other = hit(3, "Globex reported revenue of $900 million in fiscal 2018.", "globex.pdf")
    both = "In fiscal 2018 Acme reported revenue of $1,234.5 million and Globex reported revenue of $900 million."
    assert verify_together(both, [ACME, other])
    assert verify_together(both.replace("900", "800"), [ACME, other]) is None
    found = ground(f"{both} [1][2]", [ACME, other])
    assert found.statements[0].verified
    assert {one.hit.document.name for one in found.citations} == {"acme.pdf", "globex.pdf"}


def test_strict_leaves_out_what_is_not_supported() -> None:
    found = ground("Cats are nice animals. [1] The CEO is John Miller. [1]", [ACME], strict=True)
    assert found.text == "The CEO is John Miller. [1]"
    assert [found.text[one.start : one.end] for one in found.statements] == ["The CEO is John Miller."]
    assert ground("Cats are nice animals. [1]", [ACME], strict=True).text == ""


def test_vectors_and_a_judge_decide_what_words_cannot() -> None:
    sentence = "Staff have to keep confidential matters to themselves and disclose none. [1]"
    assert not ground(sentence, [ACME]).statements[0].verified
    assert ground(sentence, [ACME], Checks(judge=lambda said, shown: True)).statements[0].verified
    assert not ground(sentence, [ACME], Checks(judge=lambda said, shown: None)).statements[0].verified
    wrong = "The CEO is John Smith. [1]"
    assert not ground(wrong, [ACME], Checks(judge=lambda said, shown: True)).statements[0].verified
    near = Checks(similarity=lambda said, texts: [0.95] * len(texts))
    far = Checks(similarity=lambda said, texts: [0.7] * len(texts))
    across = "公司员工须保守秘密。[1]"
    assert ground(across, [ACME], near).statements[0].verified
    assert not ground(across, [ACME], far).statements[0].verified


def test_a_lead_in_is_no_statement_and_code_is_one() -> None:
    found = ground("The facts are:\n\n```\nx[1] = 5\n```\n", [ACME])
    assert found.text == "The facts are:\n\n```\nx[1] = 5\n```"
    (statement,) = found.statements
    assert not statement.verified
    assert not statement.citations


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("12.3亿元", [("1230000000", "cny", "")]),
        ("$1.23 billion", [("1230000000", "usd", "")]),
        ("(1,234) and -5%", [("1234", "", "()"), ("5", "%", "-")]),
        ("百分之二十五", [("25", "%", "")]),
        ("三年以上", [("3", "year", "")]),
        ("一个统一的万一", []),
        ("pages 3-5", [("3", "", ""), ("5", "", "")]),
        ("a 5-year term of twenty-five people", [("5", "year", ""), ("25", "person", "")]),
    ],
)
def test_amounts_are_read_with_scale_unit_and_sign(text: str, amounts: list[tuple[str, str, str]]) -> None:
    found = quantities(text, strict=True).amounts
    assert [(f"{one.full:f}", one.unit, one.sign) for one in found] == amounts


@pytest.mark.parametrize(
    ("sentence", "shown", "word"),
    [
        ("系统启动时必须删除文件。", "It is recommended that files be deleted at boot.", "必须"),
        ("Files must be deleted.", "建议删除文件，但不作要求，也没有必要。", "must"),
        ("It applies to all versions.", "该方法只适用于 2.2 以后的版本。", "all"),
        ("不论何时都要管理员权限。", "If the setup needed rights, removal needs them, too.", "不论"),
        ("It should be deleted.", "It is recommended that files be deleted.", ""),
        ("All drivers are listed.", "List every driver, but only once.", ""),
    ],
)
def test_advice_is_no_duty_and_a_rule_keeps_its_limit(sentence: str, shown: str, word: str) -> None:
    assert overstated(sentence, shown) == word


@pytest.mark.parametrize(
    ("sentence", "shown", "is_crossed"),
    [
        ("The router runs a DHCP server.", "路由器不运行 DHCP 服务器。", True),
        ("The router runs no DHCP server.", "路由器不运行 DHCP 服务器。", False),
        ("路由器运行 DHCP 服务器。", "The router does not run a DHCP server. DNS is fine.", True),
        ("drvA reads TrueType, but not Type1.", "drvA 可以读 Type1。drvA 不能读 TrueType。", True),
        ("Use no more than 5 DHCP servers.", "最多可用 5 台 DHCP 服务器。", False),
    ],
)
def test_yes_and_no_are_told_apart_between_languages(sentence: str, shown: str, is_crossed: bool) -> None:
    assert bool(crossed(sentence, shown, across=True)) is is_crossed


def test_a_line_end_parts_no_clause_from_its_denial() -> None:
    assert not crossed("路由器不运行 DHCP 服务器。", "该路由器不\n运行 DHCP 服务器。", across=False)
    assert not crossed("It runs no DHCP server here.", "It runs no\nDHCP server here.", across=False)


def test_contraries_are_told_apart_between_languages() -> None:
    assert contrary("The change is permanent.", "这样的更改是临时的。") == "permanent"
    assert not contrary("The change is temporary.", "这样的更改是临时的，不是永久的。")


def test_a_sentence_that_a_model_says_again_is_shown_once() -> None:
    again = "1. The CEO is John Miller. [1]\n2. The CEO is John Miller. [1]\n3. The lease ends on March 5, 2019. [1]"
    found = ground(again, [ACME])
    assert found.text.count("John Miller") == 1
    assert len(found.statements) == 2
    short = ground("Acme: yes. [1]\nAcme: yes. [1]", [ACME])
    assert short.text.count("yes") == 2


@pytest.mark.parametrize("scrap", ["2.", "2", "De"])
def test_what_an_answer_broke_off_with_claims_nothing(scrap: str) -> None:
    found = ground(f"The CEO is John Miller. [1]\n\n{scrap}", [ACME])
    assert len(found.statements) == 1
    assert len(found.citations) == 1
    assert found.text.endswith(scrap)
    assert ground("80 [1]", [ACME]).statements[0].verified
