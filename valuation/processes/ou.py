"""Ornstein–Uhlenbeck process dX = −κX dt + σ dW and its time integral, exactly, for every κ ≥ 0.

κ = 0 is Brownian motion; nothing here divides by κ alone, so the limit is reached without cancellation.
"""

from __future__ import annotations

from math import sqrt

from valuation.errors import ValuationError
from valuation.processes.precise import exp_minus, mean_decay


class NoStationaryLaw(ValuationError, ValueError):
    """A process without reversion has no stationary law to start from."""


def decay(reversion: float, years: float) -> float:
    """What is left of a deviation after a time [-]: e^−κh.

    Parameters
    ----------
    reversion : κ ≥ 0 [1/year].
    years : h ≥ 0 [year].
    """
    return exp_minus(reversion * years)


def integrated_decay(reversion: float, years: float) -> float:
    """B(h) = (1 − e^−κh)/κ [year], h where κ = 0: the integral of the decay over h."""
    return years * mean_decay(reversion * years)


def level_variance(reversion: float, volatility: float, years: float) -> float:
    """Variance of X_h given X_0 [-]: σ²(1 − e^−2κh)/(2κ), σ²h where κ = 0.

    Parameters
    ----------
    reversion : κ ≥ 0 [1/year].
    volatility : σ ≥ 0 [1/√year].
    years : h ≥ 0 [year].
    """
    return volatility * volatility * integrated_decay(2.0 * reversion, years)


def stationary_sd(reversion: float, volatility: float) -> float:
    """Standard deviation of the stationary law [-]: σ/√(2κ).

    Raises
    ------
    NoStationaryLaw : κ is 0 (and σ is not).
    """
    if volatility == 0.0:
        return 0.0
    if not reversion > 0.0:
        raise NoStationaryLaw(f"reversion is {reversion} /year: a stationary law needs a reversion above 0")
    return volatility / sqrt(2.0 * reversion)


def integral_mean(reversion: float, start: float, years: float) -> float:
    """Mean of ∫_0^h X dt given X_0 = start [year]: X_0·B(h)."""
    return start * integrated_decay(reversion, years)


def integral_variance(reversion: float, volatility: float, years: float) -> float:
    """Variance of ∫_0^h X dt given X_0 [year²]: σ²/κ²·(h − 2B(h) + (1 − e^−2κh)/(2κ)), σ²h³/3 where κ = 0.

    Parameters as in :func:`level_variance`. Below κh = 1 the bracket cancels to third order: its series is
    summed instead.
    """
    return volatility * volatility * years * years * years * _integral_factor(reversion * years)


def level_integral_covariance(reversion: float, volatility: float, years: float) -> float:
    """Covariance of X_h and ∫_0^h X dt given X_0 [year]: σ²B(h)²/2."""
    integrated = integrated_decay(reversion, years)
    return 0.5 * volatility * volatility * integrated * integrated


def _integral_factor(x: float) -> float:
    """(x − 2(1 − e^−x) + (1 − e^−2x)/2)/x³, with the series Σ_{n≥3} (−1)^(n+1) (2^(n−1) − 2)/n! x^(n−3) for x < 1."""
    if x >= 1.0:
        once = exp_minus(x)
        return (x - 2.0 * (1.0 - once) + 0.5 * (1.0 - once * once)) / (x * x * x)
    total, term, power_of_two = 0.0, 1.0 / 6.0, 4.0
    for n in range(3, 30):
        total += (power_of_two - 2.0) * term
        term *= -x / (n + 1)
        power_of_two *= 2.0
    return total
