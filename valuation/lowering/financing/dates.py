"""The calendar of a financing: construction, close and service dates."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from valuation import timeline
from valuation.lowering.financing.cash import days_of
from valuation.lowering.terms import clauses_of
from valuation.plan.model import Origin

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.spec.financing import Financing

LONG = 1e6
"""More months than any grid has."""


@dataclass(frozen=True)
class Calendar:
    """Names of the month rows of a financing's calendar.

    Parameters
    ----------
    number : months since the completion, 0 in its own month [month].
    building : 1 until the month of the completion, with it; else 0.
    running : 1 − building.
    completes : 1 in the month of the completion.
    closes : 1 in the month of the financial close.
    service : 1 on service dates, the last month of the grid among them.
    owners_pay : 1 in months in which the owners may pay in: those of the construction, and service dates.
    funding : 1 in months in which loans and owners pay for the investment: those of the construction, and where a delay
        puts investment off, as many more as it may last.
    """

    number: str
    building: str
    running: str
    completes: str
    closes: str
    service: str
    owners_pay: str
    funding: str


def lay_calendar(ctx: Lowering, terms: Financing, invested: list[str]) -> Calendar:
    """Adds the rows of the calendar.

    Parameters
    ----------
    invested : rows of the dates on which the borrower invests.
    """
    b, time = ctx.b, ctx.time
    if terms.completion is not None:
        completion = ctx.dated(terms.completion, "Completion")
    else:
        completion = b.scalar("financing.completion", "add_days", ctx.term_begin, -1.0, unit="date", label="Completion")
    number = b.month("financing.month", "months_between", completion, time.month_end, label="Months since completion")
    building = b.month("financing.building", "between", number, -LONG, 0.0, label="Under construction")
    running = b.month("financing.running", "opposite", building)
    completes = b.month("financing.completes", "between", number, 0.0, 0.0)
    every = b.month("financing.regular_service", "every", number, float(terms.period))
    last_day = b.scalar("financing.last_day", "month_end", float(b.first_month), float(b.months - 1), unit="date")
    last = b.month("financing.last_month", "from_date", time.month_end, last_day)
    service = b.month("financing.service", "higher_of", every, last, label="Service date")
    funding = building
    if late := _longest_delay(ctx, terms):
        funding = b.month("financing.funding", "between", number, -LONG, late, label="Loans are drawn")
    owners_pay = b.month("financing.owners_pay", "higher_of", funding, service)
    close = _close(ctx, terms, invested)
    closes = b.month("financing.closes", "between", close, time.month_start, time.month_end)
    return Calendar(number, building, running, completes, closes, service, owners_pay, funding)


def _longest_delay(ctx: Lowering, terms: Financing) -> float:
    """Months by which a delay may put off what the borrower invests; 0 without one [month]."""
    if not ctx.events_on:
        return 0.0
    delays = {
        getattr(clause, "delayed_by", None)
        for clause in clauses_of(ctx.contract).values()
        if clause.payer == terms.borrower
    }
    longest = [getattr(start, "longest", None) or 0.0 for name, start in ctx.contract.starts.items() if name in delays]
    return float(math.ceil(max(longest, default=0.0)))


def _close(ctx: Lowering, terms: Financing, invested: list[str]) -> str:
    """Input of the financial close: as stated, else the first day on which something is invested, else the start."""
    if terms.close is not None:
        return ctx.dated(terms.close, "Financial close")
    days = [day for row in days_of(ctx, invested).values() for day in row if day > 0.0]
    first = min([*days, timeline.serial(ctx.contract.dates.start.date)])
    origin = Origin("financing.close", "derived", "", "the first day on which something is invested")
    return ctx.b.input("financing.close", first, "date", "Financial close", origin)
