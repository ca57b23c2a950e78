"""What an estimator reads: one value at each of equally spaced times, with gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from valuation.calibration.refusals import CannotCalibrate, ConstantSeries, TooFewObservations

FloatArray = npt.NDArray[np.floating[Any]]

DAY = 1.0 / 365.0
"""Step of daily data [year]: every year has 365 days, as in the published fits that this package is held against."""
MONTH = 1.0 / 12.0
"""Step of monthly data [year]."""


@dataclass(frozen=True)
class Series:
    """A series of values at equal steps, after transform and without its seasonal pattern.

    Parameters
    ----------
    name : what it is, in words, for messages: `NOR, asinh(P/10), deseasonalised`.
    values : shape [N]; NaN where there is none.
    h : step [year], see `DAY` and `MONTH`.
    unit : of the values; empty for a transformed price.
    """

    name: str
    values: FloatArray
    h: float
    unit: str = ""

    def __post_init__(self) -> None:
        values = np.ascontiguousarray(self.values, dtype=np.float64)
        if values.ndim != 1:
            raise CannotCalibrate(
                f"{self.name}: a series is one row of numbers, not an array of {values.ndim} dimensions"
            )
        if np.isinf(values).any():
            raise CannotCalibrate(f"{self.name}: value {int(np.isinf(values).argmax()) + 1} is infinite; leave it out")
        if not 0.0 < self.h < float("inf"):
            raise CannotCalibrate(f"{self.name}: a step of {self.h} years; expected a length above 0")
        object.__setattr__(self, "values", values)

    @property
    def years(self) -> float:
        """From the first to the last value [year]."""
        return (len(self.values) - 1) * self.h

    @property
    def observed(self) -> FloatArray:
        """The values without the gaps, shape [n]."""
        return self.values[~np.isnan(self.values)]

    def steps(self) -> tuple[FloatArray, FloatArray]:
        """(before, after) of every step that has both its ends, shape [n] each."""
        before, after = self.values[:-1], self.values[1:]
        whole = ~(np.isnan(before) | np.isnan(after))
        return before[whole], after[whole]

    def first(self, share: float) -> Series:
        """The first part of the series, for a fit that is tested on the rest."""
        return Series(self.name, self.values[: int(share * len(self.values))], self.h, self.unit)

    def need(self, least: int, model: str) -> None:
        """Refuse what no estimate can come from.

        Raises
        ------
        TooFewObservations : fewer than ``least`` values, or fewer than half of them next to another.
        ConstantSeries : all values the same.
        """
        seen = self.observed
        if len(seen) < least:
            raise TooFewObservations(
                f"{self.name}: {len(seen)} values, and '{model}' needs {least} at least; give a longer history, or a "
                f"shorter step"
            )
        spread = float(seen.max() - seen.min())
        if not spread > 1e-12 * float(np.abs(seen).max()):
            raise ConstantSeries(
                f"{self.name}: all {len(seen)} values are {seen[0]:g}, so there is nothing to estimate; check the "
                f"column and the area that were read"
            )
        before, after = self.steps()
        if len(before) < least // 2:
            raise TooFewObservations(
                f"{self.name}: {len(before)} of {len(seen)} values have the next one beside them, and "
                f"'{model}' needs {least // 2} at least; the step of {self.h:.6g} years may be too short for these data"
            )
        for end in (before, after):
            if not float(end.max() - end.min()) > 1e-12 * float(np.abs(end).max()):
                raise ConstantSeries(
                    f"{self.name}: {len(end)} of {len(seen)} values are {end[0]:g}, so there is nothing to estimate; "
                    f"check the column and the area that were read"
                )


def as_series(values: Any, h: float, name: str = "series", unit: str = "") -> Series:
    """A `Series` of anything that NumPy takes as a row of numbers."""
    return Series(name, np.asarray(values, dtype=np.float64), h, unit)
