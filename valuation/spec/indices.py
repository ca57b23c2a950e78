"""What a price may be indexed by: factors whose level stays above 0, in months that the market's paths hold."""

from __future__ import annotations

from collections.abc import Iterator

from valuation.errors import UnitError
from valuation.spec.clause import Index
from valuation.spec.contract import Contract
from valuation.spec.document import Loc
from valuation.spec.factor import Factor
from valuation.spec.finding import Check, Finding
from valuation.spec.quantity import Quantity
from valuation.timeline import date_of, month_number, month_start, serial

STEP_MONTHS = {"yearly": 12, "quarterly": 3, "monthly": 1}
"""Months between two steps of an index, by its frequency."""
LONGEST_LAG = 36
"""Longest lag of an index that follows a factor path by path [month]: each month is a row of the plan."""


def grows_steadily(factor: Factor) -> bool:
    """Whether a factor is an index with one rate: then the rate counts, and neither its level nor its age."""
    return getattr(factor, "process", "") == "index"


def base_of(index: Index, name: str) -> Quantity | None:
    """The level that the price stands for, where the file states it."""
    parts = index.by if isinstance(index.by, tuple) else ()
    return next((part.base for part in parts if part.factor == name), None)


def base_month(index: Index, start: float, lagged: bool = True) -> int:
    """Calendar month of the level that P_0 stands for: that of the first month that begins on or after `from`, less
    the lag.

    Parameters
    ----------
    start : serial of the contract's first day, where the index has no `from` of its own.
    """
    day = serial(index.start.date) if index.start is not None else start
    month = month_number(day) + (month_start(month_number(day)) < day)
    return month - (round(index.lag.canonical) if lagged else 0)


def _indices(contract: Contract) -> Iterator[tuple[Loc, str, Index]]:
    for name, clause in contract.clauses.items():
        if clause.index is not None:
            yield ("clauses", name, "index"), name, clause.index


def _at(loc: Loc, index: Index, place: int, key: str = "factor") -> Loc:
    return (*loc, "by", place, key) if isinstance(index.by, tuple) else (*loc, "by")


def _roles(contract: Contract) -> Iterator[Finding]:
    """Growth is that of a level that stays above 0; a stated base is in the unit of its factor."""
    for loc, _, index in _indices(contract):
        for place, name in enumerate(index.names):
            factor = contract.factors.get(name)
            if factor is None:
                continue
            process = getattr(factor, "process", "factor")
            if not factor.stays_positive:
                why = "may fall to 0 or below" if factor.measured_as == "unit" else "is no level of prices"
                yield Finding(
                    _at(loc, index, place),
                    f"'{name}' is a {process} and {why}; a price is indexed by the growth of an index, or of a "
                    "price or rate of exchange that stays above 0",
                )
            base = base_of(index, name)
            if base is None:
                continue
            unit, at = getattr(factor, "unit", ""), _at(loc, index, place, "base")
            in_words = f"in {unit}" if unit else "as a bare number, 1 on the market's date"
            if grows_steadily(factor):
                yield Finding(at, f"'{name}' grows at one rate, so its level does not count; take 'base' away")
            elif not _fits(base, unit):
                yield Finding(at, f"got {base}, expected a level of '{name}' {in_words}")
            elif base.to(unit).canonical <= 0.0:
                yield Finding(at, f"a base of {base} has no growth, expected a level above 0")


def _fits(base: Quantity, unit: str) -> bool:
    try:
        base.to(unit)
    except UnitError:
        return False
    return True


def _observed(contract: Contract) -> Iterator[Finding]:
    """A level before the market's date is not simulated: it is history, which the file must state."""
    today = month_number(serial(contract.market.as_of.date) + 1.0)
    start = serial(contract.dates.start.date)
    for loc, clause, index in _indices(contract):
        random = [name for name in index.names if name in contract.factors]
        random = [name for name in random if not grows_steadily(contract.factors[name])]
        if not random:
            continue
        lag = index.lag
        if lag.canonical_unit == "day" and lag.canonical:
            yield Finding((*loc, "lag"), f"got {lag}; '{random[0]}' has one level a month: write the lag in months")
            continue
        if lag.canonical > LONGEST_LAG:
            yield Finding((*loc, "lag"), f"a lag of {lag} is longer than {LONGEST_LAG // 12} years")
            continue
        if contract.clauses[clause].payment.timing == "advance" and lag.canonical < 1.0:
            message = (
                f"the price is paid in advance, before the month's level of '{random[0]}' is known: write a lag of at "
                "least '1 months'"
            )
            yield Finding((*loc, "lag") if "lag" in index.model_fields_set else loc, message)
        first = date_of(month_start(today))
        if base_month(index, start, lagged=False) < today:
            at = index.start or contract.dates.start
            message = (
                f"the price level is of {at}, and '{random[0]}' has moved since by what the market file does not hold; "
                f"state the price of today and 'from' on or after {first}"
            )
            yield Finding((*loc, "from") if index.start is not None else loc, message)
            continue
        month = base_month(index, start)
        step = month + STEP_MONTHS[index.frequency]
        if step < today:
            message = (
                f"with a lag of {lag} the first step looks at {date_of(month_start(step)):%Y-%m}, before the market's "
                f"date {contract.market.as_of}: shorten the lag, or let the index begin later with 'from'"
            )
            yield Finding((*loc, "lag"), message)
            continue
        for place, name in enumerate(index.names):
            if name in random and month < today and base_of(index, name) is None:
                written = f"{{factor: {name}, weight: 100 %, base: … {getattr(contract.factors[name], 'unit', '')}}}"
                message = (
                    f"the price stands for the level of '{name}' in {date_of(month_start(month)):%Y-%m}, before the "
                    f"market's date {contract.market.as_of}; state that level: '{written}'"
                )
                yield Finding(_at(loc, index, place), message)


INDICES: dict[Check, frozenset[str]] = {
    _roles: frozenset({"clauses"}),
    _observed: frozenset({"clauses", "market", "dates.start"}),
}
"""Every check of this file, and the parts of the contract of which it needs everything."""
