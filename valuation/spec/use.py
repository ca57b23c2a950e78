"""Checks of what is earned or passed on by use: generations within the term, prices that can move, power at cost."""

from __future__ import annotations

from collections.abc import Iterator

from valuation.spec.contract import Contract
from valuation.spec.finding import Check, Finding
from valuation.spec.leasing import leases_of, renewal_months
from valuation.timeline import date_of, edate, serial


def _generations(contract: Contract) -> Iterator[Finding]:
    """Processors that come when the power is gone."""
    start, leases = serial(contract.dates.start.date), leases_of(contract)
    longest = max((renewal_months(lease) for lease in leases.values()), default=0)
    end = edate(start, round(contract.dates.term.canonical) + longest)
    if any(getattr(lease, "phase_term", None) is not None for lease in leases.values()):
        return
    for name, clause in contract.clauses.items():
        for place, generation in enumerate(getattr(clause, "generations", ())):
            at = ("clauses", name, "generations", place, "from")
            if serial(generation.start.date) >= end:
                yield Finding(at, f"{generation.start} is after the end of the term on {date_of(end - 1.0)}")
            elif serial(generation.start.date) < start:
                message = (
                    f"{generation.start} is before the start of the term: nothing is earned before {date_of(start)}"
                )
                yield Finding(at, message, warning=True)


KW_PER_GPU = 0.3
"""Power that a GPU takes at the least, with its part of the server [kW]."""


def _enough_power(contract: Contract) -> Iterator[Finding]:
    """More processors than the contracted power can feed: probably a slip."""
    if contract.capacity is None:
        return
    own = [getattr(clause, "contracted", None) for clause in contract.clauses.values()]
    schedules = [schedule for schedule in own if schedule is not None] or [contract.capacity.contracted]
    power_mw = sum(max(quantity.canonical for quantity in schedule.quantities) for schedule in schedules)
    for name, clause in contract.clauses.items():
        for place, generation in enumerate(getattr(clause, "generations", ())):
            each = 1000.0 * power_mw / generation.units.canonical
            if each < KW_PER_GPU:
                message = (
                    f"{generation.units} on {power_mw:g} MW leave {each:.2g} kW for each: is that the number you meant?"
                )
                yield Finding(("clauses", name, "generations", place, "units"), message, warning=True)


def _moving(contract: Contract) -> Iterator[Finding]:
    """A price can move around a forward that is above 0, and only with a factor that has one."""
    for name, clause in contract.clauses.items():
        by = getattr(clause, "moves_with", None)
        factor = contract.factors.get(by) if by is not None else None
        if factor is None:
            continue
        if factor.measured_as != "unit" or not factor.stays_positive:
            message = (
                f"'{by}' is no price above 0 with a forward, expected a gbm, a gpu_rental, or a two_ou with "
                "'transform: log'"
            )
            yield Finding(("clauses", name, "moves_with"), message)


def _power_at_cost(contract: Contract) -> Iterator[Finding]:
    """Power that is passed on at cost and that nobody buys."""
    for name, clause in contract.clauses.items():
        metered = getattr(clause, "metered_power", None)
        if metered is None or metered.markup is None:
            continue
        if not any(one.passes == "power" and one.payer == clause.payee for one in contract.clauses.values()):
            message = (
                f"power is passed on at cost, and '{clause.payee}' pays for none: add a power_supply with "
                f"'payer: {clause.payee}', or write a 'price'"
            )
            yield Finding(("clauses", name, "metered_power"), message, warning=True)


USE: dict[Check, frozenset[str]] = {
    _generations: frozenset({"clauses", "dates.start", "dates.term"}),
    _moving: frozenset({"market"}),
    _enough_power: frozenset({"clauses", "capacity.contracted"}),
    _power_at_cost: frozenset({"clauses"}),
}
"""Every check of this file, and the parts of the contract of which it needs everything."""
