"""Exponential moments of a deviation that is θ_i + v_i·A in regime i, A normal, and its quantiles.

The Gaussian part that is known to the outside is A itself, with v = 1; what the regimes add to its exponents is K here,
so that log E[e^(ax)] = a²V/2 + K(a) for a = ±1, V = Var A.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, sqrt
from typing import NamedTuple

from valuation.kernel.elementary import exp, log
from valuation.kernel.probability import normal_probability


class Regime(NamedTuple):
    """What holds in a regime: ``shift`` θ, and the multiple v ≥ 0 of the Gaussian part [-]."""

    shift: float
    multiple: float


def log_moment(weight: float, regimes: Sequence[Regime], probabilities: Sequence[float], variance: float) -> float:
    """K(a) = log Σ_i π_i·exp(aθ_i + a²(v_i² − 1)V/2) [-].

    Parameters
    ----------
    weight : a [-].
    probabilities : π_i of the regimes in the month, shape [R].
    variance : V of the month [-].
    """
    half = 0.5 * weight * weight * variance
    exponents = [weight * own.shift + half * (own.multiple * own.multiple - 1.0) for own in regimes]
    return _log_sum(exponents, probabilities)


def joint_log_moment(
    weights: tuple[float, float],
    regimes: Sequence[Regime],
    probabilities: Sequence[Sequence[float]],
    variances: tuple[float, float],
    covariance: float,
) -> float:
    """log Σ_ij π_ij·exp(aθ_i + bθ_j + a²(v_i² − 1)V₁/2 + b²(v_j² − 1)V₂/2 + ab(v_iv_j − 1)C) [-].

    Parameters
    ----------
    weights : a and b of the two months [-].
    probabilities : π_ij of regime i in the first month and j in the other, shape [R, R].
    variances, covariance : V₁, V₂ and C of the Gaussian part in the two months [-].
    """
    a, b = weights
    half, other_half = 0.5 * a * a * variances[0], 0.5 * b * b * variances[1]
    exponents, flat = [], []
    for own, row in zip(regimes, probabilities, strict=True):
        one = a * own.shift + half * (own.multiple * own.multiple - 1.0)
        for other, probability in zip(regimes, row, strict=True):
            both = b * other.shift + other_half * (other.multiple * other.multiple - 1.0)
            exponents.append(one + both + a * b * (own.multiple * other.multiple - 1.0) * covariance)
            flat.append(probability)
    return _log_sum(exponents, flat)


def mean(regimes: Sequence[Regime], probabilities: Sequence[float]) -> float:
    """Σ_i π_iθ_i [-]."""
    return fsum(p * own.shift for p, own in zip(probabilities, regimes, strict=True))


def covariance_beyond(regimes: Sequence[Regime], probabilities: Sequence[Sequence[float]], covariance: float) -> float:
    """Covariance of the deviations of two months less C [-]: Σ_ij π_ij(θ_iθ_j + (v_iv_j − 1)C) − Σ_iπ_iθ_i·Σ_jπ_jθ_j;
    parameters as :func:`joint_log_moment`."""
    first = [fsum(row) for row in probabilities]
    later = [fsum(column) for column in zip(*probabilities, strict=True)]
    products = fsum(
        p * (own.shift * other.shift + (own.multiple * other.multiple - 1.0) * covariance)
        for own, row in zip(regimes, probabilities, strict=True)
        for other, p in zip(regimes, row, strict=True)
    )
    return products - mean(regimes, first) * mean(regimes, later)


def quantile(level: float, regimes: Sequence[Regime], probabilities: Sequence[float], variance: float) -> float:
    """Value below which the deviation lies with a probability ``level`` [-], by bisection to rounding.

    Parameters
    ----------
    level : above 0 and below 1 [-].
    probabilities, variance : of the month, as :func:`log_moment`.
    """
    sds = [own.multiple * sqrt(variance) for own in regimes]
    low = min(own.shift - 40.0 * sd for own, sd in zip(regimes, sds, strict=True)) - 1e-9
    high = max(own.shift + 40.0 * sd for own, sd in zip(regimes, sds, strict=True)) + 1e-9
    for _ in range(200):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        reached = fsum(
            p * _reached(middle - own.shift, sd) for p, own, sd in zip(probabilities, regimes, sds, strict=True)
        )
        if reached < level:
            low = middle
        else:
            high = middle
    return high


def _reached(x: float, sd: float) -> float:
    """P(N(0, sd²) ≤ x)."""
    if sd > 0.0:
        return normal_probability(x / sd)
    return 1.0 if x >= 0.0 else 0.0


def _log_sum(exponents: Sequence[float], probabilities: Sequence[float]) -> float:
    """log Σ π_i·e^(x_i) [-], without overflow."""
    top = max(exponents)
    return top + log(fsum(p * exp(max(x - top, -700.0)) for x, p in zip(exponents, probabilities, strict=True)))
