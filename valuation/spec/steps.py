"""Values by date that leave a gap: a price that is not stated from the start of the term on would count as nought."""

from __future__ import annotations

from collections.abc import Iterator

from valuation.spec.contract import Contract
from valuation.spec.finding import Check, Finding
from valuation.spec.quantity import Schedule
from valuation.timeline import date_of, edate, serial

PRICES = ("price", "fixed_price", "strike", "floor", "cap", "fixed_revenue")


def _prices_from_the_start(contract: Contract) -> Iterator[Finding]:
    """A price by date must have a value on the first day of the term, and whole months from then on."""
    start = contract.dates.start.date
    for name, clause in contract.clauses.items():
        for key in PRICES:
            price = getattr(clause, key, None)
            if not isinstance(price, Schedule) or price.constant is not None:
                continue
            first = price.steps[0][0]
            if first is not None and first > start.replace(day=1):
                month = start.replace(day=1)
                message = f"no price before {first}; the term starts on {start}, a month takes the price of its start"
                yield Finding(("clauses", name, key), f"{message}; begin with '{month}: …'")
            yield from (
                Finding(
                    ("clauses", name, key, day.isoformat()),
                    f"{day} is inside a month: a price is read at each month's start and counts from the next one on",
                    warning=True,
                )
                for day, _ in price.steps[1:]
                if day is not None and day.day != 1
            )


def _steps_inside_the_term(contract: Contract) -> Iterator[Finding]:
    """Power that begins after the term has, and prices that change after its end."""
    start = contract.dates.start.date
    end = edate(serial(start), round(contract.dates.term.canonical))
    first = contract.capacity.contracted.steps[0][0] if contract.capacity is not None else None
    if first is not None and first > start:
        message = f"no power is contracted before {first}, and the term starts on {start}"
        yield Finding(("capacity", "contracted"), message, warning=True)
    for name, clause in contract.clauses.items():
        price = next((one for key in PRICES if isinstance(one := getattr(clause, key, None), Schedule)), None)
        late = [day for day, _ in price.steps if day is not None and serial(day) >= end] if price is not None else []
        if late and getattr(clause, "phase_term", None) is None:
            message = f"the price of {late[0]} is never used: the term ends on {date_of(end - 1.0)}"
            yield Finding(("clauses", name, "price"), message, warning=True)


STEPS: dict[Check, frozenset[str]] = {
    _prices_from_the_start: frozenset({"clauses", "dates.start"}),
    _steps_inside_the_term: frozenset({"clauses", "dates.start", "dates.term", "capacity.contracted"}),
}
"""Every check of this file, and the parts of the contract of which it needs everything."""
