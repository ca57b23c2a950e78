"""The noncentral χ² law with d degrees of freedom and noncentrality λ, on the logarithm w of the variable: quantiles,
tails included.

χ²/2 is Gamma of shape d/2 + N, N Poisson of mean λ/2. Its distribution function and its tail are sums over N of those
of Gamma laws, which follow from one another by P(a, y) = P(a + 1, y) + y^a·e^−y/Γ(a + 1): all terms are positive, so
both tails have full relative precision. Only the N that matter at the level in question are summed, those around
√(λy/2), where the terms of the density are largest.
"""

from __future__ import annotations

import numpy as np

from valuation.processes.gaussian import log_tail
from valuation.processes.lanes import Lanes, exp, log, log_gamma

_CLOSE = 2.0e-14
_SETTLED = 1.0e-7
"""Last step of Newton's method over the local width of the law: the error left is of its square."""
_TINY = 1.0e-300
_TOGETHER = 10
"""Noncentralities that are searched together: near ones sum over about as many terms."""


def log_quantiles(freedom: float, noncentrality: Lanes, normals: Lanes) -> Lanes:
    """w with P(log χ² ≤ w) = Φ(z).

    Parameters
    ----------
    freedom : d ≥ 0.2 [-]; with fewer the law piles up at 0 beyond the range of a double.
    noncentrality : λ > 0, shape [N].
    normals : z, shape [M].

    Returns
    -------
    array of shape [N, M].
    """
    z, halves = np.asarray(normals, float), 0.5 * np.asarray(noncentrality, float)
    found = np.empty((halves.size, z.size))
    for side, upper in ((z <= 0.0, False), (z > 0.0, True)):
        for begin in range(0, halves.size if bool(side.any()) else 0, _TOGETHER):
            few = slice(begin, begin + _TOGETHER)
            half, levels = np.broadcast_arrays(halves[few, None], z[side])
            found[few, side] = _search(0.5 * freedom, half.ravel(), levels.ravel(), upper).reshape(half.shape)
    return found


def _search(shape: float, half: Lanes, z: Lanes, upper: bool) -> Lanes:
    """Quantiles at z on one side of the median, by Newton's method on the logarithm of the smaller tail."""
    target = log_tail(np.abs(z))
    mean, spread = shape + half, np.sqrt(shape + 2.0 * half)
    if upper:  # from above: the tail's logarithm is concave, so that Newton's method comes down to the root
        w = log(mean + spread * z + 0.5 * z * z + 0.25 * np.minimum(1.0, 1.0 / mean))
    else:
        w = 2.0 * log(np.maximum(np.sqrt(mean) + 0.5 * z * spread / np.sqrt(mean), 0.05 * np.sqrt(mean)))
    if not upper and shape < 1.0:
        # e^(−λ/2)·y^a/Γ(a + 1) is near P(Gamma(a + N) ≤ y) where the law piles up at 0, and never above it by much
        w = np.minimum(w, (target + half + log_gamma(np.full_like(half, shape + 1.0))) / shape)
    found = np.empty(w.size)
    left = np.arange(w.size)
    for _ in range(200):
        tail, density = _tail_and_density(shape, half, w, upper)
        ratio = tail / density
        step = (log(tail) - target) * ratio * (1.0 if upper else -1.0)
        w = w + np.minimum(np.maximum(step, -2.0 - 2.0 * ratio), 2.0 + (0.0 if upper else 2.0) * ratio)
        done = np.abs(step) <= _SETTLED * ratio
        found[left[done]] = w[done]
        half, w, target = (x[~done] for x in (half, w, target))
        left = left[~done]
        if not left.size:
            return found + log(np.array(2.0))
    raise ArithmeticError("no quantile found for a noncentral χ² law")  # pragma: no cover


def _tail_and_density(shape: float, half: Lanes, w: Lanes, upper: bool) -> tuple[Lanes, Lanes]:
    """Tail below (or above) w = log y and density of w, y = χ²/2 [N]."""
    y = exp(w)
    product = half * y
    middle = np.floor(_largest(shape, product))
    # N given χ² at the level spreads by √(N/2), given χ² beyond the level by √N on the side beyond
    deep, short = (np.ceil(times * np.sqrt(middle + 1.0)) + 12.0 for times in (8.5, 6.2))
    # terms fall like (λy/2)^N/N!²: near 0 few are left, and more of them would begin below the smallest double
    few = np.where(product < 0.1, np.floor(38.0 / -log(np.minimum(product, 0.1))), 1.0e6)
    first = np.maximum(middle - (short if upper else deep), 0.0)
    last = middle + np.minimum(deep if upper else short, few)
    j = first if upper else last
    log_weight = j * log(half) - half - log_gamma(j + 1.0)
    weight = exp(log_weight)
    term = exp((shape + j) * w - y - log_gamma(shape + j + 1.0))
    gamma_tail = _gamma_above(shape + j, w, y) if upper else term * _series(shape + j, y)
    tail, density = np.zeros_like(y), np.zeros_like(y)
    for _ in range(int((last - first).max()) + 1):
        inside = j <= last if upper else j >= first
        tail = tail + np.where(inside, weight * gamma_tail, 0.0)
        density = density + np.where(inside, weight * term * (shape + j), 0.0)
        if upper:
            gamma_tail = gamma_tail + term
            j = j + 1.0
            weight, term = weight * (half / j), term * np.where(j <= last, y / (shape + j), 0.0)
        else:
            term = term * np.where(j > first, (shape + j) / y, 0.0)
            gamma_tail = gamma_tail + term
            weight, j = weight * np.where(j > first, j / half, 0.0), j - 1.0
    return np.maximum(tail, _TINY), np.maximum(density, _TINY)


def _largest(shape: float, product: Lanes) -> Lanes:
    """N at which the density's terms are largest: N(N + d/2) = λ/2·y."""
    return np.asarray(2.0 * product / (shape + np.sqrt(shape * shape + 4.0 * product)), float)


def _series(a: Lanes, y: Lanes) -> Lanes:
    """P(a, y)·Γ(a + 1)e^y/y^a = 1 + y/(a + 1) + y²/((a + 1)(a + 2)) + …"""
    term, total = np.ones_like(y), np.ones_like(y)
    for n in range(1, 100_000):
        term = term * (y / (a + n))
        total = total + term
        if n % 4 == 0 and bool((term <= _CLOSE * total).all()):
            return total
    raise ArithmeticError("the series of a Gamma law does not settle")  # pragma: no cover


def _gamma_above(a: Lanes, w: Lanes, y: Lanes) -> Lanes:
    """Q(a, y): a continued fraction where y is above a + 1, else 1 − P."""
    found, far = np.empty_like(y), y > a + 1.0
    near = ~far
    front = exp(a * w - y - log_gamma(a))
    found[near] = np.maximum(1.0 - front[near] / a[near] * _series(a[near], y[near]), 0.0)
    found[far] = front[far] * _fraction(a[far], y[far])
    return found


def _fraction(a: Lanes, y: Lanes) -> Lanes:
    """Q(a, y)·Γ(a)e^y/y^a by Lentz's method (Abramowitz and Stegun 6.5.31)."""
    b = y + 1.0 - a
    c = np.full_like(y, 1.0 / _TINY)
    d = 1.0 / b
    value = d
    for n in range(1, 100_000):
        part = n * (a - n)
        b = b + 2.0
        d = 1.0 / (part * d + b)
        c = b + part / c
        change = d * c
        value = value * change
        if n % 4 == 0 and bool((np.abs(change - 1.0) <= _CLOSE).all()):
            return value
    raise ArithmeticError("the continued fraction of a Gamma law does not settle")  # pragma: no cover
