"""What the reader of documents doubts, in the words of the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from docent.app import grouped_warnings
from docent.ui.sentences import told
from docent.ui.texts import Texts

# Every sentence of the reports in `ingest/`; what is not here is shown as it is.
_CHINESE = (
    (r"a scan, read by OCR", "扫描件，已用 OCR 识别"),
    (r"unreadable text, read by OCR", "文字层是乱码，已改用 OCR 识别"),
    (r"text that is not what the page shows, read by OCR", "文字层与页面所示不符，已改用 OCR 识别"),
    (r"text layer ignored, read by OCR", "按设置忽略文字层，已用 OCR 识别"),
    (r"a scan, not read because OCR is off", "扫描件，OCR 已关闭，未读取"),
    (r"unreadable text, not read because OCR is off", "文字层是乱码，OCR 已关闭，未读取"),
    (r"text in a picture, read by OCR", "图片中的文字已用 OCR 识别"),
    (r"a picture in which no text was found", "图片，未识别到文字"),
    (r"a picture on this page is too large to be read", "页内图片过大，未读取"),
    (r"turned upright by (\d+) degrees to be read", r"方向不正，已旋转 \1 度后识别"),
    (r"doubtful: read by OCR with low confidence", "OCR 识别的把握不大，请核对"),
    (r"damaged: nothing could be read from this page", "已损坏，无法读取"),
    (r"damaged: a part of this page is missing", "已损坏，部分内容缺失"),
    (
        r"the file is damaged or cut off: (\d+) of its (\d+) pages could be read",
        r"文件已损坏或不完整：共 \2 页，读出 \1 页",
    ),
    (r"the file is damaged and was repaired: text of some pages is missing", "文件已损坏并修复，部分页面的文字缺失"),
    (r"nothing to search: no text was found", "没有找到可检索的文字"),
    (r"(\d+) pictures were not read: save it as PDF", r"\1 张图片未读取：可另存为 PDF"),
    (r"a hidden (?:slide|sheet)", "隐藏的页"),
    (r"only the first (\d+) rows were read", r"只读取了前 \1 行"),
    (r"only the first (\d+) (?:attachments|files) were read", r"只读取了前 \1 个文件"),
    (
        r"(\d+) formulas have no stored result: open and save it in Excel once",
        r"\1 个公式没有保存结果：请用 Excel 打开并保存一次",
    ),
    (r"of kinds that are not read: (.*)", r"不支持的文件：\1"),
)


_NOT_READ = re.compile(r"(?:(?P<mail>an attachment was )?not read): (?P<why>.*)", re.DOTALL)
_CUT_OFF = re.compile(r"the file is damaged or cut off: ")
_LOST_PAGE = re.compile(r"damaged: nothing could be read from")
_ROUTINE = re.compile(r"(?:page \d+: )?a scan, read by OCR")


def is_routine(warning: str) -> bool:
    """Whether it only says how a page was read, and doubts nothing."""
    return _ROUTINE.fullmatch(warning) is not None


def telling(warnings: Sequence[str]) -> list[str]:
    """Those that doubt something; where a file is cut off, not each of its pages as well."""
    is_cut = any(_CUT_OFF.search(one) for one in warnings)
    return [one for one in warnings if not is_routine(one) and not (is_cut and _LOST_PAGE.search(one))]


def page_notes(warnings: Iterable[str], words: Texts) -> list[str]:
    """One line for each kind of warning, with the pages it is about."""
    lines = []
    for pages, sentence in grouped_warnings(warnings):
        line = _in_chinese(sentence, words) if words.code == "zh" else sentence
        template = words.note_one if pages.isdecimal() else words.note_many
        listed = pages.replace(", ", "、") if words.code == "zh" else pages
        lines.append(template.format(pages=listed, note=line) if pages else line)
    return lines


def _in_chinese(sentence: str, words: Texts) -> str:
    for pattern, template in _CHINESE:
        match = re.fullmatch(pattern, sentence)
        if match:
            return match.expand(template)
    kind = _NOT_READ.fullmatch(sentence)
    if kind:  # a file in an archive or a mail, and why
        return f"{'附件' if kind['mail'] else ''}未读取：{told(kind['why'], words)}"
    return told(sentence, words)
