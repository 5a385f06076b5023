"""Questions to whole documents, such as `Summarize manual.pdf` or 比较这两份文档: read to the end, not searched.

The forms are a small closed class, and what they are about must be documents: names, or words such as 这份文档.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from docent.app.digest import MOST_SENTENCES, SENTENCES, read_whole
from docent.retrieval import fold

if TYPE_CHECKING:
    from docent.app.library import Library
    from docent.llm import Answerer, Event, Language
    from docent.retrieval import DocumentInfo, SearchFilter

MOST = 5  # documents of one question
LONGEST = 400  # characters of such a question
_PLEASE = r"(?:(?:please|(?:can|could|would)\s+you|i\s+(?:want|need)(?:\s+you\s+to)?|i(?:'d|\s+would)\s+like)[\s,]+)*"
_A_SUMMARY = r"(?:(?:give|write|make)\s+(?:me\s+)?)?(?:an?\s+|the\s+)?(?:short\s+|brief\s+)?(?:summary|overview)"
_LENGTH = r"(?:\s+(?:please|for\s+me|briefly|in\s+(?:short|brief|(?:(?P<most>\d{1,3})|an?|a\s+few)\s+[a-z]+)))*"
_WANTED = r"(?:请你?|麻烦|帮我|给我|为我|能否|可以|用|以|简[要单短]|一下|[地,\s]|(?P<most>\d{1,3})[句条]话?)*"
_MAIN = r"(?:的?(?:主要|核心|关键|全部)?(?:内容|要点|观点|大意|重点))?"
_END = r"[吗吧呢]?[\s.。!?]*"
_SUMMARIES = (
    rf"{_PLEASE}(?:summari[sz]e|sum\s+up|{_A_SUMMARY}(?:\s+(?:of|for))?)(?P<about>\s.+?)??{_LENGTH}{_END}",
    rf"what(?:['’]s|\s+(?:is|are))\s+(?P<about>.+?)\s+about{_LENGTH}{_END}",
    rf"{_WANTED}(?:总结|概括|归纳|概述|介绍)(?:一下|下)?(?P<about>.*?){_MAIN}{_END}",
    rf"{_WANTED}(?P<about>.+?)(?:主要|大概|都)*(?:讲|说|写|介绍)的?[了是]?些?(?:什么|啥|哪些)(?:内容)?{_END}",
    rf"{_WANTED}(?:写|做)?(?:一[个份段篇])?(?P<about>.+?)的?(?:摘要|总结|概要|主要内容)(?:是什么)?{_END}",
)
_COMPARISONS = (
    rf"{_PLEASE}(?:compare|what\s+are\s+the\s+differences\s+between)\s+(?P<about>.+?){_LENGTH}{_END}",
    rf"{_WANTED}(?:比较|对比)(?:一下|下)?(?P<about>.+?)的?(?:异同|区别|差异|不同)?{_END}",
    rf"(?P<about>.+?)(?:之间)?的?(?:有什么|有哪些|有何)(?:区别|差异|不同|异同){_END}",
)
_NOUN = r"(?:document|doc|file|pdf|paper|report|book|manual|article|text|contract)s?"
_MEANT = re.compile(
    r"(?:(?:all|both|each|every|these|those|this|that|the|my|our|of|whole|entire|uploaded|two|three|\d)\s+)*"
    rf"(?:{_NOUN}|this|these|everything)"
    r"|(?:[这那该本此我的上传整份篇个部些几两三各每\d]|所有|全部)*(?:文[档件章]|论文|报告|手册|资料|pdf|书|合同|材料|全文)(?:里面?|中)?|"
)
_SEVERAL = re.compile(r"\b(?:all|both|each|every|these|those|everything)\b|(?<!thi)s$|[些几两三各每]|所有|全部")
_BETWEEN = re.compile(
    rf"(?:[\s,、&《》“”\"「」和与跟同及\0]|以及|这?[两三几]?[份篇个本]|文档|文件|之间|\b(?:and|with|the|{_NOUN})\b)*"
)


@dataclass(frozen=True, slots=True)
class _Wish:
    """`about` is what is to be summed up or compared, folded; "" where that is not said."""

    about: str
    most: int
    compare: bool


@dataclass(frozen=True, slots=True)
class _Words:
    which: str
    which_ones: str
    reading: str
    too_much: str


_WORDS: dict[Language, _Words] = {
    "en": _Words(
        "Which document? Write its name, such as “Summarize {}”, or ask it alone (in the page: the funnel beside it).",
        "Which documents? Write the names of two to {}, or ask them alone (in the page: the funnels beside them).",
        "Reading {}",
        "{model} would have to read {passages} passages, about {tokens:,} tokens, more than one question may take"
        " (`deep_tokens`): these are sentences of the document instead.",
    ),
    "zh": _Words(
        "要总结哪份文档？请写出文件名，例如“总结 {}”，或限定只问这一份（网页上点文档名旁的漏斗）。",
        "要比较哪几份文档？请写出二至{}份的文件名，或限定只问这几份（网页上点文档名旁的漏斗）。",
        "正在通读 {}",
        "{model} 需要阅读 {passages} 个段落，约 {tokens:,} 个 token，超出单次提问的上限（`deep_tokens`），"
        "以下为文档原句。",
    ),
}


def ask_whole(library: Library, question: str, query: str, where: SearchFilter, name: str) -> Iterator[Event] | None:
    """The events of a summary or comparison of documents of a collection; None for a question of any other kind.

    `query` is the question written out in full. Where it does not say which documents are meant, the answer asks that.
    """
    wish = _wish(query)
    if wish is None or where.pages:  # a whole document has all its pages
        return None
    within = _within(library, where, name)
    named = _named(wish, within)
    if not within or not (named or _MEANT.fullmatch(wish.about)):
        return None
    meant = named or within
    most = MOST if named or wish.compare or _SEVERAL.search(wish.about) else 1
    if (2 if wish.compare else 1) <= len(meant) <= most:
        return _told(library, question, query, meant, name, wish)
    return _which(library, question, meant[0].name, name, wish)


def _wish(question: str) -> _Wish | None:
    text = fold(question[: LONGEST + 1]).strip()
    if len(text) > LONGEST:
        return None
    for forms, compare in ((_SUMMARIES, False), (_COMPARISONS, True)):
        for form in forms:
            if found := re.fullmatch(form, text):
                said = found.groupdict()
                most = min(max(int(said.get("most") or SENTENCES), 1), MOST_SENTENCES)
                return _Wish((said["about"] or "").strip(), most, compare)
    return None


def _within(library: Library, where: SearchFilter, name: str) -> list[DocumentInfo]:
    """The documents that the question may be about. Raises DocumentNotFound."""
    found = library.existing(name)
    ids = found.store.scope(where).documents if found else ()
    return [one for one in library.documents(name) if ids is None or one.id in ids]


def _named(wish: _Wish, known: Sequence[DocumentInfo]) -> list[DocumentInfo]:
    """The documents whose names are all that is said, in that order; long names first, since one may hold another.

    Without its ending a name may be that of what the document is about, which is not compared.
    """
    left, found = wish.about, {}
    for document in sorted(known, key=lambda one: -len(one.name)):
        whole, stem = fold(document.name), fold(PurePath(document.name).stem)
        for name in (whole, f"《{stem}》" if wish.compare else stem):
            if name in left:
                found[left.index(name)] = document
                left = left.replace(name, "\0" * len(name), 1)
                break
    return [found[place] for place in sorted(found)] if _BETWEEN.fullmatch(left) else []


def _told(
    library: Library, question: str, query: str, documents: Sequence[DocumentInfo], name: str, wish: _Wish
) -> Iterator[Event]:
    """The events of docent.llm.digest as those of a question. What would cost a model too much is quoted instead."""
    from docent.llm import Done, ExtractiveAnswerer, Notice, Retrieved, Step, cost_of, digest_events, language_of

    words, notice = _WORDS[language_of(question)], ""
    yield Step(words.reading.format(", ".join(one.name for one in documents)))
    whole = read_whole(library, [one.id for one in documents], name)
    answerer: Answerer = library.answerer_for(name)
    cost = cost_of(whole, answerer, wish.most, compare=wish.compare)
    if cost and cost.tokens > library.settings.deep_tokens:
        answerer = ExtractiveAnswerer()
        notice = words.too_much.format(model=cost.model, passages=cost.passages, tokens=cost.tokens)
        yield Notice(notice)
    for event in digest_events(whole, answerer, wish.most, compare=wish.compare):
        match event:
            case Retrieved():
                yield replace(event, query=query)
            case Done():
                said = " ".join(filter(None, (notice, event.answer.notice)))
                yield Done(replace(event.answer, question=question, query=query, notice=said))
            case _:
                yield event


def _which(library: Library, question: str, example: str, name: str, wish: _Wish) -> Iterator[Event]:
    from docent.llm import Answer, Done, Retrieved, Token, language_of

    words = _WORDS[language_of(question)]
    text = words.which_ones.format(MOST) if wish.compare else words.which.format(example)
    yield Retrieved((), question)
    yield Token(text)
    model = library.answerer_for(name).name
    yield Done(Answer(question, text, (), (), refused=False, query=question, model=model))
