"""Every rate at which a net present value falls through zero.

With x = ln(1 + r) the net present value is the exponential sum f(x) = Σ c_i exp(−x t_i). An interval of x is settled
when bounds prove that f has no zero in it, or that exp(s x) f(x), which has the same zeros, is monotone on it, so that
the signs at its ends tell. Otherwise it is halved. No grid can miss a root: what is dropped was proven empty.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from valuation.finance.discount import Floats

LOWEST_RATE = -0.9999
HIGHEST_RATE = 1000.0
LOWEST = float(np.log1p(LOWEST_RATE))
HIGHEST = float(np.log1p(HIGHEST_RATE))

_START = 32
_HALVINGS = 19
"""Down to 1e-6 in ln(1 + r). Roots nearer to each other than that are told by the signs around them together."""
_MOST_OPEN = 4096
_EPS = float(np.finfo(np.float64).eps)


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
    for _ in range(_HALVINGS):
        empty, monotone = _settled(years, flows, open_)
        low, high = _signs(years, flows, open_[:, 0]), _signs(years, flows, open_[:, 1])
        told = monotone & (low != 0) & (high != 0)
        brackets.append(open_[told & ~empty & (low > 0) & (high < 0)])
        open_ = open_[~empty & ~told]
        if not open_.size:
            break
        middle = 0.5 * (open_[:, 0] + open_[:, 1])
        open_ = np.stack([open_[:, 0], middle, middle, open_[:, 1]], axis=1).reshape(-1, 2)
        if len(open_) > _MOST_OPEN:
            break
    complete = len(open_) <= _MOST_OPEN
    if open_.size:
        brackets.append(_clusters(years, flows, open_))
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


def _settled(years: Floats, flows: Floats, open_: Floats) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which intervals hold no zero for sure, and on which exp(s x) f(x) is monotone for sure. [k], [k]

    Around the middle m, with half width h and u_i = t_i − s, a term of exp(s x) f(x) is w_i exp(−(x − m) u_i), and lies
    between w_i exp(−h |u_i|) and w_i exp(h |u_i|); a term of its derivative is −u_i times that. s is the mean time of
    the gross flows discounted at m, which keeps the |u_i| that matter small.
    """
    middle = 0.5 * (open_[:, 0] + open_[:, 1])
    half = 0.5 * (open_[:, 1] - open_[:, 0])
    gross = np.abs(_terms(years, flows, middle))
    offset = years - (gross @ years / gross.sum(axis=1))[:, None]
    centre, spread = -middle[:, None] * years, half[:, None] * np.abs(offset)
    top = (centre + spread).max(axis=1, keepdims=True)
    least, most = np.exp(centre - spread - top), np.exp(centre + spread - top)
    noise = _EPS * (8.0 + np.abs(middle) * years[-1])
    return _one_signed(flows, least, most, noise), _one_signed(-offset * flows, least, most, noise)


def _one_signed(weights: Floats, least: Floats, most: Floats, noise: Floats) -> NDArray[np.bool_]:
    """Whether Σ weights·e cannot be 0 while every e lies between least and most. [k]"""
    positive, negative = np.maximum(weights, 0.0), np.maximum(-weights, 0.0)
    up, down = (positive * most).sum(axis=1), (negative * most).sum(axis=1)
    margin = noise * (up + down)
    above = (positive * least).sum(axis=1) - down > margin
    below = (negative * least).sum(axis=1) - up > margin
    return np.asarray(above | below)


def _clusters(years: Floats, flows: Floats, open_: Floats) -> Floats:
    """Neighbouring intervals too narrow to settle, joined; those across which f falls through zero. [k, 2]"""
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
