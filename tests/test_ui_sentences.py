"""Sentences of the program in Chinese: those that a reader of the page meets are known, in Python and in the script."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from conftest import ROOT

from docent.app.intake import job_book, jobs
from docent.ui.page_notes import page_notes
from docent.ui.sentences import CHINESE_SENTENCES, sentences_as_json, told
from docent.ui.texts import CHINESE, ENGLISH

READ = ("UnreadableFile", "UnsupportedType", "PasswordRequired", "BadUpload")


def raised() -> Iterator[tuple[str, str]]:
    """What is raised while a file is taken, each place with 7 wherever something is filled in."""
    for path in (
        *(ROOT / "ingest").rglob("*.py"),
        ROOT / "app" / "web" / "uploads.py",
        ROOT / "app" / "intake" / "reader_pool.py",
    ):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in READ):
                continue
            match node.args[0]:
                case ast.JoinedStr(values=parts):
                    text = "".join(str(one.value) if isinstance(one, ast.Constant) else "7" for one in parts)
                    yield f"{path.name}:{node.lineno}", text
                case ast.Constant(value=str(text)):
                    yield f"{path.name}:{node.lineno}", text


ONLY_TERMINAL = ("drawn", "pages count from 1", "multipart/form-data")


@pytest.mark.parametrize(("where", "sentence"), list(raised()))
def test_why_a_file_was_not_taken_is_told_in_chinese(where: str, sentence: str) -> None:
    if any(one in sentence for one in ONLY_TERMINAL):
        return
    shown = told(sentence, CHINESE)
    assert re.search(r"[\u4e00-\u9fff]", shown), f"{where}: {sentence}"
    assert told(sentence, ENGLISH) == sentence or told(sentence, ENGLISH).startswith("7 is "), "said shorter"


def test_enough_sentences_were_looked_at() -> None:
    assert len(list(raised())) > 25


def test_what_is_filled_in_stays() -> None:
    assert (
        told("a (1).pdf is empty: there is nothing to read in it.", CHINESE) == "a (1).pdf 是空文件，没有可读取的内容。"
    )
    wrong = "a.pdf is named .pdf but is not a PDF inside: rename it to what it is."
    assert told(wrong, CHINESE) == "a.pdf 的扩展名是 .pdf，内容却不是，请改成正确的扩展名。"
    assert told("unknown words.", CHINESE) == "unknown words."


def test_a_broken_pdf_says_so_in_one_way() -> None:
    for why in ("is damaged and cannot be opened as a PDF", "has no pages that can be read"):
        damaged, cut_off = f"a.pdf {why}: try to save it anew.", f"a.pdf {why}: its end is missing, so get it again."
        assert told(damaged, ENGLISH) == "a.pdf is damaged and cannot be read: try to save it anew."
        assert told(damaged, CHINESE) == "a.pdf 已损坏，无法读取，请尝试重新保存。"
        assert told(cut_off, ENGLISH) == "a.pdf is incomplete, its end is missing: get it again."
        assert told(cut_off, CHINESE) == "a.pdf 不完整，缺少结尾，请重新获取。"


def test_the_page_does_not_list_every_kind_that_is_read() -> None:
    sentence = "a.exe is of a kind that is not read (.exe); read are .bmp .csv .docx."
    assert told(sentence, ENGLISH) == "a.exe is of a kind that is not read (.exe): save it as PDF, for example."


def test_several_pages_are_listed_as_chinese_lists_them() -> None:
    notes = ["page 2: a picture in which no text was found", "page 9: a picture in which no text was found"]
    assert page_notes(notes, CHINESE) == ["第 2、9 页：图片，未识别到文字"]


def test_notes_on_files_in_archives_are_told_in_chinese() -> None:
    notes = page_notes(["page 2: not read: x.pdf is empty: there is nothing to read in it."], CHINESE)
    assert notes == ["第 2 页：未读取：x.pdf 是空文件，没有可读取的内容。"]
    notes = page_notes(
        ["an attachment was not read: x.xyz broke the program that reads it: it may be damaged."], CHINESE
    )
    assert notes == ["附件未读取：读取 x.xyz 时程序出错，文件可能已损坏。"]


def test_the_script_gets_the_same_patterns() -> None:
    for pattern, template in sentences_as_json()["zh"]:
        assert "\\" not in template
        assert "(?P" not in pattern, "JavaScript names groups otherwise"
        holes = {int(one) for one in re.findall(r"\$(\d)", template)}
        assert holes <= set(range(1, re.compile(pattern).groups + 1))
    assert len(CHINESE_SENTENCES) == len({pattern for pattern, _ in CHINESE_SENTENCES})


@pytest.mark.parametrize(
    "sentence",
    [
        jobs._UNEXPECTED.format(name="a.pdf"),
        jobs._POISON.format(name="a.pdf", tries=2),
        jobs._DIED.format(name="a.pdf"),
        job_book._LOST.format(name="a.pdf"),
        "a.pdf is not kept to be tried again: add it again.",
        "1000 of your uploads wait to be read: go on when some are.",
        "you ask more than this server answers one person: go on in 3 s.",
    ],
)
def test_what_became_of_an_upload_and_of_too_many_questions_is_told_in_chinese(sentence: str) -> None:
    assert re.search(r"[\u4e00-\u9fff]", told(sentence, CHINESE))
    assert told(sentence, ENGLISH) == sentence
