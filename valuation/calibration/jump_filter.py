"""The three-standard-deviations filter: which steps of a series are jumps, and what is left without them."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from valuation.calibration.laws import reversion_of
from valuation.calibration.ou import LEAST, refuse_outside
from valuation.calibration.refusals import ConstantSeries
from valuation.calibration.series import FloatArray, Series

_ROUNDS = 200


@dataclass(frozen=True)
class Jumps:
    """What the filter takes for jumps, and the OU process of the other steps.

    Parameters
    ----------
    flagged : of the residuals of the AR(1) of all steps, shape [n].
    intensity : share of the steps over the step [/year].
    mean, sd : of the flagged residuals.
    reversion, volatility : of an AR(1) without the flagged steps [/year], [/sqrt(year)].
    """

    flagged: FloatArray
    intensity: float
    mean: float
    sd: float
    reversion: float
    volatility: float


def filter_jumps(series: Series, limit: float = 3.0) -> Jumps:
    """Take out residuals of the AR(1) more than ``limit`` sd from their mean, until none is left; then fit the rest.

    It counts too many where volatility clusters and misses reversals: a first look, and a starting point for the
    likelihood of `jump_diffusion`, which is what to use.

    Raises
    ------
    NotMeanReverting, TooFewObservations, ConstantSeries : as `fit_ou`.
    """
    series.need(LEAST, "the jump filter")
    before, after = series.steps()
    everything = np.ones(len(before), dtype=bool)
    phi, error = _ar1(series.name, before, after, everything)
    refuse_outside(phi, series, "the jump filter")
    kept = everything
    for _ in range(_ROUNDS):
        left = error[kept]
        calm = np.abs(error - left.mean()) <= limit * left.std()
        if not (kept & ~calm).any():
            break
        kept = kept & calm
    flagged = ~kept
    jumps = error[flagged]
    clean, rest = _ar1(series.name, before, after, kept)
    refuse_outside(clean, series, "the jump filter")
    kappa = reversion_of(clean, series.h)
    sigma = float(rest[kept].std()) * sqrt(2.0 * kappa / (1.0 - clean * clean))
    mean, sd = (float(jumps.mean()), float(jumps.std())) if len(jumps) else (0.0, 0.0)
    return Jumps(flagged, float(flagged.mean()) / series.h, mean, sd, kappa, sigma)


def _ar1(name: str, before: FloatArray, after: FloatArray, kept: FloatArray) -> tuple[float, FloatArray]:
    """Coefficient from the kept steps, and the residuals of all steps."""
    x, y = before[kept], after[kept]
    if len(x) < LEAST or not float(x.max() - x.min()) > 1e-12 * float(np.abs(x).max()):
        raise ConstantSeries(f"{name}: without its jumps the series does not move; it has no diffusion to estimate")
    phi = float((x - x.mean()) @ (y - y.mean())) / float((x - x.mean()) @ (x - x.mean()))
    return phi, after - (y.mean() - phi * x.mean()) - phi * before
