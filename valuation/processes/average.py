"""Variance of a price's driver by month, and the location that makes the price's mean equal to its forward.

Month t of a grid lasts ``steps[t]`` years: 1/12, a part of it in the month that ``as_of`` divides, 0 for the months
before. Drivers start at X = 0 at ``as_of``.
"""

from __future__ import annotations

from collections.abc import Sequence

from valuation.errors import ValuationError
from valuation.kernel.elementary import log
from valuation.processes import ou
from valuation.processes.covariance import step_covariance
from valuation.processes.precise import asinh, exp_minus


class ForwardNotPositive(ValuationError, ValueError):
    """An expected price of 0 or less under the logarithm."""


def average_variances(
    drivers: Sequence[tuple[str, float, float]], correlation: Sequence[Sequence[float]], steps: Sequence[float]
) -> list[float]:
    """Variance of the month average of ΣX_i, for each month.

    With X the level at the month's start and h its length, the average is Σ(B_i(h)X_i + ∫_i)/h, so its variance is
    (Σ_ij B_i B_j Cov(X_i, X_j) + Σ_ij Cov(∫_i, ∫_j))/h².

    Parameters
    ----------
    drivers : (name, reversion κ [1/year], volatility σ [1/√year]), shape [D].
    correlation : of the Brownian motions, shape [D, D].
    steps : length of each month after ``as_of`` [year], shape [T].

    Returns
    -------
    variances [-], shape [T]; 0 for a month of length 0.
    """
    inside: dict[float, float] = {0.0: 0.0}
    result, elapsed = [], 0.0
    for step in steps:
        if step not in inside:
            inside[step] = _integral_block(drivers, correlation, step)
        if step == 0.0:
            result.append(0.0)
            continue
        carried = [ou.integrated_decay(reversion, step) for _, reversion, _ in drivers]
        result.append((_level_form(drivers, correlation, elapsed, carried) + inside[step]) / (step * step))
        elapsed += step
    return result


def level_variances(
    drivers: Sequence[tuple[str, float, float]], correlation: Sequence[Sequence[float]], steps: Sequence[float]
) -> list[float]:
    """Variance of ΣX_i at each month's end, for ``settlement: month_end``; parameters as :func:`average_variances`."""
    result, elapsed = [], 0.0
    ones = [1.0] * len(drivers)
    for step in steps:
        elapsed += step
        result.append(_level_form(drivers, correlation, elapsed, ones))
    return result


def driver_variances(reversion: float, volatility: float, steps: Sequence[float]) -> list[tuple[float, float]]:
    """Variance of one driver at the start and at the end of each month [-], shape [T, 2]: what normalises a hazard.

    Parameters
    ----------
    reversion : κ ≥ 0 [1/year].
    volatility : σ ≥ 0 [1/√year].
    steps : length of each month after ``as_of`` [year], shape [T].
    """
    result, elapsed, before = [], 0.0, 0.0
    for step in steps:
        elapsed += step
        after = ou.level_variance(reversion, volatility, elapsed)
        result.append((before, after))
        before = after
    return result


def log_location(forward: float, variance: float) -> float:
    """Location m = log F − v/2 with E[e^(m + X)] = F, X ~ N(0, v).

    Parameters
    ----------
    forward : F > 0 [price unit].
    variance : v ≥ 0 [-].

    Raises
    ------
    ForwardNotPositive : F ≤ 0; such a curve needs ``transform: asinh``.
    """
    if not forward > 0.0:
        raise ForwardNotPositive(
            f"an expected price of {forward:g} is not above 0, which transform: log needs; use transform: asinh there"
        )
    return log(forward) - 0.5 * variance


def asinh_location(forward: float, variance: float, scale: float) -> float:
    """Location m = asinh(F e^(−v/2)/c) with E[c·sinh(m + X)] = F, X ~ N(0, v); F may be negative.

    Parameters
    ----------
    forward : F [price unit].
    variance : v ≥ 0 [-].
    scale : c > 0 [price unit], where behaviour like a logarithm begins.
    """
    if not scale > 0.0:
        raise ValuationError(f"the scale of transform: asinh is {scale:g}; it must be above 0")
    return asinh(forward * exp_minus(0.5 * variance) / scale)


def _level_form(
    drivers: Sequence[tuple[str, float, float]],
    correlation: Sequence[Sequence[float]],
    years: float,
    weights: Sequence[float],
) -> float:
    """Variance of Σ weight_i·X_i after ``years`` from X = 0."""
    total = 0.0
    for i, (_, reversion, volatility) in enumerate(drivers):
        total += weights[i] * weights[i] * ou.level_variance(reversion, volatility, years)
        for j in range(i):
            scale = correlation[i][j] * volatility * drivers[j][2]
            shared = ou.integrated_decay(reversion + drivers[j][1], years)
            total += 2.0 * scale * weights[i] * weights[j] * shared
    return total


def _integral_block(
    drivers: Sequence[tuple[str, float, float]], correlation: Sequence[Sequence[float]], years: float
) -> float:
    """Variance of Σ∫X_i over a step from X = 0."""
    rows = step_covariance(drivers, correlation, years)
    total = 0.0
    for i in range(len(drivers)):
        total += rows[2 * i + 1][2 * i + 1]
        for j in range(i):
            total += 2.0 * rows[2 * i + 1][2 * j + 1]
    return total
