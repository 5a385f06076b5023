"""Which characters are written without spaces around them."""

from __future__ import annotations

import re
from functools import cache

# Ideographs, kana, hangul, CJK punctuation and full-width forms: no space belongs between two of them.
CJK = (
    r"\u2e80-\u312f\u3190-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003134f"
)


@cache
def _cjk_character() -> re.Pattern[str]:
    """Made when something is not in ASCII: so many characters take 3 ms."""
    return re.compile(f"[{CJK}]")


def is_cjk(character: str) -> bool:
    """Whether the character is written without spaces around it."""
    return not character.isascii() and _cjk_character().match(character) is not None


def cjk_count(text: str) -> int:
    """How many of its characters are written without spaces around them."""
    return 0 if text.isascii() else len(_cjk_character().findall(text))
