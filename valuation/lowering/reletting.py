"""Power that is let again after an event: a second lease that opens on the paths on which the event was the cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from valuation.kernel.opcodes import NEVER
from valuation.lowering.events import ending, event_group, hazard_names
from valuation.lowering.leases import Lease
from valuation.lowering.power_left import left_of
from valuation.lowering.starts import Opening, within_month

if TYPE_CHECKING:
    from valuation.lowering.capacity import Capacity
    from valuation.lowering.context import Lowering


def let_again(ctx: Lowering, name: str, of: Lease, payer: str, after: Sequence[str], void: str) -> Lease:
    """The lease that follows another on the same power, from the end of the void to the agreed end of the first.

    Other events of the first lease end it too; once one has struck, empty power is not let any more. Those that it
    comes after strike once only.

    Parameters
    ----------
    of : the lease that it follows, entered already.
    after : hazards after which the power is let again.
    void : row or input of the time that it stands empty [position].
    """
    b, group = ctx.b, of.events
    others = event_group(ctx, tuple(hazard for hazard in ending(ctx, of.name) if hazard not in after))
    numbers = [float(hazard_names(ctx).index(hazard) + 1) for hazard in after if hazard in group.hazards]
    flags = [b.month(f"{name}.after_{number:g}", "equal", group.cause, number) for number in numbers]
    vacated, opens = "", f"{name}.opens"
    if flags:
        vacated = flags[0] if len(flags) == 1 else b.month(f"{name}.vacated", "sum", *flags)
        over = b.month(f"{name}.void_over", "sum", group.stop, void, unit="position")
        struck = b.month(f"{name}.before_others", "below", over, others.time)
        lets = b.month(f"{name}.lets", "mul", vacated, struck)
        b.month(opens, "select", lets, over, NEVER, unit="position")
    else:  # without events
        b.month(opens, "set", NEVER, unit="position")
    capacity = _opens_again(ctx, name, of.capacity, opens)
    served = left_of(ctx, capacity.before(ctx, others.stop, f"served_to_{name}"))
    own = (of.passes, capacity, others, served, of.own, of.markup)
    return Lease(name, payer, of.payee, *own, follows=of.name, opens=opens, vacated=vacated)


def _opens_again(ctx: Lowering, name: str, first: Capacity, opens: str) -> Capacity:
    """The phases of a lease, each from its own beginning or from a position on a path, whichever is later."""
    phases = []
    for place, phase in enumerate(first.phases, 1):
        row = f"{name}.phase_{place}"
        later = ctx.b.month(f"{row}.opens", "higher_of", phase.opens, opens, unit="position")
        comes = phase.opening.comes if phase.opening is not None else ""
        opening = Opening(phase.from_position, "", "", comes, later, "")
        phases.append(replace(phase, begin=within_month(ctx, f"{row}.begin", later), opening=opening))
    return replace(first, prefix=name, phases=tuple(phases), what="Power let again")
