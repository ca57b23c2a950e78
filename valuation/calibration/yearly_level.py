"""Spread of yearly means: what is seen, what a slow factor explains of it, and the yearly level that is left."""

from __future__ import annotations

from dataclasses import dataclass
from math import expm1, sqrt

import numpy as np

from valuation.calibration.optimum import scipy
from valuation.calibration.refusals import ConstantSeries, TooFewObservations
from valuation.calibration.series import FloatArray

LEAST = 4


@dataclass(frozen=True)
class Spread:
    """Standard deviation of yearly means.

    Parameters
    ----------
    years : how many.
    observed : sd of the yearly means, divisor n − 1.
    low, high : its interval by χ² (independent normal years).
    explained : sd of yearly means that the stationary slow factor alone has.
    level : sd of a yearly level that makes up the rest, √(observed² − explained²); 0 where nothing is left.
    level_low, level_high : the same at the ends of the interval.
    """

    years: int
    observed: float
    low: float
    high: float
    explained: float
    level: float
    level_low: float
    level_high: float


def yearly_spread(means: FloatArray, reversion: float, volatility: float, probability: float = 0.95) -> Spread:
    """The yearly level that a price model needs beside its slow factor.

    sd of a year's mean of a stationary OU: σ/√(2κ) · √(2(κ − 1 + e^−κ))/κ, κ in 1/year.

    Parameters
    ----------
    means : yearly means of the transformed price, or logarithms of yearly mean prices; whole years only, shape [n].
    reversion, volatility : of the slow factor [/year], [/sqrt(year)]; volatility 0 where there is none.

    Raises
    ------
    TooFewObservations : fewer than four years. ConstantSeries : all the same.
    """
    means = np.asarray(means, dtype=np.float64)
    n = len(means)
    if n < LEAST:
        raise TooFewObservations(f"{n} whole years; a spread of yearly means needs {LEAST} at least")
    observed = float(means.std(ddof=1))
    if not observed > 0.0:
        raise ConstantSeries(f"all {n} yearly means are {means[0]:g}; there is no spread to estimate")
    chi2 = scipy("stats").chi2
    tail = 0.5 * (1.0 - probability)
    low, high = (observed * sqrt((n - 1) / float(chi2.ppf(p, n - 1))) for p in (1.0 - tail, tail))
    explained = mean_sd(reversion, volatility)

    def rest(sd: float) -> float:
        return sqrt(max(sd * sd - explained * explained, 0.0))

    return Spread(n, observed, low, high, explained, rest(observed), rest(low), rest(high))


def mean_sd(reversion: float, volatility: float, years: float = 1.0) -> float:
    """sd of the mean over a time of a stationary OU."""
    if volatility == 0.0:
        return 0.0
    x = reversion * years
    factor = 1.0 - x / 3.0 if x < 1e-4 else 2.0 * (x + expm1(-x)) / (x * x)
    return volatility / sqrt(2.0 * reversion) * sqrt(factor)
