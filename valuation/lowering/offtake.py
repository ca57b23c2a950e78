"""Offtakes in the plan: clauses that sell volume, and that an event may end as it may end a lease."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from valuation.errors import ValuationError
from valuation.lowering.events import EventGroup, ending, event_group

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.spec.clause import Index
    from valuation.spec.quantity import Schedule


class NoShare(ValuationError):
    """A clause in the place of one that takes no share of the production."""


@dataclass(frozen=True)
class Offtake:
    """A clause that sells volume: who buys, who sells, and the events that end it."""

    name: str
    payer: str
    payee: str
    events: EventGroup


def title(name: str) -> str:
    """A clause's name as the reports' labels have it: ``spot_sale`` → ``Spot sale``."""
    return name.replace("_", " ").capitalize()


def enter(ctx: Lowering, name: str, payer: str, payee: str) -> None:
    """Enters an offtake, before any clause asks when the last of them stops: what its `prepare` does."""
    ctx.offtakes.append(Offtake(name, payer, payee, event_group(ctx, ending(ctx, name))))


def served_share(ctx: Lowering, name: str) -> str:
    """Row: share of the month in the term and before an event has ended the offtake [1], by days."""
    own = next(one for one in ctx.offtakes if one.name == name)
    return ctx.term_share(own.events.stop, f"{name}.share_served")


def produced_while_sold(ctx: Lowering) -> str:
    """Row: volume produced until the last lease or sale has stopped [MWh]."""
    from valuation.lowering.generation import volume_of_month
    from valuation.lowering.leases import all_leases_stop

    row = "generation.produced_while_sold"
    if row not in ctx.b.rows:
        share = ctx.term_share(all_leases_stop(ctx), "generation.share_while_sold")
        ctx.b.month(row, "prod", volume_of_month(ctx), share, unit="MWh")
    return row


def share_of_production(ctx: Lowering, of: Schedule | str) -> str:
    """Row or input of the share of the production that an offtake takes: its own, or that of the one named."""
    own: Schedule | None = getattr(ctx.contract.clauses[of], "share", None) if isinstance(of, str) else of
    if own is None:
        raise NoShare(f"'{of}' takes no share of the production, so nothing can be sold in its place")
    return ctx.schedule(own, "Share of the production sold")


def sold_volume(ctx: Lowering, name: str, share: str, instead_of: str | None = None) -> str:
    """Row: produced volume that an offtake takes until it stops [MWh].

    Parameters
    ----------
    share : row or input of the share of the production that it takes.
    instead_of : an offtake that it takes the place of: it takes nothing before that one stops.
    """
    from valuation.lowering.generation import volume_of_month

    served = served_share(ctx, name)
    if instead_of is not None:
        b, until = ctx.b, served_share(ctx, instead_of)
        after = b.month(f"{name}.share_after_{instead_of}", "sub", served, until)
        served = b.month(f"{name}.share_in_its_place", "higher_of", after, 0.0)
    factors = [volume_of_month(ctx), served, share]
    return ctx.b.month(f"{name}.volume", "prod", *factors, unit="MWh", label=f"{title(name)}: volume", roll="sum")


def contract_price(ctx: Lowering, name: str, price: Schedule, index: Index | None) -> tuple[str, str]:
    """Row or input of a clause's price, indexed where it is [currency/MWh], and its currency."""
    currency = price.currency or ctx.b.currency
    row = ctx.schedule(price, "Price")
    if index is not None:
        from valuation.lowering.indexation import indexation

        factor = indexation(ctx, name, index)
        row = ctx.b.month(
            f"{name}.price",
            "prod",
            row,
            factor,
            unit=f"{currency}/MWh",
            label=f"{title(name)}: price, indexed",
            roll="mean",
        )
    return row, currency
