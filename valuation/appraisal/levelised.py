"""Levelised cost and price: per MWh where energy is sold, else per kW and month where power is let."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from valuation.appraisal.base import Base
from valuation.appraisal.figures import energy_of, power_served
from valuation.appraisal.flows import added, present_value
from valuation.appraisal.years import months_of, of_year
from valuation.finance import fixed_charge_rate, lcoe_after_tax, lcoe_fixed_charge
from valuation.plan.model import operand
from valuation.simulate import Simulation
from valuation.spec.leasing import leases_of
from valuation.spec.quantity import Quantity, Schedule
from valuation.spec.ventures import part_of, venture_of
from valuation.statistics.distribution import Distribution, distribution
from valuation.statistics.sums import Floats
from valuation.tables import DealFigures, Levelised

if TYPE_CHECKING:
    from valuation.spec.contract import Contract

MONTHS_A_YEAR = 12
KW_PER_MW = 1000.0


def levelised(contract: Contract, base: Base, figures: DealFigures, run: Simulation) -> Levelised | None:
    """Levelised cost and price; None where the viewed party neither sells energy nor has a lease.

    Parameters
    ----------
    figures : of the base case: the first full year.
    run : the paths, which have distributions where the plan records the volume.
    """
    own = venture_of(contract, base.plan.view)
    leases = _leases(contract, own)
    unit, scale = ("kW/month", KW_PER_MW) if leases else ("MWh", 1.0)
    part = part_of(contract, base.plan.view)
    scale *= 1.0 if part is None else part
    amounts = power_served(base, leases) if leases else energy_of(contract, base, own)
    volume = [scale * amount for amount in amounts]
    pv_volume = _discounted(base, volume)
    if not pv_volume > 0.0:
        return None
    revenue, ebitda = (base.row(f"accounts.pv_{name}")[-1] for name in ("revenue", "ebitda"))
    before_tax = present_value(base.rate, base.flows, base.flows.pre_tax)
    investment = _discounted(base, _invested(base))
    price, cost = _of_paths(run, scale)
    return Levelised(
        unit=unit,
        pv_volume=pv_volume,
        price=price,
        price_base=revenue / pv_volume if revenue > 0.0 else None,
        cost=cost,
        cost_base=(revenue - ebitda + investment + before_tax - base.npv) / pv_volume,
        fixed_charge_cost=None if leases else _fixed_charge(contract, base, figures, volume),
        after_tax=lcoe_after_tax(revenue, base.npv, pv_volume) or 0.0,
    )


def _leases(contract: Contract, party: str) -> list[str]:
    """Leases of a party; none where it sells what it produces."""
    if any(one.sells_production and one.payee == party for one in contract.clauses.values()):
        return []
    return [name for name, one in leases_of(contract).items() if party in (one.payer, one.payee)]


def _discounted(base: Base, amounts: Sequence[float]) -> float:
    """Sum of what is earned or spent by month, each discounted from the month's end; none before the valuation date."""
    return added(x * weight for x, weight in zip(amounts, base.row("accounts.weight"), strict=False))


def _invested(base: Base) -> list[float]:
    """What the view pays for investments by month in the base case, in the money that the contract reports in."""
    return _total(base, "accounts.capital", lambda sign, _: sign < 0)


def _total(base: Base, account: str, which: Callable[[int, str], bool]) -> list[float]:
    """Sum by month of some operands of an account, as amounts."""
    rows = [operand(argument) for argument in base.plan.row_of[account].args]
    shown = [base.shown(base.plan.row_of[name]) for name, _, sign in rows if name is not None and which(sign, name)]
    return [added(month) for month in zip(*shown, strict=True)] if shown else [0.0] * base.plan.months


def _of_paths(run: Simulation, scale: float) -> tuple[Distribution | None, Distribution | None]:
    """Levelised price and cost over the paths with a volume.

    Parameters
    ----------
    scale : units of volume for one of the plan's.
    """
    if "pv_volume" not in run.final:
        return None, None
    volume: Floats = scale * run.final["pv_volume"]
    some = volume > 0.0
    revenue, ebitda = run.final["pv_revenue"], run.final["pv_ebitda"]
    tax = run.measure["npv_pre_tax"] - run.measure["npv"]
    cost = revenue - ebitda + run.final["pv_investment"] + tax
    return distribution(revenue[some] / volume[some]), distribution(cost[some] / volume[some])


def _fixed_charge(contract: Contract, base: Base, figures: DealFigures, volume: Sequence[float]) -> float | None:
    """(Fixed charge rate × investment + running cost) / volume, both of the first full calendar year.

    The rate recovers the investment over the term at the discount rate, with the tax of the first day of the term and
    the depreciation of the base case.
    """
    year, invested = figures.full_year, figures.investment
    if year is None or not invested > 0.0:
        return None
    down = _total(base, "accounts.taxable", lambda sign, name: sign < 0 and ".depreciation" in name)
    years = max(1, round(contract.dates.term.canonical / MONTHS_A_YEAR))
    rate = fixed_charge_rate(base.rate, years, _tax_rate(contract, base), _discounted(base, down) / invested)
    revenue, ebitda = (of_year(base, base.in_basis(f"accounts.{name}"), year) for name in ("revenue", "ebitda"))
    return lcoe_fixed_charge(rate, invested, revenue - ebitda, 0.0, added(volume[t] for t in months_of(base, year)))


def _tax_rate(contract: Contract, base: Base) -> float:
    """Tax rate at the start of the term [1]; 0 where none is stated."""
    tax = contract.tax.get(venture_of(contract, base.plan.view))
    if tax is None:
        return 0.0
    rate: Quantity | Schedule = tax.rate
    if isinstance(rate, Schedule):
        found = rate.on(contract.dates.start.date) or rate.quantities[0]
        return found.canonical
    return rate.canonical
