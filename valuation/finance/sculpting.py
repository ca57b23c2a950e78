"""Sculpted debt: a service that is the same share, 1/DSCR, of each period's cash flow available for debt service."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from valuation.finance.debt import loan_factors, period_rates, periods_of_grace, repaid_by
from valuation.finance.discount import cash_flows

_ROUNDING = 1e-12
"""Share of the amount below which a negative principal is rounding, not a growing balance."""


class SculptingStatus(StrEnum):
    """What became of a sculpted loan; of several, the first in this order is told."""

    NOTHING_TO_CARRY = "nothing_to_carry"
    """No period after grace has cash: no debt can be served."""
    NEGATIVE_AMORTISATION = "negative_amortisation"
    """In some period the service is less than the interest: the rest is added to the balance, its principal is < 0."""
    GRACE_BELOW_DSCR = "grace_below_dscr"
    """In some period of grace the interest is more than CFADS/DSCR: the DSCR is missed there."""
    OK = "ok"


@dataclass(frozen=True)
class Sculpted:
    """A loan with its sculpted repayment."""

    amount: float
    """Loan at the start of the first period [money]."""
    principal: tuple[float, ...]
    """Principal of each period [n] [money]; adds up to the amount, except where there is nothing to carry: then 0."""
    status: SculptingStatus


def sculpted(cfads: ArrayLike, dscr: ArrayLike, rates: ArrayLike, grace: int = 0) -> Sculpted:
    """The loan that the cash carries at a DSCR, and its repayment.

    service_t = max(CFADS_t, 0)/DSCR_t; D = Σ_t service_t·Π_{k ≤ t} (1 + i_k)^(−1);
    principal_t = service_t − i_t·balance_t. So SAM sizes debt (`debt_option` DSCR), with one DSCR and one rate.
    Where the cash is negative nothing is paid and the interest is added to the balance. In grace the service is the
    interest, whatever the cash: D is the present value at the end of grace of what comes after it.

    Parameters
    ----------
    cfads : cash flow available for debt service of each period [n] [money].
    dscr : the cover asked for, CFADS/service [1], above 0: one number, or one for each period [n].
    rates : rate of each period [n] [fraction per period].
    grace : first periods that pay interest alone, fewer than n [period].

    Returns
    -------
    Sculpted : amount, principal and status; amount 0 where there is nothing to carry.

    Raises
    ------
    ValueError : numbers not finite, lengths that differ, a DSCR not above 0, a rate at or below −100 %, a bad grace.
    """
    per_period = period_rates(rates)
    service = service_at(cfads, dscr, len(per_period))
    return sculpted_by(carried(service, per_period, grace), service, service, per_period, grace)


def sculpted_for(amount: float, cfads: ArrayLike, rates: ArrayLike, grace: int = 0) -> tuple[float | None, Sculpted]:
    """The one DSCR at which the cash repays a given loan, and its repayment.

    DSCR = Σ_t max(CFADS_t, 0)·Π_{k ≤ t} (1 + i_k)^(−1) / amount over the periods after grace. Below 1 it asks for more
    than the cash.

    Parameters
    ----------
    amount : loan at the start of the first period [money], 0 or more.
    cfads, rates, grace : as `sculpted`.

    Returns
    -------
    dscr : the cover of every period after grace that has cash [1]; None without a loan or without cash.
    loan : the amount with its repayment; with `nothing_to_carry` a loan is left unpaid.

    Raises
    ------
    ValueError : as `sculpted`, or an amount that is negative or not finite.
    """
    if not (math.isfinite(amount) and amount >= 0.0):
        raise ValueError(f"a loan must be 0 or more, got {amount}")
    per_period = period_rates(rates)
    cash = service_at(cfads, 1.0, len(per_period))
    present = carried(cash, per_period, grace)
    if amount == 0.0 or present == 0.0:
        status = SculptingStatus.OK if amount == 0.0 else SculptingStatus.NOTHING_TO_CARRY
        return None, Sculpted(float(amount), (0.0,) * len(per_period), status)
    cover = present / amount
    service = [paid / cover for paid in cash]
    return cover, sculpted_by(amount, service, service, per_period, grace)


def service_at(cfads: ArrayLike, dscr: ArrayLike, n: int) -> tuple[float, ...]:
    """Service of each of n periods at a DSCR: max(CFADS_t, 0)/DSCR_t [money]. Errors as `sculpted`."""
    cash = [float(flow) for flow in cash_flows(cfads)]
    covers = [float(cover) for cover in cash_flows(np.full(n, dscr) if np.ndim(dscr) == 0 else dscr)]
    if not len(cash) == len(covers) == n:
        raise ValueError(f"{n} rates for {len(cash)} periods of cash and {len(covers)} of DSCR")
    if min(covers) <= 0.0:
        raise ValueError(f"a DSCR must be above 0, got {min(covers)}")
    return tuple(max(flow, 0.0) / cover for flow, cover in zip(cash, covers, strict=True))


def carried(service: Sequence[float], rates: Sequence[float], grace: int) -> float:
    """Loan that the service after grace repays: its present value at the end of grace [money]."""
    first = periods_of_grace(grace, len(rates))
    return math.fsum(p * f for p, f in zip(service[first:], loan_factors(rates[first:]), strict=True))


def sculpted_by(
    amount: float, service: Sequence[float], allowed: Sequence[float], rates: Sequence[float], grace: int
) -> Sculpted:
    """A loan repaid by its service after grace, with its status; `allowed` is the service at the DSCR asked for. [n]"""
    principal = (0.0,) * grace + repaid_by(amount, rates[grace:], service[grace:])
    room = _ROUNDING * amount
    if not any(paid > 0.0 for paid in service[grace:]):
        status = SculptingStatus.NOTHING_TO_CARRY
    elif any(paid < -room for paid in principal):
        status = SculptingStatus.NEGATIVE_AMORTISATION
    elif any(rate * amount > paid + room for rate, paid in zip(rates[:grace], allowed[:grace], strict=True)):
        status = SculptingStatus.GRACE_BELOW_DSCR
    else:
        status = SculptingStatus.OK
    return Sculpted(amount, principal, status)
