"""The root of a function of one number between two points where its signs differ."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple


class Root(NamedTuple):
    """Where a function is 0, or where it jumps across it."""

    x: float
    f: float
    """The function there."""


def root(
    function: Callable[[float], float],
    a: float,
    f_a: float,
    b: float,
    f_b: float,
    *,
    small: float,
    width: float,
) -> Root:
    """Root between a and b by Chandrupatla's method: inverse quadratic interpolation where three points lie so that it
    can be relied on, else halving.

    Never worse than halving by more than a constant, unlike false position on a function that bends; and it needs no
    slope, which a percentile has only between two order statistics.

    Parameters
    ----------
    a, f_a, b, f_b : the ends and the function there, of different signs.
    small : size of the function that counts as 0.
    width : distance of two points that counts as none.

    Notes
    -----
    T. R. Chandrupatla, Advances in Engineering Software 28 (1997) 145–149.
    """
    if f_a == 0.0 or f_b == 0.0:
        return Root(a, f_a) if f_a == 0.0 else Root(b, f_b)
    if (f_a > 0.0) == (f_b > 0.0):
        raise ValueError(f"no change of sign: {f_a} at {a}, {f_b} at {b}")
    # the first guess by the chord: most results are straight lines of a price
    share = f_a / (f_a - f_b)
    while True:
        x = a + share * (b - a)
        f_x = function(x)
        if (f_x > 0.0) == (f_a > 0.0):
            c, f_c, a, f_a = a, f_a, x, f_x
        else:
            c, f_c, b, f_b, a, f_a = b, f_b, a, f_a, x, f_x
        best = Root(a, f_a) if abs(f_a) < abs(f_b) else Root(b, f_b)
        least = (width + 4.0 * math.ulp(best.x)) / max(abs(b - a), math.ulp(0.0))
        if abs(best.f) <= small or least >= 0.5:
            return best
        xi, phi = (a - b) / (c - b), (f_a - f_b) / (f_c - f_b)
        if phi**2 < xi and (1.0 - phi) ** 2 < 1.0 - xi:
            share = f_a / (f_b - f_a) * f_c / (f_b - f_c) + (c - a) / (b - a) * f_a / (f_c - f_a) * f_b / (f_c - f_b)
        else:
            share = 0.5
        share = min(max(share, least), 1.0 - least)
