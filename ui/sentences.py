"""Sentences of the program in the words of the page; what is not known here is shown as it is."""

from __future__ import annotations

import re

from docent.ui.texts import Texts

CHINESE_SENTENCES: tuple[tuple[str, str], ...] = ()


def told(sentence: str, words: Texts) -> str:
    """The sentence in the reader's language, if it is known."""
    if words.code == "zh":
        for pattern, template in CHINESE_SENTENCES:
            match = re.fullmatch(pattern, sentence)
            if match:
                return match.expand(template)
    return sentence
