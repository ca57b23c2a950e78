"""The deal in a few figures of the base case: power, investment, a full year's revenue, what the power costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation.appraisal.base import Base
from valuation.appraisal.facts import power_let
from valuation.appraisal.flows import added
from valuation.appraisal.years import months_of
from valuation.plan.model import operand
from valuation.tables import DealFigures

if TYPE_CHECKING:
    from valuation.spec.contract import Contract

_YEAR = 12


def deal_figures(contract: Contract, base: Base) -> DealFigures:
    """Power contracted at its largest, investment over the life, and the first calendar year with all of that power."""
    capacity = contract.capacity
    power = power_let(contract, base)
    most = max(power, default=0.0)
    first, last = base.plan.first_month // _YEAR, (base.plan.first_month + base.plan.months - 1) // _YEAR
    full = (
        year
        for year in range(first, last + 1)
        if len(months_of(base, year)) == _YEAR and all(power[t] >= most for t in months_of(base, year))
    )
    capital = _invested(contract, base)
    weight = added(mw * factor for mw, factor in zip(power, base.row("time.discount"), strict=True))
    return DealFigures(
        power_mw=most,
        it_mw=most if capacity.basis == "it" else most / capacity.pue.canonical,
        investment=-added(amount for amount in capital if amount < 0.0) + 0.0,
        full_year=next(full, None) if most > 0.0 else None,
        npv_per_kw_month=base.npv / (1000.0 * weight) if weight > 0.0 else None,
    )


def _invested(contract: Contract, base: Base) -> list[float]:
    """What the view receives (+) and pays (−) for investments by month, in the money that the contract reports in: the
    capital account without terminal values."""
    plan = base.plan
    if "accounts.capital" not in plan.row_of:
        return []
    terminal = {name for name, one in contract.clauses.items() if getattr(one, "structure", "") == "terminal_value"}
    total = [0.0] * plan.months
    for argument in plan.row_of["accounts.capital"].args:
        name, _, sign = operand(argument)
        if name is None or name.partition(".")[0] in terminal:
            continue
        total = [t + sign * x for t, x in zip(total, base.shown(plan.row_of[name]), strict=True)]
    return total
