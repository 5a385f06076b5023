"""Lines as they are printed: items that go on, short lines that do not, what stands across the text or beside it."""

from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest
from pdfs import A4

from docent.ingest import parse, sentences
from docent.ingest.pages.signs import text_of, with_accents

_Row = tuple[float, str]
FULL = "A line of prose that is set as wide as the column is, so that a word below it had no room"


def _drawn(path: Path, pages: list[list[_Row]], *, font: str = "helv", top: float = 120.0) -> Path:
    """Rows of (left, text), 13 points apart."""
    document = pymupdf.open()
    for rows in pages:
        page = document.new_page(width=A4[0], height=A4[1])
        for number, (left, text) in enumerate(rows):
            page.insert_text((left, top + 13 * number), text, fontname=font, fontsize=10)
    document.save(path)
    document.close()
    return path


def _texts(path: Path, number: int = 1) -> list[str]:
    return [block.text for block in parse(path).pages[number - 1].blocks]


def _stamped(path: Path, text: str, pages: int, angle: float, at: tuple[float, float], size: float) -> Path:
    """The same page several times, each with other prose and a text that is turned around `at`."""
    document = pymupdf.open()
    for number in range(pages):
        page = document.new_page(width=A4[0], height=A4[1])
        for line in range(20):
            page.insert_text((90, 120 + 13 * line), f"Page {number} line {line} {FULL[:60]}", fontsize=10)
        matrix = pymupdf.Matrix(1, 1).prerotate(angle)
        page.insert_text(at, text, fontsize=size, morph=(pymupdf.Point(at), matrix))
    document.save(path)
    document.close()
    return path


def test_an_item_of_a_list_goes_on_below_its_words_where_lines_are_ragged(tmp_path: Path) -> None:
    item, rest = "1) The first of the things that are asked for here and are to be taken very", "appropriately."
    rows = [(72.0, FULL), (90.0, item), (105.0, rest)]
    assert _texts(_drawn(tmp_path / "list.pdf", [rows])) == [FULL, f"{item} {rest}"]


def test_what_stands_left_of_an_item_is_none_of_it(tmp_path: Path) -> None:
    rows = [(72, FULL), (90, "1) svn; only for those who have access"), (72, "If you want to help, get the source.")]
    assert _texts(_drawn(tmp_path / "after.pdf", [rows])) == [text for _, text in rows]


def test_a_listing_that_runs_into_the_margin_makes_no_line_of_text_short(tmp_path: Path) -> None:
    path = tmp_path / "wide.pdf"
    item = "7. Type the command as root, which copies the programs and all of the libraries and"
    document = pymupdf.open()
    page = document.new_page(width=A4[0], height=A4[1])
    page.insert_text((72, 120), item, fontsize=10)
    page.insert_text((86, 133), "documentation to the folders of the system.", fontsize=10)
    page.insert_text((72, 165), FULL.replace("a word below", "word"), fontsize=10)
    page.insert_text(
        (72, 195), "configure --with-a-long-option=/and/a/long/path --and-yet-another=one/more/path", fontname="cour"
    )
    document.save(path)
    document.close()
    assert _texts(path)[0] == f"{item} documentation to the folders of the system."


@pytest.mark.parametrize(
    "lines",
    [
        ["The first flight of the new aeroplane", "Death of the old king", "A landing on the Moon", "End of the war"],
        ["Cayenne", "Caracas", "Cairo", "Conakry"],
        ["地址：北京市海淀区中关村大街一号科技大厦", "电话：八二三四五六七八", "联系人：王丽", "传真：无"],
    ],
)
def test_short_lines_that_say_something_each_stay_apart(tmp_path: Path, lines: list[str]) -> None:
    font = "helv" if lines[0].isascii() else "china-s"
    rows = [
        (
            72,
            FULL
            if font == "helv"
            else "本公司的注册地址和联系方式如下所列如有变更将另行在指定的媒体上予以公告请各位投资者",
        ),
        *((72, one) for one in lines),
    ]
    rows.insert(1, (72, ""))
    assert _texts(_drawn(tmp_path / "short.pdf", [rows], font=font))[1:] == lines


@pytest.mark.parametrize(
    "lines",
    [
        ["The river rises in the hills", "and flows through three", "valleys before it comes", "to the plain."],
        ["In Rome the Pope received", "Anna of Russia and King", "Henry; London said", "Nothing of the visit."],
        [
            "旱季里水由旧渠引来这些渠是用",
            "手挖成的每年春天由村里的人修",
            "补一次渠边种着柳树夏天可以遮",
            "荫冬天可以挡风。",
        ],
    ],
)
def test_prose_beside_a_picture_is_one_paragraph(tmp_path: Path, lines: list[str]) -> None:
    font = "helv" if lines[0].isascii() else "china-s"
    wide = (
        FULL
        if font == "helv"
        else "本公司的注册地址和联系方式如下所列如有变更将另行在指定的媒体上予以公告请各位投资者。"
    )
    rows = [(72, wide), (72, ""), *((72, one) for one in lines)]
    joint = " " if font == "helv" else ""
    assert _texts(_drawn(tmp_path / "beside.pdf", [rows], font=font))[1:] == [joint.join(lines)]


def test_only_the_line_that_ends_early_is_cut_from_chinese_prose(tmp_path: Path) -> None:
    lines = ["民法典第二条", "民法调整平等主体的自然人法人和非法人组织之间的人身关", "系和财产关系"]
    rows = [
        (72, "本公司的注册地址和联系方式如下所列如有变更将另行在指定的媒体上予以公告请各位投资者。"),
        (72, ""),
        *((72, x) for x in lines),
    ]
    assert _texts(_drawn(tmp_path / "cut.pdf", [rows], font="china-s"))[1:] == [lines[0], lines[1] + lines[2]]


def test_a_watermark_runs_through_no_sentence_and_is_left_out_where_it_repeats(tmp_path: Path) -> None:
    alone = _texts(_stamped(tmp_path / "one.pdf", "DRAFT", 1, 45, (200, 320), 60))
    assert alone[-1] == "DRAFT"
    assert "DRAFT" not in " ".join(alone[:-1])
    page = parse(_stamped(tmp_path / "more.pdf", "DRAFT", 3, 45, (200, 320), 60)).pages[1]
    assert page.report.removed == ("DRAFT",)
    assert "DRAFT" not in " ".join(block.text for block in page.blocks)


def test_what_is_stamped_into_the_margin_from_below_comes_last(tmp_path: Path) -> None:
    texts = _texts(_stamped(tmp_path / "stamp.pdf", "arXiv 2301.01234 [cs.CL] 3 Jan 2023", 1, 90, (40, 330), 14))
    assert texts[-1] == "arXiv 2301.01234 [cs.CL] 3 Jan 2023"
    assert len(texts) == 2


def test_labels_and_commands_in_a_column_of_a_card_stay_beside_each_other(tmp_path: Path) -> None:
    labels = ["a unit of the field here", "a discriminant as it has been given", "a root of unity in it"]
    labels += [
        "is the group abelian",
        "a factor in the number field",
        "in all the ideals the class",
        "is it principal or no",
    ]
    labels += ["a norm of an ideal in it"]
    commands = [
        f"{name}(field, modulus, {flag})"
        for name in ("bnfunits", "nfdisc", "nfroots", "isabel")
        for flag in ("a", "bb")
    ]
    document = pymupdf.open()
    page = document.new_page(width=842, height=595)
    for left in (40, 460):
        for number, (label, command) in enumerate(zip(labels, commands, strict=True)):
            page.insert_text((left, 60 + 12 * number), label, fontsize=10)
            page.insert_text((left + 180, 60 + 12 * number), command, fontname="cour", fontsize=10)
    path = tmp_path / "card.pdf"
    document.save(path)
    document.close()
    rows = "\n".join(_texts(path)).split("\n")
    assert rows.count("is the group abelian\tnfdisc(field, modulus, bb)") == 2


def _spans(*parts: tuple[str, float, float]) -> list[dict[str, object]]:
    return [{"text": text, "size": size, "origin": (0.0, base), "font": "CMR10"} for text, size, base in parts]


def test_small_figures_above_the_line_are_no_part_of_a_number_or_a_word() -> None:
    spans = _spans(("Sales were 3,368", 10, 100), ("1", 7, 96), (" in H", 10, 100), ("2", 7, 102), ("O.", 10, 100))
    assert text_of(spans, (1.0, 0.0)) == "Sales were 3,368¹ in H2O."
    assert text_of(_spans(("17", 10, 100), (" of them", 9, 100)), (1.0, 0.0)) == "17 of them"


def test_a_sentence_ends_behind_the_number_of_its_note() -> None:
    text = "It is not documented.² Nobody knows why."
    assert [text[a:b] for a, b in sentences(text)] == ["It is not documented.²", "Nobody knows why."]


def test_accents_that_tex_prints_before_their_letters() -> None:
    text = "Schr¨odinger, Yucat´an, Erd˝os, Fran¸cois and the Bar´\u0131 of ¨ 3"
    assert with_accents(text, _spans((text, 10, 100))) == "Schrödinger, Yucatán, Erdős, François and the Barí of ¨ 3"
    assert with_accents("Bob´s", [{"font": "Arial"}]) == "Bob´s"


def test_a_box_that_is_ticked_is_read_as_ticked(tmp_path: Path) -> None:
    document = pymupdf.open()
    page = document.new_page()
    page.insert_text((72, 137), "Married:")
    box = pymupdf.Widget()
    box.field_name, box.field_type, box.field_value = "married", pymupdf.PDF_WIDGET_TYPE_CHECKBOX, True
    box.rect = pymupdf.Rect(120, 125, 135, 140)
    page.add_widget(box)
    path = tmp_path / "form.pdf"
    document.save(path)
    document.close()
    assert _texts(path) == ["Married: ✓"]


def test_a_choice_stays_with_its_question_and_ends_it(tmp_path: Path) -> None:
    rows = [
        "公司聘请的报告期内履行持续督导职责的保荐机构",
        "□ 适用 √ 不适用",
        "公司聘请的报告期内履行持续督导职责的财务顾问",
        "□ 适用 √ 不适用",
    ]
    wide = "本公司的注册地址和联系方式如下所列如有变更将另行在指定的媒体上予以公告请各位投资者。"
    texts = _texts(_drawn(tmp_path / "choice.pdf", [[(72, one) for one in (wide, "", *rows)]], font="china-s"))
    assert texts[1:] == ["".join(rows[:2]), "".join(rows[2:])]
