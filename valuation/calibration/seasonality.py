"""The part of a price that the calendar knows: yearly harmonics, weekends, a trend where one is asked for.

One regression (ordinary least squares) before the process is fitted to what it leaves. Two steps are consistent; the
standard errors of the process do not hold the error of the first step, and those of the regression, which would assume
errors that do not hang together, are not shown. With three years and more of days the second step hardly feels the
first; a joint fit would matter below that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from valuation.calibration.refusals import CannotCalibrate
from valuation.calibration.transform import Transform

FloatArray = NDArray[np.float64]

YEAR = 365.25
"""Days of a year in the phase of the harmonics and in the trend."""
ENOUGH_FOR_A_YEAR = 365
"""Days below which no yearly pattern can be told from the path of the price."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTH_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, eq=False)
class Seasonality:
    """g(P) = constant + trend·t + Σ a_k cos + b_k sin (k·2π·(doy − 1)/365.25) + Saturday + Sunday + residual.

    t counts years of 365.25 days from the first day, doy is the day of the year from 1.

    Parameters
    ----------
    names, coefficients : of the columns that were fitted, in the order of the design.
    first : the first day, at which t is 0.
    residual : what the process is fitted to, NaN in gaps; shape [n].
    explained : share of the variance of g(P) that the calendar explains.
    """

    names: tuple[str, ...]
    coefficients: FloatArray
    first: date
    residual: FloatArray
    explained: float

    def __getitem__(self, name: str) -> float:
        """A coefficient by its name, 0 for one that was not fitted."""
        return float(self.coefficients[self.names.index(name)]) if name in self.names else 0.0

    @property
    def harmonics(self) -> int:
        """Yearly harmonics that were fitted."""
        return sum(name.startswith("cos") for name in self.names)

    def at(self, dates: Sequence[date]) -> FloatArray:
        """The pattern on some days, shape [n]."""
        return design(dates, self.names, self.first) @ self.coefficients

    def of_year(self) -> FloatArray:
        """Constant, harmonics and the mean effect of the days of a week, on the 365 days of a year."""
        phase = 2.0 * np.pi * np.arange(365) / YEAR
        found = np.full(365, self["constant"] + (self["Saturday"] + self["Sunday"]) / 7.0)
        for k in range(1, self.harmonics + 1):
            found += self[f"cos {k}"] * np.cos(k * phase) + self[f"sin {k}"] * np.sin(k * phase)
        return found


def fit_seasonality(
    y: FloatArray, dates: Sequence[date], *, trend: bool = False, harmonics: int = 2, weekdays: bool = True
) -> Seasonality:
    """Least squares of the transform on the calendar.

    Parameters
    ----------
    y : transform of the price, NaN in gaps; shape [n].
    dates : the day of each.
    trend : whether a straight line in time is fitted too. It describes the sample and is never carried on.
    harmonics : yearly ones; none are fitted to less than a year.
    weekdays : whether Saturday and Sunday have levels of their own; not for months.

    Raises
    ------
    CannotCalibrate : a design that the days cannot tell apart.
    """
    if (dates[-1] - dates[0]).days + 1 < ENOUGH_FOR_A_YEAR:
        harmonics = 0
    names = ["constant", *(["trend"] if trend else [])]
    for k in range(1, harmonics + 1):
        names += [f"cos {k}", f"sin {k}"]
    names += ["Saturday", "Sunday"] if weekdays else []
    columns = design(dates, names, dates[0])
    seen = ~np.isnan(y)
    solved, _, rank, _ = np.linalg.lstsq(columns[seen], y[seen], rcond=None)
    found = np.asarray(solved, dtype=np.float64)
    if int(rank) < len(names):
        raise CannotCalibrate(f"{int(seen.sum())} values do not tell {', '.join(names)} apart; give a longer history")
    residual = y - columns @ found
    spread = float(np.var(y[seen]))
    explained = 1.0 - float(np.var(residual[seen])) / spread if spread > 0.0 else 0.0
    return Seasonality(tuple(names), found, dates[0], residual, explained)


def design(dates: Sequence[date], names: Sequence[str], first: date) -> FloatArray:
    """The columns of the regression, shape [n, names]."""
    days = np.array([(day - first).days for day in dates], dtype=np.float64)
    phase = 2.0 * np.pi * np.array([day.timetuple().tm_yday - 1 for day in dates]) / YEAR
    weekday = np.array([day.weekday() for day in dates])
    made: dict[str, Callable[[], FloatArray]] = {
        "constant": lambda: np.ones(len(dates)),
        "trend": lambda: days / YEAR,
        "Saturday": lambda: (weekday == 5).astype(np.float64),
        "Sunday": lambda: (weekday == 6).astype(np.float64),
    }
    for k in (1, 2, 3):
        made[f"cos {k}"] = lambda k=k: np.cos(k * phase)  # type: ignore[misc]
        made[f"sin {k}"] = lambda k=k: np.sin(k * phase)  # type: ignore[misc]
    return np.column_stack([made[name]() for name in names])


def month_shape(season: Seasonality, transform: Transform, monthly: bool = False) -> tuple[float, ...]:
    """Expected price of each month over that of the year, January first [1]: `forward.month_shape` of a market file.

    With s(d) the pattern on day d of a year of 365 days, the weekday at its mean effect and no trend, and g⁻¹ the
    transform turned round: mean of g⁻¹(s(d)) over the days of the month, divided by its mean over the year. The mean of
    the twelve, weighted by days, is 1. Where X is normal and stationary, E[g⁻¹(s + X)] is g⁻¹(s) times one factor for
    log and asinh, and g⁻¹(s) itself for the price as it is; so this is exact for the means that the law has.

    Parameters
    ----------
    monthly : whether the data are months, whose pattern is known at the first of each only.
    """
    price = transform.back(season.of_year())
    ends = np.cumsum((0, *MONTH_LENGTHS))
    by_month = [float(price[a] if monthly else price[a:b].mean()) for a, b in zip(ends, ends[1:], strict=False)]
    mean = float(np.dot(by_month, MONTH_LENGTHS)) / 365.0
    if not mean > 0.0:
        raise CannotCalibrate(
            "the expected price of a year is not above 0, so no shape by month multiplies it; "
            "use --no-season, or another part of the history"
        )
    return tuple(value / mean for value in by_month)
