"""What is probably a slip though the contract can be valued: payments at odd times, a missing tax, unusual sizes.

Each is a warning of `check` and of the summary.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from valuation.spec.contract import Contract
from valuation.spec.document import Loc
from valuation.spec.finding import Check, Finding
from valuation.spec.quantity import Quantity
from valuation.timeline import date_of, edate, serial

LARGE_CURRENCIES = ("USD", "EUR", "GBP")
"""Currencies for which the scales below are known."""
RENT = (1.0, 2_000.0)
"""Plausible rent [currency/kW/month]."""
CAPEX = (0.05e6, 100e6)
"""Plausible investment [currency/MW]."""
POWER_PRICE = 2_000.0
"""Plausible forward price at the most [currency/MWh]."""
VOLATILITY = 5.0
"""Plausible volatility at the most [1/sqrt(year)]."""
YEARLY_SD = 1.5
"""Plausible standard deviation of a yearly level at the most [1]."""


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
        if min(paid) < serial(dates.valuation.date) and not contract.from_inception:
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


def _last_growth(contract: Contract) -> float:
    """Serial of the day on which the contracted power last grows, 0 where it never does."""
    last = before = 0.0
    own = [own for clause in contract.clauses.values() if (own := getattr(clause, "contracted", None))]
    for schedule in own or [contract.capacity.contracted]:
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


def _tax_of_the_view(contract: Contract) -> Iterator[Finding]:
    if contract.tax and contract.view not in contract.tax:
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


def _movement(contract: Contract) -> Iterator[Finding]:
    for name, factor in contract.factors.items():
        at: Loc = ("market", "factors", name) if name in contract.market.factors else ("risks", name)
        parts = {"": factor, "slow": getattr(factor, "slow", None), "fast": getattr(factor, "fast", None)}
        for part, own in parts.items():
            volatility = getattr(own, "volatility", None)
            if isinstance(volatility, Quantity) and volatility.canonical > VOLATILITY:
                place = (*at, part, "volatility") if part else (*at, "volatility")
                yield _unusual(place, volatility, f"a volatility above {VOLATILITY:g} /sqrt(year)")
        sd = getattr(getattr(factor, "yearly_level", None), "sd", None)
        if isinstance(sd, Quantity) and sd.canonical > YEARLY_SD:
            yield _unusual((*at, "yearly_level", "sd"), sd, f"a yearly level with an sd above {YEARLY_SD:g}")


def _scales(contract: Contract) -> Iterator[Finding]:
    for name, clause in contract.clauses.items():
        structure = getattr(clause, "structure", "")
        rent, cost = getattr(clause, "price", None), getattr(clause, "cost", None)
        if structure == "capacity_lease" and rent is not None and rent.currency in LARGE_CURRENCIES:
            odd = [step for step in rent.quantities if step.canonical and not RENT[0] <= step.canonical <= RENT[1]]
            if odd:
                usual = f"a rent is usually between {RENT[0]:g} and {RENT[1]:,.0f} {rent.currency}/kW/month"
                yield _unusual(("clauses", name, "price"), odd[0], usual)
        if structure == "capex" and cost is not None and cost.currency in LARGE_CURRENCIES:
            per_mw = cost.canonical if cost.canonical_unit.endswith("/MW") else None
            if per_mw and not CAPEX[0] <= per_mw <= CAPEX[1]:
                usual = f"an investment is usually between 0.05 and 100 M{cost.currency}/MW"
                yield _unusual(("clauses", name, "cost"), cost, usual)
    for name, factor in contract.market.factors.items():
        forward = getattr(factor, "forward", None)
        for quantity in forward.level.quantities if forward is not None else ():
            currency, _, per = quantity.canonical_unit.partition("/")
            if currency in LARGE_CURRENCIES and per == "MWh" and abs(quantity.canonical) > POWER_PRICE:
                usual = f"a forward price is usually below {POWER_PRICE:,.0f} {currency}/MWh"
                yield _unusual(("market", "factors", name, "forward"), quantity, usual)
                break


def _unusual(at: Loc, quantity: Quantity, usual: str) -> Finding:
    rule = f"{usual} is unusual" if usual.startswith("a volatility") or usual.startswith("a yearly") else usual
    return Finding(at, f"{quantity}: {rule}; is that the unit you meant?", warning=True)


PLAUSIBLE: dict[Check, frozenset[str]] = {
    _investment_dates: frozenset({"dates", "capacity.contracted"}),
    _tax_of_the_view: frozenset({"tax", "view"}),
    _sale_without_cash: frozenset({"clauses"}),
    _movement: frozenset(),
    _scales: frozenset(),
}
"""Every check of this file, and the parts of the contract of which it needs everything."""
