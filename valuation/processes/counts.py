"""Laws of counts as probabilities around their mode, and quantiles of sums of two independent ones."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from itertools import accumulate
from math import fsum
from typing import NamedTuple

NEGLIGIBLE = 1.0e-20
"""Probability over that of the mode below which a count is left out."""


class Count(NamedTuple):
    """A law of whole numbers: the probabilities of ``first``, ``first`` + 1, … [1]; they add to 1."""

    first: int
    probabilities: list[float]


def poisson(mean: float) -> Count:
    """Poisson law of a mean ≥ 0."""
    if mean <= 0.0:
        return Count(0, [1.0])
    return _around(int(mean), lambda k: mean / k, None)


def binomial(trials: int, success: float, failure: float) -> Count:
    """Binomial law; ``failure`` is 1 − ``success``, stated apart because one of them may be small."""
    if success <= 0.0 or failure <= 0.0:
        return Count(trials if failure <= 0.0 else 0, [1.0])
    mode = min(trials, int((trials + 1) * success))
    return _around(mode, lambda k: (trials - k + 1) * success / (k * failure), trials)


def _around(mode: int, ratio: Callable[[int], float], most: int | None) -> Count:
    """Weights outward from the mode, scaled to add to 1; ``ratio(k)`` is P(k)/P(k − 1)."""
    below, weight, k = list[float](), 1.0, mode
    while k > 0 and weight > NEGLIGIBLE:
        weight /= ratio(k)
        k -= 1
        below.append(weight)
    above, weight, k = list[float](), 1.0, mode
    while (most is None or k < most) and weight > NEGLIGIBLE:
        k += 1
        weight *= ratio(k)
        above.append(weight)
    weights = [*reversed(below), 1.0, *above]
    total = fsum(weights)
    return Count(mode - len(below), [weight / total for weight in weights])


def quantile_of_sum(level: float, one: Count, other: Count) -> int:
    """Smallest k with P(N + M ≤ k) ≥ level, N and M independent."""
    reached = [0.0, *accumulate(other.probabilities)]
    last = len(reached) - 1

    def cumulated(k: int) -> float:
        places = (k - one.first - i - other.first + 1 for i in range(len(one.probabilities)))
        return fsum(p * reached[min(max(at, 0), last)] for p, at in zip(one.probabilities, places, strict=True))

    first = one.first + other.first
    sums = range(first, first + len(one.probabilities) + last - 1)
    return first + min(bisect_left(sums, level, key=cumulated), len(sums) - 1)


def quantile_of_weighted_sum(level: float, one: Count, other: Count, weight: float, other_weight: float) -> float:
    """Smallest x with P(weight·N + other_weight·M ≤ x) ≥ level, N and M independent, both weights ≥ 0."""
    law = sorted(
        (weight * (one.first + i) + other_weight * (other.first + j), p * q)
        for i, p in enumerate(one.probabilities)
        for j, q in enumerate(other.probabilities)
    )
    cumulated = accumulate(probability for _, probability in law)
    return next((x for (x, _), reached in zip(law, cumulated, strict=True) if reached >= level), law[-1][0])
