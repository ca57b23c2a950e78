"""A random walk of the logarithm: drift and volatility, with exact intervals."""

from __future__ import annotations

from math import log, sqrt

import numpy as np

from valuation.calibration.fit import Estimate, Fit
from valuation.calibration.laws import Component, GaussianPair, normal_pit
from valuation.calibration.optimum import scipy
from valuation.calibration.parameters import PER_ROOT_YEAR, PER_YEAR, quantile
from valuation.calibration.series import Series

LEAST = 12


def fit_gbm(series: Series) -> Fit:
    """Maximum likelihood of d ln S = drift dt + volatility dW from the logarithms of S at equal steps.

    ``series``: logarithms. Estimates: `volatility`, whose interval is exact (χ²) and whose corrected value has the
    divisor n − 1; `drift` (of the logarithm), with Student's t.

    Raises
    ------
    TooFewObservations, ConstantSeries : see `Series.need`.
    """
    series.need(LEAST, "gbm")
    before, after = series.steps()
    moves, h = after - before, series.h
    n = len(moves)
    if not moves.std() > 1e-12 * float(np.abs(moves).max()):
        from valuation.calibration.refusals import ConstantSeries

        raise ConstantSeries(
            f"{series.name}: every step is {moves[0]:g}; a straight line has no volatility to estimate"
        )
    variance = float(moves.var())
    sum_of_squares, sigma = n * variance, sqrt(variance / h)
    chi2 = scipy("stats").chi2
    low, high = (sqrt(sum_of_squares / h / float(chi2.ppf(p, n - 1))) for p in (0.975, 0.025))
    unbiased = sqrt(sum_of_squares / (n - 1) / h)
    drift, drift_se = float(moves.mean()) / h, unbiased / sqrt(n * h)
    reach = quantile(n - 1.0) * drift_se
    estimates = (
        Estimate("volatility", sigma, sigma / sqrt(2.0 * n), low, high, PER_ROOT_YEAR, unbiased),
        Estimate("drift", drift, drift_se, drift - reach, drift + reach, PER_YEAR, drift),
    )
    residuals, terms = np.full(len(series.values), np.nan), np.full(len(series.values), np.nan)
    e = np.diff(series.values) - moves.mean()
    residuals[1:] = e / sqrt(variance)
    terms[1:] = -0.5 * (log(2.0 * np.pi * variance) + e * e / variance)
    covariance = np.diag([estimates[0].se ** 2, drift_se**2])
    law = GaussianPair(h, Component(1.0, 0.0), Component(0.0, unbiased), drift=drift)
    return Fit(
        "gbm", h, estimates, covariance, ("log", "plain"), terms, "conditional", residuals, normal_pit(residuals), law
    )
