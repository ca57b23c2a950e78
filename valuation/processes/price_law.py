"""Law of a price from that of its transform: the location that makes its mean the expected one, and its covariances.

A price is P = e^(m + x), c·sinh(m + x) or m + x. The deviation x is a Gaussian of mean 0 and variance v, plus a part Y
independent of it, of any law whose logarithms of moment generating functions K(a) = log E[e^(aY)] are finite at ±1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import cosh, exp, expm1, sinh
from typing import Literal

from valuation.processes.average import asinh_location, log_location

Transform = Literal["log", "asinh", "arithmetic"]


@dataclass(frozen=True)
class Deviation:
    """Law of the deviation of each month, seen from the market's date, shape [T] each; empty where there is no Y.

    ``variance`` v of the Gaussian part [1, or unit² under `arithmetic`]; ``up`` K(1), ``down`` K(−1) and ``mean`` E[Y]
    of the other part, of which `log` needs the first, `asinh` the first two and `arithmetic` the last.
    """

    variance: Sequence[float]
    up: Sequence[float] = ()
    down: Sequence[float] = ()
    mean: Sequence[float] = ()

    def at(self, month: int) -> tuple[float, float, float, float]:
        """(v, K(1), K(−1), E[Y]) of a month."""
        up, down, mean = (part[month] if part else 0.0 for part in (self.up, self.down, self.mean))
        return self.variance[month], up, down, mean


@dataclass(frozen=True)
class Between:
    """How the deviations of two months hang together, or of one month with itself.

    ``covariance`` of the Gaussian parts; ``joint`` gives log E[e^(aY₁ + bY₂)] for a, b = ±1, ``rest`` is Cov(Y₁, Y₂).
    """

    covariance: float
    joint: Callable[[float, float], float] | None = None
    rest: float = 0.0


def location(
    transform: Transform, expected: float, law: tuple[float, float, float, float], scale: float = 0.0
) -> float:
    """Location m with E[P] = expected [1; price unit under `arithmetic`].

    log: m = ln F − v/2 − K(1). asinh: with M(±1) = e^(v/2 + K(±1)) the mean is c/2·(e^m M(1) − e^(−m) M(−1)), so
    m = asinh(F/c·e^(−s)) − d, s = v/2 + (K(1) + K(−1))/2, d = (K(1) − K(−1))/2; that is e^m = (F/c + √((F/c)² +
    M(1)M(−1)))/M(1) without cancellation. arithmetic: m = F − E[Y].

    Parameters
    ----------
    expected : F [price unit], above 0 under `log`.
    law : (v, K(1), K(−1), E[Y]) of the month, :meth:`Deviation.at`.
    scale : c > 0 [price unit], for `asinh`.

    Raises
    ------
    ForwardNotPositive : an expected price of 0 or below under `log`.
    """
    variance, up, down, mean = law
    if transform == "arithmetic":
        return expected - mean
    if transform == "log":
        return log_location(expected, variance) - up
    return asinh_location(expected, variance + up + down, scale) - 0.5 * (up - down)


def covariance(
    transform: Transform,
    expected: tuple[float, float],
    locations: tuple[float, float],
    laws: tuple[tuple[float, float, float, float], tuple[float, float, float, float]],
    between: Between,
    scale: float = 0.0,
) -> float:
    """Covariance of two months' prices, or the variance of one [price unit²].

    With M(a, b) = E[e^(a·x₁ + b·x₂)]: log: F₁F₂·(M(1, 1)/(M₁(1)M₂(1)) − 1). asinh: c²/4·(e^(m₁+m₂)M(1, 1) −
    e^(m₁−m₂)M(1, −1) − e^(m₂−m₁)M(−1, 1) + e^(−m₁−m₂)M(−1, −1)) − F₁F₂. arithmetic: Cov(x₁, x₂).

    Parameters
    ----------
    expected, locations, laws : of the two months, as :func:`location` has them.
    between : how their deviations hang together.
    scale : c > 0 [price unit], for `asinh`.
    """
    shared = between.covariance
    if transform == "arithmetic":
        return shared + between.rest
    joint = between.joint or _nothing
    (v, up, *_), (w, other, *_) = laws
    if transform == "log":
        return expected[0] * expected[1] * expm1(shared + joint(1.0, 1.0) - up - other)
    (m, n), spread = locations, exp(0.5 * (v + w))
    if between.joint is None:
        second = 0.5 * (exp(shared) * cosh(m + n) - exp(-shared) * cosh(m - n))
    else:
        second = 0.25 * sum(
            a * b * exp(a * m + b * n + a * b * shared + joint(a, b)) for a in (1.0, -1.0) for b in (1.0, -1.0)
        )
    return scale * scale * spread * second - expected[0] * expected[1]


def mean(transform: Transform, place: float, law: tuple[float, float, float, float], scale: float = 0.0) -> float:
    """E[P] at a location [price unit]: what :func:`location` inverts."""
    variance, up, down, other = law
    if transform == "arithmetic":
        return place + other
    if transform == "log":
        return exp(place + 0.5 * variance + up)
    return scale * exp(0.5 * (variance + up + down)) * sinh(place + 0.5 * (up - down))


def _nothing(_: float, __: float) -> float:
    """Where there is no part but the Gaussian."""
    return 0.0
