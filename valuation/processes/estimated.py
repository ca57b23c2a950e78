"""Laws of an estimate: mean and standard deviation are stated, and a standard normal picks the value."""

from __future__ import annotations

from functools import lru_cache
from math import sqrt

from valuation.errors import ValuationError
from valuation.kernel.elementary import exp
from valuation.processes.incomplete_gamma import gamma_at
from valuation.processes.logit import location, moments
from valuation.processes.precise import log1p, logistic

FARTHEST = 6.34
"""Standard normals reach ±6.34: so does a word of 32 bits, and a sum of several is cut there."""

WIDEST = 0.9
"""Largest standard deviation of a logit-normal as a share of √(m(1 − m)), which nothing between two bounds exceeds:
beyond, nearly all of the probability lies at the two ends."""

_LINEAR = 1.0e-5
"""Standard deviation of a share below which the logit is straight over its spread, to 1e-9."""


class NoSuchLaw(ValuationError, ValueError):
    """A mean and a standard deviation that a law cannot have between its bounds."""


def estimate_at(
    law: str, mean: float, sd: float, z: float, low: float | None = None, high: float | None = None
) -> float:
    """The value of an estimate that stands at the quantile Φ(z) of its law.

    normal: mean + sd·z. lognormal, of the distance above ``low``: d·e^(s·z − s²/2) with s² = ln(1 + sd²/d²) and d =
    mean − low. gamma, of the same distance: shape d²/sd², scale sd²/d. logit_normal, between both bounds:
    1/(1 + e^−(m + s·z)), m and s such that mean and standard deviation are the ones stated.

    Parameters
    ----------
    law : ``normal``, ``lognormal``, ``gamma`` or ``logit_normal``.
    mean, sd : of the estimate [unit of the value].
    z : standard normal [1].
    low, high : bounds of the value [its unit]; ``low`` is 0 for lognormal and gamma where it is left out.

    Raises
    ------
    NoSuchLaw : a mean and a standard deviation that the law cannot have.
    """
    if law == "normal":
        return mean + sd * z
    floor = 0.0 if low is None else low
    above = mean - floor
    if not above > 0.0:
        raise NoSuchLaw(f"a {law} law lies above {floor:g}, and the value is {mean:g}")
    if law == "logit_normal":
        if high is None:
            raise NoSuchLaw("a logit_normal law needs a value between two bounds")
        width = high - floor
        at, spread = logit_of(above / width, sd / width)
        return floor + width * logistic(at + spread * z)
    ratio = sd / above
    if law == "lognormal":
        variance = log1p(ratio * ratio)
        return floor + above * exp(sqrt(variance) * z - 0.5 * variance)
    if law != "gamma":
        raise NoSuchLaw(f"no law '{law}'")
    if ratio < 1.0e-4:  # a shape beyond 1e8: the cube of a normal, without the shape, which may be infinite
        root = 1.0 - ratio * ratio / 9.0 + ratio * z / 3.0
        return floor + above * (root * root * root)
    return floor + above * (ratio * ratio * gamma_at(1.0 / (ratio * ratio), z))


@lru_cache(maxsize=256)
def logit_of(mean: float, sd: float) -> tuple[float, float]:
    """Location and standard deviation of the logit of a share with a stated mean and standard deviation.

    By the secant rule, held inside a bracket: the share's standard deviation rises with that of its logit.

    Parameters
    ----------
    mean : of the share, between 0 and 1 (both excluded) [1].
    sd : of the share, > 0 [1].

    Raises
    ------
    NoSuchLaw : a mean outside, or a standard deviation beyond 0.9·√(mean·(1 − mean)).
    """
    if not 0.0 < mean < 1.0:
        raise NoSuchLaw("a logit_normal law lies between two bounds, and the value is on one of them or beyond")
    most = WIDEST * sqrt(mean * (1.0 - mean))
    if sd > most:
        raise NoSuchLaw(
            f"the standard error is too large: {sd:.3g} of the distance between the bounds, above {most:.3g}"
        )
    slope = mean * (1.0 - mean)
    if sd < _LINEAR * slope:
        return location(mean, sd / slope), sd / slope

    def excess(spread: float) -> float:
        return moments(location(mean, spread), spread)[1] - sd

    low, high = sd / slope, 2.0 * sd / slope  # a logistic is nowhere steeper than in its middle
    low_excess, high_excess = excess(low), excess(high)
    while high_excess < 0.0:
        low, low_excess, high = high, high_excess, 2.0 * high
        high_excess = excess(high)
    if low_excess > 0.0:
        low, low_excess = 0.0, -sd
    for turn in range(100):
        at = low - low_excess * (high - low) / (high_excess - low_excess) if turn % 3 else 0.5 * (low + high)
        here = excess(at)
        if abs(here) <= 1.0e-13 * sd or high - low <= 1.0e-13 * high:
            return location(mean, at), at
        if here > 0.0:
            high, high_excess = at, here
        else:
            low, low_excess = at, here
    return location(mean, at), at
