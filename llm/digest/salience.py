"""The sentences that say most of what a document says, by the terms they share with the rest of it.

Centroid summarization: Radev, Jing, Styś and Tam, "Centroid-based summarization of multiple documents", Information
Processing & Management 40 (2004); what was said already is worth less, after Carbonell and Goldstein, "The use of MMR",
SIGIR 1998.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docent.ingest import is_cjk
from docent.llm.digest.telling import is_apart, is_contents, tells, worth
from docent.llm.extractive.pieces import pieces_of
from docent.retrieval import Hit, fold, query_terms

SHORTEST, LONGEST = 8, 120  # ideographs, or half as many again letters: see _length
LONG = 30  # characters of a heading that is a sentence itself
MIN_LETTERS = 0.5  # share of letters; less is a list of figures, and of a sentence full of dates it is little more
LEAD = 0.3  # what the first passage of a document gains, and those after it less and less: it says what it is about
FIRST = 1.15  # what the first sentence below a heading gains: authors say there what follows
KNOWN = 0.7  # what a sentence loses for each share of its terms that was said already
MOST_OF_SECTION = 3
_STOP = re.compile(r"[。！；.!;…][”’」』\"')）】》]*$")


@dataclass(frozen=True, slots=True)
class Salient:
    """`hits[index].chunk.text[start:end]`, below the heading path `section`."""

    index: int
    start: int
    end: int
    section: str
    words: frozenset[str]
    is_first: bool = False


def salient(hits: Sequence[Hit], most: int) -> list[Salient]:
    """The most telling sentences of a document, in its order. `hits` are its passages in reading order."""
    running = [(index, hit) for index, hit in enumerate(hits) if not is_contents(hit.chunk.text)]
    main = [one for one in running if not is_apart(one[1].chunk.heading)]
    pool = list(_sentences(main or running or list(enumerate(hits))))
    counts = Counter(word for one in pool for word in one.words)
    weights = {word: count * math.log(1 + len(pool) / count) for word, count in counts.items() if count > 1}
    texts = {one: hits[one.index].chunk.text[one.start : one.end] for one in pool}
    chinese = 2 * sum(is_cjk(text[0]) for text in texts.values()) > len(pool)
    place = {index: number for number, (index, _) in enumerate(main or running)}
    scores = {
        one: _score(one, weights, place.get(one.index, one.index)) * worth(texts[one], chinese=chinese) for one in pool
    }
    chosen: list[Salient] = []
    said: set[str] = set()
    taken: Counter[str] = Counter()
    while len(chosen) < most and scores:
        best = max(scores, key=lambda one: scores[one] * (1 - KNOWN * len(one.words & said) / len(one.words)))
        del scores[best]
        if taken[best.section] < MOST_OF_SECTION:
            chosen.append(best)
            taken[best.section] += 1
            said |= best.words
    return sorted(chosen, key=lambda one: (one.index, one.start))


def by_section(found: Sequence[Salient]) -> dict[str, list[Salient]]:
    """The sentences of each section, in order."""
    sections: dict[str, list[Salient]] = defaultdict(list)
    for one in found:
        sections[one.section].append(one)
    return dict(sections)


def _sentences(numbered: Sequence[tuple[int, Hit]]) -> Iterator[Salient]:
    """Whole sentences of running text, each once; no headings, rows of tables, questions or scraps."""
    depth = _depth([hit for _, hit in numbered])
    known: set[str] = set()
    last = ""
    for index, hit in numbered:
        path = hit.chunk.heading.split(" > ")
        for one in pieces_of(index, hit):
            text = hit.chunk.text[one.start : one.end]
            key = "".join(fold(text).split())
            if one.row is not None or _repeats(text, path) or key in known or not _is_sentence(text):
                continue
            known.add(key)
            words = frozenset(query_terms(text))
            if words:
                section = path[depth] if depth < len(path) else path[-1]
                yield Salient(index, one.start, one.end, section, words, section != last)
                last = section


def _repeats(text: str, path: Sequence[str]) -> bool:
    """Whether a sentence is one of its headings, which a long one begins."""
    return text in path or any(len(one) > LONG and text.startswith(one.rstrip("…")) for one in path)


def _depth(hits: Sequence[Hit]) -> int:
    """The level of headings that tells sections apart: 0, or below a title that stands above everything."""
    firsts = {hit.chunk.heading.split(" > ")[0] for hit in hits}
    return 1 if len(firsts) == 1 else 0


def _is_sentence(text: str) -> bool:
    letters = sum(one.isalpha() for one in text)
    return (
        SHORTEST <= _length(text) <= LONGEST
        and "\t" not in text
        and letters >= MIN_LETTERS * len(text.replace(" ", ""))
        and _STOP.search(text) is not None
        and not text[0].islower()  # the rest of something
        and tells(text)
    )


def _length(text: str) -> float:
    """In ideographs; a Latin letter is a third of one."""
    return sum(1 if is_cjk(one) else 1 / 3 for one in text)


def _score(one: Salient, weights: dict[str, float], number: int) -> float:
    """The mean weight of its terms, a little more where there are more of them, and in passages with a low `number`."""
    total = sum(weights.get(word, 0.0) for word in one.words)
    place = 1 + LEAD / (1 + number)
    return total / math.pow(len(one.words), 0.7) * place * (FIRST if one.is_first else 1.0)
