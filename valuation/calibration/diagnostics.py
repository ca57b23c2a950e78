"""Whether a fitted model describes the series: its residuals, its forecasts, and what a long contract sees."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np

from valuation.calibration.fit import Fit
from valuation.calibration.models import calibrate
from valuation.calibration.optimum import scipy
from valuation.calibration.refusals import CannotCalibrate, TooFewObservations, ValuesOutside
from valuation.calibration.series import FloatArray, Series

_CHUNK = 200
"""Histories simulated at a time: 200 of eleven years of days take 7 MB."""


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
    """Ljung–Box on the residuals and on their squares, Jarque–Bera, and Kolmogorov–Smirnov of the PIT.

    The parameters were estimated, so the p of the last is too high; a low one stands. Gaps are closed up.
    """
    special = scipy("special")
    e = fit.residuals[~np.isnan(fit.residuals)]
    lag = max(1, min(7 if fit.h < 0.05 else 12, len(e) // 5))
    found = []
    for name, of in (("Ljung–Box of residuals", e), ("Ljung–Box of squared residuals", e * e)):
        statistic = ljung_box(of, lag)
        found.append(Check(f"{name}, {lag} lags", statistic, float(special.chdtrc(lag, statistic))))
    z = (e - e.mean()) / e.std()
    skew, excess = float((z**3).mean()), float((z**4).mean()) - 3.0
    statistic = len(e) * (skew * skew / 6.0 + excess * excess / 24.0)
    found.append(Check("Jarque–Bera", statistic, float(special.chdtrc(2, statistic))))
    u = np.sort(fit.pit[~np.isnan(fit.pit)])
    n = len(u)
    gap = float(max((np.arange(1, n + 1) / n - u).max(), (u - np.arange(n) / n).max()))
    found.append(Check("Kolmogorov–Smirnov of the PIT", gap, float(special.kolmogorov(np.sqrt(n) * gap))))
    return tuple(found)


def ljung_box(values: FloatArray, lags: int) -> float:
    """n(n + 2) Σ r_k²/(n − k), k = 1 … lags; χ² with ``lags`` degrees of freedom for independent values. Ljung and Box
    (1978), Biometrika 65, 297–303."""
    x = values - values.mean()
    n, whole = len(x), float(x @ x)
    return n * (n + 2.0) * sum((float(x[k:] @ x[:-k]) / whole) ** 2 / (n - k) for k in range(1, lags + 1))


def coverage(
    model: str, series: Series, horizons: tuple[float, ...] = (1.0 / 12.0, 1.0), share: float = 0.7
) -> tuple[Coverage, ...]:
    """Forecast bands out of sample: fitted to the first 70 %, held against the rest.

    Parameters
    ----------
    model : one of `MODELS`.
    series : deseasonalised; for a strict test, without the season of its first part.
    horizons : [year]; one for which fewer than ten forecasts end inside the rest is left out.

    Values a step apart overlap in nearly all of a long horizon: a year ahead in the last three years of eleven is three
    independent looks, not a thousand.
    """
    fit = calibrate(model, series.first(share))
    if fit.law is None:
        return ()
    split, found = int(share * len(series.values)), []
    for horizon in horizons:
        steps = max(1, round(horizon / series.h))
        origins = np.arange(split - 1, len(series.values) - steps)
        if len(origins) < 10:
            continue
        bands = fit.law.forecast(series.values, steps, np.array([0.05, 0.95]))[origins]
        seen = series.values[origins + steps]
        whole = ~(np.isnan(seen) | np.isnan(bands).any(axis=1))
        if whole.sum() < 10:
            continue
        below, above = float((seen < bands[:, 0])[whole].mean()), float((seen > bands[:, 1])[whole].mean())
        found.append(Coverage(steps * series.h, int(whole.sum()), below, above, 1.0 - below - above))
    return tuple(found)


def yearly_means(
    fit: Fit,
    price: FloatArray,
    year: FloatArray,
    to_price: Callable[[FloatArray], FloatArray],
    seed: int = 1,
    paths: int = 1000,
    level_sd: float = 0.0,
) -> YearlyMeans:
    """Observed and simulated spread of log yearly means, over whole calendar years.

    Parameters
    ----------
    price : [currency/MWh], shape [N]; NaN is a gap.
    year : calendar year of each, shape [N].
    to_price : simulated transforms without season [paths, N] → prices [paths, N]: adds the season and turns the
        transform round.
    level_sd : of a yearly level that is added to the simulated transform.

    Raises
    ------
    TooFewObservations : fewer than three whole years. ValuesOutside : a yearly mean of 0 or below.
    """
    if fit.law is None:
        raise CannotCalibrate(f"'{fit.model}' has no law to simulate from")
    labels = [int(y) for y in np.unique(year)]
    # A year counts with nineteen in twenty of its values.
    whole = [y for y in labels if np.count_nonzero(~np.isnan(price[year == y])) >= 0.95 * round(1.0 / fit.h)]
    if len(whole) < 3:
        raise TooFewObservations(f"{len(whole)} whole years; a spread of yearly means needs 3 at least")
    masks = [year == y for y in whole]
    seen = np.array([np.nanmean(price[mask]) for mask in masks])
    if not (seen > 0.0).all():
        raise ValuesOutside(f"the mean price of {whole[int(seen.argmin())]} is {seen.min():g}: it has no logarithm")
    observed, freedom = float(np.log(seen).std(ddof=1)), len(whole) - 1
    chi2 = scipy("stats").chi2
    low, high = (observed * sqrt(freedom / float(chi2.ppf(p, freedom))) for p in (0.95, 0.05))
    rng = np.random.default_rng(seed)
    spreads, tops, bottoms, negatives = [], [], [], []
    for start in range(0, paths, _CHUNK):
        y = fit.law.paths(len(price), min(_CHUNK, paths - start), rng)
        for label in labels if level_sd > 0.0 else ():
            y[:, year == label] += level_sd * rng.standard_normal(len(y))[:, None]
        simulated = to_price(y)
        means = np.column_stack([simulated[:, mask].mean(axis=1) for mask in masks])
        # A yearly mean of 0 or below is a spread without end.
        logs = np.log(np.where(means > 0.0, means, np.nan)).std(axis=1, ddof=1)
        spreads.append(np.where(np.isnan(logs), np.inf, logs))
        tops.append(simulated.max(axis=1))
        bottoms.append(simulated.min(axis=1))
        negatives.append((simulated < 0.0).mean(axis=1))
    spread = np.sort(np.concatenate(spreads))
    at = [float(spread[min(int(p * len(spread)), len(spread) - 1)]) for p in (0.05, 0.5, 0.95)]
    valid = price[~np.isnan(price)]
    return YearlyMeans(
        len(whole),
        observed,
        low,
        high,
        at[1],
        at[0],
        at[2],
        (float(valid.max()), float(np.median(np.concatenate(tops)))),
        (float(valid.min()), float(np.median(np.concatenate(bottoms)))),
        (float((valid < 0.0).mean()), float(np.concatenate(negatives).mean())),
    )


def compared(fits: Sequence[Fit]) -> tuple[Compared, ...]:
    """Likelihood, AIC and BIC over the values that all fits have a density for, best BIC first.

    A fit that is conditional on its first value gives none for it; that value then counts for no model. The densities
    of the others for later values are those given all before, so the sums compare like with like.

    Raises
    ------
    CannotCalibrate : fits to series of different lengths.
    """
    if len({len(fit.terms) for fit in fits}) > 1:
        raise CannotCalibrate("fits to series of different lengths do not compare")
    common = ~np.isnan([fit.terms for fit in fits]).any(axis=0)
    n, lines = int(common.sum()), []
    for fit in fits:
        total = float(fit.terms[common].sum())
        lines.append(
            Compared(fit.model, fit.free, n, total, 2.0 * fit.free - 2.0 * total, fit.free * log(n) - 2.0 * total)
        )
    return tuple(sorted(lines, key=lambda line: line.bic))
