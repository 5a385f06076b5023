"""Things of one kind that stand side by side: what is said of one of them answers no question about another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docent.ingest import is_cjk
from docent.retrieval import Hit, fold

OTHER = 0.3  # of a score; on the development sets it costs no answer
MIN_NAME = 2  # characters
MAX_NAME = 16
_JOINED = re.compile(r"(?<!共)[和与及](?!国)|\band\b|&")
_WORDS = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class Siblings:
    """Names that a question gives, and those beside them that it does not, in document `document`.

    They are labels of rows, or joined in the heading `heading`, below which alone they count.
    """

    document: str
    heading: str
    asked: frozenset[str]
    others: frozenset[str]

    def worth(self, hit: Hit, text: str) -> float:
        """What a sentence of the hit loses that names another one alone."""
        if hit.document.id != self.document or (self.heading and hit.chunk.heading != self.heading):
            return 0.0
        said = _spaced(text)
        if any(one in said for one in self.asked):
            return 0.0
        return -OTHER if any(one in said for one in self.others) else 0.0


def siblings_of(question: str, hits: Sequence[Hit]) -> list[Siblings]:
    """All that the hits show: 西北地区 and 东北地区 as labels of rows, rights and duties in a heading."""
    asked = _spaced(question)
    found = []
    for hit in hits:
        groups = [("", _kin(labels)) for labels in [_labels(hit)] if labels]
        groups += [(hit.chunk.heading, [pair]) for pair in _pairs(hit.chunk.heading.split(" > ")[-1])]
        for heading, kin in groups:
            for names in kin:
                mine = frozenset(one for one in names if one in asked)
                if mine and len(mine) < len(names):
                    found.append(Siblings(hit.document.id, heading, mine, names - mine))
    return list(dict.fromkeys(found))


def _labels(hit: Hit) -> list[str]:
    """The labels of a table's rows."""
    parts = [row.label.split(" / ")[-1].strip() for row in hit.chunk.rows if row.label and not row.is_head]
    return [one for one in dict.fromkeys(parts) if MIN_NAME <= len(one) <= MAX_NAME and not any(map(str.isdigit, one))]


def _kin(labels: Sequence[str]) -> list[frozenset[str]]:
    """Labels that end alike, without that end where enough is left: `西北` and `东北` of regions; and proper names."""
    groups: dict[str, list[str]] = {}
    for one in labels:
        if is_cjk(one[-1]) and len(one) > MIN_NAME:
            groups.setdefault(one[-2:], []).append(one)
        elif one.isascii() and all(word[0].isupper() for word in _WORDS.split(one) if word):
            groups.setdefault("", []).append(one)
    return [
        frozenset(_spaced(one[:-2] if end and len(one) - 2 >= MIN_NAME else one) for one in names)
        for end, names in groups.items()
        if len(names) > 1
    ]


def _pairs(heading: str) -> Iterator[frozenset[str]]:
    """`权利` and `义务` of 公民的基本权利和义务: what is joined, as far as both are as long."""
    for joint in _JOINED.finditer(heading):
        if joint[0].isascii():
            before, after = _WORDS.split(heading[: joint.start()].strip()), _WORDS.split(heading[joint.end() :].strip())
            yield from [frozenset({_spaced(before[-1]), _spaced(after[0])})] if before[-1] and after[0] else []
            continue
        right = re.match(r"[^\W\d_]+", heading[joint.end() :])
        left = heading[: joint.start()]
        if right and MIN_NAME <= len(right[0]) <= len(left):
            yield frozenset({_spaced(left[-len(right[0]) :]), _spaced(right[0])})


def _spaced(text: str) -> str:
    """Folded; words that are not CJK stand between blanks, so that no part of a word is found."""
    plain = " ".join(_WORDS.sub(" ", fold(text)).split())
    return f" {plain} " if plain.isascii() else plain
