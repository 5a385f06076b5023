"""Chinese or English: the reply is in the language of the question."""

from __future__ import annotations

from typing import Literal, TypeAlias

from docent.ingest import is_cjk

Language: TypeAlias = Literal["zh", "en"]


def language_of(text: str) -> Language:
    """`zh` when any character of the text is CJK: a Chinese question often carries an English name."""
    return "zh" if any(is_cjk(character) for character in text) else "en"
