"""Covariance of a price's driver, and of the price, between two months: what the exact moments of one month leave out.

Months, drivers and steps as in :mod:`valuation.processes.average`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cosh, exp, expm1

from valuation.processes import ou
from valuation.processes.average import average_variances, level_variances
from valuation.processes.covariance import step_covariance

Drivers = Sequence[tuple[str, float, float]]
Correlation = Sequence[Sequence[float]]


def average_covariance(
    drivers: Drivers, correlation: Correlation, steps: Sequence[float], first: int, later: int
) -> float:
    """Covariance of the month averages of ΣX_i of two months [-].

    The later average is Σ_j B_j(h′)X_j/h′ plus what is drawn in it, X_j at its start, which is the level at the end of
    the first month times e^(−κ_j·gap). So with h the first month's length and X its start the covariance is
    Σ_ij B_j(h′)e^(−κ_j·gap)/(h·h′) · (B_i(h)e^(−κ_j·h)·Cov(X_i, X_j) + Cov(∫_i, X_j over the step)).

    Parameters
    ----------
    drivers : (name, reversion κ [1/year], volatility σ [1/√year]), shape [D].
    correlation : of the Brownian motions, shape [D, D].
    steps : length of each month after ``as_of`` [year], shape [T].
    first, later : the two months, ``first`` ≤ ``later``; 0 where one has no length.
    """
    if first == later:
        return average_variances(drivers, correlation, steps)[first]
    length, last = steps[first], steps[later]
    if length == 0.0 or last == 0.0:
        return 0.0
    begins, gap = sum(steps[:first]), sum(steps[first + 1 : later])
    within = step_covariance(drivers, correlation, length)
    total = 0.0
    for j, (_, reversion, _) in enumerate(drivers):
        shared = 0.0
        for i, (_, other, _) in enumerate(drivers):
            carried = ou.integrated_decay(other, length) * ou.decay(reversion, length)
            shared += carried * _levels(drivers, correlation, i, j, begins) + within[2 * i + 1][2 * j]
        total += ou.integrated_decay(reversion, last) * ou.decay(reversion, gap) * shared
    return total / (length * last)


def level_covariance(
    drivers: Drivers, correlation: Correlation, steps: Sequence[float], first: int, later: int
) -> float:
    """Covariance of ΣX_i at the ends of two months [-]: Σ_ij e^(−κ_j·gap)·Cov(X_i, X_j); parameters as
    :func:`average_covariance`."""
    if first == later:
        return level_variances(drivers, correlation, steps)[first]
    ends, gap = sum(steps[: first + 1]), sum(steps[first + 1 : later + 1])
    places = range(len(drivers))
    return sum(ou.decay(drivers[j][1], gap) * _levels(drivers, correlation, i, j, ends) for i in places for j in places)


def _levels(drivers: Drivers, correlation: Correlation, i: int, j: int, years: float) -> float:
    """Cov(X_i, X_j) after a time from X = 0."""
    (_, one, volatility), (_, two, other) = drivers[i], drivers[j]
    rho = 1.0 if i == j else correlation[i][j]
    return rho * volatility * other * ou.integrated_decay(one + two, years)


def reset_between(first_month: int, first: int, later: int, calendar_month: int) -> bool:
    """Whether a calendar month (January: 1) begins after month ``first`` of a grid and not after month ``later``.

    Parameters
    ----------
    first_month : calendar month number (year·12 + month − 1) of the grid's month 0.
    """
    begins = first_month + first + 1
    return begins + (calendar_month - 1 - begins) % 12 <= first_month + later


def of_log_prices(forwards: tuple[float, float], covariance: float) -> float:
    """Covariance of two lognormal prices [price unit²]: F₁F₂(e^C − 1), C the covariance of their logarithms."""
    return forwards[0] * forwards[1] * expm1(covariance)


def of_asinh_prices(
    forwards: tuple[float, float],
    locations: tuple[float, float],
    variances: tuple[float, float],
    covariance: float,
    scale: float,
) -> float:
    """Covariance of two prices c·sinh(m + X) with E = F [price unit²], X normal.

    c²/2·e^((v₁ + v₂)/2)·(e^C·cosh(m₁ + m₂) − e^(−C)·cosh(m₁ − m₂)) − F₁F₂.
    """
    (m, n), spread = locations, exp(0.5 * (variances[0] + variances[1]))
    second = exp(covariance) * cosh(m + n) - exp(-covariance) * cosh(m - n)
    return 0.5 * scale * scale * spread * second - forwards[0] * forwards[1]
