"""The incomplete gamma function, its inverse and the normal probability: the same bits on every CPU.

P(a, x) by its series below x = a + 1 and Q(a, x) by its continued fraction above (Abramowitz and Stegun 6.5.29, 6.5.31;
the fraction by Lentz' rule), with the kernel's exp and log.
"""

from __future__ import annotations

from math import sqrt

from valuation.kernel.elementary import exp, log
from valuation.kernel.probability import normal_probability

_HALF_LOG_TWO_PI = 0.91893853320467274178
_STIRLING = (1.0 / 12.0, -1.0 / 360.0, 1.0 / 1260.0, -1.0 / 1680.0, 1.0 / 1188.0, -691.0 / 360360.0, 1.0 / 156.0)
_ROUNDING = 1.0e-16
_TINY = 1.0e-300

NEARLY_NORMAL = 1.0e5
"""Shape from which the cube of a normal (Wilson and Hilferty 1931) is the gamma's quantile to 2e-5 of its
standard deviation."""


def log_gamma(x: float) -> float:
    """ln Γ(x) for x > 0."""
    shift = 1.0
    while x < 10.0:
        shift *= x
        x += 1.0
    square, power, tail = 1.0 / (x * x), 1.0 / x, 0.0
    for coefficient in _STIRLING:
        tail += coefficient * power
        power *= square
    return (x - 0.5) * log(x) - x + _HALF_LOG_TWO_PI + tail - log(shift)


def gamma_probabilities(shape: float, x: float) -> tuple[float, float]:
    """P(X ≤ x) and P(X > x) of a gamma law of scale 1, each to its own relative precision.

    Parameters
    ----------
    shape : a > 0.
    x : where, ≥ 0.
    """
    if x <= 0.0:
        return 0.0, 1.0
    front = exp(shape * log(x) - x - log_gamma(shape))
    if x < shape + 1.0:
        term = total = 1.0 / shape
        at = shape
        while term > _ROUNDING * total:
            at += 1.0
            term *= x / at
            total += term
        below = front * total
        return below, 1.0 - below
    above = front * _fraction(shape, x)
    return 1.0 - above, above


def _fraction(shape: float, x: float) -> float:
    """Q(a, x)·Γ(a)·e^x·x^−a."""
    b = x + 1.0 - shape
    c, d = 1.0 / _TINY, 1.0 / b
    value = d
    for i in range(1, 100_000):
        numerator = -i * (i - shape)
        b += 2.0
        d = numerator * d + b
        d = 1.0 / (_TINY if d == 0.0 else d)
        c = b + numerator / c
        c = _TINY if c == 0.0 else c
        change = c * d
        value *= change
        if abs(change - 1.0) < 4.0 * _ROUNDING:
            break
    return value


def gamma_at(shape: float, z: float) -> float:
    """The x of a gamma law of scale 1 with P(X ≤ x) = Φ(z).

    Newton's rule in ln x, held inside a bracket that shrinks with every step.

    Parameters
    ----------
    shape : a > 0.
    z : the standard normal that stands for the probability.
    """
    if shape > NEARLY_NORMAL:
        root = 1.0 - 1.0 / (9.0 * shape) + z / (3.0 * sqrt(shape))
        return shape * root * root * root
    upper = z > 0.0
    target = normal_probability(-z if upper else z)
    scale = log_gamma(shape)
    start = (log(1.0 - target if upper else target) + log_gamma(shape + 1.0)) / shape
    if start < -30.0:
        return exp(start)  # P(X ≤ x) = x^a/Γ(a + 1) there, to rounding
    low, high = start, log(shape + 10.0 * sqrt(shape) + 60.0)  # P(X ≤ x) ≤ x^a/Γ(a + 1) on all of the axis
    y = min(max(start, log(shape) if shape > 1.0 else start), high)
    for _ in range(200):
        x = exp(y)
        found = gamma_probabilities(shape, x)[upper]
        excess = (target - found) if upper else (found - target)
        if excess > 0.0:
            high = y
        else:
            low = y
        if abs(excess) <= 4.0 * _ROUNDING * target:
            break
        density = exp(shape * y - x - scale)
        after = y - excess / density if density > 0.0 else low
        y = after if low < after < high else 0.5 * (low + high)
        if high - low <= 2.0 * _ROUNDING * max(1.0, abs(y)):
            break
    return exp(y)
