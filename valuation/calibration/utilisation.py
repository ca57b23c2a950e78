"""A share between 0 and 1: logit-OU, Jacobi diffusion, Beta law with a normal copula from step to step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import exp, log, sqrt

import numpy as np

from valuation.calibration.bias import bias_remarks, without_bias
from valuation.calibration.fit import Estimate, Fit
from valuation.calibration.jump_diffusion import residuals_of
from valuation.calibration.laws import GaussianPair, reversion_of
from valuation.calibration.optimum import maximise, scipy
from valuation.calibration.ou import fit_ou, refuse_outside
from valuation.calibration.parameters import PER_ROOT_YEAR, PER_YEAR, Coordinate, Short, describe
from valuation.calibration.refusals import ValuesOutside
from valuation.calibration.series import FloatArray, Series

LEAST = 24


def _inside(series: Series, model: str) -> None:
    series.need(LEAST, model)
    seen = series.observed
    if not ((seen > 0.0) & (seen < 1.0)).all():
        wrong = seen[(seen <= 0.0) | (seen >= 1.0)]
        raise ValuesOutside(
            f"{series.name}: {len(wrong)} of {len(seen)} shares are not between 0 and 1 (both excluded), the "
            f"first {wrong[0]:g}; a share is used over available (0.85, not 85); one that is full needs more digits"
        )


@dataclass(frozen=True)
class LogitOU:
    """U = 1/(1 + e^−X), X an OU."""

    logit: GaussianPair

    def paths(self, steps: int, paths: int, rng: np.random.Generator) -> FloatArray:
        """Exact histories from the stationary law, shape [paths, steps]."""
        return np.asarray(scipy("special").expit(self.logit.paths(steps, paths, rng)))

    def forecast(self, values: FloatArray, steps: int, probabilities: FloatArray) -> FloatArray:
        """Quantiles ``steps`` later: shape [N, probabilities]."""
        ahead = self.logit.forecast(np.log(values / (1.0 - values)), steps, probabilities)
        return np.asarray(scipy("special").expit(ahead))


def fit_logit_ou(series: Series) -> Fit:
    """A share whose logit is an OU: `reversion`, `logit_sd` (stationary), `location` of the logit, `mean` of the share.

    Raises
    ------
    ValuesOutside : a share of 0 or less, or of 1 or more. Others as `fit_ou`.
    """
    _inside(series, "logit_ou")
    u = series.values
    logit = Series(series.name, np.log(u / (1.0 - u)), series.h)
    fit = fit_ou(logit, "logit_ou")
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    weights = weights / weights.sum()
    expit = scipy("special").expit

    def share(location: float, sd: float) -> float:
        return float(weights @ expit(location + sd * nodes))

    location, sd, reversion, volatility = fit["mean"], fit["stationary_sd"], fit["reversion"], fit["volatility"]
    value, corrected = share(location.value, sd.value), share(location.corrected, sd.corrected)
    by_location = (share(location.value + 1e-5, sd.value) - share(location.value - 1e-5, sd.value)) / 2e-5
    by_sd = (share(location.value, sd.value + 1e-5) - share(location.value, sd.value - 1e-5)) / 2e-5
    se = sqrt((by_location * location.se) ** 2 + (by_sd * sd.se) ** 2)
    # The logit of the mean share is nearly normal: its ends stay inside 0 … 1.
    reach = (location.high - location.low) / (2.0 * location.se) * se / (value * (1.0 - value))
    centre = log(corrected / (1.0 - corrected))
    low, high = (float(expit(centre + side * reach)) for side in (-1.0, 1.0))
    mean = Estimate("mean", value, se, low, high, "", corrected)
    # (reversion, logit_sd, location): from those of the OU.
    k, s, h = reversion.value, volatility.value, series.h
    jacobian = np.array([[1.0, 0.0, 0.0], [-0.5 * sd.value / k, sd.value / s, 0.0], [0.0, 0.0, 1.0]])
    jump = -np.log(u * (1.0 - u))  # the density of the share, not of its logit
    estimates = (reversion, replace(sd, name="logit_sd"), replace(location, name="location"), mean)
    law = fit.law
    if not isinstance(law, GaussianPair):
        raise TypeError("an OU has a Gaussian law")
    return replace(
        fit,
        h=h,
        estimates=estimates,
        covariance=jacobian @ fit.covariance @ jacobian.T,
        terms=fit.terms + jump,
        law=LogitOU(law),
    )


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
    _inside(series, "jacobi")
    before, after = series.steps()
    h, n = series.h, len(before)
    phi = _correlation(before, after)
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
    terms, pit = _spread(series, ml.terms(before, after)), _spread(series, scipy("special").betainc(a, b, after))
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


@dataclass(frozen=True)
class BetaAR:
    """U = F⁻¹(Φ(Z)), F the Beta law of ``mean`` and ``sd``, Z an AR(1) of unit variance with e^−κh a step."""

    h: float
    reversion: float
    mean: float
    concentration: float

    @property
    def shapes(self) -> tuple[float, float]:
        """Both parameters of the Beta law."""
        return self.mean * self.concentration, (1.0 - self.mean) * self.concentration

    def scores(self, values: FloatArray) -> FloatArray:
        """Z of each share; from the nearer end, so that a share near 1 keeps its digits."""
        special = scipy("special")
        a, b = self.shapes
        low = special.betainc(a, b, values)
        return np.asarray(np.where(low < 0.5, special.ndtri(low), -special.ndtri(special.betainc(b, a, 1.0 - values))))

    def terms(self, before: FloatArray, after: FloatArray) -> FloatArray:
        """Log density of each step."""
        a, b = self.shapes
        phi = exp(-self.reversion * self.h)
        x, y = self.scores(before), self.scores(after)
        spread = 1.0 - phi * phi
        copula = -0.5 * (log(spread) + (y - phi * x) ** 2 / spread - y * y)
        own = (a - 1.0) * np.log(after) + (b - 1.0) * np.log1p(-after) - float(scipy("special").betaln(a, b))
        found = np.asarray(copula + own)
        return np.where(np.isfinite(found), found, -700.0)

    def shares(self, scores: FloatArray) -> FloatArray:
        """The shares of some Z."""
        special = scipy("special")
        return np.asarray(special.betaincinv(*self.shapes, special.ndtr(scores)))

    def paths(self, steps: int, paths: int, rng: np.random.Generator) -> FloatArray:
        """Exact histories from the stationary law, shape [paths, steps]."""
        phi = exp(-self.reversion * self.h)
        z = np.empty((paths, steps))
        z[:, 0] = rng.standard_normal(paths)
        for t in range(1, steps):
            z[:, t] = phi * z[:, t - 1] + sqrt(1.0 - phi * phi) * rng.standard_normal(paths)
        return self.shares(z)

    def forecast(self, values: FloatArray, steps: int, probabilities: FloatArray) -> FloatArray:
        """Exact quantiles ``steps`` later: shape [N, probabilities]."""
        phi = exp(-self.reversion * steps * self.h)
        quantiles = scipy("special").ndtri(probabilities)
        return self.shares(phi * self.scores(values)[:, None] + sqrt(1.0 - phi * phi) * quantiles[None, :])


def fit_beta_ar(series: Series) -> Fit:
    """A stationary Beta share with a normal copula, by exact likelihood conditional on the first value.

    Estimates: `reversion`, `mean`, `concentration` (a + b of the Beta law), then `sd`, which follows.

    Raises
    ------
    ValuesOutside : a share of 0 or less, or of 1 or more. Others as `fit_ou`.
    """
    _inside(series, "beta_ar")
    before, after = series.steps()
    h, n = series.h, len(before)
    phi = _correlation(before, after)
    refuse_outside(phi, series, "beta_ar")

    def law(z: FloatArray) -> BetaAR:
        return BetaAR(h, exp(z[0]), 1.0 / (1.0 + exp(-z[1])), exp(z[2]))

    def likelihood(z: FloatArray) -> float:
        return float(law(z).terms(before, after).sum()) if (np.abs(z) < 20.0).all() else float("-inf")

    m, v = float(series.observed.mean()), float(series.observed.var())
    weight = max(m * (1.0 - m) / v - 1.0, 0.2)
    start = np.array([log(reversion_of(phi, h)), log(m / (1.0 - m)), log(weight)])
    best = maximise(likelihood, start, f"{series.name}, beta_ar")
    kappa, years = exp(best.at[0]), n * h
    reversion = without_bias(kappa, h, years)
    ml = law(best.at)

    def sd(p: Mapping[str, float]) -> float:
        return sqrt(p["mean"] * (1.0 - p["mean"]) / (p["concentration"] + 1.0))

    found = describe(
        (Coordinate("reversion", "log", PER_YEAR), Coordinate("mean", "logit"), Coordinate("concentration", "log")),
        best,
        {
            "reversion": reversion,
            "mean": Short(ml.mean, reversion.freedom, reversion.widened),
            "concentration": Short(ml.concentration, reversion.freedom, reversion.widened),
        },
        ((Coordinate("sd", "log"), sd, reversion.freedom),),
    )
    terms = _spread(series, ml.terms(before, after))
    settled = exp(-kappa * h)
    e = (ml.scores(after) - settled * ml.scores(before)) / sqrt(1.0 - settled * settled)
    residuals = _spread(series, e)
    return Fit(
        "beta_ar",
        h,
        found.estimates,
        found.covariance,
        found.scale,
        terms,
        "conditional",
        residuals,
        np.asarray(scipy("special").ndtr(residuals)),
        replace(ml, reversion=reversion.corrected),
        bias_remarks("reversion", kappa, h, years),
    )


def _correlation(before: FloatArray, after: FloatArray) -> float:
    x = before - before.mean()
    return float(x @ (after - after.mean())) / float(x @ x)


def _spread(series: Series, of_steps: FloatArray) -> FloatArray:
    """Numbers of the whole steps, put beside the values at which they end; NaN elsewhere."""
    out = np.full(len(series.values), np.nan)
    whole = ~np.isnan(series.values[:-1]) & ~np.isnan(series.values[1:])
    out[1:][whole] = of_steps
    return out
