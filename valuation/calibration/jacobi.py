"""A share between 0 and 1 as a Jacobi diffusion, by Beta steps of its exact mean and variance."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, log, sqrt

import numpy as np

from valuation.calibration.bias import bias_remarks, without_bias
from valuation.calibration.fit import Fit
from valuation.calibration.jump_diffusion import residuals_of
from valuation.calibration.laws import reversion_of
from valuation.calibration.optimum import maximise, scipy
from valuation.calibration.ou import refuse_outside
from valuation.calibration.parameters import PER_ROOT_YEAR, PER_YEAR, Coordinate, Short, describe
from valuation.calibration.series import FloatArray, Series
from valuation.calibration.shares import beside_ends, refuse_outside_unit, step_correlation


@dataclass(frozen=True)
class Jacobi:
    """dU = κ(mean − U) dt + σ√(U(1 − U)) dW; over a step of ``h`` years a Beta law with its exact mean and variance."""

    h: float
    reversion: float
    mean: float
    volatility: float

    def moments(self, before: FloatArray, years: float) -> tuple[FloatArray, FloatArray]:
        """Exact mean and variance of U after a time, given ``before``."""
        k, s2, theta = self.reversion, self.volatility**2, self.mean
        q, c = 2.0 * k + s2, 2.0 * k * theta + s2
        once, twice = exp(-k * years), exp(-q * years)
        a, b = c * theta / q, c * (before - theta) / (q - k)
        mean = theta + (before - theta) * once
        second = a + b * once + (before * before - a - b) * twice
        return mean, np.maximum(second - mean * mean, 1e-14)

    def shapes(self, before: FloatArray, years: float) -> tuple[FloatArray, FloatArray]:
        """Both parameters of the Beta law of that mean and variance."""
        mean, variance = self.moments(before, years)
        weight = np.maximum(mean * (1.0 - mean) / variance - 1.0, 1e-6)
        return mean * weight, (1.0 - mean) * weight

    def terms(self, before: FloatArray, after: FloatArray) -> FloatArray:
        """Log density of each step."""
        a, b = self.shapes(before, self.h)
        return np.asarray((a - 1.0) * np.log(after) + (b - 1.0) * np.log1p(-after) - scipy("special").betaln(a, b))

    def paths(self, steps: int, paths: int, rng: np.random.Generator) -> FloatArray:
        """Histories from the stationary Beta law by Beta steps, shape [paths, steps]."""
        out = np.empty((paths, steps))
        per = 2.0 * self.reversion / self.volatility**2
        u = rng.beta(per * self.mean, per * (1.0 - self.mean), paths)
        for t in range(steps):
            out[:, t] = u
            u = np.clip(rng.beta(*self.shapes(u, self.h)), 1e-15, 1.0 - 1e-15)
        return out

    def forecast(self, values: FloatArray, steps: int, probabilities: FloatArray) -> FloatArray:
        """Quantiles ``steps`` later: shape [N, probabilities]."""
        a, b = self.shapes(values, steps * self.h)
        return np.asarray(scipy("special").betaincinv(a[:, None], b[:, None], probabilities[None, :]))


def fit_jacobi(series: Series) -> Fit:
    """A Jacobi diffusion by Beta steps of its exact mean and variance: likelihood conditional on the first value.

    The step's own law differs from the Beta only in the third moment and beyond. Estimates: `reversion`, `mean`,
    `volatility`.

    Raises
    ------
    ValuesOutside : a share of 0 or less, or of 1 or more. Others as `fit_ou`.
    """
    refuse_outside_unit(series, "jacobi")
    before, after = series.steps()
    h, n = series.h, len(before)
    phi = step_correlation(before, after)
    refuse_outside(phi, series, "jacobi")

    def law(z: FloatArray) -> Jacobi:
        return Jacobi(h, exp(z[0]), 1.0 / (1.0 + exp(-z[1])), exp(z[2]))

    def likelihood(z: FloatArray) -> float:
        return float(law(z).terms(before, after).sum()) if (np.abs(z) < 30.0).all() else float("-inf")

    m, kappa = float(before.mean()), reversion_of(phi, h)
    error = after - m - phi * (before - m)
    sigma = sqrt(float((error * error / (before * (1.0 - before))).mean()) * 2.0 * kappa / (1.0 - phi * phi))
    best = maximise(likelihood, np.array([log(kappa), log(m / (1.0 - m)), log(sigma)]), f"{series.name}, jacobi")
    kappa, years = exp(best.at[0]), n * h
    reversion = without_bias(kappa, h, years)
    ml = law(best.at)
    found = describe(
        (
            Coordinate("reversion", "log", PER_YEAR),
            Coordinate("mean", "logit"),
            Coordinate("volatility", "log", PER_ROOT_YEAR),
        ),
        best,
        {"reversion": reversion, "mean": Short(ml.mean, reversion.freedom, reversion.widened**2)},
    )
    a, b = ml.shapes(before, h)
    terms, pit = (
        beside_ends(series, ml.terms(before, after)),
        beside_ends(series, scipy("special").betainc(a, b, after)),
    )
    return Fit(
        "jacobi",
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
