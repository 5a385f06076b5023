"""True sentences of the passages found, as they are, paraphrased and with faults, and what grounding says of each."""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from zlib import crc32

from docent.app import Library
from docent.ingest import statements
from docent.llm import Checks, Similarity, ground
from docent.retrieval import Hit, fold
from proofs.faults import FAULTS, names_in
from proofs.paraphrases import PARAPHRASES

LENGTHS = (24, 260)  # characters of a sentence that a model would write
HITS = 10
KINDS = 7  # of faults: those of FAULTS, a wrong marker, and an invented sentence

Half = Literal["tune", "report"]


@dataclass(slots=True)
class Trials:
    """For each kind how many were caught (of truths: taken for false), of how many; `wrong` in words."""

    faults: dict[str, tuple[int, int]] = field(default_factory=dict)
    truths: dict[str, tuple[int, int]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def note(self, kind: str, sentence: str, *, alarmed: bool, true: bool) -> None:
        """Count one sentence."""
        table = self.truths if true else self.faults
        caught, seen = table.get(kind, (0, 0))
        table[kind] = (caught + alarmed, seen + 1)
        if alarmed is true:
            self.wrong.append(f"{'ALARM' if true else 'MISS'} {kind}: {sentence}")


@dataclass(frozen=True, slots=True)
class Truth:
    """A sentence that stands in `hits[place]`."""

    sentence: str
    place: int
    hits: tuple[Hit, ...]


def run_trials(
    library: Library,
    data: Path,
    sets: Sequence[str],
    rng: random.Random,
    half: Half,
    count: int,
    similarity: Similarity | None,
) -> Trials:
    """`count` faults, as evenly over the kinds as the sentences allow, and as many true sentences and paraphrases."""
    truths = list(_truths(library, data, sets, half))
    rng.shuffle(truths)
    names = sorted({name for truth in truths for name in names_in(truth.sentence)})
    checks = Checks(similarity)
    trials = Trials()
    taken: dict[str, int] = defaultdict(int)
    for truth in truths:
        if sum(taken.values()) >= count:
            break
        kinds = sorted([*FAULTS, "wrong marker", "invented sentence"], key=lambda kind: (taken[kind], rng.random()))
        for kind in kinds:
            if taken[kind] < -(-count // KINDS) and _try_fault(kind, truth, truths, names, rng, checks, trials):
                taken[kind] += 1
                break
        _try_truths(truth, rng, checks, trials)
    return trials


def _truths(library: Library, data: Path, sets: Sequence[str], half: Half) -> Iterator[Truth]:
    seen: set[str] = set()
    for one in sets:
        for line in (data / one / "eval.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            hits = library.search(row["question"], HITS).hits
            for place, hit in enumerate(hits):
                if (crc32(hit.document.name.encode()) % 2 == 0) is not (half == "tune"):
                    continue
                for sentence in _sentences(hit):
                    if fold(sentence) not in seen:
                        seen.add(fold(sentence))
                        yield Truth(sentence, place, hits)


def _sentences(hit: Hit) -> Iterator[str]:
    for start, end, row in statements(hit.chunk.text, hit.chunk.rows):
        text = " ".join(hit.chunk.text[start:end].split())
        if row is None and LENGTHS[0] <= len(text) <= LENGTHS[1] and re.search(r"[。；.]$", text) and "[" not in text:
            yield text


def _try_truths(truth: Truth, rng: random.Random, checks: Checks, trials: Trials) -> None:
    found = {"verbatim": truth.sentence}
    kind = rng.choice(list(PARAPHRASES))
    changed = PARAPHRASES[kind](truth.sentence, rng)
    if changed and changed != truth.sentence:
        found[kind] = changed
    for name, sentence in found.items():
        trials.note(name, sentence, alarmed=not _is_verified(sentence, truth.place, truth.hits, checks), true=True)


def _try_fault(
    kind: str,
    truth: Truth,
    truths: Sequence[Truth],
    names: Sequence[str],
    rng: random.Random,
    checks: Checks,
    trials: Trials,
) -> bool:
    sentence: str | None = truth.sentence
    place = truth.place
    if kind == "wrong marker":
        others = [i for i, hit in enumerate(truth.hits) if not _says(hit, truth.sentence)]
        if not others:
            return False
        place = rng.choice(others)
    elif kind == "invented sentence":
        strangers = [one.sentence for one in truths if not any(_says(hit, one.sentence) for hit in truth.hits)]
        if not strangers:
            return False
        alike = [one for one in strangers if (one[0] > "\u3000") == (truth.sentence[0] > "\u3000")]
        sentence = rng.choice(alike or strangers)
    else:
        sentence = FAULTS[kind](truth.sentence, rng, names)
    if sentence is None or (kind != "wrong marker" and any(_says(hit, sentence) for hit in truth.hits)):
        return False
    caught = not _is_verified(sentence, place, truth.hits, checks, wrong=kind == "wrong marker")
    trials.note(
        kind, f"{sentence} <<< {truth.sentence}" if sentence != truth.sentence else sentence, alarmed=caught, true=False
    )
    return True


def _says(hit: Hit, sentence: str) -> bool:
    return "".join(fold(sentence).split()) in "".join(fold(hit.chunk.text).split())


def _is_verified(sentence: str, place: int, hits: Sequence[Hit], checks: Checks, *, wrong: bool = False) -> bool:
    """Whether grounding vouches for a sentence; with `wrong`, and cites a passage that does not have it."""
    found = ground(f"{sentence} [{place + 1}]", hits, checks)
    if wrong:
        return any(one.verified and not _says(one.hit, sentence) for one in found.citations)
    return bool(found.statements) and all(one.verified for one in found.statements)
