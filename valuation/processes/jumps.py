"""Jumps that decay, dY = −βY dt + J dN with Y = 0 on the market's date: exact moments of levels and month averages.

N is a Poisson process of intensity λ, the sizes J are independent. A jump of size J at a time v adds J·g(v) to the
value of a month that begins at a and lasts h:

    at its end      g(v) = e^(−β(a + h − v))                      v ≤ a + h
    its average     g(v) = e^(−β(a − v))·(1 − e^(−βh))/(βh)       v ≤ a
                    g(v) = (1 − e^(−β(a + h − v)))/(βh)           a < v ≤ a + h

and 0 after the month. So for any weights s_i of months i (Campbell's theorem)

    ln E[exp(Σ s_i Y_i)] = λ∫(E[exp(J·Σ s_i g_i(v))] − 1)dv.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from valuation.processes.jump_sizes import INFINITE, SizeLaw
from valuation.processes.precise import exp_minus, mean_decay
from valuation.processes.quadrature import graded_nodes

_STEEP = 64.0
"""Panels next to the ends of an interval are shorter than it by this factor: near the largest exponential moment that
exists the integrand has a pole just outside."""

_GONE = 1.0e-22
"""A jump of which less than this is left adds nothing."""

_LOWEST_WORD = 1.0 / 8589934592.0
"""2⁻³³: 1 less the largest uniform that one word of the generator gives."""


@dataclass(frozen=True)
class Jumps:
    """A jump process. ``rate`` λ ≥ 0 [1/year], ``reversion`` β ≥ 0 [1/year]; β = 0: jumps that stay."""

    rate: float
    reversion: float
    sizes: SizeLaw


class Load(NamedTuple):
    """A month in a sum: where it begins and how long it lasts [year after the market's date], its weight s [-]."""

    begin: float
    length: float
    weight: float


def most_jumps(mean: float) -> int:
    """The largest number of jumps that one 32-bit word can draw from a Poisson law of a mean ≥ 0 by inversion.

    The largest uniform is 1 − 2⁻³³, so a number whose probability of being passed is less (1.2e-10) does not occur.
    """
    if mean <= 0.0:
        return 0
    term = exp_minus(mean)
    terms, k = [term], 0
    while k < mean or term > 1.0e-30:
        k += 1
        term *= mean / k
        terms.append(term)
    beyond = 0.0
    while beyond + terms[-1] < _LOWEST_WORD:
        beyond += terms.pop()
    return len(terms) - 1


def response(reversion: float, month: Load, at: float, *, average: bool) -> float:
    """g(v) [-]: what a jump of size 1 at time ``at`` [year] adds to the month's average, or to its end."""
    left = month.begin + month.length - at
    if left < 0.0:
        return 0.0
    if not average:
        return exp_minus(reversion * left)
    if at <= month.begin:
        return exp_minus(reversion * (month.begin - at)) * mean_decay(reversion * month.length)
    return left / month.length * mean_decay(reversion * left)


def log_moment(jumps: Jumps, months: Sequence[Load], *, average: bool) -> float:
    """ln E[exp(Σ s_i Y_i)] of the values Y_i of some months [-]; ``INFINITE`` where it does not exist.

    Parameters
    ----------
    months : the months with their weights; none of length 0.
    average : month averages; else levels at the months' ends.
    """

    def integrand(at: float) -> float:
        total = 0.0
        for month in months:
            total += month.weight * response(jumps.reversion, month, at, average=average)
        return jumps.sizes.excess(total)

    edges = {month.begin for month in months} | {month.begin + month.length for month in months}
    if any(integrand(edge) == INFINITE for edge in edges):
        return INFINITE
    return jumps.rate * _integral(integrand, months, jumps.reversion)


def covariance(jumps: Jumps, first: Load, second: Load, *, average: bool) -> float:
    """Covariance of s₁Y₁ and s₂Y₂, the values of two months or of one and the same [-]: λE[J²]∫g₁g₂ dv."""

    def integrand(at: float) -> float:
        one = first.weight * response(jumps.reversion, first, at, average=average)
        return one * second.weight * response(jumps.reversion, second, at, average=average)

    return jumps.rate * jumps.sizes.square * _integral(integrand, (first, second), jumps.reversion)


def means(jumps: Jumps, steps: Sequence[float], *, average: bool) -> list[float]:
    """E[Y] by month [-]: λE[J]·B(t) at its end, B(t) = (1 − e^(−βt))/β; its mean over the month for averages.

    Parameters
    ----------
    steps : length of each month after the market's date [year], shape [T]; 0 before.
    """
    drift, b = jumps.rate * jumps.sizes.mean, jumps.reversion
    result, elapsed = [], 0.0
    for step in steps:
        if average:
            carried = elapsed * mean_decay(b * elapsed) * mean_decay(b * step)
            result.append(drift * (carried + _mean_response(b, step)) if step > 0.0 else 0.0)
        elapsed += step
        if not average:
            result.append(drift * elapsed * mean_decay(b * elapsed))
    return result


def variances(jumps: Jumps, steps: Sequence[float], *, average: bool) -> list[float]:
    """Var Y by month [-]: λE[J²]∫g(v)²dv, each part of the past once; parameters as :func:`means`."""
    b = jumps.reversion
    inside: dict[float, float] = {}
    result, elapsed = [], 0.0
    for step in steps:
        if step not in inside and average and step > 0.0:
            month = Load(0.0, step, 1.0)
            inside[step] = covariance(jumps, month, month, average=True)
        if average:
            share = mean_decay(b * step)
            past = jumps.rate * jumps.sizes.square * elapsed * mean_decay(2.0 * b * elapsed)
            result.append(share * share * past + inside[step] if step > 0.0 else 0.0)
        elapsed += step
        if not average:
            result.append(jumps.rate * jumps.sizes.square * elapsed * mean_decay(2.0 * b * elapsed))
    return result


def _mean_response(reversion: float, step: float) -> float:
    """∫(1 − e^(−βr))/(βh)dr over 0 … h [year]."""
    total = 0.0
    for node, weight in graded_nodes(step, reversion):
        total += weight * node / step * mean_decay(reversion * node)
    return total


def log_moments(jumps: Jumps, weight: float, steps: Sequence[float], *, average: bool) -> list[float]:
    """ln E[exp(s·Y)] by month [-], 0 for months of length 0, ``INFINITE`` where the moment does not exist.

    Parameters
    ----------
    weight : s [-].
    steps : length of each month after the market's date [year], shape [T]; 0 before.
    """
    sizes, b = jumps.sizes, jumps.reversion
    inside: dict[float, float] = {}
    carried: dict[float, _Carried] = {}
    result, elapsed = [], 0.0
    for step in steps:
        if step == 0.0:
            result.append(0.0)
            continue
        if step not in inside:
            month = Load(0.0, step, weight)
            inside[step] = log_moment(jumps, [month], average=True) / jumps.rate if average and jumps.rate else 0.0
            share = mean_decay(b * step) if average else 1.0
            carried[step] = _Carried(sizes, weight * share, b)
        until = elapsed if average else elapsed + step
        result.append(jumps.rate * (carried[step].until(until) + inside[step]) if jumps.rate else 0.0)
        elapsed += step
    return result


class _Carried:
    """∫(E[exp(x·e^(−βu)·J)] − 1)du from 0 to a growing end, each piece once."""

    def __init__(self, sizes: SizeLaw, x: float, reversion: float) -> None:
        self.sizes, self.x, self.reversion = sizes, x, reversion
        self.end = self.total = 0.0

    def until(self, end: float) -> float:
        if exp_minus(self.reversion * self.end) > _GONE and end > self.end:
            self.total += self.sizes.decayed(self.x, self.reversion, self.end, end)
        self.end = end
        return self.total


def _integral(integrand: Callable[[float], float], months: Sequence[Load], reversion: float) -> float:
    """∫ integrand dv from 0 to the end of the last month, in pieces between the months' ends."""
    edges = sorted({0.0, *(month.begin for month in months), *(month.begin + month.length for month in months)})
    total = 0.0
    for start, end in zip(edges, edges[1:], strict=False):
        # a piece in two halves, each graded towards its end of the piece
        half, steep = 0.5 * (end - start), max(reversion, _STEEP / (end - start))
        for node, weight in graded_nodes(half, steep):
            total += weight * (integrand(start + node) + integrand(end - node))
    return total
