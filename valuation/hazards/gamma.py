"""The Gamma distribution: probability and quantile, without a library of statistics.

References: M. Abramowitz, I. Stegun: Handbook of Mathematical Functions (1964), 6.5.29 (series) and 6.5.31 (continued
fraction); the fraction by Lentz's method.
"""

from __future__ import annotations

from math import exp, isfinite, lgamma, log

_TINY = 1e-300
_CLOSE = 1e-16
_MOST = 100_000


def lower_share(shape: float, x: float) -> float:
    """Regularised lower incomplete gamma function P(a, x) [-]: the probability of at most x under shape a, rate 1."""
    if not (shape > 0.0 and isfinite(shape) and x >= 0.0):
        raise ValueError(f"a Gamma distribution has a shape above 0 and values from 0 on, got {shape} and {x}")
    if x == 0.0:
        return 0.0
    front = exp(shape * log(x) - x - lgamma(shape))
    return front * _series(shape, x) if x < shape + 1.0 else 1.0 - front * _fraction(shape, x)


def _series(shape: float, x: float) -> float:
    """Σ x^n / (a(a+1)…(a+n))."""
    term = total = 1.0 / shape
    for n in range(1, _MOST):
        term *= x / (shape + n)
        total += term
        if term <= _CLOSE * total:
            break
    return total


def _fraction(shape: float, x: float) -> float:
    """1/(x+1−a− 1(1−a)/(x+3−a− …))."""
    b = x + 1.0 - shape
    c, d = 1.0 / _TINY, 1.0 / b
    value = d
    for n in range(1, _MOST):
        a = -n * (n - shape)
        b += 2.0
        d = a * d + b
        c = b + a / c
        d = 1.0 / (d if abs(d) > _TINY else _TINY)
        c = c if abs(c) > _TINY else _TINY
        value *= d * c
        if abs(d * c - 1.0) <= _CLOSE:
            break
    return value


def quantile(shape: float, p: float) -> float:
    """The x with P(a, x) = p [-], 0 < p < 1, by halving in ln x: near 0 a small shape has most of its mass."""
    if not 0.0 < p < 1.0:
        raise ValueError(f"a quantile is asked for between 0 and 1, got {p}")
    low = high = log(shape)
    while lower_share(shape, exp(high)) < p:
        high += 1.0
    while lower_share(shape, exp(low)) > p:
        low -= 1.0
        if low < -700.0:
            return 0.0
    for _ in range(80):
        middle = 0.5 * (low + high)
        if lower_share(shape, exp(middle)) < p:
            low = middle
        else:
            high = middle
    return exp(0.5 * (low + high))
