"""The transition law of the Jacobi process by its eigenfunctions, the Jacobi polynomials.

With B the stationary Beta(a, b) law, p_n the polynomials that are orthonormal under it and c_n = n(n + a + b − 1),

P(U_t ≤ u | U_0 = x) = B(u) + Σ_{n≥1} e^(−c_n·s²t/2)·p_n(x)·∫₀ᵘ p_n dB,

and ∫₀ᵘ p_n dB = −u(1 − u)B′(u)·√(R/c_n)·q_{n−1}(u), q the polynomials orthonormal under Beta(a + 1, b + 1) and
R = (a + b)(a + b + 1)/(ab). Each polynomial goes with the square root of the density at its place, so that all that is
summed is of the size of 1. S. Karlin, H. M. Taylor: A Second Course in Stochastic Processes, 1981, chapter 15.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt

import numpy as np

from valuation.kernel.normal import inverse_normal
from valuation.processes import beta
from valuation.processes.lanes import Lanes, exp, log_logistic

_SMALLEST = 45.0
"""Exponent from which a term is left out."""
_TO = 4.75
"""Normals up to which the sum is asked; beyond, where 2e-6 of the probability lies, the difference is held."""
_SEEN = 7.5
"""Normal of the long run's law up to which states are refined, fading out over the last unit: far off, what is summed
has to cancel."""
_ROUNDS = 4
"""Of Newton's method, from an error of a hundredth: the fourth leaves rounding."""


def refined(long_run: tuple[float, float], time: Lanes, states: Lanes, normals: Lanes, near: Lanes) -> Lanes:
    """Quantiles of the log-odds after a step, from those of a law near it.

    Parameters
    ----------
    long_run : (a, b) of the stationary Beta law.
    time : s²t/2 by state, shape [N] [-].
    states, normals : shape [N] and [M]; ``near`` and the result [N, M].
    """
    place = _normals(*beta.tails(np.full_like(states, long_run[0]), np.full_like(states, long_run[1]), states))
    fade = np.minimum(np.maximum(_SEEN - np.abs(place), 0.0), 1.0)
    seen = fade > 0.0
    inside = np.abs(normals) <= _TO
    found = near.copy()
    if not bool(seen.any()):
        return found
    asked = np.ix_(seen, inside)
    held = np.minimum(np.maximum(np.arange(normals.size) - int(inside.argmax()), 0), int(inside.sum()) - 1)
    for _ in range(_ROUNDS):
        at = found[asked]
        reached = _normals(*_tails(long_run, time[seen], states[seen], at))
        step = (normals[inside] - reached) * _slope(at, reached)
        found[seen] = found[seen] + fade[seen, None] * step[:, held]
    return found


def _slope(w: Lanes, z: Lanes) -> Lanes:
    """dw/dz along the normals, between the neighbours of each node."""
    slope = np.empty_like(w)
    slope[:, 1:-1] = (w[:, 2:] - w[:, :-2]) / (z[:, 2:] - z[:, :-2])
    slope[:, 0] = (w[:, 1] - w[:, 0]) / (z[:, 1] - z[:, 0])
    slope[:, -1] = (w[:, -1] - w[:, -2]) / (z[:, -1] - z[:, -2])
    return slope


def _normals(below: Lanes, above: Lanes) -> Lanes:
    """z with Φ(z) = below, of the smaller tail."""
    smaller = np.maximum(np.minimum(below, above), 1.0e-40)
    sizes = np.array([inverse_normal(p) for p in smaller.ravel().tolist()]).reshape(smaller.shape)
    return np.where(below <= above, sizes, -sizes)


def _tails(long_run: tuple[float, float], time: Lanes, states: Lanes, w: Lanes) -> tuple[Lanes, Lanes]:
    """P(W ≤ w) and P(W > w) after a step from each state; w [N, M]."""
    a, b = long_run
    below, above = beta.tails(np.array(a), np.array(b), w)
    before = 0.5 * beta.log_density(np.array(a), np.array(b), states)
    after = 0.5 * beta.log_density(np.array(a), np.array(b), w)
    total, shortest = np.zeros_like(w), float(time.min())
    from_state = _orthonormal(a, b, states, exp(before))
    next(from_state)  # of degree 0
    to_place = _orthonormal(a + 1.0, b + 1.0, w, exp(after))
    for n, (of_state, of_place) in enumerate(zip(from_state, to_place, strict=False), 1):
        size = n * (n + a + b - 1.0)
        if size * shortest > _SMALLEST:
            break
        weight = exp(-size * time) / sqrt(size)
        total = total + (weight * of_state)[:, None] * of_place
    moved = sqrt((a + b) * (a + b + 1.0) / (a * b)) * total * exp(after - before[:, None])
    return below - moved, above + moved


def _orthonormal(a: float, b: float, log_odds: Lanes, first: Lanes) -> Iterator[Lanes]:
    """``first`` times the polynomials of degree 0, 1, … that are orthonormal under Beta(a, b)."""
    low, high = exp(log_logistic(log_odds)), exp(log_logistic(-log_odds))
    x = low - high
    alpha, beta_, both = b - 1.0, a - 1.0, a + b - 2.0
    one, before, step_before = first, np.zeros_like(first), 0.0
    n = 0
    while True:
        yield one
        twice = 2.0 * n + both
        middle = (beta_ - alpha) / (both + 2.0) if n == 0 else (beta_ - alpha) * both / (twice * (twice + 2.0))
        n += 1
        twice = 2.0 * n + both
        square = (n + alpha) * (n + beta_) / (twice + 1.0)
        if n > 1:
            square = square * n * (n + both) / (twice - 1.0)
        step = 2.0 / twice * sqrt(square)
        one, before, step_before = ((x - middle) * one - step_before * before) / step, one, step
