"""Cover ratios in the plan: debt service cover on service dates and by year, loan life and project life cover."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from valuation.kernel.opcodes import NEVER
from valuation.lowering.financing.dates import Calendar
from valuation.lowering.financing.loans import LoanRows, may_grow, rounding_limit

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.spec.financing import Financing

MONTHS_TESTED = 12
"""Months over which cover is tested."""


@dataclass(frozen=True)
class CoverRows:
    """Names of the rows of cover; empty without loans.

    Parameters
    ----------
    dscr : on service dates of the loans, over the twelve months before; 1e9 else.
    locked_up : flag: below the cover under which nothing is distributed; empty without such a covenant.
    """

    dscr: str = ""
    locked_up: str = ""


def lower_cover(
    ctx: Lowering,
    terms: Financing,
    calendar: Calendar,
    loans: list[LoanRows],
    cfads: str,
    anew: str,
    repays_early: bool,
) -> CoverRows:
    """Rows of the cover ratios. Debt service is what the month bears of interest, and the scheduled principal: what was
    missed before is no part of it, nor is what was repaid before its time.

    DSCR = Σ CFADS / Σ (interest + principal) over the twelve months to the service date, from the first such twelve
    after the completion on; there is none where nothing was owed any more. LLCR = Σ CFADS·DF / balance at the
    completion over the tenor, PLCR over the whole project, DF at the first loan's rate. By calendar year both sums are
    over the months of the tenor: the year in which it ends has neither the cash after it, nor the interest on what is
    still owed then.

    Parameters
    ----------
    cfads : row of the cash available for debt service.
    anew : flag row of the first month of each service period.
    repays_early : whether a loan may be repaid before its time.
    """
    if not loans:
        return CoverRows()
    b, money = ctx.b, ctx.b.currency
    longest = max(round(terms.debt[rows.name].tenor.canonical) for rows in loans)
    in_tenor = b.month("financing.debt_runs", "between", calendar.number, 1.0, float(longest))
    of_a_year = b.month("financing.cover_of_a_year", "between", calendar.number, float(MONTHS_TESTED), float(longest))
    tested = b.month("financing.cover_date", "mul", calendar.service, of_a_year)
    service = _service(ctx, loans, in_tenor)
    cash = b.month("financing.cash_after_completion", "mul", cfads, calendar.running, unit=money)
    of_cash = _of_twelve_months(ctx, terms, "cash", cash, anew)
    due = _of_twelve_months(ctx, terms, "service", service, anew)
    grows = any(may_grow(terms.debt[rows.name]) for rows in loans)
    if grows:  # interest less what is added to a loan may be nothing but rounding: no cover is that of nothing
        some = b.month("financing.service_is_due", "above", due, rounding_limit(ctx, loans))
        tested = b.month("financing.cover_is_tested", "mul", tested, some)
    if repays_early:
        debt = loans[0].row("balance") if len(loans) == 1 else "financing.debt"
        owed = b.month("financing.owed_before", "above", f"{debt}.prev", rounding_limit(ctx, loans))
        tested = b.month("financing.cover_while_owed", "mul", tested, owed)
    dscr = b.month("financing.dscr", "cover", tested, of_cash, due, label="DSCR, twelve months")
    low, month = "financing.dscr_min", "financing.dscr_min_month"
    b.month(month, "pick_first", f"{low}.prev", dscr, f"{month}.prev", ctx.time.t, opening=-1.0)
    b.month(low, "lower_of", f"{low}.prev", dscr, opening=NEVER)
    while_owed = b.month("financing.cash_while_debt_runs", "mul", cash, in_tenor, unit=money)
    for name, row in (("cfads", while_owed), ("service", service)):
        of_year = f"financing.{name}_of_year"
        so_far = f"financing.{name}_so_far" if grows and name == "service" else of_year
        b.month(so_far, "year_to_date", row, f"{so_far}.prev", ctx.time.year_begins, unit=money)
        if so_far != of_year:
            some = b.month("financing.service_is_due_in_year", "above", so_far, rounding_limit(ctx, loans))
            b.month(of_year, "mul", so_far, some, unit=money)
    _life_cover(ctx, calendar, loans, in_tenor, anew)
    below = ""
    if terms.covenants.lock_up is not None:
        least = ctx.quantity(terms.covenants.lock_up, "Cover below which nothing is distributed")
        below = b.month("financing.locked_up", "below", dscr, least, label="Cover below the lock-up")
        count = "financing.locked_up_count"
        b.month(count, "year_to_date", below, f"{count}.prev", ctx.time.year_begins)
        b.month("financing.locked_up_in_year", "above", count, 0.5)
    return CoverRows(dscr, below)


def period_begins(ctx: Lowering, terms: Financing, calendar: Calendar) -> str:
    """Flag row: the first month of a service period, that of the first one after the completion among them."""
    b = ctx.b
    before = b.month("financing.month_before", "sum", calendar.number, -1.0)
    after_service = b.month("financing.after_service", "every", before, float(terms.period))
    first = b.month("financing.first_month", "between", calendar.number, 1.0, 1.0)
    return b.month("financing.period_begins", "higher_of", after_service, first)


def _of_twelve_months(ctx: Lowering, terms: Financing, name: str, row: str, anew: str) -> str:
    """Row that on service dates is the sum of a row over twelve months after the completion."""
    b, money, period = ctx.b, ctx.b.currency, terms.period
    of_period = f"financing.{name}_of_period"
    b.month(of_period, "year_to_date", row, f"{of_period}.prev", anew, unit=money)
    total = f"financing.{name}_of_12_months"
    if period == MONTHS_TESTED:
        return of_period
    if period == 1:
        return b.month(total, "sum", f"{total}.prev", row, f"-{row}.prev{MONTHS_TESTED}", unit=money)
    before = [f"{of_period}.prev{months}" for months in range(period, MONTHS_TESTED, period)]
    return b.month(total, "sum", of_period, *before, unit=money)


def _service(ctx: Lowering, loans: list[LoanRows], in_tenor: str) -> str:
    """Row of the debt service that a month of the longest tenor bears [currency]: interest less what the schedule adds
    to the loan, and principal of the month's own instalment, as far as it has not been repaid before."""
    b, money = ctx.b, ctx.b.currency
    parts = []
    for rows in loans:
        paid_to = rows.row("scheduled_balance")
        instalment = b.month(rows.row("scheduled_principal"), "sub", f"{paid_to}.prev", paid_to, unit=money)
        row = rows.row("principal_of_service")
        parts.append(b.month(row, "pay_down", in_tenor, instalment, rows.row("principal_due"), unit=money))
        parts.append(b.month(rows.row("interest_of_service"), "prod", rows.interest, in_tenor, unit=money))
        if rows.row("interest_added") in b.rows:
            parts.append(f"-{rows.row('interest_added')}")
    return b.month("financing.debt_service", "sum", *parts, unit=money, label="Debt service", roll="sum", sign=-1)


def _life_cover(ctx: Lowering, calendar: Calendar, loans: list[LoanRows], in_tenor: str, anew: str) -> None:
    """Rows of the present value of CFADS at the completion, by service dates at the first loan's rate, over what is
    owed there."""
    b, money = ctx.b, ctx.b.currency
    monthly = b.month("financing.rate_of_month", "prod", loans[0].monthly_rate, calendar.running)
    of_period, factor = "financing.rate_of_period", "financing.debt_discount"
    b.month(of_period, "year_to_date", monthly, f"{of_period}.prev", anew)
    grown = b.month("financing.debt_growth", "sum", of_period, 1.0)
    one_more = b.month("financing.debt_discount_next", "divide", f"{factor}.prev", grown)
    served = b.month("financing.served", "mul", calendar.service, calendar.running)
    b.month(factor, "select", served, one_more, f"{factor}.prev", opening=1.0)
    owed = []
    for rows in loans:
        balance, kept = rows.row("balance"), rows.row("balance_at_completion")
        owed.append(b.month(kept, "select", calendar.completes, balance, f"{kept}.prev", unit=money))
    in_all = b.month("financing.debt_at_completion", "sum", *owed, unit=money)
    for name, flag in (("llcr", in_tenor), ("plcr", calendar.running)):
        weight = b.month(f"financing.{name}_weight", "prod", factor, served, flag)
        so_far = f"financing.pv_of_{name}"
        worth = b.month(so_far, "mul_add", "financing.cash_of_period", weight, f"{so_far}.prev", unit=money)
        b.month(f"financing.{name}", "ratio", worth, in_all, label=name.upper())
