"""Every rate at which a net present value falls through zero.

With x = ln(1 + r) the net present value is the exponential sum f(x) = Σ c_i exp(−x t_i). An interval of x is settled
when a Taylor bound proves that f has no zero in it, or that exp(s x) f(x), which has the same zeros, is monotone on it,
so that the signs at its ends tell, or that f is nothing but rounding on it. Otherwise it is halved. No grid can miss a
root: what is dropped was proven empty.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from valuation.finance.discount import Floats

Flags = NDArray[np.bool_]

LOWEST_RATE = -0.9999
HIGHEST_RATE = 1000.0
LOWEST = float(np.log1p(LOWEST_RATE))
HIGHEST = float(np.log1p(HIGHEST_RATE))

_START = 32
_HALVINGS = 19
"""Down to 1e-6 in ln(1 + r). Roots nearer to each other than that, or between which the value is only rounding, are
told by the signs around them together."""
_MOST_OPEN = 4096
_EPS = float(np.finfo(np.float64).eps)
_ORDER = 4
"""Terms of the Taylor series that are taken with their signs; what is beyond is bounded."""
_FLAT = 4.0
"""An interval on which f stays below so many times its rounding holds nothing that can be told."""


class FallingRoots(NamedTuple):
    """ln(1 + r) of every falling root, ascending; `complete` = the search settled the whole range."""

    log_rates: Floats
    complete: bool


def falling_roots(years: Floats, flows: Floats) -> FallingRoots:
    """All roots between −99.99 % and +100,000 % where the net present value falls through zero.

    Parameters
    ----------
    years : time of each flow [n] [year], ascending from 0.
    flows : cash flows [n] [money], none of them 0, both signs present.
    """
    ends: Floats = np.linspace(LOWEST, HIGHEST, _START + 1)
    open_: Floats = np.stack([ends[:-1], ends[1:]], axis=1)
    brackets: list[Floats] = []
    rounding: list[Floats] = []
    for _ in range(_HALVINGS):
        empty, monotone, flat = _settled(years, flows, open_)
        low, high = _signs(years, flows, open_[:, 0]), _signs(years, flows, open_[:, 1])
        told = monotone & (low != 0) & (high != 0)
        brackets.append(open_[told & ~empty & (low > 0) & (high < 0)])
        rounding.append(open_[flat & ~empty & ~told])
        open_ = open_[~empty & ~told & ~flat]
        if not open_.size:
            break
        middle = 0.5 * (open_[:, 0] + open_[:, 1])
        open_ = np.stack([open_[:, 0], middle, middle, open_[:, 1]], axis=1).reshape(-1, 2)
        if len(open_) > _MOST_OPEN:
            break
    complete = len(open_) <= _MOST_OPEN
    untold = np.concatenate([*rounding, open_])
    if untold.size:
        brackets.append(_clusters(years, flows, untold))
    found = [polish(years, flows, float(low), float(high)) for low, high in np.concatenate(brackets)]
    return FallingRoots(np.sort(np.array(found, dtype=np.float64)), complete)


def _terms(years: Floats, flows: Floats, at: Floats) -> Floats:
    """The flows discounted at each x, times a positive factor that keeps them in range. [k, n]"""
    power = -at[:, None] * years
    power -= power.max(axis=1, keepdims=True)
    scaled: Floats = flows * np.exp(power)
    return scaled


def _signs(years: Floats, flows: Floats, at: Floats) -> NDArray[np.int8]:
    """Sign of f at each x; 0 where rounding could turn it. [k]"""
    terms = _terms(years, flows, at)
    noise = _EPS * (8.0 + np.abs(at) * years[-1]) * np.abs(terms).sum(axis=1)
    total = terms.sum(axis=1)
    signs: NDArray[np.int8] = np.where(np.abs(total) <= noise, 0, np.sign(total)).astype(np.int8)
    return signs


def _settled(years: Floats, flows: Floats, open_: Floats) -> tuple[Flags, Flags, Flags]:
    """Which intervals hold no zero for sure, on which exp(s x) f(x) is monotone for sure, and on which it is nothing
    but rounding. [k], [k], [k]

    Around the middle m, with half width h, w_i = c_i exp(−m t_i) and u_i = t_i − s, the function
    g(x) = exp((x − m) s) f(x) is Σ_j a_j ((x − m)/h)^j with a_j = Σ w_i (−h u_i)^j/j!. Its terms beyond order n are
    together at most R = Σ |w_i| (h |u_i|)^(n+1)/(n+1)!·exp(h |u_i|), and those of its derivative (n + 1)·R/h. So g has
    no zero where |a_0| > |a_1| + … + |a_n| + R, and is monotone where |a_1| > 2 |a_2| + … + n |a_n| + (n + 1) R. With
    n = 1 this is the bound by the second derivative; a higher order settles wider intervals where roots lie close. s is
    the mean time of the gross flows discounted at m, which keeps the |u_i| that matter small. All are scaled by
    exp(−top).
    """
    middle = 0.5 * (open_[:, 0] + open_[:, 1])
    half = 0.5 * (open_[:, 1] - open_[:, 0])
    gross = np.abs(_terms(years, flows, middle))
    offset = years - (gross @ years / gross.sum(axis=1))[:, None]
    centre, reach = -middle[:, None] * years, half[:, None] * np.abs(offset)
    top = (centre + reach).max(axis=1, keepdims=True)
    most = np.abs(flows) * np.exp(centre + reach - top)
    noise = _EPS * (8.0 + (np.abs(middle) + half) * years[-1]) * most.sum(axis=1)
    term = flows * np.exp(centre - top)
    value = np.abs(term.sum(axis=1))
    slope, beyond, bend = np.zeros_like(value), np.zeros_like(value), np.zeros_like(value)
    for order in range(1, _ORDER + 1):
        term *= half[:, None] * offset / -order
        size = np.abs(term.sum(axis=1))
        slope, beyond = (size, beyond) if order == 1 else (slope, beyond + size)
        bend += (order if order > 1 else 0) * size
        most *= reach / order
    rest = (most * reach).sum(axis=1) / (_ORDER + 1)
    moved = slope + beyond + rest
    return (
        np.asarray(value > moved + noise),
        np.asarray(slope > bend + (_ORDER + 1) * rest + noise * (1.0 + half * years[-1])),
        np.asarray(value + moved <= _FLAT * noise),
    )


def _clusters(years: Floats, flows: Floats, open_: Floats) -> Floats:
    """Neighbouring intervals that could not be settled, joined; those across which f falls through zero. [k, 2]"""
    open_ = open_[np.argsort(open_[:, 0])]
    first = np.concatenate([[True], open_[1:, 0] > open_[:-1, 1]])
    last = np.concatenate([first[1:], [True]])
    joined: Floats = np.stack([open_[first, 0], open_[last, 1]], axis=1)
    falls = (_signs(years, flows, joined[:, 0]) > 0) & (_signs(years, flows, joined[:, 1]) < 0)
    return joined[falls]


def log_ratio(years: Floats, flows: Floats, x: float) -> tuple[float, float]:
    """φ(x) = ln(present value of inflows / present value of outflows), and its slope [1/ln(1 + r)].

    φ has the sign of the net present value and is nearly straight, its slope being the difference of two durations, so
    Newton's method on φ takes few steps from anywhere.
    """
    power = -x * years
    inflow = flows > 0.0
    high_in, high_out = power[inflow].max(), power[~inflow].max()
    inflows = flows[inflow] * np.exp(power[inflow] - high_in)
    outflows = -flows[~inflow] * np.exp(power[~inflow] - high_out)
    sum_in, sum_out = inflows.sum(), outflows.sum()
    value = (high_in - high_out) + np.log(sum_in / sum_out)
    slope = (outflows * years[~inflow]).sum() / sum_out - (inflows * years[inflow]).sum() / sum_in
    return float(value), float(slope)


def polish(years: Floats, flows: Floats, low: float, high: float) -> float:
    """The root between low, where the net present value is positive, and high, where it is negative."""
    x = 0.5 * (low + high)
    for _ in range(200):
        value, slope = log_ratio(years, flows, x)
        if value == 0.0:
            break
        low, high = (x, high) if value > 0.0 else (low, x)
        step = x - value / slope if slope < 0.0 else low
        if not low < step < high:
            step = 0.5 * (low + high)
        if abs(step - x) <= _EPS * max(1.0, abs(x)):
            x = step
            break
        x = step
    return x
