"""Closed forms of survival under hazards: constant, piecewise constant, cured, competing, and Gaussian.

An event strikes when its integrated hazard reaches an exponential of mean 1, so survival to t is e^−Λ(t). A cure with
probability q thins the hazard that ends anything to (1 − q)λ.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum

from valuation.kernel.elementary import exp
from valuation.processes.precise import exp_minus, expm1, mean_decay


def integrated(starts: Sequence[float], rates: Sequence[float], years: float) -> float:
    """Integrated hazard Λ(t) [-] of a rate that steps.

    Parameters
    ----------
    starts : times from which each rate holds [year], ascending, the first 0; shape [N].
    rates : λ ≥ 0 of each piece [1/year], shape [N]; one rate with start 0 is a constant hazard.
    years : t ≥ 0 [year].
    """
    total = 0.0
    for i, (start, rate) in enumerate(zip(starts, rates, strict=True)):
        end = min(years, starts[i + 1]) if i + 1 < len(starts) else years
        if end > start:
            total += rate * (end - start)
    return total


def survival(starts: Sequence[float], rates: Sequence[float], years: float, cure: float = 0.0) -> float:
    """Probability of no ending event by t [-]: e^−(1−q)Λ(t). ``cure`` is q [-]; the rest as :func:`integrated`."""
    return exp_minus((1.0 - cure) * integrated(starts, rates, years))


def first_shares(rates: Sequence[float], years: float) -> list[float]:
    """Probability of each of several constant hazards to strike first and by t [-]: λ_i/Σλ·(1 − e^−Σλ·t).

    Parameters
    ----------
    rates : λ_i ≥ 0 [1/year], shape [N].
    years : t ≥ 0 [year].
    """
    total = fsum(rates)
    return [rate * years * mean_decay(total * years) for rate in rates]


def survival_of_gaussian(
    level: float, slope: float, start: float, reversion: float, volatility: float, years: float
) -> float:
    """E[e^−∫(a + bX)] for X an Ornstein–Uhlenbeck process around 0: e^(−aT − b·m + b²·Var(∫X)/2) [-].

    The intensity may fall below 0. m = x₀(1 − e^(−κT))/κ, Var(∫X) = σ²/κ²·(T − 2B(T) + B₂(T)), B(T) = (1 − e^(−κT))/κ
    and B₂ the same for 2κ.
    """
    once = -expm1(-reversion * years) / reversion
    twice = -expm1(-2.0 * reversion * years) / (2.0 * reversion)
    ratio = volatility / reversion
    variance = ratio * ratio * (years - 2.0 * once + twice)
    return exp(-level * years - slope * start * once + 0.5 * slope * slope * variance)
