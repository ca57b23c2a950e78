"""Whether a fitted model describes the series: tests on its residuals, on its forecasts, on what a long contract sees."""

from __future__ import annotations

from dataclasses import dataclass

from valuation.calibration.fit import Fit
from valuation.calibration.series import FloatArray, Series


@dataclass(frozen=True)
class Check:
    """One test. ``p``: probability of a statistic at least as bad where the model is true; 0.01 or less is a misfit."""

    name: str
    statistic: float
    p: float


@dataclass(frozen=True)
class Coverage:
    """Share of values of the last 30 % below the 5 % and above the 95 % forecast of a fit to the first 70 %."""

    horizon: float
    """[year]"""
    n: int
    below: float
    above: float
    inside: float


@dataclass(frozen=True)
class YearlyMeans:
    """Spread of the log yearly means: the one that matters to a long contract.

    ``observed`` with its 90 % chi-square interval ``low`` … ``high``; ``simulated``: median over histories of the same
    length, with their 5 % and 95 %.
    """

    years: int
    observed: float
    low: float
    high: float
    simulated: float
    simulated_low: float
    simulated_high: float
    highest: tuple[float, float]
    """Observed highest value, and the median of the simulated highest [unit of the price]."""
    lowest: tuple[float, float]
    negative: tuple[float, float]
    """Share of values below 0, observed and simulated."""


@dataclass(frozen=True)
class Compared:
    """A line of the model comparison: over the values that every model has a density for."""

    model: str
    free: int
    n: int
    log_likelihood: float
    aic: float
    bic: float


def residual_checks(fit: Fit) -> tuple[Check, ...]:
    """Ljung–Box on the residuals and their squares, Jarque–Bera, Kolmogorov–Smirnov of the PIT."""
    raise NotImplementedError


def coverage(model: str, series: Series, horizons: tuple[float, ...] = (1.0 / 12.0, 1.0)) -> tuple[Coverage, ...]:
    """Forecast bands out of sample: fitted to the first 70 %, held against the rest."""
    raise NotImplementedError


def yearly_means(
    fit: Fit, price: FloatArray, year: FloatArray, to_price: object, seed: int = 1, paths: int = 1000
) -> YearlyMeans:
    """Observed and simulated spread of log yearly means.

    ``price``: [N] [currency/MWh]; ``year``: [N] calendar year of each; ``to_price``: function from simulated transforms
    [paths, N] (without season) to prices [paths, N]: adds the season and turns the transform round.
    """
    raise NotImplementedError


def compared(fits: tuple[Fit, ...]) -> tuple[Compared, ...]:
    """Likelihood, AIC and BIC over the values that all fits have a density for, best BIC first."""
    raise NotImplementedError
