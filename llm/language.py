"""Chinese or English: the reply is in the language of the question."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from docent.ingest import is_cjk

Language: TypeAlias = Literal["zh", "en"]

_QUOTED = re.compile('“[^“”]*”|"[^"]*"|‘[^‘’]*’|「[^「」]*」|『[^『』]*』|《[^《》]*》')


def language_of(text: str) -> Language:
    """`zh` when any character of the text is CJK: a Chinese question often carries an English name.

    What it quotes decides only where there is nothing else: `What is said of “旧灯塔”?` is English.
    """
    if not _has_cjk(text):
        return "en"
    own = _QUOTED.sub(" ", text)
    return "zh" if _has_cjk(own) or not any(character.isalpha() for character in own) else "en"


def languages_in(question: str) -> frozenset[Language]:
    """The languages of passages that words of a question can find: its own, and Chinese where it quotes that."""
    own = language_of(question)
    return frozenset({own, "zh"} if _has_cjk(question) else {own})


def _has_cjk(text: str) -> bool:
    return any(is_cjk(character) for character in text)
