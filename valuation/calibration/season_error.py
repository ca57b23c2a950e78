"""How well a history tells the shape of a year: standard errors of the twelve month factors.

The pattern is fitted by least squares to values that hang together for months, so the errors that such a regression
reports by itself are far too small; those of the law that is fitted to what the pattern leaves are too small as well,
because in a few years the pattern takes up a part of the path. Here they come from how the pattern of one year differs
from that of the others, which neither assumes independent days nor a law.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from valuation.calibration.refusals import CannotCalibrate
from valuation.calibration.seasonality import FloatArray, Seasonality, design, month_shape
from valuation.calibration.transform import Transform

DRAWS = 400
DETERMINED = 0.2
"""Standard error of a month's factor, as a share of it, from which the history does not tell it."""
YEARS_FOR_A_SHAPE = 3.95
"""Years below which every shape is told to be uncertain; four years less some days are four."""


def month_errors(
    season: Seasonality, dates: Sequence[date], transform: Transform, monthly: bool, seed: int
) -> tuple[float, ...]:
    """Standard error of each month's factor, January first, as a share of the factor [1].

    The history is cut into its Y years. The harmonics are fitted to the residual of each alone; s_k² is the variance of
    their coefficients over the years, sum of squares over Y - 1, cosine and sine of a frequency k taken together. The
    pattern of all years has s_k/√Y, and the errors of the factors are those of coefficients drawn with it.

    Parameters
    ----------
    season : what was fitted to all years. dates : the day of each value; shape [n].
    monthly : whether the data are months.

    Returns
    -------
    Half the distance of the 15.87th and 84.13th percentile of ln(factor); empty for less than two years, and where
    fewer than half of the drawn patterns are a shape.
    """
    errors = _of_coefficients(season, dates)
    if not errors:
        return ()
    spread = np.array([errors.get(name, 0.0) for name in season.names])
    drawn = np.random.default_rng([seed, 3]).standard_normal((DRAWS, len(spread))) * spread
    shapes = []
    for error in drawn:
        try:
            shape = month_shape(replace(season, coefficients=season.coefficients + error), transform, monthly)
        except CannotCalibrate:
            continue
        if min(shape) > 0.0:
            shapes.append(np.log(shape))
    if 2 * len(shapes) < DRAWS:
        return ()
    low, high = np.percentile(shapes, (15.87, 84.13), axis=0)
    return tuple(float(one) for one in 0.5 * (high - low))


def _of_coefficients(season: Seasonality, dates: Sequence[date]) -> dict[str, float]:
    """Standard error of each harmonic's coefficient, by name."""
    years = int(((dates[-1] - dates[0]).days + 32.0) / 365.25)
    names = [name for name in season.names if name.startswith(("cos", "sin"))]
    if years < 2 or not names:
        return {}
    found: list[FloatArray] = []
    for part in np.array_split(np.arange(len(dates)), years):
        known = part[~np.isnan(season.residual[part])]
        columns = design([dates[at] for at in known], ["constant", *names], dates[0])
        solved, _, rank, _ = np.linalg.lstsq(columns, season.residual[known], rcond=None)
        if int(rank) < columns.shape[1]:
            return {}
        found.append(np.asarray(solved[1:], dtype=np.float64))
    square = np.var(np.array(found), axis=0, ddof=1)
    of = {name: float(value) for name, value in zip(names, square, strict=True)}
    return {name: (0.5 * (of[f"cos {name[4:]}"] + of[f"sin {name[4:]}"]) / years) ** 0.5 for name in names}


def shape_warning(shape: Sequence[float], errors: Sequence[float], years: float, names: Sequence[str]) -> str:
    """What to know before a month shape is used; empty where the history tells it.

    Parameters
    ----------
    shape, errors : factors by month, and their standard errors as a share; ``errors`` may be empty.
    years : length of the history.
    names : of the months.
    """
    if not shape:
        return ""
    loose = [at for at, error in enumerate(errors) if error > DETERMINED]
    if not loose and years >= YEARS_FOR_A_SHAPE:
        return ""
    worst = (
        sorted(loose, key=lambda at: -errors[at])[:3] or sorted(range(12), key=lambda at: -abs(np.log(shape[at])))[:2]
    )
    told = ", ".join(
        f"{names[at]} {shape[at]:.2f}" + (f" +/- {shape[at] * errors[at]:.2f}" if errors else "")
        for at in sorted(worst)
    )
    why = f"{years:.1f} years of data" if years < YEARS_FOR_A_SHAPE else f"{years:.1f} years of so slow a price"
    return (
        f"month_shape is not determined by {why} ({told}): part of it is chance; take the shape of forward quotes or "
        "of a longer history, or leave month_shape out (--no-season)"
    )
