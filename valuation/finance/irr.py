"""Internal rate of return with a stated root rule.

Of the rates between −99.99 % and +100,000 % at which the net present value is zero, those count where it falls through
zero as the rate rises: there the project is worth doing just below the rate and not just above it. Of several, the one
nearest `near` is returned. Roots where the net present value rises, which every series with a last outflow has near
−100 %, are no rates of return.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike

from valuation.finance.discount import Dates, Floats, cash_flows, dated
from valuation.finance.roots import HIGHEST, LOWEST, falling_roots, log_ratio


class IrrStatus(IntEnum):
    """What became of the search for a rate of return."""

    OK = 0
    """Exactly one falling root."""
    MULTIPLE = 1
    """Two or more falling roots; the rate is the one nearest `near`."""
    TOTAL_LOSS = 2
    """Outflows only: no rate; distributions count it as −100 %."""
    NO_INVESTMENT = 3
    """No outflow: nothing is left to invest."""
    NO_ROOT = 4
    """Both signs, but the net present value never falls through zero."""
    NOT_CONVERGED = 5
    """The search could not settle the whole range."""


@dataclass(frozen=True)
class IrrResult:
    """A rate of return with its status."""

    rate: float
    """Effective rate per period (irr) or per year (xirr) [fraction]; NaN where none exists."""
    status: IrrStatus
    roots: tuple[float, ...]
    """Every falling root found, ascending [fraction]."""


def irr(values: ArrayLike, near: float = 0.10) -> float:
    """Internal rate of return of one flow a period, by the root rule of this module.

    Parameters
    ----------
    values : cash flows [n] [money], + is received.
    near : of several falling roots the one nearest this rate is taken [fraction].

    Returns
    -------
    float : effective rate per period [fraction]; NaN where none exists (`irr_status` says why).
    """
    return irr_status(values, near).rate


def irr_status(values: ArrayLike, near: float = 0.10) -> IrrResult:
    """`irr` with its status and all falling roots."""
    flows = cash_flows(values)
    return _solve(np.arange(flows.size, dtype=np.float64), flows, near)


def xirr(dates: Dates, values: ArrayLike, near: float = 0.10) -> float:
    """Internal rate of return of dated flows, ACT/365F effective annual, by the root rule of this module.

    Parameters
    ----------
    dates : payment dates [n]; need not be sorted.
    values : cash flows [n] [money], + is received.
    near : of several falling roots the one nearest this rate is taken [fraction].

    Returns
    -------
    float : effective rate per year [fraction]; NaN where none exists (`xirr_status` says why).
    """
    return xirr_status(dates, values, near).rate


def xirr_status(dates: Dates, values: ArrayLike, near: float = 0.10) -> IrrResult:
    """`xirr` with its status and all falling roots."""
    years, flows = dated(dates, values)
    order = np.argsort(years, kind="stable")
    return _solve(years[order], flows[order], near)


def _solve(years: Floats, flows: Floats, near: float) -> IrrResult:
    if not (np.isfinite(near) and near > -1.0):
        raise ValueError(f"near must be a rate above -100 %, got {near}")
    if not (flows < 0.0).any():
        return IrrResult(np.nan, IrrStatus.NO_INVESTMENT, ())
    if not (flows > 0.0).any():
        return IrrResult(np.nan, IrrStatus.TOTAL_LOSS, ())
    years, flows = years[flows != 0.0], flows[flows != 0.0]
    years, flows = years - years[0], flows / np.abs(flows).max()
    only = _only_root(years, flows, near)
    if only is not None:
        rate = float(np.expm1(only))
        return IrrResult(rate, IrrStatus.OK, (rate,))
    found, complete = falling_roots(years, flows)
    rates = tuple(float(rate) for rate in np.expm1(found))
    if not complete:
        return IrrResult(np.nan, IrrStatus.NOT_CONVERGED, rates)
    if not rates:
        return IrrResult(np.nan, IrrStatus.NO_ROOT, ())
    nearest = min(rates, key=lambda rate: abs(rate - near))
    return IrrResult(nearest, IrrStatus.OK if len(rates) == 1 else IrrStatus.MULTIPLE, rates)


def _only_root(years: Floats, flows: Floats, near: float) -> float | None:
    """ln(1 + r) of a root that is provably the only one, and falling; None where that is not shown.

    Let S_k be the running sums of the flows discounted at a root. Then f(x) = Σ S_k (d_k − d_{k+1}) with d_k =
    exp(−(x − root) t_k), which falls in k right of the root and rises left of it. So if no S_k is above 0, f is
    negative everywhere right of the root and positive everywhere left of it.
    """
    x = min(max(float(np.log1p(near)), LOWEST), HIGHEST)
    for _ in range(20):
        value, slope = log_ratio(years, flows, x)
        if slope >= 0.0:
            return None
        before, x = x, x - value / slope
        if not LOWEST <= x <= HIGHEST:
            return None
        if abs(value) <= 1e-15 or abs(x - before) <= 4e-16 * max(1.0, abs(x)):
            break
    else:
        return None
    power = -x * years
    running = np.cumsum(flows * np.exp(power - power.max()))
    return x if (running[:-1] <= 0.0).all() else None
