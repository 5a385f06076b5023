"""Answers and conversations as Markdown: to be copied or exported, with every quote and where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import TypeAlias

from docent.app.history.conversations import Message
from docent.app.history.dialogue import OpenConversation
from docent.llm import Answer, Citation, Language, in_a_line, language_of
from docent.retrieval import Hit

Picture: TypeAlias = Callable[[Hit, int], str]
NEAREST = 3
_WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "sources": "Sources",
        "nearest": "The nearest passages",
        "page": "p. {}",
        "unverified": "the passage does not clearly support it",
        "unsupported": "Not supported by the documents:",
        "removed": "this document was removed since",
        "purged": "a document that was purged",
        "curated": "Corrected by a person.",
        "unanswered": "There is no answer to this question.",
    },
    "zh": {
        "sources": "出处",
        "nearest": "最接近的段落",
        "page": "第 {} 页",
        "unverified": "该段落不能明确支持这句话",
        "unsupported": "以下内容没有文档依据：",
        "removed": "该文档已被移除",
        "purged": "已彻底清除的文档",
        "curated": "本回答经人工修订。",
        "unanswered": "这个问题没有得到回答。",
    },
}
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&])")
# What would load a picture, lead elsewhere or be a tag; emphasis, lists and [1] are left.
_ACTIVE = re.compile(r"(?<=\])(?=[(\[:])|(?<=<)|(?<=!)(?=\[)|(?=https?:)|(?<=www)(?=\.)", re.IGNORECASE)


def conversation_markdown(opened: OpenConversation) -> str:
    """The whole conversation."""
    conversation = opened.conversation
    moment = datetime.fromisoformat(conversation.created).astimezone()
    head = f"# {_plain(conversation.title)}\n\n{_plain(opened.name)} · {moment:%Y-%m-%d %H:%M}"
    return "\n\n".join([head, *(_message(one, opened.missing) for one in opened.messages)]) + "\n"


def answer_markdown(answer: Answer, missing: Collection[str] = ()) -> str:
    """An answer with its sources below; `missing` are the ids of documents that were removed."""
    words = _WORDS[language_of(answer.question)]
    parts = [words["curated"]] if answer.model == "curated" else []
    parts.append(_defused(answer.text))
    doubtful = [answer.text[one.start : one.end] for one in answer.statements if not one.verified]
    if doubtful:
        parts.append("\n".join([words["unsupported"], "", *(f"- {_defused(in_a_line(one))}" for one in doubtful)]))
    return "\n\n".join(part for part in [*parts, sources_markdown(answer, missing)] if part)


def sources_markdown(answer: Answer, missing: Collection[str] = (), picture: Picture | None = None) -> str:
    """A line for each citation of an answer, for a refusal what came nearest; "" where there is neither.

    `picture` gives the address of a page, which its line then leads to.
    """
    words = _WORDS[language_of(answer.question)]
    lines = list(_sources(answer, words, missing, picture))
    title = words["nearest" if answer.refused else "sources"]
    return "\n".join([f"**{title}**", "", *lines]) if lines else ""


def _message(message: Message, missing: Collection[str]) -> str:
    told = _WORDS[language_of(message.question)]["unanswered"]
    if message.answer is not None:
        told = answer_markdown(message.answer, missing)
    return f"## {_plain(message.question)}\n\n{told}"


def _sources(answer: Answer, words: dict[str, str], missing: Collection[str], picture: Picture | None) -> Iterator[str]:
    if answer.refused:
        for hit in answer.hits[:NEAREST]:
            yield f"- {_place(hit, hit.chunk.pages[0], words, missing, picture)}\n  > {_plain(hit.chunk.text)}"
    for one in answer.citations:
        yield _source(one, words, missing, picture)


def _source(citation: Citation, words: dict[str, str], missing: Collection[str], picture: Picture | None) -> str:
    place = _place(citation.hit, citation.page, words, missing, picture)
    doubt = "" if citation.verified else f" ({words['unverified']})"
    quote = f"\n  > {_plain(citation.quote)}" if citation.quote else ""
    return f"- [{citation.number}] {place}{doubt}{quote}"


def _place(hit: Hit, page: int, words: dict[str, str], missing: Collection[str], picture: Picture | None) -> str:
    if not hit.document.name:
        return words["purged"]
    where = words["page"].format(page) if hit.location is None else hit.location
    gone = f" ({words['removed']})" if hit.document.id in missing else ""
    name = f"{hit.document.collection}: {hit.document.name}" if hit.document.collection else hit.document.name
    place = _plain(f"{name}, {where}" if where else name)
    return (f"[{place}]({picture(hit, page)})" if picture and hit.location is None and not gone else place) + gone


def _plain(text: str) -> str:
    """Words of a document or a reader, none of them markup."""
    return _ACTIVE.sub("\u200b", _MARKUP.sub(r"\\\1", in_a_line(text)))


def _defused(text: str) -> str:
    """Words of a model: they may be Markdown, but open and load nothing."""
    return _ACTIVE.sub("\u200b", text)
