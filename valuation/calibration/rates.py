"""Inflation and other yearly rates, and intensities that stay positive (CIR)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, expm1, log, sqrt

import numpy as np

from valuation.calibration.bias import bias_remarks, without_bias
from valuation.calibration.fit import Fit
from valuation.calibration.jump_diffusion import residuals_of
from valuation.calibration.optimum import maximise, scipy
from valuation.calibration.ou import fit_ou, renamed
from valuation.calibration.parameters import PER_ROOT_YEAR, PER_YEAR, Coordinate, Short, describe
from valuation.calibration.refusals import NoMaximum, ValuesOutside
from valuation.calibration.series import FloatArray, Series

LEAST = 30


def fit_inflation(series: Series) -> Fit:
    """Yearly inflation rates as an OU seen once a year, `fit_ou` with h = 1: `mean`, `reversion`, `volatility`.

    Raises
    ------
    NotMeanReverting, TooFewObservations, ConstantSeries : as `fit_ou`.
    """
    return renamed(fit_ou(series, "inflation_ou"), "inflation_ou", {})


@dataclass(frozen=True)
class CIR:
    """dx = κ(mean − x) dt + σ√x dW, at steps of ``h`` years: an exact noncentral χ² step."""

    h: float
    reversion: float
    mean: float
    volatility: float

    def scaled(self, years: float) -> tuple[float, float, float]:
        """(c, degrees of freedom, decay): x' = χ²(freedom, x·decay/c)·c."""
        decay = exp(-self.reversion * years)
        c = -(self.volatility**2) * expm1(-self.reversion * years) / (4.0 * self.reversion)
        return c, 4.0 * self.reversion * self.mean / self.volatility**2, decay

    def terms(self, before: FloatArray, after: FloatArray) -> FloatArray:
        """Exact log density of each step, shape [n], by the scaled Bessel function."""
        c, freedom, decay = self.scaled(self.h)
        u, v = before * decay / c, after / c
        q = 0.5 * freedom - 1.0
        root = np.sqrt(u * v)
        bessel = scipy("special").ive(q, root)
        with np.errstate(all="ignore"):
            found = -log(2.0 * c) - 0.5 * (np.sqrt(u) - np.sqrt(v)) ** 2 + 0.5 * q * np.log(v / u) + np.log(bessel)
        return np.where(np.isfinite(found), found, -700.0)

    def paths(self, steps: int, paths: int, rng: np.random.Generator) -> FloatArray:
        """Exact histories from the stationary gamma law, shape [paths, steps]."""
        out = np.empty((paths, steps))
        c, freedom, decay = self.scaled(self.h)
        x = rng.gamma(0.5 * freedom, self.volatility**2 / (2.0 * self.reversion), paths)
        for t in range(steps):
            out[:, t] = x
            x = c * rng.noncentral_chisquare(freedom, x * decay / c)
        return out

    def forecast(self, values: FloatArray, steps: int, probabilities: FloatArray) -> FloatArray:
        """Exact quantiles ``steps`` later: shape [N, probabilities]."""
        c, freedom, decay = self.scaled(steps * self.h)
        return np.asarray(c * scipy("stats").ncx2.ppf(probabilities[None, :], freedom, values[:, None] * decay / c))


def fit_cir(series: Series) -> Fit:
    """Maximum likelihood of a CIR process, exact noncentral χ² density, conditional on the first value.

    Estimates: `reversion`, `mean`, `volatility`, all above 0.

    Raises
    ------
    ValuesOutside : a value of 0 or below. NoMaximum, TooFewObservations, ConstantSeries : see `fit_ou`.
    """
    series.need(LEAST, "cir")
    if not (series.observed > 0.0).all():
        raise ValuesOutside(
            f"{series.name}: the lowest value is {series.observed.min():g}, and 'cir' stays above 0; take 'vasicek' "
            f"for a rate that can be negative"
        )
    before, after = series.steps()
    h, n = series.h, len(before)

    def law(z: FloatArray) -> CIR:
        return CIR(h, exp(z[0]), exp(z[1]), exp(z[2]))

    def likelihood(z: FloatArray) -> float:
        if (np.abs(z) > 40.0).any() or exp(z[0]) * h > 20.0:
            return float("-inf")
        return float(law(z).terms(before, after).sum())

    mean = float(before.mean())
    # Weighted least squares: the step's variance goes with the level.
    w = 1.0 / np.maximum(before, 1e-3 * mean)
    x, y = before - (w @ before) / w.sum(), after - (w @ after) / w.sum()
    phi = min(max(float((w * x) @ y) / float((w * x) @ x), 0.02), 1.0 - 0.5 / n)
    kappa = -log(phi) / h
    level = max(((w @ after) - phi * (w @ before)) / w.sum() / (1.0 - phi), 0.05 * mean)
    error = after - level - phi * (before - level)
    sigma = sqrt(float((w * error * error).mean()) * 2.0 * kappa / (1.0 - phi * phi))
    best = maximise(likelihood, np.log([kappa, level, sigma]), f"{series.name}, cir")
    kappa, years = exp(best.at[0]), n * h
    if kappa * years < 0.5:
        raise NoMaximum(f"{series.name}: no reversion is seen in {years:.3g} years; give a longer history")
    reversion = without_bias(kappa, h, years)
    found = describe(
        (
            Coordinate("reversion", "log", PER_YEAR),
            Coordinate("mean", "log", series.unit),
            Coordinate("volatility", "log", PER_ROOT_YEAR),
        ),
        best,
        {"reversion": reversion, "mean": Short(exp(best.at[1]), reversion.freedom, reversion.widened**2)},
    )
    ml = law(best.at)
    c, freedom, decay = ml.scaled(h)
    terms, pit = np.full(len(series.values), np.nan), np.full(len(series.values), np.nan)
    whole = ~np.isnan(series.values[:-1]) & ~np.isnan(series.values[1:])
    terms[1:][whole] = ml.terms(before, after)
    pit[1:][whole] = scipy("stats").ncx2.cdf(after / c, freedom, before * decay / c)
    return Fit(
        "cir",
        h,
        found.estimates,
        found.covariance,
        found.scale,
        terms,
        "conditional",
        residuals_of(pit),
        pit,
        replace(ml, reversion=reversion.corrected),
        bias_remarks("reversion", kappa, h, years),
    )
