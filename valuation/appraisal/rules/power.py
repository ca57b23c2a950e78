"""Rules of contracted power: connection, leases together, phases and what decides on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from valuation.appraisal.rules.cells import Cells, Found
from valuation.spec.leasing import leases_of, renewal_months
from valuation.spec.phases import contracted_of
from valuation.spec.quantity import Dated, Quantity, Schedule

if TYPE_CHECKING:
    from valuation.spec.contract import Contract


def _connection(contract: Contract, cells: Cells) -> Found:
    capacity = contract.capacity
    if capacity is None:
        return
    draw = f"*{cells.number(capacity.pue)}" if capacity.basis == "it" else ""
    limit = cells.number(capacity.connection)
    schedules = [capacity.contracted, *(getattr(lease, "contracted", None) for lease in leases_of(contract).values())]
    over = [f"{cells.number(one)}{draw}-{limit}" for each in schedules if each is not None for one in each.quantities]
    yield "contracted power lies within the grid connection", over


def _leases(contract: Contract, cells: Cells) -> Found:
    """Leases together against what is contracted, and against the connection."""
    capacity, leases = contract.capacity, leases_of(contract)
    own = {name: getattr(lease, "contracted", None) for name, lease in leases.items()}
    contracted = {name: schedule for name, schedule in own.items() if schedule is not None}
    if capacity is None or not leases or len(contracted) < len(leases):
        return
    start = cells.day(contract.dates.start)
    days: dict[str, None] = {}

    def steps(schedule: Schedule) -> list[tuple[str, Quantity]]:
        found = []
        for day, quantity in schedule.steps:
            begin = start if day is None else f"MAX({start},{cells.step(quantity, day)})"
            days[begin] = None
            found.append((begin, quantity))
        return found

    def on(made: list[tuple[str, Quantity]], months: str, day: str) -> str:
        """Power on a day: a value holds until the next, and with a term of its own until that is over."""
        parts, before = [], ""
        for begin, quantity in made:
            here = cells.number(quantity)
            added = f"({here}-{before})" if before else here
            until = f"*({day}<EDATE({begin},{months}))" if months else ""
            parts.append(f"{added}*({day}>={begin}){until}")
            before = here
        return "+".join(parts)

    stated = steps(capacity.contracted)
    of_lease: list[tuple[list[tuple[str, Quantity]], str]] = []
    for name, lease in leases.items():
        own_term, more = getattr(lease, "phase_term", None), renewal_months(lease)
        months = f"{cells.months(own_term)}+{more}" if own_term is not None else ""
        of_lease.append((steps(contracted[name]), months))
    draw = f"*{cells.number(capacity.pue)}" if capacity.basis == "it" else ""
    limit, end = cells.number(capacity.connection), cells.end(contract)
    let = {day: "+".join(on(made, months, day) for made, months in of_lease) for day in days}
    above = [f"({let[day]}-({on(stated, '', day)}))*({day}<{end})" for day in days]
    yield "the leases together let what is contracted at most", above
    if len(leases) > 1:
        within = [f"({let[day]}){draw}-{limit}" for day in days]
        yield "the leases together lie within the grid connection", within


def _term(contract: Contract, cells: Cells) -> Found:
    schedules = [contract.capacity.contracted] if contract.capacity is not None else []
    schedules += [
        own for clause in contract.clauses.values() if isinstance(own := getattr(clause, "contracted", None), Schedule)
    ]
    late = [
        f"{cells.step(quantity, day)}+1-{cells.end(contract)}"
        for schedule in schedules
        for day, quantity in schedule.steps
        if day is not None
    ]
    yield "contracted power begins before the end of the term", late


def _phases(contract: Contract, cells: Cells) -> Found:
    """Phases only grow where each has a term of its own, or may come late or never."""
    moved = {event.of for event in _starts(contract).values() if not hasattr(event, "ends")}
    for name, lease in leases_of(contract).items():
        own = getattr(lease, "contracted", None) or contract.power
        if own is not None and (getattr(lease, "phase_term", None) is not None or name in moved):
            sizes = [cells.number(one) for one in own.quantities]
            falls = [f"{before}-{after}" for before, after in zip(sizes, sizes[1:], strict=False)]
            yield f"{name}: the power of its phases grows", falls


def _starts(contract: Contract) -> dict[str, Any]:
    """Events that act on the start of a lease or of a phase."""
    return dict(contract.starts) if contract.capacity is not None else {}


def _decided(contract: Contract, cells: Cells) -> Found:
    """A decision lies after the valuation and before the phase that it is on."""
    today, start = cells.day(contract.dates.valuation), cells.day(contract.dates.start)
    for name, event in _starts(contract).items():
        when = next((one for word in ("decided", "date") if isinstance(one := getattr(event, word, None), Dated)), None)
        ends = getattr(event, "ends", None)
        if when is not None:
            yield f"{name}: is decided after the valuation date", [f"{today}+1-{cells.day(when)}"]
        for lease in (event.of,) if ends is None else ends or leases_of(contract):
            steps = contracted_of(contract, lease).steps
            phase: Any = getattr(event, "phase", "all")
            chosen = steps if phase == "all" else steps[phase - 1 : phase]
            begins = [start if day is None else f"MAX({start},{cells.step(one, day)})" for day, one in chosen]
            if when is None:
                yield f"{name}: acts on a phase that lies ahead", [f"{today}+1-{at}" for at in begins]
            else:
                before = [f"{cells.day(when)}-{at}" for at in begins]
                yield f"{name}: is decided before the phase of {lease} begins", before


POWER = (_connection, _leases, _term, _phases, _decided)
