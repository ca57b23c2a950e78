"""Gaussian laws of one or two independent factors: forecasts of every value of a history, and simulated histories."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, expm1, log, sqrt

import numpy as np

from valuation.calibration import filters
from valuation.calibration.optimum import scipy
from valuation.calibration.series import FloatArray


@dataclass(frozen=True)
class Component:
    """dX = −κX dt + σ dW: κ [1/year], σ [1/√year]; κ = 0 is a random walk."""

    reversion: float
    volatility: float

    def decay(self, years: float) -> float:
        """e^−κh."""
        return exp(-self.reversion * years)

    def variance(self, years: float) -> float:
        """Of the step: σ²(1 − e^−2κh)/(2κ)."""
        if self.reversion == 0.0:
            return self.volatility**2 * years
        return -(self.volatility**2) * expm1(-2.0 * self.reversion * years) / (2.0 * self.reversion)

    @property
    def stationary(self) -> float:
        """Stationary variance; 0 for a random walk, which has none."""
        return self.volatility**2 / (2.0 * self.reversion) if self.reversion > 0.0 else 0.0


@dataclass(frozen=True)
class Filtered:
    """A history seen through a `GaussianPair`: innovations, their variance and log density, states, shape [N] each."""

    innovation: FloatArray
    variance: FloatArray
    terms: FloatArray
    first: FloatArray
    second: FloatArray
    left: FloatArray
    weight: float
    """Coefficient of the regressor: the mean, or the drift per year."""
    weight_variance: float

    @property
    def log_likelihood(self) -> float:
        """Sum of the log densities."""
        return float(np.nansum(self.terms))

    @property
    def residuals(self) -> FloatArray:
        """Innovations in units of their standard deviation."""
        return np.asarray(self.innovation / np.sqrt(self.variance))


@dataclass(frozen=True)
class GaussianPair:
    """y = mean + drift·t + X₁ + X₂ at steps of h years; X₂ may be absent, or a random walk that starts anywhere."""

    h: float
    first: Component
    second: Component = Component(1.0, 0.0)
    mean: float = 0.0
    drift: float = 0.0

    @property
    def walks(self) -> bool:
        """Whether the second component, or the only one, is a random walk."""
        return self.second.reversion == 0.0

    def seen(self, values: FloatArray, regressor: FloatArray | None = None) -> Filtered:
        """Exact Kalman filter over values less mean and drift; with a regressor, its coefficient by least squares."""
        n = len(values)
        base = values - self.mean - self.drift * self.h * np.arange(n)
        x = np.zeros(n) if regressor is None else regressor
        e, g, f = np.empty(n), np.empty(n), np.empty(n)
        one, two, left = np.empty((n, 2)), np.empty((n, 2)), np.empty((n, 3))
        a, b = self.first, self.second
        filters.gaussian_pair(
            base,
            x,
            a.decay(self.h),
            a.variance(self.h),
            a.stationary,
            b.decay(self.h),
            b.variance(self.h),
            b.stationary,
            self.walks,
            e,
            g,
            f,
            one,
            two,
            left,
        )
        weight = spread = 0.0
        if regressor is not None:
            information = float(np.nansum(g * g / f))
            weight, spread = float(np.nansum(e * g / f)) / information, 1.0 / information
        e = e - weight * g
        terms = -0.5 * (filters.LOG_TWO_PI + np.log(f) + e * e / f)
        return Filtered(
            e, f, terms, one[:, 0] - weight * one[:, 1], two[:, 0] - weight * two[:, 1], left, weight, spread
        )

    def paths(self, steps: int, paths: int, rng: np.random.Generator) -> FloatArray:
        """Exact histories, shape [paths, steps]; a random walk starts at 0."""
        out = np.empty((paths, steps))
        states = [c.stationary**0.5 * rng.standard_normal(paths) for c in (self.first, self.second)]
        pace = [(c.decay(self.h), sqrt(c.variance(self.h))) for c in (self.first, self.second)]
        for t in range(steps):
            out[:, t] = self.mean + self.drift * self.h * t + states[0] + states[1]
            states = [d * s + sd * rng.standard_normal(paths) for s, (d, sd) in zip(states, pace, strict=True)]
        return out

    def forecast(self, values: FloatArray, steps: int, probabilities: FloatArray) -> FloatArray:
        """Quantiles of the value ``steps`` later, given all up to each of ``values``: shape [N, probabilities]."""
        seen = self.seen(values)
        ahead = steps * self.h
        d1, d2 = self.first.decay(ahead), self.second.decay(ahead)
        centre = self.mean + self.drift * self.h * (np.arange(len(values)) + steps) + d1 * seen.first + d2 * seen.second
        left = d1 * d1 * seen.left[:, 0] + 2.0 * d1 * d2 * seen.left[:, 1] + d2 * d2 * seen.left[:, 2]
        sd = np.sqrt(left + self.first.variance(ahead) + self.second.variance(ahead))
        return np.asarray(centre[:, None] + sd[:, None] * scipy("special").ndtri(probabilities)[None, :])


def normal_pit(residuals: FloatArray) -> FloatArray:
    """Φ of standard normal residuals; NaN where there is none."""
    return np.asarray(scipy("special").ndtr(residuals))


def reversion_of(decay: float, h: float) -> float:
    """κ = −ln φ/h [1/year]."""
    return -log(decay) / h
