"""Sentences of the program in the words of the page; what is not known here is shown as it is.

The page's script has the same list: a pattern means the same in Python and in JavaScript.
"""

from __future__ import annotations

import re

from docent.ui.settings_sentences import EMPTY, SETTINGS_SENTENCES
from docent.ui.texts import Texts

# What a page says shorter than a terminal: a reader there has the name of the file and the kinds in sight.
_OTHER_KIND = r"(.+) is of a kind that is not read \((.+?)\).*; read are .+\."
_DAMAGED = r"(.+) (?:is damaged and cannot be opened.*|has no (?:pages|chapters) that can be read): .+"
_CUT_OFF = r"(.+) (?:is damaged and cannot be opened as a PDF|has no pages that can be read): its end is missing, .+"
# Of files that were not taken, then of everything else. More exact ones stand before those that fit them, too.
CHINESE_SENTENCES: tuple[tuple[str, str], ...] = (
    (r"(.+) is empty: there is nothing to read in it\.", r"\1 是空文件，没有可读取的内容。"),
    (
        r"(.+) is larger than (\d+) MB: set DOCENT_MAX_UPLOAD_MB higher\.",
        r"\1 超过 \2 MB：可调高 DOCENT_MAX_UPLOAD_MB。",
    ),
    (_OTHER_KIND, r"\1 的格式（\2）不受支持，请另存为支持的格式再添加。"),
    (
        r"(.+) is named (\.\w+) but is not .+ inside: rename it to what it is\.",
        r"\1 的扩展名是 \2，内容却不是，请改成正确的扩展名。",
    ),
    (r"(.+) is not text, whatever its name says: rename it to what it is\.", r"\1 不是文本文件，请改成正确的扩展名。"),
    (r"(.+) is not opened by this password: check it and try again\.", r"密码打不开 \1，请核对后重试。"),
    (r"(.+) is protected by a password: give it with --password\.", r"\1 有密码保护，请输入密码。"),
    (r"(.+) is protected by a password: save it without one.*\.", r"\1 有密码保护，请去掉密码后再添加。"),
    (r"(.+) is protected by its publisher \(DRM\) and cannot be read\.", r"\1 受出版方版权保护（DRM），无法读取。"),
    (
        r"(.+) is an old Office file: save it as .+ and add it again\.",
        r"\1 是旧版 Office 文件，请另存为 .docx、.xlsx 或 .pptx 后再添加。",
    ),
    (r"(.+) is (?:.+): save it as (.+) and add it again\.", r"\1 的格式过旧，请另存为 \2 后再添加。"),
    (r"(.+) is encrypted by AES: unpack it and add what is in it\.", r"\1 用 AES 加密，请解压后添加其中的文件。"),
    (_CUT_OFF, r"\1 不完整，缺少结尾，请重新获取。"),
    (_DAMAGED, r"\1 已损坏，无法读取，请尝试重新保存。"),
    (r"(.+) is no table that can be read \(.+\): save it anew as CSV\.", r"\1 无法按表格读取，请另存为 CSV。"),
    (r"(.+) declares entities, which no office program does: it is not read\.", r"\1 含异常的 XML 声明，未读取。"),
    (r"(.+) cannot be read as a web page: try to save it anew\.", r"\1 无法按网页读取，请尝试重新保存。"),
    (r"(.+) has no cells: there is nothing to read in it\.", r"\1 中没有单元格，没有可读取的内容。"),
    (r"(.+) has (\d+) × (\d+) pixels: save it smaller\.", r"\1 有 \2 × \3 像素，过大，请缩小后保存。"),
    (r"(.+) unpacks to (\d+) MB, which is more than is read\.", r"\1 解压后有 \2 MB，超出可读取的上限。"),
    (r"(.+) is one too many: the archives unpack to more than (\d+) MB\.", r"\1 未读取：压缩包解压后超过 \2 MB。"),
    (r"(.+) lies in too many other archives: add it for itself\.", r"\1 嵌套在过多层压缩包里，请单独添加。"),
    (r"(.+) is a mail in too many others: save it for itself\.", r"\1 嵌套在过多层邮件里，请单独保存。"),
    (r"it holds no file of a kind that is read\.", r"其中没有支持的文件。"),
    (r"the encoding of (.+) is not known: save it as UTF-8\.", r"无法识别 \1 的编码，请另存为 UTF-8。"),
    (r"(.+) needs the office extra: .+", r"读取 \1 需要安装 office 组件。"),
    (r"(.+) broke the program that reads it: it may be damaged\.", r"读取 \1 时程序出错，文件可能已损坏。"),
    (
        r"(.+) was given up \(.+\): split it, or save it anew as PDF\.",
        r"读取 \1 用时过长，已放弃：请拆分，或另存为 PDF。",
    ),
    (
        r"(.+) needs more than (\d+) MB to be read: set DOCENT_READING_MEGABYTES higher\.",
        r"读取 \1 需要超过 \2 MB 内存：可调高 DOCENT_READING_MEGABYTES。",
    ),
    (r"(.+) cannot be (?:read|taken) \(.+\).*", r"无法读取 \1，请检查文件和磁盘。"),
    (r"(.+) changed while it was read: .+", r"\1 在读取期间被修改，请在写入结束后重试。"),
    (r"(.+) was removed from the collection while it was taken: add it again\.", r"\1 在添加期间被移除，请重新添加。"),
    (r"(.+) could not be taken because of an error in Docent: .+", r"添加 \1 时程序出错，详情见服务器日志。"),
    (
        r"(.+) ended the program that reads it (\d+) times: .+",
        r"读取 \1 时程序 \2 次异常退出，文件可能已损坏，请拆分或重新保存。",
    ),
    (
        r"(.+) is found by words only, since embedding it failed: .+",
        r"\1 向量化失败，目前只能按字词检索，详情见服务器日志。",
    ),
    (r"the file of (.+) has gone: add it again\.", r"\1 的文件已不在服务器上，请重新添加。"),
    (r"(.+) is not kept to be tried again: add it again\.", r"服务器没有保留 \1，请重新添加。"),
    (r"(.+) does not wait for a password\.", r"\1 目前不需要密码。"),
    (r"(\d+) of your uploads wait to be read: go on when some are\.", r"你有 \1 个文件在等待读取，请稍后再添加。"),
    (r"you ask more than this server answers one person: go on in (\d+) s\.", r"提问过于频繁，请 \1 秒后再试。"),
    (r"(.+) has no text that could be read: .+", r"\1 中没有可读取的文字。"),
    (r"Nothing in (.+?) can be read: .+", r"\1 中没有可读取的内容。"),
    (r"the upload (?:is damaged or )?was cut off: send it again\.", r"上传中断，请重试。"),
    (r"send at most (\d+) files at once\.", r"一次最多上传 \1 个文件。"),
    (r"(.+) is past cancelling: remove the document instead\.", r"\1 已添加，无法取消，可将其移除。"),
    (r"there is no such upload any more: look at the list of documents\.", r"该上传已不存在，请查看文档列表。"),
    (r"there is no document .+: it may have been removed\.", r"没有这份文档，可能已被移除。"),
    (r"there is no collection .+", r"没有这个资料库，可能已被删除。"),
    (r"there is no such conversation or answer any more: .+", r"这个对话或回答已不存在，可能已被删除。"),
    (r"the corrected answer cites \[(\d+)\], which is no source .+", r"修订内容引用了 [\1]，但原回答没有这个出处。"),
    (r"the corrected answer cites another collection: .+", r"修订内容引用了其他资料库，请单独向该资料库提问后再修订。"),
    (r"the corrected answer is empty or too long: .+", r"修订内容为空或过长。"),
    (r"a document that the corrected answer cites was removed: .+", r"修订内容引用的文档已被移除，请去掉该编号。"),
    (r"this question has no answer that could be corrected: .+", r"这个问题没有可修订的回答，请重新提问。"),
    (r"the database (.+) is not usable \(.+\): make room .+", r"数据库 \1 无法写入：磁盘已满，请腾出空间。"),
    (r"the database (.+) (?:is not usable|cannot be opened) \(.+\): .+", r"数据库 \1 无法使用，请检查磁盘和权限。"),
    (r"something went wrong in Docent: the server's log says more\.", r"程序出错，详情见服务器日志。"),
    *SETTINGS_SENTENCES,
)
# What the checker of requests says is no sentence for a person in any language; the others are said shorter.
ENGLISH_SENTENCES: tuple[tuple[str, str], ...] = (
    (EMPTY, "Fill it in first."),
    (_OTHER_KIND, r"\1 is of a kind that is not read (\2): save it as PDF, for example."),
    (r"(.+) has no text that could be read: .+", r"No text could be read in \1."),
    (_CUT_OFF, r"\1 is incomplete, its end is missing: get it again."),
    (_DAMAGED, r"\1 is damaged and cannot be read: try to save it anew."),
)

_BY_LANGUAGE = {"zh": CHINESE_SENTENCES, "en": ENGLISH_SENTENCES}


def told(sentence: str, words: Texts) -> str:
    """The sentence in the reader's language, if it is known."""
    for pattern, template in _BY_LANGUAGE[words.code]:
        match = re.fullmatch(pattern, sentence)
        if match:
            return match.expand(template)
    return sentence


def sentences_as_json() -> dict[str, list[tuple[str, str]]]:
    """The same for the page's script, by language: patterns, and templates with `$1` for what is in brackets."""
    return {
        language: [(pattern, re.sub(r"\\(\d)", r"$\1", template)) for pattern, template in sentences]
        for language, sentences in _BY_LANGUAGE.items()
    }
