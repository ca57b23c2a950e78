"""What a condition names, as a number of the base case: value of the contract, running cost, prices, factors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from valuation.appraisal.base import Base, base_measures
from valuation.appraisal.financing.cover import base_cover
from valuation.appraisal.financing.owners import OwnersCase, is_financed
from valuation.appraisal.flows import added
from valuation.spec.leasing import leases_of
from valuation.tables import BaseCase

if TYPE_CHECKING:
    from valuation.spec.contract import Contract

OF_FINANCING = ("npv_equity", "irr_equity", "dscr_min", "dscr_average", "llcr", "plcr")
"""Measures that there are only from the borrower's side of a financing."""
MEASURES = ("npv", "irr", "margin", *OF_FINANCING)
_SPAN_MW = 10.0
_ROWS = {"margin": "indicators.margin_of_year"}


@dataclass(frozen=True)
class Case:
    """A contract, in one of its scenarios, with its base case."""

    contract: Contract
    base: Base

    @cached_property
    def measures(self) -> BaseCase:
        """NPV, IRR, margin and the rest."""
        return base_measures(self.base)

    def fact(self, name: str) -> tuple[float | None, str]:
        """The number that a condition names in the base case, and its unit; a share is a fraction with the unit ``%``.

        ``npv``, ``irr``, ``margin``: of the base case, like the owners' ``npv_equity`` and ``irr_equity`` and the cover
        ratios, which there are from the borrower's side of a financing. ``contract_value``: undiscounted rent over the
        term. ``cost_per_10mw``: running cost (operating and power, no tax) a year per 10 MW contracted. ``rent``: rent
        per kW and month of what is contracted, averaged over the term. ``power_cost``: what the supply costs per MWh,
        at the fixed price and at spot, averaged over the term. ``mwh``: metered load of an average year of the term, or
        the volume produced in a contract without ``capacity``. ``price`` (the spot price of the supply) and any factor:
        the average over the months of the term.
        """
        currency = self.contract.currency
        if name in MEASURES:
            return self._measure(name), unit_of_measure(name, currency)
        if name == "contract_value":
            return self._rent(), currency
        if name == "cost_per_10mw":
            return self._running_cost(), f"{currency}/year"
        if name == "rent":
            return self._per_kw_month(self._rent()), f"{currency}/kW/month"
        if name == "power_cost":
            return self._power_cost(), f"{currency}/MWh"
        if name == "mwh":
            return self._in_a_year(watched_row(self.contract, name)), "MWh"
        row = watched_row(self.contract, name)
        if row not in self.base.plan.row_of:
            return None, ""
        return self._average(row), self._unit(name, row)

    def _measure(self, name: str) -> float | None:
        if name not in OF_FINANCING:
            found: float | None = getattr(self.measures, name)
            return found
        if not is_financed(self.base.plan):
            return None
        owners, cover = OwnersCase.of(self.base), base_cover(self.base)
        return {
            "npv_equity": owners.npv,
            "irr_equity": owners.irr[0],
            "dscr_min": cover.least,
            "dscr_average": cover.average,
            "llcr": cover.llcr,
            "plcr": cover.plcr,
        }[name]

    @cached_property
    def _in_term(self) -> tuple[int, ...]:
        return tuple(t for t, inside in enumerate(self.base.row("term.in_month")) if inside > 0.0)

    @property
    def _years(self) -> float:
        scalar = self.base.values.scalar
        if any(lease.renewals for lease in leases_of(self.contract).values()):
            return (scalar["term.last_end_position"] - scalar["term.begin_position"]) / 12.0
        return self.contract.dates.term.canonical / 12.0

    def _average(self, row: str) -> float | None:
        values = self.base.row(row)
        return added(values[t] for t in self._in_term) / len(self._in_term) if self._in_term else None

    def _in_a_year(self, row: str) -> float | None:
        return added(self.base.row(row)) / self._years if row in self.base.plan.row_of else None

    def _rent(self) -> float | None:
        return self._total(leases_of(self.contract), "billed")

    def _total(self, clauses: Iterable[str], *parts: str) -> float | None:
        """Sum over the months of some rows of some clauses, in the contract's currency."""
        plan, found = self.base.plan, []
        for row in (f"{name}.{part}" for name in clauses for part in parts):
            converted = f"{row}.{self.contract.currency}"
            found += [row for row in (converted, row) if row in plan.row_of][:1]
        return added(added(self.base.row(row)) for row in found) if found else None

    def _per_kw_month(self, amount: float | None) -> float | None:
        if self.contract.capacity is None:
            return None
        kilowatt_months = 1000.0 * added(power_let(self.contract, self.base))
        return None if amount is None or not kilowatt_months > 0.0 else amount / kilowatt_months

    def _power_cost(self) -> float | None:
        clauses = self.contract.clauses.items()
        supplies = [name for name, clause in clauses if getattr(clause, "structure", "") == "power_supply"]
        cost = self._total(supplies, "fixed", "spot")
        energy = added(self.base.row("capacity.load")) if "capacity.load" in self.base.plan.row_of else 0.0
        return None if cost is None or not energy > 0.0 else cost / energy

    def _running_cost(self) -> float | None:
        if self.contract.capacity is None:
            return None
        megawatt_years = added(power_let(self.contract, self.base)) / 12.0
        if not megawatt_years > 0.0:
            return None
        cost = added(self.base.row("accounts.revenue")) - added(self.base.row("accounts.ebitda"))
        return _SPAN_MW * cost / megawatt_years

    def _unit(self, name: str, row: str) -> str:
        factor = self.contract.factors.get(name)
        if factor is not None and factor.measured_as == "share":
            return "%"
        return self.base.plan.row_of[row].unit


def unit_of_measure(name: str, currency: str) -> str:
    """Unit of a measure; a share is a fraction with the unit ``%``, a cover ratio has none."""
    if name == "margin":
        return "%"
    return {"npv": currency, "irr": "%/year"}.get(name.removesuffix("_equity"), "")


def power_let(contract: Contract, base: Base) -> tuple[float, ...]:
    """Power contracted by month [MW]: of the contract, or of its leases where renewals prolong them in the base
    case."""
    leases = leases_of(contract)
    if not any(lease.renewals for lease in leases.values()):
        return base.row("capacity.contracted_mw")
    own = [f"{name}.contracted_mw" for name in leases if f"{name}.contracted_mw" in base.plan.row_of]
    return tuple(added(month) for month in zip(*(base.row(row) for row in own), strict=True))


def watched_row(contract: Contract, name: str) -> str:
    """Month row that a condition names: a factor, the metered load, the spot price of the supply, the year's margin."""
    if name in _ROWS:
        return _ROWS[name]
    if name == "mwh":
        return "capacity.load" if contract.capacity is not None else "generation.produced"
    if name == "price":
        return next((spot for c in contract.clauses.values() if (spot := getattr(c, "spot", None))), "")
    return name
