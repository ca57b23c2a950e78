"""What is probably a slip though the contract can be valued: payments at odd times, a missing tax.

Each is a warning of `check` and of the summary.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from valuation.spec.contract import Contract
from valuation.spec.csv_rows import stands_in
from valuation.spec.document import Loc
from valuation.spec.finding import Check, Finding
from valuation.spec.quantity import Quantity
from valuation.spec.ventures import venture_of
from valuation.timeline import date_of, edate, falls_on, serial

HIGHEST_RATE = 0.5
"""Risk-free rate above which a slip is likelier than the rate [1/year]."""
_SLIP = "is that meant? Is a point missing, or the % in its unit?"


def _investment_dates(contract: Contract) -> Iterator[Finding]:
    """Paid before the valuation date, after the power is on, or after the term."""
    dates = contract.dates
    start = serial(dates.start.date)
    end = edate(start, round(dates.term.canonical))
    built = max(start, _last_growth(contract))
    for name, clause in contract.clauses.items():
        schedule = getattr(clause, "schedule", None)
        if getattr(clause, "structure", "") != "capex" or schedule is None:
            continue
        paid = [serial(day) for day in _days(schedule)]
        at: Loc = ("clauses", name, "schedule")
        if _before_today(contract, min(paid)) and not contract.from_inception:
            message = (
                f"is paid from {date_of(min(paid))}, before the valuation date {dates.valuation}: what is paid "
                "before it does not count in NPV and IRR"
            )
            yield Finding(at, message, warning=True)
        if max(paid) >= end:
            message = f"is paid until {date_of(max(paid))}, after the end of the term on {date_of(end - 1.0)}"
            yield Finding(at, message, warning=True)
        elif max(paid) > built:
            message = (
                f"is paid until {date_of(max(paid))}, after all power is contracted on {date_of(built)}: an "
                "investment is usually paid before it is used"
            )
            yield Finding(at, message, warning=True)


def _closing_date(contract: Contract) -> Iterator[Finding]:
    """A purchase that was paid before the valuation date."""
    for name, clause in contract.clauses.items():
        if getattr(clause, "structure", "") != "acquisition" or contract.from_inception:
            continue
        if _before_today(contract, serial(clause.own_days[0])):
            message = (
                f"is before the valuation date {contract.dates.valuation}: what is paid before it does not count in "
                "NPV and IRR"
            )
            yield Finding(("clauses", name, "closing"), message, warning=True)


def _before_today(contract: Contract, day: float) -> bool:
    """Whether what is paid on a day is sunk: with flows at year ends it is so only in an earlier year."""
    return falls_on(contract.dates.year_count, day) < serial(contract.dates.valuation.date)


def _land_ends_early(contract: Contract) -> Iterator[Finding]:
    """A ground lease that runs out while the site is still let."""
    dates = contract.dates
    end = edate(serial(dates.start.date), round(dates.term.canonical))
    for name, clause in contract.clauses.items():
        if getattr(clause, "structure", "") == "land_lease" and clause.own_days:
            last = serial(clause.own_days[-1])
            if last < end - 1.0:
                message = f"ends on {date_of(last)}, before the term of the contract on {date_of(end - 1.0)}"
                yield Finding(("clauses", name, "term"), message, warning=True)


def _last_growth(contract: Contract) -> float:
    """Serial of the day on which the contracted power last grows or new processors come, 0 where neither happens."""
    last = before = 0.0
    for clause in contract.clauses.values():
        for generation in getattr(clause, "generations", ()):
            last = max(last, serial(generation.start.date))
    own = [own for clause in contract.clauses.values() if (own := getattr(clause, "contracted", None))]
    for schedule in own or ([contract.power] if contract.power is not None else []):
        for day, quantity in schedule.steps:
            if day is not None and quantity.canonical > before:
                last = max(last, serial(day))
            before = quantity.canonical
        before = 0.0
    return last


def _days(schedule: Any) -> list[date]:
    if schedule.equal is not None:
        first = schedule.equal.start.date
        return [first, date_of(edate(serial(first), schedule.equal.months - 1))]
    return [day for day, _ in schedule.dated.steps if day is not None]


def _percent(rate: Quantity) -> str:
    return f"{100.0 * rate.canonical:.6g} %/year"


def _rates_of_percent(contract: Contract) -> Iterator[Finding]:
    """A risk-free rate that only a point or a % in the wrong place explains."""
    risk_free = contract.market.risk_free
    at: Loc = ("market", "risk_free")
    if risk_free.flat is not None and risk_free.flat.canonical > HIGHEST_RATE:
        yield Finding(at, f"a risk-free rate of {_percent(risk_free.flat)}: {_SLIP}", warning=True)
    for key, rates in (("zero", risk_free.zero), ("par", risk_free.par)):
        for maturity, rate in (rates or {}).items():
            if rates and rate.canonical > HIGHEST_RATE:
                place = stands_in(rates, maturity)
                message = f"a risk-free rate of {_percent(rate)} for {maturity}{place}: {_SLIP}"
                yield Finding((*at, key, maturity), message, warning=True)


def _tax_of_the_view(contract: Contract) -> Iterator[Finding]:
    if contract.tax and venture_of(contract, contract.view) not in contract.tax:
        others = ", ".join(f"'{party}'" for party in contract.tax)
        message = f"no tax for '{contract.view}', whose cash flow is valued (there is one for {others}): it pays none"
        yield Finding(("tax",), message, warning=True)


def _sale_without_cash(contract: Contract) -> Iterator[Finding]:
    """A taxable price of a sale whose cash no clause pays."""
    paid = {
        clause.payee for clause in contract.clauses.values() if getattr(clause, "structure", "") == "terminal_value"
    }
    for party, tax in contract.tax.items():
        if tax.sold_at is not None and tax.sold_at.canonical and party not in paid:
            message = (
                f"{tax.sold_at} is the taxable price alone; the cash of the sale is a clause of its own, and no "
                f"terminal_value is paid to '{party}': add one with 'amount: {tax.sold_at}'"
            )
            yield Finding(("tax", party, "sold_at"), message, warning=True)


PLAUSIBLE: dict[Check, frozenset[str]] = {
    _investment_dates: frozenset({"dates", "capacity.contracted"}),
    _closing_date: frozenset({"dates", "clauses"}),
    _land_ends_early: frozenset({"dates", "clauses"}),
    _rates_of_percent: frozenset({"market.risk_free"}),
    _tax_of_the_view: frozenset({"tax", "view"}),
    _sale_without_cash: frozenset({"clauses"}),
}
"""Every check of this file, and the parts of the contract of which it needs everything."""
