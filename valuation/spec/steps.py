"""Values by date that leave a gap: a price that is not stated from the start of the term on would count as nought."""

from __future__ import annotations

from collections.abc import Iterator

from valuation.spec.contract import Contract
from valuation.spec.finding import Finding
from valuation.spec.quantity import Schedule

PRICES = ("price", "fixed_price")


def prices_from_the_start(contract: Contract) -> Iterator[Finding]:
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
