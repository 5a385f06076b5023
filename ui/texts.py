"""Every word of the page, in Chinese and in English. Placeholders are filled with `str.format`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal, TypeAlias

PageLanguage: TypeAlias = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Texts:
    """The words of one language. The page's script gets them all by the same names."""

    code: PageLanguage
    tagline: str
    documents: str
    documents_count: str
    open_documents: str
    close: str
    drop: str
    drop_hint: str
    choose_files: str
    no_documents: str
    pages_one: str
    pages_many: str
    no_pages: str
    ready: str
    searchable: str
    empty_document: str
    note_one: str
    note_many: str
    remove: str
    remove_named: str
    remove_question: str
    keep: str
    removed: str
    undo: str
    undo_named: str
    not_undone: str
    recently_removed: str
    sending: str
    queued: str
    reading: str
    reading_start: str
    embedding: str
    failed: str
    cancelled: str
    cancel: str
    retry: str
    dismiss: str
    already_here: str
    locked: str
    still_locked: str
    password: str
    unlock: str
    new_conversation: str
    other_language: str
    switch_language: str
    empty_title: str
    empty_body: str
    ready_title: str
    ready_body: str
    try_asking: str
    example: str
    ask_placeholder: str
    ask_label: str
    send: str
    stop: str
    searching: str
    searched_for: str
    writing: str
    stopped: str
    sources: str
    nearest: str
    open_source: str
    page: str
    page_of: str
    location_text: str
    unverified: str
    copies: str
    you: str
    broken: str
    source: str
    previous_page: str
    next_page: str
    zoom_in: str
    zoom_out: str
    download: str
    quote: str
    page_failed: str
    page_ocr: str
    page_mixed: str
    page_none: str
    offline: str
    licence: str
    conversation: str


ENGLISH = Texts(
    code="en",
    tagline="Answers from your own documents, with the lines that prove them",
    documents="Documents",
    documents_count="{count}",
    open_documents="Documents",
    close="Close",
    drop="Drop files here",
    drop_hint="PDF, Word, Excel, PowerPoint, web pages, pictures, text and more, up to {limit} MB each",
    choose_files="Choose files",
    no_documents="Nothing here yet.",
    pages_one="1 page",
    pages_many="{count} pages",
    no_pages="text",
    ready="Ready",
    searchable="Searchable · indexing meaning {percent} %",
    empty_document="No text was found in it",
    note_one="Page {pages}: {note}",
    note_many="Pages {pages}: {note}",
    remove="Remove",
    remove_named="Remove {name}",
    remove_question="Remove it from here? The file on your disk stays.",
    keep="Keep",
    removed="Removed. Undo works for {days} days.",
    undo="Undo",
    undo_named="Undo the removal of {name}",
    not_undone="This removal cannot be undone any more: add the file again.",
    recently_removed="Recently removed",
    sending="Sending",
    queued="Waiting",
    reading="Reading page {done} of {total}",
    reading_start="Reading",
    embedding="Searchable · indexing meaning {percent} %",
    failed="Not added",
    cancelled="Cancelled",
    cancel="Cancel",
    retry="Try again",
    dismiss="Dismiss",
    already_here="Already among your documents",
    locked="Protected by a password",
    still_locked="This password does not open it",
    password="Password",  # noqa: S106
    unlock="Open",
    new_conversation="New conversation",
    other_language="中文",
    switch_language="切换到中文",
    empty_title="Ask your own documents",
    empty_body="Add a PDF, then ask about it. Every answer shows the lines it comes from."
    " Your files stay on this machine.",
    ready_title="What would you like to know?",
    ready_body="Answers come only from your documents. Click a number to see the page with the lines marked.",
    try_asking="Try asking",
    example="What does it say about “{topic}”?",
    ask_placeholder="Ask about your documents",
    ask_label="Your question",
    send="Send",
    stop="Stop",
    searching="Searching your documents",
    searched_for="Searched for: {query}",
    writing="Writing the answer",
    stopped="Stopped.",
    sources="Sources",
    nearest="The nearest passages",
    open_source="Source {number}: {name}, {place}",
    page="page {page}",
    page_of="Page {page} of {pages}",
    location_text="text",
    copies="The same words: {places}",
    unverified="The passage does not clearly support this sentence: check it.",
    you="You",
    broken="Something went wrong, and there is no answer: try again, or look at the server's log.",
    source="Source",
    previous_page="Previous page",
    next_page="Next page",
    zoom_in="Zoom in",
    zoom_out="Zoom out",
    download="Download the original",
    quote="Quoted lines",
    page_failed="This page cannot be shown. The document may have been removed.",
    page_ocr="This page is a picture: its text was read by OCR and may hold mistakes.",
    page_mixed="Part of this page is a picture: that text was read by OCR and may hold mistakes.",
    page_none="No text was found on this page.",
    offline="The server does not answer. Is it still running?",
    licence="Source code (AGPL-3.0)",
    conversation="Conversation",
)

CHINESE = Texts(
    code="zh",
    tagline="从你自己的文档中找答案，并指出原文出处",
    documents="文档",
    documents_count="{count}",
    open_documents="文档",
    close="关闭",
    drop="把文件拖到这里",
    drop_hint="PDF、Word、Excel、PPT、网页、图片、文本等，单个不超过 {limit} MB",
    choose_files="选择文件",
    no_documents="还没有文档。",
    pages_one="1 页",
    pages_many="{count} 页",
    no_pages="文本",
    ready="就绪",
    searchable="已可检索 · 语义索引 {percent}%",
    empty_document="没有找到文字",
    note_one="第 {pages} 页：{note}",
    note_many="第 {pages} 页：{note}",
    remove="移除",
    remove_named="移除 {name}",
    remove_question="从这里移除？你磁盘上的原文件不受影响。",
    keep="保留",
    removed="已移除，{days} 天内可撤销。",
    undo="撤销",
    undo_named="撤销移除 {name}",
    not_undone="已无法撤销这次移除，请重新添加该文件。",
    recently_removed="最近移除",
    sending="正在上传",
    queued="排队中",
    reading="正在读取第 {done} 页，共 {total} 页",
    reading_start="正在读取",
    embedding="已可检索 · 语义索引 {percent}%",
    failed="未能添加",
    cancelled="已取消",
    cancel="取消",
    retry="重试",
    dismiss="知道了",
    already_here="这份文档已经在列表中",
    locked="此文件有密码保护",
    still_locked="密码不正确",
    password="密码",  # noqa: S106
    unlock="打开",
    new_conversation="新对话",
    other_language="English",
    switch_language="Switch to English",
    empty_title="向你自己的文档提问",
    empty_body="先添加一份 PDF，再就其内容提问。每个回答都会标出所依据的原文。文件始终留在这台电脑上。",
    ready_title="想了解什么？",
    ready_body="答案只来自你的文档。点击数字编号，即可打开对应页面并看到标出的原文。",
    try_asking="可以这样问",
    example="关于“{topic}”，文档是怎么说的？",
    ask_placeholder="就文档内容提问",
    ask_label="你的问题",
    send="发送",
    stop="停止",
    searching="正在检索文档",
    searched_for="按此检索：{query}",
    writing="正在撰写回答",
    stopped="已停止。",
    sources="出处",
    nearest="最接近的段落",
    open_source="出处 {number}：{name}，{place}",
    page="第 {page} 页",
    page_of="第 {page} 页，共 {pages} 页",
    location_text="文本",
    copies="相同文字还见于：{places}",
    unverified="该段落不能明确支持这句话，请核对原文。",
    you="你",
    broken="出现错误，未能得到回答：请重试，或查看服务器日志。",
    source="原文",
    previous_page="上一页",
    next_page="下一页",
    zoom_in="放大",
    zoom_out="缩小",
    download="下载原文件",
    quote="引用的原文",
    page_failed="无法显示这一页，文档可能已被移除。",
    page_ocr="本页是图像，文字由 OCR 识别，可能有误。",
    page_mixed="本页部分内容是图像，这部分文字由 OCR 识别，可能有误。",
    page_none="本页没有找到文字。",
    offline="服务器没有响应，它还在运行吗？",
    licence="源代码（AGPL-3.0）",
    conversation="对话",
)

LANGUAGES: dict[PageLanguage, Texts] = {"zh": CHINESE, "en": ENGLISH}


def texts(language: str) -> Texts:
    """The words for a language code; English for one that is not known."""
    return CHINESE if language.startswith("zh") else ENGLISH


def as_json() -> dict[str, dict[str, str]]:
    """All words by language and name, for the page's script."""
    return {language: asdict(words) for language, words in LANGUAGES.items()}
