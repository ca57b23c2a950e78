"""Rent that is lost when an event ends a lease early: a month's rent, and all that was still to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation import timeline
from valuation.kernel.opcodes import NEVER
from valuation.lowering.exchange import exchange_rate
from valuation.lowering.indexation import first_of_month
from valuation.lowering.power_left import left_of

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.lowering.leases import Lease
    from valuation.spec.quantity import Quantity


def month_of_rent(ctx: Lowering, prefix: str, lease: Lease) -> str:
    """Row of a month's rent at full use for the power contracted at the stop, whole months [currency of the rent]."""
    b, per_mw, stop = ctx.b, f"{lease.name}.per_mw", lease.events.stop
    levels = []
    for place, phase in enumerate(lease.capacity.phases, 1):
        row = f"{prefix}.fee_of_{lease.name}.phase_{place}"
        begun = b.month(f"{row}_runs", "falls_in", stop, phase.opens, phase.last_position)
        levels.append(b.month(row, "mul", phase.added_mw, begun, unit="MW"))
    mw = left_of(ctx, b.month(f"{prefix}.fee_of_{lease.name}.mw", "sum", *levels, unit="MW"))
    return b.month(f"{prefix}.fee_of_{lease.name}", "prod", per_mw, mw, unit=_currency(ctx, lease))


def rent_claimed(ctx: Lowering, hazard: str, lease: Lease, at_most: Quantity | None) -> str:
    """Row of what is claimed in the month in which a hazard ends a lease: the rent lost, bounded by so many months of
    the rent then [currency of the rent]. Months without a stop hold numbers without a meaning: the reader masks them.
    """
    b, row = ctx.b, f"{hazard}.claim_on_{lease.name}"
    claim = remaining_rent(ctx, lease)
    if at_most is None:
        return claim
    if row not in b.rows:
        months = ctx.quantity(at_most, f"Claim after {hazard}, months of rent")
        periods = b.scalar(f"{row}.periods", "divide", months, ctx.billing_month)
        factors = [month_of_rent(ctx, row, lease), periods, *_minimum(ctx, lease)]
        bound = b.month(f"{row}.bound", "prod", *factors, unit=_currency(ctx, lease))
        b.month(row, "lower_of", claim, bound, unit=_currency(ctx, lease))
    return row


def remaining_rent(ctx: Lowering, lease: Lease) -> str:
    """Row: in the month in which an event ends a lease, the rent from the stop to the agreed end that is lost.

    W − Σ esc·MW of the months so far + esc·(MW let − MW served) of this month, times the price and the index of this
    month: the escalator is agreed and known, an index is taken as it stands. W = Σ over phases and years of the
    escalator of MW·(1 + e)^year·months. Under take-or-pay the minimum share of it is lost. Undiscounted.

    Returns
    -------
    str : row of money [currency of the rent].
    """
    b, name, currency = ctx.b, lease.name, _currency(ctx, lease)
    row = f"{name}.remaining_rent"
    if row in b.rows:
        return row
    escalation, unit = f"{name}.escalation", "MW*month"
    agreed = lease.capacity.before(ctx, NEVER, f"let_to_{name}_without_event")
    passed = b.month(f"{row}.of_month", "prod", escalation, agreed, ctx.billing_month, unit=unit)
    so_far = b.month(f"{row}.so_far", "sum", f"{row}.so_far.prev", passed, unit=unit)
    served = lease.capacity.before(
        ctx, lease.events.stop, f"served_to_{name}"
    )  # what is withdrawn is no loss by the event
    unserved = b.month(f"{row}.unserved", "sub", agreed, served, unit="MW")
    now = b.month(f"{row}.lost_now", "prod", escalation, unserved, ctx.billing_month, unit=unit)
    left = left_of(ctx, b.month(f"{row}.left", "sum", _whole_term(ctx, lease), f"-{so_far}", now, unit=unit))
    level = b.month(f"{row}.price", "divide", f"{name}.per_mw", escalation, unit=f"{currency}/MW")
    monthly = b.month(f"{row}.price_of_month", "divide", level, ctx.billing_month, unit=f"{currency}/MW/month")
    owed = b.month(f"{row}.money", "prod", monthly, left, *_minimum(ctx, lease), unit=currency)
    return b.month(
        row, "higher_of", owed, 0.0, unit=currency, label=f"Rent that is lost where an event ends {name} now"
    )


def _currency(ctx: Lowering, lease: Lease) -> str:
    return (ctx.b.unit_of(f"{lease.name}.per_mw") or "").split("/")[0]


def _minimum(ctx: Lowering, lease: Lease) -> list[str]:
    """The share of the rent that is billed whatever the use; nothing where that is all of it."""
    terms = getattr(ctx.contract.clauses[lease.name], "take_or_pay", None)
    return [] if terms is None else [ctx.quantity(terms.share, "Take-or-pay share")]


def _whole_term(ctx: Lowering, lease: Lease) -> str:
    """Row of the escalated power-months of the whole lease [MW*month]: Σ MW·(1 + e)^k·months in year k.

    A year of the escalator begins with the month whose start has completed it.
    """
    b, name = ctx.b, lease.name
    rate = ctx.quantity(ctx.contract.clauses[name].escalator, "Escalator")  # type: ignore[attr-defined]
    start = timeline.month_number(timeline.serial(ctx.contract.dates.start.date))
    years = (b.first_month + b.months - 1 - start) // 12 + 1
    bounds, growths = [], []
    for year in range(years + 1):
        row = f"{name}.year_{year}"
        day = b.scalar(f"{row}.anniversary", "edate", ctx.term_begin, 12.0 * year, unit="date")
        bounds.append(
            b.scalar(
                f"{row}.from", "position_at_start", first_of_month(ctx, row, day), float(b.first_month), unit="position"
            )
        )
        growths.append(b.scalar(f"{row}.growth", "escalate", rate, float(year)))
    parts = []
    for place, phase in enumerate(lease.capacity.phases, 1):
        fixed = b.rows[phase.opens].axis == b.rows[phase.last_position].axis == "scalar"
        make = b.scalar if fixed else b.start
        for year, growth in enumerate(growths[:-1]):
            row = f"{name}.phase_{place}_year_{year}"
            begin = (
                phase.opens
                if not year
                else make(f"{row}.from", "higher_of", phase.opens, bounds[year], unit="position")
            )
            span = make(f"{row}.months", "span", bounds[year + 1], begin, phase.last_position, unit="month")
            parts.append(make(f"{row}.power", "prod", phase.added_mw, growth, span, unit="MW*month"))
    make = b.scalar if all(b.rows[part].axis == "scalar" for part in parts) else b.start
    return make(f"{name}.remaining_rent.whole_term", "sum", *parts, unit="MW*month")


def home_money(ctx: Lowering, row: str) -> str:
    """Row of an amount in the contract's currency, at the rate of its month."""
    currency = ctx.b.unit_of(row) or ctx.b.currency
    if currency == ctx.b.currency:
        return row
    made = f"{row}.{ctx.b.currency}"
    return (
        made
        if made in ctx.b.rows
        else ctx.b.month(made, "prod", row, exchange_rate(ctx, currency, ctx.b.currency), unit=ctx.b.currency)
    )
