"""Schwartz and Smith's two factors from a panel of futures prices, by exact Kalman likelihood."""

from __future__ import annotations

from dataclasses import dataclass
from math import atanh, exp, expm1, log, sqrt, tanh

import numpy as np

from valuation.calibration import filters
from valuation.calibration.fit import Estimate, Fit
from valuation.calibration.laws import normal_pit
from valuation.calibration.optimum import climb, maximise
from valuation.calibration.parameters import PER_ROOT_YEAR, PER_YEAR, Coordinate, describe
from valuation.calibration.refusals import CannotCalibrate, ConstantSeries, TooFewObservations
from valuation.calibration.series import FloatArray

LEAST = 50
_WIDE = 100.0
"""Variance of ξ before the first prices: they fix it, whatever stands here."""
_FLOOR = 1e-10
"""Variance of a price without measurement noise."""


@dataclass(frozen=True)
class SchwartzSmith:
    """ln S = χ + ξ; dχ = −κχ dt + σ_χ dW₁, dξ = μ dt + σ_ξ dW₂, correlation ρ; λ_χ and μ* under the pricing measure.

    Schwartz and Smith (2000), Management Science 46, 893–911.
    """

    reversion: float
    short_volatility: float
    long_volatility: float
    correlation: float
    short_premium: float
    long_drift: float
    long_drift_priced: float

    def variance(self, years: float) -> float:
        """Variance of ln S after a time, given χ and ξ."""
        k, s, w = self.reversion, self.short_volatility, self.long_volatility
        both = -2.0 * expm1(-k * years) * self.correlation * s * w / k
        return -expm1(-2.0 * k * years) * s * s / (2.0 * k) + w * w * years + both

    def level(self, maturity: float) -> float:
        """A(T) of ln F(T) = e^−κT χ + ξ + A(T): μ*T − (1 − e^−κT)λ_χ/κ + ½ Var(T)."""
        once = -expm1(-self.reversion * maturity)
        carried = self.long_drift_priced * maturity - once * self.short_premium / self.reversion
        return carried + 0.5 * self.variance(maturity)

    def step(self, h: float) -> tuple[float, FloatArray]:
        """(decay of χ, covariance (11, 12, 22) of both over a step)."""
        k, s, w = self.reversion, self.short_volatility, self.long_volatility
        cross = -expm1(-k * h) * self.correlation * s * w / k
        return exp(-k * h), np.array([-expm1(-2.0 * k * h) * s * s / (2.0 * k), cross, w * w * h])

    def seen(
        self, logs: FloatArray, maturities: FloatArray, noise: FloatArray, h: float
    ) -> tuple[float, FloatArray, FloatArray, FloatArray]:
        """(log likelihood, log density [N], standardised residuals [N, m], states [N, 2]) of prices."""
        n, m = logs.shape
        residuals, terms, state = np.empty((n, m)), np.empty(n), np.empty((n, 2))
        decay, q = self.step(h)
        total = filters.futures_panel(
            logs,
            np.exp(-self.reversion * maturities),
            np.array([self.level(float(t)) for t in maturities]),
            noise,
            decay,
            self.long_drift * h,
            q,
            np.array([0.0, float(np.nanmean(logs[0]))]),
            np.array([self.short_volatility**2 / (2.0 * self.reversion), 0.0, _WIDE]),
            residuals,
            terms,
            state,
        )
        return float(total), terms, residuals, state


def fit_futures_panel(prices: FloatArray, maturities: FloatArray, h: float, name: str = "futures") -> Fit:
    """Maximum likelihood from futures prices of fixed times to maturity at equal steps.

    Parameters
    ----------
    prices : [currency/MWh], above 0, shape [N, m]; NaN is a gap.
    maturities : [year], ascending, shape [m], two at least.
    h : step [year].

    Returns
    -------
    `reversion`, `short_volatility`, `long_volatility`, `correlation`, `short_premium` (λ_χ), `long_drift` (μ),
    `long_drift_priced` (μ*), `noise.i` (sd of what the model leaves of ln F_i, i from 1). A contract that the two
    factors meet exactly has noise 0, which is a bound and not a maximum: it is held there.

    Raises
    ------
    CannotCalibrate : shapes or prices that do not go together. NoMaximum, TooFewObservations, ConstantSeries.
    """
    logs, maturities = _checked(prices, maturities, h, name)
    m = logs.shape[1]

    def law(z: FloatArray) -> SchwartzSmith:
        return SchwartzSmith(exp(z[0]), exp(z[1]), exp(z[2]), tanh(z[3]), float(z[4]), float(z[5]), float(z[6]))

    exact: list[int] = []

    def noise_of(z: FloatArray) -> FloatArray:
        out = np.full(m, _FLOOR)
        out[[i for i in range(m) if i not in exact]] += np.exp(2.0 * z[7:])
        return out

    def likelihood(z: FloatArray) -> float:
        if (np.abs(z[[0, 1, 2, 3]]) > 12.0).any() or (np.abs(z[7:]) > 40.0).any():
            return float("-inf")
        return law(z).seen(logs, maturities, noise_of(z), h)[0]

    z = climb(likelihood, _start(logs, maturities, h))
    for i in range(m):
        at = 7 + i - len(exact)
        if exp(z[at]) < 1e-3 and len(exact) < 2:
            lower = z.copy()
            lower[at] = -39.0
            if likelihood(lower) > likelihood(z) - 0.1:
                exact.append(i)
                z = np.delete(z, at)
    what = f"{name}, schwartz_smith from futures"
    best = maximise(likelihood, z, what)
    coordinates = [
        Coordinate("reversion", "log", PER_YEAR),
        Coordinate("short_volatility", "log", PER_ROOT_YEAR),
        Coordinate("long_volatility", "log", PER_ROOT_YEAR),
        Coordinate("correlation", "atanh"),
        Coordinate("short_premium", "plain", PER_YEAR),
        Coordinate("long_drift", "plain", PER_YEAR),
        Coordinate("long_drift_priced", "plain", PER_YEAR),
    ]
    coordinates += [Coordinate(f"noise.{i + 1}", "log") for i in range(m) if i not in exact]
    found = describe(coordinates, best)
    ml, noise = law(best.at), noise_of(best.at)
    _, terms, residuals, _ = ml.seen(logs, maturities, noise, h)
    held = tuple(_held(i, ml, logs, maturities, noise, h, best.value) for i in exact)
    remarks = tuple(f"noise.{i + 1} is 0: the two factors meet that contract exactly" for i in exact)
    return Fit(
        "schwartz_smith",
        h,
        (*found.estimates, *held),
        found.covariance,
        found.scale,
        terms,
        "diffuse",
        residuals[:, 0],
        normal_pit(residuals[:, 0]),
        None,
        remarks,
    )


def _held(
    i: int, law: SchwartzSmith, logs: FloatArray, maturities: FloatArray, noise: FloatArray, h: float, best: float
) -> Estimate:
    """A noise at 0, and the sd at which the likelihood, all else held, has fallen by 1.92."""
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = 0.5 * (low + high)
        tried = noise.copy()
        tried[i] = middle * middle + _FLOOR
        if law.seen(logs, maturities, tried, h)[0] > best - 1.92:
            low = middle
        else:
            high = middle
    return Estimate(f"noise.{i + 1}", 0.0, high / 1.96, 0.0, high, "", 0.0)


def _checked(prices: FloatArray, maturities: FloatArray, h: float, name: str) -> tuple[FloatArray, FloatArray]:
    prices, maturities = np.asarray(prices, dtype=np.float64), np.asarray(maturities, dtype=np.float64)
    if prices.ndim != 2 or maturities.shape != prices.shape[1:] or prices.shape[1] < 2:
        raise CannotCalibrate(
            f"{name}: prices of shape {prices.shape} and maturities of shape {maturities.shape}; expected [N, m] and "
            f"[m], with two maturities at least"
        )
    if not (maturities >= 0.0).all() or not (np.diff(maturities) > 0.0).all() or not h > 0.0:
        raise CannotCalibrate(f"{name}: maturities and the step are in years, maturities from 0 and ascending")
    if (prices <= 0.0).any() or np.isinf(prices).any():
        raise CannotCalibrate(
            f"{name}: futures prices of 0 or below, or without end, have no logarithm; leave them out"
        )
    if len(prices) < LEAST:
        raise TooFewObservations(f"{name}: {len(prices)} dates, and {LEAST} are needed at least")
    logs = np.ascontiguousarray(np.log(prices))
    if np.isnan(logs).all(axis=0).any() or np.isnan(logs[0]).all():
        raise TooFewObservations(f"{name}: a maturity, or the first date, has no price at all; leave it out")
    if (np.nanstd(logs, axis=0) < 1e-10).any():
        raise ConstantSeries(f"{name}: a price that never moves has no volatility; check the column that was read")
    return logs, maturities


def _start(logs: FloatArray, maturities: FloatArray, h: float) -> FloatArray:
    """From the moves of the longest contract (ξ) and of the difference of the shortest from it (χ)."""
    near, far = logs[:, 0], logs[:, -1]
    long = max(float(np.nanstd(np.diff(far))) / sqrt(h), 0.02)
    moves = np.diff(near - far)
    short = max(float(np.nanstd(moves)) / sqrt(h), 0.02)
    pairs = ~np.isnan(moves) & ~np.isnan(np.diff(far))
    rho = float(np.clip(np.corrcoef(moves[pairs], np.diff(far)[pairs])[0, 1], -0.8, 0.8))
    slope = float(np.nanmean(far - logs[:, -2])) / float(maturities[-1] - maturities[-2])
    drift = float(np.nanmean(np.diff(far))) / h
    priced = slope - 0.5 * long * long
    spread = float(np.nanmean(near - far)) + priced * float(maturities[-1] - maturities[0])
    head = [log(1.2), log(1.3 * short), log(long), atanh(rho), 1.2 * spread, drift, priced]
    return np.array([*head, *np.full(logs.shape[1], log(0.02))])
