"""From a model's text to citations: every sentence is held against the passage it names."""

from __future__ import annotations

from collections.abc import Sequence

from docent.ingest import sentences
from docent.llm.evidence import cite, support
from docent.llm.markers import MARKER, marked
from docent.llm.types import Citation, Statement
from docent.retrieval import Hit

VERIFIED = 0.4  # share of a sentence's terms that its quote must hold, and all of its numbers
FOUND = 0.6  # the share from which an unmarked sentence is given a citation


def ground(text: str, hits: Sequence[Hit]) -> tuple[str, tuple[Citation, ...], tuple[Statement, ...]]:
    """The text with markers renumbered from 1 in order of appearance, one citation for each marker, the sentences.

    Two sentences that name the same passage get two numbers when their quotes differ. A sentence without a
    marker gets one when a passage clearly says it, and stays bare when none does.
    """
    citations: list[Citation] = []
    statements: list[Statement] = []
    grounded = ""
    position = 0
    text = text.strip()
    for start, end in _statements(text):
        grounded += text[position:start]
        sentence = text[start:end]
        bare = MARKER.sub("", sentence).rstrip()
        named = [n for match in MARKER.finditer(sentence) for n in marked(match)]
        numbers = _cited(bare, named, hits, citations)
        if any(character.isalnum() for character in bare):
            is_verified = any(citations[n - 1].verified for n in numbers)
            statements.append(Statement(len(grounded), len(grounded) + len(bare), tuple(numbers), is_verified))
        grounded += bare + "".join(f" [{n}]" for n in numbers)
        position = end
    return grounded + text[position:], tuple(citations), tuple(statements)


def _statements(text: str) -> list[tuple[int, int]]:
    """Sentences, each with the markers that follow its stop."""
    found: list[tuple[int, int]] = []
    for start, end in sentences(text):
        marker = MARKER.match(text, start) or MARKER.match(text, max(0, start - 1))
        if found and marker and not MARKER.sub("", text[start:end]).strip(" .。"):
            found[-1] = (found[-1][0], end)
        elif found and marker:
            cut = marker.end()
            while again := MARKER.match(text, cut):
                cut = again.end()
            found[-1] = (found[-1][0], cut)
            found.append((cut, end))
        else:
            found.append((start, end))
    return found


def _cited(bare: str, named: Sequence[int], hits: Sequence[Hit], citations: list[Citation]) -> list[int]:
    if not any(character.isalnum() for character in bare):
        return []
    if named:
        valid = [n for n in dict.fromkeys(named) if 1 <= n <= len(hits)]
        return list(dict.fromkeys(_add(bare, hits[n - 1], citations, VERIFIED) for n in valid))
    best = max(hits, key=lambda hit: support(bare, hit).coverage, default=None)
    if best is None or support(bare, best).coverage < FOUND:
        return []
    return [_add(bare, best, citations, VERIFIED)]


def _add(bare: str, hit: Hit, citations: list[Citation], need: float) -> int:
    evidence = support(bare, hit)
    verified = evidence.coverage >= need
    made = cite(len(citations) + 1, hit, evidence.start, evidence.end, verified=verified)
    for known in citations:
        if (known.hit.chunk_id, known.quote, known.verified) == (hit.chunk_id, made.quote, verified):
            return known.number
    citations.append(made)
    return made.number
