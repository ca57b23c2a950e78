"""Construction: what it uses, month by month, and whose money pays for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from valuation.lowering.financing.cash import paid_in_month
from valuation.lowering.financing.dates import Calendar
from valuation.lowering.financing.loans import SOLVED, LoanRows
from valuation.plan.model import Argument

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.spec.financing import Financing

NEED = "financing.need_in_all"
"""Input: what loans and owners pay during the construction in the base case, solved."""

NO_MONEY = 1e-9
"""Loans [currency] to divide by where none is carried at all: a part of nothing is 0."""


@dataclass(frozen=True)
class Construction:
    """Names of the rows of the construction, each a month's amount [currency]."""

    need: str
    """What loans and owners pay: uses less grants."""
    owners: str
    """What the owners pay of it."""
    later_investment: str
    """Investment after the completion, which the running cash pays; + is received."""
    fees: str
    """Fees of the loans."""


def lower_construction(
    ctx: Lowering, terms: Financing, calendar: Calendar, loans: list[LoanRows], reserve_filled: str
) -> Construction:
    """Uses = investment + fees + interest + filling of the reserve; need = uses − grants = drawn from loans + owners.

    Parameters
    ----------
    reserve_filled : row of what the debt service reserve is filled with at the completion.
    """
    b, money = ctx.b, ctx.b.currency
    show: dict[str, Any] = {"unit": money, "roll": "sum"}
    capital = [(sign, row, dates) for kind, sign, row, dates in ctx.accounts.paid if kind == "capital"]
    spent = paid_in_month(ctx, "financing.invested", [(1, row, dates) for sign, row, dates in capital if sign < 0], "")
    given = paid_in_month(ctx, "financing.received", [(1, row, dates) for sign, row, dates in capital if sign > 0], "")
    building, funding, closed = calendar.building, calendar.funding, calendar.running
    if funding != building:
        closed = b.month("financing.funding_over", "opposite", funding)
    invested = b.month("financing.investment", "prod", spent, funding, label="Investment", sign=-1, **show)
    grants = b.month("financing.grants", "prod", given, funding, label="Grants", **show)
    later_out = b.month("financing.invested_later", "prod", spent, closed, unit=money)
    later_in = b.month("financing.received_later", "prod", given, closed, unit=money)
    later = b.month(
        "financing.later_investment", "sum", later_in, f"-{later_out}", label="Investment after completion", **show
    )
    fees = _fees(ctx, terms, calendar, loans)
    borne: list[Argument] = [loan.interest for loan in loans]
    bears = b.month("financing.interest_of_loans", "sum", *(borne or [0.0]), unit=money)
    interest = b.month(
        "financing.interest_in_construction",
        "prod",
        bears,
        building,
        label="Interest during construction",
        sign=-1,
        **show,
    )
    uses = b.month(
        "financing.uses", "sum", invested, interest, fees, reserve_filled, label="Uses", total=True, sign=-1, **show
    )
    need = b.month("financing.need", "sum", uses, f"-{grants}", unit=money)
    drawn = _draw(ctx, terms, calendar, loans, need)
    owners = b.month(
        "financing.owners_build", "sum", need, *(f"-{row}" for row in drawn), label="Owners' money", **show
    )
    sources = [*drawn, grants, owners]
    b.month("financing.sources", "sum", *sources, label="Sources", total=True, **show)
    return Construction(need, owners, later, fees)


def _fees(ctx: Lowering, terms: Financing, calendar: Calendar, loans: list[LoanRows]) -> str:
    """Row of the loans' fees: upfront at the close, and on what is not drawn in each month of the construction."""
    b, money = ctx.b, ctx.b.currency
    parts: list[Argument] = []
    for rows in loans:
        loan = terms.debt[rows.name]
        left = b.month(rows.row("undrawn"), "sub", rows.size, f"{rows.row('drawn_so_far')}.prev", unit=money)
        if loan.upfront_fee.canonical:
            fee = ctx.quantity(loan.upfront_fee, f"Upfront fee, {rows.name}")
            parts.append(b.month(rows.row("upfront_fee"), "prod", fee, rows.size, calendar.closes, unit=money))
        if loan.commitment_fee.canonical:
            fee = ctx.quantity(loan.commitment_fee, f"Commitment fee, {rows.name}")
            row = rows.row("commitment_fee")
            closed = _since_close(ctx, calendar)
            parts.append(b.month(row, "prod", fee, ctx.month_in_years, left, closed, calendar.building, unit=money))
    return b.month(
        "financing.fees", "sum", *(parts or [0.0]), unit=money, label="Fees of the loans", roll="sum", sign=-1
    )


def _since_close(ctx: Lowering, calendar: Calendar) -> str:
    """Flag row: from the month of the financial close on."""
    row = "financing.closed"
    if row not in ctx.b.rows:
        ctx.b.month(row, "higher_of", f"{row}.prev", calendar.closes)
    return row


def _draw(ctx: Lowering, terms: Financing, calendar: Calendar, loans: list[LoanRows], need: str) -> list[str]:
    """Rows of what is drawn from each loan in a month: what lifts all that was drawn to its part of all that was
    needed, at most its size. What is drawn stays: where a month brings more than it uses, as a grant does that is paid
    afterwards, the owners get it, who paid until then what the loans did not.
    """
    if not loans:
        return []
    b, money = ctx.b, ctx.b.currency
    in_all = b.input(NEED, 1.0, money, "Uses less grants, base case", SOLVED)
    so_far = b.month("financing.need_so_far", "add", "financing.need_so_far.prev", need, unit=money)
    for_loans, whole = so_far, in_all
    if terms.draws != "pro_rata":
        whole = b.scalar("financing.loans_in_all", "sum", *(rows.size for rows in loans), unit=money)
        if terms.draws == "owners_first":
            owners = b.scalar("financing.owners_in_all", "sum", in_all, f"-{whole}", unit=money)
            for_loans = b.month("financing.need_of_loans", "sub", so_far, owners, unit=money)
        whole = b.scalar("financing.loans_shared", "higher_of", whole, NO_MONEY, unit=money)
    drawn = []
    for rows in loans:
        part = b.scalar(rows.row("part"), "divide", rows.size, whole, unit="")
        due = b.month(rows.row("to_be_drawn"), "mul", part, for_loans, unit=money)
        before = f"{rows.row('drawn_so_far')}.prev"
        wanted = b.month(rows.row("wanted"), "sub", due, before, unit=money)
        show: dict[str, Any] = {"unit": money, "label": f"Drawn, {rows.name}", "roll": "sum"}
        draw = b.month(rows.row("drawn"), "pay_down", calendar.funding, rows.row("undrawn"), wanted, **show)
        b.month(rows.row("drawn_so_far"), "add", before, draw, unit=money)
        drawn.append(draw)
    return drawn
