"""What is left of the leases' power: less what has been withdrawn, and without what is only let again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.lowering.leases import Lease


def left_of(ctx: Lowering, mw: str) -> str:
    """Row of contracted power, or of what goes by it, less what has been withdrawn; the row itself where nothing is."""
    b, row = ctx.b, f"{mw}.not_withdrawn"
    withdrawn = [name for name, risk in ctx.contract.risks.items() if getattr(risk, "process", "") == "withdrawal"]
    if not withdrawn or row in b.rows or not ctx.events_on:
        return row if row in b.rows else mw
    left = []
    for name in withdrawn:
        kept = f"{name}.not_withdrawn"
        left.append(kept if kept in b.rows else b.month(kept, "opposite", name))
    label = b.rows[mw].label
    return b.month(row, "prod", mw, *left, unit=b.unit_of(mw) or "", label=f"{label}, not withdrawn" if label else "")


def until_let_again(ctx: Lowering, clause: str, lease: str, wound_up: str) -> str:
    """Row: position until which a clause is wound up after a lease's event, or until its power is let again."""
    until = wound_up
    for follower in ctx.leases:
        if follower.follows == lease and lease:
            row = f"{clause}.wound_up_or_let_as_{follower.name}"
            until = row if row in ctx.b.rows else ctx.b.month(row, "lower_of", until, follower.opens, unit="position")
    return until


def first_leases(ctx: Lowering) -> list[Lease]:
    """The leases that let power for the first time: what is built and contracted is reckoned from them."""
    return [lease for lease in ctx.leases if not lease.follows]
