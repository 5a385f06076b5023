"""Text in any encoding, paragraphs and pages of long texts, and Markdown: made here, then read."""

from __future__ import annotations

from pathlib import Path

import pytest
from contracts.unpaged import table_rows

from docent.ingest import UnreadableFile, parse

CHINESE = "绿茶用八十度的水冲泡，红茶要沸水。"
TRADITIONAL = "綠茶用八十度的水沖泡，紅茶要沸水。"
JAPANESE = "この製品の保証期間は購入日から一年間です。"
KOREAN = "이 제품의 보증 기간은 구입일로부터 일년입니다. 매일 아침 뉴스를 읽는다."
FRENCH = "L’été dernier, nous avons visité un château : 12 €."
ENGLISH = "Plain words of no particular length."
WIDE = [(text, code) for text in (CHINESE, JAPANESE, FRENCH, ENGLISH) for code in ("utf-16-le", "utf-16-be")]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((CHINESE * times, code) for times in (1, 40) for code in ("gb18030", "gbk", "utf-8", "utf-8-sig", "utf-16")),
        ("会议纪要：周三上午开会", "gbk"), ("价格：12.50元/斤", "gbk"), ("ID,姓名\n1,张三\n", "gbk"),
        ("Report for 李雷, June", "gbk"), (ENGLISH * 3000 + CHINESE, "gbk"), ("水温八十度", "utf-32"),
        *((text, "big5") for text in (TRADITIONAL, TRADITIONAL * 40, "會議紀要：週三上午開會")),
        *((JAPANESE, code) for code in ("cp932", "euc_jp")), (KOREAN, "cp949"),
        *((text, "cp1252") for text in (FRENCH, "Größe und Länge; Prüfung.", "naïve café", "“quoted” – dashes…")),
        ("Настоящий документ определяет порядок предоставления услуг и сроки.", "cp1251"), *WIDE,
    ],
)  # fmt: skip
def test_the_encoding_is_told_by_the_text(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "note.txt"
    path.write_bytes(text.encode(encoding))
    assert "".join("".join(page.text for page in parse(path).pages).split()) == "".join(text.split())


def test_every_short_piece_of_a_chinese_text_is_read(tmp_path: Path) -> None:
    text = "本合同自双方签字之日起生效，有效期三年。任何一方提前解除，应当提前三十日书面通知对方，并结清全部款项。"
    for start in range(len(text) - 12):
        piece = text[start : start + 12]
        (tmp_path / "piece.txt").write_bytes(piece.encode("gbk"))
        assert parse(tmp_path / "piece.txt").pages[0].text == piece


def test_utf_8_with_a_wrong_byte_stays_utf_8(tmp_path: Path) -> None:
    (tmp_path / "cut.txt").write_bytes((CHINESE * 5).encode() + b"\xe6\x8a" + "完".encode())
    assert parse(tmp_path / "cut.txt").pages[0].text == CHINESE * 5 + "\ufffd完"


def test_what_is_no_text_is_left_out(tmp_path: Path) -> None:
    words = "\x00red\x08 \x1b[31mgreen\x1b[0m\x7f blue\x85next\x0cpage " + ENGLISH * 20
    (tmp_path / "log.txt").write_text(words, encoding="utf-8")
    text = parse(tmp_path / "log.txt").pages[0].text
    assert text == "red green blue\nnext\npage " + (ENGLISH * 20).strip()


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.csv", "a.log"])
def test_a_program_is_no_text(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x7fELF" + bytes(range(256)) * 40)
    with pytest.raises(UnreadableFile, match=r"a\.\w+"):
        parse(tmp_path / name)


class TestParagraphs:
    def test_lines_that_a_program_broke_are_joined(self, tmp_path: Path) -> None:
        (tmp_path / "mail.txt").write_text(
            "The warranty of this product covers parts and labour for a period of\n"
            "two years from the day of purchase, unless the seal has been opened by\n"
            "somebody else.\n\n"
            "2024-03-05 10:00:01 INFO  the service has been started with 12 workers\n"
            "2024-03-05 10:00:02 INFO  the service is listening on the port 8000 now\n"
            "2024-03-05 10:00:03 WARN  the service has not got any of its licences\n"
        )
        first, second = parse(tmp_path / "mail.txt").pages[0].blocks
        assert "a period of two years" in first.text
        assert "by somebody else." in first.text
        assert len(second.text.split("\n")) == 3

    def test_chapters_are_headings(self, tmp_path: Path) -> None:
        (tmp_path / "law.txt").write_text("第一编 总则\n第二章 自然人\n第一条 为了保护权益。\nChapter 3\nIt ends.\n")
        blocks = parse(tmp_path / "law.txt").pages[0].blocks
        assert [(one.kind, one.level) for one in blocks] == [
            ("heading", 1), ("heading", 2), ("text", 0), ("heading", 2), ("text", 0),
        ]  # fmt: skip

    def test_a_long_text_names_its_lines(self, tmp_path: Path) -> None:
        lines = [f"Line {number} says what line {number} has to say." for number in range(1, 1001)]
        (tmp_path / "long.txt").write_text("\n".join(lines))
        pages = parse(tmp_path / "long.txt").pages
        assert len(pages) > 5
        for page in pages:
            first, last = (int(one) for one in page.location.removeprefix("lines ").split("–"))
            assert page.text.split("\n") == lines[first - 1 : last]
        assert pages[-1].location.endswith("–1000")

    def test_a_text_in_one_line_is_cut_between_sentences(self, tmp_path: Path) -> None:
        (tmp_path / "one.txt").write_text("这是一个很长的句子。" * 5000)
        blocks = [block for page in parse(tmp_path / "one.txt").pages for block in page.blocks]
        assert max(len(one.text) for one in blocks) <= 4000
        assert all(one.text.endswith("。") for one in blocks)
        assert sum(len(one.text) for one in blocks) == 50_000


class TestMarkdown:
    def test_tables_are_tables(self, tmp_path: Path) -> None:
        (tmp_path / "t.md").write_text(
            "# 价目\n\n| 地区 | 季度 | 销售额 |\n|---|---|---:|\n| 华东 | Q1 | 120 |\n| 华东 | Q2 | 90 |\n"
            "| 华北 | Q1 | a \\| b |\n\nafter\n\n- item\n\n  | a | b |\n  |---|---|\n  | c | 1 |\n"
        )
        blocks = parse(tmp_path / "t.md").pages[0].blocks
        assert [one.kind for one in blocks] == ["heading", "table", "text", "list", "table"]
        assert table_rows(blocks[1:2])[1] == (
            "华东 / Q2", {"华东": ("地区",), "Q2": ("季度",), "90": ("销售额",)},
        )  # fmt: skip
        assert table_rows(blocks[1:2])[2][1]["a | b"] == ("销售额",)
        assert table_rows(blocks[4:]) == [("c", {"c": ("a",), "1": ("b",)})]

    def test_front_matter_is_no_text(self, tmp_path: Path) -> None:
        (tmp_path / "post.md").write_text("---\ntitle: x\ntags:\n  - y\n---\n# Head\n\nBody.\n")
        assert [one.text for one in parse(tmp_path / "post.md").pages[0].blocks] == ["Head", "Body."]

    def test_headings_hold_from_page_to_page(self, tmp_path: Path) -> None:
        parts = [f"## Part {number}\n\n" + f"Sentence {number}. " * 60 for number in range(30)]
        (tmp_path / "long.md").write_text("# Book\n\n" + "\n\n".join(parts))
        pages = parse(tmp_path / "long.md").pages
        assert len(pages) > 3
        assert {page.location for page in pages} == {""}
        assert all(page.blocks[0].kind == "heading" for page in pages)
        assert all(span.page == page.number for page in pages for block in page.blocks for span in block.spans)

    def test_brackets_in_brackets_end(self, tmp_path: Path) -> None:
        (tmp_path / "deep.md").write_text("[" * 1_000_000)
        assert len(parse(tmp_path / "deep.md").pages[0].text) == 1_000_000
