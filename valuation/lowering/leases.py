"""Leases in the plan, the load that they make, and the costs that they pass through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from valuation.errors import ValuationError
from valuation.lowering.accounts import Terms
from valuation.lowering.capacity import term_end_position
from valuation.lowering.events import EventGroup, latest, whole_group, wound_up
from valuation.lowering.power_left import first_leases, left_of, until_let_again
from valuation.lowering.starts import lease_comes, site_comes, within_month

if TYPE_CHECKING:
    from valuation.lowering.capacity import Capacity
    from valuation.lowering.context import Lowering
    from valuation.spec.clause import Payment, Survival
    from valuation.spec.terms import Capacity as CapacityTerms


@dataclass(frozen=True)
class Lease:
    """A lease of any kind: who pays whom, what it passes through, the power contracted and served [MW]."""

    name: str
    payer: str
    payee: str
    passes: Mapping[str, str]
    """Groups of costs that pass through: the row of the share that does, empty for the whole."""
    capacity: Capacity
    events: EventGroup
    served_mw: str
    own: bool = False
    """Whether it names its contracted power itself."""
    markup: str = ""
    """Row of what the landlord adds to a cost that passes through, as a share of it; empty for nothing."""
    fee_months: str = ""
    """Row of the months of rent that are due where it ends early; empty where none are."""
    follows: str = ""
    """The lease on whose power it follows after an event; empty for one that lets power for the first time."""
    opens: str = ""
    """For one that follows another: row of the position at which it opens on a path, 1e9 = never."""
    vacated: str = ""
    """For one that follows another: row 0/1, whether an event has left the power to it, let again or still empty."""


@dataclass(frozen=True)
class SiteEnd:
    """The end of the last lease, which is that of the term unless phases have terms of their own or leases renewals:
    rows of its month position, of the first day after it, and of the part of each month before it."""

    position: str
    day: str
    """The latest that can be, where renewals may lapse."""
    until: str
    moved: str = ""
    """Row 0/1: whether it has moved, with a late start or for a start that never came; empty where it cannot."""
    possible: tuple[tuple[str, str], ...] = ()
    """Position and first day after of each end that a path may have; empty where there is one only."""


class MissingSection(ValuationError):
    """A clause that needs a section which the contract does not have."""


class SharedCapacity(ValuationError):
    """Two leases that would both let the contract's power."""


def terms(payment: Payment) -> Terms:
    """Payment terms as the accounts want them."""
    lag = payment.lag
    days = lag.canonical_unit == "day"
    whole = int(lag.canonical)
    return Terms(payment.timing == "advance", whole if days else 0, 0 if days else whole)


def contract_capacity(ctx: Lowering) -> CapacityTerms:
    """Contracted power as the contract states it.

    Raises
    ------
    MissingSection : a contract built in Python without it; a file is refused before.
    """
    if ctx.contract.capacity is None:
        raise MissingSection("a clause needs the contract's 'capacity', and there is none")
    return ctx.contract.capacity


def utilisation(ctx: Lowering) -> str:
    """Row of the share of the contracted power that is used; an input where it is a stated share."""
    used = contract_capacity(ctx).utilisation
    return ctx.factors[used].value if isinstance(used, str) else ctx.quantity(used, "Utilisation")


def served_mw(ctx: Lowering) -> str:
    """Row of the power that the leases serve before an event ends them [MW]; without a lease, the contracted power."""
    if not ctx.leases:
        return left_of(ctx, _capacity(ctx).before(ctx, whole_group(ctx).stop, "served_mw"))
    if len(ctx.leases) == 1:
        return ctx.leases[0].served_mw
    row = "capacity.served_by_leases"
    if row not in ctx.b.rows:
        ctx.b.month(row, "sum", *(lease.served_mw for lease in ctx.leases), unit="MW", label="Contracted power served")
    return row


def mw_until_wound_up(
    ctx: Lowering, clause: str, survives: Mapping[str, Survival], default_months: float
) -> list[tuple[EventGroup, str]]:
    """By lease, its events and the row of its power contracted until a clause is wound up after them [MW], or until the
    power is let again: no cost of the wind-up stands beside that of the tenant who follows."""
    leases = [(lease.name, lease.capacity, lease.events) for lease in ctx.leases]
    made = []
    for lease, capacity, events in leases or [("", _capacity(ctx), whole_group(ctx))]:
        over = wound_up(ctx, clause, survives, default_months, events)
        over = until_let_again(ctx, clause, lease, over)
        made.append((events, left_of(ctx, capacity.before(ctx, over, f"until_wind_up_of_{clause}"))))
    return made


def added_up(ctx: Lowering, parts: Sequence[str], row: str, unit: str) -> str:
    """Row of a sum; a single part stands for itself."""
    if len(parts) == 1:
        return parts[0]
    return row if row in ctx.b.rows else ctx.b.month(row, "sum", *parts, unit=unit)


def all_leases_stop(ctx: Lowering) -> str:
    """Row: position at which the last of the leases and offtakes has come to its stop, 1e9 + notice without an
    event."""
    stops = [lasting(ctx, lease, lease.events.stop, beside_sales=True) for lease in ctx.leases]
    stops += [offtake.events.stop for offtake in ctx.offtakes]
    return latest(ctx, stops or [whole_group(ctx).stop], "event.last_stop")


def lasting(ctx: Lowering, lease: Lease, position: str, beside_sales: bool = False) -> str:
    """Row: the position until which a lease keeps the site going: the one given, or 0 on a path on which it never
    begins while another lease does. Where no lease begins at all the given one stands.

    Parameters
    ----------
    position : row of a month position: the stop of the lease, the end of its wind-up, the end of its term.
    beside_sales : whether a sale of energy keeps the site going too.
    """
    comes = lease_comes(ctx, lease.name)
    some = "" if beside_sales and ctx.offtakes else site_comes(ctx)
    if not comes or some == comes:
        return position  # it begins in any case, or no lease begins without it
    b, flag = ctx.b, comes
    row = f"{position}_if_{lease.name}_comes" + ("_beside_sales" if beside_sales and ctx.offtakes else "")
    if row in b.rows:
        return row
    if some:
        flag = f"{lease.name}.keeps_the_site"
        if flag not in b.rows:
            none = b.start(f"{lease.name}.nothing_begins", "opposite", some)
            b.start(flag, "higher_of", comes, none)
    make = b.month if b.rows[position].axis == "month" else b.start
    return make(row, "select", flag, position, 0.0, unit="position")


def site_end(ctx: Lowering) -> SiteEnd:
    """The end of the last of the leases; without a lease, that of the term. Where a term moves with its start, ``day``
    is the one agreed."""
    b = ctx.b
    if not ctx.leases and ctx.capacity is None:
        position = term_end_position(ctx)
        until = b.month("term.until", "clip", position, ctx.time.begin, ctx.time.end, unit="position")
        return SiteEnd(position, ctx.term_end, until)
    capacities = [lease.capacity for lease in first_leases(ctx)] or [_capacity(ctx)]
    positions = _ends(ctx, capacities)
    days = list(dict.fromkeys(own.end_date for own in capacities))
    if positions == ["term.end_position"]:
        return SiteEnd(positions[0], days[0], f"{_capacity(ctx).prefix}.until")
    if any(own.end is not None and own.end.uncertain for own in capacities):
        return _end_by_path(ctx, capacities)
    moves = any(b.rows[position].axis == "start" for position in positions)
    make = b.start if moves else b.scalar
    position, day = positions[0], days[0]
    for place, other in enumerate(positions[1:], 2):
        position = make(f"term.last_end_position_{place}", "higher_of", position, other, unit="position")
    for place, other in enumerate(days[1:], 2):
        day = b.scalar(f"term.last_end_{place}", "higher_of", day, other, unit="date")
    end = "term.last_end_position"
    if moves:
        b.start(end, "set", position, unit="position")
    else:
        b.scalar(end, "convert", position, 1.0, unit="position")
    until = within_month(ctx, "term.until_last_end", end)
    if not moves:
        return SiteEnd(end, day, until)
    agreed = b.scalar("term.end_agreed", "position_at_start", day, float(b.first_month), unit="position")
    as_agreed = b.start("term.end_as_agreed", "equal", end, agreed)
    return SiteEnd(end, day, until, b.start("term.end_has_moved", "opposite", as_agreed))


def _ends(ctx: Lowering, capacities: Sequence[Capacity]) -> list[str]:
    """Rows of the different ends of the leases [position]. Where they differ, a lease that never begins has none."""
    positions = list(dict.fromkeys(own.end_position for own in capacities))
    if len(positions) == 1:
        return positions
    return list(dict.fromkeys(lasting(ctx, lease, lease.capacity.end_position) for lease in first_leases(ctx)))


def _end_by_path(ctx: Lowering, capacities: Sequence[Capacity]) -> SiteEnd:
    """The end of the last lease where renewals decide it on each path."""
    b, position, day, latest_end = ctx.b, "", "", ""
    possible: dict[tuple[str, str], None] = {}
    for place, own in enumerate(capacities, 1):
        ends = own.end
        pairs = [(own.end_position, own.end_date)] if ends is None else zip(ends.positions, ends.days, strict=True)
        possible |= dict.fromkeys(pairs)
        last = own.end_position if ends is None else ends.positions[-1]
        until = (
            lasting(ctx, first_leases(ctx)[place - 1], own.end_position) if len(capacities) > 1 else own.end_position
        )
        if not position:
            position, day, latest_end = until, own.end_date, last
            continue
        position = b.start(f"term.last_end_position_{place}", "higher_of", position, until, unit="position")
        day = b.scalar(f"term.last_end_{place}", "higher_of", day, own.end_date, unit="date")
        latest_end = b.scalar(f"term.latest_end_position_{place}", "higher_of", latest_end, last, unit="position")
    end = b.start("term.last_end_position", "set", position, unit="position")
    b.scalar("term.latest_end_position", "set", latest_end, unit="position")
    return SiteEnd(end, day, within_month(ctx, "term.until_last_end", end), possible=tuple(possible))


def contracted_mw(ctx: Lowering) -> str:
    """Row of the power contracted whatever happens [MW]."""
    capacities = [lease.capacity for lease in first_leases(ctx)] or [_capacity(ctx)]
    return added_up(ctx, [own.contracted_mw for own in capacities], "capacity.contracted_by_leases", "MW")


def peak_mw(ctx: Lowering) -> str:
    """Row of the largest power contracted [MW]: what a cost per MW is multiplied with."""
    return _capacity(ctx).peak_mw  # without a 'capacity', the installed power


def load(ctx: Lowering) -> str:
    """Row of the metered load [MWh] = contracted MW served × utilisation × hours × (PUE on an IT basis) × (1 +
    losses)."""
    return energy(ctx, "capacity.load", served_mw(ctx), "Metered load")


def energy(ctx: Lowering, row: str, mw: str, label: str) -> str:
    """Row of the energy that some contracted power draws [MWh]."""
    b = ctx.b
    if row in b.rows:
        return row
    terms_of = contract_capacity(ctx)
    if "capacity.energy_per_mw" not in b.rows:
        losses = b.scalar("capacity.with_losses", "sum", 1.0, ctx.quantity(terms_of.loss_share, "Losses"))
        factors = [ctx.time.hours, losses]
        pue = ctx.quantity(terms_of.pue, "Power usage effectiveness")
        if terms_of.basis == "it":
            factors.append(pue)
        full = b.month("capacity.full_load_hours", "prod", *factors, unit="h")
        b.month("capacity.energy_per_mw", "prod", utilisation(ctx), full, unit="h")
    return b.month(row, "mul", mw, "capacity.energy_per_mw", unit="MWh", label=label, roll="sum")


def _capacity(ctx: Lowering) -> Capacity:
    if ctx.capacity is None:
        raise MissingSection("a clause needs the contract's 'capacity' or 'generation', and there is none")
    return ctx.capacity
