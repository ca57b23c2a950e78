"""Letting again, against the lease whose power it is: its landlord, its events, the unit of a market rent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from valuation.spec.contract import Contract
from valuation.spec.document import Loc
from valuation.spec.finding import Check, Finding
from valuation.spec.leasing import leases_of
from valuation.units import parse_unit


def _relettings(contract: Contract) -> dict[str, Any]:
    return {name: c for name, c in contract.clauses.items() if getattr(c, "structure", "") == "reletting"}


def _of_its_lease(contract: Contract) -> Iterator[Finding]:
    for name, again in _relettings(contract).items():
        lease: Any = leases_of(contract)[again.of]
        at: Loc = ("clauses", name)
        if again.payee != lease.payee:
            message = f"'{again.of}' is let by '{lease.payee}', who lets its power again, got '{again.payee}'"
            yield Finding((*at, "payee"), message)
        if getattr(getattr(lease, "metered_power", None), "price", None) is not None:
            message = (
                f"'{again.of}' bills metered power at a price, which the tenant who follows would not pay; write its "
                "power at cost, 'metered_power: {markup: 0 %}', or let it again by hand as a scenario"
            )
            yield Finding((*at, "of"), message)
        if isinstance(again.price, str):
            unit = getattr(contract.factors.get(again.price), "unit", "")
            wanted = lease.price.canonical_unit
            if not unit or parse_unit(unit) != parse_unit(wanted):
                message = f"'{again.price}' is measured in '{unit or 'no unit'}', expected a factor in {wanted}"
                yield Finding((*at, "price"), message)


def _after(contract: Contract) -> Iterator[Finding]:
    """An event that does not end the lease, or that two lettings come after: the power would be let twice."""
    taken: dict[tuple[str, str], str] = {}
    for name, again in _relettings(contract).items():
        for place, hazard in enumerate(again.after):
            ends = getattr(contract.hazards[hazard], "ends", None)
            at: Loc = ("clauses", name, "after", place)
            if ends is not None and again.of not in ends:
                yield Finding(at, f"'{hazard}' does not end '{again.of}', so there is nothing to let again after it")
            if (again.of, hazard) in taken:
                message = (
                    f"after '{hazard}' the power of '{again.of}' is let again by '{taken[again.of, hazard]}' already"
                )
                yield Finding(at, message)
            taken.setdefault((again.of, hazard), name)


RELETTING: dict[Check, frozenset[str]] = {
    _of_its_lease: frozenset({"clauses", "market"}),
    _after: frozenset({"clauses", "risks"}),
}
"""Every check of this file, and the parts of the contract of which it needs everything."""
