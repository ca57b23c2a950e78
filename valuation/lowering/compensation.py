"""Termination payments: what is paid when an event ends a lease early."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation.errors import ValuationError
from valuation.kernel.opcodes import NEVER
from valuation.lowering.events import hazard_names, site_group
from valuation.lowering.exchange import exchange_rate

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.lowering.terms import CompensationTerms


class NothingToCompensate(ValuationError):
    """A compensation that is a share of something that the contract does not have."""


def lower_compensation(ctx: Lowering, hazard: str, terms: CompensationTerms) -> None:
    """Accrues (taxable) in the month in which the notice runs out, is paid ``lag`` later on that month's last day.

    It is no revenue. A lease that would have ended anyway is compensated with nothing.
    """
    share = ctx.quantity(terms.share, f"Compensation after {hazard}, share")
    if not ctx.events_on or terms.share.canonical == 0.0:
        return
    b, home, group = ctx.b, ctx.b.currency, site_group(ctx)
    with b.in_section("Termination"):
        worth = _worth(ctx, hazard, terms)
        owed = b.month(f"{hazard}.compensation_owed", "prod", share, worth, unit=home)
        cause = b.month(f"{hazard}.is_cause", "equal", group.cause, float(hazard_names(ctx).index(hazard) + 1))
        early = b.month(f"{hazard}.is_early", "below", group.stop, "term.end_position")
        due = b.month(f"{hazard}.compensation", "prod", owed, cause, early, unit=home)
        now = b.month(f"{hazard}.ends_now", "falls_in", group.stop, ctx.time.begin, ctx.time.end)
        accrued = b.month(
            f"{hazard}.compensation_accrued",
            "prod",
            due,
            now,
            unit=home,
            label=f"Compensation after {hazard}",
            roll="sum",
        )
        lag = ctx.quantity(terms.lag, f"Compensation after {hazard}, paid after")
        months = b.scalar(
            f"{hazard}.compensation_lag",
            "convert",
            lag,
            1.0 if terms.lag.canonical_unit != "day" else 12.0 / 365.0,
            unit="position",
        )
        paid_at = b.month(f"{hazard}.compensation_time", "sum", group.stop, months, unit="position")
        held = b.month(f"{hazard}.compensation_held", "sum", f"{hazard}.compensation_held.prev", accrued, unit=home)
        then = b.month(f"{hazard}.pays_now", "falls_in", paid_at, ctx.time.begin, ctx.time.end)
        paid = b.month(f"{hazard}.compensation_paid", "prod", held, then, unit=home)
        sign = (terms.payee == ctx.view) - (terms.payer == ctx.view)
        if sign:
            ctx.accounts.signed.setdefault("termination", []).append((sign, accrued))
            b.pay(paid, ctx.time.month_end, sign)


def _worth(ctx: Lowering, hazard: str, terms: CompensationTerms) -> str:
    """Row of what the share is of, at the month's end [contract currency]."""
    b, home = ctx.b, ctx.b.currency
    if terms.of == "tax_basis":
        balances = [f"{name}.tax_balance" for name in ctx.capex_clauses(terms.payee) if f"{name}.tax_balance" in b.rows]
        if not balances:
            raise NothingToCompensate(f"risks.{hazard}.compensation: {terms.payee} has no capex with depreciation")
        return b.month(f"{hazard}.worth", "sum", *balances, unit=home)
    if terms.of == "multiple_of_annual_fee" and terms.multiple is not None:
        multiple = ctx.quantity(terms.multiple, "Years of rent")
        fees = []
        for lease in ctx.leases:
            if lease.payee == terms.payee:
                per_mw = f"{lease.name}.per_mw"
                fee = b.month(
                    f"{hazard}.fee_of_{lease.name}",
                    "prod",
                    per_mw,
                    lease.capacity.contracted_mw,
                    unit=(b.unit_of(per_mw) or "").split("/")[0],
                )
                fees.append(_home(ctx, fee))
        if not fees:
            raise NothingToCompensate(f"risks.{hazard}.compensation: {terms.payee} has no lease")
        month = b.month(f"{hazard}.fee", "sum", *fees, unit=home)
        return b.month(f"{hazard}.worth", "prod", 12.0, multiple, month, unit=home)
    total = _capex(ctx, hazard, terms.payee)
    if terms.of == "schedule" and terms.schedule is not None:
        left = ctx.schedule(terms.schedule, "Share of the capex by date")
        return b.month(f"{hazard}.worth", "prod", left, total, unit=home)
    return _straight_line(ctx, hazard, total)


def _straight_line(ctx: Lowering, hazard: str, total: str) -> str:
    """Σ over phases of capex·max(0, 1 − months since commissioning / term months), the capex shared out by MW added."""
    b, home, stop = ctx.b, ctx.b.currency, site_group(ctx).stop
    capacity = ctx.leases[0].capacity if ctx.leases else ctx.capacity
    if capacity is None:
        raise NothingToCompensate(f"risks.{hazard}.compensation: no contracted power to share the capex over")
    parts = []
    for place, phase in enumerate(capacity.phases, 1):
        months = b.scalar(
            f"{hazard}.phase_{place}_months", "span", NEVER, phase.from_position, "term.end_position", unit="month"
        )
        value = b.scalar(f"{hazard}.phase_{place}_capex", "prod", total, phase.added_mw, unit=f"{home}*MW")
        per_month = b.scalar(f"{hazard}.phase_{place}_by_month", "divide", value, months, unit=f"{home}*MW/month")
        since = b.month(f"{hazard}.phase_{place}_stop", "higher_of", stop, phase.from_position, unit="position")
        left = b.month(f"{hazard}.phase_{place}_left", "span", NEVER, since, "term.end_position", unit="month")
        parts.append(b.month(f"{hazard}.phase_{place}_worth", "mul", per_month, left, unit=f"{home}*MW"))
    weighted = b.month(f"{hazard}.weighted_worth", "sum", *parts, unit=f"{home}*MW")
    return b.month(f"{hazard}.worth", "divide", weighted, capacity.peak_mw, unit=home)


def _capex(ctx: Lowering, hazard: str, party: str) -> str:
    """Row of everything that a party invests [contract currency]."""
    names = ctx.capex_clauses(party)
    if not names:
        raise NothingToCompensate(f"risks.{hazard}.compensation: {party} has no capex clause")
    totals = [_home(ctx, f"{name}.total") for name in names]
    row = f"{hazard}.capex"
    axis = ctx.b.month if any(ctx.b.rows[t].axis == "month" for t in totals) else ctx.b.scalar
    return axis(row, "sum", *totals, unit=ctx.b.currency)


def _home(ctx: Lowering, row: str) -> str:
    currency = ctx.b.unit_of(row) or ctx.b.currency
    if currency == ctx.b.currency:
        return row
    made = f"{row}.{ctx.b.currency}"
    return (
        made
        if made in ctx.b.rows
        else ctx.b.month(made, "prod", row, exchange_rate(ctx, currency, ctx.b.currency), unit=ctx.b.currency)
    )
