"""Counts that come and go: immigration at a rate, and death of each at a rate, by their exact law."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, expm1, log

import numpy as np

from valuation.calibration import filters
from valuation.calibration.fit import Fit
from valuation.calibration.jump_diffusion import residuals_of
from valuation.calibration.optimum import maximise, scipy
from valuation.calibration.parameters import PER_YEAR, Coordinate, describe
from valuation.calibration.refusals import ValuesOutside
from valuation.calibration.series import FloatArray, Series

LEAST = 10
MOST = 10_000
"""Highest count: the law of each step is summed over survivors and newcomers."""


@dataclass(frozen=True)
class Customers:
    """N' = Binomial(N, e^−churn·h) + Poisson(arrivals(1 − e^−churn·h)/churn): rates [/year], steps of ``h`` years."""

    h: float
    arrivals: float
    churn: float

    def step(self, years: float) -> tuple[float, float]:
        """(probability that one stays, mean number of those that come and stay) over a time."""
        return exp(-self.churn * years), -self.arrivals * expm1(-self.churn * years) / self.churn

    def density(self, before: FloatArray, after: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """(log likelihood, log probability [n], PIT [n] with half of the count's own probability) of steps."""
        terms, pit = np.empty(len(before)), np.empty(len(before))
        total = filters.counts(before.astype(np.int64), after.astype(np.int64), *self.step(self.h), terms, pit)
        return float(total), terms, pit

    def paths(self, steps: int, paths: int, rng: np.random.Generator) -> FloatArray:
        """Exact histories from the stationary Poisson law, shape [paths, steps]."""
        out = np.empty((paths, steps))
        stays, come = self.step(self.h)
        now = rng.poisson(self.arrivals / self.churn, paths)
        for t in range(steps):
            out[:, t] = now
            now = rng.binomial(now, stays) + rng.poisson(come, paths)
        return out

    def forecast(self, values: FloatArray, steps: int, probabilities: FloatArray) -> FloatArray:
        """Exact quantiles ``steps`` later, by the sum of survivors and newcomers: shape [N, probabilities]."""
        stays, come = self.step(steps * self.h)
        stats = scipy("stats")
        out = np.full((len(values), len(probabilities)), np.nan)
        most = int(stats.poisson.ppf(1.0 - 1e-12, come)) + 1
        newcomers = stats.poisson.pmf(np.arange(most), come)
        for count in np.unique(values[~np.isnan(values)]).astype(int):
            survivors = stats.binom.pmf(np.arange(count + 1), count, stays)
            below = np.cumsum(np.convolve(survivors, newcomers))
            out[values == count] = np.searchsorted(below, probabilities)
        return out


def fit_customers(series: Series) -> Fit:
    """Maximum likelihood from counts at equal steps, conditional on the first. Estimates: `arrivals`, `churn` [/year].

    Raises
    ------
    ValuesOutside : a count below 0, not whole, or above 10,000. NoMaximum : nobody ever left, or nobody came.
    TooFewObservations, ConstantSeries : see `Series.need`.
    """
    series.need(LEAST, "customers")
    seen = series.observed
    if (seen < 0.0).any() or (seen != np.round(seen)).any():
        wrong = seen[(seen < 0.0) | (seen != np.round(seen))][0]
        raise ValuesOutside(f"{series.name}: {wrong:g} is no count; 'customers' takes whole numbers from 0")
    if seen.max() > MOST:
        raise ValuesOutside(
            f"{series.name}: a count of {seen.max():,.0f}, and 'customers' takes up to {MOST:,}; so many move like a "
            f"diffusion: take 'cir', or 'gbm' of their logarithm, or count in larger units"
        )
    before, after = series.steps()
    h, n = series.h, len(before)

    def likelihood(z: FloatArray) -> float:
        if (np.abs(z) > 30.0).any() or exp(z[1]) * h > 30.0:
            return float("-inf")
        return Customers(h, exp(z[0]), exp(z[1])).density(before, after)[0]

    x = before - before.mean()
    phi = float(x @ (after - after.mean())) / max(float(x @ x), 1e-12)
    churn = -log(min(max(phi, 0.05), 1.0 - 1.0 / n)) / h
    # Nobody leaves more than came: moves down bound the churn from below.
    least = float(np.clip(before - after, 0.0, None).sum()) / max(float(before.sum()) * h, 1e-12)
    churn = max(churn, 0.8 * least, 0.05 / (n * h))
    best = maximise(likelihood, np.log([churn * max(float(before.mean()), 0.2), churn]), f"{series.name}, customers")
    found = describe((Coordinate("arrivals", "log", PER_YEAR), Coordinate("churn", "log", PER_YEAR)), best, {})
    law = Customers(h, exp(best.at[0]), exp(best.at[1]))
    _, own, own_pit = law.density(before, after)
    terms, pit = np.full(len(series.values), np.nan), np.full(len(series.values), np.nan)
    whole = ~np.isnan(series.values[:-1]) & ~np.isnan(series.values[1:])
    terms[1:][whole], pit[1:][whole] = own, own_pit
    return Fit(
        "customers",
        h,
        found.estimates,
        found.covariance,
        found.scale,
        terms,
        "conditional",
        residuals_of(pit),
        pit,
        law,
    )
