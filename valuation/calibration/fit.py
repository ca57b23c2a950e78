"""What an estimator gives: parameters with intervals, the likelihood behind them, and the law they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log
from typing import Protocol

import numpy as np

from valuation.calibration.series import FloatArray


@dataclass(frozen=True)
class Estimate:
    """One parameter.

    Parameters
    ----------
    name : as the market file spells it, `slow.reversion`.
    value : where the likelihood is highest.
    se : standard error of ``value``, in its unit.
    low, high : 95 % interval of the parameter; around ``corrected``.
    unit : `/year`, `/sqrt(year)`, empty for a plain number.
    corrected : with the bias of a short sample taken off; ``value`` where none is known. This is what to use.
    """

    name: str
    value: float
    se: float
    low: float
    high: float
    unit: str
    corrected: float

    def holds(self, true: float) -> bool:
        """Whether the interval holds a value."""
        return self.low <= true <= self.high


class Law(Protocol):
    """A process with its parameters in place, for forecasts and for simulated histories."""

    def paths(self, steps: int, paths: int, rng: np.random.Generator) -> FloatArray:
        """Histories of ``steps`` values each, shape [paths, steps]; from the stationary law where there is one, from 0
        where there is none."""
        ...

    def forecast(self, values: FloatArray, steps: int, probabilities: FloatArray) -> FloatArray:
        """Quantiles of the value ``steps`` after each of ``values``, given all up to it: shape [N, probabilities]."""
        ...


@dataclass(frozen=True)
class Fit:
    """A model fitted to a series.

    Parameters
    ----------
    model : name of the process.
    h : step of the data [year].
    estimates : the parameters, in the order of ``covariance``, then what follows from them.
    covariance : of the first k estimates as they stand, shape [k, k]. Draw from it on ``scale`` only.
    scale : of each of the k: `plain`, `log`, `logit` or `atanh`; on it the estimate is nearly normal.
    terms : log density of each value given those before it, shape [N]; NaN where there is none.
    start : what the first value's density is: `conditional` (none), `stationary` or `diffuse` (none).
    residuals : standardised one-step errors, shape [N]; normal where the model is true.
    pit : probability of a value below the one seen, given those before it, shape [N]; uniform where the model is true.
    law : the process with these parameters, corrected for bias.
    remarks : what to know before the numbers are used.
    """

    model: str
    h: float
    estimates: tuple[Estimate, ...]
    covariance: FloatArray
    scale: tuple[str, ...]
    terms: FloatArray
    start: str
    residuals: FloatArray
    pit: FloatArray
    law: Law | None = None
    remarks: tuple[str, ...] = field(default=())

    @property
    def log_likelihood(self) -> float:
        """Sum of ``terms``: comparable with another only over the same values, see `compare`."""
        return float(np.nansum(self.terms))

    @property
    def n(self) -> int:
        """Values that have a density."""
        return int(np.count_nonzero(~np.isnan(self.terms)))

    @property
    def free(self) -> int:
        """Parameters estimated."""
        return len(self.scale)

    @property
    def aic(self) -> float:
        """Akaike's criterion, 2k − 2 log L."""
        return 2.0 * self.free - 2.0 * self.log_likelihood

    @property
    def bic(self) -> float:
        """Schwarz's criterion, k log n − 2 log L."""
        return self.free * log(self.n) - 2.0 * self.log_likelihood

    def __getitem__(self, name: str) -> Estimate:
        """An estimate by its name."""
        for estimate in self.estimates:
            if estimate.name == name:
                return estimate
        raise KeyError(f"'{name}' is not among {', '.join(e.name for e in self.estimates)}")

    @property
    def parameters(self) -> Mapping[str, float]:
        """Corrected values by name: what a market file takes."""
        return {estimate.name: estimate.corrected for estimate in self.estimates}
