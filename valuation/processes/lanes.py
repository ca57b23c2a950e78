"""``exp``, ``log`` and their kin over arrays, in operations that IEEE 754 fixes to the last bit.

NumPy's own exponential has bits that depend on the processor; its ``+ - * /``, square root, ``frexp`` and ``ldexp``
have not. The arithmetic is that of the kernel's ``elementary.py``, and a test holds the two to the same bits.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from valuation.kernel.elementary import INVERSE_LN2, LN2_HIGH, LN2_LOW, ROUNDING, SQRT_HALF

Lanes = NDArray[np.float64]

_EXP = (2.510038549551032e-08, 2.7620088445409746e-07, 2.7557268459997064e-06, 2.4801521295954376e-05,
        0.00019841269863053618, 0.0013888888917213717, 0.008333333333330062, 0.04166666666662413, 0.16666666666666669,
        0.5000000000000001)  # fmt: skip
_LOG = (0.14616585424888623, 0.15331710618210773, 0.18182889455674947, 0.22222211130259878, 0.2857142862600327,
        0.39999999999899444, 0.666666666666667)  # fmt: skip
_STIRLING = (-1.0 / 1188.0, 1.0 / 1680.0, -1.0 / 1260.0, 1.0 / 360.0, -1.0 / 12.0)
_HALF_LOG_TWO_PI = 0.91893853320467274178
_SHIFTED = 14.0
"""From here on Stirling's series is exact to rounding."""


def exp(x: Lanes) -> Lanes:
    """e^x; 0 below −745.2 and infinity above 709.79."""
    bounded = np.minimum(np.maximum(x, -746.0), 710.0)
    shifted = bounded * INVERSE_LN2 + ROUNDING
    whole = shifted - ROUNDING
    high = bounded - whole * LN2_HIGH
    low = whole * LN2_LOW
    r = high - low
    q = np.full_like(r, _EXP[0])
    for coefficient in _EXP[1:]:
        q = coefficient + r * q
    y = 1.0 + (high + (r * r * q - low))
    exponent = whole.astype(np.int64)
    half = exponent >> 1
    with np.errstate(over="ignore", under="ignore"):
        return np.asarray(np.ldexp(np.ldexp(y, half), exponent - half), float)


def log(x: Lanes) -> Lanes:
    """The natural logarithm of x > 0."""
    mantissa, exponent = np.frexp(x)
    small = mantissa < SQRT_HALF
    f = np.where(small, 2.0 * mantissa, mantissa) - 1.0
    k = np.where(small, exponent - 1.0, exponent + 0.0)
    s = f / (2.0 + f)
    z = s * s
    r = np.full_like(z, _LOG[0])
    for coefficient in _LOG[1:]:
        r = coefficient + z * r
    r = z * r
    half_square = 0.5 * f * f
    return np.asarray(k * LN2_HIGH - ((half_square - (s * (half_square + r) + k * LN2_LOW)) - f), float)


def log1p(x: Lanes) -> Lanes:
    """log(1 + x) for x > −1 to full relative precision."""
    rounded = 1.0 + x
    apart = rounded - 1.0
    none = apart == 0.0
    return np.asarray(np.where(none, x, log(rounded) * (x / np.where(none, 1.0, apart))), float)


def log_logistic(x: Lanes) -> Lanes:
    """log(1/(1 + e^−x)) without loss at either end."""
    return np.minimum(x, 0.0) - log1p(exp(-np.abs(x)))


def log_gamma(x: Lanes) -> Lanes:
    """log Γ(x) for x > 0: Stirling's series, below 14 after Γ(x) = Γ(x + n)/(x(x + 1)…)."""
    x = np.asarray(x, float)
    product, moved = np.ones_like(x), x
    while bool((moved < _SHIFTED).any()):
        below = moved < _SHIFTED
        product = np.where(below, product * moved, product)
        moved = np.where(below, moved + 1.0, moved)
    inverse = 1.0 / moved
    square, series = inverse * inverse, np.full_like(x, _STIRLING[0])
    for coefficient in _STIRLING[1:]:
        series = coefficient + square * series
    series = -series * inverse
    stirling = (moved - 0.5) * log(moved) - moved + _HALF_LOG_TWO_PI + series
    return np.asarray(stirling - log(product), float)


def single(x: float) -> Lanes:
    """One number as an array."""
    return np.array([x])


def several(numbers: Sequence[float]) -> Lanes:
    """Numbers as an array."""
    return np.array(numbers, float)
