"""Citation markers in a stream: `[2]` is passed on when 2 is a passage that was given, else it is dropped."""

from __future__ import annotations

import re

from docent.ingest import visible
from docent.llm.inert import CODE, LINK, SCHEMES, inert

_WORD = r"(?:passages?|sources?|refs?\.?|documents?|citations?|片段|来源|资料|出处|引用|文档)"
_NUMBERS = r"\d{1,3}(?:\s*(?:[,，、;；]|and|和)\s*(?:\^|#)?\d{1,3})*"
# `[1]`, `[1, 2]`, `【1】`, `[^1]`, `[passage 1]`, `(passage 1)`; `(1)` is the number of a list or a clause.
MARKER = re.compile(
    rf"[ \t\u3000]?(?:[\[【［〔]\s*(?:{_WORD}\s*[:：#]?\s*)?[\^#]?(?P<a>{_NUMBERS})\s*(?:†[^\]】]*)?[\]】］〕](?!\()"
    rf"|[(（]\s*{_WORD}\s*[:：#]?\s*(?P<b>{_NUMBERS})\s*[)）])",
    re.IGNORECASE,
)
_CODE_OR_MARKER = re.compile(f"{CODE}|{LINK}|(?P<marker>{MARKER.pattern})", re.IGNORECASE)
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)", re.MULTILINE)
_BEGINNINGS = "|".join(sorted({one[:n] for one in SCHEMES for n in range(1, len(one) + 1)}))
# What at the end of a text may still become, or be a part of, something that must be seen whole.
_UNFINISHED = re.compile(
    r"(?:\x1b[^\n]{0,300}|!?\[[^\[\]\n]{0,300}(?:\](?:\([^()\n]{0,3000}|\[[^\[\]\n]{0,100})?)?|[【［〔][^】］〕\n]{0,80}|[(（][^()（）\n]{0,40}"
    rf"|<[^<>]{{0,2000}}|`+[^`\n]{{0,500}}`*|\b(?:{'|'.join(SCHEMES)}):\S{{0,3000}}|\b(?:{_BEGINNINGS})"
    r"|!|[ \t\u3000]+|(?<=\n)[ \t]*[`~]{1,2}|[【］\]】）)])\Z",
    re.IGNORECASE,
)
MOST_HELD = 4000  # characters; what is longer and not finished will not be


class MarkerFilter:
    """Feed it pieces of text; what comes back never ends inside a marker and holds no unknown number.

    Links, pictures, tags and hidden characters are made harmless as well. Code is passed on as it is.
    """

    def __init__(self, known: int) -> None:
        self._known = known
        self._held = ""
        self._is_code = False

    def feed(self, piece: str) -> str:
        """The text that can be shown now."""
        self._held += piece
        shown = ""
        while True:
            fence = _FENCE.search(self._held)
            end = self._held.find("\n", fence.end()) if fence else -1
            if fence is None or end < 0:
                break
            shown += self._take(fence.start()) + visible(self._held[: end - fence.start()])
            self._held = self._held[end - fence.start() :]
            self._is_code = not self._is_code
        return shown + self._take(self._safe(fence.start() if fence else len(self._held)))

    def finish(self) -> str:
        """What was held back at the end."""
        shown = ""
        fence = _FENCE.search(self._held)
        if fence:
            shown = self._take(fence.start())
            shown, self._held = shown + visible(self._held), ""
        return shown + self._take(len(self._held))

    def _safe(self, end: int) -> int:
        """Up to where the text that is held can be shown."""
        text = self._held[:end]
        if self._is_code or end < len(self._held):
            newline = text.rfind("\n") + 1
            return newline if self._is_code and text[newline:].strip(" \t`~") == "" else end
        cut = end
        while (unfinished := _UNFINISHED.search(text[:cut])) and unfinished.start() < cut:
            cut = unfinished.start()
        return cut if end - cut < MOST_HELD else end

    def _take(self, end: int) -> str:
        text, self._held = self._held[:end], self._held[end:]
        if self._is_code:
            return visible(text)
        return inert(_CODE_OR_MARKER.sub(self._resolve, visible(text)))

    def _resolve(self, match: re.Match[str]) -> str:
        if not match["marker"]:
            return match[0]
        valid = [n for n in marked(match) if 1 <= n <= self._known]
        return "".join(f" [{n}]" for n in dict.fromkeys(valid))


def marked(match: re.Match[str]) -> list[int]:
    """The numbers of one marker."""
    return [int(n) for n in re.findall(r"\d+", match["a"] or match["b"])]
