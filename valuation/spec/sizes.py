"""Sizes that are probably a slip of a unit or of a decimal: prices of power, rates. Each is a warning."""

from __future__ import annotations

from collections.abc import Iterator

from valuation.spec.contract import Contract
from valuation.spec.document import Loc
from valuation.spec.finding import Check, Finding
from valuation.spec.plausible import LARGE_CURRENCIES
from valuation.spec.quantity import Quantity, Schedule

FIXED_PRICE = (1.0, 1_000.0)
"""Plausible fixed price of power [currency/MWh]."""
DISCOUNT_RATE = (0.01, 0.40)
"""Plausible discount rate [1/year]; 8 % written as a number is 0.08 %."""
GROWTH = (-0.10, 0.25)
"""Plausible escalator or index [1/year]."""
HAZARD = 0.50
"""Plausible intensity of an event at the most [1/year]."""


def _prices_of_power(contract: Contract) -> Iterator[Finding]:
    for name, clause in contract.clauses.items():
        fixed = getattr(clause, "fixed_price", None)
        if isinstance(fixed, Schedule) and fixed.currency in LARGE_CURRENCIES:
            for price in fixed.quantities:
                if price.canonical and not FIXED_PRICE[0] <= price.canonical <= FIXED_PRICE[1]:
                    usual = f"a price of power is usually between 1 and 1,000 {fixed.currency}/MWh"
                    yield _unusual(("clauses", name, "fixed_price"), price, usual)
                    break


def _rates(contract: Contract) -> Iterator[Finding]:
    rates: dict[Loc, Quantity] = {("discount_rate",): contract.discount_rate.value}
    rates |= {("discount_rate_by_party", one): rate.value for one, rate in contract.discount_rate_by_party.items()}
    for at, rate in rates.items():
        if not DISCOUNT_RATE[0] <= rate.canonical <= DISCOUNT_RATE[1]:
            yield _unusual(at, rate, "a discount rate is usually between 1 and 40 %/year")
    for name, clause in contract.clauses.items():
        escalator, index = getattr(clause, "escalator", None), clause.index
        growths = {("clauses", name, "escalator"): escalator, ("clauses", name, "index", "by"): index and index.by}
        for where, growth in growths.items():
            if isinstance(growth, Quantity) and not GROWTH[0] <= growth.canonical <= GROWTH[1]:
                yield _unusual(where, growth, "a price usually grows by -10 to 25 % a year")
    for name, hazard in contract.hazards.items():
        stated = getattr(getattr(hazard, "rate", None), "value", None)
        for quantity in stated.quantities if isinstance(stated, Schedule) else ():
            if quantity.canonical > HAZARD:
                yield _unusual(("risks", name, "rate"), quantity, "an event is usually rarer than 50 %/year")
                break


def _unusual(at: Loc, quantity: Quantity, usual: str) -> Finding:
    return Finding(at, f"{quantity}: {usual}; is that the unit you meant?", warning=True)


SIZES: dict[Check, frozenset[str]] = {
    _prices_of_power: frozenset({"clauses"}),
    _rates: frozenset({"discount_rate", "clauses", "risks"}),
}
"""Every check of this file, and the parts of the contract of which it needs everything."""
