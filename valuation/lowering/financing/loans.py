"""Loans in the plan: what they bear, what is drawn, what is due and paid, what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from valuation import timeline
from valuation.lowering.financing.dates import Calendar
from valuation.plan.model import Origin

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.spec.financing import Loan

SOLVED = Origin(status="derived", note="solved on the base case")
"""Origin of a number that the sizing of the debt puts in."""

NOTHING_LEFT = 1e-9
"""Part of the loans up to which what is due counts as rounding."""


@dataclass(frozen=True)
class LoanRows:
    """A loan in the plan: its name, and the names of the rows that come before all others."""

    name: str
    size: str
    """Input: the amount of the loan, solved on the base case [currency]."""
    monthly_rate: str
    """Row: interest of a month over the balance [1]."""
    interest: str
    """Row: interest of the month on the balance at its beginning [currency]."""

    def row(self, what: str) -> str:
        """Full name of one of the loan's rows."""
        return f"financing.{self.name}.{what}"


def schedule_table(loan: str) -> str:
    """Table of a loan's balance after each service date, solved on the base case."""
    return f"financing.{loan}.schedule"


def open_loan(ctx: Lowering, name: str, loan: Loan) -> LoanRows:
    """Rows of a loan that come before the construction: its size, its rate, the interest of the month."""
    b = ctx.b
    size = b.input(f"financing.{name}.size", 1.0, b.currency, f"Size of the loan, {name}", SOLVED)
    rate = _yearly_rate(ctx, name, loan)
    monthly = b.month(f"financing.{name}.monthly_rate", "prod", rate, ctx.month_in_years)
    interest = b.month(
        f"financing.{name}.interest",
        "mul",
        f"financing.{name}.balance.prev",
        monthly,
        unit=b.currency,
        label=f"Interest, {name}",
        roll="sum",
        sign=-1,
    )
    return LoanRows(name, size, monthly, interest)


def _yearly_rate(ctx: Lowering, name: str, loan: Loan) -> str:
    """Row of a loan's nominal yearly rate [1/year]: as stated, or factor + margin with the swapped part fixed."""
    if loan.rate is not None:
        return ctx.schedule(loan.rate, f"Interest rate, {name}", "curve")
    floating = loan.floating
    if floating is None:
        raise ValueError("a loan has a rate or floats")
    b, factor = ctx.b, ctx.factors[floating.factor]
    base = factor.value
    if factor.unit != "1/year":
        base = b.month(
            f"financing.{name}.reference_rate",
            "prod",
            base,
            ctx.constant("per_year", 1.0, "1/year", "A share as a yearly rate"),
            unit="1/year",
        )
    if floating.swap_rate is not None:
        share = ctx.quantity(floating.fixed_share, f"Swapped part, {name}")
        fixed = ctx.schedule(floating.swap_rate, f"Swap rate, {name}", "curve")
        base = b.month(f"financing.{name}.rate_after_swap", "blend", share, fixed, base, unit="1/year")
    margin = ctx.schedule(floating.margin, f"Margin, {name}", "curve")
    return b.month(f"financing.{name}.rate", "sum", base, margin, unit="1/year", label=f"Interest rate, {name}")


def lay_schedule(ctx: Lowering, name: str) -> str:
    """Row of the balance that the loan is to have after each service date; its table is filled by the sizing.

    Before the first date it is the size, after the last 0.
    """
    b, row = ctx.b, f"financing.{name}.scheduled_balance"
    if row in b.rows:
        return row
    first = timeline.month_end(b.first_month)
    table = b.table(
        schedule_table(name),
        {"date": (first,), "value": (0.0,)},
        ("date", b.currency),
        f"Scheduled balance, {name}",
        SOLVED,
    )
    return b.month(
        row,
        "curve",
        f"{table}:date",
        f"{table}:value",
        ctx.time.month_end,
        unit=b.currency,
        label=f"Scheduled balance, {name}",
        roll="end",
    )


def may_grow(loan: Loan) -> bool:
    """Whether its schedule may add interest to the balance: where the service follows the cash, or is level at a rate
    that falls."""
    return loan.repayment == "sculpted" or (
        loan.repayment == "level" and (loan.rate is None or loan.rate.constant is None)
    )


def rounding_limit(ctx: Lowering, loans: list[LoanRows]) -> str:
    """Row of the amount up to which what is due counts as rounding [currency]."""
    b, money, row = ctx.b, ctx.b.currency, "financing.rounding"
    if row in b.rows:
        return row
    sizes = b.scalar("financing.debt_in_all", "sum", *(rows.size for rows in loans), unit=money)
    return b.scalar(row, "prod", sizes, NOTHING_LEFT, unit=money)


def pay_interest(ctx: Lowering, rows: LoanRows, loan: Loan, calendar: Calendar, pot: str) -> str:
    """What is due of the interest of the service period, and of what was left unpaid before, and is paid from the pot;
    returns the pot that is left. What the schedule adds to the balance is not due."""
    b, money = ctx.b, ctx.b.currency
    due = b.month(
        rows.row("interest_due"),
        "mul_add",
        rows.interest,
        calendar.running,
        f"{rows.row('interest_unpaid')}.prev",
        unit=money,
    )
    if may_grow(loan):
        due = _capitalise(ctx, rows, calendar, due)
    paid = b.month(
        rows.row("interest_paid"),
        "pay_down",
        calendar.service,
        due,
        pot,
        unit=money,
        label=f"Interest paid, {rows.name}",
        roll="sum",
        sign=-1,
    )
    b.month(
        rows.row("interest_unpaid"), "sub", due, paid, unit=money, label=f"Interest accrued, {rows.name}", roll="end"
    )
    return b.month(rows.row("cash_after_interest"), "sub", pot, paid, unit=money)


def _capitalise(ctx: Lowering, rows: LoanRows, calendar: Calendar, due: str) -> str:
    """Interest that joins the balance on a service date because the schedule rises there; returns what is left to be
    paid of it."""
    b, money = ctx.b, ctx.b.currency
    scheduled = lay_schedule(ctx, rows.name)
    rise = b.month(rows.row("scheduled_rise"), "sub", scheduled, f"{scheduled}.prev", unit=money)
    show: dict[str, Any] = {"unit": money, "label": f"Interest added to the loan, {rows.name}", "roll": "sum"}
    added = b.month(rows.row("interest_added"), "pay_down", calendar.service, due, rise, **show)
    return b.month(rows.row("interest_to_pay"), "sub", due, added, unit=money)


def pay_principal(ctx: Lowering, rows: LoanRows, calendar: Calendar, pot: str) -> str:
    """What brings the balance down to the scheduled one on a service date, as far as the pot goes; returns the pot that
    is left. An instalment that was missed is due again, one that was paid early is not."""
    b, money = ctx.b, ctx.b.currency
    grown = [rows.row("interest_added")] if rows.row("interest_added") in b.rows else []
    came = [f"{rows.row('balance')}.prev", rows.row("drawn"), *grown]
    before = b.month(rows.row("balance_before"), "sum" if grown else "add", *came, unit=money)
    scheduled = lay_schedule(ctx, rows.name)
    due = b.month(rows.row("principal_due"), "sub", before, scheduled, unit=money)
    paid = b.month(
        rows.row("principal_paid"),
        "pay_down",
        calendar.service,
        due,
        pot,
        unit=money,
        label=f"Principal paid, {rows.name}",
        roll="sum",
        sign=-1,
    )
    b.month(
        rows.row("behind"), "behind", calendar.service, rows.row("interest_unpaid"), due, paid, unit=money,
        label=f"Left unpaid, {rows.name}", roll="end",
    )  # fmt: skip
    return b.month(rows.row("cash_after_principal"), "sub", pot, paid, unit=money)


def close_month(ctx: Lowering, rows: LoanRows, repaid: Sequence[str]) -> str:
    """Row of the balance at the month's end.

    Parameters
    ----------
    repaid : rows of what was repaid before its time.
    """
    parts = [rows.row("balance_before"), f"-{rows.row('principal_paid')}", *(f"-{row}" for row in repaid)]
    label = f"Balance, {rows.name}"
    return ctx.b.month(rows.row("balance"), "sum", *parts, unit=ctx.b.currency, label=label, roll="end", total=True)
