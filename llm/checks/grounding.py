"""From a model's text to citations: every sentence is held against the passage it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from docent.ingest import sentences
from docent.llm.checks.verification import Judge, Similarity, Verdict, plain, verify, verify_together
from docent.llm.extractive.evidence import cite
from docent.llm.markers import MARKER, marked
from docent.llm.types import Citation, Statement
from docent.retrieval import Hit, fold

CLEARLY = 0.6  # share of a sentence's terms in a passage that it does not name, from which that passage is its proof
REPEATED = 15  # characters, blanks aside, from which a sentence is not said twice
MOST_ASKED = 20  # sentences of an answer for which a judge is asked
_FENCE = re.compile(r"^[ \t]*(?:```|~~~).*?(?:^[ \t]*(?:```|~~~)[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_SAID = re.compile(r"\[\d+\]\Z")
# The number of a list, or the first letters of a word, with which an answer broke off.
_SCRAP = re.compile(r"\s*(?:\d{1,2}[.)、．]?|[A-Za-z]{1,2})\s*")
_LEAD_IN = re.compile(r"[^\d]{0,80}[:：]\W*")


@dataclass(frozen=True, slots=True)
class Checks:
    """What helps to decide whether a passage supports a sentence; without any, its words decide."""

    similarity: Similarity | None = None
    judge: Judge | None = None


@dataclass(frozen=True, slots=True)
class Grounded:
    """A text with markers renumbered from 1 in order of appearance, one citation for each, and its sentences."""

    text: str
    citations: tuple[Citation, ...]
    statements: tuple[Statement, ...]


def ground(text: str, hits: Sequence[Hit], checks: Checks | None = None, *, strict: bool = False) -> Grounded:
    """Hold a whole answer, in which `[n]` names the n-th hit, against the hits.

    Two sentences that name the same passage get two numbers when their quotes differ. A marker that names the wrong
    passage is mended where another one clearly says the sentence, and a sentence without a marker gets one. With
    `strict`, sentences that no passage supports are left out.
    """
    grounder = Grounder(hits, checks or Checks(), strict=strict)
    for part in parts_of(text.strip()):
        grounder.add(part)
    return grounder.result()


def parts_of(text: str) -> Iterator[str]:
    """A text in pieces that join up to it: each is a sentence with its markers and the blanks before it, or code."""
    position = 0
    for block in _FENCE.finditer(text):
        yield from _sentences(text[position : block.start()])
        yield block[0]
        position = block.end()
    yield from _sentences(text[position:])


def _sentences(text: str) -> Iterator[str]:
    """Sentences, each with the markers that follow its stop."""
    position = 0
    ends = [end for _, end in sentences(text)]
    for stop in [*ends[:-1], len(text)]:
        end = _behind_markers(text, stop)
        if end > position:
            yield text[position:end]
            position = end


def _behind_markers(text: str, position: int) -> int:
    while marker := MARKER.match(text, position):
        position = marker.end()
    return position


class Grounder:
    """Builds a grounded text part by part, as `parts_of` gives them."""

    def __init__(self, hits: Sequence[Hit], checks: Checks, *, strict: bool = False) -> None:
        self._hits = hits
        self._checks = checks
        self._strict = strict
        self._text = ""
        self._citations: list[Citation] = []
        self._statements: list[Statement] = []
        self._asked = 0
        self._said: set[str] = set()

    def add(self, part: str) -> str:
        """Take the next part; what of it may be shown comes back, with markers of its own."""
        before = len(self._text)
        is_code = _FENCE.match(part) is not None
        bare = part if is_code else MARKER.sub("", part).rstrip()
        bare = f" {bare}" if _SAID.search(self._text) and bare[:1].isalnum() else bare
        start = len(bare) - len(bare.lstrip())
        tail = "" if is_code else part[len(part.rstrip()) :]
        if not _claims(bare) or (self._text.strip() and _SCRAP.fullmatch(bare)):
            self._text += bare + tail
            return self._text[before:]
        if not is_code and self._repeats(bare):
            return ""
        named = [] if is_code else [n for match in MARKER.finditer(part) for n in marked(match) if n <= len(self._hits)]
        found = self._proofs(bare, list(dict.fromkeys(named)))
        is_verified = any(verdict.supported for _, verdict in found)
        if self._strict and not is_verified:
            return ""
        if not self._text.strip():
            bare, start = bare[start:], 0
        numbers = tuple(dict.fromkeys(self._cite(hit, verdict) for hit, verdict in found))
        self._statements.append(Statement(before + start, before + len(bare), numbers, is_verified))
        self._text += bare + ("" if is_code else "".join(f" [{n}]" for n in numbers)) + tail
        return self._text[before:]

    def _repeats(self, bare: str) -> bool:
        """Whether a longer sentence was said before, word for word: small models go round in circles."""
        said = "".join(fold(plain(bare)).split())
        if said in self._said:
            return True
        if len(said) >= REPEATED:
            self._said.add(said)
        return False

    def result(self) -> Grounded:
        """The text so far."""
        text = self._text.rstrip()
        return Grounded(text, tuple(self._citations), tuple(self._statements))

    def _proofs(self, bare: str, named: Sequence[int]) -> list[tuple[Hit, Verdict]]:
        """The passages that support a sentence; else those it names, which do not."""
        said = plain(bare)
        mine = [(self._hits[n - 1], verify(said, self._hits[n - 1], self._checks.similarity)) for n in named]
        good = [one for one in mine if one[1].supported]
        if good:
            return good
        joint = len(mine) > 1 and verify_together(said, [hit for hit, _ in mine], self._checks.similarity)
        if joint:
            return list(zip((hit for hit, _ in mine), joint, strict=True))
        others = [hit for n, hit in enumerate(self._hits, start=1) if n not in named]
        better = self._clearest(said, others)
        return [better] if better else self._judged(said, mine)

    def _clearest(self, said: str, hits: Sequence[Hit]) -> tuple[Hit, Verdict] | None:
        """The passage that clearly says a sentence, by its words alone."""
        found = [(hit, verify(said, hit)) for hit in hits]
        best = max(found, key=lambda one: (one[1].supported, one[1].coverage), default=None)
        return best if best and best[1].supported and best[1].coverage >= CLEARLY else None

    def _judged(self, said: str, mine: list[tuple[Hit, Verdict]]) -> list[tuple[Hit, Verdict]]:
        """A second opinion where the rules are not sure."""
        judge = self._checks.judge
        for hit, verdict in mine:
            if judge and not verdict.is_sure and self._asked < MOST_ASKED:
                self._asked += 1
                if judge(said, hit.chunk.text):
                    return [(hit, replace(verdict, supported=True))]
        return mine

    def _cite(self, hit: Hit, verdict: Verdict) -> int:
        made = cite(len(self._citations) + 1, hit, verdict.start, verdict.end, verified=verdict.supported)
        for known in self._citations:
            if (known.hit.key, known.quote, known.verified) == (hit.key, made.quote, made.verified):
                return known.number
        self._citations.append(made)
        return made.number


def _claims(bare: str) -> bool:
    """Whether a part says anything: rules, lead-ins (`The terms are:`) and headings of one word do not."""
    return any(one.isalnum() for one in bare) and not _LEAD_IN.fullmatch(bare.strip())
