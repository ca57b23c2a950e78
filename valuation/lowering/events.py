"""Competing events: which of several hazards strikes first, and when what it ends comes to its stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from valuation.kernel.opcodes import NEVER
from valuation.lowering.starts import any_comes
from valuation.lowering.terms import clauses_of, hazards_of
from valuation.plan.model import Origin

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.spec.clause import Survival


@dataclass(frozen=True)
class EventGroup:
    """Rows of the first event among some hazards. ``stop`` is the month position at which the notice has run out;
    ``cause`` counts the hazards of the contract from 1, 0 = none. ``notices`` gives the months of notice by cause.
    """

    hazards: tuple[str, ...]
    time: str
    stop: str
    cause: str


def event_group(ctx: Lowering, hazards: tuple[str, ...]) -> EventGroup:
    """The smallest event time decides; equal times go to the hazard that stands first in the file.

    Parameters
    ----------
    hazards : names of hazards that are lowered already, in file order; empty (or events switched off) = nothing ever
    strikes.
    """
    if not ctx.events_on:
        hazards = ()
    if hazards in ctx.groups:
        return ctx.groups[hazards]
    b = ctx.b
    prefix = "event" if not ctx.groups else "event_" + "_".join(hazards or ("none",))
    with b.in_section("Events"):
        if not hazards:
            time = b.month(f"{prefix}.time", "set", NEVER, unit="position")
            group = EventGroup(
                (),
                time,
                b.month(f"{prefix}.stop", "set", NEVER, unit="position"),
                b.month(f"{prefix}.cause", "set", 0.0),
            )
            ctx.groups[hazards] = group
            return group
        all_hazards = hazard_names(ctx)
        time, stop, cause = "", "", ""
        for place, name in enumerate(hazards):
            last = place == len(hazards) - 1
            own_time = _strikes(ctx, name)
            own_stop = b.month(f"{prefix}.stop_by_{name}", "sum", own_time, f"{name}.notice_months", unit="position")
            number = float(all_hazards.index(name) + 1)
            if not time:
                time, stop, cause = own_time, own_stop, number  # type: ignore[assignment]
                continue
            tail = "" if last else f"_of_{place + 1}"
            before = time
            time = b.month(f"{prefix}.time{tail}", "lower_of", before, own_time, unit="position", base=NEVER)
            stop = b.month(f"{prefix}.stop{tail}", "pick_first", before, own_time, stop, own_stop, unit="position")
            cause = b.month(f"{prefix}.cause{tail}", "pick_first", before, own_time, cause, number)
        if len(hazards) == 1:
            number_row = cause
            time = b.month(f"{prefix}.time", "set", time, unit="position", base=NEVER)
            stop = b.month(f"{prefix}.stop", "set", stop, unit="position")
            cause = number_row
        struck = b.month(f"{prefix}.struck", "below", time, NEVER)
        reported = b.month(f"{prefix}.reported_cause", "mul", struck, cause)
        group = EventGroup(hazards, time, stop, reported)
    ctx.groups[hazards] = group
    return group


def _strikes(ctx: Lowering, hazard: str) -> str:
    """Row of a hazard's time; never where none of the leases that it ends ever begins: there is nothing to end."""
    ends = hazards_of(ctx.contract)[hazard].ends
    ended = [
        name for name, clause in clauses_of(ctx.contract).items() if clause.may_end and (ends is None or name in ends)
    ]
    if not all(clauses_of(ctx.contract)[name].lets_power for name in ended):
        return f"{hazard}.time"  # an offtake begins in any case
    comes, row = any_comes(ctx, ended, f"{hazard}.has_a_lease"), f"{hazard}.strikes"
    if not comes:
        return f"{hazard}.time"
    if row in ctx.b.rows:
        return row
    return ctx.b.month(row, "select", comes, f"{hazard}.time", NEVER, unit="position")


def hazard_names(ctx: Lowering) -> tuple[str, ...]:
    """The contract's hazards in file order."""
    return tuple(ctx.contract.hazards)


def ending(ctx: Lowering, lease: str | None = None) -> tuple[str, ...]:
    """Hazards that end a lease (None: any lease), in file order."""
    return tuple(
        name
        for name, hazard in hazards_of(ctx.contract).items()
        if hazard.ends is None or (hazard.ends if lease is None else lease in hazard.ends)
    )


def site_group(ctx: Lowering) -> EventGroup:
    """The first event that ends any lease: what the reports call the contract's event."""
    return event_group(ctx, ending(ctx))


def whole_group(ctx: Lowering) -> EventGroup:
    """The first event that ends everything: what a site without lease and sale stops at. One that names what it ends
    leaves the rest alone."""
    return event_group(ctx, tuple(name for name, hazard in hazards_of(ctx.contract).items() if hazard.ends is None))


def reported_event(ctx: Lowering) -> tuple[str, str, str]:
    """Rows of the time, the stop and the cause of the contract's event as reports count it.

    Where renewals may lapse, an event after a path's own end is none, and nor is a stop after it.
    """
    b, group = ctx.b, site_group(ctx)
    if not ctx.end.possible or not group.hazards:
        return group.time, group.stop, group.cause
    with b.in_section("Events"):
        inside = b.month("event.within_term", "below", group.time, ctx.end.position)
        cut = b.month("event.cuts_term", "below", group.stop, ctx.end.position)
        time = b.month("event.time_within_term", "select", inside, group.time, NEVER, unit="position")
        stop = b.month("event.stop_within_term", "select", cut, group.stop, NEVER, unit="position")
        return time, stop, b.month("event.cause_within_term", "mul", inside, group.cause)


def latest(ctx: Lowering, positions: Sequence[str], row: str) -> str:
    """Row of the latest of some month positions."""
    distinct = list(dict.fromkeys(positions))
    running = distinct[0]
    for place, position in enumerate(distinct[1:], 2):
        into = row if place == len(distinct) else f"{row}_of_{place}"
        known = into in ctx.b.rows
        running = into if known else ctx.b.month(into, "higher_of", running, position, unit="position")
    return running


def wound_up(
    ctx: Lowering,
    clause: str,
    survives: Mapping[str, Survival],
    default_months: float,
    group: EventGroup | None = None,
) -> str:
    """Row: month position until which a clause goes on after a lease's event: the end of the notice plus its wind-up.

    Hazards that ``survives`` does not name have the structure's default, which is listed among the assumptions.

    Parameters
    ----------
    group : events of the lease that the clause serves; those of the whole site where it is left out.
    """
    b, site = ctx.b, site_group(ctx)
    group = group or site
    if not group.hazards:
        return group.stop
    suffix = "" if group is site else f"_by_{'_'.join(group.hazards)}"
    row = f"{clause}.wound_up{suffix}"
    if row in b.rows:
        return row
    all_hazards = hazard_names(ctx)
    chosen = ""
    for hazard in group.hazards:
        own = _wind_up_months(ctx, clause, hazard, survives, default_months)
        if not chosen:
            chosen = own
            continue
        number = float(all_hazards.index(hazard) + 1)
        is_cause = b.month(f"{clause}.cause_is_{hazard}{suffix}", "equal", group.cause, number)
        chosen = b.month(f"{clause}.wind_up_by_{hazard}{suffix}", "select", is_cause, own, chosen, unit="position")
    return b.month(row, "sum", group.stop, chosen, unit="position")


def _wind_up_months(
    ctx: Lowering, clause: str, hazard: str, survives: Mapping[str, Survival], default_months: float
) -> str:
    """Row of the months for which a clause goes on after one hazard."""
    b, row = ctx.b, f"{clause}.wind_up_after_{hazard}"
    if row in b.rows:
        return row
    stated = survives[hazard].wind_up if hazard in survives else None
    if stated is not None:
        length = ctx.quantity(stated, f"Wind-up after {hazard}")
    else:
        path = f"clauses.{clause}.survives.{hazard}.wind_up"
        made = Origin(path, "assumption", note="default of the structure")
        length = b.input(path, default_months, "months", f"Wind-up after {hazard}", made)
    return b.scalar(row, "convert", length, 1.0, unit="position")
