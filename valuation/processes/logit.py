"""Logit-Gaussian share U = 1/(1 + e^−(m + sZ)): the location m that gives a stated mean, and the moments.

There is no closed form. The trapezoidal rule over z converges like e^(−2π·strip/spacing), the strip being π/s wide, so
a spacing of 1/(2s), and at most ¼, is exact to rounding.
"""

from __future__ import annotations

from math import fsum, sqrt

from valuation.errors import ValuationError
from valuation.kernel.elementary import log
from valuation.processes.precise import exp_minus, logistic

_REACH = 9.0
"""Standard deviations that the quadrature covers: beyond lies 2e-19 of the probability."""

_ROUNDING = 1.0e-15
"""Relative error of a share per unit of its logit: a mean met as closely as this is met."""


class MeanOutsideUnit(ValuationError, ValueError):
    """A mean share of 0 or less, or of 1 or more."""


def location(mean: float, sd: float) -> float:
    """Location m with E[1/(1 + e^−(m + sd·Z))] = mean.

    Parameters
    ----------
    mean : of the share, between 0 and 1 (both excluded) [-].
    sd : standard deviation of the logit, ≥ 0 [-].

    Raises
    ------
    MeanOutsideUnit : the mean is not inside 0 … 1.
    """
    if not 0.0 < mean < 1.0:
        raise MeanOutsideUnit(f"a mean share of {mean:g} is not between 0 and 1; both ends are out of reach of a logit")
    if mean > 0.5:
        return -location(1.0 - mean, sd)
    if mean == 0.5:
        return 0.0
    exact = log(mean / (1.0 - mean))
    if sd == 0.0:
        return exact
    nodes = _nodes(sd)
    # Below one half volatility raises the mean of the share, so m is at most the logit; and the share is below
    # e^(m + sZ), whose mean is e^(m + s²/2), so m is at least log(mean) − s²/2.
    low, high = log(mean) - 0.5 * sd * sd, exact
    at = exact * sqrt(1.0 + 0.35 * sd * sd)
    for _ in range(200):
        if not low < at < high:
            at = 0.5 * (low + high)
        shares = [(logistic(at + z), weight) for z, weight in nodes]
        value = fsum(weight * share for share, weight in shares)
        slope = fsum(weight * share * (1.0 - share) for share, weight in shares)
        if value > mean:
            high = at
        else:
            low = at
        step = (mean - value) / slope
        at += step
        if abs(value - mean) <= _ROUNDING * (1.0 + abs(at)) * mean:
            return at
    raise ArithmeticError(f"no location found for a mean share of {mean} and a logit sd of {sd}")  # pragma: no cover


def moments(location: float, sd: float) -> tuple[float, float]:
    """Mean and standard deviation of the share 1/(1 + e^−(location + sd·Z)) [-]."""
    if sd == 0.0:
        return logistic(location), 0.0
    nodes = _nodes(sd)
    shares = [(logistic(location + z), weight) for z, weight in nodes]
    mean = fsum(weight * share for share, weight in shares)
    return mean, sqrt(fsum(weight * (share - mean) * (share - mean) for share, weight in shares))


def covariance(location: float, sd: float, correlation: float) -> float:
    """Covariance of the shares 1/(1 + e^−(location + sd·Z)) of two normals Z [-]; their ``correlation`` is 0 … 1."""
    mean, spread = moments(location, sd)
    if correlation == 1.0:
        return spread * spread
    if sd == 0.0:
        return 0.0
    own = sd * sqrt(1.0 - correlation * correlation)
    rest = _nodes(own)
    terms = []
    for z, weight in _nodes(sd):
        at = location + correlation * z
        likely = fsum(part * logistic(at + moved) for moved, part in rest)
        terms.append(weight * (logistic(location + z) - mean) * (likely - mean))
    return fsum(terms)


def _nodes(sd: float) -> list[tuple[float, float]]:
    """(sd·z, weight) of the trapezoidal rule for the standard normal, weights adding to 1."""
    per_unit = 4.0 if sd < 2.0 else 2.0 * sd
    half = int(_REACH * per_unit)
    raw = []
    for k in range(-half, half + 1):
        z = k / per_unit
        raw.append((sd * z, exp_minus(0.5 * z * z)))
    total = fsum(weight for _, weight in raw)
    return [(z, weight / total) for z, weight in raw]
