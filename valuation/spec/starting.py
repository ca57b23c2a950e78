"""Events that act on the start of a lease or of a phase: their phases exist, one of a kind acts on each, decisions come
before what they decide, and what is paid all the same is not forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from valuation.spec.contract import Contract
from valuation.spec.document import Loc
from valuation.spec.finding import Check, Finding
from valuation.spec.leasing import leases_of
from valuation.spec.phases import contracted_of
from valuation.spec.quantity import Dated
from valuation.timeline import date_of, serial


def _starts(contract: Contract) -> dict[str, Any]:
    """The events; none without `capacity`, which every lease that they act on is refused for already."""
    return dict(contract.starts) if contract.capacity is not None else {}


def _leases(contract: Contract) -> tuple[str, ...]:
    return tuple(leases_of(contract))


def _acts_on(contract: Contract, event: Any) -> dict[str, tuple[int, ...]]:
    """Phases that an event acts on, by lease; those that do not exist left out."""
    if hasattr(event, "ends"):
        leases = event.ends or _leases(contract)
        return {name: tuple(range(1, len(contracted_of(contract, name).steps) + 1)) for name in leases}
    count = len(contracted_of(contract, event.of).steps)
    phases = range(1, count + 1) if event.phase == "all" else [event.phase] if event.phase <= count else []
    return {event.of: tuple(phases)}


def _phase_exists(contract: Contract) -> Iterator[Finding]:
    for name, event in _starts(contract).items():
        phase: Any = getattr(event, "phase", "all")
        if phase == "all":
            continue
        steps = contracted_of(contract, event.of).steps
        if phase > len(steps):
            listed = ", ".join(
                f"{place}: {quantity}" + ("" if day is None else f" from {day}")
                for place, (day, quantity) in enumerate(steps, 1)
            )
            message = (
                f"'{event.of}' has no phase {phase}; there "
                f"{'is' if len(steps) == 1 else 'are'} {listed}. A phase is a step by date of the contracted power"
            )
            yield Finding(("risks", name, "phase"), message)


def _steps_up(contract: Contract) -> Iterator[Finding]:
    for name, event in _starts(contract).items():
        if hasattr(event, "ends"):
            continue
        of = event.of
        sizes = [quantity.canonical for quantity in contracted_of(contract, of).quantities]
        if sizes != sorted(sizes):
            message = (
                f"the contracted power of '{of}' steps down, so a phase that comes late or never may leave less than "
                "nothing; write what is given back as a lease of its own"
            )
            yield Finding(("risks", name, "of"), message)


def _once(contract: Contract) -> Iterator[Finding]:
    """One event of a kind on each phase: the second would be counted on top, or never seen."""
    seen: dict[tuple[str, str, int], str] = {}
    for name, event in _starts(contract).items():
        process = event.process
        for lease, phases in _acts_on(contract, event).items():
            taken = next((seen[process, lease, one] for one in phases if (process, lease, one) in seen), "")
            if taken:
                at = "ends" if hasattr(event, "ends") else "phase" if event.phase != "all" else "of"
                message = f"the {process} '{taken}' acts on this phase of '{lease}' already; let one of them stand"
                yield Finding(("risks", name, at), message)
            for one in phases:
                seen.setdefault((process, lease, one), name)


def _decided_first(contract: Contract) -> Iterator[Finding]:
    """What is decided or built lies ahead of the valuation, and a decision before what it decides."""
    today = contract.dates.valuation
    for name, event in _starts(contract).items():
        word = next((word for word in ("decided", "date") if isinstance(getattr(event, word, None), Dated)), "")
        when: Dated | None = getattr(event, word) if word else None
        if when is not None and when.date <= today.date:
            outcome = "the clause that it turned into" if word == "decided" else "the phase, or take it away"
            message = f"{when} is not after the valuation date {today}: it is decided, so write {outcome}"
            yield Finding(("risks", name, word), message)
            continue
        for lease, phases in _acts_on(contract, event).items():
            steps = contracted_of(contract, lease).steps
            for phase in phases:
                day = steps[phase - 1][0]
                begins = max(serial(day or contract.dates.start.date), serial(contract.dates.start.date))
                at: Loc = ("risks", name, word or "of")
                if when is not None and serial(when.date) > begins:
                    message = f"{when} is after {date_of(begins)}, when phase {phase} of '{lease}' begins"
                    yield Finding(at, f"{message}; let the decision come before it")
                elif when is None and begins <= serial(today.date):
                    message = (
                        f"phase {phase} of '{lease}' began on {date_of(begins)}, before the valuation date {today}"
                    )
                    yield Finding(at, f"{message}: it is no longer late; take the delay away")


def _required(contract: Contract) -> Iterator[Finding]:
    """What is required must be able to fail."""
    for name, clause in contract.clauses.items():
        for place, event in enumerate(clause.requires):
            delay = _starts(contract).get(event)
            if delay is not None and hasattr(delay, "long_stop") and delay.long_stop is None:
                message = f"'{event}' has no 'long_stop', so its phase always comes and nothing hangs on it"
                yield Finding(("clauses", name, "requires", place), message)


def _moves_investment(contract: Contract) -> Iterator[Finding]:
    """An investment is put off by a delay, and the last of it must be in sight."""
    for name, clause in contract.clauses.items():
        by = getattr(clause, "delayed_by", None)
        event = _starts(contract).get(by) if by is not None else None
        at: Loc = ("clauses", name, "delayed_by")
        if event is None:
            continue
        if not hasattr(event, "delay"):
            message = f"'{by}' is {_a(event.process)}, expected a delay; what hangs on a decision says 'requires: {by}'"
            yield Finding(at, message)
        elif event.longest is None:
            message = (
                f"an investment that moves with a delay of any length has no last month: give the "
                f"{event.delay.distribution} delay of '{by}' a 'max', or the phase a 'long_stop'"
            )
            yield Finding(at, message)


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _share_of_it(contract: Contract) -> Iterator[Finding]:
    """A terminal value that is a share of what may never be built."""
    clauses: dict[str, Any] = dict(contract.clauses)
    for name, clause in clauses.items():
        built: Any = clauses.get(getattr(clause, "of", "")) if clause.structure == "terminal_value" else None
        missing = [event for event in built.requires if event not in clause.requires] if built is not None else []
        if missing:
            message = (
                f"its share is of '{clause.of}', which requires {' and '.join(missing)}, and it does not: it would be "
                f"paid for what was never built; write 'requires: [{', '.join(built.requires)}]'"
            )
            yield Finding(("clauses", name, "of"), message)


def _goes_on(contract: Contract) -> Iterator[Finding]:
    """Money that does not follow the served power and goes on although a lease may never begin."""
    clauses: dict[str, Any] = dict(contract.clauses)
    for event, start in _starts(contract).items():
        fails, built = _failing(contract, start)
        if not fails:
            continue
        payees = {clauses[lease].payee for lease in _acts_on(contract, start)}
        for name, clause in clauses.items():
            own = {clause.payer, clause.payee} if clause.structure == "terminal_value" else {clause.payer}
            open_ = "requires" not in clause.model_fields_set and own & payees
            if open_ and _stands_alone(clause, built):
                message = (
                    f"it is paid in full also where {fails.format(event)}; write 'requires: {event}' for what then "
                    "stops on the day of the decision, or 'requires: []' if it goes on all the same"
                )
                yield Finding(("clauses", name), message, warning=True)


def _failing(contract: Contract, start: Any) -> tuple[str, bool]:
    """What is said where an event can keep whole leases from beginning, empty where it cannot; and whether what they
    need is built by then."""
    whole = all(len(p) == len(contracted_of(contract, lease).steps) for lease, p in _acts_on(contract, start).items())
    if hasattr(start, "ends"):
        return "'{}' is not converted", False
    if hasattr(start, "delay"):
        return ("'{}' passes its long stop" if whole and start.long_stop is not None else ""), True
    return ("'{}' is refused" if whole else ""), False


def _stands_alone(clause: Any, built: bool) -> bool:
    """Whether a payment does not follow the power that the leases serve; what is built by then is paid anyway."""
    if clause.structure == "fixed_cost":
        return not clause.price.canonical_unit.endswith("/kW/month") or clause.of == "connection"
    return bool(clause.structure == "terminal_value" or (clause.structure == "capex" and not built))


def _nothing_hangs_on_it(contract: Contract) -> Iterator[Finding]:
    """An approval of an expansion on which no investment hangs."""
    for name, event in _starts(contract).items():
        if not hasattr(event, "base") or _failing(contract, event)[0]:
            continue
        payee = contract.clauses[event.of].payee
        capex = [c for c in contract.clauses.values() if getattr(c, "structure", "") == "capex" and c.payer == payee]
        if capex and not any(name in c.requires or "requires" in c.model_fields_set for c in capex):
            message = (
                f"no investment requires it, so that all of it is paid also where it is refused; write "
                f"'requires: {name}' in what is built for the phase, or 'requires: []' if it is built all the same"
            )
            yield Finding(("risks", name), message, warning=True)


def _damages(contract: Contract) -> Iterator[Finding]:
    for name, event in _starts(contract).items():
        terms = getattr(event, "damages", None)
        if terms is None:
            continue
        lease: Any = contract.clauses[event.of]
        rent = lease.price.currency
        at: Loc = ("risks", name, "damages")
        if terms.payer != lease.payee or terms.payee != lease.payer:
            message = (
                f"damages for a late start are paid by the landlord '{lease.payee}' to the tenant '{lease.payer}' of "
                f"'{event.of}', got '{terms.payer}' to '{terms.payee}'"
            )
            yield Finding((*at, "payer"), message)
        cap, price = terms.cap, terms.price
        if price is not None and cap is not None and cap.canonical_unit == "1" and price.currency != rent:
            message = (
                f"a cap of {cap} of the yearly rent, which is in {rent}, cannot bound damages in {price.currency}; "
                f"write the price in {rent}, or the cap in months"
            )
            yield Finding((*at, "cap"), message)


def _real_world(contract: Contract) -> Iterator[Finding]:
    """Chances of a decision or of a delay are judged, not implied by prices."""
    for name in contract.starts:
        if contract.measure == "risk_neutral":
            message = "its chance is a judgement, which does not belong into a risk-neutral valuation; take it away"
            yield Finding(("risks", name), message)


def _moves_and_renews(contract: Contract) -> Iterator[Finding]:
    """An end that moves with a late start has no renewals behind it: from which day they would count is not said. And
    beside another lease that may be renewed, the day on which the site ends would hang on both."""
    leases = leases_of(contract)
    for name, event in _starts(contract).items():
        lease = leases.get(event.of) if getattr(event, "end", "") == "moves" else None
        if lease is None:
            continue
        if lease.renewals:
            message = (
                f"the end of '{event.of}' cannot move with its start, because it may be renewed; write 'end: fixed'"
            )
            yield Finding(("risks", name, "end"), message)
            continue
        other = next((n for n, each in leases.items() if any(not one.certain for one in each.renewals)), "")
        if other:
            message = (
                f"the end of '{event.of}' cannot move with its start beside '{other}', whose renewal may lapse: on "
                "which day the site ends, and what falls due then, would hang on both; write 'end: fixed', or a "
                f"probability of 100 % for the renewals of '{other}'"
            )
            yield Finding(("risks", name, "end"), message)


STARTING: dict[Check, frozenset[str]] = {
    _moves_and_renews: frozenset({"risks", "clauses"}),
    _phase_exists: frozenset({"risks", "clauses", "capacity.contracted"}),
    _steps_up: frozenset({"risks", "clauses", "capacity.contracted"}),
    _once: frozenset({"risks", "clauses", "capacity.contracted"}),
    _decided_first: frozenset({"risks", "clauses", "dates", "capacity.contracted"}),
    _required: frozenset({"risks", "clauses"}),
    _moves_investment: frozenset({"risks", "clauses"}),
    _share_of_it: frozenset({"risks", "clauses"}),
    _goes_on: frozenset({"risks", "clauses", "capacity.contracted"}),
    _nothing_hangs_on_it: frozenset({"risks", "clauses", "capacity.contracted"}),
    _damages: frozenset({"risks", "clauses"}),
    _real_world: frozenset({"risks"}),
}
"""Every check of this file, and the parts of the contract of which it needs everything."""
