"""A mean-reverting factor and spikes that decay on their own (Kluge), by a filter of the hidden spike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, log, sqrt

import numpy as np

from valuation.calibration import filters
from valuation.calibration.bias import bias_remarks, without_bias
from valuation.calibration.fit import Fit
from valuation.calibration.jump_diffusion import residuals_of
from valuation.calibration.jump_filter import filter_jumps
from valuation.calibration.laws import Component
from valuation.calibration.optimum import maximise
from valuation.calibration.parameters import PER_ROOT_YEAR, PER_YEAR, Coordinate, Short, describe
from valuation.calibration.refusals import CannotCalibrate
from valuation.calibration.series import FloatArray, Series

LEAST = 200
_NODES = np.array([1.0, 3.0, 5.0]) / 6.0
"""Times inside a step at which a spike may come, all equally likely."""
_DRAWS = 20_000


@dataclass(frozen=True)
class Kluge:
    """y = X + Y: X an OU around ``mean``, dY = −βY dt + J dN, J exponential of mean ``size``; steps of ``h`` years."""

    h: float
    base: Component
    mean: float
    decay: float
    intensity: float
    size: float

    def density(self, values: FloatArray) -> tuple[float, FloatArray, FloatArray, FloatArray, FloatArray]:
        """(log likelihood, log density, PIT, mean and variance of the hidden spike), shape [N] each."""
        n = len(values)
        terms, pit, centre, spread = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
        per = self.intensity / self.decay
        total = filters.spikes(
            values,
            self.base.decay(self.h),
            self.base.variance(self.h),
            self.mean,
            exp(-self.decay * self.h),
            self.intensity * self.h,
            1.0 / self.size,
            np.exp(-self.decay * self.h * _NODES),
            per * self.size,
            per * self.size**2 + 1e-12,
            terms,
            pit,
            centre,
            spread,
        )
        return float(total), terms, pit, centre, spread

    def spikes(self, years: float, size: int, rng: np.random.Generator) -> FloatArray:
        """Exact draws of the spikes that came within a time and what is left of them at its end."""
        number = rng.poisson(self.intensity * years, size)
        times = rng.random(int(number.sum())) * years
        left = self.size * rng.standard_exponential(len(times)) * np.exp(-self.decay * times)
        return np.asarray(np.bincount(np.repeat(np.arange(size), number), left, size))

    def paths(self, steps: int, paths: int, rng: np.random.Generator) -> FloatArray:
        """Exact histories from the stationary law, shape [paths, steps]."""
        out = np.empty((paths, steps))
        x = sqrt(self.base.stationary) * rng.standard_normal(paths)
        y = self.spikes(40.0 / self.decay, paths, rng)
        for t in range(steps):
            out[:, t] = self.mean + x + y
            x = self.base.decay(self.h) * x + sqrt(self.base.variance(self.h)) * rng.standard_normal(paths)
            y = exp(-self.decay * self.h) * y + self.spikes(self.h, paths, rng)
        return out

    def forecast(self, values: FloatArray, steps: int, probabilities: FloatArray) -> FloatArray:
        """Quantiles ``steps`` later, shape [N, probabilities]: of the noise by 20,000 draws, the hidden spike at its
        mean."""
        rng, ahead = np.random.default_rng(1), steps * self.h
        spike = self.density(values)[3]
        noise = sqrt(self.base.variance(ahead)) * rng.standard_normal(_DRAWS) + self.spikes(ahead, _DRAWS, rng)
        centre = self.mean + self.base.decay(ahead) * (values - spike - self.mean) + exp(-self.decay * ahead) * spike
        return np.asarray(centre[:, None] + np.quantile(noise, probabilities)[None, :])


def fit_kluge(series: Series) -> Fit:
    """Likelihood of a mean-reverting factor with exponential spikes, conditional on the first value.

    One number is hidden, the spike; its law after each value is kept as two normal ones (see `filters.spikes`), the
    only approximation besides one spike a step at most. Positive spikes only. Estimates: `reversion`, `volatility`,
    `mean`, `spikes.decay`, `spikes.intensity`, `spikes.size` (mean jump).

    Raises
    ------
    NoMaximum : no spikes, or spikes that are not told from the factor.
    CannotCalibrate : gaps, over which the hidden spike is not carried.
    NotMeanReverting, TooFewObservations, ConstantSeries : as `fit_ou`.
    """
    series.need(LEAST, "kluge")
    values, h = series.values, series.h
    if np.isnan(values).any():
        gaps = int(np.isnan(values).sum())
        raise CannotCalibrate(
            f"{series.name}: {gaps} gaps; 'kluge' needs a series without gaps: fill them, or take a part"
        )

    def law(z: FloatArray) -> Kluge:
        return Kluge(h, Component(exp(z[0]), exp(z[1])), float(z[2]), exp(z[3]), exp(z[4]), exp(z[5]))

    def likelihood(z: FloatArray) -> float:
        logs = z[[0, 1, 3, 4, 5]]
        if (np.abs(logs) > 40.0).any() or exp(z[0]) * h > 3.0 or exp(z[3]) * h > 8.0 or exp(z[4]) * h > 0.7:
            return float("-inf")
        return law(z).density(values)[0]

    first = filter_jumps(series)
    limit = first.volatility * sqrt(h)
    steps = np.diff(values)
    up = steps[steps > 4.0 * limit]
    size = float(up.mean()) if len(up) else 6.0 * limit
    start = np.array(
        [
            log(first.reversion),
            log(first.volatility),
            float(np.median(values)),
            log(min(max(8.0 * first.reversion, 0.3 / h), 2.0 / h)),
            log(max(len(up), 2.0) / (len(values) * h)),
            log(size),
        ]
    )
    best = maximise(likelihood, start, f"{series.name}, kluge")
    coordinates = (
        Coordinate("reversion", "log", PER_YEAR),
        Coordinate("volatility", "log", PER_ROOT_YEAR),
        Coordinate("mean", "plain", series.unit),
        Coordinate("spikes.decay", "log", PER_YEAR),
        Coordinate("spikes.intensity", "log", PER_YEAR),
        Coordinate("spikes.size", "log", series.unit),
    )
    kappa, years = exp(best.at[0]), series.years
    reversion = without_bias(kappa, h, years)
    found = describe(
        coordinates,
        best,
        {"reversion": reversion, "mean": Short(float(best.at[2]), reversion.freedom, reversion.widened**2)},
    )
    ml = law(best.at)
    _, terms, pit, _, _ = ml.density(values)
    used = replace(ml, base=Component(reversion.corrected, exp(best.at[1])))
    return Fit(
        "kluge",
        h,
        found.estimates,
        found.covariance,
        found.scale,
        terms,
        "conditional",
        residuals_of(pit),
        pit,
        used,
        bias_remarks("reversion", kappa, h, years),
    )
