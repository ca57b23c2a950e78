"""Contracted megawatts by phase, and how much of them is served when an event may end the lease inside a month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from valuation import timeline
from valuation.kernel.opcodes import NEVER
from valuation.plan.model import Origin

if TYPE_CHECKING:
    from valuation.lowering.context import Lowering
    from valuation.spec.quantity import Quantity, Schedule


@dataclass(frozen=True)
class Phase:
    """A step in contracted power: its size (may be negative) and where the month's part of it begins."""

    added_mw: str
    from_position: str
    begin: str
    until: str


@dataclass(frozen=True)
class Capacity:
    """Contracted power of a lease or of the contract: its phases, the month's last position inside the term, and the
    power contracted whatever happens [MW, by days].
    """

    prefix: str
    phases: tuple[Phase, ...]
    until: str
    end_position: str
    contracted_mw: str
    peak_mw: str

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
    ctx: Lowering, contracted: Schedule, prefix: str = "capacity", phase_term: Quantity | None = None
) -> Capacity:
    """Phases from the steps of a schedule of contracted power; they end with the term, or after a term of their own."""
    b = ctx.b
    end = "term.end_position"
    if end not in b.rows:
        b.scalar(end, "position_at_start", ctx.term_end, float(b.first_month), unit="position")
    until = f"{prefix}.until"
    b.month(until, "clip", end, ctx.time.begin, ctx.time.end, unit="position")
    phases, before, levels = [], "", []
    for place, (day, quantity) in enumerate(contracted.steps, 1):
        level = ctx.quantity(quantity, f"Contracted power, phase {place}")
        levels.append(level)
        date = ctx.term_begin
        if day is not None:
            path = f"{quantity.path or contracted.path}.date"
            written = b.input(path, timeline.serial(day), "date", f"Phase {place} from", Origin(path))
            date = b.scalar(f"{prefix}.phase_{place}.date", "higher_of", written, ctx.term_begin, unit="date")
        position = b.scalar(
            f"{prefix}.phase_{place}.from", "position_at_start", date, float(b.first_month), unit="position"
        )
        begin = b.month(
            f"{prefix}.phase_{place}.begin", "clip", position, ctx.time.begin, ctx.time.end, unit="position"
        )
        added = b.scalar(f"{prefix}.phase_{place}.added", "sum", level, *([f"-{before}"] if before else []), unit="MW")
        own_until = until
        if phase_term is not None:
            months = ctx.quantity(phase_term, "Term of a phase")
            own_end = b.scalar(f"{prefix}.phase_{place}.end_date", "edate", date, months, unit="date")
            own = b.scalar(
                f"{prefix}.phase_{place}.end", "position_at_start", own_end, float(b.first_month), unit="position"
            )
            sooner = b.scalar(f"{prefix}.phase_{place}.stop", "lower_of", own, end, unit="position")
            own_until = b.month(
                f"{prefix}.phase_{place}.until", "clip", sooner, ctx.time.begin, ctx.time.end, unit="position"
            )
        phases.append(Phase(added, position, begin, own_until))
        before = level
    peak = levels[0]
    for place, level in enumerate(levels[1:], 2):
        peak = b.scalar(f"{prefix}.peak_{place}", "higher_of", peak, level, unit="MW")
    made = Capacity(prefix, tuple(phases), until, end, "", peak)
    row = made.before(ctx, NEVER, "contracted_mw")
    return Capacity(prefix, tuple(phases), until, end, row, peak)
