"""What reasoning models think aloud before they answer never reaches the reader."""

from __future__ import annotations

import re

_WORDS = "think|thinking|thought|thoughts|reasoning|reflection|scratchpad"
_OPEN = re.compile(rf"<(?P<word>{_WORDS})>", re.IGNORECASE)
_CLOSE = re.compile(rf"</(?:{_WORDS})>\s*", re.IGNORECASE)
_MAY_OPEN = re.compile(r"</?[a-z]{0,12}\Z", re.IGNORECASE)
RESTART = "\x18"  # comes back where all that came before has turned out to be thoughts
_TAIL = 40  # characters in which the end of thoughts may be cut in two
THINKERS = re.compile(r"\br1\b|qwq|think|reason|magistral", re.IGNORECASE)


class ThoughtFilter:
    """Feed it pieces; only what stands outside of thoughts comes back.

    `is_thinking` is for models whose prompt opens the thoughts already: then everything is held until they end, and
    shown after all where they never do. `found_end` says that such an end came.
    """

    def __init__(self, *, is_thinking: bool = False) -> None:
        self._held = ""
        self._thinks = is_thinking
        self._may_be_answer = is_thinking
        self._has_said = False
        self.found_end = False

    def feed(self, piece: str) -> str:
        """What can be shown now."""
        self._held += piece.replace(RESTART, "")
        return self._said() if not self._thinks else self._ended()

    def finish(self) -> str:
        """What was held back; thoughts that never end are no answer, unless only the model's name spoke of any."""
        held, self._held = self._held, ""
        return held if not self._thinks or self._may_be_answer else ""

    def _ended(self) -> str:
        end = _CLOSE.search(self._held)
        if end is None:
            if not self._may_be_answer:
                self._held = self._held[-_TAIL:]
            elif _OPEN.match(self._held.lstrip()):
                self._may_be_answer = False
            return ""
        self._held = self._held[end.end() :]
        self._thinks, self._may_be_answer, self.found_end = False, False, True
        return self._said()

    def _said(self) -> str:
        opened = _OPEN.search(self._held)
        if opened and (not self._has_said or opened["word"]):
            shown = self._held[: opened.start()]
            self._held = self._held[opened.end() :]
            self._thinks = True
            self._has_said = self._has_said or bool(shown.strip())
            return shown + self._ended()
        closed = _CLOSE.search(self._held)
        if closed:
            self._held, self.found_end = self._held[closed.end() :], True
            if self._has_said:
                self._has_said = False
                return RESTART + self._said()
        last = self._held.rfind("<", max(0, len(self._held) - _TAIL))
        cut = last if last >= 0 and _MAY_OPEN.match(self._held, last) else len(self._held)
        shown, self._held = self._held[:cut], self._held[cut:]
        shown = shown if self._has_said else shown.lstrip()
        self._has_said = self._has_said or bool(shown.strip())
        return shown
