"""Lenders' cover ratios of cash flows to debt: DSCR, LLCR, PLCR."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from valuation.finance.debt import loan_factors, period_rates
from valuation.finance.discount import Floats, cash_flows


class LeastCover(NamedTuple):
    """The least DSCR and where it is."""

    ratio: float
    """CFADS/service [1]."""
    period: int
    """Index of its period, the first of equals."""


def dscr(cfads: ArrayLike, service: ArrayLike) -> Floats:
    """Debt service cover ratio of each period: CFADS / (interest + principal).

    Parameters
    ----------
    cfads : cash flow available for debt service [..., n] [money].
    service : interest and principal due [..., n] [money].

    Returns
    -------
    array [..., n] : cover [1]; NaN in periods without service (0 or less).

    Raises
    ------
    ValueError : shapes that differ, or a number that is not finite.
    """
    cash, due = np.asarray(cfads, dtype=np.float64), np.asarray(service, dtype=np.float64)
    if cash.shape != due.shape:
        raise ValueError(f"cash of shape {cash.shape} for service of shape {due.shape}")
    if not (np.isfinite(cash).all() and np.isfinite(due).all()):
        raise ValueError("cash and service must be finite numbers")
    ratios: Floats = np.divide(cash, due, out=np.full(cash.shape, np.nan), where=due > 0.0)
    return ratios


def minimum_dscr(ratios: ArrayLike) -> LeastCover | None:
    """The least of the covers of one run with its period; None where no period has service.

    Parameters
    ----------
    ratios : `dscr` of each period [n] [1]; NaN = no service.
    """
    covers = _covers(ratios)
    if np.isnan(covers).all():
        return None
    period = int(np.nanargmin(covers))
    return LeastCover(float(covers[period]), period)


def average_dscr(ratios: ArrayLike) -> float | None:
    """Mean of the covers over the periods with service [1]; None where no period has any.

    The mean of the ratios, not the ratio of the sums: in a period of little service a high cover counts as much.

    Parameters
    ----------
    ratios : `dscr` of each period [n] [1]; NaN = no service.
    """
    covers = _covers(ratios)
    served = covers[~np.isnan(covers)]
    return float(served.mean()) if served.size else None


def llcr(cfads: ArrayLike, rates: ArrayLike, balance: float, first: int, last: int) -> float | None:
    """Loan life cover ratio: Σ_{t = first … last} CFADS_t·Π_{k = first … t} (1 + i_k)^(−1) / balance.

    Cash is discounted at the debt's rate; reserves are not added to it. Negative cash counts against the cover. A loan
    sculpted at one DSCR, without grace, has an LLCR of that DSCR at every date.

    Parameters
    ----------
    cfads : cash flow available for debt service of each period [n] [money].
    rates : rate of the debt in each period [n] [fraction per period].
    balance : debt at the start of period `first` [money].
    first : period in which the cover is measured, at its start (0 … n − 1).
    last : period in which the loan is repaid (first … n − 1).

    Returns
    -------
    float : cover [1]; None without debt (balance 0 or less).

    Raises
    ------
    ValueError : numbers not finite, lengths that differ, periods out of range, a rate at or below −100 %.
    """
    cash, per_period = cash_flows(cfads), period_rates(rates)
    if cash.size != len(per_period):
        raise ValueError(f"{len(per_period)} rates for {cash.size} periods of cash")
    if not 0 <= first <= last < cash.size:
        raise ValueError(f"periods {first} to {last} are not within 0 to {cash.size - 1}")
    if not np.isfinite(balance):
        raise ValueError(f"a balance must be finite, got {balance}")
    if balance <= 0.0:
        return None
    factors = np.array(loan_factors(per_period[first : last + 1]))
    return float(np.sum(cash[first : last + 1] * factors)) / balance


def plcr(cfads: ArrayLike, rates: ArrayLike, balance: float, first: int) -> float | None:
    """Project life cover ratio: `llcr` with the cash of every period to the last of the project.

    Parameters, returns and errors as `llcr`; rates after the loan are those at which its cash is to be discounted.
    """
    return llcr(cfads, rates, balance, first, cash_flows(cfads).size - 1)


def _covers(ratios: ArrayLike) -> Floats:
    covers = np.asarray(ratios, dtype=np.float64)
    if covers.ndim != 1:
        raise ValueError(f"covers must be one row, got shape {covers.shape}")
    return covers
