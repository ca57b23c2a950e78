"""The deal in a few figures of the base case: power, investment, a full year's revenue, what the power costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from valuation.appraisal.base import Base
from valuation.appraisal.flows import added
from valuation.appraisal.years import months_of
from valuation.plan.model import operand
from valuation.tables import DealFigures

if TYPE_CHECKING:
    from valuation.spec.contract import Contract

_YEAR = 12


def deal_figures(contract: Contract, base: Base) -> DealFigures:
    """Power contracted at its largest, investment over the life, and the first calendar year with all of that power."""
    capacity, generation = contract.capacity, contract.generation
    power = _by_month(base, "capacity.contracted_mw") if capacity else []
    most = max(power, default=0.0)
    there = power if capacity else _by_month(base, "term.share_of_month")
    first, last = base.plan.first_month // _YEAR, (base.plan.first_month + base.plan.months - 1) // _YEAR
    full = (
        year
        for year in range(first, last + 1)
        if len(months_of(base, year)) == _YEAR and all(there[t] >= max(there) > 0.0 for t in months_of(base, year))
    )
    capital = _invested(contract, base)
    weight = discounted(base, power)
    produced = _by_month(base, "generation.produced")
    volume = discounted(base, produced)
    return DealFigures(
        power_mw=most,
        it_mw=most / capacity.pue.canonical if capacity and capacity.basis == "grid" else most,
        investment=-added(amount for amount in capital if amount < 0.0) + 0.0,
        full_year=next(full, None),
        npv_per_kw_month=base.npv / (1000.0 * weight) if weight > 0.0 else None,
        installed_mw=generation.capacity.canonical if generation else None,
        mwh_per_year=added(produced) * _YEAR / contract.dates.term.canonical if produced else None,
        npv_per_mwh=base.npv / volume if volume > 0.0 else None,
    )


def discounted(base: Base, row: Sequence[float]) -> float:
    """A month row added up, each month discounted from its last day."""
    return added(x * factor for x, factor in zip(row, base.row("time.discount"), strict=True)) if row else 0.0


def _by_month(base: Base, row: str) -> Sequence[float]:
    """A month row of the base case; none where the plan does not have it."""
    return base.row(row) if row in base.plan.row_of else ()


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
