"""Present values of periodic and of dated cash flows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats: TypeAlias = NDArray[np.float64]
Dates: TypeAlias = Sequence[date] | Sequence[float] | NDArray[np.datetime64] | NDArray[np.float64]

DAYS_PER_YEAR = 365.0
"""ACT/365F: a year of 365 days, leap years too."""


def cash_flows(values: ArrayLike) -> Floats:
    """The values as one row of finite numbers.

    Raises
    ------
    ValueError : more than one dimension, nothing in it, or a number that is not finite.
    """
    flows = np.asarray(values, dtype=np.float64)
    if flows.ndim != 1 or flows.size == 0:
        raise ValueError(f"cash flows must be one non-empty row of numbers, got shape {flows.shape}")
    if not np.isfinite(flows).all():
        where = int(np.flatnonzero(~np.isfinite(flows))[0])
        raise ValueError(f"cash flow {where} is {flows[where]}, not a finite number")
    return flows


def years_from_first(dates: Dates) -> Floats:
    """Years from the first date of the list to each date, ACT/365F: (d − d0)/365.

    Parameters
    ----------
    dates : `datetime.date`, numpy `datetime64` or Excel serial numbers [day].
    """
    days = np.asarray(dates)
    if days.ndim != 1 or days.size == 0:
        raise ValueError(f"dates must be one non-empty row, got shape {days.shape}")
    if days.dtype.kind in "OM":
        days = days.astype("datetime64[D]").astype(np.int64)
    serials: Floats = days.astype(np.float64)
    if not np.isfinite(serials).all():
        raise ValueError("every date must be finite")
    years: Floats = (serials - serials[0]) / DAYS_PER_YEAR
    return years


def discount_factors(rate: float, years: Floats) -> Floats:
    """(1 + rate)^(−years).

    Raises
    ------
    ValueError : rate is not above −100 %, or so near it that a factor passes the largest number.
    """
    if not (np.isfinite(rate) and rate > -1.0):
        raise ValueError(f"a discount rate must be above -100 %, got {rate}")
    with np.errstate(over="ignore"):
        factors: Floats = np.power(1.0 + rate, -years)
    if not np.isfinite(factors).all():
        raise ValueError(f"at a rate of {rate} a discount factor is too large for a number ({years.max():g} years)")
    return factors


def npv(rate: float, values: ArrayLike) -> float:
    """Net present value of one flow a period, the first at t = 0: Σ v_t (1 + rate)^(−t).

    numpy-financial's `npv` is the same; Excel's NPV puts its first value at t = 1.

    Parameters
    ----------
    rate : effective rate per period [fraction].
    values : cash flows [n] [money], + is received.

    Returns
    -------
    float : net present value [money].
    """
    flows = cash_flows(values)
    return float(np.sum(flows * discount_factors(rate, np.arange(flows.size, dtype=np.float64))))


def xnpv(rate: float, dates: Dates, values: ArrayLike) -> float:
    """Net present value of dated flows at the first date of the list: Σ v_i (1 + rate)^(−(d_i − d_0)/365).

    Parameters
    ----------
    rate : effective rate per year [fraction].
    dates : payment dates [n]; need not be sorted.
    values : cash flows [n] [money], + is received.

    Returns
    -------
    float : net present value [money], as Excel's XNPV.
    """
    years, flows = dated(dates, values)
    return float(np.sum(flows * discount_factors(rate, years)))


def dated(dates: Dates, values: ArrayLike) -> tuple[Floats, Floats]:
    """Years from the first date, and flows, of the same length.

    Raises
    ------
    ValueError : the two differ in length.
    """
    years, flows = years_from_first(dates), cash_flows(values)
    if years.size != flows.size:
        raise ValueError(f"{years.size} dates for {flows.size} cash flows")
    return years, flows
