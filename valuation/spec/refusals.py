"""What the program cannot value, refused with its place: names of the plan's own, power that is let twice, phases that
shrink, compensation of nothing. Lowering refuses the same for contracts that are built in Python."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from valuation.spec.contract import Contract
from valuation.spec.document import Loc
from valuation.spec.finding import Check, Finding
from valuation.spec.quantity import Schedule
from valuation.spec.terms import LONGEST_TERM
from valuation.timeline import date_of, edate, serial

RESERVED = frozenset(
    ("accounts", "capacity", "constant", "event", "fx", "indicators")
    + ("payment", "price_basis", "rates", "tax", "term", "time")
)
"""First words of the plan's own rows, which no clause or risk may have."""


def _leases(contract: Contract) -> dict[str, Any]:
    return _of_structure(contract, "capacity_lease")


def _of_structure(contract: Contract, structure: str) -> dict[str, Any]:
    return {name: clause for name, clause in contract.clauses.items() if _word(clause) == structure}


def _word(clause: object) -> str:
    return str(getattr(clause, "structure", ""))


def _names(contract: Contract) -> Iterator[Finding]:
    for part, names in (("clauses", contract.clauses), ("risks", contract.risks)):
        for name in names:
            if name in RESERVED:
                message = f"the name '{name}' is the program's own; choose another, such as 'the_{name}'"
                yield Finding((part, name), message)


def _shared_capacity(contract: Contract) -> Iterator[Finding]:
    leases = _leases(contract)
    if len(leases) < 2:
        return
    for name, lease in leases.items():
        if lease.contracted is None:
            message = (
                "of several capacity leases each needs its own power, or it would be let more than once; "
                "write for example 'contracted: 50 MW'"
            )
            yield Finding(("clauses", name), message)


def _connection(contract: Contract) -> Iterator[Finding]:
    """The power of several leases together, on each day on which one of them changes."""
    leases = {name: lease for name, lease in _leases(contract).items() if lease.contracted is not None}
    if len(leases) < 2:
        return
    limit = contract.capacity.connection
    draw = contract.capacity.pue.canonical if contract.capacity.basis == "it" else 1.0
    start = serial(contract.dates.start.date)
    changes = {name: _changes(lease, start) for name, lease in leases.items()}
    for day in sorted({day for own in changes.values() for day in own}):
        let = {name: sum(mw for since, mw in own.items() if since <= day) for name, own in changes.items()}
        total = draw * sum(let.values())
        if total > limit.canonical * (1.0 + 1e-12) and max(let.values()) * draw <= limit.canonical * (1.0 + 1e-12):
            parts = " + ".join(f"{name} {mw:g} MW" for name, mw in let.items() if mw)
            taken = f"{parts}, × PUE {contract.capacity.pue}" if draw != 1.0 else parts
            last = next(name for name in reversed(changes) if changes[name].get(day, 0.0) > 0.0)
            message = (
                f"the leases together take {total:g} MW from {date_of(day)} ({taken}), above the grid connection "
                f"of {limit} (capacity.connection)"
            )
            yield Finding(("clauses", last, "contracted"), message)
            return


def _changes(lease: Any, start: float) -> dict[float, float]:
    """Power that a lease adds, or gives back, by the day [MW]."""
    changes: dict[float, float] = {}
    before = 0.0
    for day, quantity in lease.contracted.steps:
        begin = start if day is None else max(start, serial(day))
        added, before = quantity.canonical - before, quantity.canonical
        changes[begin] = changes.get(begin, 0.0) + added
        if lease.phase_term is not None:
            end = edate(begin, round(lease.phase_term.canonical))
            changes[end] = changes.get(end, 0.0) - added
    return changes


def _phases_grow(contract: Contract) -> Iterator[Finding]:
    for name, lease in _leases(contract).items():
        contracted: Schedule = lease.contracted or contract.capacity.contracted
        sizes = [quantity.canonical for quantity in contracted.quantities]
        if lease.phase_term is not None and lease.phase_term.canonical > LONGEST_TERM:
            message = f"a term of {lease.phase_term} is longer than {LONGEST_TERM // 12} years"
            yield Finding(("clauses", name, "phase_term"), message)
        if lease.phase_term is not None and sizes != sorted(sizes):
            message = (
                "with a term for each phase the contracted power may only grow; write what is given back as a lease of "
                "its own"
            )
            yield Finding(("clauses", name, "phase_term"), message)


def _compensation(contract: Contract) -> Iterator[Finding]:
    """A share of something that the payee does not have."""
    leases, capex = _leases(contract), _of_structure(contract, "capex")
    for name, hazard in contract.hazards.items():
        terms = getattr(hazard, "compensation", None)
        if terms is None or terms.share.canonical == 0.0:
            continue
        at: Loc = ("risks", name, "compensation", "of")
        own = [clause for clause in capex.values() if clause.payer == terms.payee]
        ended = getattr(hazard, "ends", None)
        if terms.of == "multiple_of_annual_fee":
            groups = [lease for lease in leases if ended is None or lease in ended]
            if not any(leases[lease].payee == terms.payee for lease in groups):
                yield Finding(at, f"'{terms.payee}' is paid rent by no lease that {name} ends")
        elif capex and not own:
            yield Finding(at, f"'{terms.payee}' pays no capex clause, so there is nothing to compensate it for")
        elif capex and terms.of == "tax_basis" and not any(clause.depreciation for clause in own):
            message = f"no capex of '{terms.payee}' is written down for tax; give one a 'depreciation'"
            yield Finding(at, message)


REFUSALS: dict[Check, frozenset[str | int]] = {
    _names: frozenset(),
    _shared_capacity: frozenset({"clauses"}),
    _connection: frozenset({"clauses"}),
    _phases_grow: frozenset(),
    _compensation: frozenset({"clauses", "risks"}),
}
"""Every check of this file, and the sections of which it needs every entry."""
