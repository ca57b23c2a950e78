"""A share between 0 and 1 with a Beta law, and a normal copula from step to step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import exp, log, sqrt

import numpy as np

from valuation.calibration.bias import bias_remarks, without_bias
from valuation.calibration.fit import Fit
from valuation.calibration.laws import reversion_of
from valuation.calibration.optimum import maximise, scipy
from valuation.calibration.ou import refuse_outside
from valuation.calibration.parameters import PER_YEAR, Coordinate, Short, describe
from valuation.calibration.series import FloatArray, Series
from valuation.calibration.shares import beside_ends, refuse_outside_unit, step_correlation


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
    refuse_outside_unit(series, "beta_ar")
    before, after = series.steps()
    h, n = series.h, len(before)
    phi = step_correlation(before, after)
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
    terms = beside_ends(series, ml.terms(before, after))
    settled = exp(-kappa * h)
    e = (ml.scores(after) - settled * ml.scores(before)) / sqrt(1.0 - settled * settled)
    residuals = beside_ends(series, e)
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
