"""The energy that a price clause settles, month by month, until its term or an event ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation.lowering.events import ending, event_group

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.spec.clause import Index
    from valuation.spec.quantity import Schedule
    from valuation.spec.volume import Volume


def settled_share(ctx: Lowering, name: str) -> str:
    """Row: share of the month in the term and before an event that ends the clause [1]."""
    return ctx.term_share(event_group(ctx, ending(ctx, name)).stop, f"{name}.share_served")


def settled_volume(ctx: Lowering, name: str, volume: Volume) -> str:
    """Row of the energy settled [MWh]: power × hours, the month's energy, or a share of what the site produces or its
    proxy would, by days of the term and before an event.

    Parameters
    ----------
    name : the clause; an event ends it that names it in ``ends``, or names nothing.
    """
    b, served = ctx.b, settled_share(ctx, name)
    show = {"unit": "MWh", "label": "Settled volume", "roll": "sum"}
    if volume.baseload is not None:
        power = ctx.schedule(volume.baseload, "Baseload power")
        return b.month(f"{name}.volume", "prod", power, ctx.time.hours, served, **show)
    if volume.monthly is not None:
        energy = ctx.schedule(volume.monthly, "Energy of the month")
        return b.month(f"{name}.volume", "prod", energy, ctx.billing_month, served, **show)
    from valuation.lowering.generation import proxy_volume, volume_of_month

    whole = volume_of_month(ctx)
    if volume.availability is not None:
        whole = proxy_volume(ctx, name, volume.availability, volume.degradation)
    part = ctx.schedule(volume.share, "Share settled")
    return b.month(f"{name}.volume", "prod", whole, part, served, **show)


def indexed_price(ctx: Lowering, name: str, what: str, stated: Schedule, index: Index | None) -> str:
    """Row of a price of the clause, times its index where it has one [currency/MWh].

    Parameters
    ----------
    what : the field that states it, ``strike``.
    """
    label = what.capitalize()
    price = ctx.schedule(stated, label)
    if index is None:
        return price
    from valuation.lowering.indexation import indexation

    row = f"{name}.index"
    grown = row if row in ctx.b.rows else indexation(ctx, name, index)
    unit = ctx.b.unit_of(price) or ""
    return ctx.b.month(
        f"{name}.{what}_indexed", "prod", price, grown, unit=unit, label=f"{label}, indexed", roll="mean"
    )


def settlement(ctx: Lowering, row: str, net: str, period: str, label: str) -> str:
    """Row of what falls due at the end of each calendar month, quarter or year: the sum of its months' amounts, also
    of the months before the clause ended inside it [unit of ``net``]."""
    b = ctx.b
    show = {"unit": b.unit_of(net) or "", "label": label, "roll": "sum"}
    if period == "monthly":
        return b.month(row, "set", net, **show)
    begins, ends = ctx.time.year_begins, ctx.time.year_ends
    if period == "quarterly":
        begins, ends = (_one_of_months(ctx, what, first) for what, first in (("begins", 1), ("ends", 3)))
    so_far = f"{row}.so_far"
    b.month(so_far, "year_to_date", net, f"{so_far}.prev", begins, unit=show["unit"])
    return b.month(row, "mul", ends, so_far, **show)


def _one_of_months(ctx: Lowering, what: str, first: int) -> str:
    """Row of a flag: every third calendar month from one of the year's first three on."""
    b, row = ctx.b, f"time.quarter_{what}"
    if row not in b.rows:
        flags = [
            b.month(f"{row}_in_month_{month}", "is_month", ctx.time.month_end, float(month))
            for month in range(first, 13, 3)
        ]
        b.month(row, "sum", *flags, label=f"Quarter {what}")
    return row
