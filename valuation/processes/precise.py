"""Elementary functions without cancellation, built from the kernel's exp and log: the same bits on every CPU."""

from __future__ import annotations

from math import sqrt

from valuation.kernel.elementary import exp, log

_SMALL = 0.5
"""Below this the Taylor series is used: exp(x) − 1 would lose more than one bit."""

_LOWEST = -700.0
"""exp of less is below 1e-304: taken as 0, whatever the library does near the smallest double."""


def exp_minus(x: float) -> float:
    """e^−x for x ≥ 0 [-], 0 where it would leave the range of a double."""
    return exp(-x) if -x > _LOWEST else 0.0


def expm1(x: float) -> float:
    """e^x − 1 [-] to full relative precision for x of either sign."""
    if x >= _SMALL or x <= -_SMALL:
        return (exp(x) if x > _LOWEST else 0.0) - 1.0
    return x * _series(x)


def _series(x: float) -> float:
    """(e^x − 1)/x for |x| ≤ ½: Σ x^n/(n+1)!, summed from the smallest term."""
    total = 1.0
    for divisor in range(17, 1, -1):
        total = 1.0 + x / divisor * total
    return total


def mean_decay(x: float) -> float:
    """(1 − e^−x)/x [-], the mean of e^−u over 0…x; 1 at x = 0."""
    if x < _SMALL:
        return _series(-x)
    return (1.0 - exp_minus(x)) / x


def log1p(x: float) -> float:
    """log(1 + x) [-] for x > −1 to full relative precision: the rounding of 1 + x is undone by its own error."""
    rounded = 1.0 + x
    if rounded == 1.0:
        return x
    return log(rounded) * (x / (rounded - 1.0))


def asinh(x: float) -> float:
    """Inverse hyperbolic sine [-]: sign(x)·log(|x| + √(x² + 1)), without cancellation near 0."""
    size = -x if x < 0.0 else x
    if size > 1.0e8:
        value = log(size) + log(2.0)
    else:
        square = size * size
        value = log1p(size + square / (1.0 + sqrt(1.0 + square)))
    return -value if x < 0.0 else value


def logistic(x: float) -> float:
    """1/(1 + e^−x) [-] without overflow at either end."""
    if x >= 0.0:
        return 1.0 / (1.0 + exp_minus(x))
    small = exp_minus(-x)
    return small / (1.0 + small)


def sinh(x: float) -> float:
    """Hyperbolic sine [-], without cancellation near 0."""
    grown = expm1(x if x > 0.0 else -x)
    value = 0.5 * (grown + grown / (1.0 + grown)) if grown < 1.0e300 else grown
    return value if x > 0.0 else -value


def cosh(x: float) -> float:
    """Hyperbolic cosine [-]."""
    return 0.5 * (exp(x) + exp(-x))


_TURN = 6.283185307179586


def cosine_of_turn(turn: float) -> float:
    """cos(2π·turn) [-]: the nearest whole turn is taken off, the rest folded into a quarter, Taylor's series there."""
    part = turn - round(turn)
    part = -part if part < 0.0 else part
    folded = 0.5 - part if part > 0.25 else part
    square = _TURN * folded * _TURN * folded
    total = 1.0
    for n in range(24, 0, -2):
        total = 1.0 - square / ((n - 1.0) * n) * total
    return -total if part > 0.25 else total
