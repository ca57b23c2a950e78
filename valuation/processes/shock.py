"""Share of a month that lies within so long of the first event of a constant intensity: exact mean and variance."""

from __future__ import annotations

from itertools import pairwise
from math import fsum

from valuation.processes.precise import exp_minus
from valuation.processes.quadrature import graded_nodes

MONTHS_OF_A_YEAR = 12.0
FOR_GOOD = 1e300
"""How long a shock lasts that stays [year]."""


def moments(rate: float, lasts: float, begins: float, length: float) -> tuple[float, float]:
    """Mean and variance [-] of 12·|[τ, τ + L] ∩ [u, u + h]|, τ exponential with intensity λ.

    With p(s, r) = P(r − L < τ ≤ s) = e^(−λ·max(0, r − L)) − e^(−λs) for s ≤ r < s + L the mean is 12·∫p(s, s)ds and
    the second moment 288·∫∫p(s, r) over u < s < r < u + h.

    Parameters
    ----------
    rate : λ ≥ 0 [1/year].
    lasts : L ≥ h [year]; ``FOR_GOOD`` for one that stays.
    begins, length : u and h: where the month begins after the first day on which the shock may come, and the part of
    it that counts [year].
    """
    ends = begins + length
    if length <= 0.0:
        return 0.0, 0.0
    outer = _nodes(begins, ends, lasts, rate)
    mean = MONTHS_OF_A_YEAR * fsum(w * _active(rate, lasts, s, s) for s, w in outer)
    square = fsum(w * v * _active(rate, lasts, s, r) for s, w in outer for r, v in _nodes(s, ends, lasts, rate))
    return mean, max(0.0, 2.0 * MONTHS_OF_A_YEAR * MONTHS_OF_A_YEAR * square - mean * mean)


def covariance(rate: float, lasts: float, one: tuple[float, float], other: tuple[float, float]) -> float:
    """Covariance of the shares [-] of two months in which the shock holds: 144·∫∫p(s, r) − the product of the means.

    Parameters
    ----------
    rate, lasts : as :func:`moments`.
    one, other : (begins, length) of the two months [year], as :func:`moments` has them; the second the later one, or
        the same.
    """
    if one == other:
        return moments(rate, lasts, *one)[1]
    (start, length), (begins, longer) = one, other
    if length <= 0.0 or longer <= 0.0:
        return 0.0
    total = 0.0
    for s, weight in _split(start, start + length, (lasts, begins - lasts, begins + longer - lasts), rate):
        inner = _split(begins, begins + longer, (lasts, s + lasts), rate)
        total += weight * fsum(part * _active(rate, lasts, s, r) for r, part in inner)
    means = moments(rate, lasts, *one)[0] * moments(rate, lasts, *other)[0]
    return MONTHS_OF_A_YEAR * MONTHS_OF_A_YEAR * total - means


def _split(start: float, end: float, kinks: tuple[float, ...], rate: float) -> list[tuple[float, float]]:
    """Nodes and weights on start … end, in parts where the integrand has kinks between."""
    places = [start, *sorted(kink for kink in kinks if start < kink < end), end]
    return [node for a, b in pairwise(places) for node in _nodes(a, b, FOR_GOOD, rate)]


def _active(rate: float, lasts: float, s: float, r: float) -> float:
    """P(the shock holds at s and at r ≥ s)."""
    before = 1.0 if r <= lasts else exp_minus(rate * (r - lasts))
    return max(0.0, before - exp_minus(rate * s))


def _nodes(start: float, end: float, kink: float, rate: float) -> list[tuple[float, float]]:
    """Nodes and weights on start … end, in two parts where the integrand has a kink between."""
    if start < kink < end:
        return _nodes(start, kink, FOR_GOOD, rate) + _nodes(kink, end, FOR_GOOD, rate)
    return [(start + node, weight) for node, weight in graded_nodes(end - start, rate)]
