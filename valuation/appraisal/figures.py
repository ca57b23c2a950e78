"""The deal in a few figures of the base case: power, investment, a full year's revenue, what the power costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from valuation.appraisal.base import Base
from valuation.appraisal.flows import added, base_flows, present_value
from valuation.appraisal.years import months_of
from valuation.plan.model import is_vat, operand
from valuation.spec.leasing import leases_of
from valuation.tables import DealFigures

if TYPE_CHECKING:
    from valuation.spec.contract import Contract

_YEAR = 12


def deal_figures(contract: Contract, base: Base) -> DealFigures:
    """Power let at its largest, investment over the life, and the first calendar year with all of that power."""
    capacity, generation = contract.capacity, contract.generation
    power = power_served(base, leases_of(contract)) if capacity else []
    most = max(power, default=0.0)
    there = power if capacity else _by_month(base, "term.share_of_month")
    first, last = base.plan.first_month // _YEAR, (base.plan.first_month + base.plan.months - 1) // _YEAR
    full = (
        year
        for year in range(first, last + 1)
        if len(months_of(base, year)) == _YEAR and all(there[t] >= max(there) > 0.0 for t in months_of(base, year))
    )
    capital = _invested(contract, base)
    weight = added(mw * factor for mw, factor in zip(power, base.row("time.discount"), strict=False))
    energy = energy_of(contract, base, base.plan.view)
    volume = added(mwh * factor for mwh, factor in zip(energy, base.row("accounts.weight"), strict=False))
    return DealFigures(
        power_mw=most,
        it_mw=most / capacity.pue.canonical if capacity and capacity.basis == "grid" else most,
        investment=-added(amount for amount in capital if amount < 0.0) + 0.0,
        full_year=next(full, None),
        npv_per_kw_month=base.npv / (1000.0 * weight) if weight > 0.0 else None,
        installed_mw=generation.capacity.canonical if generation else None,
        mwh_per_year=added(energy) * _YEAR / contract.dates.term.canonical if energy else None,
        npv_per_mwh=base.npv / volume if volume > 0.0 else None,
        cost_per_mwh=_paid(base) / volume if volume > 0.0 else None,
    )


def power_served(base: Base, leases: Iterable[str]) -> Sequence[float]:
    """Power that some leases have in the base case by month [MW]: without a phase that it takes as refused. Where a
    plan has none of them, what is contracted."""
    ends = tuple(f".served_to_{name}" for name in leases)
    rows = [base.row(row) for row in base.plan.row_of if ends and row.endswith(ends)]
    if not rows:
        return _by_month(base, "capacity.contracted_mw")
    return [added(month) for month in zip(*rows, strict=True)]


def energy_of(contract: Contract, base: Base, party: str) -> Sequence[float]:
    """Energy of a party by month [MWh]: what it produces, else what is billed to it or for it; none where no clause
    bills energy."""
    clauses = contract.clauses
    if any(one.sells_production and one.payee == party for one in clauses.values()) and contract.generation is not None:
        return base.row("generation.produced")
    billed = [
        base.row(f"{name}.{one.energy_row}")
        for name, one in clauses.items()
        if one.energy_row and party in (one.payer, one.payee)
    ]
    return [added(month) for month in zip(*billed, strict=True)]


def _paid(base: Base) -> float:
    """PV of what the view pays before tax, without VAT [contract currency]."""
    paid = (payment for payment in base.plan.payments if payment.sign < 0 and payment.book == "cash")
    out = tuple(payment for payment in paid if not is_vat(payment.posting))
    flows = base_flows(replace(base.plan, payments=out), base.values)
    return -present_value(base.rate, flows, flows.pre_tax)


def _by_month(base: Base, row: str) -> Sequence[float]:
    """A month row of the base case; none where the plan does not have it."""
    return base.row(row) if row in base.plan.row_of else ()


def _invested(contract: Contract, base: Base) -> list[float]:
    """What the view receives (+) and pays (−) for investments by month, in the money that the contract reports in: the
    capital account without terminal values, the cost of restoring the site, and grants that it gets."""
    plan = base.plan
    if "accounts.capital" not in plan.row_of:
        return []
    ends = ("terminal_value", "decommissioning")
    terminal = {name for name, one in contract.clauses.items() if getattr(one, "structure", "") in ends}
    grants = {name for name, one in contract.clauses.items() if getattr(one, "structure", "") == "grant"}
    total = [0.0] * plan.months
    for argument in plan.row_of["accounts.capital"].args:
        name, _, sign = operand(argument)
        clause = name.partition(".")[0] if name is not None else ""
        if name is None or clause in terminal or (sign > 0 and clause in grants):
            continue
        total = [t + sign * x for t, x in zip(total, base.shown(plan.row_of[name]), strict=True)]
    return total
