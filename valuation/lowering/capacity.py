"""Contracted megawatts by phase, and how much of them is served when an event may end the lease inside a month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from valuation import timeline
from valuation.errors import ValuationError
from valuation.kernel.opcodes import NEVER
from valuation.lowering.renewals import End, Renewed, end_of, within_month
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
            more = {"unit": "MW", "label": f"Contracted power, {name.replace('_', ' ')}"}
            if running:
                running = ctx.b.month(into, "mul_add", phase.added_mw, share, running, **more)
            else:
                running = ctx.b.month(into, "mul", phase.added_mw, share, **more)
        return row


def lower_capacity(
    ctx: Lowering,
    contracted: Schedule,
    prefix: str = "capacity",
    phase_term: Quantity | None = None,
    renewals: Sequence[Renewed] = (),
) -> Capacity:
    """Phases from the steps of a schedule of contracted power.

    They end with the contract's term, or each after a term of its own, which may reach beyond the contract's; renewals
    follow that end.

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
    end = "term.end_position"
    if end not in b.rows:
        b.scalar(end, "position_at_start", ctx.term_end, float(b.first_month), unit="position")
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
        level = ctx.quantity(quantity, f"Contracted power, phase {place}")
        date = ctx.term_begin
        if day is not None:
            path = f"{quantity.path or contracted.path}.date"
            written = b.input(path, timeline.serial(day), "date", f"Phase {place} from", Origin(path))
            date = b.scalar(f"{row}.date", "higher_of", written, ctx.term_begin, unit="date")
        position = b.scalar(f"{row}.from", "position_at_start", date, float(b.first_month), unit="position")
        begin = b.month(f"{row}.begin", "clip", position, ctx.time.begin, ctx.time.end, unit="position")
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
        phases.append(Phase(added, new, position, own_end, last_end, begin, own_until))
        before, peak = level, highest
    made = Capacity(prefix, tuple(phases), last_end, last_date, "", peak, last)
    return replace(made, contracted_mw=made.before(ctx, NEVER, "contracted_mw"))
