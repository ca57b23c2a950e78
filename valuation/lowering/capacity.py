"""Contracted megawatts by phase, and how much of them is served when an event may end the lease inside a month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from valuation import timeline
from valuation.errors import ValuationError
from valuation.kernel.opcodes import NEVER
from valuation.lowering.renewals import End, Renewed, end_of
from valuation.lowering.starts import Opening, opening, within_month
from valuation.plan.model import Origin

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.spec.quantity import Quantity, Schedule


class PhaseNeedsGrowth(ValuationError):
    """Phases with a term of their own where the contracted power also steps down."""


@dataclass(frozen=True)
class Phase:
    """A step in contracted power: its size (may be negative), where it starts and ends, and the month's part of it.

    ``new_mw`` is what it adds to the largest power so far: what had to be built for it. ``end_position`` is the end of
    its stated term, ``last_position`` that with the renewals of a path.
    """

    added_mw: str
    new_mw: str
    from_position: str
    end_position: str
    last_position: str
    begin: str
    until: str
    opening: Opening | None = None
    """What decides when it begins on a path; None where it begins as agreed."""
    end_agreed: str = ""
    until_agreed: str = ""
    """Where its end moves with its beginning: the end agreed, and the part of each month before it."""

    @property
    def opens(self) -> str:
        """Row of the position at which it begins on a path, 1e9 = never; ``from_position`` is the one agreed."""
        return self.from_position if self.opening is None else self.opening.opens


@dataclass(frozen=True)
class Capacity:
    """Contracted power of a lease or of the contract: its phases, the position at which the last of them ends, and the
    power contracted whatever happens [MW, by days].
    """

    prefix: str
    phases: tuple[Phase, ...]
    end_position: str
    end_date: str
    """Row of the first day after the last phase, with every renewal."""
    contracted_mw: str
    peak_mw: str
    what: str = "Contracted power"
    """How its rows are labelled."""
    end: End | None = None
    """The ends that the last phase may have, where there are renewals."""

    def before(self, ctx: Lowering, stop: str | float, name: str) -> str:
        """Row: contracted power by days of the month before a stop [MW].

        A stop inside a month in which a phase also begins is exact: each phase has its own days.
        """
        row = f"{self.prefix}.{name}"
        if row in ctx.b.rows:
            return row
        running = ""
        for place, phase in enumerate(self.phases):
            share = ctx.b.month(f"{row}.share_{place + 1}", "span", stop, phase.begin, phase.until)
            last = place == len(self.phases) - 1
            into = row if last else f"{row}.part_{place + 1}"
            more = {"unit": "MW", "label": f"{self.what}, {name.replace('_', ' ')}"}
            if running:
                running = ctx.b.month(into, "mul_add", phase.added_mw, share, running, **more)
            else:
                running = ctx.b.month(into, "mul", phase.added_mw, share, **more)
        return row


def term_end_position(ctx: Lowering) -> str:
    """Row of the month position at which the contract's term ends."""
    row = "term.end_position"
    if row not in ctx.b.rows:
        ctx.b.scalar(row, "position_at_start", ctx.term_end, float(ctx.b.first_month), unit="position")
    return row


def lower_capacity(
    ctx: Lowering,
    contracted: Schedule,
    prefix: str = "capacity",
    phase_term: Quantity | None = None,
    lease: str = "",
    what: str = "Contracted power",
    renewals: Sequence[Renewed] = (),
) -> Capacity:
    """Phases from the steps of a schedule of contracted power.

    They end with the contract's term, or each after a term of its own, which may reach beyond the contract's; renewals
    follow that end.

    Parameters
    ----------
    lease : the lease that lets it, whose phases may come late or never; empty for the contract's own power.

    Raises
    ------
    PhaseNeedsGrowth : phases with a term of their own and a step down; which phase is given back would be a guess.
    """
    b = ctx.b
    sizes = [quantity.canonical for quantity in contracted.quantities]
    if phase_term is not None and sizes != sorted(sizes):
        raise PhaseNeedsGrowth(
            f"{phase_term.path}: with a term for each phase the contracted power may only grow;"
            " write what is given back as a lease of its own"
        )
    end = term_end_position(ctx)
    until = f"{prefix}.until"
    last_end, last_date, last = end, ctx.term_end, None
    if renewals and phase_term is None:
        last = end_of(ctx, prefix, ctx.term_begin, ctx.quantity(ctx.contract.dates.term, "Term"), renewals)
        last_end, last_date = last.position, last.days[-1]
    within_month(ctx, until, last_end)
    phases: list[Phase] = []
    before = peak = ""
    for place, (day, quantity) in enumerate(contracted.steps, 1):
        row = f"{prefix}.phase_{place}"
        level = ctx.quantity(quantity, f"{what}, phase {place}" if day is not None or prefix != "generation" else what)
        date = ctx.term_begin
        if day is not None:
            path = f"{quantity.path or contracted.path}.date"
            written = b.input(path, timeline.serial(day), "date", f"Phase {place} from", Origin(path))
            date = b.scalar(f"{row}.date", "higher_of", written, ctx.term_begin, unit="date")
        position = b.scalar(f"{row}.from", "position_at_start", date, float(b.first_month), unit="position")
        opened = opening(ctx, lease, place, position, row) if lease else None
        begin = within_month(ctx, f"{row}.begin", position if opened is None else opened.opens)
        added = b.scalar(f"{row}.added", "sum", level, *([f"-{before}"] if before else []), unit="MW")
        highest = b.scalar(f"{prefix}.peak_{place}", "higher_of", peak, level, unit="MW") if peak else level
        new = b.scalar(f"{row}.new", "sum", highest, *([f"-{peak}"] if peak else []), unit="MW")
        own_end, own_until = end, until
        if phase_term is not None:  # dates ascend: the last phase ends last
            months = ctx.quantity(phase_term, "Term of a phase")
            last_date = b.scalar(f"{row}.end_date", "edate", date, months, unit="date")
            own_end = b.scalar(f"{row}.end", "position_at_start", last_date, float(b.first_month), unit="position")
            last_end = own_end
            if renewals:
                last = end_of(ctx, row, date, months, renewals)
                last_end, last_date = last.position, last.days[-1]
            own_until = within_month(ctx, f"{row}.until", last_end)
        agreed_end, agreed_until, own_last = own_end, own_until, last_end
        if opened is not None and opened.moved:
            own_end = own_last = b.start(f"{row}.end_moved", "sum", agreed_end, opened.moved, unit="position")
            own_until = within_month(ctx, f"{row}.until_moved", own_end)
        phases.append(
            Phase(added, new, position, own_end, own_last, begin, own_until, opened, agreed_end, agreed_until)
        )
        before, peak = level, highest
    if any(phase.end_position != phase.end_agreed for phase in phases):
        for place, phase in enumerate(phases, 1):
            last_end = b.start(f"{prefix}.last_end_{place}", "higher_of", last_end, phase.end_position, unit="position")
    if phase_term is not None and not renewals:
        last = _end_of_those_that_come(ctx, prefix, phases)
        last_end = last_end if last is None else last.position
    made = Capacity(prefix, tuple(phases), last_end, last_date, "", peak, what, last)
    agreed = replace(made, phases=tuple(_as_agreed(ctx, f"{prefix}.phase_{n}", p) for n, p in enumerate(phases, 1)))
    return replace(made, contracted_mw=agreed.before(ctx, NEVER, "contracted_mw"))


def _end_of_those_that_come(ctx: Lowering, prefix: str, phases: Sequence[Phase]) -> End | None:
    """The ends of phases with terms of their own, and that of the last one that comes on the path; where none comes
    that of the last one agreed. None where all of them come, or none."""
    b = ctx.b
    flags = ["" if phase.opening is None else phase.opening.comes for phase in phases]
    if len(set(flags)) == 1:
        return None
    end, some = "", ""
    for place, (phase, comes) in enumerate(zip(phases, flags, strict=True), 1):
        row = f"{prefix}.end_with_phase_{place}"
        own = phase.end_position
        if comes:
            own = b.start(f"{row}.if_it_comes", "select", comes, own, 0.0, unit="position")
        end = b.start(row, "higher_of", end, own, unit="position") if end else own
        some = b.start(f"{row}.some", "higher_of", some, comes) if some and comes else comes
    if all(flags):
        agreed = phases[-1].end_agreed
        end = b.start(f"{prefix}.end_with_some_phase", "select", some, end, agreed, unit="position")
    days = tuple(f"{prefix}.phase_{place}.end_date" for place in range(1, len(phases) + 1))
    return End(tuple(phase.end_agreed for phase in phases), days, end)


def _as_agreed(ctx: Lowering, row: str, phase: Phase) -> Phase:
    """A phase that begins and ends when the contract says, whatever becomes of it."""
    if phase.opening is None:
        return phase
    begin = within_month(ctx, f"{row}.begin_agreed", phase.from_position)
    return replace(phase, begin=begin, until=phase.until_agreed, opening=None)
