"""Questions that lean on the one before, written out in full by rule: no model, nothing guessed from documents.

A question is changed only where its form says that something is left out: it opens as a continuation, has no
predicate, is nothing but an asking word, or begins with a pronoun that has nothing before it to stand for. What it
names takes the place of its like in the question before (a year of a year, an amount of an amount); the rest is
carried over. The questions before are resolved in the same way, the oldest first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from docent.llm.follow_ups import chinese, english
from docent.llm.follow_ups.again import again
from docent.llm.language import Language, language_of
from docent.llm.questions.periods import periods
from docent.llm.questions.phrases_en import topic_of
from docent.llm.questions.small_talk import talk_in
from docent.llm.types import Turn

_NAME = re.compile(r"[A-Z][\w.+-]*(?:\s[A-Z][\w.+-]*)*")
_STANDS_FOR = re.compile(r"它|其(?!中|他|它|余|实)|\b(?:it|its|they|them|their)\b", re.IGNORECASE)
_Rules = Callable[[str, str], str | None]

_MARK = re.compile(r"[?？]")
_QUOTED = re.compile('“[^“”]*”|"[^"]*"')
_QUOTE = re.compile('[“”"]')
# The questions that are offered about a heading: it has a name, but is nothing that has a revenue.
_SUGGESTED = re.compile(r"(?:关于|關於)“.+”，(?:文档是怎么说的|文檔是怎麼說的)|What do the documents say about “.+”")
LOOK_BACK = 6  # turns that a follow-up may refer to
MAX_LENGTH = 300  # characters of a question that can be a follow-up; in English and Chinese alike they are short


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The question with what it leaves out; the question itself where it leaves out nothing."""
    before = ""
    asked = [turn for turn in history if talk_in(turn.question) is None]
    for turn in asked[-LOOK_BACK:]:
        before = complete(turn.question.strip(), before)
    return complete(question, before)


def complete(question: str, before: str) -> str:
    """`question` asked right after `before`, which stands alone."""
    if not before or len(question) > MAX_LENGTH:
        return question
    before, asked = (" ".join(one.split()) for one in (_first_asked(before)[:MAX_LENGTH], question))
    repeated = again(asked, before)
    if repeated is not None:
        return repeated
    own, earlier = _language(question, before), language_of(before)
    rules: _Rules = english.complete if own == "en" else _complete_in_chinese
    completed = rules(asked, before) if own == earlier else _of_name(rules, asked, own, before)
    apart = (own != earlier and completed is None) or _SUGGESTED.fullmatch(before.rstrip("?？ ")) is not None
    if apart or (completed is not None and _cuts_quotes(completed, before, asked)):
        completed = f"{before} {asked}" if _leans(asked, own) else None
    return question if completed is None else " ".join(completed.split())


def _of_name(rules: _Rules, asked: str, language: Language, before: str) -> str | None:
    """`它需要多少内存` after `What is Docent?`: a name is the same in both languages."""
    names = _NAME.findall(before) if language == "en" else [one for one in (topic_of(before),) if one[:1].isupper()]
    if not names or not _STANDS_FOR.search(asked):
        return None
    completed = rules(asked, f"What is {names[0]}?" if language == "en" else f"{names[0]}是什么？")
    return completed if completed and names[0] in completed else None


def _leans(question: str, language: Language) -> bool:
    """Whether a question plainly refers back, so that it is no question of its own."""
    return english.leans(question) if language == "en" else chinese.leans(_simplified(question))


def _cuts_quotes(completed: str, *typed: str) -> bool:
    """Whether a quotation of what was typed is not whole any more."""
    known = {_simplified(one) for text in typed for one in _QUOTED.findall(text)}
    kept = _QUOTED.findall(completed)
    return any(_simplified(one) not in known for one in kept) or bool(
        known and _QUOTE.search(_QUOTED.sub("", completed))
    )


def _complete_in_chinese(question: str, before: str) -> str | None:
    """The rules are written in simplified Chinese, and so is what they make of a question in traditional Chinese."""
    return chinese.complete(_simplified(question), _simplified(before))


def _simplified(text: str) -> str:
    from zhconv import convert

    return str(convert(text, "zh-cn"))


def _first_asked(text: str) -> str:
    """Up to the first question mark: what follows it is how to answer, or another question."""
    mark = _MARK.search(text)
    first = text[: mark.end()] if mark else text
    return first if any(character.isalnum() for character in first) else text


def _language(question: str, before: str) -> Language:
    """`2018?` is in the language of what was asked before."""
    bare = question
    for one in periods(question):
        bare = bare.replace(one, "")
    return language_of(question if any(letter.isalpha() for letter in bare) else before)
