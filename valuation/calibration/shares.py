"""What the fits of shares between 0 and 1 have in common: which shares are refused, and sums over whole steps."""

from __future__ import annotations

import numpy as np

from valuation.calibration.refusals import ValuesOutside
from valuation.calibration.series import FloatArray, Series

LEAST = 24


def refuse_outside_unit(series: Series, model: str) -> None:
    """Refuse a history of shares that are not between 0 and 1, or that is too short.

    Raises
    ------
    ValuesOutside, TooFewObservations, ConstantSeries.
    """
    series.need(LEAST, model)
    seen = series.observed
    if not ((seen > 0.0) & (seen < 1.0)).all():
        wrong = seen[(seen <= 0.0) | (seen >= 1.0)]
        raise ValuesOutside(
            f"{series.name}: {len(wrong)} of {len(seen)} shares are not between 0 and 1 (both excluded), the "
            f"first {wrong[0]:g}; a share is used over available (0.85, not 85); one that is full needs more digits"
        )


def step_correlation(before: FloatArray, after: FloatArray) -> float:
    """Coefficient of the regression of each value on the one before it."""
    x = before - before.mean()
    return float(x @ (after - after.mean())) / float(x @ x)


def beside_ends(series: Series, of_steps: FloatArray) -> FloatArray:
    """Numbers of the whole steps, put beside the values at which they end; NaN elsewhere."""
    out = np.full(len(series.values), np.nan)
    whole = ~np.isnan(series.values[:-1]) & ~np.isnan(series.values[1:])
    out[1:][whole] = of_steps
    return out
