"""Whether a passage supports a sentence: what it counts, dates and names must agree, and it must be about the same.

The rules are made for what chat models do to a passage: they shorten, reorder, round and translate it, and sometimes
change a figure, a name, or yes into no. What the words cannot decide is left to vectors, and to a judge where there is
one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from docent.ingest import CJK, TableRow, statements, without_places
from docent.llm.checks.agreement import wrong_date, wrong_number
from docent.llm.checks.names import strange_names
from docent.llm.checks.negation import opposite
from docent.llm.checks.numerals import in_digits
from docent.llm.checks.polarity import contrary, crossed, overstated
from docent.llm.checks.quantities import quantities
from docent.retrieval import Hit, fold, query_terms, terms

Similarity = Callable[[str, Sequence[str]], Sequence[float]]
"""The cosines of a sentence with each of some texts."""
Judge = Callable[[str, str], bool | None]
"""Whether a text supports a sentence, in a model's view; None where it did not say."""

SURE = 0.6  # share of a sentence's terms in its evidence from which words alone decide
SAME = 0.8  # from which a sentence is taken for a copy of one sentence
ENOUGH = 0.4  # the same where there are no vectors to ask
LEAST = 0.15  # below, no vector helps
ALIKE = 0.88  # cosine of the bundled embedder from which a passage in other words counts
ALIKE_ACROSS = 0.84  # the same between Chinese and English
CLAUSE = 0.2  # share of terms of a longer part of a sentence: below, the part is made up
CLAUSE_TERMS = 5
MOST_WINDOWS = 4  # places in a passage that are looked at closely
CLOSE = 0.15  # places that say less than this below the best one are about something else
NEARBY = 0.6  # what a term counts that stands in the headings
_MARKS = re.compile(r"^\s*(?:(?:[-*•#>]+|\d{1,2}[.)、])\s+)+|\*\*|__|`", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`chunk.text[start:end]` is the narrowest place that supports a sentence, or the nearest that does not.

    `coverage` is the share of the sentence's terms there. `conflict` names what contradicts. Where the rules are not
    sure, a judge may decide.
    """

    supported: bool
    is_sure: bool
    start: int
    end: int
    coverage: float
    conflict: str = ""


@dataclass(frozen=True, slots=True)
class _Window:
    """A sentence, `size` neighbouring ones or a row, with its headings (`about`) and the sentence before."""

    start: int
    end: int
    text: str
    about: str
    before: str
    is_row: bool
    size: int = 1
    passage: str = ""

    @property
    def around(self) -> str:
        """Where its names may be said: in the headings and in the sentence before."""
        return f"{self.about}\n{self.before}"


def verify(sentence: str, hit: Hit, similarity: Similarity | None = None) -> Verdict:
    """Hold a sentence, without its markers, against one passage."""
    said = plain(sentence)
    shares = [(coverage(said, one.text, one.around), one) for one in _windows(hit)]
    most = max(share for share, _ in shares)
    near = sorted((one for one in shares if one[0] >= most - CLOSE), key=lambda one: one[0] - len(one[1].text) / 5000)
    verdicts = [_judge(said, one, share, similarity) for share, one in near[: -MOST_WINDOWS - 1 : -1]]
    best = max(verdicts, key=lambda one: (one.supported, not one.conflict, one.coverage - (one.end - one.start) / 5000))
    if best.supported and (conflict := _conflict_at_its_sentence(said, near)):
        best = replace(best, supported=False, is_sure=True, conflict=conflict)
    return _narrowed(said, hit, best)


def _conflict_at_its_sentence(said: str, near: Sequence[tuple[float, _Window]]) -> str:
    """What contradicts the one sentence that says nearly the same: its neighbours are no excuse."""
    share, window = max(near, key=lambda one: (one[0] - one[1].size, -len(one[1].text)))
    if window.size > 1 or share < SURE or _is_across(said, window.text):
        return ""
    return _conflict(said, window, across=False) if share >= SAME else opposite(said, window.text)


def verify_together(sentence: str, hits: Sequence[Hit], similarity: Similarity | None = None) -> list[Verdict] | None:
    """The places in several passages that support a sentence only jointly; None where they do not either."""
    said = plain(sentence)
    places = [max(_windows(hit), key=lambda one: coverage(said, one.text, one.around)) for hit in hits]
    joint = _Window(
        0, 0, "\n".join(one.text for one in places), "\n".join(one.about for one in places), "", is_row=False
    )
    if not _judge(said, joint, coverage(said, joint.text, joint.around), similarity).supported:
        return None
    return [Verdict(True, True, one.start, one.end, coverage(said, one.text, one.around)) for one in places]


def plain(sentence: str) -> str:
    """A sentence without the marks and list numbers of Markdown."""
    return _MARKS.sub("", sentence).strip()


def coverage(sentence: str, shown: str, around: str = "") -> float:
    """The share of a sentence's terms that stand in a text, 0 to 1; those around it count for less.

    Two characters that stand in it apart count for half of a pair.
    """
    wanted = query_terms(in_digits(fold(sentence), strict=False))
    known, near = _terms(shown), _terms(around)
    letters = set(shown)
    total = 0.0
    for term in wanted:
        if term in known:
            total += 1
        elif term in near:
            total += NEARBY
        elif len(term) == 2 and term[0] > "\u3000" and set(term) <= letters:
            total += 0.5
    return total / (len(wanted) or 1)


@lru_cache(maxsize=2048)
def _terms(text: str) -> frozenset[str]:
    return frozenset(terms(in_digits(fold(text), strict=False)))


def _windows(hit: Hit) -> list[_Window]:
    chunk = hit.chunk
    about = f"{hit.document.name}\n{without_places(chunk.heading)}\n{chunk.context}"
    parts = statements(chunk.text, chunk.rows) or [(0, len(chunk.text), None)]
    found = []
    for size in (1, 2, 3):
        for i in range(len(parts) - size + 1):
            (start, _, row), (_, end, last) = parts[i], parts[i + size - 1]
            if size > 1 and (row is not None) != (last is not None):
                continue
            before = chunk.text[parts[i - 1][0] : parts[i - 1][1]] if i and row is None else ""
            meaning = "\n".join(_meaning(one[2]) for one in parts[i : i + size])
            found.append(
                _Window(
                    start,
                    end,
                    f"{meaning}\n{chunk.text[start:end]}".strip(),
                    about,
                    before,
                    row is not None,
                    size,
                    chunk.text,
                )
            )
    return found


def _meaning(row: TableRow | None) -> str:
    """What is printed beside and above a row."""
    if row is None or row.is_head:
        return ""
    return "\n".join([row.label, *dict.fromkeys(head for cell in row.cells for head in cell.heads)])


def _judge(said: str, window: _Window, share: float, similarity: Similarity | None) -> Verdict:
    across = _is_across(said, window.text)
    conflict = _conflict(said, window, across=across)
    if not conflict and not across:
        conflict = _made_up(said, window)
    if conflict:
        return Verdict(False, True, window.start, window.end, share, conflict)
    if not across and share >= SURE:
        return Verdict(True, True, window.start, window.end, share)
    if similarity is not None and (across or share >= LEAST):
        alike = similarity(said, [window.text])[0]
        needed = ALIKE_ACROSS if across else ALIKE - 0.1 * (share - LEAST)
        return Verdict(alike >= needed, False, window.start, window.end, share)
    enough = bool(_facts(said)) if across else share >= ENOUGH
    return Verdict(enough, False, window.start, window.end, share)


def _is_across(said: str, shown: str) -> bool:
    """Whether one is Chinese and the other is not; a few names of the other language make no difference."""
    return _is_chinese(said) != _is_chinese(shown) and any(one.isalpha() for one in shown)


def _is_chinese(text: str) -> bool:
    characters = len(re.findall(f"[{CJK}]", text))
    return characters > 0 and characters * 3 >= len(re.findall(r"[A-Za-z]{2,}", text))


def _facts(text: str) -> int:
    found = quantities(text, strict=True)
    return len(found.amounts) + len(found.dates) + len(found.years) + len(found.identifiers)


def _made_up(said: str, window: _Window) -> str:
    """A longer part of a sentence of which the evidence has next to nothing."""
    parts = [part for part in re.split(r"[,;:，；：、]|\s[-–—]\s", said) if len(query_terms(part)) >= CLAUSE_TERMS]
    if len(parts) < 2:
        return ""
    return next((part for part in parts if coverage(part, window.text, window.around) < CLAUSE), "")


def _conflict(said: str, window: _Window, *, across: bool) -> str:
    """The first number, date, name or denial of a sentence that its evidence does not bear out; "" without any."""
    mine, its, near = quantities(said, strict=True), quantities(window.text), quantities(window.about)
    wrong = wrong_number(said, window.text, window.about, is_row=window.is_row) or wrong_date(mine, its, near)
    wrong = wrong or overstated(said, window.text) or crossed(said, window.passage or window.text, across=across)
    if wrong or across:
        return wrong or contrary(said, window.text)
    names = strange_names(said, window.text, window.around, window.passage)
    return names[0] if names else opposite(said, window.text)


def _narrowed(said: str, hit: Hit, verdict: Verdict) -> Verdict:
    """Printed lines off both ends of a long place, as long as it supports the sentence as well as before."""
    if not verdict.supported or verdict.end - verdict.start < LONG:
        return verdict
    chunk = hit.chunk
    lines = chunk.lines(verdict.start, verdict.end)
    start, end = verdict.start, verdict.end
    for span in lines[:-1]:
        if not _is_as_good(said, hit, verdict, span.end, end):
            break
        start = span.end
    for span in reversed(lines[1:]):
        if span.start <= start or not _is_as_good(said, hit, verdict, start, span.start):
            break
        end = span.start
    text = chunk.text[start:end]
    start += len(text) - len(text.lstrip())
    return Verdict(True, verdict.is_sure, start, start + len(text.strip()), verdict.coverage)


LONG = 280  # characters of a quote above which its lines are looked at one by one


def _is_as_good(said: str, hit: Hit, verdict: Verdict, start: int, end: int) -> bool:
    text = hit.chunk.text[start:end]
    around = f"{hit.document.name}\n{without_places(hit.chunk.heading)}\n{hit.chunk.context}"
    whole = coverage(said, hit.chunk.text[verdict.start : verdict.end], around)
    window = _Window(start, end, text, around, "", is_row=False)
    return coverage(said, text, around) >= whole and not _conflict(said, window, across=_is_across(said, text))
