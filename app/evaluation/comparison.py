"""Two settings side by side on the same questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docent.app.errors import SettingsError
from docent.app.evaluation.intervals import Difference, auroc_difference, share_difference, value_difference
from docent.app.evaluation.measuring import Outcome, figures, reciprocal_ranks, shares, trusts
from docent.app.library import Library
from docent.app.settings import Settings, load_settings, read_settings
from docent.retrieval import binding_of, describe


@dataclass(frozen=True, slots=True)
class Run:
    """The questions asked under one name, with what became of each, in the order of the file."""

    name: str
    outcomes: tuple[Outcome, ...]

    def figures(self, depths: Sequence[int]) -> dict[str, float]:
        """See docent.app.evaluation.measuring.figures."""
        return figures(self.outcomes, depths)


def settings_of(path: Path, given: Mapping[str, Any]) -> Settings:
    """The settings of a file, which win over arguments and environment: they are what is compared.

    Raises SettingsError when it cannot be read.
    """
    if not path.is_file():
        raise SettingsError(f"{path} is no settings file: write one like docent.toml, with the lines that differ.")
    return load_settings(**{**given, **read_settings(path)})


def check_embedder(library: Library, path: Path) -> None:
    """Raises SettingsError when the file names another embedder than that of the collection it is tried on.

    Two embedders are two sets of vectors, so they need two collections; the sentence says how the second is made.
    """
    if "embedder" not in read_settings(path):
        return
    spec, name = library.settings.embedder, library.settings.collection
    own = binding_of(library.catalog.folder(name))
    if own is None or own.fingerprint == library.embedder(spec).fingerprint:
        return
    other = f"{name}-{path.stem}"
    raise SettingsError(
        f"{path.name} asks for {spec}, but the collection {name} was embedded by {describe(own)}: make another one with"
        f" `python -m app collections export {name} {other}.zip`,"
        f" `python -m app collections import {other}.zip {other}` and"
        f" `python -m app reindex --collection {other} --embedder {spec}`, and write"
        f' `collection = "{other}"` in {path.name}.'
    )


def differences(a: Run, b: Run, depths: Sequence[int]) -> dict[str, Difference]:
    """For each figure, B less A. Latencies are medians over the questions, in milliseconds."""
    first, second = shares(a.outcomes, depths), shares(b.outcomes, depths)
    found = {key: share_difference(first[key], second[key]) for key in first if first[key]}
    if any(one.is_answerable for one in a.outcomes):
        found["mrr"] = value_difference(reciprocal_ranks(a.outcomes), reciprocal_ranks(b.outcomes))
    if all(trusts(a.outcomes)):
        found["refusal_auroc"] = auroc_difference(trusts(a.outcomes), trusts(b.outcomes))
    times = [[one.search_seconds * 1000 for one in run.outcomes] for run in (a, b)]
    found["latency_p50_ms"] = value_difference(*times, of_median=True)
    return found


def changed(a: Run, b: Run) -> list[tuple[Outcome, Outcome]]:
    """All questions with their two outcomes, those that differ most first, else in the order of the file."""
    pairs = list(zip(a.outcomes, b.outcomes, strict=True))
    return sorted(pairs, key=lambda pair: -_distance(*pair))


def differ(one: Outcome, other: Outcome) -> bool:
    """Whether the right page was found elsewhere, or the answer cited or refused by one of the two alone."""
    return _distance(one, other) > 0


def _distance(one: Outcome, other: Outcome) -> float:
    ranks = [1 / outcome.page_rank if outcome.page_rank else 0.0 for outcome in (one, other)]
    return abs(ranks[0] - ranks[1]) + (one.is_cited != other.is_cited) + (one.refused != other.refused)
