"""Liquidated damages: what the landlord owes while a phase is late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation.lowering.accounts import post
from valuation.lowering.leases import added_up, terms
from valuation.lowering.terms import starts_of

if TYPE_CHECKING:
    from valuation.lowering.capacity import Phase
    from valuation.lowering.context import Lowering
    from valuation.lowering.leases import Lease
    from valuation.lowering.terms import DamagesTerms


def lower_damages(ctx: Lowering) -> None:
    """Damages of every delay that has some, accrued by days from the date on which a phase is due, paid monthly.

    They end when the phase begins, at the long stop, at the cap, with an event that ends the lease, and with its term.
    They are no revenue and no running cost: they stand with the termination payments, taxable and outside the margin.
    """
    for name, start in starts_of(ctx.contract).items():
        owed: DamagesTerms | None = getattr(start, "damages", None)
        if owed is None:
            continue
        lease = next(lease for lease in ctx.leases if lease.name == start.of)  # type: ignore[attr-defined]
        with ctx.b.in_section("Damages"):
            parts = [
                _of_phase(ctx, f"{name}.damages_{place}", name, owed, lease, phase)
                for place, phase in enumerate(lease.capacity.phases, 1)
                if ctx.starts[name].acts_on(lease.name, place)
            ]
            currency = ctx.b.unit_of(parts[0]) or ctx.b.currency
            row = f"{name}.damages"
            if len(parts) > 1:
                parts = [added_up(ctx, parts, f"{row}_of_all", currency)]
            label = f"Damages for the late start of {lease.name}"
            whole = ctx.b.month(row, "set", parts[0], unit=currency, label=label, roll="sum")
            post(ctx, whole, payer=owed.payer, payee=owed.payee, kind="termination", terms=terms(owed.payment))


def _of_phase(ctx: Lowering, row: str, name: str, owed: DamagesTerms, lease: Lease, phase: Phase) -> str:
    """Row of a month's damages for one phase [currency]."""
    b, time, opening = ctx.b, ctx.time, phase.opening
    if opening is None or not opening.late:
        raise ValueError(f"{name}: a phase with damages has a wait")
    until = b.start(f"{row}.ready", "sum", opening.due, opening.late, unit="position")
    bounds = [phase.end_position, lease.events.stop]
    if f"{name}.long_stop" in b.rows:
        bounds.append(b.start(f"{row}.long_stop", "sum", opening.due, f"{name}.long_stop", unit="position"))
    if owed.cap is not None and owed.cap.canonical_unit == "month":
        months = f"{name}.cap"
        if months not in b.rows:
            b.scalar(months, "convert", ctx.quantity(owed.cap, "Cap on the damages"), 1.0, unit="position")
        bounds.append(b.start(f"{row}.cap", "sum", opening.due, months, unit="position"))
    for place, bound in enumerate(bounds, 1):
        make = b.month if "month" in (b.rows[bound].axis, b.rows[until].axis) else b.start
        until = make(f"{row}.until_{place}", "lower_of", until, bound, unit="position")
    after = b.month(f"{row}.due_or_later", "higher_of", opening.due, time.begin, unit="position")
    begin = b.month(f"{row}.begin", "lower_of", after, time.end, unit="position")
    share = b.month(f"{row}.late", "span", until, begin, time.end, label=f"Part of the month that {lease.name} is late")
    rate = _rate(ctx, name, owed, lease)
    currency = (b.unit_of(rate) or "").split("/")[0]
    agreed = [opening.agreed] if opening.agreed else []
    accrued = b.month(f"{row}.accrued", "prod", rate, phase.added_mw, share, *agreed, unit=currency)
    if owed.cap is None or owed.cap.canonical_unit == "month":
        return accrued
    return _capped(ctx, row, accrued, owed, lease, phase, opening.due)


def _rate(ctx: Lowering, name: str, owed: DamagesTerms, lease: Lease) -> str:
    """Row of the damages per MW that is late, for a whole month [currency/MW]."""
    b, row = ctx.b, f"{name}.damages_per_mw"
    if row in b.rows:
        return row
    if owed.price is None:
        share = ctx.quantity(owed.share_of_rent, "Damages as a share of the rent")  # type: ignore[arg-type]
        return b.month(row, "prod", share, f"{lease.name}.per_mw", unit=b.unit_of(f"{lease.name}.per_mw") or "")
    price = ctx.quantity(owed.price, "Damages")
    currency = owed.price.currency or b.currency
    return b.month(row, "prod", price, ctx.kw_per_mw, ctx.billing_month, unit=f"{currency}/MW")


def _capped(ctx: Lowering, row: str, accrued: str, owed: DamagesTerms, lease: Lease, phase: Phase, due: str) -> str:
    """Row of what is still owed under a cap on the sum: a share of twelve months' rent at the date that was agreed.

    The rent is that of the month in which the phase is due, at full use; the cap stands from then on.
    """
    b, time = ctx.b, ctx.time
    share, per_mw = ctx.quantity(owed.cap, "Cap on the damages"), f"{lease.name}.per_mw"  # type: ignore[arg-type]
    currency = (b.unit_of(per_mw) or "").split("/")[0]
    now = b.month(f"{row}.due_now", "falls_in", due, time.begin, time.end)
    yearly = b.month(f"{row}.cap_now", "prod", 12.0, share, per_mw, phase.added_mw, unit=currency)
    cap = b.month(f"{row}.cap", "select", now, yearly, f"{row}.cap.prev", unit=currency)
    total = b.month(f"{row}.total", "add", f"{row}.total.prev", accrued, unit=currency)
    paid = b.month(f"{row}.total_paid", "lower_of", total, cap, unit=currency)
    return b.month(f"{row}.paid", "sub", paid, f"{row}.total_paid.prev", unit=currency)
