"""The end of the site on a path: when the last lease has run out or an event has ended it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuation.lowering.events import latest, whole_group
from valuation.lowering.leases import lasting

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering


def site_stop(ctx: Lowering) -> str:
    """Row: month position of the end of the site, as it is known in the month: the latest over the leases and
    the sales of energy of the smaller of the end of its term and the end of the notice after its event. An event that
    ends a settlement alone leaves the site as it is.

    Before an event strikes this is the end of the last one's term; where nothing can strike it always is.
    """
    b = ctx.b
    with b.in_section("Events"):
        pairs = [
            (
                lasting(ctx, lease, lease.events.stop, beside_sales=True),
                lasting(ctx, lease, lease.capacity.end_position, beside_sales=True),
            )
            for lease in ctx.leases
        ]
        pairs += [(offtake.events.stop, ctx.end.position) for offtake in ctx.offtakes]
        pairs = pairs or [(whole_group(ctx).stop, ctx.end.position)]
        distinct = list(dict.fromkeys(pairs))
        stops = []
        for place, (stop, end) in enumerate(distinct, 1):
            row = "event.site_stop" if len(distinct) == 1 else f"event.site_stop_of_{place}"
            stops.append(row)
            if row not in b.rows:
                b.month(row, "lower_of", stop, end, unit="position")
        return latest(ctx, stops, "event.site_stop")


def falls_due(ctx: Lowering, position: str, row: str) -> str:
    """Flag row: a moment falls into the month. One at the turn of two months belongs to the month that ends: a term
    that runs to the end of 30 September and a wait of six months are over on 31 March.

    Parameters
    ----------
    position : row of a month position.
    """
    b = ctx.b
    begun = b.month(f"{row}.after_begin", "above", position, ctx.time.begin)
    later = b.month(f"{row}.after_end", "above", position, ctx.time.end)
    return b.month(row, "sub", begun, later)
