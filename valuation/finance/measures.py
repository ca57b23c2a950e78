"""Modified rate of return, payback and multiple of invested capital."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from valuation.finance.discount import Floats, cash_flows, discount_factors


def mirr(values: ArrayLike, finance_rate: float, reinvest_rate: float, years: ArrayLike | None = None) -> float:
    """Modified internal rate of return: (FV(inflows, reinvest_rate) / −PV(outflows, finance_rate))^(1/n) − 1.

    Parameters
    ----------
    values : cash flows [money], + is received; PV is at the first of them, FV at the last, n the time between the two.
    finance_rate, reinvest_rate : effective rates per period, or per year where `years` is given [fraction].
    years : time of each flow [year], ascending; left out: one flow a period.

    Returns
    -------
    float : effective rate per period or year [fraction]; NaN without both an inflow and an outflow, as
        numpy-financial, and where all flows have one time.
    """
    flows = cash_flows(values)
    times = _times(flows, years)
    periods = times - times[0]
    if not ((flows > 0.0).any() and (flows < 0.0).any() and periods[-1] > 0.0):
        return float("nan")
    outflows = -np.sum(np.minimum(flows, 0.0) * discount_factors(finance_rate, periods))
    inflows = np.sum(np.maximum(flows, 0.0) * discount_factors(reinvest_rate, periods))
    return float((inflows / outflows) ** (1.0 / periods[-1]) * (1.0 + reinvest_rate) - 1.0)


def payback(values: ArrayLike, years: ArrayLike | None = None) -> float:
    """Time from which on the sum of the flows, having been negative, stays at 0 or above; linear inside the crossing
    period.

    A small first outlay that is earned back before the large one does not count, nor does a project whose last outflow
    (a decommissioning cost) takes more than was left.

    Parameters
    ----------
    values : cash flows [n] [money], + is received.
    years : time of each flow [n] [year], ascending; left out: one flow a period, the first at 0.

    Returns
    -------
    float : years (or periods) from the first flow's time 0; NaN when nothing is laid out or it does not come back.
    """
    flows = cash_flows(values)
    return _payback(flows, _times(flows, years))


def discounted_payback(rate: float, values: ArrayLike, years: ArrayLike | None = None) -> float:
    """`payback` of the flows discounted to time 0 at the rate per year (or per period) [fraction]."""
    flows = cash_flows(values)
    times = _times(flows, years)
    return _payback(flows * discount_factors(rate, times), times)


def moic(values: ArrayLike) -> float:
    """Multiple of invested capital: sum of inflows / sum of outflows [1], undiscounted; NaN without an outflow."""
    flows = cash_flows(values)
    invested = -np.sum(np.minimum(flows, 0.0))
    return float(np.sum(np.maximum(flows, 0.0)) / invested) if invested > 0.0 else float("nan")


def _times(flows: Floats, years: ArrayLike | None) -> Floats:
    if years is None:
        return np.arange(flows.size, dtype=np.float64)
    times = np.asarray(years, dtype=np.float64)
    if times.shape != flows.shape:
        raise ValueError(f"{times.size} times for {flows.size} cash flows")
    if not np.isfinite(times).all() or (np.diff(times) < 0.0).any():
        raise ValueError("times must be finite and ascending")
    return times


def _payback(flows: Floats, times: Floats) -> float:
    total = np.cumsum(flows)
    back = np.flatnonzero((total[1:] >= 0.0) & (total[:-1] < 0.0))
    if not back.size or total[-1] < 0.0:
        return float("nan")
    before = int(back[-1])
    share = -total[before] / (total[before + 1] - total[before])
    return float(times[before] + share * (times[before + 1] - times[before]))
