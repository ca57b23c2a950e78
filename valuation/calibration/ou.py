"""One mean-reverting factor, exactly: the AR(1) of its values at equal steps, by least squares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import exp, expm1, log, sqrt

import numpy as np

from valuation.calibration.bias import bias_remarks, without_bias
from valuation.calibration.fit import Fit
from valuation.calibration.laws import Component, GaussianPair, normal_pit, reversion_of
from valuation.calibration.optimum import Optimum
from valuation.calibration.parameters import PER_ROOT_YEAR, PER_YEAR, Coordinate, Short, describe
from valuation.calibration.refusals import NotMeanReverting
from valuation.calibration.series import Series

LEAST = 20


def fit_ou(series: Series, model: str = "ou") -> Fit:
    """Maximum likelihood of dX = κ(mean − X) dt + σ dW, conditional on the first value.

    y' = a + φy + e by least squares over the steps that have both ends; κ = −ln φ/h, mean = a/(1 − φ), σ² = Var e ·
    2κ/(1 − φ²), Var e with divisor n. Estimates: `reversion`, `volatility`, `mean`, `stationary_sd`.

    Corrected: the reversion without its bias (see `bias`), the volatility and the stationary sd that go with it and the
    same Var e, made unbiased.

    Raises
    ------
    NotMeanReverting : φ of 1 or more, or of 0 or less.
    TooFewObservations, ConstantSeries : see `Series.need`.
    """
    series.need(LEAST, model)
    before, after = series.steps()
    n, h = len(before), series.h
    centre = before - before.mean()
    spread = float(centre @ centre)
    phi = float(centre @ (after - after.mean())) / spread
    refuse_outside(phi, series, model)
    intercept = float(after.mean() - phi * before.mean())
    error = after - intercept - phi * before
    variance = float(error @ error) / n
    kappa, years = reversion_of(phi, h), n * h
    mean = intercept / (1.0 - phi)
    short = without_bias(kappa, h, years)
    settled = exp(-short.corrected * h)
    slope_variance = (1.0 - settled * settled) / n
    kappa_variance = slope_variance / (settled * h) ** 2

    coordinates = (
        Coordinate("reversion", "log", PER_YEAR),
        Coordinate("step_sd", "log"),
        Coordinate("mean", "plain", series.unit),
    )
    mean_variance = variance / (n * (1.0 - settled) ** 2)
    widths = np.diag([kappa_variance / short.corrected**2, 0.5 / n, mean_variance])
    widths[0, 0] /= short.widened**2
    raw = Optimum(np.array([log(kappa), 0.5 * log(variance), mean]), widths, 0.0)
    corrections = {
        "reversion": short,
        "step_sd": Short(sqrt(variance * n / (n - 2.0))),
        "mean": Short(mean, short.corrected * years),
    }

    def volatility(p: Mapping[str, float]) -> float:
        return p["step_sd"] * sqrt(-2.0 * p["reversion"] / expm1(-2.0 * p["reversion"] * h))

    def stationary(p: Mapping[str, float]) -> float:
        return p["step_sd"] / sqrt(-expm1(-2.0 * p["reversion"] * h))

    found = describe(
        coordinates,
        raw,
        corrections,
        (
            (Coordinate("volatility", "log", PER_ROOT_YEAR), volatility, float("inf")),
            (Coordinate("stationary_sd", "log", series.unit), stationary, short.corrected * years),
        ),
    )
    reversion, _, centre_of, sigma, sd = found.estimates
    # (reversion, volatility, mean): the volatility follows from the step's sd and the reversion.
    jacobian = np.diag([1.0, sigma.value / found.estimates[1].value, 1.0])
    jacobian[1, 0] = _slope(volatility, {"reversion": kappa, "step_sd": found.estimates[1].value})
    covariance = jacobian @ found.covariance @ jacobian.T

    terms = np.full(len(series.values), np.nan)
    residuals = terms.copy()
    e = series.values[1:] - intercept - phi * series.values[:-1]
    residuals[1:] = e / sqrt(variance)
    terms[1:] = -0.5 * (log(2.0 * np.pi * variance) + e * e / variance)
    law = GaussianPair(h, Component(reversion.corrected, sigma.corrected), mean=mean)
    return Fit(
        model,
        h,
        (reversion, sigma, centre_of, sd),
        covariance,
        ("log", "log", "plain"),
        terms,
        "conditional",
        residuals,
        normal_pit(residuals),
        law,
        bias_remarks("reversion", kappa, h, years),
    )


def refuse_outside(phi: float, series: Series, model: str) -> None:
    """Refuse an AR(1) coefficient that no reversion has.

    Raises
    ------
    NotMeanReverting : 1 or more, or 0 or less.
    """
    if phi >= 1.0:
        raise NotMeanReverting(
            f"{series.name}: each value is {phi:.4f} times the one before, so nothing pulls it to a mean and '{model}' "
            f"has no reversion above 0; take 'gbm', or take a trend out, or give a longer history"
        )
    if phi <= 0.0:
        raise NotMeanReverting(
            f"{series.name}: each value is {phi:.4f} times the one before: no memory lasts a step of {series.h:.4g} "
            f"years, and '{model}' has no finite reversion; give data with a shorter step, or a yearly level"
        )


def _slope(function: object, at: dict[str, float]) -> float:
    if not callable(function):
        raise TypeError("a function of the parameters")
    step = 1e-6 * at["reversion"]
    up, down = {**at, "reversion": at["reversion"] + step}, {**at, "reversion": at["reversion"] - step}
    return float(function(up) - function(down)) / (2.0 * step)


def renamed(fit: Fit, model: str, names: Mapping[str, str]) -> Fit:
    """The same fit under another model's names."""
    estimates = tuple(replace(e, name=names.get(e.name, e.name)) for e in fit.estimates)
    return replace(fit, model=model, estimates=estimates)
