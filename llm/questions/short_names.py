"""Short forms of long names: 全国人大 is 全国人民代表大会 where the passages have no other, and mostly that."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from docent.llm.extractive.pieces import said_by
from docent.retrieval import Hit

SHORTEST, LONGEST = 3, 7  # characters of a short form
# Chinese words mostly have two characters. What is left out between two that are kept is the rest of a word, and words.
LEFT_OUT = {0: (2,), 1: (1, 3)}  # characters, by whether as many stand together before as make whole words
LEAST = 2  # times that the long name must be there
# What ends the name of a body in its short form.
_HEAD = "大委会局院部厅办校社团法检"
_TAIL = {"大": ("会", "学"), "委": ("员会",), "法": ("院",), "检": ("察院",)}  # what the head of a name goes on with
_BREAK = "的了是在有不对为由于被把从到向及或等将以其该这那"
_NAME = re.compile(f"(?:(?![{_BREAK}])[一-龥])+")


def in_long(question: str, hits: Sequence[Hit]) -> str:
    """A question with the long name for a short one that begins a phrase of it; as it is where there is none."""
    said = [said_by(hit) for hit in hits]
    for run in _NAME.findall(question):
        for short in _short_forms(run):
            if any(short in text for text in said):
                break
            long = _long_name(short, said)
            if long:
                return question.replace(short, long, 1)
    return question


def _short_forms(run: str) -> Iterator[str]:
    """The beginnings of a phrase that may be short forms, the longest first."""
    for end in range(min(LONGEST, len(run)), SHORTEST - 1, -1):
        if run[end - 1] in _HEAD:
            yield run[:end]


def _long_name(short: str, said: Sequence[str]) -> str:
    """The name of which `short` is the first characters of the words, in order; "" without one that is used often."""
    found: Counter[str] = Counter()
    for text in said:
        starts = (at for at in range(len(text)) if text.startswith(short[0], at))
        found.update(text[at:end] for at in starts if (end := _end(short, text, at)))
    name, times = next(iter(found.most_common(1)), ("", 0))
    return name if times >= LEAST and 2 * times > sum(found.values()) else ""


def _end(short: str, text: str, at: int, kept: int = 0) -> int:
    """Where the long name for the rest of a short one ends that goes on at `at`; 0 where none does.

    `kept` characters before stand together in both.
    """
    if not text.startswith(short[0], at):
        return 0
    if len(short) == 1:
        return at + 1 + next((len(one) for one in _TAIL.get(short, ()) if text.startswith(one, at + 1)), 0)
    for left_out in (0, *LEFT_OUT[(kept + 1) % 2]):
        between = text[at + 1 : at + 1 + left_out]
        if between and not _NAME.fullmatch(between):
            break
        end = _end(short[1:], text, at + 1 + left_out, 0 if left_out else kept + 1)
        if end:
            return end
    return 0
