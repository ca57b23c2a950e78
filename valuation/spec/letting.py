"""What leases let, against the power that there is to let: each has its own, and together they let what the contract
states. Lowering refuses some of it too, for contracts that are built in Python."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from valuation.spec.contract import Contract
from valuation.spec.finding import Check, Finding
from valuation.spec.leasing import leases_of, renewal_months
from valuation.spec.quantity import Quantity, Schedule
from valuation.spec.terms import LONGEST_TERM, Capacity
from valuation.timeline import date_of, edate, serial
from valuation.units import parse_unit

_SLACK = 1.0 + 1e-12


def _leases(contract: Contract) -> dict[str, Any]:
    """Leases of every kind; Any, because each kind has its own 'contracted' and 'phase_term'."""
    return {**leases_of(contract)}


def _shared_capacity(contract: Contract) -> Iterator[Finding]:
    leases = _leases(contract)
    if len(leases) < 2:
        return
    for name, lease in leases.items():
        if lease.contracted is None:
            message = (
                "of several leases each needs its own power, or it would be let more than once; "
                "write for example 'contracted: 50 MW'"
            )
            yield Finding(("clauses", name), message)


def _let(contract: Contract) -> Iterator[Finding]:
    """The power of the leases together on each day on which something changes, against connection and contract."""
    leases = _leases(contract)
    if contract.capacity is None or not leases or any(lease.contracted is None for lease in leases.values()):
        return
    start = serial(contract.dates.start.date)
    end = edate(start, round(contract.dates.term.canonical))
    stated = _changes(contract.capacity.contracted, start)
    changes = {
        name: _changes(lease.contracted, start, lease.phase_term, renewal_months(lease))
        for name, lease in leases.items()
    }
    days = sorted({day for own in (stated, *changes.values()) for day in own})
    short: tuple[float, str] | None = None
    for day in days:
        let = {name: _on(own, day) for name, own in changes.items()}
        if over := _above_connection(contract.capacity, let, day):
            yield Finding(("clauses", _last(changes, day), "contracted"), over)
            return
        there = _on(stated, day)
        parts = " + ".join(f"{name} {mw:g} MW" for name, mw in let.items() if mw) or "none"
        what = f"{sum(let.values()):g} MW from {date_of(day)} ({parts})"
        if day >= end:
            continue
        if sum(let.values()) > there * _SLACK:
            message = (
                f"the leases together let {what}, above the contracted power of {there:g} MW (capacity.contracted), "
                "which investment and costs are reckoned from; let them agree"
            )
            yield Finding(("clauses", _last(changes, day), "contracted"), message)
            return
        if sum(let.values()) < there / _SLACK and short is None:
            short = (day, what)
    if short is not None:
        there = _on(stated, short[0])
        message = (
            f"the leases together let {short[1]}, below the contracted power of {there:g} MW (capacity.contracted), "
            "which an investment per MW is reckoned from: the rest earns no rent"
        )
        yield Finding(("capacity", "contracted"), message, warning=True)


def _above_connection(capacity: Capacity, let: dict[str, float], day: float) -> str:
    """What is said where several leases together pass the connection; one that passes it alone is told so already."""
    limit = capacity.connection
    draw = capacity.pue.canonical if capacity.basis == "it" else 1.0
    total = draw * sum(let.values())
    if total <= limit.canonical * _SLACK or max(let.values()) * draw > limit.canonical * _SLACK:
        return ""
    parts = " + ".join(f"{name} {mw:g} MW" for name, mw in let.items() if mw)
    taken = f"{parts}, × PUE {capacity.pue}" if draw != 1.0 else parts
    return (
        f"the leases together take {total:g} MW from {date_of(day)} ({taken}), above the grid connection "
        f"of {limit} (capacity.connection)"
    )


def _on(changes: dict[float, float], day: float) -> float:
    """Power on a day [MW]."""
    return sum(mw for since, mw in changes.items() if since <= day)


def _last(changes: dict[str, dict[float, float]], day: float) -> str:
    """The last lease of the file that grows on a day, or that lets something where none grows."""
    grows = [name for name, own in changes.items() if own.get(day, 0.0) > 0.0]
    return (grows or [name for name, own in changes.items() if _on(own, day) > 0.0])[-1]


def _changes(
    contracted: Schedule, start: float, phase_term: Quantity | None = None, renewal: int = 0
) -> dict[float, float]:
    """Power that is added, or given back, by the day [MW]; renewals of so many months are taken as exercised."""
    changes: dict[float, float] = {}
    before = 0.0
    for day, quantity in contracted.steps:
        begin = start if day is None else max(start, serial(day))
        added, before = quantity.canonical - before, quantity.canonical
        changes[begin] = changes.get(begin, 0.0) + added
        if phase_term is not None:
            end = edate(begin, round(phase_term.canonical) + renewal)
            changes[end] = changes.get(end, 0.0) - added
    return changes


def _phases_grow(contract: Contract) -> Iterator[Finding]:
    for name, lease in _leases(contract).items():
        contracted: Schedule | None = lease.contracted or contract.power
        if contracted is None:
            continue
        sizes = [quantity.canonical for quantity in contracted.quantities]
        if lease.phase_term is not None and lease.phase_term.canonical > LONGEST_TERM:
            message = f"a term of {lease.phase_term} is longer than {LONGEST_TERM // 12} years"
            yield Finding(("clauses", name, "phase_term"), message)
        first = lease.phase_term or contract.dates.term
        if lease.renewals and first.canonical + renewal_months(lease) > LONGEST_TERM:
            message = f"with its renewals the lease is longer than {LONGEST_TERM // 12} years"
            yield Finding(("clauses", name, "renewals"), message)
        if lease.phase_term is not None and sizes != sorted(sizes):
            message = (
                "with a term for each phase the contracted power may only grow; write what is given back as a lease of "
                "its own"
            )
            yield Finding(("clauses", name, "phase_term"), message)


def _renewed_rent(contract: Contract) -> Iterator[Finding]:
    """A rent that starts anew with a renewal: of which phase, at which index, in which money."""
    for name, lease in _leases(contract).items():
        for place, renewal in enumerate(lease.renewals):
            at = ("clauses", name, "renewals", place, "price")
            price = renewal.price
            if price is None:
                continue
            if lease.phase_term is not None:
                message = "phases with a term of their own are renewed on different days: they have no common new rent"
                yield Finding(at, message)
            if lease.index is not None:
                message = "an indexed rent goes on when it is renewed; take away 'price', or the lease's 'index'"
                yield Finding(at, message)
            wanted = lease.price.canonical_unit
            if isinstance(price, str):
                unit = getattr(contract.factors.get(price), "unit", "")
                if not unit or parse_unit(unit) != parse_unit(wanted):
                    message = f"'{price}' is measured in '{unit or 'no unit'}', expected a factor in {wanted}"
                    yield Finding(at, message)
            elif price.canonical_unit != wanted:
                yield Finding(at, f"{price} is in another money than the first rent, expected {wanted}")


LETTING: dict[Check, frozenset[str]] = {
    _shared_capacity: frozenset({"clauses"}),
    _let: frozenset({"clauses", "capacity", "dates.start", "dates.term"}),
    _phases_grow: frozenset({"capacity.contracted", "dates.term"}),
    _renewed_rent: frozenset({"market"}),
}
"""Every check of this file, and the parts of the contract of which it needs everything."""
