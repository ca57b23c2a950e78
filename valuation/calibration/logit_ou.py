"""A share between 0 and 1 whose logit is an Ornstein–Uhlenbeck process."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log, sqrt

import numpy as np

from valuation.calibration.fit import Estimate, Fit
from valuation.calibration.laws import GaussianPair
from valuation.calibration.optimum import scipy
from valuation.calibration.ou import fit_ou
from valuation.calibration.series import FloatArray, Series
from valuation.calibration.shares import refuse_outside_unit


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
    refuse_outside_unit(series, "logit_ou")
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
