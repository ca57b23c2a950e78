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


def _moving(contract: Contract) -> Iterator[Finding]:
    """A price can move around a forward that is above 0, and only with a factor that has one."""
    for name, clause in contract.clauses.items():
        by = getattr(clause, "moves_with", None)
        factor = contract.factors.get(by) if by is not None else None
        if factor is None:
            continue
        process = getattr(factor, "process", "")
        if process not in ("gbm", "two_ou") or getattr(factor, "transform", "log") != "log":
            message = f"'{by}' is no price above 0 with a forward, expected a gbm, or a two_ou with 'transform: log'"
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
    _power_at_cost: frozenset({"clauses"}),
}
"""Every check of this file, and the parts of the contract of which it needs everything."""
