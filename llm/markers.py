"""Citation markers in a stream: `[2]` is passed on when 2 is a passage that was given, else it is dropped."""

from __future__ import annotations

import re

MARKER = re.compile(r"\s?[\[【]\s*(\d{1,3}(?:\s*[,，、]\s*\d{1,3})*)\s*[\]】]")
_MAY_BECOME = re.compile(r"\s?[\[【][\d\s,，、]{0,24}$|\s$")


class MarkerFilter:
    """Feed it pieces of text; what comes back never ends inside a marker and holds no unknown number."""

    def __init__(self, known: int) -> None:
        self._known = known
        self._held = ""

    def feed(self, piece: str) -> str:
        """The text that can be shown now."""
        text = self._held + piece
        unfinished = _MAY_BECOME.search(text)
        cut = unfinished.start() if unfinished else len(text)
        self._held = text[cut:]
        return self._clean(text[:cut])

    def finish(self) -> str:
        """What was held back at the end."""
        text, self._held = self._held, ""
        return self._clean(text)

    def _clean(self, text: str) -> str:
        return MARKER.sub(self._resolve, text)

    def _resolve(self, match: re.Match[str]) -> str:
        valid = [n for n in marked(match) if 1 <= n <= self._known]
        return "".join(f" [{n}]" for n in dict.fromkeys(valid))


def marked(match: re.Match[str]) -> list[int]:
    """The numbers of one marker."""
    return [int(n) for n in re.findall(r"\d+", match[1])]
