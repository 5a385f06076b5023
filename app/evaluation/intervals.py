"""95 % intervals for the figures of an evaluation, and for the difference of two on the same questions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import covariance, fmean, median

Z = 1.959963984540054  # the 97.5th percentile of the normal distribution
RESAMPLES = 4000
SEED = 1  # the same questions give the same interval
Bounds = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Difference:
    """B less A with its 95 % interval. `p`, where known, is the chance of such a split if the two were the same."""

    value: float
    low: float
    high: float
    p: float | None = None

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0 or self.high < 0


def wilson(hits: int, total: int) -> Bounds:
    """The score interval of a share (Wilson 1927); (0, 1) for nothing of nothing.

    Brown, Cai and DasGupta (Statistical Science 16, 2001) advise it for 40 questions or fewer and find it good above.
    """
    if not total:
        return 0.0, 1.0
    share, z2 = hits / total, Z * Z
    centre = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = Z / (1 + z2 / total) * math.sqrt(share * (1 - share) / total + z2 / (4 * total * total))
    return max(0.0, centre - half), min(1.0, centre + half)


def share_difference(a: Sequence[bool], b: Sequence[bool]) -> Difference:
    """The difference of two shares of the same questions.

    The interval is method 10 of Newcombe (Statistics in Medicine 17, 1998, 2635), which has a width where the two
    agree on all questions, too. `p` is McNemar's exact test: the split of those on which they differ, against a coin.
    """
    total = len(a)
    if not total:
        return Difference(0.0, -1.0, 1.0)
    both = sum(x and y for x, y in zip(a, b, strict=True))
    hits = sum(b), sum(a)
    value = (hits[0] - hits[1]) / total
    first, second = (one / total for one in hits)
    (low1, high1), (low2, high2) = (wilson(one, total) for one in hits)
    phi = _phi(both, hits[0] - both, hits[1] - both, total)
    below = _joined(first - low1, high2 - second, phi)
    above = _joined(high1 - first, second - low2, phi)
    return Difference(value, max(-1.0, value - below), min(1.0, value + above), mcnemar(hits[1] - both, hits[0] - both))


def _joined(one: float, other: float, phi: float) -> float:
    return math.sqrt(max(0.0, one * one - 2 * phi * one * other + other * other))


def _phi(both: int, first: int, second: int, total: int) -> float:
    """The correlation of the two, drawn towards 0 by half a question when it is positive, as method 10 has it."""
    neither = total - both - first - second
    margins = (both + first) * (second + neither) * (both + second) * (first + neither)
    product = float(both * neither - first * second)
    if product > 0:
        product = max(product - total / 2, 0.0)
    return product / math.sqrt(margins) if margins else 0.0


def mcnemar(only_a: int, only_b: int) -> float:
    """Two-sided p of the exact test (McNemar 1947): a binomial of one half over the questions where they differ."""
    total = only_a + only_b
    tail = sum(math.comb(total, k) for k in range(min(only_a, only_b) + 1)) / (1 << total)
    return min(1.0, 2 * tail)


def value_difference(a: Sequence[float], b: Sequence[float], *, of_median: bool = False) -> Difference:
    """The difference of two means, or medians, by a paired bootstrap over the questions.

    Percentiles of RESAMPLES draws (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13).
    """
    if not a:
        return Difference(0.0, 0.0, 0.0)
    import numpy as np

    chosen = np.random.default_rng(SEED).integers(0, len(a), (RESAMPLES, len(a)))
    statistic = np.median if of_median else np.mean
    first, second = np.asarray(a, float), np.asarray(b, float)
    drawn = statistic(second[chosen], axis=1) - statistic(first[chosen], axis=1)
    low, high = (float(one) for one in np.percentile(drawn, (2.5, 97.5)))
    middle = median if of_median else fmean
    return Difference(middle(b) - middle(a), low, high)


def auroc(answerable: Sequence[float], unanswerable: Sequence[float]) -> float:
    """How often a question that can be answered is trusted more than one that cannot; 0.5 is chance.

    The area under the ROC curve as the Mann-Whitney statistic (Hanley and McNeil 1982), ties counting half.
    """
    return fmean(_placements(answerable, unanswerable))


def _placements(ones: Sequence[float], others: Sequence[float]) -> list[float]:
    return [sum((one > other) + 0.5 * (one == other) for other in others) / len(others) for one in ones]


def auroc_interval(answerable: Sequence[float], unanswerable: Sequence[float]) -> Bounds:
    """By the variance of DeLong, DeLong and Clarke-Pearson (Biometrics 44, 1988)."""
    found = _auroc_spread([(answerable, unanswerable)])
    return max(0.0, found.low), min(1.0, found.high)


def auroc_difference(
    a: tuple[Sequence[float], Sequence[float]], b: tuple[Sequence[float], Sequence[float]]
) -> Difference:
    """Of two sets of (answerable, unanswerable) on the same questions, by the covariance of DeLong et al. (1988)."""
    return _auroc_spread([a, b])


def _auroc_spread(pairs: Sequence[tuple[Sequence[float], Sequence[float]]]) -> Difference:
    """The area, or the second less the first."""
    value, variance = 0.0, 0.0
    by_side = (
        [_placements(answerable, unanswerable) for answerable, unanswerable in pairs],
        [[1 - one for one in _placements(unanswerable, answerable)] for answerable, unanswerable in pairs],
    )
    for side in by_side:
        values = side[0] if len(side) == 1 else [second - first for first, second in zip(*side, strict=True)]
        value = fmean(values)
        variance += covariance(values, values) / len(values) if len(values) > 1 else 0.25
    half = Z * math.sqrt(variance)
    return Difference(value, value - half, value + half)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of them lie, the nearest one; 0 for none."""
    ordered = sorted(values) or [0.0]
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
