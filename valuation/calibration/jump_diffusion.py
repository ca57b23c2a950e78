"""One mean-reverting factor with normal jumps, by the likelihood of a Poisson mixture."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, expm1, log, sqrt

import numpy as np

from valuation.calibration import filters
from valuation.calibration.bias import bias_remarks, without_bias
from valuation.calibration.fit import Fit
from valuation.calibration.jump_filter import filter_jumps
from valuation.calibration.laws import Component
from valuation.calibration.optimum import maximise, scipy
from valuation.calibration.parameters import PER_ROOT_YEAR, PER_YEAR, Coordinate, Short, describe
from valuation.calibration.series import FloatArray, Series

LEAST = 100
_DRAWS = 20_000


@dataclass(frozen=True)
class JumpDiffusion:
    """dX = κ(mean − X) dt + σ dW + J dN, J ~ N(jump_mean, jump_sd²), N of ``intensity`` [/year]; steps of ``h``."""

    h: float
    diffusion: Component
    mean: float
    intensity: float
    jump_mean: float
    jump_sd: float

    def left(self, years: float) -> tuple[float, float]:
        """Mean and variance of what is left of a jump at the end of a step in which it may come at any time."""
        x = self.diffusion.reversion * years
        once, twice = -expm1(-x) / x, -expm1(-2.0 * x) / (2.0 * x)
        mean = self.jump_mean * once
        return mean, (self.jump_mean**2 + self.jump_sd**2) * twice - mean * mean

    def density(self, before: FloatArray, after: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """(log likelihood, log density [n], PIT [n]) of steps: normal given the number of jumps, with exact moments."""
        terms, pit = np.empty(len(before)), np.empty(len(before))
        d = self.diffusion
        jump_mean, jump_variance = self.left(self.h)
        total = filters.jump_steps(
            before,
            after,
            d.decay(self.h),
            self.mean,
            d.variance(self.h),
            self.intensity * self.h,
            jump_mean,
            jump_variance,
            terms,
            pit,
        )
        return float(total), terms, pit

    def noise(self, years: float, size: int, rng: np.random.Generator) -> FloatArray:
        """Exact draws of what is added over a time: diffusion and decayed jumps."""
        out = sqrt(self.diffusion.variance(years)) * rng.standard_normal(size)
        jumps = rng.poisson(self.intensity * years, size)
        times = rng.random(int(jumps.sum())) * years
        sizes = self.jump_mean + self.jump_sd * rng.standard_normal(len(times))
        left = sizes * np.exp(-self.diffusion.reversion * times)
        return np.asarray(out + np.bincount(np.repeat(np.arange(size), jumps), left, size))

    def paths(self, steps: int, paths: int, rng: np.random.Generator) -> FloatArray:
        """Exact histories from the stationary law, shape [paths, steps]."""
        out = np.empty((paths, steps))
        x = self.noise(20.0 / self.diffusion.reversion, paths, rng)
        decay = self.diffusion.decay(self.h)
        for t in range(steps):
            out[:, t] = self.mean + x
            x = decay * x + self.noise(self.h, paths, rng)
        return out

    def forecast(self, values: FloatArray, steps: int, probabilities: FloatArray) -> FloatArray:
        """Quantiles ``steps`` later: shape [N, probabilities]; of the noise by 20,000 draws, the same for all."""
        noise = self.noise(steps * self.h, _DRAWS, np.random.default_rng(1))
        centre = self.mean + self.diffusion.decay(steps * self.h) * (values - self.mean)
        return np.asarray(centre[:, None] + np.quantile(noise, probabilities)[None, :])


def fit_jump_diffusion(series: Series) -> Fit:
    """Maximum likelihood of a mean-reverting jump diffusion, conditional on the first value.

    Given n jumps in a step its law is taken as normal with the exact mean and variance; n is Poisson. Estimates:
    `reversion`, `volatility`, `mean` (level without jumps), `jumps.intensity`, `jumps.mean`, `jumps.sd`.

    Raises
    ------
    NoMaximum : no jumps, or jumps that are not told from the diffusion.
    NotMeanReverting, TooFewObservations, ConstantSeries : as `fit_ou`.
    """
    series.need(LEAST, "jump_diffusion")
    h = series.h
    before, after = series.steps()
    first = filter_jumps(series)

    def law(z: FloatArray) -> JumpDiffusion:
        return JumpDiffusion(h, Component(exp(z[0]), exp(z[1])), float(z[2]), exp(z[3]), float(z[4]), exp(z[5]))

    def likelihood(z: FloatArray) -> float:
        if (np.abs(z[[0, 1, 3, 5]]) > 40.0).any() or exp(z[0]) * h > 20.0 or exp(z[3]) * h > 30.0:
            return float("-inf")
        return law(z).density(before, after)[0]

    spread = max(first.sd, 2.0 * first.volatility * sqrt(h))
    start = np.array(
        [
            log(first.reversion),
            log(first.volatility),
            float(np.median(before)),
            log(max(first.intensity, 2.0 / (len(before) * h))),
            first.mean,
            log(spread),
        ]
    )
    best = maximise(likelihood, start, f"{series.name}, jump_diffusion")
    coordinates = (
        Coordinate("reversion", "log", PER_YEAR),
        Coordinate("volatility", "log", PER_ROOT_YEAR),
        Coordinate("mean", "plain", series.unit),
        Coordinate("jumps.intensity", "log", PER_YEAR),
        Coordinate("jumps.mean", "plain", series.unit),
        Coordinate("jumps.sd", "log", series.unit),
    )
    kappa, years = exp(best.at[0]), len(before) * h
    reversion = without_bias(kappa, h, years)
    events = exp(best.at[3]) * years
    found = describe(
        coordinates,
        best,
        {
            "reversion": reversion,
            "mean": Short(float(best.at[2]), reversion.freedom, reversion.widened**2),
            "jumps.mean": Short(float(best.at[4]), events),
        },
    )
    ml = law(best.at)
    _, terms, pit = ml.density(before, after)
    whole = ~np.isnan(series.values[:-1]) & ~np.isnan(series.values[1:])
    all_terms, all_pit = np.full(len(series.values), np.nan), np.full(len(series.values), np.nan)
    all_terms[1:][whole], all_pit[1:][whole] = terms, pit
    used = replace(ml, diffusion=Component(reversion.corrected, exp(best.at[1])))
    return Fit(
        "jump_diffusion",
        h,
        found.estimates,
        found.covariance,
        found.scale,
        all_terms,
        "conditional",
        residuals_of(all_pit),
        all_pit,
        used,
        bias_remarks("reversion", kappa, h, years),
    )


def residuals_of(pit: FloatArray) -> FloatArray:
    """Normal residuals of a law that is not normal: Φ⁻¹ of the PIT."""
    return np.asarray(scipy("special").ndtri(np.clip(pit, 1e-15, 1.0 - 1e-15)))
