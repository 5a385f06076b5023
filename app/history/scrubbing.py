"""Words of purged documents in what a reader typed: names, what stands in quotation marks, and long verbatim runs."""

from __future__ import annotations

import re
from collections.abc import Collection

LONGEST_RUN = 20  # characters of a text that a question may share with a purged document: a few words
LONGEST_CHINESE_RUN = 8  # characters that hold an ideograph
GAP = "…"
_QUOTED = re.compile(r"(?<=[“\"「『《])[^“”\"「」『』《》]+(?=[”\"」』》])")
_IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")


def scrubbed(text: str, names: Collection[str], texts: Collection[str]) -> str:
    """`text` with an ellipsis in place of whatever stands in these names and texts, too."""
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = text.replace(name, GAP)
    text = _QUOTED.sub(lambda quoted: GAP if any(quoted[0].strip() in one for one in texts) else quoted[0], text)
    for one in texts:
        text = _without_runs(text, one)
    return text


def _without_runs(text: str, other: str) -> str:
    kept: list[str] = []
    position = 0
    while position < len(text):
        size = LONGEST_CHINESE_RUN + 1
        while position + size <= len(text) and text[position : position + size] in other:
            size += 1
        run = text[position : position + size - 1]  # the longest one here, or what is too short to matter
        if len(run) > (LONGEST_CHINESE_RUN if _IDEOGRAPH.search(run) else LONGEST_RUN):
            kept.append(GAP)
            position += len(run)
        else:
            kept.append(text[position])
            position += 1
    return "".join(kept)
