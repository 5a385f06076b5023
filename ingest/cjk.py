"""Which characters are written without spaces around them."""

from __future__ import annotations

import re

# Ideographs, kana, hangul, CJK punctuation and full-width forms: no space belongs between two of them.
CJK = (
    r"\u2e80-\u312f\u3190-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003134f"
)
_CJK_CHARACTER = re.compile(f"[{CJK}]")


def is_cjk(character: str) -> bool:
    """Whether the character is written without spaces around it."""
    return _CJK_CHARACTER.match(character) is not None


def cjk_count(text: str) -> int:
    """How many of its characters are written without spaces around them."""
    return 0 if text.isascii() else len(_CJK_CHARACTER.findall(text))
