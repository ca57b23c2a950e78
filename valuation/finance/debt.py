"""Repayment of a loan by service periods: level payments, equal principal, one payment at the end.

Interest of a period is its rate times the balance at its start. A rate is that of the whole period: 7 % a year paid
half-yearly is 3.5 % a period. The first `grace` periods pay interest alone. Plain Python arithmetic throughout: a size
and a repayment become inputs of a plan, whose bits may not depend on the processor.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from numpy.typing import ArrayLike

from valuation.finance.discount import cash_flows


def level_schedule(amount: float, rates: ArrayLike, grace: int = 0) -> tuple[float, ...]:
    """Principal of each period when every payment, interest and principal together, is the same.

    payment = amount / Σ_t Π_{k ≤ t} (1 + i_k)^(−1) over the periods after grace; principal_t = payment − i_t·balance_t.
    With one rate i this is the annuity amount·i / (1 − (1 + i)^(−n)), numpy-financial's and Excel's PMT and PPMT. Where
    the rate falls steeply a first payment may be less than its interest: that principal is negative.

    Parameters
    ----------
    amount : loan at the start of the first period [money], 0 or more.
    rates : rate of each period [n] [fraction per period].
    grace : first periods that pay interest alone, fewer than n [period].

    Returns
    -------
    tuple [n] : principal of each period [money]; subtracted in turn from the amount they leave exactly 0.

    Raises
    ------
    ValueError : amount negative or not finite, a rate at or below −100 %, grace not within 0 … n − 1.
    """
    owed, per_period = _loan(amount), period_rates(rates)
    repaying = per_period[periods_of_grace(grace, len(per_period)) :]
    payment = owed / math.fsum(loan_factors(repaying))
    return (0.0,) * grace + repaid_by(owed, repaying, [payment] * len(repaying))


def equal_principal(amount: float, n: int, grace: int = 0) -> tuple[float, ...]:
    """Principal of each of n periods when it is the same in all after grace: amount / (n − grace).

    Parameters, returns and errors as `level_schedule`; the rates do not matter.
    """
    owed = _loan(amount)
    repaying = _periods(n) - periods_of_grace(grace, n)
    return (0.0,) * grace + repaid_by(owed, [0.0] * repaying, [owed / repaying] * repaying)


def bullet(amount: float, n: int, grace: int = 0) -> tuple[float, ...]:
    """Principal of each of n periods when all of it is paid in the last; grace changes nothing, every period before the
    last pays interest alone.

    Parameters, returns and errors as `level_schedule`; the rates do not matter.
    """
    owed = _loan(amount)
    periods_of_grace(grace, _periods(n))
    return (0.0,) * (n - 1) + (owed,)


def repaid_by(amount: float, rates: Sequence[float], service: Sequence[float]) -> tuple[float, ...]:
    """Principal when `service` is paid: service_t − i_t·balance_t; the last payment above 0 takes what is left.

    What it takes differs from its service by rounding alone where the service repays the amount. Without any payment
    above 0 nothing is repaid.

    Parameters
    ----------
    amount : balance at the start of the first period [money].
    rates : rate of each period [n] [fraction per period].
    service : interest and principal paid in each period [n] [money].

    Returns
    -------
    tuple [n] : principal of each period [money]; negative where the service is less than the interest.
    """
    last = max((period for period, paid in enumerate(service) if paid > 0.0), default=len(service))
    principal, balance = [], amount
    for period, (rate, paid) in enumerate(zip(rates, service, strict=True)):
        principal.append(balance if period == last else paid - rate * balance)
        balance -= principal[-1]
    return tuple(principal) if last < len(service) else (0.0,) * len(service)


def loan_factors(rates: Sequence[float]) -> tuple[float, ...]:
    """Present value at the start of the first period of 1 paid at each period's end: Π_{k ≤ t} (1 + i_k)^(−1). [n]

    Raises
    ------
    ValueError : rates so near −100 % that a factor passes the largest number.
    """
    factors, factor = [], 1.0
    for period, rate in enumerate(rates):
        factor /= 1.0 + rate
        if not math.isfinite(factor):
            raise ValueError(f"at a rate of {rate} in period {period} a discount factor is too large for a number")
        factors.append(factor)
    return tuple(factors)


def period_rates(rates: ArrayLike) -> tuple[float, ...]:
    """The rates as numbers above −100 %.

    Raises
    ------
    ValueError : none given, not one row, one not finite or at or below −100 %.
    """
    given = tuple(float(rate) for rate in cash_flows(rates))
    for period, rate in enumerate(given):
        if rate <= -1.0:
            raise ValueError(f"the rate of period {period} must be above -100 %, got {rate}")
    return given


def periods_of_grace(grace: int, n: int) -> int:
    """`grace`, at least one period short of the n.

    Raises
    ------
    ValueError : not within 0 … n − 1.
    """
    if not 0 <= grace < n:
        raise ValueError(f"grace must leave a period to repay in: 0 to {n - 1} of {n} periods, got {grace}")
    return grace


def _loan(amount: float) -> float:
    if not (math.isfinite(amount) and amount >= 0.0):
        raise ValueError(f"a loan must be 0 or more, got {amount}")
    return float(amount)


def _periods(n: int) -> int:
    if n < 1:
        raise ValueError(f"a loan needs at least one period, got {n}")
    return n
