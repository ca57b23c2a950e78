"""The deal in a few figures of the base case: power, investment, a full year's revenue, what the power costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation.appraisal.base import Base
from valuation.appraisal.flows import added
from valuation.appraisal.years import months_of
from valuation.tables import DealFigures

if TYPE_CHECKING:
    from valuation.spec.contract import Contract

_YEAR = 12


def deal_figures(contract: Contract, base: Base) -> DealFigures:
    """Power contracted at its largest, investment over the life, and the first calendar year with all of that power."""
    capacity = contract.capacity
    power = base.row("capacity.contracted_mw")
    most = max(power, default=0.0)
    first, last = base.plan.first_month // _YEAR, (base.plan.first_month + base.plan.months - 1) // _YEAR
    full = (
        year
        for year in range(first, last + 1)
        if len(months_of(base, year)) == _YEAR and all(power[t] >= most for t in months_of(base, year))
    )
    capital = base.row("accounts.capital") if "accounts.capital" in base.plan.row_of else ()
    weight = added(mw * factor for mw, factor in zip(power, base.row("time.discount"), strict=True))
    return DealFigures(
        power_mw=most,
        it_mw=most if capacity.basis == "it" else most / capacity.pue.canonical,
        investment=-added(amount for amount in capital if amount < 0.0) + 0.0,
        full_year=next(full, None) if most > 0.0 else None,
        npv_per_kw_month=base.npv / (1000.0 * weight) if weight > 0.0 else None,
    )
