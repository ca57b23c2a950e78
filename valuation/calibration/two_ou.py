"""Two factors behind one price, by exact Kalman likelihood: slow and fast reversion, or reversion and a random walk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import exp, log, sqrt

import numpy as np

from valuation.calibration.bias import bias_remarks, without_bias
from valuation.calibration.fit import Fit
from valuation.calibration.laws import Component, Filtered, GaussianPair, normal_pit
from valuation.calibration.optimum import maximise, with_plain
from valuation.calibration.parameters import PER_ROOT_YEAR, PER_YEAR, Coordinate, Short, describe
from valuation.calibration.refusals import NoMaximum
from valuation.calibration.series import FloatArray, Series

LEAST = 60


def fit_two_ou(series: Series, with_mean: bool = False) -> Fit:
    """Maximum likelihood of y = mean + X_slow + X_fast, both OU, independent, in their stationary law from the start.

    Estimates: `slow.reversion`, `slow.volatility`, `fast.reversion`, `fast.volatility`, then `mean` where ``with_mean``
    (0 otherwise: residuals of a regression have it taken out), then `slow.stationary_sd`, `fast.stationary_sd`.

    Raises
    ------
    NoMaximum : one factor describes the series as well.
    TooFewObservations, ConstantSeries : see `Series.need`.
    """
    series.need(LEAST, "two_ou")
    values, h = series.values, series.h
    ones = np.ones(len(values)) if with_mean else None

    def law(z: FloatArray, mean: float = 0.0) -> GaussianPair:
        k1, s1, k2, s2 = np.exp(z)
        return GaussianPair(h, Component(k1, s1), Component(k2, s2), mean)

    def seen(z: FloatArray) -> Filtered:
        return law(z).seen(values, ones)

    what = f"{series.name}, two_ou"
    best = maximise(lambda z: seen(z).log_likelihood if _within(z, h) else float("-inf"), _start(series), what)
    if best.at[0] > best.at[2]:
        order = [2, 3, 0, 1]
        best = type(best)(best.at[order], best.covariance[np.ix_(order, order)], best.value)
    if best.at[2] - best.at[0] < 0.1:
        raise NoMaximum(f"{what}: the two reversions come out the same; take 'ou'")
    at, years = seen(best.at), series.years
    coordinates = [
        Coordinate(f"{part}.{name}", "log", unit)
        for part in ("slow", "fast")
        for name, unit in (("reversion", PER_YEAR), ("volatility", PER_ROOT_YEAR))
    ]
    kappa = exp(best.at[0])
    slow = without_bias(kappa, h, years)
    short: dict[str, Short] = {"slow.reversion": slow}
    if with_mean:
        coordinates.append(Coordinate("mean", "plain", series.unit))
        spread = at.weight_variance * (kappa / slow.corrected) ** 2
        best = with_plain(best, at.weight, spread)
        short["mean"] = Short(at.weight, slow.freedom)
    found = describe(
        coordinates,
        best,
        short,
        tuple(
            (Coordinate(f"{part}.stationary_sd", "log", series.unit), _stationary(part), freedom)
            for part, freedom in (("slow", slow.freedom), ("fast", float("inf")))
        ),
    )
    values_of = [e.corrected for e in found.estimates]
    settled = law(np.log(values_of[:4]), at.weight)
    return Fit(
        "two_ou",
        h,
        found.estimates,
        found.covariance,
        found.scale,
        at.terms,
        "stationary",
        at.residuals,
        normal_pit(at.residuals),
        settled,
        bias_remarks("slow.reversion", kappa, h, years),
    )


def fit_schwartz_smith_spot(series: Series) -> Fit:
    """Maximum likelihood of y = χ + ξ from spot prices alone: dχ = −κχ dt + σ_χ dW, dξ = μ dt + σ_ξ dW, independent.

    Spot prices say nothing on the correlation of the two (three numbers describe the second moments of their changes,
    κ, σ_χ and σ_ξ take them up), so it is 0. The first value fixes ξ and has no density. Estimates: `reversion`,
    `short_volatility`, `long_volatility`, `long_drift`.

    Raises
    ------
    NoMaximum, TooFewObservations, ConstantSeries : as `fit_two_ou`.
    """
    series.need(LEAST, "schwartz_smith")
    values, h = series.values, series.h
    time = h * np.arange(len(values))

    def law(z: FloatArray, drift: float = 0.0) -> GaussianPair:
        k, short, long = np.exp(z)
        return GaussianPair(h, Component(k, short), Component(0.0, long), drift=drift)

    def seen(z: FloatArray) -> Filtered:
        return law(z).seen(values, time)

    start = _start(series)
    what = f"{series.name}, schwartz_smith"
    best = maximise(
        lambda z: seen(z).log_likelihood if _within(z, h) else float("-inf"),
        np.array([start[2], start[3], start[1] - 0.3]),
        what,
    )
    at = seen(best.at)
    full = with_plain(best, at.weight, at.weight_variance)
    coordinates = (
        Coordinate("reversion", "log", PER_YEAR),
        Coordinate("short_volatility", "log", PER_ROOT_YEAR),
        Coordinate("long_volatility", "log", PER_ROOT_YEAR),
        Coordinate("long_drift", "plain", PER_YEAR),
    )
    # The filter sees as many independent pieces of ξ as the width of σ_ξ says; the drift takes one of them up.
    pieces = max(0.5 / float(best.covariance[2, 2]), 2.0)
    wider = sqrt(pieces / (pieces - 1.0))
    long = exp(float(best.at[2]))
    short = {
        "long_volatility": Short(long * wider, pieces),
        "long_drift": Short(at.weight, pieces, wider),
    }
    found = describe(coordinates, full, short)
    wide = found["long_volatility"].corrected * sqrt(15.0)
    return Fit(
        "schwartz_smith",
        h,
        found.estimates,
        found.covariance,
        found.scale,
        at.terms,
        "diffuse",
        at.residuals,
        normal_pit(at.residuals),
        law(best.at, at.weight),
        (f"the long factor is a random walk: its sd after 15 years is {wide:.2g}; a level that returns needs two_ou",),
    )


def _stationary(part: str) -> Callable[[Mapping[str, float]], float]:
    def sd(p: Mapping[str, float]) -> float:
        return p[f"{part}.volatility"] / sqrt(2.0 * p[f"{part}.reversion"])

    return sd


def _within(z: FloatArray, h: float) -> bool:
    """Inside what doubles and a step can tell: less than 1e-8 left after a step is no memory."""
    rates = np.exp(np.clip(z[[0, 2]] if len(z) == 4 else z[[0]], -50.0, 50.0))
    return bool((np.abs(z) < 40.0).all() and (rates * h < 20.0).all())


def _start(series: Series) -> FloatArray:
    """A starting point from the autocovariances at a short and a long lag: (ln κ, ln σ) of slow and fast."""
    x = series.values - np.nanmean(series.values)
    n, h = len(x), series.h

    def covariance(lag: int) -> float:
        return float(np.nanmean(x[: n - lag] * x[lag:]))

    total = covariance(0)
    near = max(1, min(n // 20, round(0.05 / h)))
    far = max(near + 1, min(n // 8, round(0.25 / h)))
    c1, c2 = max(covariance(near), 1e-3 * total), max(covariance(far), 5e-4 * total)
    slow = min(max(log(c1 / c2) / ((far - near) * h), 0.2 / (n * h)), 0.5 / (near * h))
    level = min(c1 * exp(slow * near * h), 0.95 * total)
    rest = max(total - level, 0.02 * total)
    step = 0.5 * float(np.nanmean(np.diff(x) ** 2))
    fast = min(max((step - level * slow * h) / (rest * h), 5.0 * slow), 1.5 / h)
    return np.log([slow, sqrt(2.0 * slow * level), fast, sqrt(2.0 * fast * rest)])
