"""The waterfall: what comes in, debt service, reserves, lock-up, sweep, distribution, in this order on every path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from valuation.lowering.financing.cash import Signed, paid_as_earned, paid_in_month
from valuation.lowering.financing.construction import Construction
from valuation.lowering.financing.cover import CoverRows, lower_cover, period_begins
from valuation.lowering.financing.dates import Calendar
from valuation.lowering.financing.loans import LoanRows, close_month, pay_interest, pay_principal, rounding_limit
from valuation.lowering.financing.reserves import hold_back, reserves_of

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.spec.financing import Financing


def lower_waterfall(
    ctx: Lowering,
    terms: Financing,
    calendar: Calendar,
    loans: list[LoanRows],
    built: Construction,
    filled: str,
    tax: list[Signed],
) -> None:
    """Rows of the waterfall.

    On a service date the pot is the cash and the reserves. It pays interest of the loans in their order, then principal
    in the same order, then fills the reserves; a termination payment repays loans, of the rest a part may; what is
    left is distributed unless something unpaid keeps it, or a covenant while something is owed. Where running costs
    take more than the pot, the owners pay in the difference; between service dates it may be negative and waits.

    Parameters
    ----------
    tax : rows and dates of the tax that is paid.
    """
    b, money = ctx.b, ctx.b.currency
    available = _available(ctx, built, tax)
    cash_for_service = _cfads(ctx, terms, available)
    held = [f"financing.{name}.prev" for name in ("cash", *reserves_of(terms))]
    gross = b.month("financing.pot", "sum", *held, available, filled, unit=money)
    support = b.month(
        "financing.owners_support", "shortfall", calendar.owners_pay, gross, unit=money,
        label="Paid in for running costs", roll="sum",
    )  # fmt: skip
    pot = b.month("financing.pot_with_support", "add", gross, support, unit=money)
    for rows in loans:
        pot = pay_interest(ctx, rows, terms.debt[rows.name], calendar, pot)
    for rows in loans:
        pot = pay_principal(ctx, rows, calendar, pot)
    pot = hold_back(ctx, terms, pot, _still_owed(ctx, terms, loans))
    anew = period_begins(ctx, terms, calendar)
    pot = _early(ctx, terms, loans, calendar, anew, pot)
    cover = lower_cover(ctx, terms, calendar, loans, cash_for_service, anew, _repays_early(ctx, terms))
    blocked = _blocked(ctx, terms, calendar, loans, cover)
    out = _distribute(ctx, calendar, pot, blocked)
    b.month("financing.cash", "sub", pot, out, unit=money, label="Cash kept", roll="end")


def _available(ctx: Lowering, built: Construction, tax: list[Signed]) -> str:
    """Row of the cash of a month: revenue − operating cost + termination + VAT + later investment − tax."""
    b, money = ctx.b, ctx.b.currency
    show: dict[str, Any] = {"unit": money, "roll": "sum"}
    by_kind: dict[str, list[Signed]] = {"revenue": [], "cost": [], "termination": [], "vat": []}
    for kind, sign, row, dates in ctx.accounts.paid:
        if kind not in ("capital", "tax"):
            by_kind[kind if kind in by_kind else "cost"].append((sign, row, dates))
    revenue = paid_in_month(ctx, "financing.revenue", by_kind["revenue"], "Revenue received")
    cost = paid_in_month(ctx, "financing.operating_cost", by_kind["cost"], "Operating cost paid")
    parts = [revenue, cost]
    if by_kind["termination"]:
        parts.append(paid_in_month(ctx, "financing.termination", by_kind["termination"], "Termination payments"))
    if by_kind["vat"]:
        parts.append(paid_in_month(ctx, "financing.vat", by_kind["vat"], "VAT"))
    earned = [(sign, row) for kind in ("revenue", "cost") for sign, row in ctx.accounts.signed.get(kind, [])]
    posted = by_kind["revenue"] + by_kind["cost"]
    cash = [revenue, cost]
    if [posting[:2] for posting in posted] == earned and paid_as_earned(ctx, (dates for *_, dates in posted)):
        cash = ["accounts.ebitda"]  # the same sum, which every path has already
    operating = b.month("financing.operating_cash", "sum", *cash, label="Cash before tax and debt service", **show)
    paid = paid_in_month(
        ctx, "financing.tax_paid", [(-sign, row, dates) for sign, row, dates in tax], "Tax paid, after interest"
    )
    return b.month(
        "financing.available",
        "sum",
        operating,
        *parts[2:],
        built.later_investment,
        paid,
        label="Cash of the month",
        **show,
    )


def _cfads(ctx: Lowering, terms: Financing, available: str) -> str:
    """Row of the cash available for debt service, for sizes and ratios: without termination payments and VAT, with or
    without tax, less what is to be saved for later investments and with what was saved for them. What is received of
    capital, a late grant or a terminal value, is none."""
    b = ctx.b
    others = [] if terms.cfads == "pre_tax" else ["financing.tax_paid"]
    if terms.reserves.maintenance is not None:
        target = "financing.maintenance_reserve.target"
        others += [f"{target}.prev", f"-{target}"]
    received = any(kind == "capital" and sign > 0 for kind, sign, _, _ in ctx.accounts.paid)
    beside = received or {"financing.termination", "financing.vat"} & b.rows.keys()
    if others == ["financing.tax_paid"] and not beside:
        row = b.month("financing.cfads", "set", available, unit=b.currency, label="CFADS", roll="sum", total=True)
        return row
    return b.month(
        "financing.cfads", "sum", "financing.operating_cash", "-financing.invested_later", *others, unit=b.currency,
        label="CFADS", roll="sum", total=True,
    )  # fmt: skip


def _early(ctx: Lowering, terms: Financing, loans: list[LoanRows], calendar: Calendar, anew: str, pot: str) -> str:
    """What repays loans before their time, and their balances; returns what is left of the pot.

    A termination payment repays loans first, whole; of the rest each loan takes the part that its sweep asks for.
    """
    b, money = ctx.b, ctx.b.currency
    termination = "financing.termination" if "financing.termination" in b.rows else ""
    sweeps = {rows.name for rows in loans if terms.debt[rows.name].sweep.canonical}
    show: dict[str, Any] = {"unit": money, "roll": "sum", "sign": -1}
    date = ""
    if _repays_early(ctx, terms):
        date = b.month("financing.sweep_date", "mul", calendar.service, calendar.running)
    left = ""
    if loans and termination:
        so_far = "financing.termination_of_period"
        b.month(so_far, "year_to_date", termination, f"{so_far}.prev", anew, unit=money)
        left = so_far
    for rows in loans:
        owed = [rows.row("balance_before"), f"-{rows.row('principal_paid')}"]
        repaid: list[str] = []
        if left:
            open_balance = b.month(rows.row("owed_at_termination"), "sum", *owed, unit=money)
            of_it = b.month(rows.row("cash_of_termination"), "lower_of", pot, left, unit=money)
            row = rows.row("repaid_by_termination")
            show["label"] = f"Repaid by termination payment, {rows.name}"
            repaid.append(b.month(row, "pay_down", date, open_balance, of_it, **show))
            left = b.month(rows.row("termination_left"), "sub", left, row, unit=money)
            pot = b.month(rows.row("cash_after_termination"), "sub", pot, row, unit=money)
        if rows.name in sweeps:
            share = ctx.quantity(terms.debt[rows.name].sweep, f"Cash sweep, {rows.name}")
            for_it = b.month(rows.row("sweepable"), "mul", share, pot, unit=money)
            left_of_loan = [*owed, *(f"-{row}" for row in repaid)]
            open_balance = b.month(rows.row("owed_at_sweep"), "sum", *left_of_loan, unit=money)
            row = rows.row("swept")
            show["label"] = f"Repaid early, {rows.name}"
            repaid.append(b.month(row, "pay_down", date, open_balance, for_it, **show))
            pot = b.month(rows.row("cash_after_sweep"), "sub", pot, row, unit=money)
        close_month(ctx, rows, repaid)
    return pot


def _repays_early(ctx: Lowering, terms: Financing) -> bool:
    """Whether a loan may be repaid before its time."""
    swept = any(loan.sweep.canonical for loan in terms.debt.values())
    return bool(terms.debt) and (swept or "financing.termination" in ctx.b.rows)


def _still_owed(ctx: Lowering, terms: Financing, loans: list[LoanRows]) -> str:
    """Flag row: something is owed after the scheduled principal, where a loan may be repaid early; else empty."""
    if not _repays_early(ctx, terms):
        return ""
    b = ctx.b
    parts = [part for rows in loans for part in (rows.row("balance_before"), f"-{rows.row('principal_paid')}")]
    owed = b.month("financing.owed", "sum", *parts, unit=b.currency)
    return b.month("financing.still_owed", "above", owed, 0.0)


def _blocked(ctx: Lowering, terms: Financing, calendar: Calendar, loans: list[LoanRows], cover: CoverRows) -> str:
    """Row of what keeps cash from the owners: what is unpaid, and all that is owed after a default or below the cover
    of the lock-up [currency]."""
    if not loans:
        return ""
    b, money = ctx.b, ctx.b.currency
    behind = [rows.row("behind") for rows in loans]
    unpaid = behind[0] if len(loans) == 1 else b.month("financing.behind", "sum", *behind, unit=money)
    limit = rounding_limit(ctx, loans)
    missed = b.month(
        "financing.dates_missed", "in_a_row", calendar.service, unpaid, limit, "financing.dates_missed.prev",
        label="Service dates missed in a row",
    )  # fmt: skip
    enough = float(terms.covenants.unpaid_for) - 0.5  # nothing is waited for after the last month
    too_many = b.month("financing.dates_missed_before_default", "select", "financing.last_month", 0.5, enough)
    hit = b.month("financing.default_by_payment", "above", missed, too_many)
    if terms.covenants.default is not None:
        least = ctx.quantity(terms.covenants.default, "Cover below which the loans are in default")
        below = b.month("financing.cover_below_default", "below", cover.dscr, least)
        left = b.month("financing.owed_after", "above", _owed(ctx, loans), limit)
        by_cover = b.month("financing.default_by_cover", "mul", below, left)
        hit = b.month("financing.default_now", "higher_of", hit, by_cover)
    default = b.month("financing.default", "higher_of", "financing.default.prev", hit, label="In default", roll="end")
    owed = _owed(ctx, loans)
    keeps = default
    if cover.locked_up:
        keeps = b.month("financing.kept_back", "higher_of", default, cover.locked_up)
    return b.month("financing.blocked", "mul_add", keeps, owed, unpaid, unit=money)


def _owed(ctx: Lowering, loans: list[LoanRows]) -> str:
    """Row of what is owed on all loans at the month's end [currency]."""
    b, balances = ctx.b, [rows.row("balance") for rows in loans]
    if len(balances) == 1:
        return balances[0]
    if "financing.debt" not in b.rows:
        b.month("financing.debt", "sum", *balances, unit=b.currency, label="Debt", roll="end")
    return "financing.debt"


def _distribute(ctx: Lowering, calendar: Calendar, pot: str, blocked: str) -> str:
    """Row of what is distributed to the owners on a service date after the completion."""
    b, money = ctx.b, ctx.b.currency
    date = b.month("financing.distribution_date", "mul", calendar.service, calendar.running)
    what = {"unit": money, "label": "Distributed to the owners", "roll": "sum"}
    limit = "financing.rounding" if blocked else 0.0
    return b.month("financing.distribution", "release", date, pot, blocked or 0.0, limit, **what)
