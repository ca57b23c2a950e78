"""The owners in the plan: what they pay in and get out, and the part of it that they lend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation.lowering.accounts import pay
from valuation.lowering.financing.dates import Calendar

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.spec.financing import Financing, ShareholderLoan


def lower_owners(ctx: Lowering, calendar: Calendar) -> None:
    """Enters the owners' cash in the book of equity: paid in at the end of months of construction and on service dates,
    paid out on service dates."""
    b, money = ctx.b, ctx.b.currency
    paid_in = b.month(
        "financing.paid_in", "sum", "financing.owners_build", "financing.owners_support", unit=money,
        label="Paid in by the owners", roll="sum", sign=-1,
    )  # fmt: skip
    dates = b.month("financing.owners_dates", "date_if", calendar.owners_pay, ctx.time.month_end, unit="date")
    pay(ctx, paid_in, dates, -1, "equity")
    pay(ctx, "financing.distribution", dates, 1, "equity")


def owners_interest(ctx: Lowering, terms: Financing) -> str:
    """Row of the month's interest on the owners' loan [currency]; empty where they lend nothing."""
    loan = terms.shareholder_loan
    if loan is None:
        return ""
    b, money = ctx.b, ctx.b.currency
    rate = ctx.schedule(loan.rate, "Rate of the owners' loan", "curve")
    monthly = b.month("financing.owners_loan.monthly_rate", "prod", rate, ctx.month_in_years)
    return b.month(
        "financing.owners_loan.interest", "mul", "financing.owners_loan.balance.prev", monthly, unit=money,
        label="Interest, owners' loan", roll="sum", sign=-1,
    )  # fmt: skip


def lower_owners_loan(ctx: Lowering, loan: ShareholderLoan, calendar: Calendar) -> None:
    """Splits what is distributed: interest of the owners' loan, its principal, dividends. Interest that a service date
    leaves unpaid is added to the loan. Of money that they get before they have paid in any, as of a grant that comes
    first, nothing is lent to them."""
    b, money = ctx.b, ctx.b.currency
    name = "financing.owners_loan"
    part = ctx.quantity(loan.part, "Part of the owners' money that is lent")
    paid_so_far = f"{name}.paid_in_so_far"
    b.month(paid_so_far, "add", f"{paid_so_far}.prev", "financing.owners_build", unit=money)
    owed = b.month(f"{name}.paid_in_less_received", "higher_of", paid_so_far, 0.0, unit=money)
    shared = b.month(f"{name}.paid_in_of_month", "sub", owed, f"{owed}.prev", unit=money)
    lent = b.month(f"{name}.drawn", "mul", part, shared, unit=money, label="Lent by the owners", roll="sum")
    due = b.month(f"{name}.interest_due", "add", f"{name}.interest_unpaid.prev", f"{name}.interest", unit=money)
    out = "financing.distribution"
    interest = b.month(
        f"{name}.interest_paid",
        "pay_down",
        calendar.service,
        due,
        out,
        unit=money,
        label="Interest paid, owners' loan",
        roll="sum",
    )
    rest = b.month(f"{name}.after_interest", "sub", out, interest, unit=money)
    unpaid = b.month(f"{name}.due_after", "sub", due, interest, unit=money)
    added = b.month(f"{name}.interest_added", "mul", calendar.service, unpaid, unit=money)
    b.month(f"{name}.interest_unpaid", "sub", unpaid, added, unit=money)
    before = b.month(f"{name}.balance_before", "sum", f"{name}.balance.prev", lent, added, unit=money)
    principal = b.month(
        f"{name}.principal_paid",
        "pay_down",
        calendar.service,
        before,
        rest,
        unit=money,
        label="Principal paid, owners' loan",
        roll="sum",
    )
    b.month(f"{name}.balance", "sub", before, principal, unit=money, label="Balance, owners' loan", roll="end")
    b.month("financing.dividends", "sub", rest, principal, unit=money, label="Dividends", roll="sum")
