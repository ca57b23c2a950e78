"""Rules of prices, shares and dates within a clause, and of the valuation date."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from valuation.appraisal.rules.cells import Cells, Found
from valuation.spec.generation import HOURS_A_YEAR
from valuation.spec.leasing import leases_of, renewal_months
from valuation.spec.quantity import Schedule
from valuation.spec.ventures import stakes
from valuation.timeline import serial

if TYPE_CHECKING:
    from valuation.spec.contract import Contract


def _market(contract: Contract, cells: Cells) -> Found:
    today = serial(contract.market.as_of.date)
    yield "the valuation is not before the market's date", [f"{today!r}-{cells.day(contract.dates.valuation)}"]


def _prices(contract: Contract, cells: Cells) -> Found:
    """Prices by date hold from the month of the start on; a floor lies below its cap."""
    month = f"EOMONTH({cells.day(contract.dates.start)},-1)+1"
    for name, clause in contract.clauses.items():
        for key in ("price", "fixed_price", "strike", "floor", "cap", "fixed_revenue"):
            price = getattr(clause, key, None)
            if isinstance(price, Schedule) and price.constant is None and price.steps[0][0] is not None:
                first = cells.step(price.steps[0][1], price.steps[0][0])
                yield f"{name}: there is a {key} from the start on", [f"{first}-({month})"]
        floor, cap = getattr(clause, "floor", None), getattr(clause, "cap", None)
        if isinstance(floor, Schedule) and isinstance(cap, Schedule):
            moments: list[date | None] = [*{day for own in (floor, cap) for day, _ in own.steps if day}] or [None]
            pairs = [(floor.on(day), cap.on(day)) for day in moments]
            over = [f"{cells.number(low)}-{cells.number(high)}" for low, high in pairs if low and high]
            yield f"{name}: the floor does not lie above the cap", over


def _whole(contract: Contract, cells: Cells) -> Found:
    """Shares that make a whole, and parts that do not pass it."""
    for name, clause in contract.clauses.items():
        parts = {"repayments": getattr(getattr(clause, "deferred", None), "repaid", None)}
        schedule = getattr(clause, "schedule", None)
        if schedule is not None and schedule.dated is not None and not schedule.amounts:
            parts["payments"] = schedule.dated
        for of, dated in parts.items():
            if dated is not None:
                yield f"{name}: the {of} add to 100 %", [f"ABS({cells.sum(dated.quantities)}-1)"]
        terms: Any = getattr(clause, "depreciation", None)
        if isinstance(terms, tuple):
            yield f"{name}: the classes add to 100 %", [f"ABS({cells.sum([one.share for one in terms])}-1)"]
        for one in terms if isinstance(terms, tuple) else (terms,):
            if getattr(one, "shares", None):
                yield f"{name}: the shares by year add to 100 %", [f"ABS({cells.sum(one.shares)}-1)"]
    for party in contract.parties:
        given = [clause.share for clause in stakes(contract, party).values()]
        if given:
            yield f"the partners of {party} have 100 % at most", [f"{cells.sum(given)}-1"]


def _order(contract: Contract, cells: Cells) -> Found:
    """Dates and bands that follow each other."""
    for name, clause in contract.clauses.items():
        closing, deferred = getattr(clause, "closing", None), getattr(clause, "deferred", None)
        if closing is not None:
            paid = cells.day(closing)
            later = [(quantity, day) for day, quantity in deferred.repaid.steps] if deferred is not None else []
            after = [f"{paid}+1-{cells.step(quantity, day)}" for quantity, day in later]
            earn_out = getattr(clause, "earn_out", None)
            after += [f"{paid}+1-{cells.day(earn_out.due)}"] if earn_out is not None else []
            yield f"{name}: what is deferred is due after the closing", after
        for place, one in enumerate(getattr(clause, "generations", ()), 1):
            if one.until is not None:
                left = f"{cells.day(one.start)}+1-{cells.day(one.until)}"
                yield f"{name}: generation {place} leaves after it came", [left]
            if not any(getattr(lease, "phase_term", None) for lease in leases_of(contract).values()):
                more = max((renewal_months(lease) for lease in leases_of(contract).values()), default=0)
                start, term = cells.day(contract.dates.start), cells.months(contract.dates.term)
                late = f"{cells.day(one.start)}+1-EDATE({start},{term}+{more})"
                yield f"{name}: generation {place} comes before the end of the term", [late]
        bands = getattr(getattr(clause, "service_credits", None), "steps", ())
        if bands:
            falls = [
                f"({cells.number(low.at_least)}>={cells.number(high.at_least)})*1"
                for high, low in zip(bands, bands[1:], strict=False)
            ]
            rises = [
                f"{cells.number(high.credit)}-{cells.number(low.credit)}"
                for high, low in zip(bands, bands[1:], strict=False)
            ]
            lowest = f"ABS({cells.number(bands[-1].at_least)})"
            yield f"{name}: the bands of the credit lie in order and end at 0 %", [*falls, *rises, lowest]
    covenants = contract.financing.covenants if contract.financing is not None else None
    if covenants is not None and covenants.lock_up is not None and covenants.default is not None:
        above = f"{cells.number(covenants.default)}-{cells.number(covenants.lock_up)}"
        yield "the cover of a default does not lie above that of the lock-up", [above]


def _loans(contract: Contract, cells: Cells) -> Found:
    """The construction holds the first payment of each investment, and a loan is paid back before the contract ends."""
    terms = contract.financing
    if terms is None:
        return
    start = cells.day(contract.dates.start)
    completed = cells.day(terms.completion) if terms.completion is not None else f"({start}-1)"
    for name, clause in contract.clauses.items():
        schedule = getattr(clause, "schedule", None)
        if getattr(clause, "structure", "") == "capex" and clause.payer == terms.borrower and schedule is not None:
            days = [cells.day(schedule.equal.start)] if schedule.equal is not None else []
            if schedule.dated is not None:
                days += [cells.step(one, day) for day, one in schedule.dated.steps if day is not None]
            late = f"(YEAR({{0}})*12+MONTH({{0}}))-(YEAR({completed})*12+MONTH({completed}))"
            first = f"MIN({','.join(days)})" if len(days) > 1 else days[0]
            yield f"{name}: is not paid for after the completion alone", [late.format(first)]
    last = f"({cells.end(contract)}-1)"
    left = f"(YEAR({last})*12+MONTH({last}))-(YEAR({completed})*12+MONTH({completed}))"
    for name, loan in terms.debt.items():
        yield f"{name}: the loan is paid back before the contract ends", [f"{cells.number(loan.tenor)}-({left})"]


def _volume(contract: Contract, cells: Cells) -> Found:
    made = contract.generation
    if made is not None and made.p50 is not None:
        most = f"{cells.number(made.p50)}/({cells.number(made.capacity)}*{HOURS_A_YEAR!r})-1"
        yield "the site can produce the volume of a year", [most]


TERMS = (_market, _prices, _whole, _order, _loans, _volume)
